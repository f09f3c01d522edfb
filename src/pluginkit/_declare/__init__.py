"""What a host writes: specs and their hooks, and what type checkers see of them."""
