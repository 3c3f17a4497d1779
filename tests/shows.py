"""What the tests show of a banner for everyone, from whichever process they ran in to the page.

A test that shows something says so, and how:

    @pytest.mark.shows("WCAG 2.2: 2.5.8 Target size", "How it is checked, in a sentence.")

What stands before the first colon is the heading it comes under. A test may have several marks.
`pytest --accessibility` runs these tests alone and writes the results into docs/accessibility.md.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from banner.paths import ROOT

PAGE = ROOT / "docs" / "accessibility.md"
RESULTS = re.compile(r"(?<=<!-- results -->\n).*?(?=<!-- /results -->)", re.DOTALL)
MARK = "shows"
PROPERTY = "shows"
HEADINGS = (
    "WCAG 2.2",
    "No dark patterns",
    "Themes",
    "Hostile pages",
    "Strict policies",
    "Block lists and extensions",
    "Engines",
    "Phones",
)
"""The points of docs/accessibility.md, in their order. A mark under another name is refused."""

NO_BROWSER = "none: the sources"
WORST_FIRST = ("failed", "skipped", "second try", "passed")


@dataclass(frozen=True, slots=True)
class Shown:
    """What one mark of one test says."""

    item: str
    how: str
    file: str
    """From the root of the repository."""
    test: str

    def __post_init__(self) -> None:
        if self.heading not in HEADINGS or not self.criterion or not self.how:
            raise ValueError(f"{self.file}: {self.test}: no mark is of the form {self.item!r}")

    @property
    def heading(self) -> str:
        return self.item.partition(": ")[0]

    @property
    def criterion(self) -> str:
        return self.item.partition(": ")[2]

    @property
    def sentence(self) -> str:
        return self.test.removeprefix("test_").replace("_", " ")

    @property
    def cells(self) -> tuple[str, str, str]:
        """The part of its row that every run writes alike."""
        return self.criterion, f"[{self.sentence}](../{self.file})", self.how


@dataclass(frozen=True, slots=True)
class Run:
    """How it went once, on one engine."""

    shown: Shown
    nodeid: str
    engine: str
    version: str
    outcome: str


# --- in the process that runs the test -------------------------------------------------------


def marks_of(item: pytest.Item) -> list[Shown]:
    """Raises ValueError for a mark that is not of the form."""
    file = item.path.relative_to(ROOT).as_posix()
    test = getattr(item, "originalname", item.name)
    words = [mark.args for mark in item.iter_markers(MARK)]
    return [Shown(what, how, file, test) for what, how in reversed(words)]


def engine_of(item: pytest.Item) -> tuple[str, str]:
    """Its name and version: a test on another engine has a fixture `engine` that knows them
    (`tests/browser/engines`); else it is Playwright's browser."""
    given = {
        **getattr(getattr(item, "callspec", None), "params", {}),
        **(getattr(item, "funcargs", None) or {}),
    }
    driven: Any = given.get("engine")
    if hasattr(driven, "version"):
        return str(driven.name), str(driven.version)
    if "playwright" not in getattr(item, "fixturenames", ()):
        return NO_BROWSER, ""
    return "Chromium", getattr(given.get("browser"), "version", "")


def tell(item: pytest.Item, report: pytest.TestReport) -> None:
    """Adds what the test shows to its report, which goes through xdist as it is."""
    engine, version = engine_of(item)
    for shown in marks_of(item):
        facts = {"shown": asdict(shown), "engine": engine, "version": version}
        report.user_properties.append((PROPERTY, json.dumps(facts)))


# --- in the process that writes --------------------------------------------------------------


def runs_of(terminal: pytest.TerminalReporter) -> Iterator[Run]:
    outcomes = {
        "passed": "passed",
        "rerun": "second try",
        "failed": "failed",
        "error": "failed",
        "skipped": "skipped",
    }
    for kind, outcome in outcomes.items():
        for report in terminal.getreports(kind):
            for name, value in getattr(report, "user_properties", ()):
                if name == PROPERTY:
                    facts = json.loads(str(value))
                    shown = Shown(**facts.pop("shown"))
                    yield Run(shown=shown, nodeid=report.nodeid, outcome=outcome, **facts)


def write(terminal: pytest.TerminalReporter, page: Path = PAGE) -> None:
    text = page.read_text("utf-8")
    place = RESULTS.search(text)
    assert place, f"{page} has no place for the results"
    results = "\n".join(results_of([*runs_of(terminal)], on=date.today()))
    page.write_text(text[: place.start()] + results + "\n" + text[place.end() :], "utf-8")
    terminal.section("accessibility")
    terminal.line(f"written: {page.relative_to(ROOT)}")


def results_of(runs: Iterable[Run], *, on: date) -> Iterator[str]:
    """The lines of the page's results: a table for each heading."""
    worst: dict[tuple[Shown, str, str], Run] = {}
    for run in runs:  # a test that passed may have failed once more, on its way out
        key = (run.shown, run.engine, run.nodeid)
        worst[key] = min(worst.get(key, run), run, key=lambda one: WORST_FIRST.index(one.outcome))
    all = [*worst.values()]
    yield f"\nRun on {on.isoformat()}. Engines: {_engines(all)}. {_result(all).capitalize()}.\n"
    for heading in HEADINGS:
        under = [run for run in all if run.shown.heading == heading]
        if under:
            yield f"### {heading}\n"
            yield "| | what must hold | how it is checked | engine | result |"
            yield "|---|---|---|---|---|"
            yield from sorted(_rows(under), key=_in_order)
            yield ""


def _in_order(row: str) -> tuple[list[int], str]:
    """Criteria by their numbers, and words after them."""
    number = re.match(r"\| ([\d.]+)", row)
    return [int(part) for part in number[1].split(".")] if number else [99], row


def _rows(runs: Iterable[Run]) -> Iterator[str]:
    by_row: dict[tuple[Shown, str], list[Run]] = {}
    for run in runs:
        by_row.setdefault((run.shown, run.engine), []).append(run)
    for (shown, engine), of_it in by_row.items():
        cells = (*shown.cells, engine, _result(of_it))
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _result(runs: list[Run]) -> str:
    count = {word: sum(run.outcome == word for run in runs) for word in WORST_FIRST}
    if count["failed"]:
        return f"**failed**: {count['failed']} of {len(runs)}"
    if count["skipped"] or not runs:
        return f"not run: {count['skipped']} of {len(runs)}"
    again = f", {count['second try']} at a second try" if count["second try"] else ""
    return f"passed: {len(runs)} of {len(runs)}{again}"


def _engines(runs: Iterable[Run]) -> str:
    known = {(run.engine, run.version) for run in runs if run.engine != NO_BROWSER}
    with_version = {name for name, version in known if version}
    told = [each for each in sorted(known) if each[1] or each[0] not in with_version]
    return ", ".join(" ".join(filter(None, each)) for each in told) or "none"


# --- without running anything ----------------------------------------------------------------


def marks_in(folder: Path) -> Iterator[Shown]:
    """Every mark that stands on a test below the folder, read and not run."""
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for decorator in node.decorator_list:
                    if isinstance(decorator, ast.Call) and _is_ours(decorator.func):
                        what, how = (ast.literal_eval(argument) for argument in decorator.args)
                        yield Shown(what, how, path.relative_to(ROOT).as_posix(), node.name)


def _is_ours(function: ast.expr) -> bool:
    return ast.unparse(function) == f"pytest.mark.{MARK}"
