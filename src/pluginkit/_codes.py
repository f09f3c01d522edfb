"""The catalogue of problems: one stable code for each, which errors, lint, reports and the docs share.

A code is never given to another problem, and its name stays. What an error says is written where the error is made;
the texts here say what the problem is in general. This module knows nothing else of the package, and only what shows
or documents problems imports it.

    PK0xx  source that cannot be read     PK4xx  plugins and their names
    PK1xx  implementations                PK5xx  discovery
    PK2xx  specs                          PK6xx  wrappers, and hooks that run
    PK3xx  calls                          PK7xx  plugins in another process
                                          PK8xx  the command line
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "note"]

SITE = "https://typed-pluginkit.readthedocs.io/en/latest/"

# By the beginning of a code, where it is documented: these pages have lists of their own.
_PAGES = {
    "PK130": "command-line",
    "PK508": "command-line",
    "PK509": "command-line",
    "PK0": "command-line",
    "PK7": "isolated",
    "PK8": "command-line",
    "PK22": "pluggy",
} | dict.fromkeys(("PK002", "PK111", "PK115", "PK116", "PK118", "PK119", "PK125"), "lint")


class Code(NamedTuple):
    """One kind of problem.

    Attributes:
        code: What it is called in messages and reports; it never changes.
        name: The same for people, in a few words.
        text: What the problem is, in one sentence.
        severity: How bad it is: an error is refused, a warning is not, and a note says what could not be checked.
    """

    code: str
    name: str
    text: str
    severity: Severity = "error"

    @property
    def address(self) -> str:
        """Where the documentation says more."""
        return SITE + self.anchor

    @property
    def anchor(self) -> str:
        """Where the documentation says more, from its top."""
        page = _PAGES.get(self.code) or _PAGES.get(self.code[:3]) or _PAGES.get(self.code[:4], "messages")
        place = f"{self.code}-{self.name}" if page == "lint" else self.code  # there, a heading
        return f"reference/{page}.html#{place.lower()}"


_ALL = (
    # Source that cannot be read
    Code("PK001", "invalid-syntax", "A file is not valid Python for the Python that reads it."),
    Code("PK002", "unresolved", "A hook or a marker comes from a module that cannot be found.", "note"),
    # Implementations
    Code("PK101", "unknown-parameter", "An implementation takes a parameter that its hook does not have."),
    Code("PK102", "positional-only-parameter", "A parameter of an implementation cannot be passed by keyword."),
    Code("PK103", "unknown-hook", "An implementation is for a hook that the registry or the spec does not have."),
    Code("PK104", "async-for-sync", "An async function implements a hook that is not async."),
    Code("PK105", "wrapper-not-generator", "A wrapper is not a generator function."),
    Code("PK106", "wrapper-of-historic", "A wrapper is for a historic hook, which cannot have wrappers."),
    Code("PK107", "missing-self", "An implementation is marked as a method and has no parameter for its instance."),
    Code("PK108", "wrong-form", "A method is marked as a function, or a function as a method."),
    Code("PK109", "decorator-order", "@hookimpl and another decorator are applied in the wrong order."),
    Code("PK110", "first-and-last", "An implementation is both tryfirst and trylast."),
    Code("PK111", "unknown-option", "A decorator gets an option that it does not have."),
    Code("PK112", "generator-without-wrapper", "A generator function is not marked as a wrapper."),
    Code("PK113", "not-a-hook", "Something that is not a hook is used where a hook is expected."),
    Code("PK114", "wrapper-contextmanager", "A wrapper is decorated as a context manager."),
    Code("PK115", "star-args", "An implementation takes *args, which is always empty.", "warning"),
    Code(
        "PK116",
        "looks-like-a-hook",
        "A class derives from a spec, or a function has a hook's name without a mark.",
        "warning",
    ),
    Code("PK117", "class-registered", "A class is registered whose implementations need an instance."),
    Code("PK118", "missing-rest", "An implementation takes some of the arguments and has no **rest.", "warning"),
    Code("PK119", "wrapper-yields", "A wrapper yields twice, or never.", "warning"),
    Code("PK120", "no-implementation", "A plugin implements no hook."),
    Code("PK121", "wrapper-of-both-kinds", "An implementation is both a wrapper and an old-style wrapper."),
    Code("PK122", "wrapper-not-allowed", "A wrapper is passed where a plain implementation is expected."),
    Code("PK123", "order-without-names", "before= or after= gets something other than names of plugins."),
    Code("PK124", "order-cycle", "before= and after= of several plugins contradict each other."),
    Code("PK125", "unknown-pluggy-hook", "No spec that can be found has a hook for an implementation.", "warning"),
    Code("PK126", "overridden-without-mark", "An implementation is overridden by something that is not marked."),
    Code("PK127", "unreadable-parameters", "What is marked does not tell which parameters it takes."),
    Code("PK128", "deprecated-hook", "A plugin implements a hook that is deprecated.", "warning"),
    Code("PK129", "deprecated-parameter", "An implementation takes a parameter that is deprecated.", "warning"),
    Code("PK130", "unknown-in-order", "A name in before= or after= is not that of a plugin.", "warning"),
    # Specs
    Code("PK200", "invalid-spec", "A spec cannot be used, for a reason of the host's own."),
    Code("PK201", "hook-without-self", "A hook is not a method: it has no first parameter."),
    Code("PK202", "positional-parameter", "A parameter of a hook is not keyword-only."),
    Code("PK203", "variable-parameters", "A hook takes *args or **kwargs."),
    Code("PK204", "unknown-pipeline-parameter", "A pipeline names a parameter that its hook does not have."),
    Code("PK205", "concurrent-not-async", "A concurrent hook is not async."),
    Code("PK206", "several-modes", "A hook has options that exclude each other."),
    Code("PK207", "member-not-a-hook", "A spec has a member that is not a hook."),
    Code("PK208", "override-differs", "A hook differs from the hook that it overrides."),
    Code("PK209", "dunder-name", "The name of a hook starts with two underscores."),
    Code("PK210", "not-a-protocol", "A class is used as a spec and is not a Protocol class."),
    Code("PK211", "no-hooks", "A spec declares no hook."),
    Code("PK212", "not-a-method", "@hookspec is above something other than a method."),
    Code("PK213", "second-name", "A hook is assigned to a second name."),
    Code("PK214", "different-hooks", "Two specs that are used together have different hooks with the same name."),
    Code("PK215", "unknown-policy", "A hook has a value of errors= that is not a policy."),
    Code("PK216", "invalid-timeout", "A hook has a value of timeout= that is not a number of seconds."),
    Code("PK217", "timeout-not-async", "A hook with a timeout is not async."),
    Code("PK218", "invalid-deprecated", "A hook has a value of deprecated= that does not name its parameters."),
    Code("PK220", "not-in-manager", "A typed spec has a hook that the plugin manager does not have."),
    Code("PK221", "mode-differs", "A typed spec and the plugin manager disagree on the mode of a hook."),
    Code("PK222", "parameters-differ", "A typed spec and the plugin manager disagree on the parameters of a hook."),
    Code("PK223", "async-not-awaited", "A typed spec has an async hook, which the plugin manager cannot await."),
    # Calls
    Code("PK301", "unknown-argument", "A call gives an argument that the hook does not have."),
    Code("PK302", "positional-argument", "A call gives an argument by position."),
    Code("PK303", "historic-called", "A historic hook is called directly."),
    Code("PK304", "missing-argument", "A call does not give an argument that the hook needs."),
    Code("PK305", "invalid-callback", "The callback of a historic call is not callable."),
    Code("PK306", "spec-called", "A hook is called through an instance of its spec."),
    # Plugins and their names
    Code("PK400", "invalid-plugin", "A plugin is refused, for a reason of the host's own."),
    Code("PK401", "name-taken", "Another plugin has the name."),
    Code("PK402", "name-blocked", "The name of the plugin is blocked."),
    Code("PK403", "registered-twice", "The same plugin is registered a second time."),
    Code("PK404", "not-registered", "A plugin is named that is not registered."),
    Code("PK405", "replay-not-awaited", "A plugin implements an async hook whose earlier calls have to be awaited."),
    Code("PK406", "not-picklable", "Something that belongs to one process is pickled or copied."),
    Code("PK407", "not-a-registry", "A reference to a registry leads to something else."),
    Code("PK408", "unknown-order", "A registry is made with an unknown order."),
    Code("PK409", "unknown-extent", "An observer asks for something else than implementations or calls."),
    Code("PK410", "not-an-observer", "What is to observe a registry cannot be called."),
    # Discovery
    Code("PK501", "cannot-load", "A plugin cannot be imported or made."),
    Code("PK502", "cannot-register", "Registering a plugin raises an exception of the plugin's own."),
    Code("PK503", "offered-twice", "Several distributions offer a plugin with the same name."),
    Code("PK504", "not-offered", "A plugin is asked for that no installed distribution offers."),
    Code("PK505", "lazy-plugin-broken", "A plugin that was registered without being imported is broken."),
    Code("PK506", "single-name", "An option for several names gets a single text."),
    Code("PK507", "unreadable-entry-points", "The entry points of a distribution cannot be read."),
    Code("PK508", "unknown-group", "No installed distribution offers an entry point group.", "warning"),
    Code("PK509", "imported-at-start", "Plugins are imported at the start that could be imported later.", "note"),
    # Wrappers, and hooks that run
    Code("PK601", "wrapper-did-not-yield", "A wrapper ends without a yield."),
    Code("PK602", "wrapper-yielded-again", "A wrapper yields more often than it may."),
    Code("PK603", "no-event-loop", "A concurrent hook runs under neither asyncio nor Trio."),
    # Plugins in another process
    Code("PK701", "cannot-cross", "A hook has a type that cannot cross to another process."),
    Code("PK702", "type-not-at-run-time", "A hook has a type that cannot be evaluated at run time."),
    Code("PK703", "wrapper-elsewhere", "A wrapper runs in another process than what it is around."),
    Code("PK704", "spec-out-of-reach", "Another process cannot import the spec."),
    Code("PK705", "spec-differs", "The spec is not the same in both environments."),
    Code("PK706", "cannot-isolate", "A plugin cannot be loaded in another environment."),
    Code("PK707", "unusable-answer", "A worker gives an answer that cannot be used."),
    Code("PK708", "worker-died", "A worker ends before it answers, or cannot be started."),
    Code("PK709", "worker-timeout", "A worker does not answer in time."),
    Code("PK710", "async-not-supported", "An async hook is isolated on a system where that is not supported."),
    # The command line
    Code("PK801", "type-error", "A type checker refuses an implementation."),
    Code("PK802", "no-type-checker", "No type checker is installed where the command runs."),
    Code("PK803", "invalid-target", "A target does not name a registry."),
    Code("PK804", "target-cannot-load", "A target, or a spec, cannot be imported or made."),
    Code("PK805", "no-such-hook", "A command is asked for a hook that the registry does not have."),
    Code("PK806", "cannot-read", "A file, or a version of it, cannot be read."),
    Code("PK807", "no-spec-in-module", "A module declares no hook in a Protocol."),
    Code("PK808", "no-such-module", "A module or a file does not exist where the command looks for it."),
    Code("PK809", "no-source", "The source of a module cannot be found."),
    Code("PK810", "hook-not-in-source", "A hook is not written in the module of its spec."),
    Code("PK811", "stub-not-generated", "A stub would replace a file that was not generated."),
    Code("PK812", "invalid-project-name", "A name cannot be that of a project and a module."),
    Code("PK813", "project-exists", "A new project would replace a file or a folder."),
    Code("PK814", "several-groups", "A host loads several entry point groups, and none is chosen."),
    Code("PK815", "no-program", "No program is given, or it is not installed."),
    Code("PK816", "invalid-option", "An option of a command has a value that cannot be used."),
    Code("PK817", "extra-missing", "An option or a command needs an extra that is not installed."),
    Code("PK818", "type-checker-failed", "A type checker could not check the implementations."),
    Code("PK819", "no-spec-for-wheel", "A build hook is to write stubs, and no spec module is named."),
    Code("PK820", "stub-in-source", "A build hook is to write a stub that the source tree has."),
    Code("PK821", "cannot-write", "A file cannot be written, so that none of the run was."),
    Code("PK822", "several-projects", "Modules have markers of several pluggy projects, and none is chosen."),
)

CODES: Mapping[str, Code] = MappingProxyType({each.code: each for each in _ALL})
