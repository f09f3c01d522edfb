"""`DistFacade`: a distribution, with the name that `pkg_resources` had for its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.metadata import Distribution

__all__ = ["DistFacade"]


class DistFacade:
    """A distribution that also has a `project_name`.

    Args:
        dist: The distribution; all else is asked of it.
    """

    __slots__ = ("_dist",)

    def __init__(self, dist: Distribution) -> None:
        self._dist = dist

    @property
    def project_name(self) -> str:
        """The name of the distribution."""
        name: str = self.metadata["name"]
        return name

    def __getattr__(self, attr: str) -> Any:
        return getattr(self._dist, attr)

    def __dir__(self) -> list[str]:
        return sorted([*dir(self._dist), "_dist", "project_name"])
