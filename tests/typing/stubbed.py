"""Bare partial implementations, against a host that has a generated stub."""

from collections.abc import AsyncGenerator, Generator
from typing import assert_type

from stubbed_host import FetchSpec, PageSpec, SiteSpec, registry

from pluginkit import HookSpec, Registry, hookimpl

# what a call takes and gives is the same as without a stub
assert_type(registry.hook.sections(document="", verbose=True), list[list[str]])
assert_type(registry.hook.render(document="", options=[]), bytes | None)
assert_type(registry.hook.polish(text=""), str)
assert_type(registry.hook.configured.call_historic(options={}, number=1), None)
assert_type(registry.hook.idle(), list[int])
same: HookSpec[..., list[str], list[list[str]]] = SiteSpec.sections
registry.hook.sections(document="")  # reject: missing argument
registry.hook.sections(document="", verbos=True)  # reject: misspelled argument
registry.hook.configured(options={}, number=1)  # reject: a historic hook is not called directly


class Right:
    @hookimpl(SiteSpec.sections)
    def first(self, document: str) -> list[str]:
        return [document]

    @hookimpl(SiteSpec.sections)
    def second(self, verbose: bool) -> list[str]:
        return [""] * verbose

    @hookimpl(SiteSpec.sections)
    def third(self, width: int) -> list[str] | None:
        return [""] * width or None

    @hookimpl(SiteSpec.sections)
    def own_default(self, width: int = 100) -> list[str]:
        return [""] * width

    @hookimpl(SiteSpec.sections)
    def two(self, document: str, verbose: bool) -> list[str]:
        return [document] * verbose

    @hookimpl(SiteSpec.sections)
    def two_in_another_order(self, width: int, document: str) -> list[str]:
        return [document] * width

    @hookimpl(SiteSpec.sections)
    def all_in_another_order(self, width: int, verbose: bool, document: str) -> list[str]:
        return [document] * width * verbose

    @hookimpl(SiteSpec.sections)
    def none(self) -> list[str]:
        return []

    @hookimpl(SiteSpec.sections)
    def nothing_to_say(self) -> None: ...

    @hookimpl(SiteSpec.sections)
    def keyword_only(self, *, verbose: bool) -> list[str]:
        return [""] * verbose

    @hookimpl(SiteSpec.sections)
    def either_way(self, width: int, *, document: str) -> list[str]:
        return [document] * width

    @hookimpl(SiteSpec.sections)
    def wider(self, verbose: int, document: object) -> list[str]:
        return [str(document)] * verbose

    @hookimpl(SiteSpec.sections)
    def with_rest(self, document: str, **_: object) -> list[str]:
        return [document]

    @hookimpl(SiteSpec.sections)
    def rest(this, **_: object) -> list[str]:
        return []

    @classmethod
    @hookimpl(SiteSpec.sections)
    def of_the_class(cls, document: str, **_: object) -> list[str]:
        return [document]

    @staticmethod
    @hookimpl.function(SiteSpec.sections)
    def static(document: str) -> list[str]:
        return [document]

    @hookimpl(PageSpec.sections, tryfirst=True, before="links")
    def where_it_is_declared(self, verbose: bool) -> list[str]:
        return [""] * verbose

    @hookimpl(SiteSpec.render, trylast=True, optional=True)
    def render(self, document: str) -> bytes:
        return document.encode()

    @hookimpl(SiteSpec.polish)
    def polish(self, text: str) -> str:
        return text

    @hookimpl(SiteSpec.configured)
    def configured(self, number: int) -> None: ...

    @hookimpl(SiteSpec.idle)
    def idle(self) -> int:
        return 1

    @hookimpl(SiteSpec.sections, wrapper=True)
    def around(self, verbose: bool, **_: object) -> Generator[None, list[list[str]], list[list[str]]]:
        result = yield
        return result if verbose else []

    @hookimpl(SiteSpec.render, wrapper=True, tryfirst=True)
    def around_all(self, **_: object) -> Generator[None, bytes | None, bytes | None]:
        return (yield)

    @hookimpl(SiteSpec.polish, wrapper=True)
    def around_with_rest(self, text: str, **_: object) -> Generator[None, str, str]:
        return (yield) + text

    @hookimpl(SiteSpec.wide)
    def all_but_one(self, g: int, f: int, e: int, d: int, c: int, b: int) -> int:
        return b + c + d + e + f + g

    @hookimpl(SiteSpec.wide)
    def two_of_many(self, f: int, b: int) -> int:
        return b + f

    @hookimpl(SiteSpec.wide)
    def one_with_rest(self, a: int, **_: object) -> int:
        return a


