"""The rules about implementations: each against its hook, and what only source shows of it.

Whether an implementation fits its hook is asked of `_fits`, as registration does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import TypeAlias

from pluginkit._fits import Misfit, misfits
from pluginkit._source import edits
from pluginkit._source.edits import Edit
from pluginkit._source.lint.findings import Finding, finding_at, likely, listed
from pluginkit._source.model import Hook, Implementation, Option, attribute_range, own_nodes
from pluginkit._source.project import Project, Target, target_of
from pluginkit._source.sources import Range

OPTIONS = ("tryfirst", "trylast", "before", "after", "wrapper", "optional")
PLUGGY_OPTIONS = ("hookwrapper", "optionalhook", "tryfirst", "trylast", "specname", "wrapper")
_CONTEXT_MANAGERS = ("contextlib.contextmanager", "contextlib.asynccontextmanager")
_NAME_A_HOOK = "refer to a hook by its spec, as in @hookimpl(AppSpec.sections)"
_NAME_SPECS = "name the specs of the host in [tool.pluginkit] specs, or refer to the hook"


Place: TypeAlias = tuple[Range, Iterable[Edit], bool]


class ImplementationRules:
    """Checks one implementation.

    Args:
        implementation: The implementation.
        project: The project that it is in.
    """

    def __init__(self, implementation: Implementation, project: Project) -> None:
        self.impl = implementation
        self.source = implementation.source
        self.target: Target = target_of(implementation, project)

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong with it."""
        if self.impl.marker.missing is None:
            yield from self._options()
        hooks = self.target.hooks
        if not hooks:
            yield from self._without_a_hook()
            return
        several = [list(self._against(hook)) for hook in hooks]
        if all(several):  # a bare one may mean any of them
            yield from several[0]

    def _finding(self, code: str, message: str, where: Range, hint: str = "", *, hook: Hook | None = None) -> Finding:
        text = f"{hook.qualified_name}: {message}" if hook else message
        return finding_at(self.source, code, text, where, hint, hook=hook)

    # -- its hook -----------------------------------------------------------------------------------------------------

    def _without_a_hook(self) -> Iterator[Finding]:
        reference = self.impl.reference
        if self.target.reason == "not-a-hook" and reference is not None:
            where = self.source.range_of(reference)
            yield self._finding("PK113", f"{ast.unparse(reference)} is not a hook", where, _NAME_A_HOOK)
        elif self.target.reason == "unknown-hook" and isinstance(reference, ast.Attribute):
            names = self.target.spec.hooks if self.target.spec else {}
            suggestion, hint = likely(reference.attr, names)
            where = attribute_range(reference, self.source)
            spec = self.target.spec.name if self.target.spec else ""
            found = self._finding("PK103", f"{spec} has no hook '{reference.attr}'", where, hint or listed(names))
            yield found._replace(edits=(Edit(where, suggestion),) if suggestion else ())
        elif self.target.known is not None and not self._is_optional():
            yield from self._bare(self.impl.hook_name)

    def _is_optional(self) -> bool:
        return self.impl.option("optional") or self.impl.option("optionalhook")

    def _bare(self, name: str) -> Iterator[Finding]:
        """Yield that no known spec has a hook of the implementation's name, or that no spec is known."""
        known = self.target.known
        assert known is not None
        suggestion, hint = likely(name, known.hooks)
        is_pluggy = bool(self.impl.marker.project)
        if known.is_complete or suggestion or is_pluggy:
            code = "PK125" if is_pluggy and not known.is_complete else "PK103"
            hint = hint or "name it after a hook, refer to the hook, or mark it as optional"
            found = self._finding(code, f"no known spec has a hook '{name}'", self._named(), hint)
            yield found._replace(edits=tuple(self._renamed(name, suggestion)) if suggestion else ())
        else:
            message = f"the hook '{name}' cannot be found: no spec is known"
            yield self._finding("PK002", message, self.impl.range, _NAME_SPECS)

    def _named(self) -> Range:
        """Return where the name of the hook is: that of the function, or an option."""
        option = self.impl.options.get("specname")
        return self.source.range_of(option.value) if option else self.impl.range

    def _renamed(self, name: str, suggestion: str) -> Iterator[Edit]:
        """Yield the change of the name, if nothing else in the module uses it."""
        words = [each for each in ast.walk(self.source.tree) if name in _names_in(each)]
        if "specname" not in self.impl.options and len(words) == 1:
            yield Edit(self.impl.range, suggestion)

    # -- whether it fits ----------------------------------------------------------------------------------------------

    def _against(self, hook: Hook) -> Iterator[Finding]:
        if not self.impl.is_certain and not self.impl.covering:
            yield from self._context_managers(hook)
            return  # a decorator that is not known may have changed what it takes
        found = misfits(self.impl.shape_for(hook), hook.offer)
        suggested: set[str] = set()
        for each in found:
            finding = self._of_misfit(each, hook)
            yield finding._replace(edits=()) if each.suggestion in suggested else finding
            suggested |= {each.suggestion} - {""}
        if not found:
            yield from self._further(hook)

    def _of_misfit(self, misfit: Misfit, hook: Hook) -> Finding:
        places = {
            "PK101": self._at_unknown,
            "PK102": self._at_positional_only,
            "PK104": self._at_async,
            "PK106": self._at_wrapper,
            "PK107": self._at_receiver,
            "PK108": self._at_marker,
            "PK109": self._at_covering,
            "PK112": self._at_generator,
        }
        where, corrected, is_safe = places.get(misfit.code, self._at_name)(misfit)
        found = self._finding(misfit.code, misfit.message, where, misfit.hint, hook=hook)
        return found._replace(edits=tuple(corrected), is_safe=is_safe)

    # Of each kind of misfit: where it is, the changes that correct it, and whether these are safe.

    def _at_name(self, _: Misfit) -> Place:
        return self.impl.range, (), False

    def _at_unknown(self, misfit: Misfit) -> Place:
        scope, suggestion = self.impl.scope.inner[self.impl.node], misfit.suggestion
        renamed = edits.rename_parameter(self.source, scope, misfit.parameter, suggestion) if suggestion else None
        return self._parameter(misfit), renamed or (), True

    def _at_positional_only(self, misfit: Misfit) -> Place:
        return self._parameter(misfit), (edits.remove_slash(self.source, self.impl.node),), True

    def _at_async(self, _: Misfit) -> Place:
        return self._async_keyword(), self._without_async(), False

    def _at_wrapper(self, _: Misfit) -> Place:
        option = self.impl.options.get("wrapper") or self.impl.options["hookwrapper"]
        return option.range, (), False

    def _at_receiver(self, misfit: Misfit) -> Place:
        where = self._parameter(misfit) if misfit.parameter else self.impl.range
        return where, (edits.add_first_parameter(self.source, self.impl.node, "self"),), True

    def _at_marker(self, _: Misfit) -> Place:
        marker = self.impl.marker.node
        return self.source.range_of(marker.func if isinstance(marker, ast.Call) else marker), self._other_form(), True

    def _at_covering(self, misfit: Misfit) -> Place:
        covering = self.impl.covering
        return (self.source.range_of(covering[1]), (), False) if covering else self._at_name(misfit)

    def _at_generator(self, _: Misfit) -> Place:
        return self.impl.range, (edits.add_option(self.source, self.impl.marker.node, "wrapper=True"),), False

    def _parameter(self, misfit: Misfit) -> Range:
        return next(each.range for each in self.impl.all_parameters if each.name == misfit.parameter)

    def _async_keyword(self) -> Range:
        start = self.source.range_of(self.impl.node)
        return start._replace(end_line=start.line, end_column=start.column + len("async"))

    def _without_async(self) -> Iterator[Edit]:
        if not any(isinstance(each, ast.Await | ast.AsyncFor | ast.AsyncWith) for each in ast.walk(self.impl.node)):
            start = self._async_keyword()
            index = self.source.offset(*start.start)
            yield edits.between(self.source, index, self.source.text.index("def", index))

    def _other_form(self) -> Iterator[Edit]:
        """Yield the change from `hookimpl` to `hookimpl.function`, or back."""
        marker = self.impl.marker.node
        called = marker.func if isinstance(marker, ast.Call) else marker
        where = self.source.range_of(called)
        if self.impl.marker.form == "method":
            yield edits.insert(self.source, (where.end_line, where.end_column), ".function")
        elif isinstance(called, ast.Attribute):  # it ends in `.function`, unless it has another name
            value = self.source.range_of(called.value)
            yield Edit(where._replace(line=value.end_line, column=value.end_column), "")

    # -- what registration cannot see ---------------------------------------------------------------------------------

    def _options(self) -> Iterator[Finding]:
        known = PLUGGY_OPTIONS if self.impl.marker.project else OPTIONS
        for option in self.impl.options.values():
            if option.name and option.name not in known:
                yield self._unknown_option(option, known)
        both = [self.impl.options[name] for name in ("tryfirst", "trylast") if self.impl.option(name)]
        if len(both) > 1 and not self.impl.marker.project:
            message = f"'{self.impl.name}' is both tryfirst and trylast"
            yield self._finding("PK110", message, both[1].range, "keep one of them")

    def _unknown_option(self, option: Option, known: Iterable[str]) -> Finding:
        special = {"hookwrapper": "wrapper", "optionalhook": "optional"}
        suggestion, hint = likely(option.name, known)
        suggestion = special.get(option.name, suggestion)
        hint = f"did you mean '{suggestion}'?" if suggestion else hint or listed(known)
        found = self._finding("PK111", f"@hookimpl has no option '{option.name}'", option.range, hint)
        change = (Edit(option.range, suggestion),) if suggestion else ()
        return found._replace(edits=change, is_safe=option.name != "hookwrapper")

    def _further(self, hook: Hook) -> Iterator[Finding]:
        impl = self.impl
        star = next((each for each in impl.all_parameters if each.kind == "star"), None)
        if star is not None and impl.rest is None and (impl.receiver is not None or not impl.is_bound):
            hint = f"remove '*{star.name}': arguments are passed by keyword"
            yield self._finding("PK115", f"'*{star.name}' receives nothing", star.range, hint, hook=hook)
        if impl.is_wrapper:
            yield from self._of_wrapper(hook)
        yield from self._without_rest(hook)
        yield from self._deprecated(hook)

    def _deprecated(self, hook: Hook) -> Iterator[Finding]:
        if hook.deprecated is not None:
            reason = f": {hook.deprecated}" if hook.deprecated else ""
            yield self._finding("PK128", f"is deprecated{reason}", self.impl.range, hook=hook)
        for name, reason in hook.deprecated_parameters.items():
            taken = next((each for each in self.impl.all_parameters if each.name == name), None)
            if taken is not None:
                message = f"takes the deprecated parameter '{name}': {reason}"
                yield self._finding("PK129", message, taken.range, hook=hook)

    def _context_managers(self, hook: Hook) -> Iterator[Finding]:
        for full, decorator in self.impl.other_decorators:
            if full in _CONTEXT_MANAGERS and self.impl.is_wrapper:
                where = self.source.range_of(decorator)
                message = f"the wrapper is made a context manager by @{ast.unparse(decorator)}"
                yield self._finding(
                    "PK114", message, where, "remove that decorator: a wrapper is the generator", hook=hook
                )

    def _of_wrapper(self, hook: Hook) -> Iterator[Finding]:
        if self.impl.marker.project:
            return
        most = 2 if isinstance(self.impl.node, ast.AsyncFunctionDef) else 1
        second = next(iter(_straight_yields(self.impl.node.body)[most:]), None)
        if second is not None:
            where = self.source.range_of(second)
            yield self._finding("PK119", "the wrapper yields more than once", where, "yield exactly once", hook=hook)
        early = _returns_before_yield(self.impl.node.body)
        if early is not None:
            where = self.source.range_of(early)
            message = "the wrapper returns before its 'yield' on this path"
            yield self._finding("PK119", message, where, "let every path reach one 'yield'", hook=hook)

    def _without_rest(self, hook: Hook) -> Iterator[Finding]:
        taken = {each.name for each in self.impl.parameters}
        left = [each.name for each in hook.parameters if each.name not in taken]
        if left and self.impl.rest is None and not self.impl.marker.project:
            names = ", ".join(f"'{name}'" for name in left)
            message = f"takes neither {names} nor '**_', which type checkers refuse"
            found = self._finding(
                "PK118", message, self.impl.range, "add '**_: object' as the last parameter", hook=hook
            )
            yield found._replace(edits=(edits.add_rest(self.source, self.impl.node),))


