"""What changes about a hook: which implementations it has, and which calls a historic hook remembers.

It is written by the registry, under the registry's lock, which is never held while code of a plugin runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from threading import RLock
from types import CodeType, FunctionType
from typing import Any
from weakref import ref

from pluginkit._call.aio import call_async_implementation
from pluginkit._call.loop import call_implementation
from pluginkit._call.modes import Arguments
from pluginkit._call.order import Constraints, Snapshot
from pluginkit._declare.spec import BaseSpec
from pluginkit._implement.impl import HookImpl
from pluginkit._implement.plugin import RegisteredPlugin

__tracebackhide__ = True  # pytest leaves the frames of this module out of what it shows


class HistoricCall:
    """A call of a historic hook that later plugins have to be told of.

    Attributes:
        arguments: All of the hook's arguments, as they were given.
        callback: Takes each answer, or None.
        excluded: The plugins that it is not for.
    """

    __slots__ = ("arguments", "callback", "excluded")

    def __init__(
        self, arguments: Arguments, callback: Callable[[Any], object] | None, excluded: frozenset[str]
    ) -> None:
        self.arguments = arguments
        self.callback = callback
        self.excluded = excluded

    def replay(self, impl: HookImpl) -> None:
        """Call one implementation with it."""
        self._tell(call_implementation(impl, self.arguments))

    async def replay_async(self, impl: HookImpl) -> None:
        """Call one implementation of an async hook with it."""
        self._tell(await call_async_implementation(impl, self.arguments))

    def _tell(self, answer: object) -> None:
        if answer is not None and self.callback is not None:
            self.callback(answer)


class HookState:
    """What changes about a hook: which implementations it has, and which calls it remembers.

    Plugins come and go in `plugins`, under `lock`, and `renew` is then called. The first call after that puts the
    implementations in order, and is the only one that waits for the lock: what it makes is an immutable value.

    The functions of the hook, one for each relay that has it, run code that asks for the current implementations, or
    code that was compiled for them. `publish` exchanges the one for the other, and `renew` exchanges it back.

    The garbage collector and signal handlers can register and unregister plugins at any instruction, also while this
    thread holds the lock. What is made from a state is therefore kept only if the state is still the same afterwards.

    Attributes:
        spec: The hook.
        lock: The registry's lock.
        plugins: All plugins of the registry by name, in the order of registration.
        current: The implementations, or None if they have to be put in order.
        generation: Another object after each change.
        history: The calls of a historic hook, the first one first; it only ever grows.
        constraints: What its implementations say in `before` and `after`, and what its wrappers say.
        substitutes: What runs instead of the plugins' implementations while a test wants it so: the last one.
    """

    __slots__ = (
        "_compiled",
        "constraints",
        "current",
        "generation",
        "history",
        "lock",
        "plugins",
        "spec",
        "substitutes",
    )

    def __init__(self, spec: BaseSpec, lock: RLock, plugins: Mapping[str, RegisteredPlugin]) -> None:
        self.spec = spec
        self.lock = lock
        self.plugins = plugins
        self.current: Snapshot | None = None
        self.generation = object()
        self.history: list[HistoricCall] = []
        self.constraints: tuple[Constraints, ...] = ()  # until there is something to say
        self.substitutes: tuple[Snapshot, ...] = ()
        # Which functions run compiled code, and what they run otherwise. A relay may be gone before the registry is.
        self._compiled: dict[ref[FunctionType], CodeType] = {}

    @property
    def snapshot(self) -> Snapshot:
        """The implementations."""
        current = self.current
        return self._put_in_order() if current is None else current

    def _put_in_order(self) -> Snapshot:
        with self.lock:
            while (current := self.current) is None:
                generation = self.generation
                made = self.substitutes[-1] if self.substitutes else self.ordered(self.plugins)
                self.current = made
                if self.generation is not generation:
                    self.current = None
        return current

    def admit(self, entry: RegisteredPlugin) -> None:
        """Have each call run a plugin that has come, or has replaced another of its name; under `lock`."""
        if entry.constrained or self.constraints:
            self.constraints = self.constraints or (Constraints(), Constraints())
            for constraints, implementations in zip(self.constraints, self._by_kind(entry), strict=True):
                constraints.add(entry.name, implementations)
        self.renew()

    def dismiss(self, entry: RegisteredPlugin) -> None:
        """Have no call run a plugin that has gone; under `lock`."""
        for constraints in self.constraints:
            constraints.remove(entry.name)
        self.renew()

    def may_close_cycle(self, entry: RegisteredPlugin) -> bool:
        """Tell whether `before` and `after` could contradict each other if a plugin came."""
        if not entry.constrained and not self.constraints:
            return False
        return any(
            constraints.may_close_cycle(entry.name, implementations, self.plugins)
            for constraints, implementations in zip(
                self.constraints or (Constraints(), Constraints()), self._by_kind(entry), strict=True
            )
        )

    def _by_kind(self, entry: RegisteredPlugin) -> tuple[list[HookImpl], list[HookImpl]]:
        """Return the implementations of a plugin that are not wrappers, and those that are."""
        implementations = entry.implementations.get(self.spec.name, ())
        return (
            [impl for impl in implementations if not impl.mark.wrapper],
            [impl for impl in implementations if impl.mark.wrapper],
        )

    def renew(self) -> None:
        """Have each call from now on run the plugins that there are now; under `lock`."""
        self.generation = object()
        self.current = None
        if self._compiled:
            compiled, self._compiled = self._compiled, {}
            for function, code in [(function, code) for key, code in compiled.items() if (function := key())]:
                function.__code__ = code

    def publish(self, function: FunctionType, code: CodeType, current: Snapshot) -> None:
        """Have a function run code that was compiled for implementations, if these are still the current ones."""
        with self.lock:
            before = function.__code__
            if self.current is not current or ref(function) in self._compiled:
                return
            self._compiled[ref(function, self._forget)] = before
            function.__code__ = code
            if self.current is not current:
                function.__code__ = before

    def _forget(self, key: ref[FunctionType]) -> None:
        self._compiled.pop(key, None)

    def substitute(self, implementations: tuple[HookImpl, ...]) -> Callable[[], None]:
        """Have calls run these implementations, whatever plugins there are, until the function returned is called."""
        substitute = Snapshot(implementations)
        with self.lock:
            self.substitutes = (*self.substitutes, substitute)
            self.renew()

        def restore() -> None:
            with self.lock:
                self.substitutes = tuple(each for each in self.substitutes if each is not substitute)
                self.renew()

        return restore

    def ordered(self, plugins: Mapping[str, RegisteredPlugin]) -> Snapshot:
        """Return what the hook's implementations would be with these plugins.

        Raises:
            OrderCycleError: `before` and `after` contradict each other.
        """
        name = self.spec.name
        entries = list(plugins.values())  # at once: the collector may change the dictionary while it is iterated over
        return Snapshot(tuple(impl for entry in entries for impl in entry.implementations.get(name, ())))

    def remember(self, call: HistoricCall) -> Iterator[HookImpl]:
        """Yield every implementation to call, and add the call to the history once there is none left.

        A plugin that is registered meanwhile, by an implementation or by another thread, either finds the call in
        the history or is reached by a further round: it gets the call once. If an implementation fails, the caller
        goes no further, and the call is not remembered.

        What is substituted when the call begins runs in the place of the plugins that are there by then. What is
        substituted later is for other calls.
        """
        substitutes, reached = self._substituted(call)
        yield from substitutes
        while True:
            with self.lock:
                present = self._of_plugins().without(call.excluded)
                missed = [impl for impl in present.implementations if impl not in reached]
                if not missed:
                    self.history.append(call)
                    return
            if present.lazy:
                self.load(present)
                continue
            yield from missed
            reached.update(missed)

    def _substituted(self, call: HistoricCall) -> tuple[tuple[HookImpl, ...], set[HookImpl]]:
        """Return what a call runs in the place of plugins, and what it does not run for that; mostly, it is nothing.

        Plugins that are not loaded yet are loaded first, as for any call: later they would be taken for new ones.
        """
        while True:
            with self.lock:
                if not self.substitutes:
                    return (), set()
                present = self._of_plugins().without(call.excluded)
                if not present.lazy:
                    return self.substitutes[-1].implementations, set(present.implementations)
            self.load(present)

    def _of_plugins(self) -> Snapshot:
        """Return the implementations of the plugins, also while others are substituted for them."""
        return self.ordered(self.plugins) if self.substitutes else self.snapshot

    def load(self, snapshot: Snapshot) -> None:
        """Load the plugins of a snapshot that are not loaded yet. They take their places, and make another snapshot."""
        for plugin in snapshot.lazy:
            plugin.load(f"hook {self.spec.qualified_name}")
