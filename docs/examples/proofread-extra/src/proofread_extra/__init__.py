"""Two plugins for proofread. Its host finds them by the entry points in `pyproject.toml`."""