def _names_in(node: ast.AST) -> list[object]:
    """Return the names that a node has of its own."""
    return [getattr(node, field, None) for field in ("id", "name", "attr", "arg", "asname")]


def _straight_yields(body: Iterable[ast.stmt]) -> list[ast.expr]:
    """Return the `yield`s that a function certainly comes to, one after another."""
    found: list[ast.expr] = []
    for statement in body:
        match statement:
            case ast.Expr(ast.Yield() as value) | ast.Assign(value=ast.Yield() as value):
                found.append(value)
            case ast.Return(ast.Yield() as value) | ast.AnnAssign(value=ast.Yield() as value):
                found.append(value)
            case ast.Try(body=inner, orelse=orelse, finalbody=final):
                found += _straight_yields([*inner, *orelse, *final])
            case ast.With(body=inner) | ast.AsyncWith(body=inner):
                found += _straight_yields(inner)
            case _:
                pass
        if isinstance(statement, ast.Return | ast.Raise):
            break
    return found


def _has_no_yield(statement: ast.stmt) -> bool:
    return not any(isinstance(each, ast.Yield | ast.YieldFrom) for each in own_nodes([statement]))


def _returns_before_yield(body: Iterable[ast.stmt]) -> ast.Return | None:
    """Return a `return` that a wrapper comes to without a `yield`, alone or in an `if`."""
    for statement in takewhile(_has_no_yield, body):
        returns = [each for each in own_nodes([statement]) if isinstance(each, ast.Return)]
        if returns and isinstance(statement, ast.Return | ast.If):
            return returns[0]
    return None