@hookimpl.function(SiteSpec.sections)
def function(document: str) -> list[str]:
    return [document]


@hookimpl.function(SiteSpec.sections)
def another_order(width: int, document: str) -> list[str]:
    return [document] * width


@hookimpl.function(SiteSpec.sections)
def without_parameters() -> list[str]:
    return []


@hookimpl.function(SiteSpec.sections)
def keyword_only(*, verbose: bool) -> list[str]:
    return [""] * verbose


@hookimpl.function(SiteSpec.configured)
def historic(number: int) -> None: ...


@hookimpl.function(SiteSpec.render, wrapper=True)
def wrapping(document: str, **_: object) -> Generator[None, bytes | None, bytes | None]:
    return (yield) or document.encode()


@hookimpl.function(SiteSpec.wide)
def wide(b: int, a: int, c: int, d: int, e: int, f: int) -> int:
    return a + b + c + d + e + f


# what an implementation is afterwards
assert_type(Right().first(document=""), list[str] | None)
assert_type(function(document=""), list[str] | None)
assert_type(Right().with_rest(document="", verbose=True, width=1), list[str] | None)
assert_type(registry.hook.sections.call_extra([function], document="", verbose=True), list[list[str]])


class Wrong:
    @hookimpl(SiteSpec.sections)  # reject: misspelled parameter
    def misspelled(self, documnt: str) -> list[str]:
        return [documnt]

    @hookimpl(SiteSpec.sections)  # reject: misspelled parameter beside **rest
    def misspelled_with_rest(self, documnt: str, **_: object) -> list[str]:
        return [documnt]

    @hookimpl(SiteSpec.sections)  # reject: one of two is misspelled
    def one_misspelled(self, verbose: bool, documnt: str) -> list[str]:
        return [documnt] * verbose

    @hookimpl(SiteSpec.sections)  # reject: misspelled keyword-only parameter
    def misspelled_keyword_only(self, *, documnt: str) -> list[str]:
        return [documnt]

    @hookimpl(SiteSpec.sections)  # reject: parameter of a wrong type
    def mistyped(self, document: int) -> list[str]:
        return [""] * document

    @hookimpl(SiteSpec.sections)  # reject: one of two has a wrong type
    def one_mistyped(self, document: str, width: str) -> list[str]:
        return [document, width]

    @hookimpl(SiteSpec.sections)  # reject: the answer has a wrong type
    def wrong_answer(self, width: int) -> list[int]:
        return [width]

    @hookimpl(SiteSpec.sections)  # reject: the answer is one item, not a list of them
    def one_item(self) -> str:
        return ""

    @hookimpl(SiteSpec.sections)  # reject: a parameter that the hook does not have
    def extra(self, document: str, verbose: bool, width: int, height: int) -> list[str]:
        return [document] * verbose * width * height

    @hookimpl(SiteSpec.sections)  # reject: a parameter that the hook does not have, beside one that it has
    def extra_partial(self, document: str, height: int) -> list[str]:
        return [document] * height

    @hookimpl(SiteSpec.sections)  # reject: a parameter of another hook
    def of_another_hook(self, options: list[str]) -> list[str]:
        return options

    @hookimpl(SiteSpec.sections)  # reject: a positional-only parameter
    def positional_only(self, document: str, /) -> list[str]:
        return [document]

    @hookimpl(SiteSpec.sections)  # reject: arguments do not come by position
    def positional(self, document: str, *rest: object) -> list[int]:
        return [len(rest)]

    @hookimpl(SiteSpec.sections)  # reject: async, and the hook is not
    async def asynchronous(self, document: str) -> list[str]:
        return [document]

    @hookimpl(SiteSpec.sections)  # reject: a generator, and not marked as a wrapper
    def generator(self, width: int) -> Generator[None, list[list[str]], list[list[str]]]:
        result = yield
        return result * width

    @hookimpl(SiteSpec.idle)  # reject: the hook has no parameters
    def idle(self, number: int) -> int:
        return number

    @hookimpl(SiteSpec.configured)  # reject: misspelled parameter of a historic hook
    def historic(self, option: dict[str, str]) -> None: ...

    @hookimpl(SiteSpec.configured)  # reject: the hook takes no answers
    def answering_historic(self, number: int) -> int:
        return number

    @hookimpl(SiteSpec.polish)  # reject: wrong value of a pipeline
    def pipeline(self, text: str) -> bytes:
        return text.encode()

    @hookimpl(SiteSpec.sections, wrapper=True)  # reject: a wrapper is a generator
    def no_generator(self, document: str, **_: object) -> list[str]:
        return [document]

    @hookimpl(SiteSpec.sections, wrapper=True)  # reject: a wrapper takes all parameters, or **rest
    def partial_wrapper(self, verbose: bool) -> Generator[None, list[list[str]], list[list[str]]]:
        result = yield
        return result if verbose else []

    @hookimpl(SiteSpec.sections, wrapper=True)  # reject: a wrapper gives what a call gives, a list of all answers
    def wrong_result(self, document: str, **_: object) -> Generator[None, list[str], list[str]]:
        result = yield
        return [*result, document]

    @hookimpl(SiteSpec.sections, wrapper=True)  # reject: misspelled parameter of a wrapper
    def misspelled_wrapper(self, documnt: str, **_: object) -> Generator[None, list[list[str]], list[list[str]]]:
        result = yield
        return [*result, [documnt]]

    @hookimpl(SiteSpec.render, wrapper=True)  # reject: a wrapper yields nothing
    def yielding(self, document: str, **_: object) -> Generator[str, bytes | None, bytes | None]:
        return (yield document)

    @hookimpl(SiteSpec.wide)  # reject: of a hook with so many parameters, two are left out without **rest
    def without_two(self, a: int, b: int, c: int, d: int, e: int) -> int:
        return a + b + c + d + e

    @hookimpl(SiteSpec.nope)  # reject: unknown hook
    def unknown(self, document: str) -> list[str]:
        return [document]


