"""Contracts: what a host expects of every plugin, as test cases that plugin authors run on theirs."""

# What a registry knows about a plugin is private, except to this package.
# pyright: reportPrivateUsage=false
from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, wraps
from inspect import iscoroutinefunction
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast, get_args, get_origin
from unittest import SkipTest, TestCase

from pluginkit._declare.spec import hooks_of
from pluginkit._implement.validate import expect_hook, hook_among
from pluginkit._registry import Registry
from pluginkit.testing._fixtures import assert_implements

if TYPE_CHECKING:
    from pluginkit._declare.spec import BaseSpec

Spec = TypeVar("Spec")
Case = TypeVar("Case", bound=Callable[..., Any])
_REQUIRED = "__pluginkit_required__"  # the attribute of a case that holds the hooks that it requires


class HookContract(Generic[Spec]):
    """Test cases that every plugin of a host has to pass.

    A host derives a class from `HookContract[ItsSpec]`, whose methods named `test_…` are the cases, and ships it. The
    author of a plugin derives a class from that and sets `plugin`. pytest collects it, and `unittest` does if it
    derives from `unittest.TestCase` as well, or from `IsolatedAsyncioTestCase` if there are async cases. A case finds
    in `self.hook` the hooks of a registry with the plugin alone. It is a new one for each case, and so is the plugin,
    if it is a class or made by `make_plugin`.

    A class is run if it has a `plugin`, or overrides `make_plugin`. With `__test__ = False` in its body
    it is only a base class; what it and its bases do in `make_plugin` then does not count.

    Attributes:
        plugin: The plugin, or a class that is called without arguments to make it.
        spec: The spec; it is the one in `HookContract[…]`. It can be set to one that derives from it, for a plugin that
            has further hooks, or a class with several contracts.
        pluggy: The name of a pluggy project whose marks are accepted, as of `Registry`.

    Raises:
        TypeError: When a class is derived: it has no spec, or none that derives from those of all its bases; a case
            requires a hook of another spec; it is named `Test…` or derives from `TestCase`, and has no plugin; or
            `TestCase` would not await its async cases.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import hookimpl, hookspec
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str) -> str: ...
        >>> class GreetContract(HookContract[GreetSpec]):
        ...     def test_greetings_have_the_name(self) -> None:
        ...         assert all("Ada" in greeting for greeting in self.hook.greet(name="Ada"))

        And in a project with a plugin:

        >>> class Polite:
        ...     @hookimpl(GreetSpec.greet)
        ...     def greet(self, name: str) -> str:
        ...         return f"Good day, {name}."
        >>> class TestPolite(GreetContract):
        ...     plugin = Polite
    """

    __test__: ClassVar[bool] = False  # pytest collects the classes that have a plugin, whatever they are called
    plugin: object
    spec: ClassVar[Callable[..., Any]]
    pluggy: ClassVar[str] = ""

    def __init_subclass__(cls, **options: Any) -> None:
        """Find the spec, and tell a class to run from a base class."""
        super().__init_subclass__(**options)
        spec = _spec_for(cls)
        if isinstance(spec, TypeVar):
            return  # it is left open for derived classes
        cls.spec = spec
        _check_required(cls)
        if "__test__" not in vars(cls):
            has_plugin = _has_plugin(cls)
            if not has_plugin:
                _check_has_plugin(cls)
            if cls.__test__ != has_plugin:  # a False in a class itself is there because its author wrote it
                cls.__test__ = has_plugin
        if cls.__test__ and issubclass(cls, TestCase):
            _check_awaited(cls)

    def make_plugin(self) -> object:
        """Return the plugin for one case; override it for a plugin that is made with arguments.

        Returns:
            `plugin`, or what it makes if it is a class.

        Example:
            >>> class Rude:
            ...     def __init__(self, word: str) -> None:
            ...         self.word = word
            ...     @hookimpl(GreetSpec.greet)
            ...     def greet(self, name: str) -> str:
            ...         return f"{self.word}, {name}."
            >>> class TestRude(GreetContract):
            ...     def make_plugin(self) -> Rude:
            ...         return Rude("You")
            >>> TestRude().hook.greet(name="Ada")
            ['You, Ada.']
        """
        return self.plugin() if isinstance(self.plugin, type) else self.plugin

    @cached_property
    def registry(self) -> Registry[Spec]:
        """A registry with the plugin alone.

        Raises:
            PluginValidationError: The plugin cannot be registered.

        Example:
            >>> TestPolite().registry.plugin_names()
            ('Polite',)
        """
        registry = cast("Registry[Spec]", Registry(type(self).spec, pluggy=self.pluggy))
        self._plugin_name = registry.register(self.make_plugin()).name
        return registry

    @property
    def hook(self) -> Spec:
        """The hooks of `registry`, typed.

        Example:
            >>> TestPolite().hook.greet(name="Ada")
            ['Good day, Ada.']
        """
        return self.registry.hook

    def implements(self, hook: BaseSpec) -> bool:
        """Tell whether the plugin implements a hook; a wrapper is not enough.

        Args:
            hook: The hook, as in `AppSpec.render`.

        Raises:
            TypeError: `hook` is not a hook, but its name, for example.

        Example:
            >>> TestPolite().implements(GreetSpec.greet)
            True
        """
        expect_hook(hook)
        entry = self.registry._find(self._plugin_name)  # noqa: SLF001
        found = entry.implementations.values() if entry else ()
        answering = {impl.spec.name: impl.spec for several in found for impl in several if not impl.mark.wrapper}
        return hook_among(hook, answering) is not None

    def test_implements_the_spec(self) -> None:
        """The plugin can be registered.

        Example:
            >>> TestPolite().test_implements_the_spec()
        """
        assert_implements(self.make_plugin(), type(self).spec, pluggy=self.pluggy)


