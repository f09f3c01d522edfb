"""What an editor asks of hooks: findings, completions, hovers, and who implements what. No protocol is known here.

Positions are those of `sources`. A text that cannot be parsed, while it is being typed, is answered from the last one
that could: then only the decorator in front of the cursor is read from the new one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from pluginkit._source.lint.run import Linter, files_in
from pluginkit._source.model import Hook, Implementation, Parameter
from pluginkit._source.project import Project, target_of
from pluginkit._source.sources import Range, Source

_HEAD = re.compile(r"^[ \t]*(?:async[ \t]+)?def[ \t]+(?P<name>\w*)[ \t]*(?P<open>\(?)(?P<taken>[^()]*)$")
_NAME = re.compile(r"(?:^|[(,])\s*(\w+)\s*(?=[:=,]|$)")


class Completion(NamedTuple):
    """Something that can be inserted.

    Attributes:
        label: What is shown.
        text: What is inserted.
        detail: What it is about.
        documentation: More of that.
    """

    label: str
    text: str
    detail: str
    documentation: str = ""


class Lens(NamedTuple):
    """A line above a hook.

    Attributes:
        range: The hook.
        title: What is shown.
        places: Where its implementations are.
    """

    range: Range
    title: str
    places: tuple[tuple[Path, Range], ...]


class Features:
    """Answers an editor.

    Args:
        python: The interpreter or environment to look in; empty for that of each project.
    """

    def __init__(self, python: str = "") -> None:
        self.linter = Linter(python)
        self._good: dict[Path, str] = {}

    def change(self, path: Path, text: str) -> None:
        """Let a text stand for that of a file."""
        self.linter.change(path, text)
        if self._source(path).error is None:
            self._good[path] = text

    def _project(self, path: Path) -> Project:
        return self.linter.project(path)

    def _source(self, path: Path) -> Source:
        return self._project(path).sources.at(path)

    # -- completion ---------------------------------------------------------------------------------------------------

    def completions(self, path: Path, line: int, column: int) -> list[Completion]:
        """Return what can be inserted at a position: parameters of the hook, or a whole implementation."""
        lines = self._source(path).lines
        start, head = min(line, len(lines)), ""
        while start > 0:  # the head of the function may be several lines
            head = lines[start - 1][: column if start == line else None] + ("\n" + head if head else "")
            found = _HEAD.match(head)
            if found:
                hook = self._decorated(path, lines[: start - 1])
                return _completed(found, *hook) if hook else []
            if start < line and re.match(r"\s*(?:@|class\b|return\b)", head):
                return []
            start -= 1
        return []

    def _decorated(self, path: Path, before: list[str]) -> tuple[Hook, Implementation] | None:
        """Return the hook of the marker that ends in front of a line, as the last good text knows its names."""
        decorators: list[str] = []
        for line in reversed(before):
            if line.lstrip().startswith("@"):
                decorators.insert(0, line.strip())
            elif line.strip():
                break
        name = "_completed_"
        good = self._good.get(path, "")
        ended = good + ("" if good.endswith("\n") else "\n")
        probe = Source(path, self._source(path).module, f"{ended}{chr(10).join(decorators)}\ndef {name}(): ...\n")
        project = self._project(path)
        found = [each for each in project.model.implementations(probe) if each.name == name]
        hooks = target_of(found[-1], project).hooks if found else ()
        return (hooks[0], found[-1]) if hooks else None

    # -- looking at a place -------------------------------------------------------------------------------------------

    def hook_at(self, path: Path, line: int, column: int) -> Hook | None:
        """Return the hook that a position is about: its declaration, a reference to it, or an implementation."""
        source, project = self._source(path), self._project(path)
        for hook in project.model.hooks_by_node(source).values():
            if hook.range.contains(line, column):
                return hook
        for each in project.model.implementations(source):
            places = [each.range, *([source.range_of(each.reference)] if each.reference is not None else [])]
            if any(place.contains(line, column) for place in places):
                return next(iter(target_of(each, project).hooks), None)
        return None

    def hover(self, path: Path, line: int, column: int) -> str:
        """Return what is to be known of the hook at a position, as Markdown; empty, where there is none."""
        hook = self.hook_at(path, line, column)
        if hook is None:
            return ""
        head = f"{'async ' if hook.is_async else ''}def {hook.name}({_signature(hook)})"
        returns = f" -> {ast.unparse(hook.returns)}" if hook.returns is not None else ""
        parts = [f"```python\n{head}{returns}\n```", f"**{hook.qualified_name}**: {_MODES[hook.mode]}"]
        return "\n\n".join([*parts, hook.documentation]).rstrip()

    # -- implementations ----------------------------------------------------------------------------------------------

    def implementations(self, path: Path, line: int, column: int) -> list[tuple[Path, Range]]:
        """Return where the hook at a position is implemented, in the project."""
        hook = self.hook_at(path, line, column)
        return list(self._implementing(path, [hook]).get(id(hook.node), ())) if hook is not None else []

    def lenses(self, path: Path) -> list[Lens]:
        """Return for each hook that a file declares how often the project implements it."""
        hooks = list(self._project(path).model.hooks_by_node(self._source(path)).values())
        found = self._implementing(path, hooks) if hooks else {}
        return [_lens(hook, tuple(found.get(id(hook.node), ()))) for hook in hooks]

    def _implementing(self, path: Path, hooks: Iterable[Hook]) -> dict[int, list[tuple[Path, Range]]]:
        places = {(hook.source.path, hook.node.lineno): id(hook.node) for hook in hooks}
        found: dict[int, list[tuple[Path, Range]]] = {}
        for file in files_in([self._project(path).root]):
            project = self._project(file)
            for each in project.model.implementations(project.sources.at(file)):
                for hook in target_of(each, project).hooks:
                    node = places.get((hook.source.path, hook.node.lineno))
                    if node is not None:
                        found.setdefault(node, []).append((file, each.range))
        return found


_MODES = {
    "collect": "a call returns the answers of all implementations",
    "firstresult": "a call returns the first answer; later implementations do not run",
    "pipeline": "each answer replaces the value for the next implementation",
    "historic": "calls are remembered, and replayed to later plugins",
}


def _lens(hook: Hook, places: tuple[tuple[Path, Range], ...]) -> Lens:
    number = len(places)
    return Lens(hook.range, f"{number} implementation{'' if number == 1 else 's'}", places)


def _signature(hook: Hook) -> str:
    return ", ".join(["self", *(["*"] if hook.parameters else []), *(_written(each) for each in hook.parameters)])


def _written(parameter: Parameter) -> str:
    """Return a parameter as its hook declares it."""
    annotation = f": {ast.unparse(parameter.annotation)}" if parameter.annotation is not None else ""
    equals = " = " if annotation else "="
    return parameter.name + annotation + (f"{equals}{ast.unparse(parameter.default)}" if parameter.default else "")


def _completed(head: re.Match[str], hook: Hook, implementation: Implementation) -> list[Completion]:
    """Return what fits behind the head of a function: the parameters that are left, or all of it."""
    if not head["open"]:
        return [_whole(hook, implementation)]
    taken = set(_NAME.findall(head["taken"].rpartition(",")[0] + ","))
    left = [each for each in hook.parameters if each.name not in taken]
    items = [_parameter(each, hook) for each in left]
    if left and "**" not in head["taken"]:
        items.append(Completion("**_", "**_: object", "the other arguments of the hook"))
    return items


def _parameter(parameter: Parameter, hook: Hook) -> Completion:
    annotation = f": {ast.unparse(parameter.annotation)}" if parameter.annotation is not None else ""
    return Completion(parameter.name, f"{parameter.name}{annotation}", f"parameter of {hook.qualified_name}")


def _whole(hook: Hook, implementation: Implementation) -> Completion:
    """Return the head of an implementation that takes all parameters."""
    receiver = [] if implementation.marker.form == "function" else ["self"]
    taken = ", ".join([*receiver, *(_parameter(each, hook).text for each in hook.parameters)])
    returns = f" -> {ast.unparse(hook.returns)}" if hook.returns is not None else ""
    text = f"{hook.name}({taken}){returns}:"
    return Completion(f"{hook.name}(…)", text, f"implementation of {hook.qualified_name}", hook.documentation)