@hookimpl.function(SiteSpec.sections)  # reject: misspelled parameter of a function
def misspelled_function(documnt: str) -> list[str]:
    return [documnt]


@hookimpl.function(SiteSpec.sections)  # reject: a function of a wrong answer
def wrong_function(width: int) -> int:
    return width


@hookimpl.function(SiteSpec.sections, wrapper=True)  # reject: a wrapping function takes all parameters, or **rest
def partial_wrapping(verbose: bool) -> Generator[None, list[list[str]], list[list[str]]]:
    result = yield
    return result if verbose else []


@hookimpl.function(SiteSpec.sections, wrapper=True)  # reject: a function that is not a generator
def wrong_wrapper(width: int, **_: object) -> list[list[str]]:
    return [[""]] * width


@hookimpl.function(SiteSpec.sections)  # reject: the form for functions on something with a self
def with_self(self: object, document: str) -> list[str]:
    return [str(self), document]


@hookimpl(SiteSpec.sections)  # reject: the form for methods on a function
def method_form(document: str) -> list[str]:
    return [document]


@hookimpl(SiteSpec.sections)  # reject: the form for methods on a function with two parameters
def method_form_two(document: str, verbose: bool) -> list[str]:
    return [document] * verbose


@hookimpl(SiteSpec.sections)  # reject: the form for methods on a function without parameters
def method_form_none() -> list[str]:
    return []


@hookimpl(SiteSpec.sections)  # reject: the form for methods on a function whose parameters are keyword-only
def method_form_keyword_only(*, document: str) -> list[str]:
    return [document]


class Unmarked:
    def method(self, document: str) -> list[str]:
        return [document]


