from __future__ import annotations

from typing import Any

import pytest

from banner.core.product import Step
from banner.tags.google_analytics import GOOGLE_ANALYTICS
from tests.builders import a_service, a_site, read, some_options, with_service

ALONE = frozenset({"analytics", "google-analytics"})
WITH_ADVERTISING = ALONE | {"advertising", "floodlight"}


def steps(granted: frozenset[str] = ALONE, **given: Any) -> list[Step]:
    return GOOGLE_ANALYTICS.steps(some_options("google_analytics", **given), granted)


def settings(granted: frozenset[str] = ALONE, **given: Any) -> dict[str, Any]:
    config: Any = steps(granted, **given)[-1]
    assert config[:2] == ["gtag", "config"]
    return dict(config[3])


def names(**given: Any) -> dict[str, str]:
    """What the page can delete, and on which path."""
    stored = GOOGLE_ANALYTICS.stored(some_options("google_analytics", **given))
    return {item.name: item.path for item in stored if item.removed_by == "page"}


# --- what it is told -----------------------------------------------------------------------


def test_it_is_told_no_more_than_it_needs_unless_the_owner_asks() -> None:
    assert settings() == {
        "allow_google_signals": False,
        "allow_ad_personalization_signals": False,
        "cookie_expires": "$left",
        "cookie_update": True,
    }


@pytest.mark.parametrize("granted", [frozenset(), ALONE], ids=["before a choice", "analytics"])
def test_google_signals_stay_off_with_analytics_alone_whatever_the_owner_asks(
    granted: frozenset[str],
) -> None:
    told = settings(granted, google_signals=True)

    assert told["allow_google_signals"] is False
    assert told["allow_ad_personalization_signals"] is False


@pytest.mark.parametrize("asked", [True, False])
def test_google_signals_are_on_with_advertising_if_the_owner_asks(asked: bool) -> None:
    told = settings(WITH_ADVERTISING, google_signals=asked)

    assert told["allow_google_signals"] is asked
    assert told["allow_ad_personalization_signals"] is asked


def test_a_shorter_life_of_its_cookies_is_bounded_by_what_is_left_of_the_consent() -> None:
    assert settings(cookie_expires=2592000)["cookie_expires"] == "$left:2592000"
    assert settings(cookie_expires=0)["cookie_expires"] == "$left:0"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("cookie_domain", "none"),
        ("cookie_prefix", "toko"),
        ("cookie_path", "/blog"),
        ("cookie_flags", "SameSite=None;Secure"),
        ("cookie_update", False),
        ("send_page_view", False),
        ("debug_mode", True),
    ],
)
def test_an_owners_setting_is_handed_on_as_it_is(key: str, value: object) -> None:
    assert settings(ALONE, **{key: value})[key] == value


def test_debug_mode_is_left_out_unless_it_is_on_since_its_presence_turns_it_on() -> None:
    assert "debug_mode" not in settings(debug_mode=False)


def test_several_ids_are_set_up_alike_and_share_one_loader() -> None:
    ran = steps(measurement_id=["G-FIRST12345", "G-SECOND1234"])

    assert [step[:3] for step in ran] == [
        ["set", "ga-disable-G-FIRST12345", False],
        ["set", "ga-disable-G-SECOND1234", False],
        ["gtag", "js", 0],
        ["script", "https://www.googletagmanager.com/gtag/js?id=G-FIRST12345", {}],
        ["gtag", "config", "G-FIRST12345"],
        ["gtag", "config", "G-SECOND1234"],
    ]
    assert ran[-1][3:] == ran[-2][3:]


def test_every_id_is_stopped() -> None:
    options = some_options("google_analytics", measurement_id=["G-FIRST12345", "G-SECOND1234"])

    assert GOOGLE_ANALYTICS.stop(options) == [
        ["set", "ga-disable-G-FIRST12345", True],
        ["set", "ga-disable-G-SECOND1234", True],
    ]


# --- what it leaves ------------------------------------------------------------------------


def test_its_cookies_are_deleted_under_the_owners_prefix_and_path() -> None:
    assert {"_ga", "_ga_*"} <= names().keys()
    assert set(names().values()) == {"/"}
    mine = names(cookie_prefix="toko", cookie_path="/blog")
    assert (mine["toko_ga"], mine["toko_ga_*"]) == ("/blog", "/blog")
    assert not {"_ga", "_ga_*"} & mine.keys()


