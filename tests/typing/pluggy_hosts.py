"""`typed` and `Registry(..., pluggy=...)`: a host from pluggy is typed as any other."""

from typing import assert_type

from host import AppSpec, FurtherSpec

from pluginkit import HistoricCaller, HookCaller, Registry
from pluginkit.pluggy import typed


def migrated(manager: object) -> None:
    hook = typed(manager, AppSpec)
    assert_type(hook, AppSpec)
    assert_type(hook.sections(document="d", verbose=True), list[list[str]])
    assert_type(hook.render(document="d"), bytes | None)
    as_caller: HookCaller[..., bytes | None, bytes | None] = hook.render
    as_historic: HistoricCaller[..., object] = hook.configured
    assert_type(as_caller.name, str)
    assert_type(as_historic.name, str)
    hook.configured.call_historic(options={})
    hook.render(documnet="d")  # reject: misspelled
    hook.configured(options={})  # reject: historic
    hook.nope()  # reject: no such hook
    typed(manager)  # reject: the spec is missing


assert_type(Registry(AppSpec, pluggy="app"), Registry[AppSpec])
assert_type(Registry(AppSpec, pluggy="app").add_spec(FurtherSpec), FurtherSpec)
Registry(AppSpec, pluggy=True)  # reject: it is the name of a project
Registry(AppSpec, "app")  # reject: by keyword only
