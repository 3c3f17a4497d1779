from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Engine

from banner.core.record import Record
from banner.store.append import Add, Appending, Together
from banner.store.erasing import erasure_of, with_earlier
from banner.store.records import Records
from tests.builders import ANALYTICS, NOON, a_record


def chain(engine: Engine) -> list[Record]:
    """A grant, a wider one, and the withdrawal of both."""
    first = a_record(*ANALYTICS, id="record-1", event="event-1", recorded_at=NOON)
    second = replace(
        first, id="record-2", event="event-2", recorded_at=NOON + 1, previous="record-1"
    )
    last = replace(
        a_record(id="record-3", event="event-3", recorded_at=NOON + 2), previous="record-2"
    )
    Appending(engine)([Add(each) for each in (first, second, last)])
    return [first, second, last]


def test_what_a_record_has_replaced_is_erased_with_it_oldest_first(engine: Engine) -> None:
    first, second, last = chain(engine)

    assert with_earlier([last], Records(engine)) == [first, second, last]
    assert with_earlier([second], Records(engine)) == [first, second]


def test_erasures_that_belong_together_are_one_transaction(engine: Engine) -> None:
    records = Records(engine)
    acts = tuple(
        erasure_of(each, records, at=NOON + 3, reason="visitor", hours=72) for each in chain(engine)
    )

    (count,) = Appending(engine)([Together(acts)])

    assert count == 3
    assert records.find("record-3") is None


def test_only_a_grant_that_still_counts_is_told_of(engine: Engine) -> None:
    first, second, last = chain(engine)
    records = Records(engine)

    told = [
        erasure_of(each, records, at=NOON + 3, reason="visitor", hours=72).stop
        for each in (first, second, last)
    ]

    assert told == [None, None, None]
