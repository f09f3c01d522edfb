"""What `import pluggy` finds in processes that `pluginkit pluggy-run` starts: it puts the drop-in in its own place."""

from pluginkit.pluggy._alias import answer

answer()