def requires(*hooks: BaseSpec) -> Callable[[Case], Case]:
    """Skip a case of a contract for plugins that lack one of these hooks; the report says which.

    Args:
        hooks: The hooks, as in `AppSpec.render`.

    Returns:
        A decorator for methods of a `HookContract`.

    Raises:
        TypeError: One of them is not a hook: `requires` is there without parentheses, or with the name of a hook.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import hookspec
        >>> class GreetSpec(Protocol):
        ...     @hookspec(firstresult=True)
        ...     def greet(self, *, name: str) -> str | None: ...
        >>> class GreetContract(HookContract[GreetSpec]):
        ...     @requires(GreetSpec.greet)
        ...     def test_strangers_are_greeted(self) -> None:
        ...         assert self.hook.greet(name="")
    """
    for each in hooks:
        expect_hook(each, "write @requires({})")

    def decorate(case: Case) -> Case:
        def check(contract: HookContract[Any]) -> None:
            missing = [hook.qualified_name for hook in hooks if not contract.implements(hook)]
            if missing:
                raise SkipTest(f"the plugin does not implement {', '.join(missing)}")

        @wraps(case)
        def run(self: HookContract[Any], *args: Any, **kwargs: Any) -> Any:
            check(self)
            return case(self, *args, **kwargs)

        @wraps(case)
        async def run_async(self: HookContract[Any], *args: Any, **kwargs: Any) -> Any:
            check(self)
            return await case(self, *args, **kwargs)

        decorated = run_async if iscoroutinefunction(case) else run
        vars(decorated)[_REQUIRED] = (*vars(decorated).get(_REQUIRED, ()), *hooks)
        return cast("Case", decorated)

    return decorate


# -- what is found out about a class when it is made ------------------------------------------------------------------


