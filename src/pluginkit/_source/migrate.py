"""From modules that are written for pluggy to modules for pluginkit: what is decided in the source, and what is not.

A module of hook specs gets a spec, a Protocol class; implementations get the decorators of pluginkit. Everything else
stays as it is written. The source is read and not imported, and no file is read or written here.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_MODES = ("firstresult", "historic")
_KEPT = {"tryfirst": "tryfirst", "trylast": "trylast", "wrapper": "wrapper", "optionalhook": "optional"}
_NOTHING = frozenset({"None", "False"})
_INDENT = "    "


class Note(NamedTuple):
    """Something that is left to the author.

    Attributes:
        line: Where it is in the source, counted from 1.
        message: What was not decided.
        hint: What to do.
    """

    line: int
    message: str
    hint: str


class Migration(NamedTuple):
    """What has become of a module.

    Attributes:
        text: Its new source; the old one, if there is nothing to change.
        notes: What is left to the author.
    """

    text: str
    notes: tuple[Note, ...]


class Target(NamedTuple):
    """What the new source refers to.

    Attributes:
        name: The name for a spec, or empty for one made of the project's name.
        module: The module of a spec that implementations are to refer to, or empty.
        spec: That spec.
    """

    name: str = ""
    module: str = ""
    spec: str = ""


def migrate(source: str, target: Target) -> Migration:
    """Return a module as pluginkit wants it.

    Args:
        source: Its source, whose lines end as those of Python strings do.
        target: What it is to refer to.

    Raises:
        SyntaxError: It is no Python.
    """
    specs = _Specs(source, target)
    implementations = _Implementations(specs.text, target)
    return Migration(implementations.text, tuple(sorted({*specs.notes, *implementations.notes})))


# -- markers ----------------------------------------------------------------------------------------------------------


class _Marker(NamedTuple):
    """A marker of pluggy.

    Attributes:
        project: The project, as far as it is written out.
        node: The statement that gives it a name: an assignment, or an import from another module.
    """

    project: str
    node: ast.stmt


def _markers(tree: ast.Module, kind: str, default: str) -> dict[str, _Marker]:
    """Return the markers that a module makes, or imports under their usual name."""
    found: dict[str, _Marker] = {}
    for node in tree.body:
        match node:
            case ast.Assign([ast.Name(name)], ast.Call(function, arguments)) | ast.AnnAssign(
                ast.Name(name), value=ast.Call(function, arguments)
            ) if ast.unparse(function).rpartition(".")[2] == kind:
                project = arguments[0].value if arguments and isinstance(arguments[0], ast.Constant) else ""
                found[name] = _Marker(str(project), node)
            case ast.ImportFrom(module, aliases) if module != "pluginkit":
                for alias in aliases:
                    if alias.name == default:
                        found[alias.asname or alias.name] = _Marker((module or "").partition(".")[0], node)
            case _:
                pass
    return found


def _call(decorator: ast.expr) -> tuple[ast.expr, list[ast.keyword]]:
    """Return what a decorator calls, and with which options."""
    if isinstance(decorator, ast.Call):
        return decorator.func, decorator.keywords
    return decorator, []


def _decorator(node: _Function, markers: Mapping[str, _Marker], default: str) -> ast.expr | None:
    """Return the decorator of a function that is a marker, such as `hookimpl` or `pytest.hookimpl`."""
    for each in node.decorator_list:
        match _call(each)[0]:
            case ast.Name(name) if name in markers:
                return each
            case ast.Attribute(ast.Name(module), attr) if attr == default and module != "pluginkit":
                return each
            case _:
                pass
    return None


def _options(decorator: ast.expr) -> dict[str, str]:
    """Return the options of a decorator that are turned on."""
    written = {keyword.arg or "**": ast.unparse(keyword.value) for keyword in _call(decorator)[1]}
    return {name: value for name, value in written.items() if value not in _NOTHING}


# -- changing a text --------------------------------------------------------------------------------------------------


class _Text:
    """A source, and changes that are made to it all at once."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._lines = source.splitlines(keepends=True)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))
        self._changes: list[tuple[int, int, str]] = []

    def offset(self, line: int, column: int) -> int:
        """Return the place of a syntax tree's line and column, which counts bytes."""
        before = self._lines[line - 1].encode()[:column].decode() if line <= len(self._lines) else ""
        return self._starts[line - 1] + len(before)

    def replace(self, node: ast.expr | ast.stmt, new: str) -> None:
        """Put a text in the place of a node."""
        self.change(self.offset(node.lineno, node.col_offset), self._end(node), new)

    def remove_line(self, node: ast.stmt) -> None:
        """Remove a statement, with its lines, and a blank one behind it if there is one in front of it as well."""
        first, end = node.lineno - 1, node.end_lineno or node.lineno
        around = [*self._lines[max(first - 1, 0) : first], *self._lines[end : end + 1]]
        end += len(around) == (2 if first else 1) and not any(map(str.strip, around))
        self.change(self._starts[first], self._starts[end], "")

    def change(self, start: int, end: int, new: str) -> None:
        """Put a text in the place of another."""
        self._changes.append((start, end, new))

    def brackets(self) -> Iterator[tuple[tuple[int, str], int]]:
        """Yield the places behind the opening bracket of each function's parameters, and behind the closing one.

        The former goes by the line and the name of the function, the latter by these with a bracket behind the name.
        """
        defined: tuple[int, str] | None = None
        depth, previous = 0, ""
        for token in tokenize.generate_tokens(io.StringIO(self._source).readline):
            place = self._starts[token.start[0] - 1] + token.start[1] + 1
            if previous == "def":
                defined, depth = (token.start[0], token.string), 0
            elif defined and token.string in ("(", "[", "{"):
                depth += 1
                if depth == 1 and token.string == "(":
                    yield defined, place
            elif defined and token.string in (")", "]", "}"):
                depth -= 1
                if depth == 0 and token.string == ")":
                    yield (defined[0], f"{defined[1]})"), place
                    defined = None
            previous = token.string

    def add_self(self, place: int, star: str, *, is_last: bool) -> None:
        """Put `self`, and a star, in front of parameters; in lines of their own, if those stand in lines of theirs."""
        names = ["self", *([star] if star else [])]
        line = re.compile(r"[ \t]*(#.*)?\n([ \t]*)").match(self._source, place)
        if line is None:
            self.change(place, place, ", ".join([*names, *([] if is_last else [""])]))
        else:
            end = line.end() - len(line[2]) - 1
            self.change(end, end, "".join(f"\n{line[2]}{name}," for name in names))

    def insert_behind(self, node: ast.expr | ast.stmt | ast.arg, new: str) -> None:
        """Put a text behind a node."""
        self.change(self._end(node), self._end(node), new)

    def _end(self, node: ast.expr | ast.stmt | ast.arg) -> int:
        return self.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def changed(self) -> str:
        """Return the text with all changes."""
        text = self._source
        for start, end, new in sorted(self._changes, reverse=True):
            text = text[:start] + new + text[end:]
        return text


