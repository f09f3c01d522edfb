"""Implementations: `hookimpl` marks functions, `scan` finds those of a plugin, `problems_of` checks one against a hook.

What a static checker refuses is refused here as well, at registration. This module knows one plugin at a time: no
registry, no order, no call.
"""

from __future__ import annotations

from types import FunctionType, GetSetDescriptorType, MemberDescriptorType, MethodType

from pluginkit._declare.signature import (
    Parameters,
    is_async,
    is_async_generator,
    is_generator,
    location_of,
    qualified_name,
    read_parameters,
    signature_text,
)
from pluginkit._declare.spec import BaseSpec
from pluginkit._errors import PluginValidationError, Problem, closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, Literal, TypeAlias, TypeGuard, TypeVar

    from pluginkit._declare.types import HookImplMarker, Names
    from pluginkit._load.entrypoints import Distribution

    T = TypeVar("T")

    # Whether a function is written to be bound to its plugin; a bare `@hookimpl` leaves it open.
    Form: TypeAlias = Literal["method", "function", "either"]
    Binding: TypeAlias = Literal["bound", "free", "unbound", "covered", "twofold"]

MARKS = "__pluginkit_impl__"  # the attribute of a function that holds its marks, a tuple
EXTRA = "<extra>"  # what the functions of a `call_extra` have for a plugin name


class Mark:
    """What one `@hookimpl` says of the function below it.

    Attributes:
        spec: The hook it implements, or None to go by the function's name.
        form: Which form of the decorator it was.
        tryfirst: Whether it runs before those that do not say so.
        trylast: Whether it runs after those that do not say so.
        before: The plugins it runs before.
        after: The plugins it runs after.
        wrapper: Whether it is a generator that runs around the others.
        optional: Whether the host may lack the hook.
    """

    __slots__ = ("after", "before", "form", "optional", "spec", "tryfirst", "trylast", "wrapper")

    def __init__(
        self,
        spec: BaseSpec | None = None,
        form: Form = "either",
        *,
        tryfirst: bool = False,
        trylast: bool = False,
        before: Names = (),
        after: Names = (),
        wrapper: bool = False,
        optional: bool = False,
    ) -> None:
        self.spec: BaseSpec | None = spec
        self.form: Form = form
        self.tryfirst: bool = tryfirst
        self.trylast: bool = trylast
        self.before: tuple[str, ...] = _as_tuple(before)
        self.after: tuple[str, ...] = _as_tuple(after)
        self.wrapper: bool = wrapper
        self.optional: bool = optional


def _as_tuple(names: str | Iterable[object]) -> tuple[str, ...]:
    several = (names,) if isinstance(names, str) else tuple(names)
    chosen = tuple(name for name in several if isinstance(name, str))
    if len(chosen) < len(several):
        raise TypeError("before= and after= take the names of plugins, not the plugins")
    return chosen


class _Marker:
    """Marks implementations; to checkers it is a `HookImplMarker`."""

    def __call__(self, target: Any = None, /, **options: Any) -> Any:
        if isinstance(target, BaseSpec):
            return self._decorator(Mark(target, "method", **options))
        decorator = self._decorator(Mark(**options))
        return decorator if target is None else decorator(target)

    def function(self, spec: Any, /, **options: Any) -> Any:
        """Mark a function; see `hookimpl`."""
        if not isinstance(spec, BaseSpec):
            raise _refused(spec, Mark(), "is no hook", "write @hookimpl.function(Spec.hook)")
        return self._decorator(Mark(spec, "function", **options))

    def _decorator(self, mark: Mark) -> Callable[[Any], Any]:
        def decorate(function: Any) -> Any:
            _check_decorated(function, mark)
            others: tuple[Mark, ...] = getattr(function, MARKS, ())
            setattr(function, MARKS, (*others, mark))
            return function

        return decorate


