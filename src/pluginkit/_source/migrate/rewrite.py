"""Carries out what was decided, on the lossless tree: nothing that was not decided changes by a byte.

It decides nothing.
"""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

import libcst as cst

from pluginkit._source.migrate.comments import is_blank, joined, lost
from pluginkit._source.migrate.imports import add_import, has_alike, has_import, import_line
from pluginkit._source.migrate.literals import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pluginkit._source.migrate.implementations import Implementation
    from pluginkit._source.migrate.names import Removals
    from pluginkit._source.migrate.specs import Hook, Specs

    Statement: TypeAlias = "cst.SimpleStatementLine | cst.BaseCompoundStatement"

MISSING: Final = "# TODO: annotate"
PROPOSED: Final = "# TODO: check the proposed types"


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What is to change in a module.

    Attributes:
        implementations: What becomes of the decorators of implementations.
        specs: What becomes of the specs, or None.
        removals: What is no longer needed.
        names: What `hookimpl`, `hookspec`, `Protocol`, `Any` and the spec are called in this module.
        imports: What is imported at its top, by module.
        local: What is imported in functions, by module, instead of what goes there.
    """

    implementations: Sequence[Implementation]
    specs: Specs | None
    removals: Removals
    names: Mapping[str, str]
    imports: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, dict[str, str]])
    local: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, dict[str, str]])


def rewrite(tree: cst.Module, plan: Plan) -> str:
    """Return the new source of a module."""
    return tree.visit(_Rewriter(tree, plan)).code


class _Rewriter(cst.CSTTransformer):
    def __init__(self, tree: cst.Module, plan: Plan) -> None:
        super().__init__()
        self._plan = plan
        self._indent = tree.default_indent
        self._implementations = {each.use.function: each for each in plan.implementations}
        self._hooks = {each.function: each for each in plan.specs.hooks} if plan.specs else {}
        self._classes = plan.specs.classes if plan.specs else {}
        self._moved = {each.name for each in self._hooks.values() if not each.is_method}  # each is bound once
        self._emptied: dict[int, list[cst.EmptyLine]] = {}  # by the identity of a new node: comments that stay

    # -- functions --------------------------------------------------------------------------------------------------

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        if original_node in self._implementations:
            implementation = self._implementations[original_node]
            position = list(original_node.decorators).index(implementation.use.decorator)
            decorators = list(updated_node.decorators)
            new = self._implementation(decorators.pop(position), implementation)
            decorators.insert(len(decorators) if implementation.below else position, new)
            updated_node = updated_node.with_changes(decorators=decorators)
        if original_node in self._hooks:
            hook = self._hooks[original_node]
            updated_node = self._hook(updated_node, hook)
            if not hook.is_method:
                updated_node = _indented(updated_node, self._indent)
        return updated_node

    def _implementation(self, old: cst.Decorator, implementation: Implementation) -> cst.Decorator:
        name: cst.BaseExpression = cst.Name(self._plan.names["hookimpl"])
        if implementation.form == "function":
            name = cst.Attribute(name, cst.Name("function"))
        arguments = [each.with_changes(keyword=cst.Name(new)) for new, each in implementation.kept.items()]
        if implementation.form != "bare":
            reference = cst.Attribute(cst.Name(self._plan.names["spec"]), cst.Name(implementation.hook))
            space = cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")) if arguments else cst.MaybeSentinel.DEFAULT
            arguments.insert(0, cst.Arg(reference, comma=space))
        return _decorator(old, name, arguments)

    def _hook(self, function: cst.FunctionDef, hook: Hook) -> cst.FunctionDef:
        decorators = list(function.decorators)
        position = list(hook.function.decorators).index(hook.use.decorator) if hook.use else len(decorators)
        old = decorators.pop(position) if hook.use else cst.Decorator(cst.Name("_"))
        arguments = [each for each in (hook.use.arguments if hook.use else ()) if _keyword(each) == hook.mode]
        new = _decorator(old, cst.Name(self._plan.names["hookspec"]), arguments)
        bare = [name for name in hook.types if name not in hook.proposed]
        for text in [*([MISSING] if bare else []), *([PROPOSED] if hook.proposed else [])]:
            new = new.with_changes(trailing_whitespace=_with_comment(new.trailing_whitespace, text))
        decorators.insert(position, new)
        changes: dict[str, object] = {"decorators": decorators, "params": self._parameters(function, hook)}
        if "return" in hook.types:
            changes["returns"] = self._annotation(hook.types["return"], is_result=True)
        return _with_ellipsis(function.with_changes(**changes))

    def _annotation(self, text: str, *, is_result: bool = False) -> cst.Annotation:
        named = re.sub(r"\bAny\b", self._plan.names.get("Any", "Any"), text)
        before = cst.SimpleWhitespace(" " if is_result else "")
        return cst.Annotation(cst.parse_expression(named), whitespace_before_indicator=before)

    def _parameters(self, function: cst.FunctionDef, hook: Hook) -> cst.Parameters:
        params = function.params
        own, others = list(params.params[: hook.is_method]), list(params.params[hook.is_method :])
        named = [self._typed(each, hook.types.get(each.name.value)) for each in others]
        space = _plain(function.whitespace_before_params)
        if own and isinstance(own[0].comma, cst.Comma):
            space = _plain(own[0].comma.whitespace_after)
        elif own or isinstance(space, cst.SimpleWhitespace):
            space = cst.SimpleWhitespace(" ")
        comma = cst.Comma(whitespace_after=space) if named else cst.MaybeSentinel.DEFAULT
        first = own[0] if own else cst.Param(cst.Name("self"), comma=comma)
        star = cst.ParamStar(cst.Comma(whitespace_after=space)) if named else cst.MaybeSentinel.DEFAULT
        return params.with_changes(params=[first], star_arg=star, kwonly_params=named)

    def _typed(self, parameter: cst.Param, text: str | None) -> cst.Param:
        if text is None:
            return parameter
        annotated = parameter.with_changes(annotation=self._annotation(text))
        spaced = cst.AssignEqual(cst.SimpleWhitespace(" "), cst.SimpleWhitespace(" "))
        return annotated.with_changes(equal=spaced) if parameter.default is not None else annotated

    # -- classes ----------------------------------------------------------------------------------------------------

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        if original_node not in self._classes or self._classes[original_node]:
            return updated_node
        protocol = cst.Arg(cst.Name(self._plan.names["Protocol"]))
        bases = list(updated_node.bases)
        is_object = [isinstance(each.value, cst.Name) and each.value.value == "object" for each in bases]
        if any(is_object):
            position = is_object.index(True)
            bases[position] = bases[position].with_changes(value=protocol.value)
        elif bases:
            last = bases[-1]
            comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
            bases = [*bases[:-1], last.with_changes(comma=comma), protocol.with_changes(comma=last.comma)]
        else:
            bases = [protocol]
        return updated_node.with_changes(bases=bases)

    # -- statements -------------------------------------------------------------------------------------------------

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        value, specs = original_node.value, self._plan.specs
        if specs is None or value is not specs.exported or not isinstance(value, cst.List | cst.Tuple):
            return updated_node
        is_hook = [text_of(each.value) in self._moved for each in value.elements]
        first = is_hook.index(True)
        kept = [each for each, is_moved in zip(value.elements, is_hook, strict=True) if not is_moved]
        text = cst.SimpleString(f'"{specs.name}"')
        kept.insert(sum(not each for each in is_hook[:first]), value.elements[first].with_changes(value=text))
        kept[-1] = kept[-1].with_changes(comma=value.elements[-1].comma if len(kept) > 1 else kept[-1].comma)
        return updated_node.with_changes(value=value.with_changes(elements=kept))

    def leave_ImportFrom(self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom) -> cst.ImportFrom:
        return (
            updated_node.with_changes(names=self._names(original_node))
            if self._shrinks(original_node)
            else updated_node
        )

    def leave_Import(self, original_node: cst.Import, updated_node: cst.Import) -> cst.Import:
        return (
            updated_node.with_changes(names=self._names(original_node))
            if self._shrinks(original_node)
            else updated_node
        )

    def _shrinks(self, node: cst.Import | cst.ImportFrom) -> bool:
        """Tell whether an import loses some of its names, and keeps others."""
        if isinstance(node.names, cst.ImportStar):
            return False
        gone = [each in self._plan.removals.aliases for each in node.names]
        return any(gone) and not all(gone)

    def _names(self, node: cst.Import | cst.ImportFrom) -> list[cst.ImportAlias]:
        assert not isinstance(node.names, cst.ImportStar)
        kept = [each for each in node.names if each not in self._plan.removals.aliases]
        return [*kept[:-1], kept[-1].with_changes(comma=node.names[-1].comma)]

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.SimpleStatementLine]:
        gone = [self._is_gone(each) for each in original_node.body]
        kept = [new for new, is_gone in zip(updated_node.body, gone, strict=True) if not is_gone]
        if any(gone) and kept:
            kept[-1] = kept[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
        changed = updated_node.with_changes(body=kept) if any(gone) else updated_node
        lines = lost([original_node], [changed] if kept else [*updated_node.leading_lines])
        if kept and lines:
            changed = changed.with_changes(leading_lines=[*changed.leading_lines, *lines])
        added = [
            import_line(*each)
            for each in sorted(self._plan.local.items())
            if original_node in self._plan.removals.local
        ]
        if not kept and added:
            added[0] = added[0].with_changes(leading_lines=[*updated_node.leading_lines, *lines])
        elif not kept:
            changed = cst.SimpleStatementLine([cst.Pass()])  # LibCST would drop an empty line before its parent sees it
            self._emptied[id(changed)] = [*updated_node.leading_lines, *lines]
        both: list[cst.SimpleStatementLine] = [*([changed] if kept else []), *added]
        return cst.FlattenSentinel(both) if added else changed

    def _is_gone(self, node: cst.BaseSmallStatement) -> bool:
        if isinstance(node, cst.Import | cst.ImportFrom) and not isinstance(node.names, cst.ImportStar):
            return all(each in self._plan.removals.aliases for each in node.names)
        return node in self._plan.removals.statements

    def leave_IndentedBlock(
        self,
        original_node: cst.IndentedBlock,  # noqa: ARG002 - LibCST gives the name
        updated_node: cst.IndentedBlock,
    ) -> cst.IndentedBlock:
        body, footer = self._without_emptied(updated_node.body, updated_node.footer)
        return updated_node.with_changes(body=body, footer=footer)

    def _without_emptied(
        self, statements: Sequence[cst.BaseStatement], footer: Sequence[cst.EmptyLine]
    ) -> tuple[list[Statement], list[cst.EmptyLine]]:
        body: list[Statement] = []
        pending: list[cst.EmptyLine] | None = None
        for each in statements:
            assert isinstance(each, cst.SimpleStatementLine | cst.BaseCompoundStatement)
            if id(each) in self._emptied:
                pending = joined(pending or [], self._emptied[id(each)])
            else:
                lines = each.leading_lines if pending is None else joined(pending, each.leading_lines)
                body.append(each if pending is None else each.with_changes(leading_lines=lines))
                pending = None
        rest = [line for line in pending or [] if not is_blank(line)]
        return body, [*rest, *footer]

    # -- the module -------------------------------------------------------------------------------------------------

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        first = self._first_use(original_node)
        imports = dict(self._plan.imports)
        statements = self._in_place(updated_node.body, first, imports)
        emptied = sum(id(each) in self._emptied for each in statements[:first])
        body, footer = self._without_emptied(statements, updated_node.footer)
        if self._moved:
            body = self._in_class(body)
        limit = first - emptied
        for module, names in sorted(imports.items(), key=lambda each: each[0]):
            limit += add_import(body, min(limit, len(body)), module, names)
        return updated_node.with_changes(body=body, footer=footer)

    def _in_place(
        self, statements: Sequence[cst.BaseStatement], limit: int, imports: dict[str, Mapping[str, str]]
    ) -> list[cst.BaseStatement]:
        """Import pluginkit where the first statement goes, unless it belongs to other imports."""
        staying = [each for each in statements[:limit] if id(each) not in self._emptied]
        gone = next((index for index, each in enumerate(statements[:limit]) if id(each) in self._emptied), None)
        if gone is None or "pluginkit" not in imports or has_alike(staying, "pluginkit"):
            return list(statements)
        lines = self._emptied[id(statements[gone])]
        if gone and has_import(statements[gone - 1]) and not any(map(is_blank, lines)):
            lines = [cst.EmptyLine(indent=False), *lines]  # it begins a section of its own
        new = import_line("pluginkit", imports.pop("pluginkit")).with_changes(leading_lines=lines)
        return [*statements[:gone], new, *statements[gone + 1 :]]

    def _first_use(self, tree: cst.Module) -> int:
        """Return the statement that first needs one of the new imports."""
        wanted: set[cst.CSTNode] = {*self._implementations, *self._hooks, *self._classes}
        return next(index for index, statement in enumerate(tree.body) if _contains(statement, wanted))

    def _in_class(self, body: list[Statement]) -> list[Statement]:
        """Move functions into a class, where the last of them stands; what is between them stays in front of it."""
        assert self._plan.specs is not None
        moved = [each for each in body if isinstance(each, cst.FunctionDef) and each.name.value in self._moved]
        functions = [each.with_changes(leading_lines=_squeezed(each.leading_lines)) for each in moved]
        functions[0] = functions[0].with_changes(leading_lines=[cst.EmptyLine(indent=False)])
        summary = cst.parse_statement(f'"""{self._plan.specs.summary}"""')
        new = cst.ClassDef(
            cst.Name(self._plan.specs.name),
            cst.IndentedBlock([summary, *functions]),
            [cst.Arg(cst.Name(self._plan.names["Protocol"]))],
            leading_lines=moved[0].leading_lines,
        )
        changed = [new if each is moved[-1] else each for each in body]
        return [each for each in changed if each is new or each not in moved]


def _contains(statement: cst.CSTNode, wanted: set[cst.CSTNode]) -> bool:
    """Tell whether one of some nodes is in a statement."""
    finder = _Contains(wanted)
    statement.visit(finder)
    return finder.is_found


class _Contains(cst.CSTVisitor):
    def __init__(self, wanted: set[cst.CSTNode]) -> None:
        super().__init__()
        self._wanted = wanted
        self.is_found = False

    def on_visit(self, node: cst.CSTNode) -> bool:
        self.is_found = self.is_found or node in self._wanted
        return not self.is_found


def _keyword(argument: cst.Arg) -> str:
    return argument.keyword.value if argument.keyword else ""


def _decorator(old: cst.Decorator, name: cst.BaseExpression, arguments: list[cst.Arg]) -> cst.Decorator:
    """Return a decorator that calls something else, with what is between its parts as it was."""
    expression: cst.BaseExpression = name
    if arguments:
        call = old.decorator if isinstance(old.decorator, cst.Call) else cst.Call(name)
        last = call.args[-1].comma if call.args else cst.MaybeSentinel.DEFAULT
        arguments = [*arguments[:-1], arguments[-1].with_changes(comma=last)]
        expression = call.with_changes(func=name, args=arguments)
    new = old.with_changes(decorator=expression)
    return new.with_changes(leading_lines=[*new.leading_lines, *lost([old], [new])])


def _with_comment(space: cst.TrailingWhitespace, text: str) -> cst.TrailingWhitespace:
    """Return the end of a line with one more comment."""
    if space.comment is not None:
        return space.with_changes(comment=cst.Comment(f"{space.comment.value}  {text}"))
    return space.with_changes(comment=cst.Comment(text), whitespace=cst.SimpleWhitespace("  "))


def _plain(space: cst.BaseParenthesizableWhitespace) -> cst.BaseParenthesizableWhitespace:
    """Return white space without its comments and blank lines."""
    if isinstance(space, cst.ParenthesizedWhitespace):
        line = cst.TrailingWhitespace(newline=space.first_line.newline)
        return cst.ParenthesizedWhitespace(line, indent=space.indent, last_line=space.last_line)
    return space


def _with_ellipsis(function: cst.FunctionDef) -> cst.FunctionDef:
    """Return a function that has more than a docstring, which checkers would take for a missing result."""
    if not _is_docstring_only(function):
        return function
    ellipsis = cst.Expr(cst.Ellipsis())
    if isinstance(function.body, cst.IndentedBlock):
        return function.with_deep_changes(
            function.body, body=[*function.body.body, cst.SimpleStatementLine([ellipsis])]
        )
    return function.with_deep_changes(function.body, body=[*_separated(function.body), ellipsis])


def _separated(suite: cst.BaseSuite) -> list[cst.BaseSmallStatement]:
    semicolon = cst.Semicolon(whitespace_after=cst.SimpleWhitespace(" "))
    assert isinstance(suite, cst.SimpleStatementSuite)
    return [each.with_changes(semicolon=semicolon) for each in suite.body]


def _docstring(function: cst.FunctionDef) -> cst.SimpleString | cst.ConcatenatedString | None:
    lines = function.body.body
    first = lines[0] if lines else None
    small = first.body[0] if isinstance(first, cst.SimpleStatementLine) else first
    value = small.value if isinstance(small, cst.Expr) else None
    return value if isinstance(value, cst.SimpleString | cst.ConcatenatedString) else None


def _is_docstring_only(function: cst.FunctionDef) -> bool:
    lines = function.body.body
    first = lines[0]
    is_single = len(lines) == 1 and not (isinstance(first, cst.SimpleStatementLine) and len(first.body) > 1)
    return is_single and _docstring(function) is not None


def _indented(function: cst.FunctionDef, indent: str) -> cst.FunctionDef:
    """Return a function whose docstring is indented once more, if that means the same."""
    string = _docstring(function)
    if not isinstance(string, cst.SimpleString):
        return function
    value = re.sub(r"(\r\n|\r|\n)(?=[^\r\n])", lambda match: match[1] + indent, string.value)
    before, after = (str(ast.literal_eval(each)) for each in (string.value, value))
    is_same = inspect.cleandoc(before) == inspect.cleandoc(after)
    return function.with_deep_changes(string, value=value) if is_same else function


def _squeezed(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Return the lines above a statement as they are in a class: one blank line where there are several."""
    kept = [line for index, line in enumerate(lines) if not (is_blank(line) and index and is_blank(lines[index - 1]))]
    return [line.with_changes(indent=not is_blank(line)) for line in kept]
