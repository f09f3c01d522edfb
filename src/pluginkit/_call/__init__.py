"""How a hook runs: order, modes, the loops, compiled calls, and the callers of a registry."""
