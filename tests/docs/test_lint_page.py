"""The page of lint's rules is made from the list of rules; `python tests/docs/test_lint_page.py` writes it."""

from __future__ import annotations

from pathlib import Path

from pluginkit._codes import CODES
from pluginkit._source.lint.codes import RULES, Rule

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "lint.md"
START = "## Rules\n"  # from here on the page is made
HEADINGS = {"PK0": "Source", "PK1": "Implementations", "PK2": "Specs", "PK3": "Calls"}
FIXES = {"safe": "`--fix` corrects it.", "unsafe": "`--fix --unsafe` corrects it.", "": ""}
SEVERITIES = {"error": "An error.", "warning": "A warning.", "note": "A note; an error with `--strict`."}


def section(rule: Rule) -> str:
    """Return what the page says of a rule."""
    page, _, anchor = CODES[rule.code].anchor.removeprefix("reference/").partition(".html#")
    facts = [SEVERITIES[rule.severity], FIXES[rule.fix], "" if rule.is_on else "Off unless it is selected."]
    message = "" if page == "lint" else f" See [the message]({page}.md#{anchor})."
    return (
        f"#### {rule.code} {rule.name}\n\n{rule.summary} {rule.reason}{message}\n\n"
        f"{' '.join(each for each in facts if each)}\n"
    )


def rules() -> str:
    """Return the part of the page that lists the rules."""
    parts: list[str] = []
    for rule in RULES.values():
        heading = f"### {HEADINGS[rule.code[:3]]}\n"
        parts += [section(rule)] if heading in parts else [heading, section(rule)]
    return "\n".join(parts)


def test_the_page_has_every_rule() -> None:
    """Each rule has its section, made from what the catalogue and the list of rules say."""
    assert PAGE.read_text("utf-8").partition(START)[2] == f"\n{rules()}"


if __name__ == "__main__":
    PAGE.write_text(f"{PAGE.read_text('utf-8').partition(START)[0]}{START}\n{rules()}", "utf-8")
