"""What a site's file must mean where it speaks of countries, and to visitors in their language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .problem import Problem, nearest, shown

REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?\Z")
COUNTRY = re.compile(r"[A-Z]{2}\Z")
NO_COUNTRIES = {"UK": "GB", "EL": "GR", "EU": ""}
"""Codes that look right and are none of ISO 3166-1's: Google's tags match nobody by them."""


def problems_of_evidence(document: Any, file: str) -> Iterator[Problem]:
    table = document.get("evidence", {})
    jurisdiction = table.get("jurisdiction", "ID")
    if not is_region(jurisdiction):
        yield _no_place(file, "evidence.jurisdiction", jurisdiction, "`ID` or `US-CA`")
    for position, country in enumerate(table.get("stored_in", ())):
        if not COUNTRY.match(country) or country in NO_COUNTRIES:
            yield _no_place(file, f"evidence.stored_in.{position}", country, "`ID`")


def is_region(text: str) -> bool:
    return bool(REGION.match(text)) and text not in NO_COUNTRIES


def _no_place(file: str, key: str, text: str, examples: str) -> Problem:
    expected = f"an ISO 3166 code such as {examples}"
    return Problem(file, key, shown(text), expected, NO_COUNTRIES.get(text, ""))


def problems_by_language(document: Any, file: str, key: str) -> Iterator[Problem]:
    """The text at ``key`` is one for all languages, or a table with one for each of the site's."""
    table, _, name = key.partition(".")
    texts = document.get(table, {}).get(name)
    if not isinstance(texts, dict):
        return
    languages = document["languages"]
    for language in texts:
        if language not in languages:
            expected, near = "one of the site's `languages`", nearest(language, languages)
            yield Problem(file, f"{key}.{language}", "an unknown language", expected, near)
    for language in languages:
        if not texts.get(language):
            yield Problem(file, f"{key}.{language}", "nothing", "a text in each of `languages`")


def by_language(texts: Any, languages: tuple[str, ...]) -> dict[str, str]:
    """The text of each language; none where there is no text."""
    if isinstance(texts, dict):
        return texts
    return dict.fromkeys(languages, texts) if texts else {}