hookimpl.function(SiteSpec.sections)(Unmarked.method)  # reject: the form for functions on a method
hookimpl.function(SiteSpec.sections)(Unmarked().method)
hookimpl(SiteSpec.sections)(Unmarked.method)

hookimpl(SiteSpec.sections, tryfirst=True, trylast=True)  # reject: first and last
hookimpl.function(SiteSpec.sections, tryfirst=True, trylast=True)  # reject: first and last, as a function
hookimpl(SiteSpec.sections, tryfist=True)  # reject: misspelled option
hookimpl(SiteSpec.sections, before=1)  # reject: a number where names go
hookimpl(SiteSpec.configured, wrapper=True)  # reject: a historic hook cannot have wrappers
hookimpl.function(SiteSpec.configured, wrapper=True)  # reject: a historic hook cannot have wrappers


class RightAsync:
    @hookimpl(FetchSpec.fetch)
    async def first(self, url: str) -> bytes:
        return url.encode()

    @hookimpl(FetchSpec.fetch)
    async def second(self, retries: int) -> bytes | None:
        return bytes(retries) or None

    @hookimpl(FetchSpec.fetch)
    def plain(self, retries: int, url: str) -> bytes:
        return url.encode() * retries

    @hookimpl(FetchSpec.fetch)
    async def rest(self, url: str, **_: object) -> bytes:
        return url.encode()

    @hookimpl(FetchSpec.mirrors, tryfirst=True)
    async def concurrent(self, number: int) -> str:
        return str(number)

    @hookimpl(FetchSpec.started)
    async def historic(self, port: int) -> None: ...

    @hookimpl(FetchSpec.fetch, wrapper=True)
    async def wrapper(self, url: str, **_: object) -> AsyncGenerator[list[bytes] | None, list[bytes]]:
        yield (yield None)

    @hookimpl(FetchSpec.fetch, wrapper=True)
    def plain_wrapper(self, retries: int, **_: object) -> Generator[None, list[bytes], list[bytes]]:
        return (yield) * retries


@hookimpl.function(FetchSpec.fetch)
async def async_function(retries: int) -> bytes:
    return bytes(retries)


@hookimpl.function(FetchSpec.mirrors, wrapper=True)
async def async_function_wrapper(url: str, **_: object) -> AsyncGenerator[list[str] | None, list[str]]:
    yield [url, *(yield None)]


class WrongAsync:
    @hookimpl(FetchSpec.fetch)  # reject: misspelled parameter
    async def misspelled(self, ulr: str) -> bytes:
        return ulr.encode()

    @hookimpl(FetchSpec.fetch)  # reject: mistyped parameter
    async def mistyped(self, url: int) -> bytes:
        return bytes(url)

    @hookimpl(FetchSpec.fetch)  # reject: wrong return
    async def returning(self, url: str) -> str:
        return url

    @hookimpl(FetchSpec.fetch)  # reject: extra parameter
    async def extra(self, url: str, number: int) -> bytes:
        return url.encode() * number

    @hookimpl(FetchSpec.fetch, wrapper=True)  # reject: wrapper of other results
    async def other_results(self, url: str, **_: object) -> AsyncGenerator[bytes | None, bytes]:
        yield (yield None)

    @hookimpl(FetchSpec.started)  # reject: misspelled parameter
    async def historic(self, adress: str) -> None: ...

    @hookimpl(SiteSpec.sections)  # reject: async implementation of a sync hook
    async def asynchronous(self, document: str) -> list[str]:
        return [document]


@hookimpl.function(FetchSpec.fetch)  # reject: misspelled parameter of a function
async def misspelled_async_function(ulr: str) -> bytes:
    return ulr.encode()


async def async_calls() -> None:
    assert_type(await async_registry.hook.fetch(url="u", retries=1), list[bytes])
    assert_type(await async_registry.hook.mirrors(url="u", number=1), list[str])
    await async_registry.hook.started.call_historic(address="a", port=1)
    await async_registry.hook.fetch(url="u")  # reject: missing argument


async_registry = Registry(FetchSpec)
