"""Reads and writes source text; imports nothing of a host or plugin, and writes no file."""
