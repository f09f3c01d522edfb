"""Wrappers: generators that get the result of a call at their `yield`, and return it."""

from collections.abc import Generator, Iterator

from host import AppSpec

from pluginkit import hookimpl

Sections = list[list[str]]


class Right:
    @hookimpl(AppSpec.sections, wrapper=True)
    def collect(self, document: str, verbose: bool) -> Generator[None, Sections, Sections]:
        result = yield
        return [[document]] * verbose + result

    @hookimpl(AppSpec.sections, wrapper=True, tryfirst=True)
    def partial(self, **_: object) -> Generator[None, Sections, Sections]:
        return (yield)

    @hookimpl(AppSpec.render, wrapper=True, trylast=True)
    def firstresult(self, **_: object) -> Generator[None, bytes | None, bytes | None]:
        return (yield)

    @hookimpl(AppSpec.render, wrapper=True)
    def narrower_result(self, **_: object) -> Generator[None, bytes | None, bytes]:
        result = yield
        return result or b""

    @hookimpl(AppSpec.sections, wrapper=True)
    def wider_sent_value(self, **_: object) -> Generator[None, object, Sections]:
        yield
        return []

    @hookimpl(AppSpec.polish, wrapper=True)
    def pipeline(self, **_: object) -> Generator[None, str, str]:
        result = yield
        return result.strip()


@hookimpl.function(AppSpec.polish, wrapper=True)
def function(text: str, width: int) -> Generator[None, str, str]:
    result = yield
    return result or text[:width]


@hookimpl.function(AppSpec.polish, wrapper=True, trylast=True)
def partial_function(**_: object) -> Generator[None, str, str]:
    return (yield)


class Wrong:
    @hookimpl(AppSpec.sections, wrapper=True)  # reject: no generator
    def no_generator(self, **_: object) -> Sections:
        return []

    @hookimpl(AppSpec.sections, wrapper=True)  # reject: an iterator gets no result and returns none
    def iterator(self, **_: object) -> Iterator[None]:
        yield

    @hookimpl(AppSpec.sections, wrapper=True)  # reject: it gets the result of the call, not one answer
    def wrong_sent_value(self, **_: object) -> Generator[None, list[str], Sections]:
        return [(yield)]

    @hookimpl(AppSpec.sections, wrapper=True)  # reject: it returns one answer, not the result of the call
    def wrong_result(self, **_: object) -> Generator[None, Sections, list[str]]:
        result = yield
        return result[0]

    @hookimpl(AppSpec.sections, wrapper=True)  # reject: it returns nothing
    def no_result(self, **_: object) -> Generator[None, Sections, None]:
        yield

    @hookimpl(AppSpec.sections, wrapper=True)  # reject: it yields a value
    def yields_a_value(self, **_: object) -> Generator[int, Sections, Sections]:
        return (yield 1)

    @hookimpl(AppSpec.render, wrapper=True)  # reject: there may be no result
    def result_may_be_none(self, **_: object) -> Generator[None, bytes, bytes]:
        return (yield)

    @hookimpl(AppSpec.sections, wrapper=True)  # reject: misspelled parameter
    def misspelled(self, documnt: str, **_: object) -> Generator[None, Sections, Sections]:
        return (yield)

    @hookimpl(AppSpec.sections, wrapper=True)  # reject: parameter of a wrong type
    def mistyped(self, document: int, **_: object) -> Generator[None, Sections, Sections]:
        return (yield)

    @hookimpl(AppSpec.sections, wrapper=True)  # reject: a parameter is missing, and there is no **rest
    def missing_parameter(self, document: str) -> Generator[None, Sections, Sections]:
        return (yield)

    @hookimpl(AppSpec.configured, wrapper=True)  # reject: a historic hook cannot have wrappers
    def historic(self, options: dict[str, str]) -> Generator[None, None, None]:
        yield


@hookimpl.function(AppSpec.polish, wrapper=True)  # reject: no generator
def no_generator(text: str, **_: object) -> str:
    return text


@hookimpl.function(AppSpec.polish, wrapper=True)  # reject: it returns nothing
def no_result(**_: object) -> Generator[None, str, None]:
    yield


@hookimpl.function(AppSpec.polish, wrapper=True)  # reject: misspelled parameter
def misspelled(txt: str, **_: object) -> Generator[None, str, str]:
    return (yield)


@hookimpl.function(AppSpec.configured, wrapper=True)  # reject: a historic hook cannot have wrappers
def historic(options: dict[str, str]) -> Generator[None, None, None]:
    yield


def method(self: object, **_: object) -> Generator[None, str, str]:
    return (yield)


hookimpl.function(AppSpec.polish, wrapper=True)(method)  # reject: the form for functions on a method
