"""Implementations as functions: `@hookimpl.function(spec)`, in a module or as a static method."""

from collections.abc import Generator

from host import AppSpec

from pluginkit import hookimpl


@hookimpl.function(AppSpec.sections)
def everything(document: str, verbose: bool) -> list[str]:
    return [document] * verbose


@hookimpl.function(AppSpec.sections)
def partial(document: str, **_: object) -> list[str]:
    return [document]


@hookimpl.function(AppSpec.sections)
def nothing_but_the_rest(**_: object) -> list[str] | None:
    return None


@hookimpl.function(AppSpec.sections)
def keyword_only(*, verbose: bool, document: str) -> list[str]:
    return [document] * verbose


@hookimpl.function(AppSpec.render)
def firstresult(document: str) -> bytes | None:
    return document.encode() or None


@hookimpl.function(AppSpec.polish)
def pipeline(text: str, width: int) -> str:
    return text[:width]


@hookimpl.function(AppSpec.configured)
def historic(options: dict[str, str]) -> None: ...


@hookimpl.function(AppSpec.sections)  # reject: misspelled parameter
def misspelled(documnt: str, verbose: bool) -> list[str]:
    return []


@hookimpl.function(AppSpec.sections)  # reject: misspelled parameter beside **rest
def misspelled_partial(documnt: str, **_: object) -> list[str]:
    return []


@hookimpl.function(AppSpec.sections)  # reject: parameter of a wrong type
def mistyped(document: bytes, **_: object) -> list[str]:
    return []


@hookimpl.function(AppSpec.sections)  # reject: a parameter that the hook does not have
def extra_parameter(document: str, verbose: bool, width: int) -> list[str]:
    return []


@hookimpl.function(AppSpec.sections)  # reject: a positional-only parameter
def positional_only(document: str, verbose: bool, /) -> list[str]:
    return []


@hookimpl.function(AppSpec.sections)  # reject: arguments do not come by position
def positional(*arguments: object) -> list[str]:
    return []


@hookimpl.function(AppSpec.sections)  # reject: a parameter is missing, and there is no **rest
def missing_parameter(document: str) -> list[str]:
    return []


@hookimpl.function(AppSpec.sections)  # reject: the answer has a wrong type
def wrong_answer(**_: object) -> str:
    return ""


@hookimpl.function(AppSpec.sections)  # reject: async, and the hook is not
async def asynchronous(**_: object) -> list[str]:
    return []


@hookimpl.function(AppSpec.sections)  # reject: a generator, and not marked as a wrapper
def generator(**_: object) -> Generator[None, list[list[str]], list[list[str]]]:
    result = yield
    return result


@hookimpl.function(AppSpec.polish)  # reject: wrong value of a pipeline
def wrong_pipeline(text: str, **_: object) -> bytes:
    return text.encode()


@hookimpl.function(AppSpec.configured)  # reject: misspelled parameter of a historic hook
def misspelled_historic(option: dict[str, str]) -> None: ...


@hookimpl(AppSpec.sections)  # reject: the form for methods on a function without parameters
def method_form_without_parameters() -> list[str]:
    return []


@hookimpl(AppSpec.sections)  # reject: the form for methods on a function
def method_form(document: str, verbose: bool) -> list[str]:
    return []


@hookimpl(AppSpec.render)  # reject: the form for methods on a function with one parameter
def method_form_firstresult(document: str) -> bytes:
    return document.encode()


@hookimpl(AppSpec.sections)  # reject: the form for methods on a function whose parameters are keyword-only
def method_form_keyword_only(*, document: str, **_: object) -> list[str]:
    return []


@hookimpl.function  # reject: a function without a spec; for that there is a bare @hookimpl
def without_spec(document: str, verbose: bool) -> list[str]:
    return []
