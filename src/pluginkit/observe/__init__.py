"""Observers for `Registry.observe`: how long each plugin takes, a log of every call, and spans of OpenTelemetry.

The environment variable `PLUGINKIT_TRACE` observes every registry of a program without a change to it: `calls` writes
each call to stderr, and `timings` writes a table at the end.
"""

from __future__ import annotations

from pluginkit.observe._logs import log_calls
from pluginkit.observe._spans import spans
from pluginkit.observe._timings import Timing, Timings, timings

__all__ = ["Timing", "Timings", "log_calls", "spans", "timings"]
