"""What source declares: specs with hooks and parameters, plugins with implementations, each with its place.

The one model that stubs, lint, diff, new and the docs tools read. It says what is written, not whether that is right:
`_fits` and the rules of `lint` judge. Hooks and implementations of pluggy are read as well. This module knows markers
and Protocols; it does not know what is made from the model.
"""

from __future__ import annotations

import ast
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, cast

from pluginkit._fits import Declaration, Offer, Shape
from pluginkit._source.names import Binding, Definition, External, Missing, Names, class_scope, is_typing
from pluginkit._source.sources import Range, Source, Sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pluginkit._fits import Form
    from pluginkit._source.names import Function, Meaning, Scope

Kind: TypeAlias = Literal["positional-only", "positional", "star", "keyword-only", "rest"]

MODES = ("firstresult", "pipeline", "historic")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITIONS = (*_FUNCTIONS, ast.ClassDef)
_OPAQUE = (*_DEFINITIONS, ast.Lambda)

# Decorators that leave a function what it is.
_TRANSPARENT = frozenset({
    "abc.abstractmethod", "builtins.classmethod", "builtins.staticmethod", "functools.cache", "functools.lru_cache",
    "typing.final", "typing.no_type_check",
    "typing.override", "typing_extensions.deprecated", "typing_extensions.final", "typing_extensions.override",
    "warnings.deprecated",
})  # fmt: skip
# Decorators that make something else of a function, which cannot be called as it.
_COVERING = {
    "builtins.property": "property",
    "functools.cached_property": "cached_property",
    "functools.singledispatch": "dispatcher",
    "functools.singledispatchmethod": "singledispatchmethod",
    "click.command": "Command", "click.decorators.command": "Command",
    "click.group": "Group", "click.decorators.group": "Group",
}  # fmt: skip


class Parameter(NamedTuple):
    """A parameter of a function.

    Attributes:
        name: Its name.
        kind: How it can be given.
        annotation: Its annotation, or None.
        default: Its default, or None.
        range: Where its name is.
    """

    name: str
    kind: Kind
    annotation: ast.expr | None
    default: ast.expr | None
    range: Range


class Option(NamedTuple):
    """An option that is given to a marker.

    Attributes:
        name: Its name; empty for `**options`.
        value: Its value as it is written.
        constant: Its value, or `...` where it cannot be told.
        range: Where its name is.
        whole: Where it is with its value.
    """

    name: str
    value: ast.expr
    constant: object
    range: Range
    whole: Range

    @property
    def is_on(self) -> bool:
        """Whether it has an effect; what cannot be told has."""
        return self.constant is ... or self.constant not in (None, False)


class Marker(NamedTuple):
    """A decorator that marks a hook or an implementation.

    Attributes:
        role: Which of both.
        form: The form of `hookimpl`.
        project: The name of a pluggy project; empty for markers of pluginkit.
        node: The decorator.
        missing: What it cannot be told from: its name leads to something that is not installed.
        home: The module in which a marker of pluggy is made, or empty.
    """

    role: Literal["spec", "impl"]
    form: Form
    project: str
    node: ast.expr
    missing: Missing | None = None
    home: str = ""


