"""Options of `@hookimpl`, in each of its forms."""

from host import AppSpec, registry

from pluginkit import hookimpl


class Plugin:
    @hookimpl
    def sections(self, document: str) -> list[str]:
        return [document]

    @hookimpl()
    def render(self, document: str) -> bytes:
        return document.encode()

    @hookimpl(optional=True)
    def unheard_of(self, number: int) -> int:
        return number


plugin = Plugin()
names = ["links", "words"]

# in every form: by name, for a method, for a function, as a wrapper
hookimpl(tryfirst=True, before="links", after=("words", "headings"))
hookimpl(trylast=True, before=names, after={"links"})
hookimpl(wrapper=True, optional=True)
hookimpl(AppSpec.sections, tryfirst=True, before="links", optional=True)
hookimpl(AppSpec.sections, trylast=True, after=names)
hookimpl(AppSpec.sections, wrapper=True, tryfirst=True)
hookimpl(AppSpec.sections, wrapper=True, trylast=True)
hookimpl(AppSpec.sections, wrapper=False)
hookimpl(AppSpec.sections, tryfirst=True, trylast=False)
hookimpl(AppSpec.sections, tryfirst=False, trylast=True)
hookimpl.function(AppSpec.sections, trylast=len(names) > 1)
hookimpl(AppSpec.configured, tryfirst=True)
hookimpl.function(AppSpec.sections, tryfirst=True, before="links")
hookimpl.function(AppSpec.sections, trylast=True, after=names, optional=True)
hookimpl.function(AppSpec.sections, wrapper=True, tryfirst=True)
hookimpl.function(AppSpec.sections, wrapper=True, trylast=True)
hookimpl.function(AppSpec.configured, trylast=True)

hookimpl(tryfirst=True, trylast=True)  # reject: first and last, by name
hookimpl(AppSpec.sections, tryfirst=True, trylast=True)  # reject: first and last
hookimpl(AppSpec.sections, tryfirst=True, trylast=True, wrapper=True)  # reject: first and last, as a wrapper
hookimpl(AppSpec.configured, tryfirst=True, trylast=True)  # reject: first and last, of a historic hook
hookimpl.function(AppSpec.sections, tryfirst=True, trylast=True)  # reject: first and last, as a function
hookimpl.function(AppSpec.sections, tryfirst=True, trylast=True, wrapper=True)  # reject: first and last
hookimpl.function(AppSpec.configured, tryfirst=True, trylast=True)  # reject: first and last

hookimpl(AppSpec.configured, wrapper=True)  # reject: a historic hook cannot have wrappers
hookimpl.function(AppSpec.configured, wrapper=True)  # reject: a historic hook cannot have wrappers

hookimpl(tryfist=True)  # reject: misspelled option, by name
hookimpl(AppSpec.sections, tryfist=True)  # reject: misspelled option
hookimpl.function(AppSpec.sections, tryfist=True)  # reject: misspelled option
hookimpl(AppSpec.sections, firstresult=True)  # reject: an option of hookspec
hookimpl(AppSpec.sections, hookwrapper=True)  # reject: an option of pluggy
hookimpl(AppSpec.sections, tryfirst="yes")  # reject: not a bool
hookimpl(AppSpec.sections, wrapper="yes")  # reject: not a bool

hookimpl(before=plugin)  # reject: a plugin, and not its name
hookimpl(AppSpec.sections, before=plugin)  # reject: a plugin, and not its name
hookimpl(AppSpec.sections, after=Plugin)  # reject: a class, and not a name
hookimpl(AppSpec.sections, before=1)  # reject: a number
hookimpl(AppSpec.sections, before=None)  # reject: None; leave it out
hookimpl(AppSpec.sections, before=[plugin])  # reject: plugins, and not their names
hookimpl.function(AppSpec.sections, after=[1])  # reject: numbers

hookimpl(AppSpec.nope)  # reject: unknown hook
hookimpl(AppSpec.section)  # reject: misspelled hook
hookimpl.function(AppSpec.nope)  # reject: unknown hook
hookimpl("sections")  # reject: the hook's name in place of the hook
hookimpl.function("sections")  # reject: the hook's name in place of the hook
hookimpl.function(AppSpec)  # reject: the spec in place of the hook
hookimpl.function(registry.hook.sections)  # reject: the caller in place of the hook
hookimpl.function()  # reject: a function names its hook
hookimpl.function(tryfirst=True)  # reject: a function names its hook
hookimpl(AppSpec.sections, AppSpec.render)  # reject: one hook each


class Wrong:
    @hookimpl(AppSpec)  # reject: the spec in place of the hook
    def spec(self, document: str, verbose: bool) -> list[str]:
        return [document] * verbose

    @hookimpl(registry.hook.sections)  # reject: the caller in place of the hook
    def caller(self, document: str, verbose: bool) -> list[str]:
        return [document] * verbose

    @hookimpl(AppSpec.nope)  # reject: unknown hook
    def unknown(self, document: str, verbose: bool) -> list[str]:
        return [document] * verbose

    @hookimpl(AppSpec.sections, tryfirst=True, trylast=True)  # reject: first and last
    def first_and_last(self, document: str, verbose: bool) -> list[str]:
        return [document] * verbose
