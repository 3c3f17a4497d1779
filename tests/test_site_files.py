from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from banner import site_files
from banner.core.errors import SettingsWrong
from banner.core.problem import Problem
from banner.paths import EXAMPLE, ROOT, SITES
from banner.site_files import load_sites, sites_to_serve
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


@pytest.mark.parametrize("name", ["toko.toml.txt", "toko.TOML", "Toko.Toml.TXT"])
def test_a_file_that_an_editor_has_named_is_told_not_to_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(toml(a_document()), "utf-8")
    alone = load_sites(tmp_path, production=True)
    (tmp_path / "right.toml").write_text(toml(a_document()), "utf-8")

    sites, problems = load_sites(tmp_path, production=True)

    assert (alone[0], [problem.severity for problem in alone[1]]) == ({}, ["error", "note"])
    assert list(sites) == ["right"]
    assert problems[-1].file == str(tmp_path / name)
    assert (problems[-1].severity, "is not read" in problems[-1].found) == ("note", True)


@pytest.mark.parametrize("name", ["README.md", "toko.toml~", "toko.toml.bak", ".toko.toml.swp"])
def test_other_files_beside_the_sites_are_nobodys_business(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("", "utf-8")
    (tmp_path / "right.toml").write_text(toml(a_document()), "utf-8")

    _, problems = load_sites(tmp_path, production=True)

    assert not [problem for problem in problems if name in problem.file]


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
    sites, problems = load_sites(SITES, production=False)

    assert [str(problem) for problem in problems if problem.severity == "error"] == []
    assert list(sites) == ["netmarks"]


# --- the example of the README -------------------------------------------------------------

FILLED_IN = {
    "[[COMPANY]]": "PT Contoh",
    "[[DOMAIN]]": "example.co.id",
    "[[POSTAL_ADDRESS]]": "Jalan Contoh 1, Jakarta",
    "[[PRIVACY_EMAIL]]": "privasi@example.co.id",
    "G-XXXXXXXXXX": "G-1A2B3C4D5E",
}


def filled_in(but: str = "") -> str:
    text = EXAMPLE.read_text("utf-8").partition("\nname =")
    rest = "".join(text[1:])
    for placeholder, value in FILLED_IN.items():
        rest = rest if placeholder == but else rest.replace(placeholder, value)
    return rest


def test_the_example_is_right_for_production_once_it_is_filled_in(tmp_path: Path) -> None:
    (tmp_path / "toko.toml").write_text(filled_in(), "utf-8")

    sites, problems = load_sites(tmp_path, production=True)

    assert (list(sites), without_notes(problems)) == (["toko"], [])


def test_filled_in_it_is_what_the_readme_shows() -> None:
    [shown] = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)

    assert tomllib.loads(filled_in()) == tomllib.loads(shown)


@pytest.mark.parametrize("left", FILLED_IN)
def test_a_copy_of_the_example_with_a_placeholder_left_starts_in_development_alone(
    tmp_path: Path, left: str
) -> None:
    (tmp_path / "toko.toml").write_text(filled_in(but=left), "utf-8")

    sites = sites_to_serve(tmp_path, production=False)

    assert list(sites) == ["toko"]
    with pytest.raises(SettingsWrong, match=re.escape(f"found the placeholder `{left}`")):
        sites_to_serve(tmp_path, production=True)


@pytest.mark.parametrize("production", [True, False])
def test_the_example_as_it_came_is_noted_and_stands_in_nobodys_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, production: bool
) -> None:
    (tmp_path / "toko.toml").write_text(toml(a_document()), "utf-8")
    (tmp_path / "example.toml").write_bytes(EXAMPLE.read_bytes())
    monkeypatch.setattr(site_files, "EXAMPLE", (tmp_path / "example.toml").resolve())

    sites, problems = load_sites(tmp_path, production=production)

    assert list(sites) == ["toko"]
    assert without_notes(problems) == []
    assert [each.key for each in problems if "as it came" in each.found] == ["name"]


def test_the_example_in_which_a_name_stands_is_its_owners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = EXAMPLE.read_text("utf-8").replace("[[COMPANY]]", "PT Toko")
    (tmp_path / "example.toml").write_text(example, "utf-8")
    monkeypatch.setattr(site_files, "EXAMPLE", (tmp_path / "example.toml").resolve())

    with pytest.raises(SettingsWrong, match=r"found the placeholder `\[\[DOMAIN\]\]`"):
        sites_to_serve(tmp_path, production=True)


def test_no_service_starts_with_the_example_as_it_came_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "example.toml").write_bytes(EXAMPLE.read_bytes())
    monkeypatch.setattr(site_files, "EXAMPLE", (tmp_path / "example.toml").resolve())

    with pytest.raises(SettingsWrong, match="found no file"):
        sites_to_serve(tmp_path, production=False)