hookimpl: HookImplMarker = _Marker()
"""Mark a function to be an implementation of a hook.

Three forms: `@hookimpl(AppSpec.sections)` for a method, `@hookimpl.function(AppSpec.sections)` for a function (of a
module, or a static method), and a bare `@hookimpl` for either, which goes by the function's name and is for plugins
that must not import their host. The first two are checked by type checkers, all of them at registration. The
decorated function stays what it was.

Args:
    tryfirst: Run before the implementations that do not say so.
    trylast: Run after the implementations that do not say so.
    before: The name of a plugin, or several, whose implementations run later.
    after: The name of a plugin, or several, whose implementations run earlier.
    wrapper: The function is a generator that runs around the implementations: it yields once, gets the result or
        has the exception raised at its `yield`, and returns the result.
    optional: A host that lacks the hook is no error.

Raises:
    PluginValidationError: The method form on a plain function, something that is not a function, or options that
        exclude each other.

Example:
    >>> from typing import Protocol
    >>> from pluginkit import Registry, hookimpl, hookspec
    >>> class GreetSpec(Protocol):
    ...     @hookspec
    ...     def greet(self, *, name: str, formal: bool) -> str: ...
    >>> class Polite:
    ...     @hookimpl(GreetSpec.greet)
    ...     def greet(self, name: str, **_: object) -> str:
    ...         return f"Good day, {name}."
    >>> registry = Registry(GreetSpec)
    >>> registration = registry.register(Polite())
    >>> registry.hook.greet(name="Ada", formal=True)
    ['Good day, Ada.']
"""


def _check_decorated(function: object, mark: Mark) -> None:
    if isinstance(function, type):
        hint = f"name one of its hooks: @hookimpl({function.__name__}.some_hook)"
        raise _refused(function, mark, "is a class, no function", hint)
    if not isinstance(function, FunctionType):
        what = type(function).__name__
        raise _refused(function, mark, f"is a {what}, no function", "put @hookimpl below other decorators")
    if mark.tryfirst and mark.trylast:
        raise _refused(function, mark, "is tryfirst and trylast at once", "keep one of them")
    if mark.form == "method" and "." not in function.__qualname__.rpartition("<locals>.")[2]:
        raise _refused(
            function, mark, "is marked as a method, and is a plain function", "write @hookimpl.function(...)"
        )


def _refused(function: Any, mark: Mark, message: str, hint: str) -> PluginValidationError:
    problem = Problem(
        f"'{qualified_name(function)}' {message}",
        hook=mark.spec.qualified_name if mark.spec else "",
        location=location_of(function),
        hint=hint,
    )
    return PluginValidationError(getattr(function, "__module__", "?"), (problem,))


class HookImpl:
    """One implementation of one hook, by one plugin.

    Attributes:
        plugin: The plugin.
        plugin_name: The name under which it is registered.
        spec: The hook.
        function: What is called; a method is bound.
        parameters: The names of the hook's parameters that it takes.
        rest: Whether it takes the others as `**rest`.
        mark: What its `@hookimpl` says: `wrapper`, `tryfirst`, `trylast`, `before`, `after`, `optional`.

    Example:
        >>> from pluginkit import Registry, hookimpl, hookspec
        >>> from typing import Protocol
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str) -> str: ...
        >>> class Polite:
        ...     @hookimpl(GreetSpec.greet)
        ...     def greet(self, name: str) -> str: ...
        >>> registry = Registry(GreetSpec)
        >>> registration = registry.register(Polite())
        >>> registry.hook.greet.implementations()
        (<HookImpl GreetSpec.greet of plugin 'Polite'>,)
        >>> (impl,) = registry.hook.greet.implementations()
        >>> impl.plugin_name, impl.parameters
        ('Polite', ('name',))
    """

    __slots__ = ("function", "mark", "parameters", "plugin", "plugin_name", "rest", "spec")

    def __init__(  # noqa: PLR0917 - made ten times for each plugin, and arguments by name take longer
        self,
        plugin: object,
        plugin_name: str,
        spec: BaseSpec,
        function: Callable[..., Any],
        mark: Mark,
        parameters: Parameters,
    ) -> None:
        self.plugin: object = plugin
        self.plugin_name: str = plugin_name
        self.spec: BaseSpec = spec
        self.function: Callable[..., Any] = function
        self.mark: Mark = mark
        # Most implementations of a hook take the same ones: they share a tuple.
        self.parameters: tuple[str, ...] = spec.subsets.setdefault(parameters.by_keyword, parameters.by_keyword)
        self.rest: bool = parameters.rest

    def __repr__(self) -> str:
        return f"<HookImpl {self.spec.qualified_name} of plugin '{self.plugin_name}'>"

    @property
    def location(self) -> str:
        """The file and the line of the function.

        Example:
            >>> impl.location
            '...:2'
        """
        return location_of(self.function)


