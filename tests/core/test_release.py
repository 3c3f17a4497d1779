from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banner.core.release import SIGNALS, Release, make_release
from banner.core.site import Service, Site
from banner.core.token import Token
from banner.tags import PRODUCTS
from tests.builders import ANALYTICS, NOON, a_site, with_service

SITE = a_site()
AD_SIGNALS = {"ad_storage", "ad_user_data", "ad_personalization"}
NOTHING: Release = {"first": [], "update": [], "services": {}}
ALL = (*SITE.categories, *SITE.service_ids)


def release_of(*granted: str, site: Site = SITE) -> Release:
    asked = {*SITE.categories, *SITE.service_ids}
    token = Token(
        site=site.id,
        notice=site.notice.version,
        issued=NOON // 1000,
        record="record-1",
        granted=frozenset(granted),
        refused=frozenset(asked - set(granted)),
    )
    return make_release(token, site, PRODUCTS)


def signals_of(release: Release, when: str) -> dict[str, str]:
    (step,) = release["first"] if when == "default" else release["update"]
    assert step[:3] == ["gtag", "consent", when]
    signals: Any = step[3]
    return dict(signals)


@pytest.mark.parametrize(
    "granted",
    [
        pytest.param((), id="nothing"),
        pytest.param(("analytics",), id="a category without its services"),
        pytest.param(("google-analytics",), id="a service without its category"),
        pytest.param(("advertising", "google-analytics"), id="a service with another category"),
        pytest.param(("necessary",), id="the necessary one"),
        pytest.param(("unheard-of",), id="something unknown"),
    ],
)
def test_nothing_is_released_without_a_service_and_its_category(granted: tuple[str, ...]) -> None:
    assert release_of(*granted) == NOTHING


def test_a_granted_service_is_released_and_no_other() -> None:
    release = release_of(*ANALYTICS)

    assert list(release["services"]) == ["google-analytics"]
    assert "floodlight" not in json.dumps(release)
    assert "doubleclick" not in json.dumps(release)


def test_a_service_that_was_never_asked_stays_held() -> None:
    today = a_site(with_service("embed", product="embed", category="analytics", retention="1 days"))

    release = release_of(*ALL, site=today)

    assert "embed" in today.service_ids
    assert "embed" not in release["services"]


def test_services_stand_in_the_sites_order_whatever_order_they_were_granted_in() -> None:
    release = release_of(*reversed(ALL))

    assert tuple(release["services"]) == SITE.service_ids
    assert list(release) == ["first", "update", "services"]


def test_all_seven_signals_are_denied_first_and_only_security_is_not() -> None:
    signals = signals_of(release_of(*ALL), "default")

    assert tuple(signals) == SIGNALS
    assert len(signals) == 7
    assert {name for name, value in signals.items() if value == "granted"} == {"security_storage"}
    assert set(signals.values()) == {"granted", "denied"}


@pytest.mark.parametrize(
    ("granted", "signals"),
    [
        pytest.param(ANALYTICS, {"analytics_storage"}, id="analytics"),
        pytest.param(("advertising", "floodlight"), AD_SIGNALS, id="floodlight"),
        pytest.param(
            (*ANALYTICS, "preferences"),
            {"analytics_storage", "functionality_storage", "personalization_storage"},
            id="analytics and preferences",
        ),
        pytest.param(
            (*ANALYTICS, "advertising"), {"analytics_storage"}, id="advertising without a service"
        ),
        pytest.param(
            (*ANALYTICS, "advertising", "adsense"),
            {"analytics_storage"},
            id="an advertising service that has no signals",
        ),
        pytest.param(
            ALL,
            {*SIGNALS} - {"security_storage"},
            id="everything",
        ),
    ],
)
def test_the_update_grants_the_signals_of_what_runs(
    granted: tuple[str, ...], signals: set[str]
) -> None:
    update = signals_of(release_of(*granted), "update")

    assert tuple(update) == SIGNALS
    assert {name for name, value in update.items() if value == "granted"} == {
        "security_storage",
        *signals,
    }


@pytest.mark.parametrize(
    ("category", "signals"),
    [
        ("analytics", {"analytics_storage"}),
        ("advertising", AD_SIGNALS),
        ("preferences", {"functionality_storage", "personalization_storage"}),
    ],
)
def test_a_container_may_signal_what_its_category_allows_and_no_more(
    category: str, signals: set[str]
) -> None:
    site = a_site(
        with_service(
            "tags", product="google_tag_manager", container="GTM-A1B2C3D", category=category
        )
    )

    update = signals_of(release_of(category, "tags", site=site), "update")

    assert {name for name, value in update.items() if value == "granted"} == {
        "security_storage",
        *signals,
    }


def test_without_a_service_that_knows_consent_mode_there_are_no_signals() -> None:
    release = release_of("advertising", "adsense", "preferences", "peta")

    assert (release["first"], release["update"]) == ([], [])
    assert list(release["services"]) == ["adsense", "peta"]


@given(st.sets(st.sampled_from(ALL)))
def test_no_choice_releases_what_it_did_not_grant(granted: set[str]) -> None:
    release = release_of(*granted)

    for service in SITE.services:
        runs = service.id in release["services"]
        assert runs == (service.id in granted and service.category in granted)
    for step in release["update"]:
        signals: Any = step[3]
        if not {"advertising", "floodlight"} <= granted:
            assert {signals[name] for name in AD_SIGNALS} == {"denied"}


def test_a_release_is_data_that_json_keeps_whole() -> None:
    release = release_of(*ALL)

    assert json.loads(json.dumps(release)) == release


def test_a_containers_tags_may_signal_what_its_category_allows() -> None:
    container = Service(
        id="container",
        product="google_tag_manager",
        name="Google Tag Manager",
        category="analytics",
        retention="14 months",
        options={"container": "GTM-A1B2C3"},
    )
    site = replace(SITE, services=(container,))

    update = signals_of(release_of("analytics", "container", site=site), "update")

    granted = {name for name, value in update.items() if value == "granted"}
    assert granted == {"analytics_storage", "security_storage"}
