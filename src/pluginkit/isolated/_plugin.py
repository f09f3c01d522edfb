"""`isolated`: an ordinary plugin whose implementations run in another process.

For each implementation of the real plugin it has a function of the same parameters, at the same place in a file, that
sends the arguments and waits for the answer. To a registry, it is a plugin like others.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakSet, finalize

from pluginkit import PluginValidationError, Problem
from pluginkit._declare.spec import hooks_of
from pluginkit.isolated import _crossing, _portal, _process
from pluginkit.isolated._aio import AsyncPool
from pluginkit.isolated._client import Client
from pluginkit.isolated._limits import Limits
from pluginkit.isolated._process import launch_of
from pluginkit.isolated._stub import stub_of
from pluginkit.isolated._sync import Pool
from pluginkit.isolated._wire import decoder_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import TracebackType
    from typing import Self

    from pluginkit import BaseSpec
    from pluginkit.isolated._wire import Described, Ready


class Environment(NamedTuple):
    """The environment of a plugin.

    Attributes:
        executable: The Python.
        python: The version of Python.
        pluginkit: The version of pluginkit there.
        msgspec: The version of msgspec there.

    Example:
        >>> Environment("/opt/ner/bin/python", "3.13.0", "0.1.0", "0.22.0").python
        '3.13.0'
    """

    executable: str
    python: str
    pluginkit: str
    msgspec: str


class Workers:
    """All workers of one plugin."""

    def __init__(self, client: Client, sync: Pool, aio: AsyncPool) -> None:
        self.client = client
        self.sync = sync
        self.aio = aio

    def close(self) -> None:
        """End them, and start no others."""
        self.client.is_closed = True
        self.sync.close()
        self.aio.close()

    def after_fork(self) -> None:
        """Leave them to the process that has started them."""
        self.client.after_fork()
        self.sync.after_fork()
        self.aio.after_fork()

    def caller_of(self, hook: BaseSpec) -> Callable[..., Any]:
        """Return what runs an implementation of a hook."""
        pool = self.aio if hook.is_async else self.sync
        return pool.call_historic if hook.mode == "historic" else pool.call


class IsolatedPlugin:
    """A plugin that runs in processes of its own; made by `isolated` and `load_environment`.

    It is registered like any other plugin. Closing it, or leaving its `with` block, ends its processes; so does the
    end of the program.

    Attributes:
        target: What it runs, as `module:attribute`.
        environment: What it runs on.

    Example:
        >>> IsolatedPlugin.__name__
        'IsolatedPlugin'
    """

    target: str
    environment: Environment

    def __init__(self, target: str, environment: Environment, close: Callable[[], None]) -> None:
        self.target = target
        self.environment = environment
        self._close = close

    def __repr__(self) -> str:
        return f"<isolated plugin '{self.target}' on {self.environment.executable}>"

    def close(self) -> None:
        """End the processes of the plugin. Later calls of it raise `WorkerDied`."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close()


def isolated(
    spec: Callable[..., object],
    target: str,
    *,
    python: str | os.PathLike[str] | None = None,
    workers: int = 1,
    limits: Limits = Limits(),  # noqa: B008 - it does not change
    command: Sequence[str] = (),
    paths: Sequence[str | os.PathLike[str]] = (),
) -> IsolatedPlugin:
    """Return a plugin that runs in another process, on this Python or that of another environment.

    A worker is started at once, to learn what the plugin implements; further ones when they are needed. The other
    environment needs `typed-pluginkit[isolated]`, the plugin, and the module that declares the spec.

    Args:
        spec: The spec whose hooks the plugin implements.
        target: The plugin there, as `module` or `module:attribute`. A class is instantiated.
        python: The Python to run. Without it, it is this Python, with what can be imported here.
        workers: How many processes run calls of sync hooks at the same time, and how many run those of async hooks
            in each event loop.
        limits: What a worker may take.
        command: What to start the Python with, such as `["nice"]`, or a sandbox.
        paths: Folders that the plugin is imported from, before all others.

    Returns:
        The plugin, for `register`, `replace` or a contract test.

    Raises:
        PluginValidationError: The plugin cannot be loaded, its implementations do not fit the hooks, a hook has a
            type that cannot cross to another process, or the spec is not the same there. All problems are in it.
        WorkerDied: The environment cannot be used, or the worker ended.
        WorkerTimeout: The worker was not ready in time.

    Example:
        >>> Limits(timeout=5.0).timeout
        5.0
    """
    _check_arguments(workers, limits, command)
    hooks = hooks_of(spec)
    launch = launch_of(python, command, [os.fspath(path) for path in paths])
    client = Client(launch, reference_of(spec, target), target, limits)
    first, ready = client.describe()
    made = Workers(client, Pool(client, workers, first), AsyncPool(client, workers))
    try:
        _check_introduction(ready, hooks, made.client)
        return _made(ready, hooks, made)
    except BaseException:
        made.close()
        raise


