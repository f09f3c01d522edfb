"""The playground of the documentation in a real browser. Run by `python -m nox -s docs browser_docs`.

A page of the same server uses the playground in a frame as a reader would, and reports what it saw. Then the server
refuses everything, as without a network, and the page is used again.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING, Any

import pytest
from browsers import Handler, browser, served

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "build" / "site"
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)

SCRIPT = """
<!doctype html><title>using</title><iframe id="frame" style="border: 0; width: 1280px; height: 900px"></iframe>
<script type="module">
const frame = document.getElementById("frame"), seen = { errors: [] };
const pause = () => new Promise(done => setTimeout(done, 50));
const form = () => frame.contentDocument.querySelector("form.playground");
const until = async state => { while (form()?.dataset.state !== state) await pause(); };
const open = async () => {
  await new Promise(done => { frame.onload = done; frame.src = "playground.html?" + Math.random(); });
  await until("idle");
};
const shown = () => form().querySelector("output").textContent;
const fetched = () => frame.contentWindow.performance.getEntriesByType("resource").map(entry => entry.name);
const begin = async () => { form().elements.start.click(); await until("starting"); await until("ready"); };
const type = (name, text) => {
  const area = form().elements[name];
  area.value = text;
  area.dispatchEvent(new Event("input"));
};
const run = async command => {
  form().elements.command.value = command;
  form().requestSubmit();
  await until("ready");
  return shown();
};
const use = async () => {
  await open();
  seen.before = fetched().filter(name => /pyodide|worker/.test(name));
  seen.steps = [...form().elements.step.options].map(option => option.text);
  seen.open = [...form().querySelectorAll("details[open] summary")].map(each => each.textContent);
  await fetch("/missing", { method: "POST" });
  form().elements.start.click();
  await until("starting");
  await until("idle");
  seen.missing = shown();
  await fetch("/here", { method: "POST" });
  await begin();
  seen.first = shown();
  seen.all = {};
  for (const [index] of seen.steps.entries()) {
    form().elements.step.selectedIndex = index;
    form().elements.step.dispatchEvent(new Event("change"));
    await until("ready");
    for (const { value } of [...form().querySelectorAll("datalist option")]) seen.all[value] = await run(value);
  }
  type("counting.py", form().elements["counting.py"].value.replace("It has", "I counted"));
  seen.changed = await run("python host.py counting:Counting");
  seen.lint = await run("pluginkit lint .");
  seen.fix = await run("pluginkit lint --fix misspelled.py");
  seen.fixed = form().elements["misspelled.py"].value;
  seen.after = await run("python host.py misspelled:Asking");
  type("counting.py", "def broken(:");
  seen.broken = await run("python counting.py");
  seen.unknown = await run("mypy counting.py");
  form().elements.reset.click();
  seen.reset = form().elements["counting.py"].value.includes("It has");
  type("asking.py", "while True: pass");
  form().elements.command.value = "python asking.py";
  form().requestSubmit();
  await until("running");
  form().elements.stop.click();
  seen.stopped = shown();
  await fetch("/offline", { method: "POST" });
  await open();
  await begin();
  seen.offline = shown();
};
use().catch(error => { seen.errors.push(String(error)); })
  .finally(() => fetch("/report", { method: "POST", body: JSON.stringify(seen) }));
</script>
"""


class _Using(Handler):
    reports: Queue[Any]
    state = "here"

    def do_GET(self) -> None:  # noqa: N802 - the name that `http.server` gives it
        if type(self).state == "offline":
            self.close_connection = True  # an empty answer is what a browser gets from nobody
        elif type(self).state == "missing" and "/pyodide/" in self.path:
            self.send_error(404)
        elif self.path == "/use.html":
            self.answer(SCRIPT.encode())
        else:
            super().do_GET()

    def do_POST(self) -> None:  # noqa: N802 - as above
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/report":
            self.reports.put(json.loads(body))
        else:
            type(self).state = self.path.removeprefix("/")
        self.answer(b"")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Return what the browser saw."""
    assert (SITE / "playground.html").exists(), "build the site first: python -m nox -s docs"
    _Using.reports = Queue()
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path_factory.mktemp('profile')}"]
    with served(SITE, _Using) as address:
        command = [browser(), *options, f"{address}/use.html"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
            try:
                yield _Using.reports.get(timeout=240)
            finally:
                running.terminate()


def answers() -> dict[str, str]:
    """Return what the tutorial says that its commands print, but for those of type checkers."""
    text = (ROOT / "docs/tutorial/first-host.md").read_text("utf-8")
    sessions = [part for block in CONSOLE.findall(text) for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE)]
    found = {session.partition("\n")[0].removeprefix("$ "): session for session in sessions if session}
    return {command: session for command, session in found.items() if not command.startswith("mypy")}


def test_nothing_is_loaded_before_a_reader_asks(seen: dict[str, Any]) -> None:
    """The page shows the files of the tutorial, and Python is loaded when it is started."""
    assert seen["errors"] == []
    assert seen["before"] == []
    assert seen["open"] == ["misspelled.py"]


def test_a_site_may_be_built_without_python(seen: dict[str, Any]) -> None:
    """Where Pyodide was missing when the site was built, the page says so."""
    assert seen["missing"] == "Python cannot be started: this copy of the site was built without it.\n"


def test_every_command_of_the_tutorial_answers_as_the_tutorial_says(seen: dict[str, Any]) -> None:
    """The steps are the sections that run something, and all that they run prints the same in the browser."""
    assert seen["steps"] == [
        "Write the host",
        "Write a plugin",
        "Make a mistake",
        "Run around the others",
        "Check everything",
    ]
    assert seen["all"] == answers()
    assert seen["first"] in answers().values()


def test_a_plugin_can_be_changed(seen: dict[str, Any]) -> None:
    """What a reader writes is what runs."""
    assert seen["changed"] == "$ python host.py counting:Counting\nfacts: 1\n- I counted 10 words.\n"


def test_what_is_wrong_is_refused_and_can_be_corrected(seen: dict[str, Any]) -> None:
    """The linter points at the misspelled parameter, corrects the file in its field, and the plugin then runs."""
    assert "misspelled.py:8:20: PK101 FactSpec.fact: unknown parameter 'txt'" in seen["lint"]
    assert "def fact(self, text: str" in seen["fixed"]
    assert seen["after"] == "$ python host.py misspelled:Asking\nfacts: 1\n- It asks.\n"


def test_errors_are_pythons_own(seen: dict[str, Any]) -> None:
    """A program that is not Python, and a command that is unknown, end with a message."""
    assert seen["broken"].startswith('$ python counting.py\n  File "counting.py", line 1\n')
    assert "SyntaxError" in seen["broken"]
    assert seen["unknown"].endswith("write 'python FILE ...', 'python -m MODULE ...' or 'pluginkit COMMAND ...'\n")


def test_files_can_be_reset_and_programs_stopped(seen: dict[str, Any]) -> None:
    """A program without end is stopped, and the files are those of the tutorial again."""
    assert seen["reset"] is True
    assert seen["stopped"] == "$ python asking.py\n\nstopped\n"


def test_it_works_without_a_network(seen: dict[str, Any]) -> None:
    """Once Python was loaded, the page opens, starts and runs while nothing can be fetched."""
    assert seen["offline"] in answers().values()