class Found:
    """A marked function of a plugin, and what would be called.

    Attributes:
        name: The attribute of the plugin.
        function: The callable; bound, if it is a method.
        mark: What its `@hookimpl` says.
        binding: What becomes of its first parameter: taken by the plugin or its class ("bound"), there is no such
            parameter ("free"), or it is left open, because the plugin is a class and the function wants an instance
            ("unbound"). Or another decorator has made something of the function that is none ("covered"), or pluggy's
            marker has made it a wrapper of both kinds ("twofold").
    """

    __slots__ = ("binding", "function", "mark", "name")

    def __init__(self, name: str, function: Callable[..., Any], mark: Mark, binding: Binding) -> None:
        self.name = name
        self.function = function
        self.mark = mark
        self.binding: Binding = binding

    def parameters_for(self, spec: BaseSpec) -> Parameters:
        """Return what the function takes of a hook's arguments, or would take."""
        del spec  # it takes the same of any hook
        return read_parameters(self.function)


def is_a(value: object, kind: type[T]) -> TypeGuard[T]:
    """Tell whether a value is of a type, as `isinstance` does, without running a `__class__` of the value's own."""
    return issubclass(type(value), kind)


def scan(plugin: object) -> list[Found]:
    """Return the marked functions of a plugin in the order of their definition, those of base classes first.

    Only dictionaries are read: no property, descriptor or `__getattr__` of the plugin runs.
    """
    found: dict[str, list[Found]] = {}
    for name, value, owner in attributes(plugin):
        marks = marks_of(value)
        if marks:
            found[name] = found_at(name, value, owner, plugin, marks)
        elif name in found:
            found[name] = []  # overridden, and no longer marked
    return [each for several in found.values() for each in several]


def marks_of(value: object) -> tuple[Mark, ...]:
    """Return the marks of a function, or of the function in a static or class method."""
    function = unpacked(value)
    # Asked for its dictionary, a function would make one, and keep it.
    marks: Any = getattr(function, MARKS, ()) if type(function) is FunctionType else own_dict(function).get(MARKS, ())
    found: tuple[Mark, ...] = marks  # only `hookimpl` writes there
    return found


def attributes(plugin: object) -> Iterator[tuple[str, object, type | None]]:
    """Yield the attributes of a plugin's class and of its bases, with the class, and then the plugin's own."""
    is_class = is_a(plugin, type)
    owner: Any = plugin if is_class else type(plugin)
    bases: tuple[type, ...] = owner.__mro__[:-1]  # the last one is `object`
    for base in reversed(bases):
        for name, value in tuple(vars(base).items()):
            yield name, value, owner
    if not is_class:
        for name, value in tuple(own_dict(plugin).items()):
            yield name, value, None


def own_dict(value: object) -> Mapping[str, object]:
    """Return the dictionary of a value, or an empty one: its class has slots, or a `__dict__` of its own making."""
    for base in type(value).__mro__:
        own: Any = vars(base).get("__dict__")
        if isinstance(own, GetSetDescriptorType | MemberDescriptorType):
            found: Mapping[str, object] = own.__get__(value)
            return found
        if own is not None:
            break
    return {}


def unpacked(value: Any) -> Any:
    """Return the function in a static or class method, and any other value as it is."""
    return value.__func__ if issubclass(type(value), staticmethod | classmethod) else value


def found_at(name: str, value: object, owner: type | None, plugin: object, marks: tuple[Mark, ...]) -> list[Found]:
    kind = type(value)
    function: Any = unpacked(value)
    binding: Binding = "bound"
    if not issubclass(type(function), FunctionType):
        binding = "covered"
    elif owner is None or issubclass(kind, staticmethod):
        binding = "free"
    elif issubclass(kind, classmethod):
        function = MethodType(function, owner)
    elif plugin is owner:
        binding = "unbound"
    else:
        function = MethodType(function, plugin)
    return [Found(name, function, mark, binding) for mark in marks]


class Lazy:
    """The place of a plugin that is not loaded yet; what is behind it is in `_lazy`.

    Attributes:
        distribution: The distribution that offers the plugin.
    """

    __slots__ = ("distribution",)

    distribution: Distribution

    if TYPE_CHECKING:

        def load(self, needed_by: str) -> None:
            """Load the plugin, and let it take its place.

            Args:
                needed_by: What it is needed for, as an error names it.
            """


