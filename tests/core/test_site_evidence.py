"""The keys of `[notice]` and `[evidence]` that say what is proved, and to whom."""

from __future__ import annotations

from typing import Any

import pytest

from banner.core.site import Evidence
from tests.builders import GONE, changed, read


def problem_of(document: dict[str, Any]) -> tuple[str, str, str]:
    """The one error's key, what was found and what would be right."""
    [problem] = read(document).errors
    return problem.key, problem.found, problem.nearest


def test_without_the_keys_it_is_indonesia_and_the_first_revision() -> None:
    site = read(changed("notice")).site

    assert site is not None
    assert site.evidence == Evidence(jurisdiction="ID", stored_in=("ID",), authority={})
    assert (site.notice.revision, site.notice.changes) == (1, {})


def test_what_the_owner_says_is_read() -> None:
    document = changed(
        "evidence", jurisdiction="US-CA", stored_in=["US", "SG"], authority={"id": "a", "en": "b"}
    )

    site = read(document).site

    assert site is not None
    assert site.evidence == Evidence("US-CA", ("US", "SG"), {"id": "a", "en": "b"})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("Baru.", {"id": "Baru.", "en": "Baru."}, id="one text for all languages"),
        pytest.param({"id": "Baru.", "en": "New."}, {"id": "Baru.", "en": "New."}, id="a table"),
        pytest.param(GONE, {}, id="nothing"),
    ],
)
def test_what_is_new_is_told_in_every_language(given: Any, expected: dict[str, str]) -> None:
    site = read(changed("notice", revision=3, changes=given)).site

    assert site is not None
    assert (site.notice.revision, site.notice.changes) == (3, expected)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        pytest.param(
            changed("evidence", jurisdiction="Indonesia"),
            ("evidence.jurisdiction", '`"Indonesia"`', ""),
            id="a country by its name",
        ),
        pytest.param(
            changed("evidence", jurisdiction="UK"),
            ("evidence.jurisdiction", '`"UK"`', "GB"),
            id="a code that is none",
        ),
        pytest.param(
            changed("evidence", stored_in=["ID", "US-CA"]),
            ("evidence.stored_in.1", '`"US-CA"`', ""),
            id="a part of a country",
        ),
        pytest.param(
            changed("evidence", stored_in=[]), ("evidence.stored_in", "`[]`", ""), id="nowhere"
        ),
        pytest.param(
            changed("evidence", juristiction="ID"),
            ("evidence.juristiction", "an unknown key", "jurisdiction"),
            id="a misspelt key",
        ),
        pytest.param(
            changed("evidence", authority={"id": "Kementerian"}),
            ("evidence.authority.en", "nothing", ""),
            id="an authority in one language of two",
        ),
        pytest.param(
            changed("notice", changes={"id": "Baru.", "en": "New.", "fr": "Neuf."}),
            ("notice.changes.fr", "an unknown language", ""),
            id="a language that the site has not",
        ),
        pytest.param(
            changed("notice", changes={"id": "Baru.", "en": ""}),
            ("notice.changes.en", "nothing", ""),
            id="an empty text",
        ),
        pytest.param(
            changed("notice", revision=0), ("notice.revision", "`0`", ""), id="no revision"
        ),
        pytest.param(
            changed("notice", revision="2"), ("notice.revision", '`"2"`', ""), id="a text"
        ),
    ],
)
def test_a_mistake_is_told_with_its_key(
    document: dict[str, Any], problem: tuple[str, str, str]
) -> None:
    assert problem_of(document) == problem


def test_a_sentence_about_what_is_new_is_short() -> None:
    [problem] = read(changed("notice", changes="x" * 301)).errors

    assert (problem.key, problem.expected) == ("notice.changes", "at most 300 characters")
