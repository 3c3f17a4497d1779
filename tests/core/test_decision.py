from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banner.core.decision import MAX_BODY_BYTES, check_against, parse_decision
from banner.core.errors import (
    BodyTooLarge,
    CategoryMissing,
    CategoryUnknown,
    ChoiceContradictory,
    FieldValue,
    IzinError,
    NoticeStale,
    ServiceMissing,
    ServiceUnknown,
)
from banner.core.site import Site
from tests.builders import (
    ANALYTICS,
    EVENT,
    GONE,
    a_body,
    a_decision,
    a_site,
    as_json,
    choices,
    the_biggest_site,
    with_service,
    without_gone,
)

SITE = a_site()
CHOICES = choices(SITE)


def refusal_of(body: bytes) -> IzinError:
    with pytest.raises(IzinError) as caught:
        parse_decision(body)
    return caught.value


# --- reading -------------------------------------------------------------------------------


def test_a_valid_body_becomes_a_decision_with_every_choice() -> None:
    decision = parse_decision(as_json(a_body(*ANALYTICS, previous="abc.def")))

    assert decision.event == EVENT
    assert decision.categories == {"preferences": False, "analytics": True, "advertising": False}
    assert decision.services == {
        "google-analytics": True,
        "floodlight": False,
        "adsense": False,
        "peta": False,
    }
    assert (decision.surface, decision.locale, decision.gpc) == ("banner", "id", False)
    assert decision.previous == "abc.def"
    assert decision.grants


def test_a_body_without_previous_replaces_nothing() -> None:
    assert parse_decision(as_json(a_body())).previous == ""


def test_a_body_of_exactly_the_limit_is_read() -> None:
    body = as_json(a_body())

    assert parse_decision(body + b" " * (MAX_BODY_BYTES - len(body)))
    assert isinstance(refusal_of(body + b" " * (MAX_BODY_BYTES - len(body) + 1)), BodyTooLarge)


MALFORMED = {
    "nothing": b"",
    "a space": b" ",
    "no JSON": b"event=1",
    "half an object": as_json(a_body())[:-1],
    "two objects": as_json(a_body()) * 2,
    "a list": as_json([a_body()]),
    "text": b'"event"',
    "a number": b"7",
    "null": b"null",
    "NaN": b'{"event": NaN}',
    "Infinity": b"-Infinity",
    "a NUL alone": b"\x00",
    "a NUL after the object": as_json(a_body()) + b"\x00",
    "a raw NUL in a text": as_json(a_body()).replace(b"banner", b"ban\x00ner"),
    "invalid UTF-8": as_json(a_body()).replace(b"banner", b"b\xffnner"),
    "UTF-16": json.dumps(a_body()).encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + as_json(a_body()),
    "lists in lists": b"[" * 4000,
    "objects in objects": b'{"a":' * 680 + b"1" + b"}" * 10,
    "a number of 4,000 digits": b"9" * 4000,
    "a comma too many": as_json(a_body())[:-1] + b",}",
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_json_object_is_malformed(body: bytes) -> None:
    assert refusal_of(body).code == "body_malformed"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"event":"1","event":"1"}', id="at the top, with the same value"),
        pytest.param(
            as_json(a_body()).replace(
                b'"analytics": true', b'"analytics": false, "analytics": true'
            ),
            id="in the choices",
        ),
        pytest.param(
            as_json(a_body()).replace(b'"analytics"', b'"preferences"'), id="in place of another"
        ),
        pytest.param(
            as_json(a_body()).replace(
                b'"analytics": true', b'"analytics": true, "\\u0061nalytics": 1'
            ),
            id="written with an escape",
        ),
    ],
)
def test_a_key_twice_is_refused_because_two_readers_could_differ(body: bytes) -> None:
    assert refusal_of(body).code == "key_duplicate"


@pytest.mark.parametrize(
    "name", ["token", "Event", "event ", "", "__proto__", "event\x00", "\ud800"]
)
def test_an_unknown_field_is_refused(name: str) -> None:
    error = refusal_of(as_json({**a_body(), name: 1}))

    assert error.code == "field_unknown"
    assert str(error.detail["field"]).isascii()
    assert str(error.detail["field"]).isprintable()


def test_a_long_unknown_name_is_repeated_in_part_only() -> None:
    error = refusal_of(as_json({**a_body(), "<script>" * 100: 1}))

    assert len(str(error.detail["field"])) <= 40
    assert "<" not in str(error.detail["field"])


