"""`PluginManager`: which plugins there are. Hosts override its methods, and reach for its private state too."""

# The names are private to the package, or those that hosts know as private.
# pyright: reportPrivateUsage=false
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, cast

from pluginkit.pluggy._caller import HookCaller, HookRelay, _SubsetHookCaller
from pluginkit.pluggy._compat import DistFacade
from pluginkit.pluggy._config import normalize_hookimpl_opts
from pluginkit.pluggy._discovery import find, options_of
from pluginkit.pluggy._execution import _multicall
from pluginkit.pluggy._impl import HookImpl
from pluginkit.pluggy._result import Result
from pluginkit.pluggy._tracing import TagTracer, TagTracerSub
from pluginkit.pluggy._validation import PluginValidationError, format_definition, verify

if TYPE_CHECKING:
    from importlib.metadata import Distribution

    from pluginkit.pluggy._caller import _HookExec
    from pluginkit.pluggy._config import HookimplOpts, HookspecOpts
    from pluginkit.pluggy._decorators import _Namespace
    from pluginkit.pluggy._impl import _Plugin

__all__ = ["DistFacade", "PluginManager", "PluginValidationError"]

_BeforeTrace: TypeAlias = Callable[[str, Sequence[HookImpl], Mapping[str, Any]], None]
_AfterTrace: TypeAlias = Callable[[Result[Any], str, Sequence[HookImpl], Mapping[str, Any]], None]

_formatdef = format_definition  # the name that it has in pluggy
_UNKNOWN = object()  # no plugin has this name; a blocked name has None instead of a plugin


class _Entry(NamedTuple):
    """An implementation that is about to be added, the name of its hook, and whether it has been verified."""

    hook_name: str
    impl: HookImpl
    verified: bool


