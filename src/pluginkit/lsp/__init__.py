"""What editors ask of pluginkit: a language server of its own, and an entry point for python-lsp-server.

`_server` needs pygls (`typed-pluginkit[lsp]`), and `_pylsp` is imported by python-lsp-server alone. What they answer is
made in `_source/features.py`, which knows no protocol.
"""
