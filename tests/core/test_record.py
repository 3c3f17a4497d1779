from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest

from banner.core.record import make_record
from tests.builders import ANALYTICS, NOON, OTHER_EVENT, SALT, a_decision, a_record, a_site

SITE = a_site()
MADE: Any = {"id": "record-2", "at": NOON, "salt": SALT, "notice_hash": "0" * 64}


@pytest.mark.parametrize(
    ("granted", "previous", "kind"),
    [
        pytest.param(ANALYTICS, None, "granted", id="a first yes"),
        pytest.param((), None, "refused", id="a first no"),
        pytest.param(ANALYTICS, a_record("preferences"), "changed", id="a yes after a yes"),
        pytest.param((), a_record(*ANALYTICS), "withdrawn", id="a no after a yes"),
    ],
)
def test_the_kind_says_what_became_of_the_choice(
    granted: tuple[str, ...], previous: object, kind: str
) -> None:
    record = make_record(a_decision(*granted), SITE, **MADE, previous=previous)  # type: ignore[arg-type]

    assert record.kind == kind


def test_a_record_keeps_one_value_for_every_category_and_service() -> None:
    record = a_record(*ANALYTICS)

    assert record.categories == {"advertising": False, "analytics": True, "preferences": False}
    assert list(record.services.items()) == [
        ("adsense", False),
        ("floodlight", False),
        ("google-analytics", True),
        ("peta", False),
    ]
    assert record.granted == ANALYTICS
    assert record.refused == ("advertising", "preferences", "adsense", "floodlight", "peta")


def test_a_record_is_valid_for_the_sites_choice_days_by_the_services_clock() -> None:
    record = make_record(
        a_decision(client_time="1999-01-01T00:00:00Z"),
        a_site(choice_days=30),
        previous=None,
        **MADE,
    )

    assert record.recorded_at == NOON
    assert record.valid_until == NOON + 30 * 86_400_000


def test_a_record_names_the_one_it_replaces() -> None:
    previous = a_record(*ANALYTICS, id="record-0")

    record = make_record(a_decision(), SITE, **MADE, previous=previous)

    assert record.previous == "record-0"


def test_a_grant_begins_what_holds_a_browsers_records_together() -> None:
    first = make_record(a_decision(*ANALYTICS), SITE, **MADE, previous=None)

    second = make_record(a_decision(), SITE, **{**MADE, "id": "record-3"}, previous=first)

    assert first.principal == "record-2"
    assert second.principal == "record-2"


def test_a_refusal_carries_no_identifier_unless_a_receipt_is_asked_for() -> None:
    silent = make_record(a_decision(), SITE, **MADE, previous=None)
    asked = make_record(a_decision(receipt=True), SITE, **MADE, previous=None)

    assert silent.principal is None
    assert asked.principal == "record-2"


def test_what_is_loaded_for_once_begins_nothing() -> None:
    once = a_decision("peta", surface="once")

    assert make_record(once, SITE, **MADE, previous=None).principal is None


def test_a_record_is_kept_for_the_sites_record_days() -> None:
    record = make_record(a_decision(), a_site(record_days=10), **MADE, previous=None)

    assert record.keep_until == NOON + 10 * 86_400_000


def test_a_record_cannot_change() -> None:
    record = a_record()

    with pytest.raises(FrozenInstanceError):
        record.kind = "granted"  # type: ignore[misc]


def test_the_servers_own_time_and_id_do_not_make_it_another_act() -> None:
    record = a_record(*ANALYTICS)

    assert record.says_the_same_as(replace(record, id="record-2", recorded_at=0, valid_until=1))


@pytest.mark.parametrize(
    "changes",
    [
        {"site": "other"},
        {"event": OTHER_EVENT},
        {"notice": "2027"},
        {"locale": "en"},
        {"surface": "dialog"},
        {"categories": {"analytics": False}},
        {"services": {"google-analytics": False}},
        {"gpc": True},
        {"client_time": "2026-11-25T10:00:01Z"},
        {"previous": "record-0"},
        {"script": "an-older--script"},
        {"receipt": True},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_anything_the_visitor_said_makes_it_another_act(changes: dict[str, object]) -> None:
    record = a_record(*ANALYTICS)

    assert not record.says_the_same_as(replace(record, **changes))  # type: ignore[arg-type]
