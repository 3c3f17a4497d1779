from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banner.core.consent_mode import EVENT, SIGNALS
from banner.core.release import FRESH_SECONDS, Release, make_ahead, make_release
from banner.core.signals import CERTIFIED_ONLY, NO_SIGNALS, Signals
from banner.core.site import ConsentMode, Country, RegionDefault, Site
from banner.tags import PRODUCTS
from tests.builders import ANALYTICS, NOON, a_document, a_service, a_site, with_service

SITE = a_site()
AD_SIGNALS = {"ad_storage", "ad_user_data", "ad_personalization"}
SETTINGS = {
    "allow_google_signals": False,
    "allow_ad_personalization_signals": False,
    "cookie_expires": "$left",
    "cookie_update": True,
}
ALL = (*SITE.categories, *SITE.service_ids)
AT = NOON // 1000
GPC = Signals(gpc=True)
PLATFORM = "https://cmp.example.org/stub.js"


def release_of(*granted: str, site: Site = SITE, signals: Signals = NO_SIGNALS) -> Release:
    return make_release(frozenset(granted), site, PRODUCTS, signals=signals, at=AT)


def signals_of(release: Release, when: str) -> dict[str, str]:
    steps = release["first"] if when == "default" else release["update"]
    step = steps[0]
    assert step[:3] == ["gtag", "consent", when]
    signals: Any = step[3]
    return dict(signals)


def granted_in(release: Release) -> set[str]:
    """The signals that its update turns on, beside the one that always is."""
    signals = signals_of(release, "update")
    return {name for name, value in signals.items() if value == "granted"} - {"security_storage"}


def event_in(release: Release) -> dict[str, bool]:
    _, queue, pushed = release["update"][1]
    assert queue == "dataLayer"
    assert isinstance(pushed, dict)
    assert pushed["event"] == EVENT
    return dict(pushed["izin"])


def opens_nothing(release: Release) -> bool:
    return not any(release[key] for key in ("first", "update", "services", "stop", "held"))


# --- what is released ----------------------------------------------------------------------


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
    assert opens_nothing(release_of(*granted))


def test_a_granted_service_is_released_and_no_other() -> None:
    release = release_of(*ANALYTICS)

    assert list(release["services"]) == ["google-analytics"]
    assert "DC-7654321" not in json.dumps(release)
    assert "doubleclick" not in json.dumps(release)


def test_a_service_that_was_never_asked_stays_held() -> None:
    today = a_site(with_service("tags", **a_service("google_tag_manager")))

    release = release_of(*ALL, site=today)

    assert "tags" in today.service_ids
    assert "tags" not in release["services"]


def test_services_stand_in_the_sites_order_whatever_order_they_were_granted_in() -> None:
    release = release_of(*reversed(ALL))

    assert tuple(release["services"]) == ("google-analytics", "floodlight", "adsense")


def test_an_embed_has_nothing_to_run_and_is_not_listed() -> None:
    release = release_of("preferences", "peta")

    assert opens_nothing(release)


def test_a_release_is_data_that_json_keeps_whole() -> None:
    release = release_of(*ALL)

    assert json.loads(json.dumps(release)) == release


@given(st.sets(st.sampled_from(ALL)))
def test_no_choice_releases_what_it_did_not_grant(granted: set[str]) -> None:
    release = release_of(*granted)

    for service in SITE.services:
        runs = service.id in release["services"]
        may_run = service.id in granted and service.category in granted
        assert runs == (may_run and service.product != "embed")
    if release["update"] and not {"advertising", "floodlight"} <= granted:
        assert not granted_in(release) & AD_SIGNALS


# --- Consent Mode --------------------------------------------------------------------------


def test_all_seven_signals_are_denied_first_and_only_security_is_not() -> None:
    signals = signals_of(release_of(*ALL), "default")

    assert tuple(signals) == SIGNALS
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
        pytest.param(ALL, {*SIGNALS} - {"security_storage"}, id="everything"),
    ],
)
def test_the_update_grants_the_signals_of_what_runs(
    granted: tuple[str, ...], signals: set[str]
) -> None:
    release = release_of(*granted)

    assert tuple(signals_of(release, "update")) == SIGNALS
    assert granted_in(release) == signals


