"""What the browser and the proxy say about a visitor, on the page without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from banner.i18n import catalogue
from tests.builders import ANALYTICS, a_document, a_site
from tests.conftest import NewApp
from tests.service import Api, json_of
from tests.web.test_preferences import EVERY, Html, Page, granted_of

ADVERTISING = {"advertising", "floodlight", "adsense"}
GPC = {"Sec_GPC": "1"}
CERTIFIED = {"adsense"}
"""Of this site's services, those for which Google demands a certified platform."""


@pytest.fixture
def page(app: Flask) -> Page:
    return Page(app)


# --- Global Privacy Control ------------------------------------------------------------------


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_visitor_is_told_that_advertising_stays_off(page: Page, language: str) -> None:
    seen = page.open(language, **GPC)

    assert catalogue(language)["told.gpc"] in seen.words
    assert seen.disabled == ADVERTISING
    for name in ADVERTISING:
        assert "signal" in seen.boxes[name]["aria-describedby"].split()
    assert "signal" in seen.ids


@pytest.mark.parametrize("header", ["", "0", "true", "1;q=1", "11", " 2"])
def test_anything_but_exactly_one_is_no_signal(page: Page, header: str) -> None:
    seen = page.open("en", Sec_GPC=header)

    assert catalogue("en")["told.gpc"] not in seen.words
    assert seen.disabled == set()


def test_accept_all_does_not_overrule_the_signal(app: Flask, page: Page) -> None:
    seen = Html(page.press("accept", page.open(**GPC), Sec_GPC="1"))

    (row,) = page.rows.all()
    assert (row["gpc"], granted_of(row)) == (True, EVERY - ADVERTISING)
    assert seen.ticked == EVERY - ADVERTISING
    assert seen.roles["status"].startswith("Pilihan Anda telah dicatat")
    released = json_of(Api(app).release(page.cookie))["release"]["services"]
    assert not ADVERTISING & released.keys()


def test_a_box_that_was_forged_past_the_signal_grants_nothing(page: Page) -> None:
    seen = page.open()

    page.press("save", seen, ticked={"advertising", "adsense", *ANALYTICS}, Sec_GPC="1")

    (row,) = page.rows.all()
    assert (row["gpc"], granted_of(row)) == (True, set(ANALYTICS))


def test_an_older_grant_is_shown_as_the_signal_leaves_it(page: Page) -> None:
    page.press("accept", page.open())

    with_signal, without = page.open(**GPC), page.open()

    assert with_signal.ticked == EVERY - ADVERTISING
    assert without.ticked == EVERY
    assert page.rows.count() == 1


def test_a_grant_that_the_signal_leaves_empty_can_still_be_withdrawn(page: Page) -> None:
    page.press("save", page.open(), ticked={"advertising", "adsense"})

    seen = page.open(**GPC)
    answer = Html(page.press("withdraw", seen, lang="en", Sec_GPC="1"))

    assert seen.ticked == set()
    assert "withdraw" in seen.buttons
    assert answer.roles["status"].startswith("Your withdrawal was recorded")
    assert sorted(row["kind"] for row in page.rows.all()) == ["granted", "withdrawn"]


# --- the country -----------------------------------------------------------------------------


def in_country(new_app: NewApp, *, proxies: str = "1", **country: Any) -> Page:
    table = {"header": "CF-IPCountry", "unknown": "release", **country}
    return Page(new_app({"example": a_document(country=table)}, proxies=proxies))


def explained(page: Page, **headers: str) -> set[str]:
    """The services whose box says that they are held because of the country."""
    seen = page.open("en", **headers)
    held = {
        name
        for name, given in seen.boxes.items()
        if f"held-{name}" in given["aria-describedby"].split()
    }
    assert seen.words.count(catalogue("en")["page.held.country"]) == len(held)
    assert {f"held-{name}" for name in held} <= set(seen.ids)
    return held


@pytest.mark.parametrize(
    ("country", "unknown", "held"),
    [
        pytest.param("DE", "release", CERTIFIED, id="Germany"),
        pytest.param("de", "release", CERTIFIED, id="in small letters"),
        pytest.param("GB", "release", CERTIFIED, id="the United Kingdom"),
        pytest.param("CH", "release", CERTIFIED, id="Switzerland"),
        pytest.param("ID", "hold", set(), id="Indonesia"),
        pytest.param("XX", "hold", CERTIFIED, id="not known, held"),
        pytest.param("XX", "release", set(), id="not known, released"),
        pytest.param("", "hold", CERTIFIED, id="not said, held"),
        pytest.param("Germany", "release", set(), id="no code"),
    ],
)
def test_the_page_says_why_advertising_is_held_in_a_country(
    new_app: NewApp, country: str, unknown: str, held: set[str]
) -> None:
    page = in_country(new_app, unknown=unknown)

    assert explained(page, CF_IPCountry=country) == held


def test_a_held_service_can_be_granted_and_is_recorded_all_the_same(new_app: NewApp) -> None:
    page = in_country(new_app)

    seen = page.open(CF_IPCountry="DE")
    page.press("accept", seen, CF_IPCountry="DE")

    assert seen.disabled == set()
    (row,) = page.rows.all()
    assert granted_of(row) == EVERY


def test_without_a_proxy_the_header_is_the_visitors_own_word_and_not_believed(
    new_app: NewApp,
) -> None:
    page = in_country(new_app, proxies="0")

    assert explained(page, CF_IPCountry="DE") == set()


def test_with_the_owners_certified_platform_nothing_is_held(new_app: NewApp) -> None:
    page = in_country(new_app, platform="https://platform.example.org/cmp.js")

    assert explained(page, CF_IPCountry="DE") == set()


def test_a_site_without_the_table_never_speaks_of_countries(page: Page) -> None:
    assert a_site().country is None
    assert explained(page, CF_IPCountry="DE") == set()
