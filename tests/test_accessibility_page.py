"""docs/accessibility.md names what the tests show, and would say so if one of them failed."""

from __future__ import annotations

import re
from datetime import date

import pytest

from banner.paths import ROOT
from tests.shows import HEADINGS, PAGE, RESULTS, Run, Shown, marks_in, results_of

DAY = date(2026, 11, 28)


def a_run(outcome: str = "passed", *, at: str = "1", engine: str = "Chromium") -> Run:
    shown = Shown("WCAG 2.2: 2.5.8 Target size", "By a ruler.", "tests/test_x.py", "test_it_is_big")
    version = "156" if engine == "Chromium" else ""
    return Run(shown=shown, nodeid=at, engine=engine, version=version, outcome=outcome)


def rows(text: str) -> set[tuple[str, ...]]:
    """Heading and the cells that every run writes alike."""
    found = set()
    for part in text.split("### ")[1:]:
        heading, _, table = part.partition("\n")
        for line in table.splitlines():
            if line.startswith("| ") and not line.startswith("| |"):
                cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
                found.add((heading, *(cell.replace("\\|", "|") for cell in cells[:3])))
    return found


def test_the_page_names_exactly_what_the_tests_show() -> None:
    results = RESULTS.search(PAGE.read_text("utf-8"))
    marks = {(shown.heading, *shown.cells) for shown in marks_in(ROOT / "tests")}

    assert results
    assert rows(results[0]) == marks, "make accessibility"


def test_every_point_is_shown_by_some_test() -> None:
    """Those that the other points' tests will carry are named here until they do."""
    assert {shown.heading for shown in marks_in(ROOT / "tests")} <= set(HEADINGS)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["passed", "passed"], "passed: 2 of 2"),
        (["passed", "failed"], "**failed**: 1 of 2"),
        (["passed", "skipped"], "not run: 1 of 2"),
        (["skipped", "failed"], "**failed**: 1 of 2"),
    ],
)
def test_a_row_says_how_it_went(outcomes: list[str], expected: str) -> None:
    runs = [a_run(outcome, at=str(at)) for at, outcome in enumerate(outcomes)]

    lines = [*results_of(runs, on=DAY)]

    [row] = [line for line in lines if "By a ruler" in line]
    assert row == (
        "| 2.5.8 Target size | [it is big](../tests/test_x.py) | By a ruler. "
        f"| Chromium | {expected} |"
    )
    assert expected.capitalize() in lines[0]


def test_a_test_that_passes_and_breaks_on_its_way_out_has_failed() -> None:
    lines = results_of([a_run("passed"), a_run("failed")], on=DAY)

    assert "**failed**: 1 of 1" in "".join(lines)


def test_each_engine_has_a_row_of_its_own_and_the_versions_are_told() -> None:
    lines = [*results_of([a_run(), a_run(engine="Firefox ESR")], on=DAY)]

    assert sum("By a ruler" in line for line in lines) == 2
    assert "Chromium 156, Firefox ESR." in lines[0]


@pytest.mark.parametrize("item", ["Target size", "Something else: size", "WCAG 2.2: "])
def test_a_mark_without_its_heading_is_refused(item: str) -> None:
    with pytest.raises(ValueError, match="no mark is of the form"):
        Shown(item, "By a ruler.", "tests/test_x.py", "test_it_is_big")
