from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banner.core.signals import (
    CERTIFIED_ONLY,
    NO_SIGNALS,
    Signals,
    held_by,
    honoured,
    platform_for,
)
from banner.core.site import Country, Site
from tests.builders import a_decision, a_service, a_site, with_service

SITE = a_site()
ADVERTISING = {"advertising", "floodlight", "adsense"}
ALL = (*SITE.categories, *SITE.service_ids)
PLATFORM = "https://cmp.example.org/stub.js"


def granted_by(decision: object) -> set[str]:
    assert hasattr(decision, "categories")
    assert hasattr(decision, "services")
    choices = {**decision.categories, **decision.services}
    return {name for name, choice in choices.items() if choice}


def with_country(unknown: str = "hold", platform: str = "") -> Site:
    return replace(SITE, country=Country("CF-IPCountry", unknown, platform))  # type: ignore[arg-type]


# --- Global Privacy Control ----------------------------------------------------------------


def test_without_a_signal_a_decision_stays_as_it_was_made() -> None:
    decision = a_decision(*ALL)

    assert honoured(decision, SITE, NO_SIGNALS) is decision


@pytest.mark.parametrize(
    ("property", "header"),
    [
        pytest.param(True, True, id="both"),
        pytest.param(True, False, id="the property alone"),
        pytest.param(False, True, id="the header alone"),
    ],
)
def test_gpc_keeps_advertising_and_its_services_off_although_all_was_accepted(
    property: bool, header: bool
) -> None:
    decision = a_decision(*ALL, gpc=property)

    narrowed = honoured(decision, SITE, Signals(gpc=header))

    assert granted_by(narrowed) == set(ALL) - ADVERTISING
    assert narrowed.gpc is True


def test_gpc_narrows_and_asks_no_less_than_before() -> None:
    narrowed = honoured(a_decision(*ALL), SITE, Signals(gpc=True))

    assert tuple(narrowed.categories) == SITE.categories
    assert tuple(narrowed.services) == SITE.service_ids


def test_gpc_on_a_refusal_leaves_a_refusal_that_says_so() -> None:
    narrowed = honoured(a_decision(), SITE, Signals(gpc=True))

    assert granted_by(narrowed) == set()
    assert narrowed.gpc is True


def test_gpc_refuses_an_analytics_product_that_the_owner_uses_for_advertising() -> None:
    site = a_site(with_service("google-analytics", category="advertising"))
    decision = a_decision("advertising", "google-analytics", site=site)

    assert granted_by(honoured(decision, site, Signals(gpc=True))) == set()


@given(granted=st.sets(st.sampled_from(ALL)), gpc=st.booleans(), header=st.booleans())
def test_no_signal_ever_widens_a_choice(granted: set[str], gpc: bool, header: bool) -> None:
    decision = a_decision(*granted, gpc=gpc)

    narrowed = honoured(decision, SITE, Signals(gpc=header))

    assert granted_by(narrowed) <= granted
    assert narrowed.gpc is (gpc or header)
    if narrowed.gpc:
        assert not granted_by(narrowed) & ADVERTISING
    assert replace(narrowed, gpc=gpc, categories={}, services={}) == replace(
        decision, categories={}, services={}
    )


# --- where Google demands a certified platform ---------------------------------------------

ADSENSE = next(service for service in SITE.services if service.id == "adsense")
FLOODLIGHT = next(service for service in SITE.services if service.id == "floodlight")


@pytest.mark.parametrize("country", sorted(CERTIFIED_ONLY))
def test_advertising_is_held_in_each_country_where_google_demands_it(country: str) -> None:
    signals = Signals(country=country)

    assert held_by(ADSENSE, True, with_country(), signals) == "country"
    assert held_by(FLOODLIGHT, False, with_country(), signals) is None
    assert held_by(ADSENSE, True, with_country(platform=PLATFORM), signals) is None
    assert platform_for(with_country(platform=PLATFORM), signals) == PLATFORM


def test_the_list_has_the_whole_eea_the_united_kingdom_and_switzerland() -> None:
    union = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"  # 27

    assert {*union.split(), "IS", "LI", "NO", "GB", "CH"} <= CERTIFIED_ONLY
    assert len(union.split()) == 27
    assert not {"ID", "SG", "US", "TR", "UA", "RS", "AL", "MD"} & CERTIFIED_ONLY


@pytest.mark.parametrize("country", ["ID", "SG", "US", "JP"])
def test_elsewhere_nothing_is_held_and_no_platform_is_needed(country: str) -> None:
    signals = Signals(country=country)

    assert held_by(ADSENSE, True, with_country(), signals) is None
    assert platform_for(with_country(platform=PLATFORM), signals) == ""


@pytest.mark.parametrize(
    ("unknown", "held", "platform"), [("hold", "country", PLATFORM), ("release", None, "")]
)
def test_where_no_country_is_known_the_owners_word_decides(
    unknown: str, held: str | None, platform: str
) -> None:
    assert held_by(ADSENSE, True, with_country(unknown), NO_SIGNALS) == held
    assert platform_for(with_country(unknown, PLATFORM), NO_SIGNALS) == platform


def test_a_site_that_says_nothing_of_countries_holds_nothing_for_them() -> None:
    for country in ("", "DE", "ID"):
        assert held_by(ADSENSE, True, SITE, Signals(country=country)) is None
        assert platform_for(SITE, Signals(country=country)) == ""


def test_gpc_is_the_first_reason_and_holds_all_of_advertising() -> None:
    signals = Signals(gpc=True, country="DE")

    assert held_by(ADSENSE, True, with_country(), signals) == "gpc"
    assert held_by(FLOODLIGHT, False, with_country(), signals) == "gpc"


def test_gpc_holds_nothing_outside_advertising() -> None:
    site = a_site(with_service("tags", **a_service("google_tag_manager", category="analytics")))

    for service in site.services:
        if service.category != "advertising":
            assert held_by(service, False, site, Signals(gpc=True)) is None
