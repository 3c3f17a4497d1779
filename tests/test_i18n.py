"""The catalogues: complete, used, and worded as the law and the visitor want them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.pofile import read_po

from banner.core.record import Kind
from banner.core.site import NECESSARY, OPTIONAL_CATEGORIES
from banner.i18n import Texts, best_language, catalogue, language_named, languages
from banner.paths import ROOT, STATIC, TRANSLATIONS
from banner.script.texts import FIRST_LAYER, STORED_COLUMNS, texts_of
from banner.tags import PRODUCTS
from tests.builders import OPTIONS, a_site, some_options

LANGUAGES = ("id", "en")
each_language = pytest.mark.parametrize("language", LANGUAGES)

# UX-08: no steering, no guilt, no threats in the first layer or on a button.
FORBIDDEN = (
    "pengalaman terbaik",
    "lebih nyaman",
    "nikmati",
    "maksimal",
    "sayang sekali",
    "tidak peduli",
    "enhance",
    "best experience",
    "enjoy",
    "we value your privacy",
    "don't care",
    "unfortunately",
)
BANNER = ("banner.title", "banner.body", "banner.policy", "button.refuse", "button.accept",
          "button.customise", "language.name")  # fmt: skip
"""What the banner shows before anything is chosen; the other texts are messages after it."""


def template() -> set[str]:
    with (TRANSLATIONS / "messages.pot").open("rb") as file:
        return {str(message.id) for message in read_po(file) if message.id}


def values_in(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


# --- complete ------------------------------------------------------------------------------


def test_there_are_catalogues_for_indonesian_and_english() -> None:
    assert languages() >= set(LANGUAGES)


@pytest.mark.parametrize("language", sorted(languages()))
def test_a_catalogue_has_every_key_and_no_other(language: str) -> None:
    assert set(catalogue(language)) == template()


@pytest.mark.parametrize("language", sorted(languages()))
def test_no_text_is_empty_fuzzy_or_still_to_be_written(language: str) -> None:
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        messages = read_po(file, locale=language)

    for message in messages:
        if message.id:
            assert str(message.string).strip(), message.id
            assert not message.fuzzy, message.id
            assert not re.search(r"\[\[|TODO|FIXME", str(message.string)), message.id
    assert not messages.obsolete


@pytest.mark.parametrize("language", sorted(languages()))
def test_a_text_has_the_same_values_filled_in_in_every_language(language: str) -> None:
    for key, text in catalogue("id").items():
        assert values_in(catalogue(language)[key]) == values_in(text), key


def test_each_key_is_in_the_files_once() -> None:
    for path in [*TRANSLATIONS.rglob("*.po"), TRANSLATIONS / "messages.pot"]:
        keys = re.findall(r'^msgid "(.+)"$', path.read_text("utf-8"), re.MULTILINE)

        assert len(keys) == len(set(keys)), path


# --- used ----------------------------------------------------------------------------------

# Keys that the code puts together, and what it puts in.
MADE_UP: dict[str, tuple[str, ...]] = {
    "category.{}.name": (NECESSARY, *OPTIONAL_CATEGORIES),
    "category.{}.description": (NECESSARY, *OPTIONAL_CATEGORIES),
    "purpose.{}": OPTIONAL_CATEGORIES,
    "product.{}.purpose": tuple(PRODUCTS),
    "product.{}.data": tuple(PRODUCTS),
    "field.{}": ("provider", "data", "retention", "period", "transfer", "basis", "held"),
    "stored.{}": (*STORED_COLUMNS, "until_deleted", "set_by_provider"),
    "stored.removed_by.{}": ("page", "service", "nobody"),
    "stored.purpose.{}": tuple(
        item.purpose for name in OPTIONS for item in PRODUCTS[name].stored(some_options(name))
    ),
    "dialog.{}": ("phone", "officer"),
    "dialog.audience.{}": ("children", "mixed"),
    "page.error.{}": ("expired", "store", "choice", "busy"),
    "page.{}": ("saved", "withdrawn"),
    "receipt.status.{}": get_args(Kind),
    "receipt.title.{}": ("granted", "refused", "withdrawn"),
    "records.error.{}": ("missing", "refused", "away", "often"),
}
KEY = re.compile(r"""["'`]([a-z_]+(?:\.[a-z_]+)+|saved|control)["'`]""")
DEMO = ROOT / "banner" / "demo"


def sources() -> Iterator[Path]:
    for folder, pattern in (
        (ROOT / "banner", "*.py"),
        (ROOT / "banner", "*.html"),
        (STATIC, "*.js"),
    ):
        yield from (path for path in folder.rglob(pattern) if DEMO not in path.parents)


def keys_in_sources() -> set[str]:
    """Whatever is quoted somewhere and begins like a key."""
    beginnings = {key.split(".")[0] for key in template()}
    found = {key for path in sources() for key in KEY.findall(path.read_text("utf-8"))}
    return {key for key in found if key.split(".")[0] in beginnings}


def keys_made_up() -> set[str]:
    return {pattern.format(word) for pattern, words in MADE_UP.items() for word in words}


def test_every_key_that_is_put_together_exists() -> None:
    assert keys_made_up() <= template()


def test_every_key_in_the_catalogues_is_used() -> None:
    assert template() - keys_in_sources() - keys_made_up() == set()


def test_every_key_that_the_code_names_exists() -> None:
    named: set[str] = set()
    for path in sources():
        text = path.read_text("utf-8")
        if path.suffix == ".js":
            named |= set(re.findall(r"""\b(?:say|text)\w*[(\[]\s*["']([\w.]+)["']""", text))
        else:
            named |= set(re.findall(r"""\btexts\(\s*["']([\w.]+[a-z])["']""", text))

    assert named
    assert {*named, *FIRST_LAYER} <= template()


# --- worded --------------------------------------------------------------------------------


def banner_words(language: str) -> str:
    texts = texts_of(a_site(), language)
    return " ".join(texts(key) for key in BANNER)


@each_language
def test_the_first_layer_is_at_most_120_words(language: str) -> None:
    assert len(banner_words(language).split()) <= 120


@each_language
def test_the_first_layer_and_the_buttons_do_not_steer(language: str) -> None:
    buttons = (text for key, text in catalogue(language).items() if key.startswith("button."))
    words = " ".join([banner_words(language), *buttons]).lower().replace("’", "'")

    assert [word for word in FORBIDDEN if word in words] == []


@each_language
def test_accept_and_refuse_are_words_of_one_weight(language: str) -> None:
    accept, refuse = (catalogue(language)[f"button.{name}"] for name in ("accept", "refuse"))

    assert len(accept.split()) == len(refuse.split()) == 2
    assert accept.split()[1] == refuse.split()[1]


@each_language
def test_no_sentence_that_visitors_read_is_written_in_code(language: str) -> None:
    texts = {text for text in catalogue(language).values() if len(text.split()) >= 4}

    for path in sources():
        written = path.read_text("utf-8")
        assert [text for text in texts if text in written] == [], path


# --- formed --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "span"),
    [
        ("id", "184 days", "184 hari"),
        ("en", "184 days", "184 days"),
        ("en", "1 days", "1 day"),
        ("id", "2 years", "2 tahun"),
        ("id", "15 minutes", "15 menit"),
        ("en", "24 hours", "24 hours"),
        ("en", "for ever", "for ever"),
    ],
)
def test_a_span_is_written_in_the_language(language: str, text: str, span: str) -> None:
    assert Texts(language, {}).span(text) == span


