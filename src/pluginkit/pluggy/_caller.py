"""`HookCaller`: what `pm.hook.<name>` is. It keeps implementations in order, and passes calls to its manager."""

# The names are private to the package, or those that hosts know as private.
# pyright: reportPrivateUsage=false
from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast, final

from pluginkit.pluggy._decorators import HookSpec
from pluginkit.pluggy._impl import HookImpl

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pluginkit.pluggy._config import HookimplOpts, HookspecOpts
    from pluginkit.pluggy._decorators import _Namespace
    from pluginkit.pluggy._impl import _Plugin

__all__ = ["HookCaller", "HookRelay"]

_HookExec: TypeAlias = Callable[[str, Sequence[HookImpl], Mapping[str, object], bool], object]
_CallHistory: TypeAlias = list[tuple[Mapping[str, object], Callable[[Any], None] | None]]
_HISTORIC = "Cannot directly call a historic hook - use call_historic instead."


@final
class HookRelay:
    """Holds the callers of all hooks, one attribute each."""

    __slots__ = ("__dict__",)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> HookCaller: ...


_HookRelay = HookRelay  # an old name that plugins still import


def _place(impls: Sequence[HookImpl], impl: HookImpl) -> int:
    """Return where an implementation belongs among others, which are in reverse call order.

    That is: plain ones and then wrappers; in each, `trylast`, neither, `tryfirst`. One that is marked as both is
    inserted as `trylast`, but stops the search for the place of the next as `tryfirst`: so does pluggy.
    """
    wrappers = (place for place, other in enumerate(impls) if other.hookwrapper or other.wrapper)
    split = next(wrappers, len(impls))
    start, end = (split, len(impls)) if impl.hookwrapper or impl.wrapper else (0, split)
    if impl.trylast:
        return start
    if not impl.tryfirst:
        while end > start and impls[end - 1].tryfirst:
            end -= 1
    return end