def _with_import(source: str, module: str, names: Iterable[str]) -> str:
    """Return a source that imports names of a module: with an import that is there, or in a line more."""
    tree = ast.parse(source)
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    present = [
        node for node in imports if isinstance(node, ast.ImportFrom) and (node.module, node.level) == (module, 0)
    ]
    written = {alias.asname or alias.name for node in present for alias in node.names}
    missing = sorted(set(names) - written)
    if not missing:
        return source
    if len(present) == 1:
        text, kept = _Text(source), [ast.unparse(alias) for alias in present[0].names]
        text.replace(present[0], f"from {module} import {', '.join(sorted([*kept, *missing]))}")
        return text.changed()
    lines = "".join(f"from {module} import {name}\n" for name in missing)
    if not present:
        lines = f"from {module} import {', '.join(missing)}\n"
    is_standard = module in sys.stdlib_module_names
    alike = [node for node in imports if _is_absolute(node) and _is_standard(node) is is_standard]
    if alike:
        before = [node for node in alike if _module(node) <= module]
        return _below(source, (before[-1].end_lineno or 0) if before else alike[0].lineno - 1, lines)
    future = [node.end_lineno or 0 for node in imports if _module(node) == "__future__"]
    documented = (tree.body[0].end_lineno or 0) if ast.get_docstring(tree) is not None else 0
    ends = [documented, *future]
    if not is_standard:
        ends += [node.end_lineno or 0 for node in imports if _is_absolute(node)]
    start = max(ends)
    return _below(source, start, f"\n{lines}" if start else f"{lines}\n")


