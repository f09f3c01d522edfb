"""`typed`: the typed relay of a spec, over an existing manager of pluggy's kind.

The manager is known by what it has (`hook`, and what pluggy's callers, specs and implementations have), not by its
class: pluggy's own is one of many. Calls go through the manager, so its order, monitoring and tracing stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pluginkit._call.arguments import bind, call_error
from pluginkit._call.each import each_outcome
from pluginkit._call.loop import call_implementation
from pluginkit._call.relay import relay_class
from pluginkit._declare.impl import HookImpl, Mark
from pluginkit._declare.outcome import Outcome
from pluginkit._declare.spec import hooks_of
from pluginkit._errors import HookSpecError, Problem, closest
from pluginkit._implement.validate import extra_implementation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pluginkit._call.modes import Arguments
    from pluginkit._declare.spec import BaseSpec

Spec = TypeVar("Spec")
__tracebackhide__ = True


class SpecMismatchError(HookSpecError):
    """A spec does not describe the hooks of a manager.

    Attributes:
        spec_name: The name of the spec.
        problems: Everything that differs, one `Problem` each.

    Example:
        >>> problem = Problem("is not a hook of the manager", hook="AppSpec.render", code="PK220")
        >>> print(SpecMismatchError("AppSpec", (problem,)))
        AppSpec does not describe the hooks of this manager
          AppSpec.render: is not a hook of the manager [PK220]
    """

    __module__ = "pluginkit.pluggy"

    def __init__(self, spec_name: str, problems: tuple[Problem, ...]) -> None:
        super().__init__("does not describe the hooks of this manager", spec_name)
        self.args: tuple[Any, ...] = (spec_name, problems)  # what it is pickled with
        self.spec_name: str = spec_name
        self.problems: tuple[Problem, ...] = problems

    def __str__(self) -> str:
        listed = [f"  {line}" for problem in self.problems for line in str(problem).splitlines()]
        return "\n".join([f"{self.spec_name} {self.message}", *listed])


def typed(manager: Any, spec: Callable[..., Spec]) -> Spec:
    """Return a typed relay of a manager's hooks: it calls what `manager.hook` calls.

    Args:
        manager: A `PluginManager` of pluggy, or anything like it.
        spec: The Protocol that describes its hooks, or some of them.

    Returns:
        The relay, typed as the spec; each of its attributes is a typed caller.

    Raises:
        SpecMismatchError: A hook of the spec is missing from the manager, or has another mode, other parameters or
            other defaults there; everything that differs is in the one error.
        HookSpecError: `spec` is not a spec.

    Example:
        >>> import pluggy
        >>> from typing import Protocol
        >>> from pluginkit import hookspec
        >>> class OldSpec:
        ...     @pluggy.HookspecMarker("app")
        ...     def greet(self, name): ...
        >>> manager = pluggy.PluginManager("app")
        >>> manager.add_hookspecs(OldSpec)
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str) -> str: ...
        >>> hook = typed(manager, GreetSpec)
        >>> hook.greet(name="Ada")
        []
    """
    hooks = hooks_of(spec)
    relay = manager.hook
    problems = [problem for hook in hooks.values() for problem in _problems(hook, relay)]
    declared: Any = spec
    if problems:
        raise SpecMismatchError(declared.__name__, tuple(problems))
    callers: dict[str, Any] = {name: _caller(hook, getattr(relay, name)) for name, hook in hooks.items()}
    result: Any = relay_class(declared)(callers)
    typed_relay: Spec = result
    return typed_relay


# -- the comparison -------------------------------------------------------------------------------------------------


def _problem(hook: BaseSpec, message: str, hint: str, code: str) -> Problem:
    name, signature, location = hook.qualified_name, hook.signature, hook.location
    return Problem(message, hook=name, hook_signature=signature, location=location, hint=hint, code=code)


def _problems(hook: BaseSpec, relay: Any) -> Iterator[Problem]:
    """Yield everything in which a hook differs from that of the manager."""
    if hook.is_async:
        hint = "declare it with 'def', or use a Registry"
        yield _problem(hook, "is async, but pluggy has no async hooks", hint, "PK223")
    if hook.mode == "pipeline":
        hint = "remove the option, or use a Registry"
        yield _problem(hook, "is a pipeline, but pluggy has no pipelines", hint, "PK221")
    caller: Any = getattr(relay, hook.name, None)
    if caller is None:
        hint = closest(hook.name, relay.__dict__) or "add its hookspec to the manager first"
        yield _problem(hook, "is not a hook of the manager", hint, "PK220")
    elif caller.spec is None:
        yield _problem(hook, "has no hookspec in the manager", "call add_hookspecs first", "PK220")
    else:
        yield from _mode_problems(hook, caller.spec.opts)
        yield from _parameter_problems(hook, caller.spec)
        for impl in caller.get_hookimpls():
            yield from _impl_problems(hook, impl)


def _mode_problems(hook: BaseSpec, options: Any) -> Iterator[Problem]:
    for mode in ("firstresult", "historic"):
        there = bool(options.get(mode))
        if there != (hook.mode == mode):
            message = f"is {'' if there else 'not '}{mode} in the manager"
            hint = f"{'write' if there else 'remove'} @hookspec({mode}=True)"
            yield _problem(hook, message, hint, "PK221")


def _parameter_problems(hook: BaseSpec, there: Any) -> Iterator[Problem]:
    names = (*there.argnames, *there.kwargnames)
    for name in hook.parameters:
        if name not in names:
            hint = closest(name, set(names) - hook.parameter_set) or "remove it, or add it to the hookspec"
            yield _problem(hook, f"parameter '{name}' is unknown to the manager", hint, "PK222")
    for name in names:
        if name not in hook.parameter_set:
            yield _problem(hook, f"parameter '{name}' of the manager is missing", f"declare '{name}'", "PK222")
    defaults = _defaults(there)
    for name in sorted(hook.parameter_set.intersection(names)):
        ours, theirs = _default(hook.defaults, name), _default(defaults, name)
        if ours != theirs:
            message = f"parameter '{name}' has {ours} here and {theirs} in the manager"
            yield _problem(hook, message, "make them equal", "PK222")


def _defaults(there: Any) -> dict[str, object]:
    values: tuple[object, ...] = getattr(there.function, "__defaults__", None) or ()
    names: tuple[str, ...] = there.kwargnames
    return dict(zip(names, values[-len(names) :], strict=True)) if names else {}


def _default(defaults: dict[str, object], name: str) -> str:
    """Return a default as it is shown; by that they are compared, as they may be of any type."""
    return f"the default {defaults[name]!r}" if name in defaults else "no default"


def _impl_problems(hook: BaseSpec, impl: Any) -> Iterator[Problem]:
    for name in impl.argnames:
        if name not in hook.parameter_set:
            hint = closest(name, hook.parameter_set) or "remove it"
            message = f"plugin '{impl.plugin_name}' wants the unknown parameter '{name}'"
            yield _problem(hook, message, hint, "PK101")


# -- the callers ----------------------------------------------------------------------------------------------------


class _BaseCaller:
    """What both callers have in common."""

    __slots__ = ("_caller", "spec")

    def __init__(self, spec: BaseSpec, caller: Any) -> None:
        self.spec = spec
        self._caller = caller

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.spec.qualified_name}>"

    @property
    def name(self) -> str:
        """The hook's name."""
        return self.spec.name

    def implementations(self) -> tuple[HookImpl, ...]:
        """Return what a call runs, in call order: the wrappers, outermost first, and then the others."""
        return tuple(_as_ours(impl, self.spec) for impl in reversed(self._caller.get_hookimpls()))


