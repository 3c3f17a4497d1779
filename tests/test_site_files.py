from __future__ import annotations

from pathlib import Path

import pytest

from banner.core.problem import Problem
from banner.paths import SITES
from banner.site_files import load_sites
from tests.builders import GONE, a_document, toml, with_service


def without_notes(problems: list[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity != "note"]


def test_every_file_of_the_folder_is_a_site_named_after_it(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / f"{name}.toml").write_text(toml(a_document()), "utf-8")
    (tmp_path / "README.md").write_text("no site", "utf-8")

    sites, problems = load_sites(tmp_path, production=True)

    assert list(sites) == ["a", "b"]
    assert without_notes(problems) == []


def test_a_wrong_file_is_told_and_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes('name = "Café"'.encode("latin-1"))
    (tmp_path / "right.toml").write_text(toml(a_document()), "utf-8")

    sites, problems = load_sites(tmp_path, production=False)

    [problem] = without_notes(problems)
    assert list(sites) == ["right"]
    assert (problem.file, problem.line) == (str(tmp_path / "latin.toml"), 1)
    assert problem.expected.startswith("text in UTF-8")


@pytest.mark.parametrize(("production", "severity"), [(False, "warning"), (True, "error")])
def test_in_production_a_warning_is_an_error_and_a_note_stays_one(
    tmp_path: Path, production: bool, severity: str
) -> None:
    document = with_service("adsense", retention=GONE)
    (tmp_path / "example.toml").write_text(toml(document), "utf-8")

    _, problems = load_sites(tmp_path, production=production)

    assert [problem.severity for problem in problems] == [severity, "note"]


def test_the_repositorys_own_sample_has_no_error() -> None:
    _, problems = load_sites(SITES, production=False)

    assert [str(problem) for problem in problems if problem.severity == "error"] == []
