"""Specs: what `@hookspec` makes of a method, what it refuses, and which hooks a Protocol has."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sized
from typing import Any, ClassVar, Generic, Protocol, TypeVar, runtime_checkable

import pytest
from plugins import at, lines
from specs import AppSpec, LintSpec, ReportSpec, TextSpec

from pluginkit import HistoricSpec, HookSpec, HookSpecError, Registry, hookspec
from pluginkit._declare.spec import hooks_of

T = TypeVar("T")


class NotHooks:
    """Methods that cannot be hooks."""

    def positional(self, name: str, times: int = 1) -> str: ...

    def positional_only(self, name: str, /, *, times: int) -> str: ...

    def any_positional(self, *names: str) -> str: ...

    def any_keyword(self, *, name: str, **rest: str) -> str: ...

    def no_self(*, name: str) -> str: ...

    def nothing() -> str: ...

    def only_rest(**rest: str) -> str: ...


def thread(self: object, *, text: str, width: int) -> str:
    """Take two parameters."""
    ...


def nothing_to_thread(self: object) -> str:
    """Take no parameter."""
    ...


# -- what a hook is ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "kind", "mode", "shown"),
    [
        (AppSpec.sections, HookSpec, "collect", "<HookSpec ReportSpec.sections (collect)>"),
        (AppSpec.render, HookSpec, "firstresult", "<HookSpec ReportSpec.render (firstresult)>"),
        (AppSpec.polish, HookSpec, "pipeline", "<HookSpec TextSpec.polish (pipeline)>"),
        (AppSpec.configured, HistoricSpec, "historic", "<HistoricSpec TextSpec.configured (historic)>"),
    ],
)
def test_the_options_choose_the_mode(spec: Any, kind: type, mode: str, shown: str) -> None:
    """`@hookspec` makes a hook of the mode that its options name; its repr tells hook and mode."""
    assert type(spec) is kind
    assert spec.mode == mode
    assert repr(spec) == shown


def test_parentheses_without_options_change_nothing() -> None:
    """`@hookspec()` is `@hookspec`."""

    class Spec(Protocol):
        @hookspec()
        def hook(self, *, name: str) -> str: ...

    assert repr(Spec.hook) == "<HookSpec Spec.hook (collect)>"


def test_a_hook_is_read_from_its_method() -> None:
    """A hook knows its name, its Protocol, its parameters, and the defaults of those that have one."""
    spec = AppSpec.sections
    assert (spec.name, spec.owner) == ("sections", ReportSpec)
    assert (spec.parameters, spec.defaults) == (("document", "verbose"), {"verbose": False})
    assert (AppSpec.render.parameters, AppSpec.render.defaults) == (("document",), {})


def test_a_hook_is_called_as_its_class_calls_it() -> None:
    """A function that becomes a hook under another name has the name that the Protocol gives it."""

    class Spec(Protocol):
        hook = hookspec(thread)

    assert (Spec.hook.name, Spec.hook.qualified_name, list(hooks_of(Spec))) == ("hook", "Spec.hook", ["hook"])


def test_a_hook_knows_what_a_pipeline_threads() -> None:
    """The parameter that a pipeline threads is known; other hooks have none."""
    assert (AppSpec.polish.pipeline, AppSpec.sections.pipeline) == ("text", "")


def test_a_hook_keeps_the_docstring() -> None:
    """The docstring of the method is that of the hook."""
    assert AppSpec.sections.__doc__ == "Contribute sections to the report."


def test_a_hook_knows_where_it_is_declared() -> None:
    """The place of a hook is that of its method."""
    assert AppSpec.sections.location == at(AppSpec.sections.function)


def test_the_signature_is_shown_as_it_is_written() -> None:
    """A hook shows its signature, with annotations that are text as they stand in the source."""
    assert (
        AppSpec.sections.signature == "ReportSpec.sections(self, *, document: str, verbose: bool = False) -> list[str]"
    )


def test_a_hook_is_read_from_its_class() -> None:
    """A hook read from its Protocol, or from one that inherits it, is the same object."""
    assert AppSpec.sections is ReportSpec.sections
    assert AppSpec.configured is TextSpec.configured


@pytest.mark.parametrize("hook", ["sections", "configured"])
def test_a_hook_is_not_called_on_an_instance(hook: str) -> None:
    """Reading a hook from an object that inherits from the spec is an error that names the caller."""

    class Host(AppSpec):
        pass

    with pytest.raises(AttributeError) as caught:
        getattr(Host(), hook)
    owner = getattr(AppSpec, hook).owner.__name__
    assert str(caught.value) == (
        f"{owner}.{hook} declares a hook and cannot be called [PK306]\n"
        f"  Hint: call it through a registry: registry.hook.{hook}(...)"
    )


@pytest.mark.parametrize("spec", [AppSpec.sections, AppSpec.configured])
def test_a_hook_cannot_be_called_itself(spec: object) -> None:
    """The hook of a Protocol is a declaration: only a registry's caller can be called."""
    assert not callable(spec)