def _module(node: ast.Import | ast.ImportFrom) -> str:
    return node.names[0].name if isinstance(node, ast.Import) else node.module or ""


def _is_absolute(node: ast.Import | ast.ImportFrom) -> bool:
    return _module(node) != "__future__" and not (isinstance(node, ast.ImportFrom) and node.level)


def _is_standard(node: ast.Import | ast.ImportFrom) -> bool:
    return _module(node).partition(".")[0] in sys.stdlib_module_names


def _below(source: str, line: int, new: str) -> str:
    lines = source.splitlines(keepends=True)
    return "".join([*lines[:line], new, *lines[line:]])


# -- specs ------------------------------------------------------------------------------------------------------------


class _Specs:
    """Turns the hook specs of a module into a spec."""

    def __init__(self, source: str, target: Target) -> None:
        self.text = source
        self.notes: list[Note] = []
        self._any = False  # whether a type is missing
        tree = ast.parse(source)
        self._markers = _markers(tree, "HookspecMarker", "hookspec")
        self._project = next((each.project for each in self._markers.values() if each.project), "")
        functions = [node for node in tree.body if isinstance(node, _Function) and self._is_hook(node)]
        if not any(map(self._marker_of, functions)):
            functions = []
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and any(self._methods(node))]
        hooks = [*functions, *(method for owner in classes for method in self._methods(owner))]
        mixed = [node for node in hooks if _has_other_parameters(node)]
        for node in mixed:
            message = f"{node.name} takes arguments of several kinds, so the specs of this module stay as they are"
            self._note(node, message, "declare each parameter by name, without '*' or '/', and run the command again")
        if hooks and not mixed:
            self._rewrite(tree, functions, classes)
            if functions:
                project = self._project or "host"
                name = target.name or f"{re.sub(r'[^0-9A-Za-z]+', ' ', project).title().replace(' ', '')}Spec"
                self.text = _in_class(self.text, {node.name for node in functions}, name, project)
            self.text = _with_import(self.text, "typing", ["Protocol", *(["Any"] if self._any else [])])
            self.text = _with_import(self.text, "pluginkit", ["hookspec"])

    def _marker_of(self, node: _Function) -> ast.expr | None:
        return _decorator(node, self._markers, "hookspec")

    def _is_hook(self, node: _Function) -> bool:
        """Tell whether a function is a hook: by its marker, or, as pytest has it, by its name alone."""
        by_name = bool(self._project) and node.name.startswith(f"{self._project}_") and not node.decorator_list
        return by_name or self._marker_of(node) is not None

    def _methods(self, node: ast.ClassDef) -> Iterator[_Function]:
        return (each for each in node.body if isinstance(each, _Function) and self._marker_of(each))

    def _rewrite(self, tree: ast.Module, functions: Sequence[_Function], classes: Sequence[ast.ClassDef]) -> None:
        text = _Text(self.text)
        self._brackets = dict(text.brackets())
        _remove_markers(text, tree, self._markers, "HookspecMarker", "hookspec")
        for node in functions:
            self._hook(text, node, is_method=False)
        for owner in classes:
            for node in self._methods(owner):
                self._hook(text, node, is_method=True)
            bases = [ast.unparse(base) for base in owner.bases]
            if not bases:
                start = text.offset(owner.lineno, owner.col_offset)
                head = re.compile(rf"class\s+{owner.name}\s*(\(\s*\))?").match(self.text, start)
                assert head is not None
                text.change(start, head.end(), f"class {owner.name}(Protocol)")
            elif "Protocol" not in bases:
                text.insert_behind(owner.bases[-1], ", Protocol")
        self.text = text.changed()

    def _hook(self, text: _Text, node: _Function, *, is_method: bool) -> None:
        decorator = self._marker_of(node)
        options = _options(decorator) if decorator else {}
        modes = [f"{mode}={options[mode]}" for mode in _MODES if mode in options]
        missing = self._parameters(text, node, is_method=is_method)
        for option in options.keys() - {*_MODES}:
            self._note(node, f"{node.name}: '{option}' has no counterpart", "warn where the hook is called")
        if node.returns is None:
            missing.append("the result")
            closing = self._brackets[node.lineno, f"{node.name})"]
            text.change(closing, closing, f" -> {'None' if 'historic' in options else 'Any'}")
            self._any |= "historic" not in options
        if missing:
            self._note(
                node, f"{node.name}: no type is written for {', '.join(missing)}", "write it in the place of Any"
            )
        todo = "  # TODO: annotate" if missing else ""
        new = f"hookspec{'(' + ', '.join(modes) + ')' if modes else ''}{todo}"
        if decorator is not None:
            text.replace(decorator, new)
        else:
            start = text.offset(node.lineno, node.col_offset)
            text.change(start, start, f"@{new}\n")
            self._note(node, f"{node.name}: it has no marker, and is taken for a hook by its name", "look at it")
        if (
            len(node.body) == 1
            and isinstance(node.body[0], ast.Expr)
            and ast.get_docstring(node, clean=False) is not None
        ):
            is_beside = node.body[0].lineno == node.lineno
            text.insert_behind(node.body[0], "; ..." if is_beside else f"\n{' ' * node.body[0].col_offset}...")

    def _parameters(self, text: _Text, node: _Function, *, is_method: bool) -> list[str]:
        """Make parameters keyword-only, and return those without a type."""
        arguments, given = node.args.args, node.args.defaults
        pairs = list(zip(arguments, [*[None] * (len(arguments) - len(given)), *given], strict=True))
        if is_method and pairs:
            (own, _), *pairs = pairs
            text.insert_behind(own, ", *" if pairs else "")
        else:
            text.add_self(self._brackets[node.lineno, node.name], "*" if pairs else "", is_last=not pairs)
        bare: list[str] = []
        for argument, default in pairs:
            if argument.annotation is None:
                bare.append(f"'{argument.arg}'")
                text.insert_behind(argument, ": Any")
                if default is not None:
                    end = text.offset(argument.end_lineno or 0, argument.end_col_offset or 0)
                    text.change(end, text.offset(default.lineno, default.col_offset), " = ")
        self._any |= bool(bare)
        return bare

    def _note(self, node: ast.expr | ast.stmt, message: str, hint: str) -> None:
        self.notes.append(Note(node.lineno, message, hint))