class HookCaller:
    """Calls the implementations of one hook.

    Args:
        name: The hook's name.
        hook_execute: Runs implementations.
        specmodule_or_class: What declares the hook, if something does.
        spec_opts: How it is declared.

    Attributes:
        name: The hook's name.
        spec: Its declaration, or None.
    """

    __slots__ = ("_call_history", "_hookexec", "_hookimpls", "name", "spec")

    def __init__(
        self,
        name: str,
        hook_execute: _HookExec,
        specmodule_or_class: _Namespace | None = None,
        spec_opts: HookspecOpts | None = None,
    ) -> None:
        self.name: str = name
        self._hookexec: _HookExec = hook_execute
        self._hookimpls: list[HookImpl] = []
        self._call_history: _CallHistory | None = None
        self.spec: HookSpec | None = None
        if specmodule_or_class is not None:
            assert spec_opts is not None
            self.set_specification(specmodule_or_class, spec_opts)

    def __repr__(self) -> str:
        return f"<HookCaller {self.name!r}>"

    def has_spec(self) -> bool:
        """Tell whether the hook has been declared.

        Returns:
            False where there are only implementations of it.
        """
        return self.spec is not None

    def set_specification(self, specmodule_or_class: _Namespace, spec_opts: HookspecOpts) -> None:
        """Declare the hook.

        Args:
            specmodule_or_class: What holds the declaration.
            spec_opts: Its options.

        Raises:
            ValueError: It has been declared already.
        """
        if self.spec is not None:
            raise ValueError(f"Hook {self.spec.name!r} is already registered within namespace {self.spec.namespace}")
        self.spec = HookSpec(specmodule_or_class, self.name, spec_opts)
        if spec_opts.get("historic"):
            self._call_history = []

    def is_historic(self) -> bool:
        """Tell whether calls are remembered.

        Returns:
            True where the hook is to be called with `call_historic`.
        """
        return self._call_history is not None

    def get_hookimpls(self) -> list[HookImpl]:
        """Return all implementations.

        Returns:
            A list of its own, in reverse call order.
        """
        return self._hookimpls.copy()

    def _add_hookimpl(self, hookimpl: HookImpl) -> None:
        self._hookimpls.insert(_place(self._hookimpls, hookimpl), hookimpl)

    def _remove_plugin(self, plugin: _Plugin) -> None:
        kept = [impl for impl in self._hookimpls if impl.plugin != plugin]
        if len(kept) == len(self._hookimpls):
            raise ValueError(f"plugin {plugin!r} not found")
        self._hookimpls[:] = kept

    def _apply_defaults(self, kwargs: Mapping[str, object]) -> Mapping[str, object]:
        spec = self.spec
        return {**spec.kwargdefaults, **kwargs} if spec is not None and spec.kwargdefaults else kwargs

    def _verify_all_args_are_provided(self, kwargs: Mapping[str, object]) -> None:
        names = self.spec.argnames if self.spec is not None else ()
        for name in names:
            if name not in kwargs:  # checked before the warning is made, as in most calls there is none
                missing = ", ".join(repr(name) for name in names if name not in kwargs)
                text = f"Argument(s) {missing} which are declared in the hookspec cannot be found in this hook call"
                warnings.warn(text, stacklevel=3)
                return

    def _is_firstresult(self) -> bool:
        return self.spec is not None and self.spec.opts.get("firstresult", False)

    # An implementation may register further plugins, so these three run a copy of the list.

    def __call__(self, **kwargs: object) -> Any:
        """Call all implementations.

        Returns:
            A list of what they give that is not None; the first such answer, or None, where the hook is `firstresult`.
        """
        assert self._call_history is None, _HISTORIC
        given = self._apply_defaults(kwargs)
        self._verify_all_args_are_provided(given)
        return self._hookexec(self.name, self._hookimpls.copy(), given, self._is_firstresult())

    def call_extra(self, methods: Sequence[Callable[..., object]], kwargs: Mapping[str, object]) -> Any:
        """Call all implementations and some functions, which run as if they were registered last.

        Args:
            methods: The functions.
            kwargs: The arguments.

        Returns:
            What a call returns.
        """
        assert self._call_history is None, _HISTORIC
        given = self._apply_defaults(kwargs)
        self._verify_all_args_are_provided(given)
        opts: HookimplOpts = {
            "wrapper": False,
            "hookwrapper": False,
            "optionalhook": False,
            "tryfirst": False,
            "trylast": False,
            "specname": None,
        }
        impls = self._hookimpls.copy()
        for method in methods:
            extra = HookImpl(None, "<temp>", method, opts)
            impls.insert(_place(impls, extra), extra)
        return self._hookexec(self.name, impls, given, self._is_firstresult())

    def call_historic(
        self,
        result_callback: Callable[[Any], None] | None = None,
        kwargs: Mapping[str, object] | None = None,
    ) -> None:
        """Call all implementations, and those of plugins that will be registered when they are.

        Args:
            result_callback: Takes each answer that is not None.
            kwargs: The arguments.
        """
        assert self._call_history is not None
        given = self._apply_defaults(kwargs or {})
        self._verify_all_args_are_provided(given)
        self._call_history.append((given, result_callback))
        answers = self._hookexec(self.name, self._hookimpls.copy(), given, False)
        if result_callback is not None and isinstance(answers, list):
            for answer in cast("list[object]", answers):
                result_callback(answer)

    def _maybe_apply_history(self, method: HookImpl) -> None:
        # An index would miss nothing either; a list that grows meanwhile is followed to its end, as pluggy does.
        for kwargs, callback in self._call_history or ():
            answers = self._hookexec(self.name, [method], kwargs, False)
            if answers and callback is not None:
                callback(cast("list[object]", answers)[0])


_HookCaller = HookCaller  # an old name that plugins still import


class _SubsetHookCaller(HookCaller):  # pyright: ignore[reportUnusedClass] - the manager makes it
    """A view of a caller that leaves some plugins out. It has no state of its own."""

    __slots__ = ("_orig", "_remove_plugins")

    def __init__(self, orig: HookCaller, remove_plugins: AbstractSet[_Plugin]) -> None:
        # What the base class would set is asked of the original instead.
        self._orig: Final = orig
        self._remove_plugins: Final = remove_plugins
        self.name = orig.name
        self._hookexec = orig._hookexec

    def __repr__(self) -> str:
        return f"<_SubsetHookCaller {self.name!r}>"

    if TYPE_CHECKING:  # what the base class has
        spec: HookSpec | None
    else:

        @property
        def _hookimpls(self) -> list[HookImpl]:
            return [impl for impl in self._orig._hookimpls if impl.plugin not in self._remove_plugins]

        @property
        def spec(self) -> HookSpec | None:
            return self._orig.spec

        @property
        def _call_history(self) -> _CallHistory | None:
            return self._orig._call_history