# -- what @hookspec refuses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"firstresult": True, "pipeline": "text"}, "firstresult and pipeline"),
        ({"firstresult": True, "historic": True}, "firstresult and historic"),
        ({"pipeline": "text", "historic": True}, "pipeline and historic"),
        ({"firstresult": True, "pipeline": "text", "historic": True}, "firstresult and pipeline and historic"),
    ],
)
def test_options_exclude_each_other(options: dict[str, Any], message: str) -> None:
    """A hook has one mode: two options that each choose one are refused."""
    with pytest.raises(HookSpecError) as caught:
        hookspec(**options)(thread)
    assert str(caught.value) == lines(
        f"thread cannot be {message} at once [PK206]",
        "  hook  thread(self: object, *, text: str, width: int) -> str",
        f"  at    {at(thread)}",
        "  Hint: keep one of these options",
    )


@pytest.mark.parametrize(
    ("method", "message", "signature", "hint"),
    [
        (
            NotHooks.positional,
            "takes 'name', 'times' by position [PK202]",
            "(self, name: str, times: int = 1) -> str",
            "add '*,' after 'self': hooks are called by keyword",
        ),
        (
            NotHooks.positional_only,
            "takes 'name' by position [PK202]",
            "(self, name: str, /, *, times: int) -> str",
            "add '*,' after 'self': hooks are called by keyword",
        ),
        (
            NotHooks.any_positional,
            "takes *args or **kwargs [PK203]",
            "(self, *names: str) -> str",
            "declare each parameter of the hook by name",
        ),
        (
            NotHooks.any_keyword,
            "takes *args or **kwargs [PK203]",
            "(self, *, name: str, **rest: str) -> str",
            "declare each parameter of the hook by name",
        ),
        (
            NotHooks.no_self,
            "has no 'self' [PK201]",
            "(*, name: str) -> str",
            "make it a method: its first parameter is 'self'",
        ),
        (NotHooks.nothing, "has no 'self' [PK201]", "() -> str", "make it a method: its first parameter is 'self'"),
        (
            NotHooks.only_rest,
            "has no 'self' [PK201]",
            "(**rest: str) -> str",
            "make it a method: its first parameter is 'self'",
        ),
    ],
)
def test_a_hook_takes_self_and_keywords(method: Callable[..., Any], message: str, signature: str, hint: str) -> None:
    """A hook is a synchronous method whose parameters go by keyword only, each with a name of its own."""
    with pytest.raises(HookSpecError) as caught:
        hookspec(method)
    assert str(caught.value) == lines(
        f"{method.__qualname__} {message}",
        f"  hook  {method.__qualname__}{signature}",
        f"  at    {at(method)}",
        f"  Hint: {hint}",
    )


@pytest.mark.parametrize(
    "decorator", [staticmethod, classmethod, pytest.param(functools.cache, marks=pytest.mark.cpython)]
)
def test_a_hook_is_a_plain_method(decorator: Callable[..., Any]) -> None:
    """What another decorator has made of a method is refused."""
    with pytest.raises(HookSpecError) as caught:
        hookspec(decorator(thread))
    assert str(caught.value) == lines(
        "thread is not a method [PK212]",
        "  hook  thread(self: object, *, text: str, width: int) -> str",
        f"  at    {at(thread)}",
        "  Hint: put @hookspec directly above 'def', in the body of a Protocol",
    )