def _check_arguments(workers: object, limits: object, command: object) -> None:
    if not isinstance(workers, int) or isinstance(workers, bool) or workers < 1:
        raise ValueError(f"workers={workers!r} is not a positive integer")
    if not isinstance(limits, Limits):
        raise TypeError(f"limits={limits!r} is not a Limits: write limits=Limits(timeout=5.0)")
    if limits.memory is not None and not _process.POLLED:
        raise ValueError("Limits.memory cannot be kept on this system")
    if isinstance(command, str):
        raise TypeError(f"command={command!r} is a text: write one item for each argument")


def reference_of(spec: Any, target: str) -> str:
    """Return where another process finds a spec.

    Raises:
        PluginValidationError: It does not.
    """
    name = spec.__qualname__
    reason = (
        "in a function" if "<locals>" in name else "in the script that runs" if spec.__module__ == "__main__" else ""
    )
    if reason:
        problem = Problem(
            f"another process cannot import the spec {spec.__name__}: it is defined {reason}",
            hint="move the spec to a module that the environment of the plugin can import",
            code="PK704",
        )
        raise PluginValidationError(target, (problem,))
    return f"{spec.__module__}:{name}"


def _check_introduction(ready: Ready, hooks: Mapping[str, BaseSpec], client: Client) -> None:
    """Refuse a plugin with problems, whether the worker found them or the two sides differ.

    Raises:
        PluginValidationError: It has some.
    """
    problems = [*map(problem_of, ready.problems), *_skew(ready, hooks, client.launch.described)]
    if problems:
        raise PluginValidationError(client.target, tuple(problems))


def problem_of(reported: Any) -> Problem:
    """Return a problem that a worker has reported."""
    return Problem(**{name: getattr(reported, name) for name in reported.__struct_fields__})


def _skew(ready: Ready, hooks: Mapping[str, BaseSpec], environment: str) -> Iterator[Problem]:
    """Yield where the spec of the other environment is not this one."""
    for name, there in ready.shapes.items():
        hook = hooks.get(name)
        here = _crossing.shape_text(hook) if hook else "there is no such hook"
        if hook is None or here != there:
            yield Problem(
                f"the spec is not the same in {environment}\nhere:\n{_indented(here)}\nthere:\n{_indented(there)}",
                hook=hook.qualified_name if hook else name,
                location=hook.location if hook else "",
                hint="install the same version of the spec in both environments",
                code="PK705",
            )
    for described in ready.implementations:
        if described.hook not in ready.shapes:
            yield Problem(f"the worker implements a hook that the host does not have: {described.hook!r}", code="PK705")
        elif not _process.POLLED and described.hook in hooks and hooks[described.hook].is_async:
            hook = hooks[described.hook]
            hint = "make the hook sync, or let the plugin run in this process"
            where = {"hook": hook.qualified_name, "hook_signature": hook.signature, "location": hook.location}
            yield Problem("async hooks cannot be isolated on this system", hint=hint, code="PK710", **where)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _made(ready: Ready, hooks: Mapping[str, BaseSpec], workers: Workers) -> IsolatedPlugin:
    """Return the plugin that the registry gets: of a class of its own, which is called like the original."""
    target = workers.client.target
    name = target.rpartition(":")[2].rpartition(".")[2]
    kind = type(name, (IsolatedPlugin,), {"__module__": __name__})
    environment = Environment(ready.executable, ready.python, ready.pluginkit, ready.msgspec)
    plugin: IsolatedPlugin = kind(target, environment, workers.close)
    for index, described in enumerate(ready.implementations):
        # No hook has such a name, so that it hides no method of the plugin.
        vars(plugin)[f"{described.hook} {index}"] = _stub(hooks[described.hook], described, index, workers)
    finalize(plugin, workers.close)
    _ALL.add(workers)
    return plugin


def _stub(hook: BaseSpec, described: Described, index: int, workers: Workers) -> Callable[..., Any]:
    decode = decoder_of(_crossing.shape_of(hook).answer).decode
    return stub_of(hook, described, partial(workers.caller_of(hook), index, decode))


_ALL: WeakSet[Workers] = WeakSet()


def _after_fork() -> None:
    _portal.after_fork()
    for workers in list(_ALL):
        workers.after_fork()


def _nothing(**_: object) -> None:
    """Replace what a system without forks does not have."""


getattr(os, "register_at_fork", _nothing)(after_in_child=_after_fork)
