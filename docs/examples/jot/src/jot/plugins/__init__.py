"""The plugins that come with the program. It finds them as it finds others: by entry points."""
