"""Calls: each wrong one is refused where it is written."""

from typing import assert_type

from host import AppSpec, registry

hook = registry.hook

assert_type(hook.sections(document="d", verbose=True), list[list[str]])
assert_type(hook.sections(verbose=True, document="d"), list[list[str]])

hook.sections(document="d")  # reject: missing argument
hook.sections()  # reject: missing arguments
hook.sections(document="d", verbose=True, width=80)  # reject: unknown argument
hook.sections(document="d", verbos=True)  # reject: misspelled argument
hook.sections(document=1, verbose=True)  # reject: argument of a wrong type
hook.sections(document=None, verbose=True)  # reject: None where it is not allowed
hook.sections("d", True)  # reject: arguments by position
hook.sections("d", verbose=True)  # reject: one argument by position
hook.sections("d", document="d", verbose=True)  # reject: too many arguments
hook.render()  # reject: missing argument of a firstresult hook
hook.polish(text="t", width="80")  # reject: wrong argument of a pipeline
hook.polish("t", width=80)  # reject: the value of a pipeline by position

hook.section(document="d", verbose=True)  # reject: misspelled hook
hook.nothing()  # reject: unknown hook

# historic hooks are called with call_historic, and only they are
hook.configured.call_historic(options={})
hook.configured(options={})  # reject: a historic hook is not called directly
hook.configured.call_extra([], options={})  # reject: a historic hook takes no extra functions
hook.configured.call_historic()  # reject: missing argument of a historic call
hook.configured.call_historic(option={})  # reject: misspelled argument of a historic call
hook.configured.call_historic(options={"a": 1})  # reject: wrong argument of a historic call
hook.configured.call_historic({})  # reject: an argument where the callback goes
hook.sections.call_historic(document="d", verbose=True)  # reject: the hook is not historic

# hooks are called through a registry
AppSpec.sections(document="d", verbose=True)  # reject: the spec of a hook is not called
AppSpec.configured.call_historic(options={})  # reject: nor is that of a historic hook
