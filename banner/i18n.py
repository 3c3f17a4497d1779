"""Catalogues to texts: every sentence that a visitor reads, by key and language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from babel import Locale
from babel.core import get_global
from babel.dates import format_datetime
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.units import format_unit
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from .paths import TRANSLATIONS

SPAN = re.compile(r"(\d+) (minute|hour|day|month|year)s?\Z")


@cache
def languages() -> frozenset[str]:
    """The languages that have a catalogue."""
    return frozenset(path.parent.parent.name for path in TRANSLATIONS.glob("*/LC_MESSAGES/*.po"))


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts of one language, read from its ``.po`` file: there is no step to forget."""
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    return {str(message.id): str(message.string) for message in messages if message.id}


LONGEST_WISH = 1000
"""Characters of an ``Accept-Language`` header that is read."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language, with the same values filled into all of them."""

    language: str
    values: Mapping[str, str]

    def __call__(self, key: str, **values: str) -> str:
        """The text of ``key``. Raises ``KeyError`` for an unknown key or a missing value."""
        return catalogue(self.language)[key].format_map({**self.values, **values})

    @property
    def direction(self) -> str:
        return "rtl" if Locale.parse(self.language).text_direction == "rtl" else "ltr"

    def span(self, text: str) -> str:
        """``184 days`` in this language."""
        return _span(text, self.language)

    def listed(self, items: Sequence[str]) -> str:
        """``a, b, and c`` in this language."""
        return format_list(items, locale=self.language)

    def place(self, code: str) -> str:
        """The name of a country (ISO 3166-1); the code itself where there is none."""
        return str(Locale.parse(self.language).territories.get(code, code))

    def moment(self, moment: datetime) -> str:
        """Date and time with its zone, as a receipt or a confirmation shows it."""
        return format_datetime(moment, format="d MMMM y, HH.mm 'UTC'", locale=self.language)


@cache
def _span(text: str, language: str) -> str:
    """A start says a few lifetimes hundreds of times."""
    match = SPAN.match(text)
    if not match:
        return text
    return format_unit(int(match[1]), f"duration-{match[2]}", locale=language)


def best_language(header: str, offered: tuple[str, ...]) -> str:
    """The offered language that an ``Accept-Language`` header wants most, or just the first."""
    # Reading one of hundreds of kilobytes, which browsers never send, takes a quarter of a second.
    whole = header if len(header) <= LONGEST_WISH else ""
    for wish, quality in parse_accept_header(whole, LanguageAccept):
        language = language_named(wish)
        if quality and language in offered:
            return language
    return offered[0]


def language_named(tag: str) -> str:
    """The language of a tag as pages and browsers write it: ``id`` for ``id-ID`` and ``id_ID``, and
    for what it was called before or is called elsewhere, ``in`` and ``ind``."""
    language = re.split("[-_]", tag.strip().lower())[0]
    # Unicode's list (CLDR, `languageAlias`), as browsers have it in `Intl.Locale`.
    aliases: Mapping[str, str] = get_global("language_aliases")
    return str(aliases.get(language, language))
