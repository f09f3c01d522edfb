"""Contracts: what a host expects of every plugin, as test cases that plugin authors run on theirs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, wraps
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast, get_args, get_origin
from unittest import SkipTest

from pluginkit._impl import hook_among
from pluginkit._registry import Registry
from pluginkit._spec import hooks_of
from pluginkit.testing._fixtures import assert_implements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pluginkit._spec import BaseSpec

Spec = TypeVar("Spec")
Case = TypeVar("Case", bound=Callable[..., Any])


class HookContract(Generic[Spec]):
    """Test cases that every plugin of a host has to pass.

    A host derives a class from `HookContract[ItsSpec]`, whose methods named `test_…` are the cases, and ships it. The
    author of a plugin derives a class from that and sets `plugin`. pytest collects it, and `unittest` does if it
    derives from `unittest.TestCase` as well. A case finds in `self.hook` the hooks of a registry with the plugin alone.
    It is a new one for each case, and so is the plugin, if it is a class or made by `make_plugin`.

    Attributes:
        plugin: The plugin, or a class that is called without arguments to make it.
        spec: The spec; it is the one in `HookContract[…]`.

    Raises:
        TypeError: The class is derived without a spec; or it is named `Test…`, and has no plugin.

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

    def __init_subclass__(cls, **options: Any) -> None:
        """Find the spec, and tell a class to be run from one to be derived from."""
        super().__init_subclass__(**options)
        spec = _spec_of(vars(cls).get("__orig_bases__", ()))
        if isinstance(spec, TypeVar):
            return  # it is left open, for classes that are derived from this one
        if spec is not None:
            hooks_of(spec)
            cls.spec = spec
        if not hasattr(cls, "spec"):
            raise TypeError(f"{cls.__qualname__} has no spec\n  Hint: derive it from HookContract[TheSpec]")
        if "__test__" in vars(cls):
            return
        makers = [vars(base).get("make_plugin") for base in cls.__mro__]
        cls.__test__ = hasattr(cls, "plugin") or any(makers[: cls.__mro__.index(HookContract)])
        if cls.__name__.startswith("Test") and not cls.__test__:
            raise TypeError(
                f"{cls.__qualname__} has no plugin\n"
                "  Hint: set 'plugin = ...' in it; or, if it is to be derived from, choose a name without 'Test'"
            )

    def make_plugin(self) -> object:
        """Return the plugin for one case; override it for a plugin that is made with arguments.

        Returns:
            `plugin`, or what it makes if it is a class.
        """
        return self.plugin() if isinstance(self.plugin, type) else self.plugin

    @cached_property
    def registry(self) -> Registry[Spec]:
        """A registry with the plugin alone.

        Raises:
            PluginValidationError: The plugin cannot be registered.
        """
        registry = cast("Registry[Spec]", Registry(type(self).spec))
        registry.register(self.make_plugin())
        return registry

    @property
    def hook(self) -> Spec:
        """The hooks of `registry`, typed."""
        return self.registry.hook

    def implements(self, hook: BaseSpec) -> bool:
        """Tell whether the plugin implements a hook.

        Args:
            hook: The hook, as in `AppSpec.render`.
        """
        (name,) = self.registry.plugin_names()
        callers: Iterable[Any] = self.registry.get_hookcallers(name) or ()
        return hook_among(hook, {caller.name: caller.spec for caller in callers}) is not None

    def test_implements_the_spec(self) -> None:
        """The plugin can be registered."""
        assert_implements(self.make_plugin(), type(self).spec)


def requires(*hooks: BaseSpec) -> Callable[[Case], Case]:
    """Skip a case of a contract for plugins that lack one of these hooks; the report says which.

    Args:
        hooks: The hooks, as in `AppSpec.render`.

    Returns:
        A decorator for methods of a `HookContract`.

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

        return cast("Case", run_async if iscoroutinefunction(case) else run)

    return decorate


def _spec_of(bases: tuple[object, ...]) -> Any:
    """Return what stands in the brackets of `HookContract[…]`, or None without any."""
    for base in bases:
        origin = get_origin(base)
        if isinstance(origin, type) and issubclass(origin, HookContract):
            return get_args(base)[0]
    return None
