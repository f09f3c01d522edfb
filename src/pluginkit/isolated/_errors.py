"""The exceptions of isolated plugins.

    PluginkitError
    └── IsolationError    (also RuntimeError)  pluginkit itself could not get an answer
        ├── WorkerDied                         the process ended, or could not be started
        └── WorkerTimeout (also TimeoutError)  the answer did not come in time
    RemoteError                                a plugin raised something that does not exist here

What a plugin raises is not a `PluginkitError`, so `RemoteError` is not one either. Every field is plain data: the
exceptions can be pickled. This module knows nothing of processes or frames.
"""

from __future__ import annotations

from pluginkit import PluginkitError
from pluginkit._errors import coded

__all__ = ["IsolationError", "RemoteError", "RemoteTraceback", "WorkerDied", "WorkerTimeout"]


class IsolationError(PluginkitError, RuntimeError):
    """A worker gave no answer that can be used.

    Attributes:
        message: What happened.
        target: The plugin, as `module:attribute`.
        environment: The Python that the worker runs on, or its command.
        hint: What to do, or empty.
        code: The stable code of this kind of problem.

    Example:
        >>> print(IsolationError("the answer cannot be read", "acme.ner:Terms", "/opt/ner/bin/python"))
        isolated plugin 'acme.ner:Terms': the answer cannot be read [PK707]
          environment  /opt/ner/bin/python
    """

    code: str = "PK707"

    def __init__(self, message: str, target: str, environment: str, hint: str = "") -> None:
        super().__init__(message, target, environment, hint)
        self.message: str = message
        self.target: str = target
        self.environment: str = environment
        self.hint: str = hint

    def __str__(self) -> str:
        heading = f"isolated plugin '{self.target}': {self.message}"
        lines = [coded(heading, self.code), f"  environment  {self.environment}"]
        return "\n".join([*lines, f"  Hint: {self.hint}"] if self.hint else lines)


class WorkerDied(IsolationError):  # noqa: N818 - it says what happened
    """The process of a plugin ended before it answered, or could not be started. The call is not repeated.

    Example:
        >>> print(WorkerDied("the worker ended with status 3", "acme.ner:Terms", "/opt/ner/bin/python"))
        isolated plugin 'acme.ner:Terms': the worker ended with status 3 [PK708]
          environment  /opt/ner/bin/python
    """

    code: str = "PK708"


class WorkerTimeout(IsolationError, TimeoutError):  # noqa: N818 - it says what happened
    """A plugin did not answer in time; its worker was stopped.

    Example:
        >>> issubclass(WorkerTimeout, TimeoutError)
        True
    """

    code: str = "PK709"


class RemoteError(Exception):
    """A plugin raised an exception that cannot be made again here: its class is not a builtin one.

    The traceback of the worker is the `__cause__`.

    Attributes:
        type_name: The class of the exception, with its module.
        text: The text of the exception.

    Example:
        >>> print(RemoteError("acme.ner.ModelError", "no such model"))
        acme.ner.ModelError: no such model
    """

    def __init__(self, type_name: str, text: str) -> None:
        super().__init__(type_name, text)
        self.type_name: str = type_name
        self.text: str = text

    def __str__(self) -> str:
        return f"{self.type_name}: {self.text}" if self.text else self.type_name


class RemoteTraceback(Exception):  # noqa: N818 - it is shown as the cause of an exception, and never raised
    """The traceback of an exception in the worker, as text; the `__cause__` of what is raised here.

    Example:
        >>> print(RemoteTraceback("Traceback (most recent call last): ...").text)
        Traceback (most recent call last): ...
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text: str = text

    def __str__(self) -> str:
        return f"in the worker:\n{self.text}"


# Where hosts import them from is what their tracebacks show.
for _error in (IsolationError, WorkerDied, WorkerTimeout, RemoteError, RemoteTraceback):
    _error.__module__ = "pluginkit.isolated"