def _spec_for(cls: type[HookContract[Any]]) -> Any:
    """Return the spec of a class: what it says itself, or that of its bases; or a variable, where it is left open.

    Raises:
        TypeError: There is none, or none that derives from the specs of all bases.
        HookSpecError: It is not a spec.
    """
    bases: tuple[object, ...] = vars(cls).get("__orig_bases__", cls.__bases__)
    found = [spec for spec in map(_spec_of, bases) if spec is not None]
    inherited = dict.fromkeys(spec for spec in found if not isinstance(spec, TypeVar))
    candidates: list[Any] = [vars(cls)["spec"]] if "spec" in vars(cls) else list(inherited)
    for spec in candidates:
        hooks_of(spec)
        if all(each in spec.__mro__ for each in inherited):
            return spec
    if candidates:
        names = " and ".join(each.__name__ for each in inherited)
        raise TypeError(
            f"{cls.__qualname__} has no spec that derives from {names}\n"
            "  Hint: set 'spec = AppSpec' in it, to a spec that does: it has all their hooks"
        )
    if found:
        return found[0]
    raise TypeError(f"{cls.__qualname__} has no spec\n  Hint: derive it from HookContract[TheSpec]")


def _spec_of(base: object) -> Any:
    """Return the spec that a base has, or gets in its brackets; or None: it has none, or is not a contract."""
    contract: Any = get_origin(base) or base
    if HookContract not in contract.__mro__:
        return None
    if hasattr(contract, "spec"):
        return contract.spec
    parameters: tuple[object, ...] = contract.__parameters__
    variable = Spec if contract is HookContract else _spec_for(contract)
    return dict(zip(parameters, get_args(base), strict=False)).get(variable)  # without brackets there are no arguments


def _members(cls: type) -> dict[str, object]:
    """Return the attributes of a class and of its bases, as they are written."""
    return {name: value for base in reversed(cls.__mro__) for name, value in vars(base).items()}


def _check_required(cls: type[HookContract[Any]]) -> None:
    """Refuse cases that require hooks of other specs: they would always be skipped."""
    spec: Any = cls.spec
    known = hooks_of(spec)
    for name, case in _members(cls).items():
        required: tuple[BaseSpec, ...] = vars(case).get(_REQUIRED, ()) if isinstance(case, FunctionType) else ()
        for hook in required:
            if hook_among(hook, known) is None:
                raise TypeError(
                    f"{cls.__qualname__}.{name} requires {hook.qualified_name}, which is not a hook of {spec.__name__}"
                    "\n  Hint: require a hook of that spec, or derive the contract from HookContract[AppSpec], of a "
                    "spec that has it"
                )


def _has_plugin(cls: type[HookContract[Any]]) -> bool:
    """Tell whether a class has a plugin; what base classes do to make one does not count."""
    bases = cls.__mro__[: cls.__mro__.index(HookContract)]
    unrun = [base for base in bases if vars(base).get("__test__") is False]
    makers = [base for base in bases if "make_plugin" in vars(base)]
    return hasattr(cls, "plugin") or any(not any(issubclass(each, maker) for each in unrun) for maker in makers)


def _check_has_plugin(cls: type[HookContract[Any]]) -> None:
    """Refuse a class without a plugin that would be run, by its name or by its base: it would pass unseen, or fail."""
    if issubclass(cls, TestCase):
        hint = "derive it from TestCase only where a plugin is set: unittest runs whatever is one"
    elif cls.__name__.startswith("Test"):
        hint = "choose a name without 'Test'"
    else:
        return
    raise TypeError(
        f"{cls.__qualname__} has no plugin\n  Hint: set 'plugin = ...' in it; or, if it is to be derived from, {hint}"
    )


def _check_awaited(cls: type[TestCase]) -> None:
    """Refuse async cases where unittest calls them, and awaits nothing: they would pass unseen."""
    if any(getattr(cls, name) is not getattr(TestCase, name) for name in ("__call__", "run", "_callTestMethod")):
        return  # one of those that await, as `IsolatedAsyncioTestCase` does
    cases = [name for name, case in _members(cls).items() if name.startswith("test") and iscoroutinefunction(case)]
    if cases:
        raise TypeError(
            f"{cls.__qualname__} has async cases, which TestCase does not await: {', '.join(cases)}\n"
            "  Hint: derive it from unittest.IsolatedAsyncioTestCase"
        )
