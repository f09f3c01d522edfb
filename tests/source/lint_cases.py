"""Implementations and specs that tests of lint make up, as source, and what registration says of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import strategies as st

from pluginkit import HookSpecError, PluginValidationError, Registry
from pluginkit._source.lint.run import Linter

if TYPE_CHECKING:
    from pluginkit._source.lint.findings import Finding

HEAD = """\
import functools
from typing import Protocol
from pluginkit import Registry, hookimpl, hookspec
class AppSpec(Protocol):
    @hookspec
    def sections(self, *, document: str, verbose: bool) -> list[str]: ...
    @hookspec(firstresult=True)
    def render(self, *, document: str, width: int = 80) -> str | None: ...
    @hookspec(historic=True)
    def configured(self, *, options: dict[str, str]) -> None: ...
    @hookspec
    async def fetch(self, *, url: str) -> bytes: ...
    @hookspec
    def idle(self) -> None: ...
"""
HOOKS = ("sections", "render", "configured", "fetch", "idle")
NAMES = ("document", "verbose", "width", "options", "url", "documnt", "extra", "self")
FILE = Path("/nowhere/plugin.py")


class Case(NamedTuple):
    """An implementation in a class, or in a module."""

    hook: str
    form: str
    above: str
    receiver: str
    positional_only: tuple[str, ...]
    positional: tuple[str, ...]
    star: str
    keyword_only: tuple[str, ...]
    rest: str
    options: tuple[str, ...]
    is_async: bool
    yields: bool

    @property
    def in_class(self) -> bool:
        """Whether it is in a class."""
        return self.above != "module"

    @property
    def source(self) -> str:
        """The module, which makes `plugin`."""
        parameters = [name for name in (self.receiver, *self.positional_only) if name]
        if self.positional_only:
            parameters.append("/")
        parameters += self.positional
        parameters += [self.star] if self.star else ["*"] if self.keyword_only else []
        parameters += self.keyword_only
        parameters += [self.rest] if self.rest else []
        reference = {"bare": "", "method": f"AppSpec.{self.hook}", "function": f"AppSpec.{self.hook}"}[self.form]
        arguments = ", ".join(each for each in (reference, *self.options) if each)
        marker = "hookimpl.function" if self.form == "function" else "hookimpl"
        lines = [f"@{self.above}"] if self.above not in ("", "module") else []
        lines.append(f"@{marker}({arguments})" if arguments else f"@{marker}")
        lines.append(f"{'async ' if self.is_async else ''}def {self.hook}({', '.join(parameters)}):")
        lines.append("    yield" if self.yields else "    return None")
        if self.in_class:
            return HEAD + "class Plugin:\n" + "".join(f"    {line}\n" for line in lines) + "plugin = Plugin()\n"
        return (
            HEAD + "".join(f"{line}\n" for line in lines) + f"class plugin: {self.hook} = staticmethod({self.hook})\n"
        )


PARAMETERS = {
    "sections": ("document", "verbose"),
    "render": ("document", "width"),
    "configured": ("options",),
    "fetch": ("url",),
    "idle": (),
}
PLACES = ("", "", "", "", "module", "module", "staticmethod", "classmethod", "property", "functools.lru_cache")
FORMS = {"module": ("bare", "function"), "staticmethod": ("bare", "function")}


def rarely(draw: st.DrawFn, times: int = 12) -> bool:
    """Draw whether something unlikely is the case."""
    return draw(st.sampled_from((False,) * times + (True,)))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw an implementation: every form, place and kind of function; of what it takes, something may be wrong."""
    hook, above = draw(st.sampled_from(HOOKS)), draw(st.sampled_from(PLACES))
    has_receiver = (above not in ("staticmethod", "module")) is not rarely(draw)
    receiver = draw(st.sampled_from(("self", "this"))) if has_receiver else ""
    right = draw(st.lists(st.sampled_from(PARAMETERS[hook]), unique=True)) if PARAMETERS[hook] else []
    wrong = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=2)) if rarely(draw, 5) else []
    names = [name for name in dict.fromkeys([*right, *wrong]) if name != receiver]
    first, second = sorted((draw(st.integers(0, len(names))), draw(st.integers(0, len(names)))))
    only = draw(st.integers(0, first)) if rarely(draw) else 0
    wrapper = draw(st.sampled_from((False, False, True)))
    form = draw(st.sampled_from(FORMS.get(above, ("bare", "method")) if not rarely(draw) else ("method", "function")))
    options = ["wrapper=True"] * wrapper + ["tryfirst=True", "trylast=True"] * rarely(draw, 25)
    return Case(
        hook,
        form,
        above,
        receiver,
        tuple(names[:only]),
        tuple(names[only:second]),
        "*args" if rarely(draw) else "",
        tuple(names[second:]),
        draw(st.sampled_from(("", "**_"))),
        tuple(options),
        (hook == "fetch" and draw(st.booleans())) is not rarely(draw),
        wrapper is not rarely(draw),
    )


def registered(source: str) -> set[str]:
    """Return what decoration and registration say of a module's `plugin`; nothing, if it is registered."""
    namespace: dict[str, Any] = {"__name__": "plugin"}
    try:
        exec(compile(source, "plugin.py", "exec"), namespace)
        Registry(namespace["AppSpec"]).register(namespace["plugin"], "plugin")
    except PluginValidationError as error:
        return {problem.message for problem in error.problems}
    except HookSpecError as error:
        return {error.message}
    return set()


def linted(source: str, linter: Linter | None = None) -> list[Finding]:
    """Return what lint says of a module."""
    used = linter or Linter()
    used.change(FILE, source)
    return list(used.lint(FILE).report.findings)