def _has_other_parameters(node: _Function) -> bool:
    """Tell whether there are parameters that a hook of pluginkit cannot have, or that pluggy does not pass."""
    arguments = node.args
    return bool(arguments.posonlyargs or arguments.kwonlyargs or arguments.vararg or arguments.kwarg)


def _remove_name(text: _Text, node: ast.ImportFrom, name: str) -> None:
    """Take a name out of an import, or the import out of the text if it has no other."""
    kept = [ast.unparse(alias) for alias in node.names if alias.name != name]
    if len(kept) == len(node.names):
        return
    if kept:
        text.replace(node, f"from {'.' * node.level}{node.module or ''} import {', '.join(kept)}")
    else:
        text.remove_line(node)


def _remove_markers(text: _Text, tree: ast.Module, markers: Mapping[str, _Marker], kind: str, default: str) -> None:
    """Remove the statements that make or import markers, and the import of their class if nothing else uses it."""
    for marker in markers.values():
        if isinstance(marker.node, ast.ImportFrom):
            _remove_name(text, marker.node, default)
        else:
            text.remove_line(marker.node)
    made = sum(isinstance(marker.node, ast.Assign | ast.AnnAssign) for marker in markers.values())
    used = sum(isinstance(node, ast.Name) and node.id == kind for node in ast.walk(tree))
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "pluggy" and used <= made:
            _remove_name(text, node, kind)