class Declared:
    """A marked function: what hooks and implementations have in common.

    Attributes:
        marker: Its marker.
        node: The function.
        scope: The scope in which it is defined.
        source: Its module.
        options: The options of its marker, by name.
    """

    def __init__(self, marker: Marker, node: Function, scope: Scope, names: Names) -> None:
        self.marker = marker
        self.node = node
        self.scope = scope
        self.source: Source = scope.source
        self._names = names
        call = marker.node
        keywords = call.keywords if isinstance(call, ast.Call) else []
        self.options: dict[str, Option] = {each.arg or "": self._option(each) for each in keywords}

    def _option(self, keyword: ast.keyword) -> Option:
        whole = self.source.range_of(keyword)
        name = whole._replace(end_line=whole.line, end_column=whole.column + len(keyword.arg or "**"))
        return Option(keyword.arg or "", keyword.value, constant(keyword.value, self.scope, self._names), name, whole)

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.node.name

    @property
    def qualified_name(self) -> str:
        """The name of the function, with that of its class."""
        return f"{self.scope.name.rpartition('.')[2]}.{self.name}" if self.scope.is_class else self.name

    @cached_property
    def range(self) -> Range:
        """Where the name of the function is."""
        return name_range(self.node, self.source)

    @property
    def is_async(self) -> bool:
        """Whether it is a coroutine function."""
        return isinstance(self.node, ast.AsyncFunctionDef) and not self.yields

    @cached_property
    def yields(self) -> bool:
        """Whether it is a generator function, async or not."""
        return any(isinstance(each, ast.Yield | ast.YieldFrom) for each in own_nodes(self.node.body))

    @cached_property
    def all_parameters(self) -> tuple[Parameter, ...]:
        """All its parameters, `self` among them."""
        return tuple(read_parameters(self.node.args, self.source))

    @cached_property
    def other_decorators(self) -> tuple[tuple[str, ast.expr], ...]:
        """The other decorators, outermost first, each with the full name of what it is; empty where unknown."""
        others = (each for each in self.node.decorator_list if each is not self.marker.node)
        return tuple((self._full(each), each) for each in others)

    def _full(self, decorator: ast.expr) -> str:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        return full_name(self._names.resolve(called, self.scope))

    def is_under(self, *names: str) -> bool:
        """Tell whether one of some decorators is on it."""
        return any(full in names for full, _ in self.other_decorators)

    def option(self, name: str) -> bool:
        """Tell whether an option is on."""
        return name in self.options and self.options[name].is_on


class Hook(Declared):
    """A hook as its spec declares it.

    Example:
        `AppSpec.sections` has the name `sections`, and its scope is the body of `AppSpec`.
    """

    @property
    def mode(self) -> str:
        """Its mode; of several that exclude each other the first."""
        return next((mode for mode in MODES if self.option(mode)), "collect")

    @property
    def modes(self) -> list[Option]:
        """The options that are on and exclude each other."""
        return [self.options[name] for name in (*MODES, "concurrent") if self.option(name)]

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """What it gives: its parameters that go by keyword; those of a hook of pluggy that have no default."""
        if not self.marker.project:
            return tuple(each for each in self.all_parameters if each.kind == "keyword-only")
        positional = [each for each in self.all_parameters if each.kind.startswith("positional")]
        has_self = self.scope.is_class and positional[:1] != [] and positional[0].name == "self"  # as pluggy asks
        return tuple(each for each in positional[has_self:] if each.default is None)

    @property
    def offer(self) -> Offer:
        """What it gives implementations, as `_fits` asks for it; hosts on pluggy may await what they get."""
        names = tuple(each.name for each in self.parameters)
        is_async = isinstance(self.node, ast.AsyncFunctionDef) or bool(self.marker.project)
        returns = ast.unparse(self.returns) if self.returns and not self.marker.project else ""
        return Offer(self.qualified_name, names, self.mode, is_async=is_async, returns=returns)

    @property
    def declaration(self) -> Declaration:
        """What is declared, as `_fits` asks for it."""
        named = self.all_parameters
        pipeline = self.options.get("pipeline")
        threaded = pipeline.constant if pipeline else None
        errors, timeout = self.options.get("errors"), self.options.get("timeout")
        return Declaration(
            self.name,
            tuple(each.name for each in named if each.kind.startswith("positional")),
            tuple(each.name for each in named if each.kind == "keyword-only"),
            is_open=any(each.kind in ("star", "rest") for each in named),
            options=tuple(each.name for each in self.modes),
            pipeline=threaded if isinstance(threaded, str) else None,
            is_async=self.is_async,
            errors="raise" if errors is None else None if errors.constant is ... else errors.constant,
            timeout=None if timeout is None else timeout.constant,
            deprecated=_literal(self.options.get("deprecated")),
        )

    @property
    def documentation(self) -> str:
        """Its docstring, or nothing."""
        return ast.get_docstring(self.node) or ""

    @property
    def returns(self) -> ast.expr | None:
        """What an implementation gives."""
        return self.node.returns

    @property
    def deprecated_parameters(self) -> dict[str, str]:
        """Its parameters that are deprecated, and why, as far as that is written in place."""
        value = _literal(self.options.get("deprecated"))
        if not isinstance(value, dict):
            return {}
        written = cast("dict[object, object]", value)
        return {str(name): str(reason) for name, reason in written.items()}

    @property
    def deprecated(self) -> str | None:
        """Why it is marked as deprecated; empty where that is not written in place, None where it is not marked."""
        for full, decorator in self.other_decorators:
            if full.rpartition(".")[2] == "deprecated":
                reason = decorator.args[0] if isinstance(decorator, ast.Call) and decorator.args else None
                return str(reason.value) if isinstance(reason, ast.Constant) else ""
        return None

    @property
    def is_deprecated(self) -> bool:
        """Whether it is marked as deprecated, or says so in its docstring."""
        return self.deprecated is not None or ".. deprecated::" in self.documentation

    def same(self, other: Hook) -> bool:
        """Tell whether two records are about one declaration."""
        return self.node is other.node