@pytest.mark.parametrize("name", sorted(a_body()))
def test_a_missing_field_is_named(name: str) -> None:
    error = refusal_of(as_json(without_gone({**a_body(), name: GONE})))

    assert (error.code, error.detail) == ("field_missing", {"field": name})


TEXT_FIELDS = ("event", "notice", "locale", "surface", "client_time", "previous")
WRONG_TYPES = {"null": None, "number": 7, "true": True, "list": ["a"], "object": {"a": "b"}}


@pytest.mark.parametrize("value", WRONG_TYPES.values(), ids=WRONG_TYPES.keys())
@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_a_field_that_must_be_text_is_nothing_else(name: str, value: object) -> None:
    error = refusal_of(as_json({**a_body(), name: value}))

    assert (error.code, error.detail) == ("field_type", {"field": name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("categories", None),
        ("categories", []),
        ("categories", ["analytics"]),
        ("categories", "all"),
        ("categories", True),
        ("categories", {"analytics": 1}),
        ("categories", {"analytics": "true"}),
        ("categories", {"analytics": None}),
        ("services", ["google-analytics"]),
        ("services", {"google-analytics": 0}),
        ("services", {"google-analytics": {}}),
        ("signals", None),
        ("signals", []),
        ("signals", {}),
        ("signals", {"gpc": 1}),
        ("signals", {"gpc": "1"}),
        ("signals", {"gpc": False, "dnt": True}),
    ],
)
def test_choices_and_signals_are_objects_of_true_and_false(name: str, value: object) -> None:
    error = refusal_of(as_json({**a_body(), name: value}))

    assert (error.code, error.detail) == ("field_type", {"field": name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("event", ""),
        ("event", "1"),
        ("event", EVENT.upper()),
        ("event", EVENT + "\n"),
        ("event", EVENT.replace("-", "")),
        ("event", "{" + EVENT + "}"),
        ("event", EVENT[:-1] + "\x00"),
        ("notice", ""),
        ("notice", "a" * 33),
        ("notice", "2026 11 22"),
        ("notice", "../2026"),
        ("locale", "ID"),
        ("locale", "id-ID"),
        ("locale", "i"),
        ("locale", "id\n"),
        ("surface", "popup"),
        ("surface", "Banner"),
        ("surface", "banner\n"),
        ("client_time", ""),
        ("client_time", "now"),
        ("client_time", "2026-11-22"),
        ("client_time", "2026-11-22T07:14:03"),
        ("client_time", "2026-11-22T07:14:03+07:00"),
        ("client_time", "2026-11-22T07:14:03.Z"),
        ("client_time", "٢٠٢٦-11-22T07:14:03Z"),
        ("client_time", "2026-11-22T07:14:03Z\x00"),
        ("previous", ""),
        ("previous", "a" * 2049),
        ("previous", "a b"),
        ("previous", "a.b\n"),
        ("previous", "é"),
    ],
)
def test_a_text_in_the_wrong_form_is_refused(name: str, value: str) -> None:
    error = refusal_of(as_json({**a_body(), name: value}))

    assert (error.code, error.detail) == ("field_value", {"field": name})


@pytest.mark.parametrize("time", ["2026-11-22T07:14:03Z", "2026-11-22T07:14:03.123456Z"])
def test_the_browsers_time_may_have_any_precision(time: str) -> None:
    assert parse_decision(as_json(a_body(client_time=time))).client_time == time


@pytest.mark.parametrize(
    ("field", "code"), [("categories", "category_unknown"), ("services", "service_unknown")]
)
@pytest.mark.parametrize("name", ["", "Analytics", "a b", "a\x00b", "a" * 33, "\ud800", "ä"])
def test_a_choice_that_can_be_no_ones_id_is_unknown(field: str, code: str, name: str) -> None:
    error = refusal_of(as_json({**a_body(), field: {**CHOICES[field], name: False}}))

    assert error.code == code
    assert str(error.detail["name"]).isascii()


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_by_name(body: bytes) -> None:
    refusal_of(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*a_body(), "previous"]) | st.text(), JSON))
def test_any_json_is_read_or_refused_by_name(changes: dict[str, Any]) -> None:
    body = as_json({**a_body(), **changes})

    try:
        decision = parse_decision(body)
    except IzinError:
        return

    assert all(isinstance(choice, bool) for choice in decision.categories.values())


