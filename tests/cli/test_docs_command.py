"""`pluginkit docs`: a reference of a host's hooks."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Protocol

import pytest
from commands import run
from hypothesis import given
from hypothesis import strategies as st

from pluginkit import Registry, hookspec
from pluginkit.cli.docs import reference

if TYPE_CHECKING:
    from typing import Any

HOST = '''
    from typing import Protocol
    from typing_extensions import deprecated
    from pluginkit import Registry, hookimpl, hookspec
    class DocumentedSpec(Protocol):
        @hookspec(firstresult=True)
        def first(self, *, text: str) -> str:
            """Give it.

            Only one does.
            """
            ...
        @hookspec(concurrent=True, errors="group", timeout=2.5, deprecated={"text": "it is empty"})
        @deprecated("use first")
        async def fetch(self, *, text: str = "") -> str: ...
        @hookspec(historic=True)
        def started(self) -> None: ...
    class Plugin:
        @hookimpl(DocumentedSpec.first)
        def first(self, text): return text
    def make():
        registry = Registry(DocumentedSpec)
        registry.register(Plugin(), "plain")
        return registry
'''
PAGE = """\
### first

```python
def first(self, *, text: str) -> str
```

Give it.

Only one does.

A call gives the first answer that is not `None`; later implementations do not run.

Implemented by: `plain`.

### fetch

```python
async def fetch(self, *, text: str = '') -> str
```

A call gives the list of all answers, in call order. An answer of `None` is left out. Calls are awaited; \
implementations may be `async def` or plain. Implementations run at once. A plugin that raises does not stop the \
others; what was raised leaves as one `ExceptionGroup`. An implementation may take 2.5 seconds.

*Is deprecated: use first*

*Parameter 'text' is deprecated: it is empty*

### started

```python
def started(self) -> None
```

Calls are remembered, and replayed to plugins that are registered later.
"""


@pytest.fixture(autouse=True)
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the host into the current folder."""
    (tmp_path / "documented_host.py").write_text(dedent(HOST), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.delitem(sys.modules, "documented_host", raising=False)


def test_page_has_all_that_a_spec_says(capsys: pytest.CaptureFixture[str]) -> None:
    """Each hook is a section: signature, docstring, what a call does, deprecations, and who implements it."""
    assert run(capsys, "docs", "documented_host:make", "--level", "3") == (0, PAGE, "")


def test_page_of_a_spec_names_no_plugins(capsys: pytest.CaptureFixture[str]) -> None:
    """A spec stands for a registry without plugins."""
    status, out, _ = run(capsys, "docs", "documented_host:DocumentedSpec", "--level", "3")
    assert (status, out) == (0, PAGE.replace("Implemented by: `plain`.\n\n", ""))


def test_page_is_kept_current(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`--check` prints how the file differs, fails if it does, and writes nothing."""
    arguments = ("docs", "documented_host:make", "--level", "3", "--output", "hooks.md")
    status, out, _ = run(capsys, *arguments, "--check")
    assert (status, out.splitlines()[:2]) == (1, ["--- hooks.md", "+++ hooks.md"])
    assert not (tmp_path / "hooks.md").exists()
    assert run(capsys, *arguments) == (0, "", "")
    assert (tmp_path / "hooks.md").read_text("utf-8") == PAGE
    assert run(capsys, *arguments, "--check") == (0, "", "")
    (tmp_path / "hooks.md").write_text("mine", "utf-8")
    assert run(capsys, *arguments, "--check")[0] == 1
    assert (tmp_path / "hooks.md").read_text("utf-8") == "mine"


NAMES = st.sampled_from(["alpha", "beta", "gamma", "delta"])


@given(
    st.dictionaries(NAMES, st.tuples(st.text(max_size=60), st.sampled_from([{}, {"firstresult": True}])), min_size=1)
)
def test_each_hook_has_one_section(hooks: dict[str, tuple[str, dict[str, Any]]]) -> None:
    """Whatever docstrings hold, the page is the same each time, and each hook has its heading and its signature."""

    def declared(name: str, text: str, options: dict[str, Any]) -> Any:
        def hook(self: object, *, a: int) -> int: ...

        hook.__name__, hook.__qualname__, hook.__doc__ = name, f"Made.{name}", text
        return hookspec(**options)(hook)

    members = {name: declared(name, text, options) for name, (text, options) in hooks.items()}
    spec: Any = types.new_class("Made", (Protocol,), exec_body=lambda body: body.update(members))
    page = reference(Registry(spec))
    assert page == reference(Registry(spec))
    lines = page.splitlines()
    for name in hooks:
        assert f"## {name}" in lines
        assert f"def {name}(self: object, *, a: int) -> int" in page