def test_a_choice_is_told_to_a_container_as_an_event_behind_the_signals() -> None:
    release = release_of(*ANALYTICS, "preferences")

    assert [step[0] for step in release["update"]] == ["gtag", "push", "gtag"]
    assert event_in(release) == {"preferences": True, "analytics": True, "advertising": False}


def test_without_a_service_that_knows_consent_mode_there_are_no_signals() -> None:
    release = release_of("advertising", "adsense", "preferences", "peta")

    assert (release["first"], release["update"]) == ([], [])
    assert list(release["services"]) == ["adsense"]


def test_what_is_set_up_stands_in_order_general_default_regions_then_the_rest() -> None:
    mode = ConsentMode(
        advanced=True,
        ads_data_redaction=True,
        url_passthrough=True,
        regions=(RegionDefault(("ID",), frozenset({"analytics_storage"})),),
    )

    ahead = make_ahead(replace(SITE, consent_mode=mode), PRODUCTS)

    assert ahead
    first = ahead["first"]
    assert [step[1:3] for step in first] == [
        ["consent", "default"],
        ["consent", "default"],
        ["set", "ads_data_redaction"],
        ["set", "url_passthrough"],
        ["set", SETTINGS],
    ]
    assert [list(step[3])[-1] for step in first[:2]] == ["security_storage", "region"]  # type: ignore[call-overload]


def test_in_basic_mode_no_region_is_granted_anything() -> None:
    regions = (RegionDefault(("ID",), frozenset({"analytics_storage"})),)
    site = replace(SITE, consent_mode=ConsentMode(regions=regions, wait_for_update=500))

    [default] = release_of(*ANALYTICS, site=site)["first"]

    assert "region" not in str(default)
    assert "wait_for_update" not in str(default)


@pytest.mark.parametrize(
    ("granted", "on"),
    [
        pytest.param(ANALYTICS, False, id="analytics alone"),
        pytest.param((*ANALYTICS, "advertising"), True, id="with advertising"),
    ],
)
def test_google_signals_need_a_grant_of_advertising_too(granted: tuple[str, ...], on: bool) -> None:
    site = a_site(with_service("google-analytics", google_signals=True))

    config: Any = release_of(*granted, site=site)["services"]["google-analytics"][-1]

    assert config[3]["allow_google_signals"] is on
    assert config[3]["allow_ad_personalization_signals"] is on


# --- silence and clean-up ------------------------------------------------------------------


def test_what_runs_has_its_stop_beside_it_where_there_is_one() -> None:
    release = release_of(*ALL)

    assert release["stop"] == {
        "google-analytics": [
            ["gtag", "consent", "update", {"analytics_storage": "denied"}],
            ["set", "ga-disable-G-TEST123456", True],
        ],
        "floodlight": [["gtag", "consent", "update", dict.fromkeys(sorted(AD_SIGNALS), "denied")]],
        "adsense": [["set", "adsbygoogle", 1, "pauseAdRequests"]],
    }
    assert release_of(*ANALYTICS)["stop"].keys() == {"google-analytics"}


@pytest.mark.parametrize("granted", [(), ANALYTICS, ALL], ids=["refused", "analytics", "all"])
def test_every_release_names_what_the_page_can_delete_of_every_service(
    granted: tuple[str, ...],
) -> None:
    left = release_of(*granted)["left"]

    assert tuple(left) == SITE.service_ids
    assert ["_ga", "/"] in left["google-analytics"]["cookies"]
    assert ["__gads", "/"] in left["adsense"]["cookies"]
    assert "google_adsense_settings" in left["adsense"]["storage"]
    assert left["peta"] == {"cookies": [], "storage": []}


def test_what_a_page_cannot_delete_is_not_asked_of_it() -> None:
    left = json.dumps(release_of(*ALL)["left"])

    for name in ("IDE", "NID", "FPID", "FPAU"):
        assert f'"{name}"' not in left


def test_the_clean_up_follows_the_owners_prefix_and_path() -> None:
    site = a_site(with_service("google-analytics", cookie_prefix="toko", cookie_path="/blog"))

    assert ["toko_ga_*", "/blog"] in release_of(site=site)["left"]["google-analytics"]["cookies"]


