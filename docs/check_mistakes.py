"""Compare what the page of mistakes shows with what type checkers say.

    python docs/check_mistakes.py            # compare
    python docs/check_mistakes.py --write    # replace what the page shows

Each mistake on the page is a file. Each checker checks all of them twice: beside the spec's module alone, and beside
its generated stub as well. The first line of what it says about a mistake stands below it. The checkers are those of
the Python that runs this script, with the settings of tests/typing. Exit status: 0 as written, 1 not, 2 a checker could
not run.
"""

# ruff: noqa: INP001, T201 - this is a command, it is not imported, and it prints

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

from check_editor_output import TYPING, files_of, write
from run import CHECKERS, SETTINGS, CheckerError

from pluginkit._source.stub.module import Options, generate

PAGE = Path(__file__).resolve().parent / "reference" / "mistakes.md"
SHOWN = re.compile(
    r"(?P<head>^```python\n# (?P<name>wrong_\w+\.py)\n.*?^```\n\n```text\n).*?(?P<end>^```$)", re.MULTILINE | re.DOTALL
)
NOTHING = "(nothing)"
CONSEQUENCES = ("Untyped ", "Argument type is unknown", "Type of ")  # of another error at the same place


def said_about(files: dict[str, str], *, stub: bool) -> dict[str, dict[str, str]]:
    """Return what each checker says of each file: the first line of its first error there."""
    said: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for settings in SETTINGS:
            shutil.copy(TYPING / settings, folder)
        write(folder, files)
        if stub:
            (folder / "hooks.pyi").write_text(generate(files["hooks.py"], "hooks.py", "hooks", Options()), "utf-8")
        for checker in CHECKERS:
            for line, message in sorted(checker.messages(folder)):
                if not message.startswith(CONSEQUENCES):
                    said.setdefault(line.file, {}).setdefault(checker.name, message)
    return said


def text_of(name: str, alone: dict[str, dict[str, str]], stubbed: dict[str, dict[str, str]]) -> str:
    """Return what stands below a mistake."""
    lines = []
    for title, said in (("without a stub", alone), ("with a stub", stubbed)):
        lines.append(f"{title}:")
        lines += [f"  {each.name:<8} {said.get(name, {}).get(each.name, NOTHING)}" for each in CHECKERS]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Compare or replace what the page shows, and return the exit status."""
    page = PAGE.read_text("utf-8")
    files = files_of(page)
    try:
        alone, stubbed = said_about(files, stub=False), said_about(files, stub=True)
    except CheckerError as error:
        print(error, file=sys.stderr)
        return 2
    right = SHOWN.sub(lambda each: each["head"] + text_of(each["name"], alone, stubbed) + each["end"], page)
    if "--write" in sys.argv:
        PAGE.write_text(right, "utf-8")
    elif right != page:
        print(f"{PAGE.name} does not show what checkers say; see it with --write")
        return 1
    print(f"{len(SHOWN.findall(page))} mistakes are as {', '.join(each.name for each in CHECKERS)} see them")
    return 0


if __name__ == "__main__":
    sys.exit(main())