# --- against the site ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "granted",
    [
        pytest.param((), id="nothing"),
        pytest.param(ANALYTICS, id="one service"),
        pytest.param(("analytics",), id="a category without its services"),
        pytest.param((*SITE.categories, *SITE.service_ids), id="everything"),
    ],
)
def test_an_answer_to_what_the_site_asks_is_accepted(granted: tuple[str, ...]) -> None:
    check_against(a_decision(*granted), SITE)


def without(table: str, name: str) -> dict[str, bool]:
    return {key: value for key, value in CHOICES[table].items() if key != name}


@pytest.mark.parametrize(
    ("changes", "error", "detail"),
    [
        pytest.param(
            {"notice": "2025-01-01"}, NoticeStale, {"current": "2026-11-22"}, id="another notice"
        ),
        pytest.param({"locale": "jv"}, FieldValue, {"field": "locale"}, id="another language"),
        pytest.param(
            {"categories": {**CHOICES["categories"], "marketing": False}},
            CategoryUnknown,
            {"name": "marketing"},
            id="an unknown category, refused",
        ),
        pytest.param(
            {"categories": {**CHOICES["categories"], "necessary": True}},
            CategoryUnknown,
            {"name": "necessary"},
            id="the necessary one",
        ),
        pytest.param(
            {"categories": without("categories", "analytics")},
            CategoryMissing,
            {"name": "analytics"},
            id="a category missing",
        ),
        pytest.param(
            {"services": {**CHOICES["services"], "hotjar": True}},
            ServiceUnknown,
            {"name": "hotjar"},
            id="an unknown service",
        ),
        pytest.param(
            {"services": without("services", "adsense")},
            ServiceMissing,
            {"name": "adsense"},
            id="a service missing",
        ),
        pytest.param(
            {"services": {**CHOICES["services"], "adsense": True}},
            ChoiceContradictory,
            {"service": "adsense"},
            id="a service without its category",
        ),
        pytest.param(
            {
                "surface": "once",
                "categories": {**CHOICES["categories"], "advertising": True, "analytics": True},
            },
            ChoiceContradictory,
            {"surface": "once"},
            id="two things for once",
        ),
    ],
)
def test_what_does_not_answer_the_site_is_refused(
    changes: dict[str, Any], error: type[IzinError], detail: dict[str, object]
) -> None:
    with pytest.raises(error) as caught:
        check_against(a_decision(**changes), SITE)

    assert caught.value.detail == detail


OLDER = "2026-01-01"


def test_a_withdrawal_under_the_notice_that_was_shown_is_accepted() -> None:
    check_against(a_decision(notice=OLDER), SITE, shown_before=OLDER)


def test_a_late_withdrawal_names_what_its_own_notice_asked() -> None:
    withdrawal = a_decision(notice=OLDER, categories={"marketing": False}, services={})

    check_against(withdrawal, SITE, shown_before=OLDER)


@pytest.mark.parametrize(
    ("granted", "shown_before"),
    [
        pytest.param((), None, id="without a genuine token"),
        pytest.param((), "2025-06-06", id="with a token of yet another notice"),
        pytest.param(ANALYTICS, OLDER, id="of anything granted"),
    ],
)
def test_nothing_else_is_accepted_under_an_older_notice(
    granted: tuple[str, ...], shown_before: str | None
) -> None:
    with pytest.raises(NoticeStale):
        check_against(a_decision(*granted, notice=OLDER), SITE, shown_before=shown_before)


def test_yesterdays_yes_is_no_answer_for_a_service_added_today() -> None:
    today: Site = a_site(with_service("peta-baru", product="embed", category="preferences"))

    with pytest.raises(ServiceMissing) as caught:
        check_against(a_decision(*SITE.categories, *SITE.service_ids), today)

    assert caught.value.detail == {"name": "peta-baru"}


def test_a_decision_about_the_biggest_site_fits_into_a_body() -> None:
    site = the_biggest_site()
    body = a_body(*site.categories, *site.service_ids, site=site, previous="t" * 2048)

    written_by_a_browser = json.dumps(body, separators=(",", ":"))

    assert len(written_by_a_browser) <= MAX_BODY_BYTES


def test_a_withdrawal_under_todays_notice_names_exactly_what_is_asked() -> None:
    invented = a_decision(categories={"budi-santoso": False})

    with pytest.raises(CategoryUnknown):
        check_against(invented, SITE, shown_before=SITE.notice.version)
