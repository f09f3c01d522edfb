"""What changes about a hook: which implementations it has, and which calls a historic hook remembers.

It is written by the registry, under the registry's lock, which is never held while code of a plugin runs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import CodeType, FunctionType
from weakref import ref

from pluginkit._call.history import HistoricCall
from pluginkit._call.order import Constraints, Excluded, Snapshot
from pluginkit._call.store import Store
from pluginkit._declare.impl import HookImpl
from pluginkit._declare.spec import BaseSpec
from pluginkit._implement.plugin import Lazy, RegisteredPlugin

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


class HookState:
    """What changes about a hook: which implementations it has, and which calls it remembers.

    Whenever plugins come or go, `renew` is called. The first call after that puts the implementations in order, and is
    the only one that waits for the lock: what it makes is an immutable value.

    The functions of the hook, one for each relay that has it, run code that asks for the current implementations, or
    code that was compiled for them. `publish` exchanges the one for the other, and `renew` exchanges it back.

    The garbage collector and signal handlers can register and unregister plugins at any instruction, also while this
    thread holds the lock. What is made from a state is therefore kept only if the state is still the same afterwards.

    Attributes:
        spec: The hook.
        store: Where the registry's state is.
        current: The implementations, or None if they have to be put in order.
        generation: Another object after each change.
        constraints: What its implementations say in `before` and `after`, and what its wrappers say.
        substitutes: What runs instead of the plugins' implementations while a test wants it so: the last one.
    """

    __slots__ = ("_compiled", "constraints", "current", "generation", "spec", "store", "substitutes")

    def __init__(self, spec: BaseSpec, store: Store) -> None:
        self.spec = spec
        self.store = store
        self.current: Snapshot | None = None
        self.generation = object()
        self.constraints = (Constraints(), Constraints())
        self.substitutes: tuple[Snapshot, ...] = ()
        # Which functions run compiled code, and what they run otherwise. A relay may be gone before the registry is.
        self._compiled: dict[ref[FunctionType], CodeType] = {}

    @property
    def snapshot(self) -> Snapshot:
        """The implementations."""
        current = self.current
        return self._put_in_order() if current is None else current

    def _put_in_order(self) -> Snapshot:
        with self.store.lock:
            while (current := self.current) is None:
                generation = self.generation
                plugins = self.store.state.plugins
                self._keep(self.substitutes[-1] if self.substitutes else self.ordered(plugins), generation)
        return current

    def _keep(self, made: Snapshot, generation: object) -> None:
        """Keep a snapshot, unless something has changed since it was begun, or changes meanwhile."""
        if self.generation is generation:
            self.current = made
            if self.generation is not generation:  # a finalizer or a signal handler came between the two lines above
                self.current = None

    def constrain(self, entry: RegisteredPlugin) -> None:
        """Take note of what a plugin says in `before` and `after`, before it comes; under the lock."""
        for constraints, implementations in zip(self.constraints, self._by_kind(entry), strict=True):
            constraints.add(entry.token, entry.name, implementations)

    def release(self, entry: RegisteredPlugin) -> None:
        """Forget what a plugin says in `before` and `after`, once it has gone; under the lock."""
        for constraints in self.constraints:
            constraints.remove(entry.token)

    def may_close_cycle(self, entry: RegisteredPlugin) -> bool:
        """Tell whether `before` and `after` could contradict each other if a plugin came."""
        others, wrappers = self.constraints
        if not (entry.constrained or others.said or wrappers.said):
            return False
        present = self.store.state.plugins
        return any(
            constraints.may_close_cycle(entry.name, implementations, present)
            for constraints, implementations in zip(self.constraints, self._by_kind(entry), strict=True)
        )

    def _by_kind(self, entry: RegisteredPlugin) -> tuple[list[HookImpl], list[HookImpl]]:
        """Return the implementations of a plugin that are not wrappers, and those that are."""
        implementations = entry.implementations.get(self.spec.name, ())
        return (
            [impl for impl in implementations if not impl.mark.wrapper],
            [impl for impl in implementations if impl.mark.wrapper],
        )

    def renew(self) -> None:
        """Make later calls run the current plugins; under the lock."""
        self.generation = object()
        self.current = None
        if self._compiled:
            self._restore()

    def _restore(self) -> None:
        """Have the functions ask for the current implementations again."""
        compiled = list(self._compiled.items())
        for key, function, code in [(key, function, code) for key, code in compiled if (function := key())]:
            function.__code__ = code
            self._compiled.pop(key, None)  # not before, as this may be interrupted

    def publish(self, function: FunctionType, code: CodeType, current: Snapshot) -> None:
        """Make a function run code that was compiled for implementations, if these are still the current ones."""
        with self.store.lock:
            before = function.__code__
            if self.current is not current or ref(function) in self._compiled or self.store.observers is not None:
                return
            self._compiled[ref(function, self._forget)] = before
            function.__code__ = code
            if self.current is not current:
                function.__code__ = before

    def _forget(self, key: ref[FunctionType]) -> None:
        self._compiled.pop(key, None)

    def substitute(self, implementations: tuple[HookImpl, ...]) -> Callable[[], None]:
        """Make calls run these implementations instead of plugins, until the returned function is called."""
        substitute = Snapshot(implementations, first=self.store.first)
        with self.store.lock:
            self.substitutes = (*self.substitutes, substitute)
            self.renew()

        def restore() -> None:
            with self.store.lock:
                self.substitutes = tuple(each for each in self.substitutes if each is not substitute)
                self.renew()

        return restore

    def ordered(self, plugins: Mapping[str, RegisteredPlugin]) -> Snapshot:
        """Return what the hook's implementations would be with these plugins.

        Raises:
            OrderCycleError: `before` and `after` contradict each other.
        """
        name = self.spec.name
        registered = [impl for entry in plugins.values() for impl in entry.implementations.get(name, ())]
        return Snapshot(tuple(registered), first=self.store.first)

    def remember(self, call: HistoricCall, failed: Collection[object]) -> Iterator[HookImpl]:
        """Yield every implementation to call, and add the call to the history once there is none left.

        A plugin that is registered meanwhile, by an implementation or by another thread, either finds the call in
        the history or is reached by a further round: it gets the call once. If an implementation fails, the caller
        goes no further, or adds to `failed`, and the call is not remembered.

        A substitute that is set when the call begins runs instead of the plugins of that moment. What is
        substituted later is for other calls.
        """
        substitutes, reached = self._substituted(call)
        yield from substitutes
        absent: set[Lazy] = set()  # they find the call in the history when they are loaded
        while True:
            with self.store.lock:
                state = self.store.state
                present = self._of_plugins().without(call.excluded)
                lazy = [plugin for plugin in present.lazy if plugin not in absent]
                missed = [impl for impl in present.loaded.implementations if impl not in reached]
                done = not (lazy or missed)
                if done and (failed or self.store.exchange(state, state.with_call(self.spec.name, call))):
                    return
            if lazy:
                absent.update(self.load(lazy))
                continue
            yield from missed
            reached.update(missed)

    def _substituted(self, call: HistoricCall) -> tuple[tuple[HookImpl, ...], set[HookImpl]]:
        """Return what a call runs instead of plugins, and what it skips for that; usually both are empty.

        Plugins that are not loaded yet are loaded first, as for any call: later they would be taken for new ones.
        """
        while True:
            with self.store.lock:
                substitutes = self.substitutes
                if not substitutes:
                    return (), set()
                present = self._of_plugins().without(call.excluded)
            if len(self.load(present.lazy)) == len(present.lazy):
                return substitutes[-1].implementations, set(present.implementations)

    def _of_plugins(self) -> Snapshot:
        """Return the implementations of the plugins, also while others are substituted for them."""
        return self.ordered(self.store.state.plugins) if self.substitutes else self.snapshot

    def loaded(self, excluded: Excluded = frozenset()) -> Snapshot:
        """Return the implementations without those of some plugins; what is not loaded yet is loaded.

        A plugin may turn out to be different from what was known of it. One that cannot be loaded before the
        call goes on, because it is being loaded further up in this thread for one, is left out: it is as if it were
        registered later.
        """
        while (snapshot := self._without(excluded)).lazy:
            if len(self.load(snapshot.lazy)) == len(snapshot.lazy):
                return snapshot.loaded
        return snapshot

    def _without(self, excluded: Excluded) -> Snapshot:
        return self.snapshot.without(excluded) if excluded else self.snapshot

    def load(self, plugins: Iterable[Lazy]) -> list[Lazy]:
        """Load plugins that are not loaded yet, and return those that cannot be loaded for now.

        For the others there is a new snapshot.
        """
        return [plugin for plugin in plugins if not self._load(plugin)]

    def _load(self, plugin: Lazy) -> bool:
        needed_by = f"hook {self.spec.qualified_name}"
        observers, entry = self.store.observers, self.store.state.find(plugin)
        if observers is None or entry is None:
            return plugin.load(needed_by)
        with observers.load(self.spec, entry.name):
            return plugin.load(needed_by)