def missing_names(implementations: Iterable[ImplementationRules], project: Project) -> Iterator[Finding]:
    """Yield what cannot be found, once for each name, with how many implementations could not be checked for it."""
    groups: dict[str, list[ImplementationRules]] = {}
    for each in implementations:
        if each.target.missing is not None:
            groups.setdefault(each.target.missing.full, []).append(each)
        elif each.target.reason == "unknown" and each.impl.reference is not None:
            groups.setdefault("", []).append(each)
    for full, several in groups.items():
        first = several[0]
        missing = first.target.missing
        reference = first.impl.reference if first.impl.marker.missing is None else None
        where = first.source.range_of(reference if reference is not None else first.impl.marker.node)
        number = f"{len(several)} implementations are" if len(several) > 1 else "1 implementation is"
        if missing is None:
            written = ast.unparse(reference) if reference is not None else full
            message = f"what {written} is cannot be told from source: {number} not checked"
            yield finding_at(first.source, "PK002", message, where, _NAME_A_HOOK)
        elif missing.exists:
            message = f"module '{missing.module}' has no '{missing.full.removeprefix(missing.module + '.')}'"
            yield finding_at(first.source, "PK002", f"{message}: {number} not checked", where, "correct the name")
        else:
            shown = project.environment.shown
            message = f"'{missing.full}' is not installed in {shown}: {number} not checked"
            yield finding_at(
                first.source, "PK002", message, where, "install it there, or name an environment with --python"
            )
