"""`typing.Generic` and its variables for type checkers; next to nothing at run time.

Up to Python 3.12 `typing` imports `re`, which would more than double the time that `import pluginkit` takes.
Type checkers read the first branch. At run time the second one suffices: it lets `Registry[AppSpec]` be written
in annotations that are evaluated, and costs nothing.
"""

TYPE_CHECKING = False  # every checker takes a name spelled so for true; `typing` need not be imported for it
if TYPE_CHECKING:
    from typing import Generic, ParamSpec, TypeVar

    P = ParamSpec("P")
    R = TypeVar("R")
    Result = TypeVar("Result")
    Spec = TypeVar("Spec")
else:
    from types import GenericAlias

    P = R = Result = Spec = None

    class Generic:
        """Makes its subclasses subscriptable."""

        __slots__ = ()
        __class_getitem__ = classmethod(GenericAlias)


__all__ = ["TYPE_CHECKING", "Generic", "P", "R", "Result", "Spec"]
