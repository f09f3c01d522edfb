"""Implementations that a `HookimplMarker` of pluggy has marked, read as if `hookimpl` had marked them.

The marker writes a dictionary of options to a function, under the name of its project; pluggy itself is not needed.
What differs between pluggy's implementations and ours is settled here, so that the rest knows one kind only.
Imported by registries with a pluggy project.
"""

from __future__ import annotations

from functools import wraps
from types import FunctionType
from typing import TYPE_CHECKING, Any, cast

from pluginkit._declare.impl import Mark
from pluginkit._declare.signature import Parameters, is_generator, read_parameters, unwrap
from pluginkit._implement.scan import MarkedFunction, attributes, marked_at, marks_of, own_dict, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from pluginkit._declare.spec import BaseSpec

    Options = Mapping[str, Any]

__tracebackhide__ = True


class PluggyMarkedFunction(MarkedFunction):
    """An implementation that pluggy's marker has marked.

    Attributes:
        written: What it takes, as it is written.
        defaulted: Which of that has a default, and can be given by position.
    """

    __slots__ = ("defaulted", "written")

    def __init__(self, found: MarkedFunction, options: Options) -> None:
        name = options.get("specname") or found.name
        super().__init__(name, found.function, found.mark, found.binding)
        self.written = read_parameters(found.function)
        self.defaulted = _defaulted(found.function, self.written)
        if options.get("hookwrapper") and options.get("wrapper"):
            self.binding = "ambiguous"
        elif options.get("hookwrapper") and is_generator(found.function):
            self.function = _old_style(found.function)
        if self.written.positional_only:
            self.function = _by_keyword(self.function, self.written)

    def key(self) -> None:
        """Return None: what it takes depends on its defaults as well."""

    def parameters_for(self, spec: BaseSpec) -> Parameters:
        """Return what it takes: as with pluggy, nothing goes to `**rest`, nor to what has a default of its own.

        The latter is kept by parameters of other names than the hook's, and by those that are keyword-only.
        """
        written = self.written
        named = (*written.positional_only, *written.positional)
        taken = tuple(name for name in named if name in spec.parameter_set or name not in self.defaulted)
        required = tuple(name for name in written.keyword_only if name not in written.keyword_defaults)
        return Parameters((), taken, required)


def scan(plugin: object, project: str) -> list[MarkedFunction]:
    """Return the functions of a plugin that a project's `HookimplMarker` has marked, and `hookimpl` has not.

    Hooks are in the order of definition, and several functions of one hook in that in which pluggy registers them: by
    name, and backwards those with `trylast`. Only dictionaries are read, as `pluginkit._implement.scan` does.
    """
    attribute = f"{project}_impl"
    found: dict[str, list[MarkedFunction]] = {}
    for name, value, owner in attributes(plugin):
        options = _options(value, attribute)
        found.pop(name, None)  # overridden
        if options is not None and not marks_of(value):
            places = marked_at(name, value, owner, plugin, (_mark(options),))
            found[name] = [PluggyMarkedFunction(_called_on_class(each), options) for each in places]
    by_name = [each for _, several in sorted(found.items()) for each in several]
    last = [each for each in by_name if each.mark.trylast]
    ranked = [each for each in by_name if not each.mark.trylast] + last[::-1]  # what comes last is called first
    hooks = dict.fromkeys(each.name for several in found.values() for each in several)
    rank = {hook: number for number, hook in enumerate(hooks)}
    return sorted(ranked, key=lambda each: rank[each.name])


def _options(value: object, attribute: str) -> Options | None:
    """Return what the marker wrote, to a function or to the static or class method that holds it."""
    for holder in (value, unpacked(value)):
        options: Any = own_dict(holder).get(attribute)
        if issubclass(type(options), dict):
            return cast("Options", options)
    return None


def _mark(options: Options) -> Mark:
    trylast = bool(options.get("trylast"))
    return Mark(
        tryfirst=bool(options.get("tryfirst")) and not trylast,  # with both, pluggy runs it last
        trylast=trylast,
        wrapper=bool(options.get("wrapper") or options.get("hookwrapper")),
        optional=bool(options.get("optionalhook")),
    )


def _called_on_class(found: MarkedFunction) -> MarkedFunction:
    """Let the functions of a class that is a plugin be called as pluggy does, if they have no `self`."""
    if found.binding == "unbound":
        names = read_parameters(found.function)
        first = (*names.positional_only, *names.positional)[:1]
        if first not in (("self",), ("cls",)):
            return MarkedFunction(found.name, found.function, found.mark, "free")
    return found


def _defaulted(function: Callable[..., Any], written: Parameters) -> frozenset[str]:
    """Return the names of the positional parameters that have a default."""
    below = unwrap(function)
    defaults: tuple[object, ...] = (below.__defaults__ if isinstance(below, FunctionType) else None) or ()
    named = (*written.positional_only, *written.positional)
    return frozenset(named[len(named) - len(defaults) :])


def _by_keyword(function: Callable[..., Any], written: Parameters) -> Callable[..., Any]:
    """Return a function that takes by keyword what another one takes by position only."""

    @wraps(unwrap(function))
    def call(**arguments: Any) -> Any:
        positional = [arguments.pop(name) for name in written.positional_only if name in arguments]
        return function(*positional, **arguments)

    @wraps(unwrap(function))
    def call_wrapper(**arguments: Any) -> Generator[Any, Any, Any]:
        generator: Generator[Any, Any, Any] = call(**arguments)
        return (yield from generator)

    return call_wrapper if is_generator(function) else call


def _old_style(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a wrapper of ours that runs an old-style one: at its `yield` that gets a `Result`, never an exception."""
    from pluginkit.pluggy._result import Result

    @wraps(unwrap(function))
    def wrapper(**arguments: Any) -> Generator[Any, Any, Any]:
        inner = function(**arguments)
        try:
            next(inner)
        except StopIteration:
            return None  # it did not yield; the loop says so
        try:
            outcome: Result[Any] = Result((yield), None)
        except BaseException as exc:
            outcome = Result(None, exc)
        try:
            inner.send(outcome)
        except StopIteration:
            ended = True
        else:
            ended = False
        if not ended:
            try:
                yield  # a second time; the loop says so
            finally:
                inner.close()
        try:
            return outcome.get_result()
        finally:
            del outcome  # its traceback leads back here

    return wrapper