@pytest.mark.parametrize(
    ("method", "signature", "hint"),
    [
        (
            thread,
            "thread(self: object, *, text: str, width: int) -> str",
            "name one of its parameters: 'text', 'width'",
        ),
        (nothing_to_thread, "nothing_to_thread(self: object) -> str", "give the hook a parameter"),
    ],
)
def test_a_pipeline_threads_a_parameter_of_its_own(method: Callable[..., Any], signature: str, hint: str) -> None:
    """The parameter that a pipeline threads has to be one of the hook."""
    with pytest.raises(HookSpecError) as caught:
        hookspec(pipeline="txt")(method)
    assert str(caught.value) == lines(
        f"{method.__qualname__} has no parameter 'txt' for pipeline= [PK204]",
        f"  hook  {signature}",
        f"  at    {at(method)}",
        f"  Hint: {hint}",
    )


# -- which hooks a spec has -------------------------------------------------------------------------------------------


def test_a_spec_has_its_own_hooks_and_those_of_its_bases() -> None:
    """Specs are composed by inheritance."""

    class Spec(LintSpec, ReportSpec, Protocol):
        @hookspec
        def further(self) -> str: ...

    assert hooks_of(Spec) == {
        "sections": ReportSpec.sections,
        "render": ReportSpec.render,
        "lint": LintSpec.lint,
        "further": Spec.further,
    }


def test_a_hook_can_be_declared_anew() -> None:
    """A hook that a spec declares replaces an inherited one of the same name."""

    class Spec(ReportSpec, Protocol):
        @hookspec
        def sections(self, *, document: str, verbose: bool = True) -> list[str]: ...

    assert hooks_of(Spec) == {"sections": Spec.sections, "render": ReportSpec.render}
    assert Spec.sections is not ReportSpec.sections


@pytest.mark.parametrize(
    ("declare", "signature"),
    [
        (hookspec, "(self, *, document: str) -> bytes | None"),
        (hookspec(firstresult=True), "(self, *, document: str, width: int = 80) -> bytes | None"),
        (hookspec(firstresult=True), "(self, *, document: str = '') -> bytes | None"),
    ],
)
def test_a_hook_keeps_what_it_overrides(declare: Any, signature: str) -> None:
    """A hook that overrides another keeps its mode, its parameters, and which of them have defaults."""
    namespace: dict[str, Any] = {}
    exec(f"def render{signature}: ...", namespace)
    made = type(Protocol)("Spec", (ReportSpec, Protocol), {"render": declare(namespace["render"]), "__module__": "m"})
    with pytest.raises(HookSpecError) as caught:
        hooks_of(made)
    assert str(caught.value) == lines(
        "Spec.render differs from the hook that it overrides, ReportSpec.render [PK208]",
        f"  hook  render{signature}",
        "  at    <string>:1",
        "  Hint: keep the parameters, which of them have defaults, and the mode",
    )


def test_a_hook_can_be_inherited_on_two_ways() -> None:
    """Two bases that inherit the same hook agree on it."""

    class Left(ReportSpec, Protocol):
        pass

    class Right(ReportSpec, Protocol):
        pass

    class Both(Left, Right, Protocol):
        pass

    assert hooks_of(Both) == hooks_of(ReportSpec)


def test_a_hook_that_one_of_two_bases_declares_anew_is_taken() -> None:
    """Of two bases, the one that declares the hook anew knows better than the one that only inherits it."""

    class Same(ReportSpec, Protocol):
        pass

    class Anew(ReportSpec, Protocol):
        @hookspec(firstresult=True)
        def render(self, *, document: str) -> bytes | None: ...

    class Both(Same, Anew, Protocol):
        pass

    assert hooks_of(Both)["render"] is Anew.render


def test_a_generic_protocol_is_a_spec() -> None:
    """`Generic`, `runtime_checkable` and Protocols of the standard library add no members to a spec."""

    @runtime_checkable
    class Spec(Sized, Protocol, Generic[T]):
        @hookspec
        def hook(self, *, value: T) -> T: ...

    assert hooks_of(Spec) == {"hook": Spec.hook}


class Derived(ReportSpec):
    """Is a class that implements a Protocol."""


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        (Derived, "Derived"),
        (Derived(), None),
        (int, "int"),
        (7, "7"),
        (ReportSpec.sections, "<HookSpec ReportSpec.sections (collect)>"),
    ],
)
def test_a_spec_is_a_protocol_class(spec: Any, name: str | None) -> None:
    """A class that is not itself a Protocol class is not a spec."""
    with pytest.raises(HookSpecError) as caught:
        Registry(spec)
    assert str(caught.value) == lines(
        f"{name or repr(spec)} is not a Protocol class [PK210]",
        "  Hint: derive it directly from 'Protocol'",
    )