def _in_class(source: str, names: set[str], spec: str, project: str) -> str:
    """Put functions into a Protocol class; statements between them go in front of it."""
    tree = ast.parse(source)
    functions = [node for node in tree.body if isinstance(node, _Function) and node.name in names]
    first, last = _first_line(functions[0]), functions[-1].end_lineno or 0
    inside = [node for node in tree.body if node not in functions and first <= node.lineno <= last]
    lines = source.splitlines(keepends=True)
    fixed = set(_fixed_lines(source, functions))
    moved: list[str] = []
    body: list[str] = []
    for number in range(first, last + 1):
        line = lines[number - 1]
        if any(_first_line(node) <= number <= (node.end_lineno or 0) for node in inside):
            moved.append(line)
        elif line.strip() or number in fixed:
            body.append(line if number in fixed or not line.strip() else _INDENT + line)
        elif body and body[-1].strip():
            body.append(line)
    if moved:
        moved += ["\n", "\n"]
    head = [f"class {spec}(Protocol):\n", f'{_INDENT}"""The hooks of {project}."""\n', "\n"]
    return "".join([*lines[: first - 1], *moved, *head, *body, *lines[last:]])


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def _fixed_lines(source: str, functions: Iterable[_Function]) -> Iterator[int]:
    """Yield the lines that begin within a string, and so cannot be indented; a docstring can."""
    documented = {node.body[0].lineno for node in functions if ast.get_docstring(node) is not None}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.start[0] < token.end[0] and token.type == tokenize.STRING and token.start[0] not in documented:
            yield from range(token.start[0] + 1, token.end[0] + 1)


# -- implementations --------------------------------------------------------------------------------------------------


class _Implementations:
    """Gives the implementations of a module the decorators of pluginkit: all of them, or none."""

    def __init__(self, source: str, target: Target) -> None:
        self.text = source
        self.notes: list[Note] = []
        self._target = target
        tree = ast.parse(source)
        self._markers = _markers(tree, "HookimplMarker", "hookimpl")
        rewritten = [
            (decorator, self._decorator_for(node, _options(decorator), is_method=is_method))
            for decorator, node, is_method in self._marked(tree.body, is_method=False)
        ]
        if rewritten and all(new is not None for _, new in rewritten):
            text = _Text(source)
            for decorator, new in rewritten:
                text.replace(decorator, new or "")
            _remove_markers(text, tree, self._markers, "HookimplMarker", "hookimpl")
            self.text = _with_import(text.changed(), "pluginkit", ["hookimpl"])
            if target.module:
                self.text = _with_import(self.text, target.module, [target.spec])

    def _marked(self, body: Iterable[ast.stmt], *, is_method: bool) -> Iterator[tuple[ast.expr, _Function, bool]]:
        for node in body:
            if isinstance(node, ast.ClassDef):
                yield from self._marked(node.body, is_method=True)
            elif isinstance(node, _Function):
                decorator = _decorator(node, self._markers, "hookimpl")
                if decorator is not None:
                    yield decorator, node, is_method
                yield from self._marked(node.body, is_method=False)

    def _decorator_for(self, node: _Function, options: dict[str, str], *, is_method: bool) -> str | None:
        """Return the new decorator, or None with a note."""
        if "hookwrapper" in options:
            message = f"{node.name} is an old-style wrapper, so the decorators of this module stay as they are"
            hint = "write wrapper=True, take the result from the yield, and return it; then run the command again"
            self.notes.append(Note(node.lineno, message, hint))
            return None
        hook = options.pop("specname", repr(node.name)).strip("'\"")
        if hook != node.name and not self._target.module:
            message = f"{node.name} implements '{hook}', so the decorators of this module stay as they are"
            self.notes.append(Note(node.lineno, message, "name the spec with --spec MODULE:SPEC"))
            return None
        if "trylast" in options:
            options.pop("tryfirst", None)  # with both, pluggy runs it last
        unknown = sorted(options.keys() - _KEPT.keys())
        if unknown:
            message = f"{node.name}: the option '{unknown[0]}' is not known, so the decorators of this module stay"
            self.notes.append(Note(node.lineno, message, "take it away, and run the command again"))
            return None
        written = [f"{_KEPT[name]}={value}" for name, value in options.items()]
        if not self._target.module:
            return f"hookimpl({', '.join(written)})" if written else "hookimpl"
        is_free = not is_method or any(ast.unparse(each) == "staticmethod" for each in node.decorator_list)
        form = "hookimpl.function" if is_free else "hookimpl"
        return f"{form}({', '.join([f'{self._target.spec}.{hook}', *written])})"
