"""How plugins are found: entry points, loading with a report, and plugins that are imported late."""
