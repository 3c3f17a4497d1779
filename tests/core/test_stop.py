from __future__ import annotations

from dataclasses import replace

import pytest

from banner.core.record import Record, make_record
from banner.core.stop import HOUR, Stop, message_of, stop_of
from tests.builders import ANALYTICS, NOON, OTHER_EVENT, SALT, SITE, a_decision, a_record

BOTH = (*ANALYTICS, "preferences", "peta")


def after(previous: Record | None, *granted: str, surface: str = "dialog") -> Record:
    """The next decision of the same browser, an hour later."""
    return make_record(
        a_decision(*granted, event=OTHER_EVENT, surface=surface),
        SITE,
        id="record-2",
        at=NOON + HOUR,
        previous=previous,
        salt=SALT,
        notice_hash="0" * 64,
    )


def stop(record: Record, previous: Record | None, *, hours: int = 72) -> Stop | None:
    return stop_of(record, previous, id="stop-1", hours=hours)


def test_a_withdrawal_is_told_with_all_that_it_takes_back() -> None:
    granted = a_record(*BOTH)

    told = stop(after(granted), granted)

    assert told == Stop(
        id="stop-1",
        site="example",
        record="record-2",
        principal="record-1",
        categories=("analytics", "preferences"),
        services=("google-analytics", "peta"),
        at=NOON + HOUR,
        due_at=NOON + HOUR + 72 * HOUR,
    )


def test_a_change_is_told_with_what_it_takes_back_only() -> None:
    granted = a_record(*BOTH)

    told = stop(after(granted, *ANALYTICS), granted)

    assert told
    assert (told.categories, told.services) == (("preferences",), ("peta",))


def test_one_service_taken_back_is_told_while_its_category_stays() -> None:
    granted = a_record(*ANALYTICS)

    told = stop(after(granted, "analytics"), granted)

    assert told
    assert (told.categories, told.services) == ((), ("google-analytics",))


def test_a_change_that_swaps_one_for_another_is_told() -> None:
    granted = a_record(*ANALYTICS)

    told = stop(after(granted, "preferences", "peta"), granted)

    assert told
    assert (told.categories, told.services) == (("analytics",), ("google-analytics",))


def test_a_service_that_is_not_asked_about_any_more_counts_as_taken_back() -> None:
    before = a_record(*ANALYTICS)
    granted = replace(before, services={**before.services, "gone": True})

    told = stop(after(granted, *ANALYTICS), granted)

    assert told
    assert (told.categories, told.services) == ((), ("gone",))


@pytest.mark.parametrize(
    ("before", "now"),
    [
        pytest.param(None, (), id="a first refusal"),
        pytest.param(None, ANALYTICS, id="a first grant"),
        pytest.param((), (), id="a refusal again"),
        pytest.param(ANALYTICS, ANALYTICS, id="the same again"),
        pytest.param(ANALYTICS, BOTH, id="more"),
        pytest.param((), BOTH, id="a grant after a refusal"),
    ],
)
def test_nobody_is_told_where_nothing_is_taken_back(
    before: tuple[str, ...] | None, now: tuple[str, ...]
) -> None:
    previous = None if before is None else a_record(*before)

    assert stop(after(previous, *now), previous) is None


def test_what_was_released_for_once_takes_nothing_back() -> None:
    granted = a_record(*ANALYTICS)

    assert stop(after(granted, "preferences", "peta", surface="once"), granted) is None


def test_the_hours_are_the_sites() -> None:
    granted = a_record(*ANALYTICS)

    told = stop(after(granted), granted, hours=24)

    assert told
    assert told.due_at == told.at + 24 * HOUR


def test_the_message_says_what_was_taken_back_and_by_when() -> None:
    granted = a_record(*ANALYTICS)
    told = stop(after(granted), granted)
    assert told

    assert message_of(told) == {
        "schema": "izin/stop/1",
        "stop_id": "stop-1",
        "site": "example",
        "record_id": "record-2",
        "principal_id": "record-1",
        "withdrawn": {"categories": ["analytics"], "services": ["google-analytics"]},
        "time": "2026-11-25T11:00:00.000Z",
        "due": "2026-11-28T11:00:00.000Z",
    }
