"""The plugins that come with the application. It finds them as it finds others: by entry points."""