# --- held ----------------------------------------------------------------------------------


def in_country(unknown: str = "hold", platform: str = "") -> Site:
    country = Country("CF-IPCountry", unknown, platform)  # type: ignore[arg-type]
    return replace(SITE, country=country)


def test_gpc_holds_all_of_advertising_however_it_was_granted() -> None:
    release = release_of(*ALL, signals=GPC)

    assert release["held"] == {"floodlight": "gpc", "adsense": "gpc", "advertising": "gpc"}
    assert list(release["services"]) == ["google-analytics"]
    assert release["stop"].keys() == {"google-analytics"}
    assert not granted_in(release) & AD_SIGNALS
    assert event_in(release)["advertising"] is False


def test_under_gpc_google_signals_stay_off() -> None:
    site = a_site(with_service("google-analytics", google_signals=True))

    config: Any = release_of(*ALL, site=site, signals=GPC)["services"]["google-analytics"][-1]

    assert config[3]["allow_google_signals"] is False


@pytest.mark.parametrize("country", [*sorted(CERTIFIED_ONLY), ""])
def test_adsense_is_held_where_google_demands_a_certified_platform_and_floodlight_is_not(
    country: str,
) -> None:
    release = release_of(*ALL, site=in_country(), signals=Signals(country=country))

    assert release["held"] == {"adsense": "country"}
    assert list(release["services"]) == ["google-analytics", "floodlight"]
    assert release["stop"].keys() == {"google-analytics", "floodlight"}


@pytest.mark.parametrize(
    ("site", "country"),
    [
        pytest.param(in_country(), "ID", id="elsewhere"),
        pytest.param(in_country("release"), "", id="an unknown country that is released"),
        pytest.param(SITE, "DE", id="a site that says nothing of countries"),
    ],
)
def test_adsense_is_released_where_nothing_holds_it(site: Site, country: str) -> None:
    release = release_of(*ALL, site=site, signals=Signals(country=country))

    assert release["held"] == {}
    assert "adsense" in release["services"]
    assert PLATFORM not in json.dumps(release)


@pytest.mark.parametrize("country", ["DE", "GB", "CH", ""])
def test_an_owners_certified_platform_comes_before_the_ad_tag_and_nothing_is_held(
    country: str,
) -> None:
    site = in_country(platform=PLATFORM)

    release = release_of(*ALL, site=site, signals=Signals(country=country))

    assert release["held"] == {}
    assert release["services"]["adsense"][0] == ["script", PLATFORM, {}, "platform"]
    assert release["services"]["adsense"][-1][3:] == ["adsense", "platform"], "only after it"
    assert PLATFORM not in json.dumps(release["services"]["floodlight"])


def test_the_platform_is_not_loaded_where_nobody_needs_it() -> None:
    release = release_of(*ALL, site=in_country(platform=PLATFORM), signals=Signals(country="ID"))

    assert PLATFORM not in json.dumps(release)


def test_what_was_not_granted_is_refused_and_not_held() -> None:
    release = release_of(*ANALYTICS, site=in_country(), signals=Signals(gpc=True, country="DE"))

    assert release["held"] == {}


def test_where_the_country_decides_the_page_asks_again_after_a_day() -> None:
    release = release_of(*ALL, site=in_country(), signals=Signals(country="ID"))

    assert release.get("until") == AT + FRESH_SECONDS
    assert FRESH_SECONDS == 86400


@pytest.mark.parametrize(
    "release",
    [
        pytest.param(release_of(*ALL), id="a site that says nothing of countries"),
        pytest.param(release_of(site=in_country()), id="a refusal"),
        pytest.param(release_of(*ANALYTICS, site=in_country()), id="nothing that depends on it"),
    ],
)
def test_otherwise_a_release_holds_as_long_as_its_token(release: Release) -> None:
    assert "until" not in release


# --- advanced mode -------------------------------------------------------------------------

ADVANCED = replace(SITE, consent_mode=ConsentMode(advanced=True))


