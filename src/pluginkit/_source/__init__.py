"""Reading source: one model of what modules declare, and what is made from it.

Nothing of a host or a plugin is imported or executed, and nothing here writes a file. `sources` finds modules, `names`
says what a name means, `model` reads specs and implementations; everything else in this room consumes that model.
"""