class PluginManager:
    """Registers plugins, and calls their implementations of hooks.

    Args:
        project_name: The name that the markers of the project have.

    Attributes:
        project_name: The name of the project.
        hook: The callers of the hooks.
        trace: Where messages about calls go.

    Example:
        >>> from pluginkit.pluggy import HookimplMarker, HookspecMarker, PluginManager
        >>> class Spec:
        ...     @HookspecMarker("myproject")
        ...     def greet(self, name): ...
        >>> class Polite:
        ...     @HookimplMarker("myproject")
        ...     def greet(self, name):
        ...         return f"Good day, {name}."
        >>> pm = PluginManager("myproject")
        >>> pm.add_hookspecs(Spec)
        >>> pm.register(Polite(), "polite")
        'polite'
        >>> pm.hook.greet(name="Ada")
        ['Good day, Ada.']
    """

    def __init__(self, project_name: str) -> None:
        self.project_name: Final[str] = project_name
        self._name2plugin: Final[dict[str, _Plugin]] = {}
        self._plugin_distinfo: Final[list[tuple[_Plugin, Distribution]]] = []
        self.hook: Final[HookRelay] = HookRelay()
        self.trace: Final[TagTracerSub] = TagTracer().get("pluginmanage")
        self._inner_hookexec: _HookExec = _multicall

    def _hookexec(
        self, hook_name: str, methods: Sequence[HookImpl], kwargs: Mapping[str, object], firstresult: bool
    ) -> object | list[object]:
        """Run the implementations of a call; hosts override it, and monitoring replaces what it calls."""
        return self._inner_hookexec(hook_name, methods, kwargs, firstresult)

    # -- registration --------------------------------------------------------------------------------------------------

    def register(self, plugin: _Plugin, name: str | None = None) -> str | None:
        """Register a plugin.

        Args:
            plugin: The plugin; None is ignored.
            name: Its name, or nothing for that of `get_canonical_name`.

        Returns:
            The name, or None where that is blocked.

        Raises:
            ValueError: The name or the plugin is registered.
            PluginValidationError: An implementation does not fit its hook, and nothing has changed.
        """
        if plugin is None:
            return None
        plugin_name = name or self.get_canonical_name(plugin)
        if self.is_blocked(plugin_name):
            return None
        what = f"{plugin_name}={plugin}\n{self._name2plugin}"
        if plugin_name in self._name2plugin:
            raise ValueError(f"Plugin name already registered: {what}")
        if plugin in self._name2plugin.values():
            raise ValueError(f"Plugin already registered under a different name: {what}")
        entries = [entry for each in dir(plugin) if (entry := self._entry(plugin, plugin_name, each))]
        self._name2plugin[plugin_name] = plugin
        for entry in entries:
            self._add(entry)
        return plugin_name

    def _entry(self, plugin: _Plugin, plugin_name: str, attribute: str) -> _Entry | None:
        """Return the implementation that an attribute of a plugin is, verified if its hook has been declared."""
        opts = self.parse_hookimpl_opts(plugin, attribute)
        if opts is None:
            return None
        normalize_hookimpl_opts(opts)
        found = find(plugin, attribute)
        assert found is not None, f"{plugin!r}.{attribute} is not a hookable attribute"
        impl = HookImpl(plugin, plugin_name, found.function, opts)
        hook_name = opts.get("specname") or attribute
        hook: HookCaller | None = getattr(self.hook, hook_name, None)
        verified = hook is not None and hook.has_spec()
        if hook is not None and verified:
            self._verify_hook(hook, impl)
        return _Entry(hook_name, impl, verified)

    def _add(self, entry: _Entry) -> None:
        hook: HookCaller | None = getattr(self.hook, entry.hook_name, None)
        if hook is None:
            hook = HookCaller(entry.hook_name, self._hookexec)
            setattr(self.hook, entry.hook_name, hook)
        elif not entry.verified and hook.has_spec():
            # An implementation that was added before has received a remembered call, and has declared this hook.
            self._verify_hook(hook, entry.impl)
        hook._maybe_apply_history(entry.impl)
        hook._add_hookimpl(entry.impl)

    def parse_hookimpl_opts(self, plugin: _Plugin, name: str) -> HookimplOpts | None:
        """Return the options of an implementation; hosts override it to find implementations in other ways.

        Args:
            plugin: The plugin.
            name: The name of one of its attributes.

        Returns:
            None where the attribute is not an implementation.
        """
        return cast("HookimplOpts | None", options_of(find(plugin, name), f"{self.project_name}_impl"))

    def unregister(self, plugin: _Plugin | None = None, name: str | None = None) -> Any | None:
        """Unregister a plugin, given as itself, by its name, or both.

        Args:
            plugin: The plugin.
            name: Its name.

        Returns:
            The plugin, or None where nothing has the name.

        Raises:
            ValueError: The plugin has another name.
        """
        if name is None:
            assert plugin is not None, "one of name or plugin needs to be specified"
            name = self.get_name(plugin)
            assert name is not None, "plugin is not registered"
        if plugin is None:
            plugin = self.get_plugin(name)
            if plugin is None:
                return None
        else:
            self._check_agreement(plugin, name)
        for caller in self.get_hookcallers(plugin) or ():
            caller._remove_plugin(plugin)
        if self._name2plugin.get(name) is not None:  # a name that is blocked stays so
            del self._name2plugin[name]
        return plugin

    def _check_agreement(self, plugin: _Plugin, name: str) -> None:
        of_name = self._name2plugin.get(name)
        of_plugin = self.get_name(plugin)
        if of_name not in (None, plugin) or of_plugin not in (None, name):
            raise ValueError(
                f"Plugin name {name!r} and plugin {plugin!r} do not agree"
                f" (name is registered to {of_name!r}, plugin is registered as {of_plugin!r})"
            )

    def set_blocked(self, name: str) -> None:
        """Keep plugins of a name out, and unregister the one there is.

        Args:
            name: The name.
        """
        self.unregister(name=name)
        self._name2plugin[name] = None

    def is_blocked(self, name: str) -> bool:
        """Tell whether a name is blocked.

        Args:
            name: The name.
        """
        return self._name2plugin.get(name, _UNKNOWN) is None

    def unblock(self, name: str) -> bool:
        """Let plugins of a name in again.

        Args:
            name: The name.

        Returns:
            Whether it was blocked.
        """
        blocked = self.is_blocked(name)
        if blocked:
            del self._name2plugin[name]
        return blocked

    # -- declarations --------------------------------------------------------------------------------------------------

    def add_hookspecs(self, module_or_class: _Namespace) -> None:
        """Declare the hooks that are marked in a module or a class.

        Args:
            module_or_class: What holds them.

        Raises:
            ValueError: There is none, or one of them has been declared already.
            PluginValidationError: An implementation that is registered does not fit.
        """
        count = 0
        for name in dir(module_or_class):
            opts = self.parse_hookspec_opts(module_or_class, name)
            if opts is not None:
                count += 1
                self._declare(module_or_class, name, opts)
        if not count:
            raise ValueError(f"did not find any {self.project_name!r} hooks in {module_or_class!r}")

    def _declare(self, namespace: _Namespace, name: str, opts: HookspecOpts) -> None:
        hook: HookCaller | None = getattr(self.hook, name, None)
        if hook is None:
            setattr(self.hook, name, HookCaller(name, self._hookexec, namespace, opts))
            return
        hook.set_specification(namespace, opts)
        for impl in hook.get_hookimpls():
            self._verify_hook(hook, impl)

    def parse_hookspec_opts(self, module_or_class: _Namespace, name: str) -> HookspecOpts | None:
        """Return the options of a hook; hosts override it to find hooks in other ways.

        Args:
            module_or_class: What may hold it.
            name: The name of one of its attributes.

        Returns:
            None where the attribute is not a hook.
        """
        return cast("HookspecOpts | None", options_of(find(module_or_class, name), f"{self.project_name}_spec"))

    def _verify_hook(self, hook: HookCaller, hookimpl: HookImpl) -> None:
        verify(hook, hookimpl)

    def check_pending(self) -> None:
        """Refuse implementations of hooks that have not been declared, unless they are optional.

        Raises:
            PluginValidationError: There is one.
        """
        callers: dict[str, HookCaller] = vars(self.hook)
        for name, hook in callers.items():
            if name.startswith("_") or hook.has_spec():
                continue
            for impl in hook.get_hookimpls():
                if not impl.optionalhook:
                    raise PluginValidationError(impl.plugin, f"unknown hook {name!r} in plugin {impl.plugin!r}")

    # -- what there is -------------------------------------------------------------------------------------------------

    def get_plugins(self) -> set[Any]:
        """Return all plugins."""
        return {plugin for plugin in self._name2plugin.values() if plugin is not None}

    def is_registered(self, plugin: _Plugin) -> bool:
        """Tell whether a plugin is registered.

        Args:
            plugin: The plugin, or one that equals it.
        """
        return any(plugin == other for other in self._name2plugin.values())

    def get_canonical_name(self, plugin: _Plugin) -> str:
        """Return the name for a plugin that is registered without one; hosts override it.

        Args:
            plugin: The plugin.
        """
        name: str | None = getattr(plugin, "__name__", None)
        return name or str(id(plugin))

    def get_plugin(self, name: str) -> Any | None:
        """Return the plugin of a name, or None.

        Args:
            name: The name.
        """
        return self._name2plugin.get(name)

    def has_plugin(self, name: str) -> bool:
        """Tell whether there is a plugin of a name.

        Args:
            name: The name.
        """
        return self.get_plugin(name) is not None

    def get_name(self, plugin: _Plugin) -> str | None:
        """Return the name of a plugin, or None.

        Args:
            plugin: The plugin, or one that equals it.
        """
        return next((name for name, other in self._name2plugin.items() if plugin == other), None)

    def list_name_plugin(self) -> list[tuple[str, _Plugin]]:
        """Return names and plugins, in the order of registration; None for names that are blocked."""
        return list(self._name2plugin.items())

    def get_hookcallers(self, plugin: _Plugin) -> list[HookCaller] | None:
        """Return the callers of the hooks that a plugin implements.

        Args:
            plugin: The plugin.

        Returns:
            None where it is not registered.
        """
        if self.get_name(plugin) is None:
            return None
        callers: Iterable[HookCaller] = vars(self.hook).values()
        return [caller for caller in callers if any(impl.plugin is plugin for impl in caller.get_hookimpls())]

    def subset_hook_caller(self, name: str, remove_plugins: Iterable[_Plugin]) -> HookCaller:
        """Return a caller of a hook that leaves some plugins out.

        Args:
            name: The hook.
            remove_plugins: The plugins.

        Returns:
            A view: it follows what is registered later.
        """
        caller: HookCaller = getattr(self.hook, name)
        removed = set(remove_plugins).intersection(impl.plugin for impl in caller._hookimpls)
        return _SubsetHookCaller(caller, removed) if removed else caller

    # -- entry points --------------------------------------------------------------------------------------------------

    def load_setuptools_entrypoints(self, group: str, name: str | None = None) -> int:
        """Register the plugins of an entry point group, except those whose names are taken or blocked.

        Args:
            group: The group.
            name: The only name to load, if it is to be one.

        Returns:
            How many have been loaded.
        """
        import importlib.metadata

        count = 0
        for dist in list(importlib.metadata.distributions()):
            for entry_point in dist.entry_points:
                if entry_point.group != group or name not in (None, entry_point.name):
                    continue
                if self.has_plugin(entry_point.name) or self.is_blocked(entry_point.name):
                    continue
                plugin = entry_point.load()
                self.register(plugin, name=entry_point.name)
                self._plugin_distinfo.append((plugin, dist))
                count += 1
        return count

    def list_plugin_distinfo(self) -> list[tuple[_Plugin, DistFacade]]:
        """Return the plugins that entry points have given, each with its distribution, which has a `project_name`."""
        return [(plugin, DistFacade(dist)) for plugin, dist in self._plugin_distinfo]

    def list_plugin_distributions(self) -> list[tuple[_Plugin, Distribution]]:
        """Return the plugins that entry points have given, each with its distribution."""
        return list(self._plugin_distinfo)

    # -- monitoring ----------------------------------------------------------------------------------------------------

    def add_hookcall_monitoring(self, before: _BeforeTrace, after: _AfterTrace) -> Callable[[], None]:
        """Have functions called before and after each call.

        Args:
            before: Takes the hook's name, the implementations and the arguments.
            after: Takes the outcome, and then the same.

        Returns:
            A function that undoes it. Those of several have to be called in reverse order.
        """
        inner = self._inner_hookexec

        def monitored(
            hook_name: str, hook_impls: Sequence[HookImpl], caller_kwargs: Mapping[str, object], firstresult: bool
        ) -> object:
            before(hook_name, hook_impls, caller_kwargs)
            outcome = Result[Any].from_call(lambda: inner(hook_name, hook_impls, caller_kwargs, firstresult))
            after(outcome, hook_name, hook_impls, caller_kwargs)
            return outcome.get_result()

        def undo() -> None:
            self._inner_hookexec = inner

        self._inner_hookexec = monitored
        return undo

    def enable_tracing(self) -> Callable[[], None]:
        """Send messages about calls to `trace`.

        Returns:
            A function that undoes it.
        """
        trace = self.trace.root.get("hook")

        def before(hook_name: str, _: Sequence[HookImpl], kwargs: Mapping[str, object]) -> None:
            trace.root.indent += 1
            trace(hook_name, kwargs)

        def after(outcome: Result[Any], hook_name: str, *_: object) -> None:
            if outcome.exception is None:
                trace("finish", hook_name, "-->", outcome.get_result())
            trace.root.indent -= 1

        return self.add_hookcall_monitoring(before, after)
