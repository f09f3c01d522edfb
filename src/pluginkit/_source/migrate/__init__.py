"""From modules that are written for pluggy to modules for pluginkit.

The rooms, from left to right; each knows those before it: `records` (what is passed around), `facts` (what one module
binds), `tree` (all modules of a run, and those that they import), `markers` (what a name means), `uses` (where markers
are used), `names` (free names and imports), `implementations` and `specs` (what to change, or why not), `infer` (types
that are proposed), `rewrite` (carries a plan out), `verify` (reads the result again), `run` (the order of all that).
"""