def test_in_basic_mode_nothing_runs_ahead_of_a_choice() -> None:
    assert make_ahead(SITE, PRODUCTS) is None


def test_in_advanced_mode_nothing_runs_ahead_where_no_tag_reads_consent_mode() -> None:
    document = a_document(services={"adsense": a_service("adsense")})
    site = a_site(document, consent_mode=ConsentMode(advanced=True))

    assert make_ahead(site, PRODUCTS) is None


def test_in_advanced_mode_the_tags_that_read_consent_mode_run_ahead_with_all_denied() -> None:
    ahead = make_ahead(ADVANCED, PRODUCTS)

    assert ahead
    assert list(ahead["services"]) == ["google-analytics", "floodlight"]
    assert tuple(signals_of(ahead, "default")) == SIGNALS
    assert set(signals_of(ahead, "default").values()) == {"granted", "denied"}
    assert ahead["update"] == []
    assert ahead["stop"]["google-analytics"] == [
        ["gtag", "consent", "update", {"analytics_storage": "denied"}]
    ]
    assert "adsbygoogle" not in json.dumps(ahead)


def test_what_runs_ahead_has_google_signals_off_whatever_the_owner_asks() -> None:
    site = a_site(
        with_service("google-analytics", google_signals=True),
        consent_mode=ConsentMode(advanced=True),
    )

    ahead = make_ahead(site, PRODUCTS)

    assert ahead
    config: Any = ahead["services"]["google-analytics"][-1]
    assert config[3]["allow_google_signals"] is False


def test_in_advanced_mode_a_grant_sets_nothing_up_again_and_updates() -> None:
    release = release_of(*ALL, site=ADVANCED)

    assert release["first"] == []
    assert granted_in(release) == {*SIGNALS} - {"security_storage"}
    assert release["services"]["google-analytics"] == []
    assert release["services"]["floodlight"] == []
    assert release["services"]["adsense"] != []


def test_in_advanced_mode_a_tag_that_was_not_granted_does_not_count_as_released() -> None:
    release = release_of(*ANALYTICS, site=ADVANCED)

    assert release["services"] == {"google-analytics": []}


@pytest.mark.parametrize(
    ("granted", "signals"),
    [
        pytest.param((), NO_SIGNALS, id="refused"),
        pytest.param(("advertising", "adsense"), NO_SIGNALS, id="only what reads no signals"),
        pytest.param(("advertising", "floodlight"), GPC, id="held by GPC"),
    ],
)
def test_in_advanced_mode_a_refusal_is_told_to_the_tags_that_run(
    granted: tuple[str, ...], signals: Signals
) -> None:
    """A default may grant in the visitor's region: only an update takes that back."""
    release = release_of(*granted, site=ADVANCED, signals=signals)

    assert granted_in(release) == set()
    assert event_in(release)["analytics"] is False


# --- what keeps advertising apart from the rest -----------------------------------------------


def settings_of(release: Release) -> dict[str, object]:
    (found,) = [step[2] for step in release["update"] if step[:2] == ["gtag", "set"]]
    assert isinstance(found, dict)
    return found


def test_with_analytics_alone_all_that_shares_the_loader_is_kept_from_advertising() -> None:
    assert settings_of(release_of(*ANALYTICS)) == SETTINGS


def test_a_grant_of_advertising_gives_floodlight_its_personalisation_and_analytics_no_signals() -> (
    None
):
    settings = settings_of(release_of(*ALL))

    assert settings["allow_ad_personalization_signals"] is True
    assert settings["allow_google_signals"] is False


def test_a_queue_of_another_name_is_told_to_every_tag_that_reads_it() -> None:
    container = {**a_service("google_tag_manager"), "data_layer": "lapisan"}
    site = a_site(with_service("tags", **container))

    release = release_of(*ANALYTICS, "tags", "advertising", "floodlight", site=site)

    scripts = [
        str(step[1])
        for steps in release["services"].values()
        for step in steps
        if step[0] == "script"
    ]
    assert scripts
    assert all(script.endswith("&l=lapisan") for script in scripts)
    pushed = [step[1] for step in release["update"] if step[0] == "push"]
    assert pushed == ["lapisan"]