def test_what_an_older_analytics_left_is_deleted_too() -> None:
    assert {"_gid", "_gat", "_gat_*", "_dc_gtm_*", "AMP_TOKEN", "__utm*"} <= names().keys()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, "consent"),
        ({"cookie_expires": 0}, "session"),
        ({"cookie_expires": 30}, "1 minutes"),
        ({"cookie_expires": 5400}, "90 minutes"),
        ({"cookie_expires": 7200}, "2 hours"),
        ({"cookie_expires": 2592000}, "30 days"),
    ],
)
def test_visitors_are_told_how_long_its_cookies_live_here(given: dict[str, int], kept: str) -> None:
    stored = GOOGLE_ANALYTICS.stored(some_options("google_analytics", **given))

    assert {item.kept for item in stored if item.name in ("_ga", "_ga_*")} == {kept}


def test_what_a_server_of_the_sites_own_writes_is_deleted_by_the_service() -> None:
    stored = GOOGLE_ANALYTICS.stored(some_options("google_analytics"))

    assert {item.name for item in stored if item.removed_by == "service"} == {"FPID", "FPLC"}


@pytest.mark.parametrize("asked", [True, False])
def test_google_signals_leave_cookies_with_doubleclick_and_visitors_are_told(asked: bool) -> None:
    stored = GOOGLE_ANALYTICS.stored(some_options("google_analytics", google_signals=asked))

    assert ("IDE" in {item.name for item in stored}) is asked


# --- what the owner may set ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("measurement_id", [], id="no id"),
        pytest.param("measurement_id", ["G-TEST123456", "G-TEST123456"], id="an id twice"),
        pytest.param("measurement_id", {"a": "G-TEST123456"}, id="a table"),
        pytest.param("cookie_expires", -1, id="a life before the present"),
        pytest.param("cookie_expires", True, id="a truth for a number"),
        pytest.param("cookie_expires", 2.5, id="a part of a second"),
        pytest.param("cookie_expires", "30", id="a text for a number"),
        pytest.param("cookie_expires", 184 * 86400 + 1, id="a life longer than the consent"),
        pytest.param("send_page_view", "false", id="a text for a truth"),
        pytest.param("debug_mode", 1, id="a number for a truth"),
        pytest.param("cookie_flags", "SameSite=None;max-age=63072000", id="a life in the flags"),
        pytest.param("cookie_flags", "domain=co.id", id="a domain in the flags"),
        pytest.param("cookie_domain", "https://example.co.id", id="an address for a domain"),
        pytest.param("cookie_prefix", "izin", id="Izin's own name"),
        pytest.param("cookie_prefix", "a;b", id="a prefix that no cookie can have"),
        pytest.param("cookie_path", "blog", id="a path that does not begin at the root"),
        pytest.param("cookie_path", "/blog;x", id="a path with something behind it"),
    ],
)
def test_a_wrong_setting_is_an_error_at_its_own_key(key: str, value: object) -> None:
    [problem] = read(with_service("google-analytics", **{key: value})).errors

    assert problem.key == f"services.google-analytics.{key}"


def test_one_wrong_id_among_several_is_told_with_its_place() -> None:
    [problem] = read(
        with_service("google-analytics", measurement_id=["G-TEST123456", "UA-12345-6"])
    ).errors

    assert problem.key == "services.google-analytics.measurement_id.1"
    assert "UA-12345-6" in problem.found


def test_a_life_as_long_as_the_consent_is_allowed_and_longer_is_told_in_seconds() -> None:
    longest = 30 * 86400
    document = with_service("google-analytics", cookie_expires=longest)
    document["lifetimes"] = {"choice_days": 30}

    assert read(document).errors == ()
    document["lifetimes"] = {"choice_days": 29}
    [problem] = read(document).errors
    assert problem.expected == f"at most {29 * 86400}, the seconds that a choice lasts"


def test_a_placeholder_among_several_ids_is_a_warning_with_its_place() -> None:
    ids = ["G-TEST123456", "G-XXXXXXXXXX"]

    problems = read(with_service("google-analytics", measurement_id=ids)).problems

    [problem] = [problem for problem in problems if problem.severity == "warning"]
    assert problem.key == "services.google-analytics.measurement_id.1"


def test_one_id_and_a_list_of_one_are_the_same_to_the_rest_of_the_code() -> None:
    one = a_site(with_service("google-analytics", measurement_id="G-TEST123456"))
    several = a_site(with_service("google-analytics", measurement_id=["G-TEST123456"]))

    assert one == several
    assert one.services[0].options == {
        "measurement_id": ("G-TEST123456",),
        "send_page_view": True,
        "debug_mode": False,
        "google_signals": False,
        "cookie_update": True,
    }


def test_all_its_settings_together_make_a_site() -> None:
    service = a_service(
        "google_analytics",
        measurement_id=["G-TEST123456", "G-TEST654321"],
        send_page_view=False,
        debug_mode=True,
        google_signals=True,
        cookie_expires=86400,
        cookie_update=True,
        cookie_domain="example.co.id",
        cookie_prefix="toko",
        cookie_path="/blog",
        cookie_flags="SameSite=Lax; Secure",
    )

    assert read(with_service("google-analytics", **service)).errors == ()