class Entry:
    """What a registry knows of one plugin. It never changes.

    Attributes:
        name: The name of the plugin.
        plugin: The plugin.
        implementations: By hook, in the order of definition.
        constrained: Whether one of them has a `before` or `after`.
        distribution: The distribution that the plugin was loaded from, or None.
        token: Stays the same when waiting implementations take effect, and a new entry takes the place of this one.
        waiting: Optional implementations of hooks that the registry does not have.
    """

    __slots__ = ("constrained", "distribution", "implementations", "name", "plugin", "token", "waiting")

    def __init__(
        self,
        name: str,
        plugin: object,
        implementations: Iterable[HookImpl],
        waiting: Iterable[Found],
        *,
        token: object = None,
        distribution: Distribution | None = None,
    ) -> None:
        self.name = name
        self.plugin = plugin
        self.distribution = distribution
        self.token = token or object()
        self.implementations: dict[str, tuple[HookImpl, ...]] = {}
        self.constrained = False
        for impl in implementations:
            if impl.mark.before or impl.mark.after:
                self.constrained = True
            hook = impl.spec.name
            self.implementations[hook] = (*self.implementations.get(hook, ()), impl)
        self.waiting = tuple(waiting)


class Candidate:
    """A plugin read against the hooks of a registry, before anything is committed.

    Attributes:
        implementations: What can be registered, in the order of definition.
        waiting: Optional implementations of hooks that the registry does not have (yet).
        problems: Everything that is wrong with the plugin.
    """

    __slots__ = ("implementations", "problems", "waiting")

    def __init__(self) -> None:
        self.implementations: list[HookImpl] = []
        self.waiting: list[Found] = []
        self.problems: list[Problem] = []


def read_plugin(plugin: object, plugin_name: str, hooks: Mapping[str, BaseSpec], pluggy: str = "") -> Candidate:
    """Read and check every implementation of a plugin against `hooks`, those that pluggy's marker marks included."""
    found = scan(plugin)
    if pluggy:
        from pluginkit.pluggy import _marks  # late: it is for hosts that come from pluggy

        found += _marks.scan(plugin, pluggy)
    candidate = match(plugin, plugin_name, found, hooks)
    if not found:
        hint = "mark its implementations with @hookimpl"
        candidate.problems.append(Problem("implements no hook", hint=hint))
    return candidate


def match(plugin: object, plugin_name: str, found: Iterable[Found], hooks: Mapping[str, BaseSpec]) -> Candidate:
    """Sort the marked functions of a plugin into what fits the hooks, what waits for its hook, and what is wrong."""
    candidate = Candidate()
    for each in found:
        spec = _hook_for(each, hooks)
        if spec is None:
            if each.mark.optional:
                candidate.waiting.append(each)
            else:
                candidate.problems.append(_unknown_hook(each, hooks))
            continue
        parameters = each.parameters_for(spec)
        problems = [*_binding_problems(each, spec)] or _shape_problems(each.function, parameters, each.mark, spec)
        if problems:
            candidate.problems += problems
        else:
            impl = HookImpl(plugin, plugin_name, spec, each.function, each.mark, parameters)
            candidate.implementations.append(impl)
    return candidate


def extra_implementation(function: Callable[..., Any], spec: BaseSpec, name: str = EXTRA) -> HookImpl:
    """Return an implementation of a function that no plugin holds; `name` stands for the name of one.

    Raises:
        PluginValidationError: It does not fit the hook.
    """
    mark = Mark(spec, "function")
    parameters = read_parameters(function)
    problems = _shape_problems(function, parameters, mark, spec)
    if any(each.wrapper for each in marks_of(function.__func__ if is_a(function, MethodType) else function)):
        hint = "leave out wrapper=True, or register a plugin that has it"
        problems.append(
            _problem("is marked as a wrapper, and would be called as an implementation", function, spec, hint)
        )
    if problems:
        raise PluginValidationError(name, tuple(problems))
    return HookImpl(None, name, spec, function, mark, parameters)


def _hook_for(found: Found, hooks: Mapping[str, BaseSpec]) -> BaseSpec | None:
    """Return the hook that a marked function implements: the one it refers to, or one that overrides that."""
    wanted = found.mark.spec
    return hooks.get(found.name) if wanted is None else hook_among(wanted, hooks)


def hook_among(wanted: BaseSpec, hooks: Mapping[str, BaseSpec]) -> BaseSpec | None:
    """Return a hook itself, or the one of `hooks` that overrides it."""
    spec = hooks.get(wanted.name)
    if spec is wanted:
        return spec
    return spec if spec is not None and wanted.owner in spec.owner.__mro__ else None


