"""The version of pluginkit."""

__version__ = "0.1.0"