class Spec:
    """A Protocol class that declares hooks, or composes specs that do.

    Attributes:
        definition: Its class.
        hooks: Its hooks by name, in the order of declaration, those of its bases first.
        own: Those that it declares itself.
        missing: Bases that cannot be found.
    """

    def __init__(self, definition: Definition, model: Model) -> None:
        self.definition = definition
        self._model = model
        order = model.names.mro(definition)
        self.missing = tuple(each for each in order if isinstance(each, Missing))
        self.is_open = any(each is None for each in order) or bool(self.missing)
        self.own: dict[str, Hook] = model.own_hooks(definition)
        self.hooks: dict[str, Hook] = {}
        for base in reversed([each for each in order if isinstance(each, Definition)]):
            self.hooks |= model.own_hooks(base)

    @property
    def node(self) -> ast.ClassDef:
        """Its class."""
        node = self.definition.node
        assert isinstance(node, ast.ClassDef)
        return node

    @property
    def source(self) -> Source:
        """Its module."""
        return self.definition.scope.source

    @property
    def name(self) -> str:
        """Its name, with those of the classes around it."""
        return class_scope(self.definition).name

    @property
    def bases(self) -> tuple[Spec, ...]:
        """The specs that it is composed of, all of them."""
        order = self._model.names.mro(self.definition)[1:]
        classes = [each for each in order if isinstance(each, Definition)]
        return tuple(spec for each in classes if (spec := self._model.spec(each)) is not None)