def test_a_spec_has_a_hook() -> None:
    """A Protocol without hooks is not a spec."""

    class Spec(Protocol):
        pass

    with pytest.raises(HookSpecError) as caught:
        Registry(Spec)
    assert str(caught.value) == lines("Spec declares no hook [PK211]", "  Hint: mark its methods with @hookspec")


class Function(Protocol):
    """Has a method that is not marked."""

    def member(self) -> str: ...


class Static(Protocol):
    """Has a static method."""

    @staticmethod
    def member() -> str: ...


class Value(Protocol):
    """Has a value."""

    member = 1


class Annotated(Protocol):
    """Has an annotation."""

    member: int


class OfClass(Protocol):
    """Has an annotation that says it is the class's own."""

    member: ClassVar[int]


class Property(Protocol):
    """Has a property."""

    @property
    def member(self) -> int: ...


@pytest.mark.parametrize("spec", [Value, Annotated, OfClass, Property])
def test_a_spec_holds_hooks_only(spec: Any) -> None:
    """A Protocol with a member that is not a hook is not a spec."""
    with pytest.raises(HookSpecError) as caught:
        Registry(spec)
    assert str(caught.value) == lines(
        f"{spec.__name__}.member is not a hook [PK207]",
        "  Hint: mark it with @hookspec, or move it out of the Protocol: a spec holds hooks only",
    )


@pytest.mark.parametrize("spec", [Function, Static])
def test_a_method_that_is_not_marked_is_found(spec: Any) -> None:
    """Where the member that is not a hook is a function, the error tells its place."""
    with pytest.raises(HookSpecError) as caught:
        Registry(spec)
    assert str(caught.value) == lines(
        f"{spec.__name__}.member is not a hook [PK207]",
        f"  at  {at(spec.member)}",
        "  Hint: mark it with @hookspec, or move it out of the Protocol: a spec holds hooks only",
    )


def test_a_hook_is_not_overridden_by_a_method() -> None:
    """A method that replaces an inherited hook has to be marked."""

    class Spec(ReportSpec, Protocol):
        def sections(self, *, document: str, verbose: bool = False) -> list[str]: ...

    with pytest.raises(HookSpecError) as caught:
        Registry(Spec)
    assert str(caught.value) == lines(
        "Spec.sections is not a hook [PK207]",
        f"  at  {at(Spec.sections)}",
        "  Hint: mark it with @hookspec, or move it out of the Protocol: a spec holds hooks only",
    )


def test_bases_do_not_declare_different_hooks_of_one_name() -> None:
    """Two bases that declare a hook of the same name, neither knowing the other, are refused."""

    class Other(Protocol):
        @hookspec
        def sections(self, *, page: int) -> str: ...

    class Both(Other, ReportSpec, Protocol):
        pass

    with pytest.raises(HookSpecError) as caught:
        Registry(Both)
    assert str(caught.value) == lines(
        "Other.sections and ReportSpec.sections are different hooks with the same name [PK214]",
        "  hook  Other.sections(self, *, page: int) -> str",
        f"  at    {at(Other.sections.function)}",
        "  Hint: rename one of them",
    )


def test_a_hook_has_one_name() -> None:
    """A class that assigns a hook of another one is not a spec; the hook stays what it is."""

    class Spec(Protocol):
        @hookspec
        def hook(self) -> str: ...

    class Other(Protocol):
        again = Spec.hook

    with pytest.raises(HookSpecError) as caught:
        Registry(Other)
    assert str(caught.value) == lines("Other.again is another name for Spec.hook [PK213]", "  Hint: inherit from Spec")
    assert (Spec.hook.owner, Spec.hook.name) == (Spec, "hook")


def test_a_hook_has_no_name_of_the_data_model() -> None:
    """A hook with two underscores before its name is refused: a registry would pass it over."""

    def __call__(self: object) -> str: ...  # noqa: N807 - it is what is refused

    with pytest.raises(HookSpecError) as caught:
        hookspec(__call__)
    assert str(caught.value) == lines(
        "__call__ has a name that starts with two underscores [PK209]",
        "  hook  __call__(self: object) -> str",
        f"  at    {at(__call__)}",
        "  Hint: choose another name: these are Python's own",
    )
