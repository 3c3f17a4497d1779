from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banner.core.consent_mode import (
    ALWAYS_GRANTED,
    EVENT,
    OF_CATEGORY,
    SIGNALS,
    signals_granted,
    signals_set_up,
    signals_updated,
)
from banner.core.site import OPTIONAL_CATEGORIES, ConsentMode, RegionDefault
from banner.tags import PRODUCTS
from tests.builders import a_service, a_site, with_service

SITE = a_site()
AD_SIGNALS = {"ad_storage", "ad_user_data", "ad_personalization"}


def values(step: list[object]) -> dict[str, Any]:
    signals: Any = step[3]
    return dict(signals)


def granted_in(step: list[object]) -> set[str]:
    return {name for name, value in values(step).items() if value == "granted"}


# --- the defaults --------------------------------------------------------------------------


def test_all_seven_signals_are_denied_by_default_and_only_security_is_not() -> None:
    [default] = signals_set_up(ConsentMode())

    assert default[:3] == ["gtag", "consent", "default"]
    assert tuple(values(default)) == SIGNALS
    assert len(SIGNALS) == 7
    assert granted_in(default) == ALWAYS_GRANTED == {"security_storage"}


def test_a_wait_stands_in_every_default() -> None:
    regions = (RegionDefault(("ID",), frozenset({"analytics_storage"})),)

    steps = signals_set_up(ConsentMode(advanced=True, wait_for_update=500, regions=regions))

    assert [values(step)["wait_for_update"] for step in steps] == [500, 500]


def test_no_wait_is_not_mentioned() -> None:
    [default] = signals_set_up(ConsentMode())

    assert values(default).keys() == set(SIGNALS)


def test_a_region_has_a_default_of_its_own_with_all_seven_signals_behind_the_general_one() -> None:
    regions = (
        RegionDefault(("ID", "US-CA"), frozenset({"analytics_storage"})),
        RegionDefault(("DE",), frozenset()),
    )

    everywhere, first, second = signals_set_up(ConsentMode(advanced=True, regions=regions))

    assert "region" not in values(everywhere)
    assert values(first)["region"] == ["ID", "US-CA"]
    assert granted_in(first) == {"analytics_storage", "security_storage"}
    assert values(second)["region"] == ["DE"]
    assert granted_in(second) == {"security_storage"}
    for default in (first, second):
        assert values(default).keys() == {*SIGNALS, "region"}


@pytest.mark.parametrize("name", ["ads_data_redaction", "url_passthrough"])
def test_what_is_set_beside_the_signals_is_set_only_when_the_owner_asks(name: str) -> None:
    off, on = signals_set_up(ConsentMode()), signals_set_up(ConsentMode(**{name: True}))  # type: ignore[arg-type]

    assert not [step for step in off if step[1] == "set"]
    assert on[-1] == ["gtag", "set", name, True]
    assert on[0] == off[0]


@given(
    st.builds(
        ConsentMode,
        advanced=st.booleans(),
        wait_for_update=st.integers(0, 5000),
        ads_data_redaction=st.booleans(),
        url_passthrough=st.booleans(),
        regions=st.lists(
            st.builds(
                RegionDefault,
                regions=st.just(("ID",)),
                granted=st.frozensets(st.sampled_from(SIGNALS)),
            ),
            max_size=3,
        ).map(tuple),
    )
)
def test_however_it_is_set_the_first_command_denies_all_and_no_signal_is_ever_unset(
    mode: ConsentMode,
) -> None:
    steps = signals_set_up(mode)

    assert granted_in(steps[0]) == {"security_storage"}
    for step in steps:
        if step[:3] == ["gtag", "consent", "default"]:
            assert set(SIGNALS) <= values(step).keys()
        else:
            assert step[:2] == ["gtag", "set"]


# --- the update ----------------------------------------------------------------------------


def test_an_update_says_all_seven_signals_and_then_the_choice_as_an_event() -> None:
    granted = frozenset({"analytics", "google-analytics"})

    update, event = signals_updated(frozenset({"analytics_storage"}), SITE, granted)

    assert update[:3] == ["gtag", "consent", "update"]
    assert tuple(values(update)) == SIGNALS
    assert granted_in(update) == {"analytics_storage"}
    assert event == [
        "push",
        "dataLayer",
        {
            "event": EVENT,
            "izin": {"preferences": False, "analytics": True, "advertising": False},
        },
    ]


@pytest.mark.parametrize("category", OPTIONAL_CATEGORIES)
def test_a_container_may_signal_what_its_category_allows_and_no_more(category: str) -> None:
    site = a_site(with_service("tags", **a_service("google_tag_manager", category=category)))
    running = [service for service in site.services if service.id == "tags"]

    signals = signals_granted(running, PRODUCTS, frozenset({category, "tags"}))

    assert signals == {"security_storage", *OF_CATEGORY[category]}


def test_a_container_of_analytics_never_grants_an_advertising_signal() -> None:
    site = a_site(with_service("tags", **a_service("google_tag_manager", category="analytics")))
    running = [service for service in site.services if service.id == "tags"]
    everything = frozenset({*site.categories, *site.service_ids})

    assert not AD_SIGNALS & signals_granted(running, PRODUCTS, everything)


def test_analytics_signals_nothing_of_advertising_although_google_signals_are_asked_for() -> None:
    site = a_site(with_service("google-analytics", google_signals=True))
    everything = frozenset({*site.categories, *site.service_ids})

    signals = signals_granted(site.services[:1], PRODUCTS, everything)

    assert not AD_SIGNALS & signals


def test_preferences_are_the_sites_own_and_signal_without_a_product() -> None:
    signals = signals_granted([], PRODUCTS, frozenset({"preferences"}))

    assert signals == {
        "security_storage",
        "functionality_storage",
        "personalization_storage",
    }


def test_advertising_without_a_service_that_reads_signals_grants_none() -> None:
    assert signals_granted([], PRODUCTS, frozenset({"advertising"})) == {"security_storage"}