class TypedCaller(_BaseCaller):
    """Calls a hook of the manager; to checkers it is a `HookCaller`."""

    __slots__ = ()

    def __call__(self, /, *positional: object, **arguments: Any) -> Any:
        """Call every implementation."""
        return self._caller(**bind(self.spec, positional, arguments))

    def call_extra(self, functions: Iterable[Callable[..., Any]], /, *positional: object, **arguments: Any) -> Any:
        """Call the hook with further functions, for this call only."""
        bound = bind(self.spec, positional, arguments)
        extra = [extra_implementation(function, self.spec) for function in functions]
        # They get their arguments here: pluggy would give none to `**rest`, or to keyword-only parameters.
        return self._caller.call_extra([_later(impl, bound) for impl in extra], bound)

    def each(self, /, *positional: object, **arguments: Any) -> Iterator[Outcome[Any]]:
        """Ask the implementations one by one, and yield what comes of each; wrappers do not run."""
        bound = bind(self.spec, positional, arguments)
        return each_outcome(self.spec, [impl for impl in self.implementations() if not impl.mark.wrapper], bound)


class TypedHistoricCaller(_BaseCaller):
    """Calls a historic hook of the manager; to checkers it is a `HistoricCaller`."""

    __slots__ = ()

    def __call__(self, /, *_: object, **__: object) -> Any:
        """Refuse the call, and say what to call instead."""
        hint = f"write {self.name}.call_historic(...): the call is remembered"
        raise call_error(self.spec, "is historic and cannot be called directly", hint, "PK303")

    def call_historic(
        self, result_callback: Callable[[Any], object] | None = None, /, *positional: object, **arguments: Any
    ) -> None:
        """Call every implementation; the manager remembers the call, and replays it to later plugins."""
        bound = bind(self.spec, positional, arguments)
        if result_callback is not None and not callable(result_callback):
            raise call_error(self.spec, "got a callback that is not callable", "pass a function, or nothing", "PK305")
        self._caller.call_historic(result_callback=result_callback, kwargs=bound)


def _caller(spec: BaseSpec, caller: Any) -> TypedCaller | TypedHistoricCaller:
    return (TypedHistoricCaller if spec.mode == "historic" else TypedCaller)(spec, caller)


def _later(impl: HookImpl, arguments: Arguments) -> Callable[[], Any]:
    return lambda: call_implementation(impl, arguments)


def _as_ours(impl: Any, spec: BaseSpec) -> HookImpl:
    """Return an implementation of the manager as one of ours, to look at."""
    mark = Mark(
        tryfirst=impl.tryfirst,
        trylast=impl.trylast,
        wrapper=impl.wrapper or impl.hookwrapper,
        optional=impl.optionalhook,
    )
    taken = (*impl.argnames, *impl.kwargnames), False
    return HookImpl(impl.plugin, impl.plugin_name, spec, impl.function, mark, taken)
