"""The rules of `pluginkit lint`: what is wrong with the specs, implementations and calls of one module."""
