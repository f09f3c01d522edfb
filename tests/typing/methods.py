"""Implementations as methods: `@hookimpl(spec)`."""

from collections.abc import Generator

from host import AppSpec, ReportSpec

from pluginkit import hookimpl


class Right:
    @hookimpl(AppSpec.sections)
    def everything(self, document: str, verbose: bool) -> list[str]:
        return [document] * verbose

    @hookimpl(AppSpec.sections)
    def keyword_only(self, *, document: str, verbose: bool) -> list[str]:
        return [document] * verbose

    @hookimpl(AppSpec.sections)
    def another_order(self, verbose: bool, document: str) -> list[str]:
        return [document] * verbose

    @hookimpl(AppSpec.sections)
    def partial(self, document: str, **_: object) -> list[str]:
        return [document]

    @hookimpl(AppSpec.sections)
    def keyword_only_partial(self, *, verbose: bool, **_: object) -> list[str]:
        return [] if verbose else [""]

    @hookimpl(AppSpec.sections)
    def nothing_but_the_rest(self, **_: object) -> list[str]:
        return []

    @hookimpl(AppSpec.sections)
    def whatever_comes(self, *arguments: object, **rest: object) -> list[str]:
        return [str(arguments), str(rest)]

    @hookimpl(AppSpec.sections)
    def wider_parameter(self, document: object, verbose: int) -> list[str]:
        return [str(document)] * verbose

    @hookimpl(AppSpec.sections)
    def may_give_nothing(self, **_: object) -> list[str] | None:
        return None

    @hookimpl(AppSpec.sections)
    def gives_nothing(self, **_: object) -> None: ...

    @hookimpl(AppSpec.sections)
    def own_default(self, document: str, verbose: bool = False) -> list[str]:
        return [document] * verbose

    @hookimpl(AppSpec.sections)
    def extra_parameter_with_a_default(self, width: int = 80, **_: object) -> list[str]:  # refused at registration
        return [""] * width

    @hookimpl(AppSpec.sections)
    def any_name_for_the_instance(this, document: str, **_: object) -> list[str]:
        return [document]

    @hookimpl(ReportSpec.sections)
    def through_the_inherited_spec(self, document: str, **_: object) -> list[str]:
        return [document]

    @hookimpl(AppSpec.render)
    def firstresult(self, document: str) -> bytes:
        return document.encode()

    @hookimpl(AppSpec.polish)
    def pipeline(self, text: str, **_: object) -> str:
        return text

    @hookimpl(AppSpec.configured)
    def historic(self, options: dict[str, str]) -> None: ...


class Wrong:
    @hookimpl(AppSpec.sections)  # reject: misspelled parameter
    def misspelled(self, documnt: str, verbose: bool) -> list[str]:
        return []

    @hookimpl(AppSpec.sections)  # reject: misspelled parameter beside **rest
    def misspelled_partial(self, documnt: str, **_: object) -> list[str]:
        return []

    @hookimpl(AppSpec.sections)  # reject: misspelled keyword-only parameter
    def misspelled_keyword_only(self, *, documnt: str, **_: object) -> list[str]:
        return []

    @hookimpl(AppSpec.sections)  # reject: parameter of a wrong type
    def mistyped(self, document: int, **_: object) -> list[str]:
        return []

    @hookimpl(AppSpec.sections)  # reject: **rest does not take what the other parameters are
    def mistyped_rest(self, document: str, **_: str) -> list[str]:
        return []

    @hookimpl(AppSpec.sections)  # reject: a parameter that the hook does not have
    def extra_parameter(self, document: str, verbose: bool, width: int) -> list[str]:
        return []

    @hookimpl(AppSpec.sections)  # reject: a parameter that the hook does not have, beside **rest
    def extra_parameter_partial(self, width: int, **_: object) -> list[str]:
        return []

    @hookimpl(AppSpec.sections)  # reject: a positional-only parameter
    def positional_only(self, document: str, /, verbose: bool) -> list[str]:
        return []  # pyrefly lets `(self, document, /, **_)` pass; registration does not

    @hookimpl(AppSpec.sections)  # reject: arguments do not come by position
    def positional(self, *arguments: object) -> list[str]:
        return []

    @hookimpl(AppSpec.sections)  # reject: a parameter is missing, and there is no **rest
    def missing_parameter(self, document: str) -> list[str]:
        return []

    @hookimpl(AppSpec.sections)  # reject: all parameters are missing, and there is no **rest
    def no_parameter(self) -> list[str]:
        return []

    @hookimpl(AppSpec.sections)  # reject: the answer has a wrong type
    def wrong_answer(self, **_: object) -> list[int]:
        return []

    @hookimpl(AppSpec.sections)  # reject: the answer is one item, not a list of them
    def one_item(self, document: str, **_: object) -> str:
        return document

    @hookimpl(AppSpec.sections)  # reject: async, and the hook is not
    async def asynchronous(self, **_: object) -> list[str]:
        return []

    @hookimpl(AppSpec.sections)  # reject: a generator, and not marked as a wrapper
    def generator(self, **_: object) -> Generator[None, list[list[str]], list[list[str]]]:
        result = yield
        return result

    @hookimpl(AppSpec.render)  # reject: wrong answer of a firstresult hook
    def wrong_firstresult(self, document: str) -> str:
        return document

    @hookimpl(AppSpec.render)  # reject: a firstresult hook gives one answer, not a list of them
    def firstresult_list(self, document: str) -> list[bytes]:
        return [document.encode()]

    @hookimpl(AppSpec.polish)  # reject: wrong value of a pipeline
    def wrong_pipeline(self, text: str, **_: object) -> list[str]:
        return [text]

    @hookimpl(AppSpec.configured)  # reject: misspelled parameter of a historic hook
    def misspelled_historic(self, option: dict[str, str]) -> None: ...

    @hookimpl(AppSpec.configured)  # reject: the hook takes no answers
    def answering_historic(self, options: dict[str, str]) -> int:
        return len(options)


class Unmarked:
    def whole(self, document: str, verbose: bool) -> list[str]:
        return [document] * verbose

    def partial(self, document: str, **_: object) -> list[str]:
        return [document]


# These stand as calls: above a method, mypy reports the line of its `def` as well.
hookimpl.function(AppSpec.sections)(Unmarked.whole)  # reject: the form for functions on a method
hookimpl.function(AppSpec.sections)(Unmarked.partial)  # reject: the form for functions on a partial method
hookimpl.function(AppSpec.sections)(Unmarked().whole)
