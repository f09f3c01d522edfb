"""`Registry`: it stores plugins, validates them, and commits; it never combines or orders what they do.

Every change follows one pattern: the whole change is worked out against the current state, which refuses what is
wrong, and then the state is exchanged in one assignment, under one lock. A state is an immutable record, so that
looking something up takes no lock. If the state is not the one any more that the change was worked out against, because
a finalizer or a signal handler has changed it meanwhile, the change is worked out again. Code of a plugin (the replay
of a historic call), and whatever reads its functions, runs without the lock.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial, reduce
from types import FunctionType, ModuleType, TracebackType
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    Literal,
    NamedTuple,
    NoReturn,
    Self,
    TypeAlias,
    TypeGuard,
    TypeVar,
    get_origin,
)

from pluginkit._call.caller import BaseCaller
from pluginkit._call.failure import Failure, log_failure
from pluginkit._call.history import HistoricCall
from pluginkit._call.observed import Around, Observation
from pluginkit._call.order import Excluded, Only, OrderCycleError, Snapshot
from pluginkit._call.relay import HookRelay, caller_for, relay_class
from pluginkit._call.state import HookState
from pluginkit._call.store import State, Store
from pluginkit._declare.impl import HookImpl
from pluginkit._declare.spec import BaseSpec, different_hooks, hooks_of
from pluginkit._declare.types import AsyncHistoricCaller, AsyncHookCaller, HistoricCaller, HookCaller
from pluginkit._errors import PluginValidationError, Problem, closest, coded, unpicklable
from pluginkit._implement.plugin import Distribution, Lazy, RegisteredPlugin
from pluginkit._implement.scan import MarkedFunction, is_a, scan
from pluginkit._implement.validate import (
    deprecations,
    expect_hook,
    hook_among,
    match,
    read_plugin,
    unmarked,
    warn_of_deprecations,
)
from pluginkit._load.entrypoints import EntryPoint
from pluginkit._load.report import LoadReport

Spec_co = TypeVar("Spec_co", covariant=True)
OtherSpec = TypeVar("OtherSpec")
Missed: TypeAlias = tuple[HistoricCall, HookImpl]
AnyCaller: TypeAlias = (
    HookCaller[..., object, object]
    | AsyncHookCaller[..., object, object]
    | HistoricCaller[..., object]
    | AsyncHistoricCaller[..., object]
)


class Admission(NamedTuple):
    """A plugin that is to be registered, and how.

    Attributes:
        plugin: The plugin.
        name: Its name, or None for a name made from that of the plugin.
        distribution: The distribution that it was loaded from, or None.
        replacing: Whether it replaces the plugin of that name.
        stand_in: What it replaces, where it was registered lazily.
        allow_empty: Whether it may implement no hook.
    """

    plugin: object
    name: str | None
    distribution: Distribution | None = None
    replacing: bool = False
    stand_in: Lazy | None = None
    allow_empty: bool = False


class Hook:
    """What a registry has for one hook.

    Attributes:
        state: What changes about it.
        caller: What `registry.hook` has for it.
    """

    __slots__ = ("caller", "state")

    def __init__(self, state: HookState, caller: FunctionType | BaseCaller) -> None:
        self.state: HookState = state
        self.caller: FunctionType | BaseCaller = caller


class Registration:
    """The registration of a plugin, from `register` or `replace`; closing it unregisters the plugin.

    Attributes:
        name: The name of the plugin.
        plugin: The plugin.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import Registry, hookimpl, hookspec
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str) -> str: ...
        >>> class Polite:
        ...     @hookimpl(GreetSpec.greet)
        ...     def greet(self, name: str) -> str:
        ...         return f"Good day, {name}."
        >>> registry = Registry(GreetSpec)
        >>> with registry.register(Polite()):
        ...     registry.hook.greet(name="Ada")
        ['Good day, Ada.']
        >>> registry.hook.greet(name="Ada")
        []
    """

    __slots__ = ("_entry", "_registry", "name", "plugin")

    def __init__(self, registry: Registry[Any], entry: RegisteredPlugin) -> None:
        self.name: str = entry.name
        self.plugin: object = entry.plugin
        self._registry = registry
        self._entry = entry

    def __repr__(self) -> str:
        return f"<Registration of plugin '{self.name}'>"

    def __reduce__(self) -> NoReturn:
        raise unpicklable(repr(self), "keep it in the process that registered the plugin")

    def close(self) -> None:
        """Unregister the plugin; do nothing if it was unregistered or replaced already.

        Example:
            >>> registration = registry.register(Polite())
            >>> registration.close()
            >>> registry.plugin_names()
            ()
        """
        self._registry._close(self._entry)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - of this module

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class Registry(Generic[Spec_co]):
    """The plugins of a host, and the calls of its hooks.

    `registry.hook` has a typed caller for every hook of the spec. All methods can be called from any thread, and
    from within a hook call, which keeps the plugins that it started with. The examples of the methods continue
    the example below.

    Args:
        spec: The Protocol class that declares the host's hooks. It is composed by inheritance.
        pluggy: The project name of a pluggy `HookimplMarker`, whose marks are accepted as well.
        reference: Where the registry can be found again, such as `myhost.app:registry`: what `pickle` and `copy` keep.
        order: Which implementations of equal rank run first: the "last" registered, or the "first", for a host whose
            users list plugins.
        on_error: Takes what plugins raise in hooks with `errors="skip"`; without it, the logger `pluginkit` does. What
            it raises itself leaves the call.

    Raises:
        HookSpecError: `spec` is not a Protocol class, declares no hook, or has members that are not hooks.
        ValueError: `order` is neither.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import Registry, hookimpl, hookspec
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str) -> str: ...
        >>> class Polite:
        ...     @hookimpl(GreetSpec.greet)
        ...     def greet(self, name: str) -> str:
        ...         return f"Good day, {name}."
        >>> registry = Registry(GreetSpec)
        >>> registry.register(Polite())
        <Registration of plugin 'Polite'>
        >>> registry.hook.greet(name="Ada")
        ['Good day, Ada.']
    """

    hook: Spec_co
    """A typed caller for each hook, as an attribute of its name."""

    def __init__(
        self,
        spec: Callable[..., Spec_co],
        *,
        pluggy: str = "",
        reference: str = "",
        order: Literal["last", "first"] = "last",
        on_error: Callable[[Failure], object] = log_failure,
    ) -> None:
        # `Callable[..., Spec_co]`, because type checkers refuse a Protocol class where `type[Spec_co]` is expected.
        self._spec: Any = get_origin(spec) or spec
        self._pluggy = pluggy
        self._reference = reference
        hooks = hooks_of(spec)
        self.order = order
        self._names = tuple(hooks)  # those of the spec itself, without what is added later
        self._store = Store(State(hooks), first=_is_first(order), report=on_error)
        self._hooks: dict[BaseSpec, Hook] = {}  # it only grows; which hooks there are is for the state to say
        self._relay_classes: dict[Any, type[HookRelay]] = {}
        self._groups: dict[str, bool] = {}  # that were loaded, and whether lazily; `pluginkit check` asks
        self.hook = self._relay(spec, self._names)
        if traced := os.environ.get("PLUGINKIT_TRACE"):
            self._trace(traced)

    def __repr__(self) -> str:
        return f"<Registry of {self._spec.__name__}, {len(self._store.state.plugins)} plugins>"

    def __reduce__(self) -> tuple[Callable[[str], Registry[Any]], tuple[str]]:
        """Refer to the registry, for `pickle` and `copy`."""
        if not self._reference:
            raise unpicklable(repr(self), "pass Registry(..., reference='module:registry'), or make it in each process")
        return _recreated, (self._reference,)

    # -- plugins come and go --------------------------------------------------------------------------------------

    def register(self, plugin: object, name: str | None = None, *, allow_empty: bool = False) -> Registration:
        """Register a plugin, and replay the calls of historic hooks to it.

        Args:
            plugin: Any object that holds implementations: an instance, a module, or a class with static or class
                methods.
            name: Its name; without one it is called after its `__name__`, else its class, with a number appended
                if that is taken.
            allow_empty: Accept a plugin that implements no hook, such as one that only brings files.

        Returns:
            The registration: its `close` unregisters the plugin, and so does leaving its `with` block.

        Raises:
            PluginValidationError: The name is taken or blocked, the plugin is registered already, or its
                implementations do not fit the hooks. All problems are in the one error, and nothing has changed.

        Example:
            >>> with registry.register(Polite(), "another"):
            ...     registry.plugin_names()
            ('Polite', 'another')
        """
        return self._admit(Admission(plugin, name, allow_empty=allow_empty))

    async def aregister(self, plugin: object, name: str | None = None, *, allow_empty: bool = False) -> Registration:
        """Register a plugin as `register` does, and await the replayed calls of async historic hooks.

        Example:
            >>> import asyncio
            >>> asyncio.run(registry.aregister(Polite(), "later"))
            <Registration of plugin 'later'>
        """
        return await self._admit_async(Admission(plugin, name, allow_empty=allow_empty))

    def replace(self, name: str, plugin: object) -> Registration:
        """Replace a plugin by another one, under the same name and at the same place in the order of registration.

        Each hook switches from one to the other in one step: no call sees both, or neither.

        Raises:
            PluginValidationError: No plugin has that name, or the new one cannot be registered. The old one stays.

        Example:
            >>> registry.replace("later", Polite())
            <Registration of plugin 'later'>
        """
        return self._admit(Admission(plugin, self._entry(name).name, replacing=True))

    async def areplace(self, name: str, plugin: object) -> Registration:
        """Replace a plugin as `replace` does, and await the replayed calls of async historic hooks.

        Example:
            >>> asyncio.run(registry.areplace("later", Polite()))
            <Registration of plugin 'later'>
        """
        return await self._admit_async(Admission(plugin, self._entry(name).name, replacing=True))

    def unregister(self, name_or_plugin: object) -> object:
        """Unregister a plugin, given by name or as the object itself, and return it.

        Raises:
            PluginValidationError: It is not registered.

        Example:
            >>> plugin = registry.unregister("later")
            >>> registry.plugin_names()
            ('Polite',)
        """
        entry = self._entry(name_or_plugin)
        while not self._close(entry):
            entry = self._entry(name_or_plugin)
        return entry.plugin

    def set_blocked(self, name: str) -> None:
        """Block a name: unregister the plugin of that name, and accept none until `unblock`.

        Example:
            >>> registry.set_blocked("shouting")
            >>> registry.is_blocked("shouting")
            True
        """
        self._change(lambda state: state.with_blocked(name), lambda state: state.plugins.get(name))

    def unblock(self, name: str) -> bool:
        """Accept a blocked name again, and return whether it was blocked. An unregistered plugin does not come back.

        Example:
            >>> registry.unblock("shouting")
            True
        """
        return name in self._change(lambda state: state.without_blocked(name)).blocked

    def load_entrypoints(
        self,
        group: str,
        *,
        only: Iterable[str] | None = None,
        exclude: Iterable[str] | None = None,
        prefer: Mapping[str, str] | None = None,
        ignore_errors: bool = False,
        lazy: bool = False,
        switches: str = "",
    ) -> LoadReport:
        """Load and register the plugins that installed distributions offer under an entry point group.

        Entry points are taken in the order of their names, which become the plugins' names. Names that are blocked,
        excluded, not among `only`, or registered before are skipped without being imported. A class is instantiated.

        Args:
            group: The entry point group, such as `proofread.plugins`.
            only: The names that may be loaded; one that nothing offers is an error.
            exclude: Names that are not loaded.
            prefer: For a name that several distributions offer, the distribution to choose. Without it
                such a name is an error, and none of them is loaded.
            ignore_errors: Go on after a plugin that cannot be loaded or registered, and report it.
            lazy: Import a plugin only when a hook that it implements is first called. What it implements is known
                from an earlier real load; a plugin that was not loaded before, or has changed, is loaded at once.
            switches: The environment variable in which users of the host switch plugins off, such as `MYHOST_PLUGINS`.
                It holds names, separated by commas or spaces, that are read from left to right: `none` switches all
                plugins off, `-name` one, and `name` one on again. A name that no plugin has is a `RuntimeWarning`.

        Returns:
            What was loaded, skipped, and failed.

        Raises:
            PluginValidationError: A plugin cannot be loaded, whatever it raised, or cannot be registered; it names
                the plugin and its distribution. Plugins before it stay registered.

        Example:
            >>> registry.load_entrypoints("greet.plugins")
            <LoadReport: 0 loaded, 0 skipped, 0 failed, no distribution offers 'greet.plugins'>
        """
        from pluginkit._load.discovery import Choice, at_once, load_group  # late: many programs discover nothing
        from pluginkit._load.finding import find

        host = RegistryHost(self)
        self._groups[group] = lazy
        choice = Choice(only, exclude, prefer or {}, switches)
        admit = self._lazily(host, group, ignore_errors=ignore_errors) if lazy else at_once(host)
        found = find(group)
        report = load_group(host, found.points, choice, admit, ignore_errors=ignore_errors, broken=found.broken)
        return report if found.points or found.broken else report._replace(unknown_group=group)

    def load_modules(self, names: Iterable[str], *, ignore_errors: bool = False) -> LoadReport:
        """Import and register plugins that are named, as in a configuration file; each is isolated.

        Args:
            names: References such as `package.module` or `package.module:attribute`, which become the plugins'
                names. A class is instantiated.
            ignore_errors: Go on after a plugin that cannot be loaded or registered, and report it.

        Returns:
            What was loaded, skipped because it is blocked or registered already, and failed.

        Raises:
            PluginValidationError: As `load_entrypoints` does.

        Example:
            >>> registry.load_modules(["no_such_module"], ignore_errors=True)
            <LoadReport: 0 loaded, 0 skipped, 1 failed>
        """
        from pluginkit._load.discovery import load_modules  # late: as above

        return load_modules(RegistryHost(self), names, ignore_errors=ignore_errors)

    async def aload(self) -> None:
        """Load every plugin that was registered lazily, in a thread: the event loop goes on meanwhile.

        Raises:
            PluginValidationError: A plugin cannot be loaded; it stays as it is, and so do those behind it.

        Example:
            >>> asyncio.run(registry.aload())
        """
        from pluginkit._load.lazy import in_thread  # late: few hosts want it

        for entry in self._store.state.plugins.values():
            if is_a(entry.plugin, Lazy):
                await in_thread(partial(entry.plugin.load, "aload"))

    # -- looking up -----------------------------------------------------------------------------------------------

    def plugin_names(self) -> tuple[str, ...]:
        """Return the names of the plugins, in the order of registration.

        Example:
            >>> registry.plugin_names()
            ('Polite',)
        """
        return tuple(self._store.state.plugins)

    def is_registered(self, name_or_plugin: object) -> bool:
        """Tell whether a plugin, given by name or as the object itself, is registered.

        Example:
            >>> registry.is_registered("Polite")
            True
        """
        return self._find(name_or_plugin) is not None

    def is_blocked(self, name: str) -> bool:
        """Tell whether a name is blocked.

        Example:
            >>> registry.is_blocked("Polite")
            False
        """
        return name in self._store.state.blocked

    def get_plugin(self, name: str) -> object | None:
        """Return the plugin of that name, or None. One that was registered lazily is loaded first.

        Raises:
            PluginValidationError: It was registered lazily, and cannot be loaded.

        Example:
            >>> isinstance(registry.get_plugin("Polite"), Polite)
            True
        """
        entry = self._store.state.plugins.get(name)
        if entry is not None and is_a(entry.plugin, Lazy):
            entry.plugin.load("get_plugin")
            entry = self._store.state.plugins.get(name)
        return None if entry is None or is_a(entry.plugin, Lazy) else entry.plugin

    def get_distribution(self, name_or_plugin: object) -> Distribution | None:
        """Return the distribution that a plugin was loaded from, or None if it was not loaded by `load_entrypoints`.

        Example:
            >>> print(registry.get_distribution("Polite"))
            None
        """
        entry = self._find(name_or_plugin)
        return entry.distribution if entry else None

    def get_name(self, plugin: object) -> str | None:
        """Return the name of a plugin, or None if it is not registered.

        Example:
            >>> registry.get_name(registry.get_plugin("Polite"))
            'Polite'
        """
        entry = None if is_a(plugin, str) else self._find(plugin)
        return entry.name if entry else None

    def get_hookcallers(self, name_or_plugin: object) -> tuple[AnyCaller, ...] | None:
        """Return a caller for each hook that a plugin implements, or None if it is not registered.

        Example:
            >>> [caller.name for caller in registry.get_hookcallers("Polite") or ()]
            ['greet']
        """
        entry = self._find(name_or_plugin)
        if entry is None:
            return None
        hooks = self._store.state.hooks
        callers: Any = [self._hook(hooks[name]).caller for name in entry.implementations]
        return tuple(callers)

    if not TYPE_CHECKING:  # pragma: no branch - to checkers, no name exists that is not declared

        def __getattr__(self, name: str) -> NoReturn:
            """Refuse a name, and say what pluggy's stands for here."""
            hint = _OF_PLUGGY.get(name)
            message = f"'Registry' object has no attribute '{name}'" + (f"\n  Hint: {hint}" if hint else "")
            raise AttributeError(message, name=name, obj=self)

    # -- observing ------------------------------------------------------------------------------------------------

    def observe(self, around: Around, *, per: Literal["implementation", "call"] = "implementation") -> Observation:
        """Let an observer see every call from now on, without a change to any of them.

        What is made for a call is entered before it and left after it, in the same task; of a wrapper, from when it
        begins until it has ended. That holds for replays of historic calls, for `each`, for further functions of
        `call_extra`, and for views such as `without`. Several observers nest, the first one outermost. While there is
        one, no hook is compiled.

        Args:
            around: Takes a `Call` and returns a context manager. What it raises, or its context manager does, is
                written to the logger `pluginkit` the first time, and changes nothing.
            per: Whether it sees each call of an "implementation", the import of a lazy plugin that a call needs
                included, or each "call" of a hook as a whole.

        Returns:
            The observation: its `close` ends it, and so does leaving its `with` block.

        Raises:
            ValueError: `per` is neither.
            TypeError: `around` cannot be called.

        Example:
            >>> from contextlib import contextmanager
            >>> @contextmanager
            ... def show(call):
            ...     print(f"{call.plugin_name}: {call.hook}")
            ...     yield
            >>> with registry.observe(show):
            ...     registry.hook.greet(name="Ada")
            Polite: GreetSpec.greet
            ['Good day, Ada.']
        """
        from pluginkit._call.observing import observer_of  # late: most hosts have no observer

        observer = observer_of(around, per)
        self._observe(lambda present: (*present, observer))
        return Observation(
            lambda: self._observe(lambda present: tuple(each for each in present if each is not observer))
        )

    # -- other views, other hooks ---------------------------------------------------------------------------------

    def without(self, *names_or_plugins: object) -> Spec_co:
        """Return a relay like `registry.hook` whose calls leave out some plugins; it follows later registrations.

        Raises:
            PluginValidationError: One of them is not registered.

        Example:
            >>> registry.without("Polite").greet(name="Ada")
            []
        """
        excluded = frozenset(self._entry(each).name for each in names_or_plugins)
        relay: Spec_co = self._relay(self._spec, self._names, excluded)
        return relay

    def only(self, *names_or_plugins: object) -> Spec_co:
        """Return a relay like `registry.hook` whose calls run some plugins only, wrappers included.

        It goes by their names: it follows replacements, and leaves out plugins that are registered later. The functions
        of a `call_extra` run as well.

        Raises:
            PluginValidationError: One of them is not registered.

        Example:
            >>> registry.only("Polite").greet(name="Ada")
            ['Good day, Ada.']
        """
        relay: Spec_co = self._relay(self._spec, self._names, Only(self._entry(each).name for each in names_or_plugins))
        return relay

    def add_spec(self, spec: Callable[..., OtherSpec]) -> OtherSpec:
        """Add the hooks of a further spec, such as one that a plugin brings, and return a relay for them.

        Optional implementations of plugins that are registered already take effect. Adding a spec again only
        returns a relay for it.

        Raises:
            HookSpecError: `spec` is not a spec, or has a hook whose name is that of another hook.
            PluginValidationError: A plugin that is registered already has an optional implementation that does not
                fit. In both cases nothing has changed.

        Example:
            >>> class LeaveSpec(Protocol):
            ...     @hookspec
            ...     def reraise(self, *, name: str) -> str: ...
            >>> registry.add_spec(LeaveSpec).reraise(name="Ada")
            []
        """
        hooks = hooks_of(spec)
        while not self._add_hooks(hooks, self._store.state):
            pass
        relay: OtherSpec = self._relay(get_origin(spec) or spec, hooks)
        return relay

    # -- the inside -----------------------------------------------------------------------------------------------

    def _relay(self, spec: Any, names: Iterable[str], excluded: Excluded = frozenset()) -> Any:
        made = self._relay_classes.get(spec) or self._relay_classes.setdefault(spec, relay_class(spec))
        hooks = {name: self._hook(self._store.state.hooks[name]) for name in names}
        if excluded:
            return made({name: caller_for(hook.state, excluded) for name, hook in hooks.items()})
        return made({name: hook.caller for name, hook in hooks.items()})

    def _hook(self, spec: BaseSpec) -> Hook:
        """Return what there is for a hook."""
        present = self._hooks.get(spec)
        if present is None:
            state = HookState(spec, self._store)
            present = self._hooks.setdefault(spec, Hook(state, caller_for(state)))
        return present

    def _trace(self, wanted: str) -> None:
        from pluginkit.observe._trace import traced  # late: few programs are traced

        observer = traced(wanted)
        if observer is not None:
            self.observe(observer)

    def _observe(self, change: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> None:
        from pluginkit._call.observing import Observers  # late: as above

        with self._store.lock:
            exchanged = False
            while not exchanged:
                before = self._store.observers
                every = change(before.every if before else ())
                after = Observers(every, self._distribution_of) if every else None
                exchanged = self._store.exchange_observers(before, after)
            for hook in list(self._hooks.values()):
                hook.state.renew()

    def _distribution_of(self, name: str) -> Distribution | None:
        entry = self._store.state.plugins.get(name)
        return entry.distribution if entry else None

    def _find(self, name_or_plugin: object) -> RegisteredPlugin | None:
        return _found(self._store.state, name_or_plugin)

    def _entry(self, name_or_plugin: object) -> RegisteredPlugin:
        entry = self._find(name_or_plugin)
        if entry is None:
            hint = closest(name_or_plugin, self._store.state.plugins) if is_a(name_or_plugin, str) else ""
            name = name_or_plugin if is_a(name_or_plugin, str) else _default_name(name_or_plugin)
            raise PluginValidationError(name, (Problem("is not registered", hint=hint, code="PK404"),))
        return entry

    def _admit(self, wanted: Admission) -> Registration:
        self._warn(wanted)
        replayed: dict[str, int] = {}
        while isinstance(missed := self._commit_unless_missed(wanted, replayed), list):
            from pluginkit._call.historic_caller import replay  # late: few hosts have historic hooks
            from pluginkit._call.policies import Guard

            self._refuse_async(missed)
            replay(missed, Guard(self._store.report), self._store)
        return missed

    async def _admit_async(self, wanted: Admission) -> Registration:
        self._warn(wanted)
        replayed: dict[str, int] = {}
        while isinstance(missed := self._commit_unless_missed(wanted, replayed), list):
            from pluginkit._call.historic_caller import replay_async  # late: as above
            from pluginkit._call.policies import Guard

            await replay_async(missed, Guard(self._store.report), self._store)
        return missed

    def _warn(self, wanted: Admission) -> None:
        """Warn of what is deprecated, before anything has changed; a filter may make an exception of the warning."""
        state = self._store.state
        if any(hook.deprecated or hook.deprecated_parameters for hook in state.hooks.values()):
            entry = self._checked(state, wanted)
            warn_of_deprecations(impl for several in entry.implementations.values() for impl in several)

    def _commit_unless_missed(self, wanted: Admission, replayed: dict[str, int]) -> Registration | list[Missed]:
        """Check a plugin, and commit it; unless there are historic calls to replay to it first, which are returned.

        A replay may register other plugins or call historic hooks, and so may other threads: each round checks the
        plugin against the state as it then is. `replayed` counts the calls of each historic hook that were returned.
        """
        while True:
            state = self._store.state
            entry = self._checked(state, wanted)
            with self._store.lock:
                present = self._store.state
                if present.hooks is not state.hooks or (not wanted.name and entry.name in present.plugins):
                    continue
                if present is not state:
                    self._check_names(present, wanted.plugin, entry.name, replacing=wanted.replacing)
                self._check_stand_in(present, entry.name, wanted.stand_in)
                self._check_order_with(present, entry)
                missed = self._missed(present, entry, replayed)
                if missed:
                    return missed
                if self._exchange(present, present.with_plugin(entry), entry, present.plugins.get(entry.name)):
                    return Registration(self, entry)

    def _admit_lazily(self, plugin: Lazy, name: str, implementations: Iterable[HookImpl]) -> bool:
        """Register a plugin that is not loaded yet, or return False if it has to be loaded first."""
        entry = RegisteredPlugin(name, plugin, implementations, (), distribution=plugin.distribution)
        with self._store.lock:
            state = self._store.state
            if any(state.history(hook) for hook in entry.implementations):
                return False
            self._check_names(state, plugin, name, replacing=False)
            try:
                self._check_order_with(state, entry)
            except PluginValidationError:
                return False
            return self._exchange(state, state.with_plugin(entry), entry)

    @staticmethod
    def _refuse_async(missed: list[Missed]) -> None:
        for _, impl in missed:
            if impl.spec.is_async:
                problem = Problem(
                    "has earlier calls to replay, which have to be awaited",
                    hook=impl.spec.qualified_name,
                    hook_signature=impl.spec.signature,
                    location=impl.location,
                    hint="await registry.aregister(...) or registry.areplace(...) instead",
                    code="PK405",
                )
                raise PluginValidationError(impl.plugin_name, (problem,))

    def _checked(self, state: State, wanted: Admission) -> RegisteredPlugin:
        """Return a new entry for a plugin.

        Raises:
            PluginValidationError: Something is wrong with its name, with the plugin, or with its implementations.
        """
        plugin = wanted.plugin
        name = wanted.name or state.free_name(_default_name(plugin))
        problems = list(_name_problems(state, plugin, name, replacing=wanted.replacing))
        candidate = read_plugin(plugin, name, self._marked(plugin), state.hooks, allow_empty=wanted.allow_empty)
        problems += candidate.problems
        if problems:
            raise PluginValidationError(name, tuple(problems))
        return RegisteredPlugin(
            name, plugin, candidate.implementations, candidate.waiting, distribution=wanted.distribution
        )

    @staticmethod
    def _check_names(state: State, plugin: object, name: str, *, replacing: bool) -> None:
        """Refuse a plugin whose name was blocked or taken, or that was registered, since it was looked at."""
        problems = tuple(_name_problems(state, plugin, name, replacing=replacing))
        if problems:
            raise PluginValidationError(name, problems)

    @staticmethod
    def _check_stand_in(state: State, name: str, stand_in: Lazy | None) -> None:
        """Refuse a plugin whose stand-in was unregistered while the plugin was loaded."""
        if stand_in is not None and state.find(stand_in) is None:
            raise PluginValidationError(name, (Problem("is not registered", code="PK404"),))

    def _marked(self, plugin: object) -> list[MarkedFunction]:
        """Return the marked functions of a plugin, including those marked by pluggy's marker."""
        if not self._pluggy:
            return scan(plugin)
        from pluginkit.pluggy import _marks  # late: it is for hosts that come from pluggy

        return scan(plugin) + _marks.scan(plugin, self._pluggy)

    def _check_order_with(self, state: State, entry: RegisteredPlugin) -> None:
        """Refuse a plugin whose `before` and `after` contradict those of others."""
        hooks = [self._hooks[state.hooks[hook]].state for hook in entry.implementations]
        doubtful = [hook for hook in hooks if hook.may_close_cycle(entry)]
        if doubtful:
            _check_order(doubtful, state.plugins.with_item(entry.name, entry), blamed=entry.name)

    def _missed(self, state: State, entry: RegisteredPlugin, replayed: dict[str, int]) -> list[Missed]:
        """Return the historic calls that a plugin does not know yet, and count them in `replayed`."""
        missed: list[Missed] = []
        for hook, implementations in entry.implementations.items() if state.histories else ():
            history = state.history(hook)
            if not history:
                continue
            before = replayed.get(hook, 0)
            further = history.since(before)
            calls = [call for call in further if entry.name not in call.excluded]
            ordered = Snapshot(implementations, first=self._store.first).implementations
            missed += [(call, impl) for call in calls for impl in ordered]
            replayed[hook] = before + len(further)
        return missed

    def _close(self, entry: RegisteredPlugin) -> bool:
        """Unregister a plugin, and return whether it was there still."""
        while True:
            with self._store.lock:
                state = self._store.state
                present = state.plugins.get(entry.name)
                if present is None or present.token is not entry.token:
                    return False
                if self._exchange(state, state.without_plugin(present), present):
                    return True

    def _change(
        self,
        change: Callable[[State], State],
        concerned: Callable[[State], RegisteredPlugin | None] = lambda _: None,
    ) -> State:
        """Change the state, and return the one before."""
        while True:
            with self._store.lock:
                state = self._store.state
                if self._exchange(state, change(state), concerned(state)):
                    return state

    def _exchange(self, before: State, after: State, *entries: RegisteredPlugin | None) -> bool:
        """Exchange the state, if it is the one before; what some plugins implement is put in order again.

        The hooks are told before, so that none keeps an old order whatever interrupts this, and behind it, as a
        finalizer may call one of them between the two.
        """
        concerned = [
            (self._hooks[after.hooks[name]].state, entry)
            for entry in entries
            if entry is not None
            for name in entry.implementations
        ]
        for hook, entry in concerned:
            if entry.constrained:
                hook.constrain(entry)
            hook.renew()
        exchanged = self._store.exchange(before, after)
        for hook, entry in concerned:
            if entry.constrained and not self._is_there(entry):
                hook.release(entry)
            if hook.current is not None:
                hook.renew()
        return exchanged

    def _is_there(self, entry: RegisteredPlugin) -> bool:
        present = self._store.state.plugins.get(entry.name)
        return present is not None and present.token is entry.token

    @staticmethod
    def _lazily(host: RegistryHost, group: str, *, ignore_errors: bool) -> Callable[[EntryPoint], None]:
        from pluginkit._load.lazy import LazyLoading  # late: few hosts need it, and it reads and writes a cache

        return LazyLoading(host, group, ignore_errors=ignore_errors).admit

    def _known_hooks(self) -> Mapping[str, BaseSpec]:
        return self._store.state.hooks

    def _unmarked(self) -> list[PluginValidationError]:
        """Return what `check` warns of: functions of plugins that have the name of a hook, and no mark."""
        state = self._store.state
        plugins = [entry for entry in state.plugins.values() if not is_a(entry.plugin, Lazy)]
        found = [(each.name, unmarked(each.plugin, state.hooks, self._marked(each.plugin))) for each in plugins]
        return [PluginValidationError(name, problems) for name, each in found if (problems := tuple(each))]

    def _deprecations(self) -> list[PluginValidationError]:
        """Return what `check` warns of: what plugins implement that is deprecated."""
        found: dict[str, list[Problem]] = {}
        for entry in self._store.state.plugins.values():
            for problem, _ in deprecations(impl for several in entry.implementations.values() for impl in several):
                found.setdefault(entry.name, []).append(problem)
        return [PluginValidationError(name, tuple(problems)) for name, problems in found.items()]

    def _implementations_of(self, name: str) -> tuple[HookImpl, ...]:
        """Return what a plugin implements; nothing if one of its implementations waits for a hook."""
        entry = self._store.state.plugins.get(name)
        if entry is None or entry.waiting:
            return ()
        return tuple(impl for several in entry.implementations.values() for impl in several)

    def _state_of(self, hook: BaseSpec, asked_by: str) -> HookState:
        """Return the state of a hook, for `pluginkit.testing`; `asked_by` is the plugin name in the error."""
        expect_hook(hook)
        spec = hook_among(hook, self._store.state.hooks)
        if spec is None:
            hint = (
                closest(hook.name, self._store.state.hooks) or "refer to a hook of the registry's spec, or add its spec"
            )
            problem = Problem(
                "is not a hook of this registry",
                hook=hook.qualified_name,
                location=hook.location,
                hint=hint,
                code="PK103",
            )
            raise PluginValidationError(asked_by, (problem,))
        return self._hook(self._store.state.hooks[spec.name]).state

    def _add_hooks(self, hooks: Mapping[str, BaseSpec], state: State) -> bool:
        """Add hooks, and return True; or False if what it takes has changed since that state."""
        for hook in hooks.values():
            _check_same(hook, state)
        after = state.with_hooks(hooks)
        waiting = _waiting(state)
        awakened = {entry.name: self._awakened(entry, after.hooks) for entry in waiting}
        warn_of_deprecations(
            impl for entry in awakened.values() for name in hooks for impl in entry.implementations.get(name, ())
        )
        with self._store.lock:
            present = self._store.state
            if present.hooks is not state.hooks or _waiting(present) != waiting:
                return False
            added = [hook for name, hook in hooks.items() if name not in state.hooks]
            _check_order((self._hook(hook).state for hook in added), {**present.plugins, **awakened})
            after = reduce(State.with_plugin, awakened.values(), present.with_hooks(hooks))
            return self._exchange(present, after, *awakened.values())

    def _awakened(self, entry: RegisteredPlugin, hooks: Mapping[str, BaseSpec]) -> RegisteredPlugin:
        """Return the entry of a plugin with those implementations that waited for one of `hooks`."""
        candidate = match(entry.plugin, entry.name, entry.waiting, hooks)
        if candidate.problems:
            raise PluginValidationError(entry.name, tuple(candidate.problems))
        present = [impl for several in entry.implementations.values() for impl in several]
        implementations = [*present, *candidate.implementations]
        return RegisteredPlugin(
            entry.name,
            entry.plugin,
            implementations,
            candidate.waiting,
            token=entry.token,
            distribution=entry.distribution,
        )


class RegistryHost:
    """A registry as discovery sees it: the `Host` of `pluginkit._load.discovery`."""

    def __init__(self, registry: Registry[Any]) -> None:
        self._registry = registry
        self._admit = registry._admit  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - of this module
        self._admit_lazily = registry._admit_lazily  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        self._implementations_of = registry._implementations_of  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        self._known_hooks = registry._known_hooks  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        self.unmarked = registry._unmarked  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        self._groups = registry._groups  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        self.deprecations = registry._deprecations  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

    def eager_groups(self) -> list[str]:
        """Return the entry point groups whose plugins were imported when they were loaded."""
        return [group for group, lazy in self._groups.items() if not lazy]

    def is_blocked(self, name: str) -> bool:
        """Tell whether a name is blocked."""
        return self._registry.is_blocked(name)

    def is_registered(self, name_or_plugin: object) -> bool:
        """Tell whether a plugin is registered."""
        return self._registry.is_registered(name_or_plugin)

    def unregister(self, name_or_plugin: object) -> object:
        """Unregister a plugin."""
        return self._registry.unregister(name_or_plugin)

    def admit_lazily(self, plugin: Lazy, name: str, implementations: Iterable[HookImpl]) -> bool:
        """Register a stand-in and return True, or return False if the plugin itself is needed."""
        return self._admit_lazily(plugin, name, implementations)

    def implementations_of(self, name: str) -> tuple[HookImpl, ...]:
        """Return what a plugin implements; nothing if one of its implementations waits for its hook."""
        return self._implementations_of(name)

    def hooks(self) -> Mapping[str, BaseSpec]:
        """Return the hooks by name."""
        return self._known_hooks()

    def admit(
        self,
        plugin: object,
        name: str,
        distribution: Distribution | None,
        *,
        replacing: bool,
        stand_in: Lazy | None = None,
    ) -> Registration:
        """Register a plugin, or replace its stand-in by it, and record its distribution."""
        return self._admit(Admission(plugin, name, distribution, replacing=replacing, stand_in=stand_in))


def _recreated(reference: str) -> Registry[Any]:
    """Return the registry at a reference, or the one that a factory there gives, alone or before a report.

    Raises:
        TypeError: It is not a registry.
    """
    found: Any = EntryPoint("", reference, "", Distribution("", "")).load()
    made = found if _is_registry(found) or not callable(found) else found()
    registry = made[0] if _is_tuple(made) and made else made
    if not _is_registry(registry):
        raise TypeError(coded(f"'{reference}' gives {registry!r}, which is not a registry", "PK407"))
    return registry


def _is_registry(value: object) -> TypeGuard[Registry[Any]]:
    return isinstance(value, Registry)


def _is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    return isinstance(value, tuple)


_OF_PLUGGY = {
    "add_hookspecs": "pass the spec to Registry(...), or add another one with add_spec",
    "load_setuptools_entrypoints": "call load_entrypoints",
    "subset_hook_caller": "call without, which leaves plugins out of all hooks",
    "add_hookcall_monitoring": "call observe, with per='call'",
    "enable_tracing": "call observe, or set PLUGINKIT_TRACE=calls",
    "has_plugin": "call is_registered",
    "list_name_plugin": "call plugin_names, and get_plugin for each",
    "get_plugins": "call plugin_names, and get_plugin for each",
    "list_plugin_distinfo": "call get_distribution for a plugin",
    "parse_hookimpl_opts": "mark implementations with @hookimpl, or pass pluggy= to Registry",
    "check_pending": "leave it out: an unknown hook is refused at registration",
}


def _found(state: State, name_or_plugin: object) -> RegisteredPlugin | None:
    return state.plugins.get(name_or_plugin) if is_a(name_or_plugin, str) else state.find(name_or_plugin)


def _waiting(state: State) -> list[RegisteredPlugin]:
    """Return the plugins with implementations of hooks that the registry does not have."""
    return [entry for entry in state.plugins.values() if entry.waiting]


def _check_same(hook: BaseSpec, state: State) -> None:
    present = state.hooks.get(hook.name)
    if present is not None and present is not hook:
        raise different_hooks(hook, present)


def _name_problems(state: State, plugin: object, name: str, *, replacing: bool) -> Iterator[Problem]:
    if name in state.blocked:
        yield Problem("the name is blocked", hint=f"call unblock('{name}') first", code="PK402")
    if replacing and name not in state.plugins:
        yield Problem("is not registered", hint="call register: there is nothing to replace", code="PK404")
    if not replacing and name in state.plugins:
        hint = f"choose another name, or call replace('{name}', ...)"
        yield Problem("the name is taken", hint=hint, code="PK401")
    other = None if is_a(plugin, str) else state.find(plugin)
    if other is not None and not (replacing and other.name == name):
        hint = "register it once, or register a second instance"
        yield Problem(f"the same object is already registered as '{other.name}'", hint=hint, code="PK403")


def _check_order(states: Iterable[HookState], plugins: Mapping[str, RegisteredPlugin], blamed: str = "") -> None:
    """Work out in which order some hooks would call their implementations.

    Raises:
        PluginValidationError: The order has a cycle. It is about `blamed`, else about one of those in it.
    """
    try:
        for state in states:
            state.ordered(plugins)
    except OrderCycleError as cycle:
        raise PluginValidationError(blamed or cycle.names[0], (_cycle_problem(cycle),)) from None


def _is_first(order: str) -> bool:
    if order not in ("last", "first"):
        text = coded(f"order= is 'last' or 'first', not {order!r}", "PK408")
        raise ValueError(f"{text}\n  Hint: leave it out to run the last registered first")
    return order == "first"


def _default_name(plugin: object) -> str:
    if is_a(plugin, type):
        own = vars(type)["__name__"].__get__(plugin)  # a metaclass may have a property of that name
    else:
        own = vars(plugin).get("__name__") if is_a(plugin, ModuleType) else None
    return own if isinstance(own, str) else type(plugin).__name__


def _cycle_problem(cycle: OrderCycleError) -> Problem:
    return Problem(
        f"before= and after= form a cycle: {' → '.join(cycle.names)}",
        hook=cycle.hook,
        hint="remove one of these before= or after= options",
        code="PK124",
    )