@pytest.mark.parametrize(
    ("language", "words"),
    [("id", "25 November 2026, 10.00 UTC"), ("en", "25 November 2026, 10.00 UTC")],
)
def test_a_moment_has_its_zone(language: str, words: str) -> None:
    moment = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)

    assert Texts(language, {}).moment(moment) == words


@pytest.mark.parametrize(
    ("language", "items", "words"),
    [
        ("id", ["a", "b", "c"], "a, b, dan c"),
        ("en", ["a", "b"], "a and b"),
        ("en", ["a"], "a"),
        ("id", [], ""),
    ],
)
def test_a_list_is_written_in_the_language(language: str, items: list[str], words: str) -> None:
    assert Texts(language, {}).listed(items) == words


def test_a_missing_key_or_value_is_an_error_and_never_an_empty_text() -> None:
    texts = Texts("id", {})

    with pytest.raises(KeyError):
        texts("no.such.key")
    with pytest.raises(KeyError):
        texts("banner.body")


def test_braces_in_an_owners_words_stay_as_they_are() -> None:
    texts = Texts("id", {"controller": "{services} & {0}"})

    assert "{services} & {0}" in texts("page.title")


@pytest.mark.parametrize("language", ["id", "en", "ar"])
def test_the_direction_follows_the_language(language: str) -> None:
    assert Texts(language, {}).direction == ("rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "id"),
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("EN-us", "en"),
        ("de-DE,de;q=0.9,en;q=0.5,id;q=0.1", "en"),
        ("id-ID", "id"),
        ("*", "id"),
        ("x" * 5000, "id"),
        (",;,=", "id"),
        ("in-ID,en;q=0.8", "id"),
        ("en;q=0.2,ind;q=0.9", "id"),
        ("en;q=0.2,in;q=0.1", "en"),
        ("id;q=0,en;q=0.5", "en"),
        ("en;q=0", "id"),
        ("fr,eng;q=0.5", "en"),
    ],
)
def test_the_language_that_the_browser_wants_most_is_taken(header: str, language: str) -> None:
    assert best_language(header, LANGUAGES) == language


def test_a_header_as_no_browser_sends_it_is_not_read() -> None:
    wishes = ", ".join(f"x{number};q=0.1" for number in range(100))

    assert best_language(f"en, {wishes}", ("id", "en")) == "id"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("id-ID", "id"),
        ("id_ID", "id"),
        ("in", "id"),
        ("IN-id", "id"),
        ("ind", "id"),
        ("eng-GB", "en"),
        ("iw", "he"),
        ("may", "ms"),
        (" en ", "en"),
        ("klingon", "klingon"),
        ("", ""),
    ],
)
def test_a_language_is_known_by_its_old_and_its_longer_names(tag: str, language: str) -> None:
    assert language_named(tag) == language