class Implementation(Declared):
    """A function that is marked as an implementation.

    Attributes:
        reference: How it refers to its hook, or None where it goes by its name.
    """

    def __init__(self, marker: Marker, node: Function, scope: Scope, names: Names) -> None:
        super().__init__(marker, node, scope, names)
        arguments = marker.node.args if isinstance(marker.node, ast.Call) else []
        self.reference: ast.expr | None = arguments[0] if arguments and not marker.project else None

    @property
    def hook_name(self) -> str:
        """The name of the hook that it goes by where it does not refer to one."""
        named = self.options.get("specname")
        return named.constant if named and isinstance(named.constant, str) else self.name

    @property
    def plugin(self) -> str:
        """The class that holds it; empty for a module or a function."""
        return self.scope.name if self.scope.is_class else ""

    @property
    def is_bound(self) -> bool:
        """Whether its plugin, or the class of that, takes its first parameter."""
        return self.scope.is_class and not self.is_under("builtins.staticmethod")

    @property
    def receiver(self) -> Parameter | None:
        """Its `self`, if it is bound and has one."""
        positional = [each for each in self.all_parameters if each.kind.startswith("positional")]
        return positional[0] if positional and self.is_bound else None

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters, without the one that is bound."""
        return tuple(each for each in self.all_parameters if each is not self.receiver)

    @property
    def rest(self) -> Parameter | None:
        """Its `**rest`, or None."""
        return next((each for each in self.all_parameters if each.kind == "rest"), None)

    @property
    def is_wrapper(self) -> bool:
        """Whether it is marked as a wrapper."""
        return self.option("wrapper") or self.option("hookwrapper")

    @property
    def covering(self) -> tuple[str, ast.expr] | None:
        """The decorator that makes something else than a function of it, and what that is."""
        return next(((_COVERING[full], each) for full, each in self.other_decorators if full in _COVERING), None)

    @property
    def is_certain(self) -> bool:
        """Whether it is known to take what is written: no decorator that is not known may have changed that."""
        marks = [marker.node for marker in markers_of(self.node, self.scope, self._names)]
        return all(full in _TRANSPARENT or each in marks for full, each in self.other_decorators)

    def shape_for(self, hook: Hook) -> Shape:
        """Return what it takes of a hook's arguments, as `_fits` asks for it."""
        covering = self.covering
        is_async = isinstance(self.node, ast.AsyncFunctionDef)
        only, named = self._taken_of_pluggy(hook) if self.marker.project else self._taken()
        return Shape(
            only,
            named,
            is_async=self.is_async,
            is_generator=self.yields and not is_async,
            is_async_generator=self.yields and is_async,
            form=self.marker.form,
            binding="decorated" if covering else "bound" if self.is_bound else "free",
            wrapper=self.is_wrapper,
            kind=covering[0] if covering else "",
            receiver=self._bound_name,
        )

    @property
    def _bound_name(self) -> str | None:
        if not self.is_bound or self.marker.project:
            return None
        if self.receiver is not None:
            return self.receiver.name
        return None if any(each.kind == "star" for each in self.all_parameters) else ""

    def _taken(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names of what it takes by position only, and by keyword."""
        only = tuple(each.name for each in self.parameters if each.kind == "positional-only")
        return only, tuple(each.name for each in self.parameters if each.kind in ("positional", "keyword-only"))

    def _taken_of_pluggy(self, hook: Hook) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the same for pluggy: what has a default keeps it, unless the hook gives it."""
        given = hook.offer.parameters
        named = [each for each in self.all_parameters if each.kind not in ("star", "rest")]
        is_instance = self.is_bound and bool(named) and named[0].name not in given
        taken = [each for each in named[is_instance:] if each.default is None]
        return (), tuple(each.name for each in taken)


_KINDS = ("positional-only", "positional", "star", "keyword-only", "rest")


class Plugin(NamedTuple):
    """A class or a module that holds implementations.

    Attributes:
        name: The name of the class, or of the module.
        scope: Its body.
        implementations: What it implements, in the order of definition.
    """

    name: str
    scope: Scope
    implementations: tuple[Implementation, ...]


class Model:
    """Reads specs and plugins from source.

    Args:
        names: What names mean.
    """

    def __init__(self, names: Names) -> None:
        self.names = names
        self._hooks: dict[int, dict[str, Hook]] = {}
        self._specs: dict[int, Spec | None] = {}
        self._implementations: dict[int, list[Implementation]] = {}  # the names keep the modules, and so their ids

    def forget(self, path: Path) -> None:
        """Read everything again, as a file has changed."""
        self.names.forget(path)
        self._hooks.clear()
        self._specs.clear()
        self._implementations.clear()

    # -- specs --------------------------------------------------------------------------------------------------------

    def specs(self, source: Source) -> list[Spec]:
        """Return the specs that a module declares, nested ones too, in the order of the source."""
        classes = (definition for scope in self.names.scope(source).walk() for definition in _classes(scope))
        return [spec for definition in classes if (spec := self.spec(definition)) is not None]

    def spec(self, definition: Definition) -> Spec | None:
        """Return the spec that a class is, or None: it is not a Protocol, or has neither hooks nor bases."""
        key = id(definition.node)
        if key not in self._specs:
            self._specs[key] = None  # a class that is its own base
            self._specs[key] = self._spec(definition)
        return self._specs[key]

    def _spec(self, definition: Definition) -> Spec | None:
        if not self.is_protocol(definition):
            return None
        spec = Spec(definition, self)
        return spec if spec.hooks or spec.is_open else None

    def is_protocol(self, definition: Definition) -> bool:
        """Tell whether a class is a Protocol class: Protocol is one of its own bases."""
        node = definition.node
        bases = node.bases if isinstance(node, ast.ClassDef) else []
        return any(is_typing(self.names.resolve(base, definition.scope), "Protocol") for base in bases)

    def own_hooks(self, definition: Definition) -> dict[str, Hook]:
        """Return the hooks in the body of a class, in the order of the source."""
        key = id(definition.node)
        if key not in self._hooks:
            self._hooks[key] = dict(self._own_hooks(class_scope(definition)))
        return self._hooks[key]

    def _own_hooks(self, scope: Scope) -> Iterator[tuple[str, Hook]]:
        for name in scope.bindings:
            meaning = next(iter(scope.candidates(name)), None)
            hook = self.hook_at(self.names.bound(meaning)) if meaning else None
            if hook is not None:
                yield name, hook

    def hooks_by_node(self, source: Source) -> dict[ast.AST, Hook]:
        """Return every hook that a module declares in a Protocol, by its function: of several of one name all."""
        found: dict[ast.AST, Hook] = {}
        for spec in self.specs(source):
            scope = class_scope(spec.definition)
            for binding in (each for bound in scope.bindings.values() for each in bound):
                hook = self.hook_at(Definition(binding))
                if hook is not None and binding.node is not None:
                    found[binding.node] = hook
        return found

    def hook_at(self, meaning: Meaning) -> Hook | None:
        """Return the hook that a name leads to, or None where that is not one."""
        if isinstance(meaning, Definition) and isinstance(meaning.node, _FUNCTIONS):
            for marker in markers_of(meaning.node, meaning.scope, self.names):
                if marker.role == "spec":
                    return Hook(marker, meaning.node, meaning.scope, self.names)
        return None

    # -- plugins ------------------------------------------------------------------------------------------------------

    def implementations(self, source: Source) -> list[Implementation]:
        """Return the marked implementations of a module, in the order of the source."""
        if id(source) not in self._implementations:
            self._implementations[id(source)] = self._marked(source)
        return self._implementations[id(source)]

    def _marked(self, source: Source) -> list[Implementation]:
        found: list[Implementation] = []
        for scope in self.names.scope(source).walk():
            for node in scope.inner:
                if isinstance(node, _FUNCTIONS) and node.decorator_list:
                    marks = [each for each in markers_of(node, scope, self.names) if each.role == "impl"]
                    found += [Implementation(each, node, scope, self.names) for each in marks]
        return sorted(found, key=lambda each: (each.node.lineno, each.marker.node.lineno))

    def plugins(self, source: Source) -> list[Plugin]:
        """Return the classes of a module that hold implementations, and the module itself if it does."""
        groups: dict[Scope, list[Implementation]] = {}
        for each in self.implementations(source):
            groups.setdefault(each.scope, []).append(each)
        return [Plugin(scope.name or source.module, scope, tuple(several)) for scope, several in groups.items()]


def _classes(scope: Scope) -> Iterator[Definition]:
    for bound in scope.bindings.values():
        yield from (Definition(each) for each in bound if isinstance(each.node, ast.ClassDef) and not each.module)


# -- markers ----------------------------------------------------------------------------------------------------------


def markers_of(node: Function, scope: Scope, names: Names) -> Iterator[Marker]:
    """Yield the markers among the decorators of a function, outermost first."""
    for decorator in node.decorator_list:
        marker = _marker(decorator, scope, names)
        if marker is not None:
            yield marker


def _marker(decorator: ast.expr, scope: Scope, names: Names) -> Marker | None:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    if not isinstance(called, ast.Name | ast.Attribute):
        return None
    meaning = names.resolve(called, scope)
    has_reference = isinstance(decorator, ast.Call) and bool(decorator.args)
    match meaning:
        case External(full) if full.partition(".")[0] == "pluginkit":
            return _of_pluginkit(full, decorator, has_reference=has_reference)
        case Missing(full):
            marker = _of_pluginkit(full, decorator, has_reference=has_reference)
            return marker._replace(missing=meaning) if marker else None
        case Definition(Binding(node=ast.Call() as made)):
            return _of_pluggy(made, meaning, decorator, names)
        case _:
            return None


def _of_pluginkit(full: str, decorator: ast.expr, *, has_reference: bool) -> Marker | None:
    parent, _, last = full.rpartition(".")
    if last == "hookspec":
        return Marker("spec", "method", "", decorator)
    if last == "hookimpl":
        return Marker("impl", "method" if has_reference else "either", "", decorator)
    if last == "function" and parent.endswith(".hookimpl"):
        return Marker("impl", "function", "", decorator)
    return None


def _of_pluggy(made: ast.Call, meaning: Definition, decorator: ast.expr, names: Names) -> Marker | None:
    kind = names.resolve(made.func, meaning.scope)
    full = kind.full if isinstance(kind, External | Missing) else ""
    last = full.rpartition(".")[2]
    if last not in ("HookspecMarker", "HookimplMarker"):
        return None
    named = [*made.args, *(each.value for each in made.keywords if each.arg == "project_name")]
    project = constant(named[0], meaning.scope, names) if named else None
    role: Literal["spec", "impl"] = "spec" if last == "HookspecMarker" else "impl"
    text = project if isinstance(project, str) else "?"
    return Marker(role, "either", text, decorator, home=meaning.scope.source.module)


# -- reading nodes ----------------------------------------------------------------------------------------------------


def _literal(option: Option | None) -> object:
    """Return the value of an option that is written in place, `{}` where there is none, and `...` for any other."""
    if option is None:
        return {}
    try:
        return {} if option.constant is None else ast.literal_eval(option.value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return ...


def constant(node: ast.expr, scope: Scope, names: Names) -> object:
    """Return the plain value of an expression, also through names that stand for one; `...` where it is not known."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name | ast.Attribute):
        meaning = names.resolve(node, scope)
        if isinstance(meaning, Definition) and isinstance(meaning.node, ast.Constant):
            return meaning.node.value
    return ...


def model_of(path: str, module: str, text: str) -> tuple[Model, Source]:
    """Return the model of one module alone, and its source: what it imports from other projects is not looked at."""
    return Model(Names(Sources(()))), Source(Path(path), module, text)


def full_name(meaning: Meaning) -> str:
    """Return the full name of what a name leads to, or an empty string."""
    match meaning:
        case External(full) | Missing(full):
            return full
        case Definition(binding):
            scope = binding.scope
            return ".".join(each for each in (scope.source.module, scope.name, binding.name) if each)
        case None:
            return ""
        case module:
            return module.name


def name_range(node: Function | ast.ClassDef, source: Source) -> Range:
    """Return where the name of a definition is."""
    start = source.offset(node.lineno, source.column(node.lineno, node.col_offset))
    found = re.compile(rf"(?:async\s+)?(?:def|class)[\s\\]+(?={node.name}\b)").match(source.text, start)
    line, column = source.position(found.end() if found else start)
    return Range(line, column, line, column + len(node.name))


def attribute_range(node: ast.Attribute, source: Source) -> Range:
    """Return where the last name of a dotted name is."""
    whole = source.range_of(node)
    return whole._replace(line=whole.end_line, column=whole.end_column - len(node.attr))


def own_nodes(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield the nodes of a function's body, but not of functions and classes within it."""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _OPAQUE):
            waiting.extend(ast.iter_child_nodes(node))


def read_parameters(arguments: ast.arguments, source: Source) -> Iterator[Parameter]:
    """Yield the parameters of a function, as they are written."""
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + [*arguments.defaults]
    for number, (each, default) in enumerate(zip(positional, defaults, strict=True)):
        kind: Kind = "positional-only" if number < len(arguments.posonlyargs) else "positional"
        yield _parameter(each, kind, default, source)
    if arguments.vararg:
        yield _parameter(arguments.vararg, "star", None, source)
    for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _parameter(each, "keyword-only", default, source)
    if arguments.kwarg:
        yield _parameter(arguments.kwarg, "rest", None, source)


def _parameter(argument: ast.arg, kind: Kind, default: ast.expr | None, source: Source) -> Parameter:
    column = source.column(argument.lineno, argument.col_offset)
    where = Range(argument.lineno, column, argument.lineno, column + len(argument.arg))
    return Parameter(argument.arg, kind, argument.annotation, default, where)
