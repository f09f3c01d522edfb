"""Spans of OpenTelemetry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from pluginkit._call.observed import Around, Call

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer


def spans(tracer: Tracer | None = None) -> Around:
    """Return an observer that makes a span of each call; it needs the extra `typed-pluginkit[otel]`.

    A span is the current one while the call runs, so that those of what it calls are its children. It records what
    the call raises, and has these attributes: `pluginkit.hook`, `pluginkit.plugin`, `pluginkit.kind`,
    `pluginkit.distribution` and `pluginkit.version` where the plugin has them, and `code.file.path` and
    `code.line.number`.

    Args:
        tracer: What makes the spans; without it, the tracer `pluginkit` of the global provider.

    Raises:
        ModuleNotFoundError: OpenTelemetry is not installed.

    Example:
        >>> from typing import Protocol
        >>> from pluginkit import Registry, hookspec
        >>> class GreetSpec(Protocol):
        ...     @hookspec
        ...     def greet(self, *, name: str) -> str: ...
        >>> registry = Registry(GreetSpec)
        >>> observation = registry.observe(spans())
    """
    try:
        from opentelemetry.trace import get_tracer
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "opentelemetry":
            raise
        raise ModuleNotFoundError(
            "pluginkit.observe.spans needs OpenTelemetry\n  Hint: install it with: pip install 'typed-pluginkit[otel]'",
            name="opentelemetry",
        ) from None
    used = get_tracer("pluginkit") if tracer is None else tracer

    def span(call: Call) -> AbstractContextManager[Span]:
        return used.start_as_current_span(_name(call), attributes=dict(_attributes(call)))

    return span


def _name(call: Call) -> str:
    return f"{call.hook} {call.plugin_name}".rstrip()


def _attributes(call: Call) -> Iterator[tuple[str, str | int]]:
    yield "pluginkit.hook", call.hook
    yield "pluginkit.kind", call.kind
    if call.plugin_name:
        yield "pluginkit.plugin", call.plugin_name
    if call.distribution:
        yield "pluginkit.distribution", call.distribution.name
        yield "pluginkit.version", call.distribution.version
    path, _, line = call.location.rpartition(":")
    if path and line.isdecimal():
        yield "code.file.path", path
        yield "code.line.number", int(line)
