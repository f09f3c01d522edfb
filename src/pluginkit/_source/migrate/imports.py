"""Imports that are added to a module: into one that is there, or in a line of their own where a formatter has it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

from pluginkit._source.migrate.comments import is_blank
from pluginkit._source.migrate.uses import dotted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Statement: TypeAlias = "cst.SimpleStatementLine | cst.BaseCompoundStatement"


def import_line(module: str, names: Mapping[str, str]) -> cst.SimpleStatementLine:
    """Return a line that imports names of a module under others."""
    aliases = [_alias(name, bound) for name, bound in sorted(names.items(), key=lambda each: _key(each[0]))]
    separated = [
        each.with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))) for each in aliases[:-1]
    ]
    path = cst.parse_expression(module)
    assert isinstance(path, cst.Name | cst.Attribute)
    return cst.SimpleStatementLine([cst.ImportFrom(module=path, names=[*separated, aliases[-1]])])


def add_import(body: list[Statement], limit: int, module: str, names: Mapping[str, str]) -> int:
    """Add an import to statements, before one of them; return how many were put in front of that one.

    Args:
        body: The statements.
        limit: The statement that needs the import.
        module: The module to import from.
        names: The names to import, and what they are called.
    """
    for index, line in enumerate(body[:limit]):
        present = _import_of(line)
        if isinstance(present, cst.ImportFrom) and _module(present) == module and _can_grow(present):
            body[index] = _grown(line, present, names)
            return 0
    index = _place(body[:limit], module)
    new = import_line(module, names)
    previous = _import_of(body[index - 1]) if index else None
    following = body[index] if index < len(body) else None
    starts_section = previous is None or not _is_alike(previous, module)
    if index and starts_section:
        new = new.with_changes(leading_lines=[cst.EmptyLine(indent=False)])
    next_import = _import_of(following)
    if following is not None and next_import is not None:
        if _is_alike(next_import, module):
            new, body[index] = _in_front(new, following)
        elif not any(map(is_blank, following.leading_lines)):
            body[index] = following.with_changes(leading_lines=[cst.EmptyLine(indent=False), *following.leading_lines])
    body.insert(index, new)
    return 1


def _in_front(new: cst.SimpleStatementLine, following: Statement) -> tuple[cst.SimpleStatementLine, Statement]:
    """Give the blank lines above a statement to one in front of it."""
    lines = list(following.leading_lines)
    blank = next((number for number, line in enumerate(lines) if not is_blank(line)), len(lines))
    return new.with_changes(leading_lines=lines[:blank]), following.with_changes(leading_lines=lines[blank:])


def _import_of(line: cst.BaseStatement | None) -> cst.Import | cst.ImportFrom | None:
    """Return the import that a line is, if that is all of it."""
    if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1:
        small = line.body[0]
        return small if isinstance(small, cst.Import | cst.ImportFrom) else None
    return None


def _module(node: cst.Import | cst.ImportFrom) -> str:
    """Return the module that an import is of; empty for relative ones."""
    if isinstance(node, cst.Import):
        return dotted(node.names[0].name)
    return dotted(node.module) if node.module is not None and not node.relative else ""


def _is_standard(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def _is_alike(node: cst.Import | cst.ImportFrom, module: str) -> bool:
    """Tell whether an import belongs into one section with one of a module."""
    own = _module(node)
    return own not in ("", "__future__") and _is_standard(own) is _is_standard(module)


def has_alike(body: Sequence[cst.BaseStatement], module: str) -> bool:
    """Tell whether statements have an import beside which one of a module belongs."""
    imports = (_import_of(line) for line in body)
    return any(node is not None and _is_alike(node, module) for node in imports)


def has_import(line: cst.BaseStatement) -> bool:
    """Tell whether a line is an import."""
    return _import_of(line) is not None


def _can_grow(node: cst.ImportFrom) -> bool:
    return not isinstance(node.names, cst.ImportStar)


def _place(body: Sequence[Statement], module: str) -> int:
    """Return the index at which a new import belongs."""
    imports = [(index, node) for index, line in enumerate(body) if (node := _import_of(line)) is not None]
    alike = [(index, node) for index, node in imports if _is_alike(node, module)]
    if alike:
        before = [index for index, node in alike if isinstance(node, cst.Import) or _module(node) <= module]
        return before[-1] + 1 if before else alike[0][0]
    is_documented = bool(body) and _is_string(body[0])
    ends = [int(is_documented)]
    for index, node in imports:
        if _module(node) == "__future__" or (not _is_standard(module) and _module(node)):
            ends.append(index + 1)
    return max(ends)


def _is_string(line: Statement) -> bool:
    small = line.body[0] if isinstance(line, cst.SimpleStatementLine) and line.body else None
    return isinstance(small, cst.Expr) and isinstance(small.value, cst.SimpleString | cst.ConcatenatedString)


def _alias(name: str, bound: str) -> cst.ImportAlias:
    if name == bound:
        return cst.ImportAlias(cst.Name(name))
    return cst.ImportAlias(cst.Name(name), asname=cst.AsName(cst.Name(bound)))


def _key(name: str) -> tuple[int, str]:
    """Return how names are ordered in an import: constants, classes, and the rest."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2, name)


def _grown(line: Statement, node: cst.ImportFrom, names: Mapping[str, str]) -> Statement:
    """Return an import with more names, each where it belongs; the others stay as they are."""
    assert not isinstance(node.names, cst.ImportStar)
    aliases = list(node.names)
    for name, bound in names.items():
        index = next((i for i, each in enumerate(aliases) if _key(each.evaluated_name) > _key(name)), len(aliases))
        space = _space(aliases)
        if index == len(aliases):
            last = aliases[-1]
            aliases[-1] = last.with_changes(comma=cst.Comma(whitespace_after=space))
            aliases.append(_alias(name, bound).with_changes(comma=last.comma))
        else:
            aliases.insert(index, _alias(name, bound).with_changes(comma=cst.Comma(whitespace_after=space)))
    return line.with_deep_changes(node, names=aliases)


def _space(aliases: Sequence[cst.ImportAlias]) -> cst.BaseParenthesizableWhitespace:
    """Return the white space between the names of an import, without its comments."""
    space = aliases[0].comma.whitespace_after if len(aliases) > 1 and isinstance(aliases[0].comma, cst.Comma) else None
    if isinstance(space, cst.ParenthesizedWhitespace):
        return cst.ParenthesizedWhitespace(indent=space.indent, last_line=space.last_line)
    return cst.SimpleWhitespace(" ")
