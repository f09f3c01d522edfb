"""`Registry`: it is inferred from the spec, and so is whatever gives a relay."""

import math
from typing import Protocol, TypeAlias, assert_type

from host import AppSpec, FurtherSpec, ReportSpec, TextSpec

from pluginkit import (
    AsyncHistoricCaller,
    AsyncHookCaller,
    EntryPoint,
    HistoricCaller,
    HookCaller,
    HookImpl,
    LoadReport,
    PluginValidationError,
    Registration,
    Registry,
    Skipped,
    hookimpl,
    hookspec,
)

AnyCaller: TypeAlias = (
    HookCaller[..., object, object]
    | AsyncHookCaller[..., object, object]
    | HistoricCaller[..., object]
    | AsyncHistoricCaller[..., object]
)


class Plugin:
    @hookimpl(AppSpec.sections)
    def sections(self, document: str, **_: object) -> list[str]:
        return [document]


registry = Registry(AppSpec)
assert_type(registry, Registry[AppSpec])
assert_type(registry.hook, AppSpec)
annotated: Registry[ReportSpec] = Registry(ReportSpec)
assert_type(Registry(ReportSpec).hook.render(document=""), bytes | None)

# plugins come and go
assert_type(registry.register(Plugin()), Registration)
assert_type(registry.register(Plugin(), "second"), Registration)
assert_type(registry.register(math, name="module"), Registration)
assert_type(registry.register(Plugin), Registration)
assert_type(registry.replace("second", Plugin()), Registration)
assert_type(registry.unregister("second"), object)
assert_type(registry.set_blocked("links"), None)
assert_type(registry.unblock("links"), bool)
assert_type(registry.is_blocked("links"), bool)
assert_type(registry.is_registered(Plugin()), bool)
assert_type(registry.get_plugin("second"), object | None)
assert_type(registry.get_name(Plugin()), str | None)
assert_type(registry.plugin_names(), tuple[str, ...])

with registry.register(Plugin()) as registration:
    assert_type(registration, Registration)
    assert_type(registration.name, str)
    assert_type(registration.plugin, object)
    assert_type(registration.close(), None)

report = registry.load_entrypoints("app.plugins", ignore_errors=True)
assert_type(report, LoadReport)
assert_type(report.loaded, tuple[EntryPoint, ...])
assert_type(report.skipped, tuple[Skipped, ...])
assert_type(report.failed, tuple[PluginValidationError, ...])

# relays: the same hooks without some plugins, and the hooks of a further spec
assert_type(registry.without("links"), AppSpec)
assert_type(registry.without("links", Plugin()).polish(text="", width=80), str)
assert_type(registry.add_spec(FurtherSpec), FurtherSpec)
assert_type(registry.add_spec(FurtherSpec).closed(), list[int])

# callers: those of one plugin, or of a hook
callers = registry.get_hookcallers(Plugin())
assert_type(callers, tuple[AnyCaller, ...] | None)
for caller in callers or ():
    assert_type(caller.name, str)
    assert_type(caller.implementations(), tuple[HookImpl, ...])

assert_type(registry.hook.sections.implementations()[0].plugin_name, str)
assert_type(registry.hook.configured.implementations(), tuple[HookImpl, ...])


# a further function, for one call
def whole(document: str, verbose: bool) -> list[str]:
    return [document] * verbose


def partial(document: str, **_: object) -> list[str] | None:
    return [document]


def misspelled(documnt: str, **_: object) -> list[str]:
    return [documnt]


def wrong_answer(**_: object) -> int:
    return 1


sections = registry.hook.sections
assert_type(sections.call_extra([whole, partial], document="", verbose=True), list[list[str]])
assert_type(sections.call_extra((Plugin().sections,), document="", verbose=True), list[list[str]])
sections.call_extra([misspelled], document="", verbose=True)  # reject: misspelled parameter of a function
sections.call_extra([wrong_answer], document="", verbose=True)  # reject: wrong answer of a function
sections.call_extra(whole, document="", verbose=True)  # reject: one function, and not several
sections.call_extra([Plugin()], document="", verbose=True)  # reject: a plugin, and not a function
sections.call_extra([whole], document="")  # reject: missing argument
sections.call_extra(document="", verbose=True)  # reject: no functions
sections.call_extra(functions=[whole], document="", verbose=True)  # reject: the functions go by position


# what becomes of the answers to a historic call
class HistoricSpec(Protocol):
    @hookspec(historic=True)
    def started(self, *, number: int) -> str: ...


started = Registry(HistoricSpec).hook.started


def take_text(text: str) -> None: ...


def take_anything(thing: object) -> int:
    return id(thing)


def take_number(number: int) -> None: ...


def take_two(text: str, number: int) -> None: ...


assert_type(started.call_historic(take_text, number=1), None)
assert_type(started.call_historic(take_anything, number=1), None)
assert_type(started.call_historic(print, number=1), None)
assert_type(started.call_historic(None, number=1), None)
started.call_historic(take_number, number=1)  # reject: the answers are strings
started.call_historic(take_two, number=1)  # reject: the callback gets one answer
started.call_historic(take_text)  # reject: missing argument
started.call_historic(result_callback=take_text, number=1)  # reject: the callback goes by position


# what is generic over registries
def use(registry: Registry[AppSpec]) -> list[list[str]]:
    return registry.hook.sections(document="", verbose=True)


use(registry)
use(Registry(ReportSpec))  # reject: a registry of another spec

# misuse
Registry()  # reject: a registry has a spec
Registry(AppSpec, TextSpec)  # reject: one spec; several are composed by inheritance
Registry("AppSpec")  # reject: the name of a spec
Registry(registry.hook)  # reject: a relay, and not the spec
Registry(AppSpec.sections)  # reject: a hook, and not the spec
wrong: Registry[ReportSpec] = Registry(TextSpec)  # reject: another spec
registry.hook.closed()  # reject: a hook of a spec that is added has its own relay
registry.hooks  # reject: misspelled attribute
registry.register()  # reject: no plugin
registry.register(Plugin(), 1)  # reject: a name is a string
registry.register(Plugin(), replace=True)  # reject: unknown option
registry.replace(Plugin(), Plugin())  # reject: a plugin is replaced by name
registry.set_blocked(Plugin())  # reject: names are blocked, not plugins
registry.unblock(1)  # reject: a name is a string
registry.get_plugin(1)  # reject: a name is a string
registry.plugin_names(1)  # reject: it takes nothing
registry.without("links").nope()  # reject: unknown hook of a relay
registry.without("links").sections()  # reject: missing arguments in a call of a relay
registry.add_spec("FurtherSpec")  # reject: the name of a spec
registry.add_spec(FurtherSpec).sections()  # reject: the relay has the hooks of the further spec only
registry.load_entrypoints()  # reject: no group
registry.load_entrypoints("app.plugins", True)  # reject: the option goes by keyword