def expect_hook(hook: object, hint: str = "refer to a hook by its spec, as in {}") -> None:
    """Refuse what is no hook where one is wanted: the name of one, a spec, what `registry.hook` has.

    Args:
        hook: What may be one.
        hint: What to do instead, with a place for an example.

    Raises:
        TypeError: It is no hook.
    """
    if not isinstance(hook, BaseSpec):
        spec: object = getattr(hook, "spec", None)
        example = spec.qualified_name if isinstance(spec, BaseSpec) else "AppSpec.render"
        raise TypeError(f"{hook!r} is no hook\n  Hint: {hint.format(example)}")


def _unknown_hook(found: Found, hooks: Mapping[str, BaseSpec]) -> Problem:
    wanted = found.mark.spec
    if wanted is None:
        hint = closest(found.name, hooks) or "name it after a hook, refer to the hook, or mark it optional=True"
        message = f"'{found.name}' is no hook of this registry"
        return Problem(message, hint=hint, **_written(found.function))
    return Problem(
        "is no hook of this registry",
        hook=wanted.qualified_name,
        hook_signature=wanted.signature,
        hint="add its spec to the registry, or mark the implementation optional=True",
        **_written(found.function),
    )


def _written(function: Callable[..., Any]) -> dict[str, str]:
    return {"implementation_signature": signature_text(function), "location": location_of(function)}


def _problem(message: str, function: Callable[..., Any], spec: BaseSpec, hint: str) -> Problem:
    return Problem(message, hook=spec.qualified_name, hook_signature=spec.signature, hint=hint, **_written(function))


def _binding_problems(found: Found, spec: BaseSpec) -> Iterator[Problem]:
    """Yield what is wrong with the place of a marked function in its plugin."""
    form, binding = found.mark.form, found.binding
    if binding == "unbound":
        hint = f"register an instance, or put @staticmethod above @hookimpl.function({spec.qualified_name})"
        yield _problem("needs an instance, and the plugin is a class", found.function, spec, hint)
    elif binding == "covered":
        what = type(found.function).__name__
        hint = "leave out the decorator above @hookimpl"
        yield _problem(
            f"is marked, and another decorator has made it a {what}, no function", found.function, spec, hint
        )
    elif binding == "twofold":
        yield _problem("is a wrapper of both kinds", found.function, spec, "keep wrapper=True, or hookwrapper=True")
    elif form == "method" and binding == "free":
        hint = f"write @hookimpl.function({spec.qualified_name})"
        yield _problem("is marked as a method, and is a function", found.function, spec, hint)
    elif form == "function" and binding == "bound":
        hint = f"write @hookimpl({spec.qualified_name}), or put @staticmethod above"
        yield _problem("is marked as a function, and is a method", found.function, spec, hint)


def _shape_problems(function: Callable[..., Any], parameters: Parameters, mark: Mark, spec: BaseSpec) -> list[Problem]:
    """Return where a function does not fit its hook."""
    problems: list[Problem] = []
    if mark.wrapper and spec.mode == "historic":
        problems.append(_problem("a historic hook takes no wrapper", function, spec, "leave out wrapper=True"))
    if mark.wrapper and not (is_generator(function) or is_async_generator(function)):
        hint = "yield once, and return the result"
        problems.append(_problem("the wrapper is no generator function", function, spec, hint))
    if not spec.is_async and (is_async(function) or (mark.wrapper and is_async_generator(function))):
        hint = "write 'def' instead of 'async def'"
        problems.append(_problem("is async, and the hook is not", function, spec, hint))
    if parameters.positional_only or not spec.parameter_set.issuperset(parameters.by_keyword):
        problems += _parameter_problems(function, parameters, spec)
    return problems


def _parameter_problems(function: Callable[..., Any], parameters: Parameters, spec: BaseSpec) -> Iterator[Problem]:
    for name in parameters.positional_only:
        hint = "take away the '/': arguments go by keyword"
        yield _problem(f"parameter '{name}' is positional-only", function, spec, hint)
    for name in parameters.by_keyword:
        if name not in spec.parameter_set:
            hint = closest(name, spec.parameter_set - set(parameters.by_keyword)) or _takes(spec)
            yield _problem(f"unknown parameter '{name}'", function, spec, hint)


def _takes(spec: BaseSpec) -> str:
    names = ", ".join(f"'{name}'" for name in spec.parameters)
    return f"the hook gives {names or 'no argument'}"
