"""What a plugin writes: marks, the implementations they become, and whether these fit their hooks."""
