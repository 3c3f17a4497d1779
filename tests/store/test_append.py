from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Engine, event, select, text

from banner.core.errors import EventConflict, StoreUnavailable
from banner.core.evidence import (
    erasure_of,
    evidence_of,
    leaf_of_erasure,
    leaf_of_record,
    salt_of_erasure,
)
from banner.core.merkle import EMPTY, extend, leaf_hash, peaks_needed
from banner.core.record import Record
from banner.core.stop import Stop
from banner.store.append import Add, Appending, Erase
from banner.store.engine import open_engine
from banner.store.migrate import migrate
from banner.store.schema import erasures, leaves, nodes, stops
from tests.builders import ANALYTICS, NOON, a_record
from tests.service import Rows


def numbered(number: int, **changes: object) -> Record:
    record = a_record(*ANALYTICS, id=f"record-{number}", event=f"event-{number}")
    return replace(record, **changes)  # type: ignore[arg-type]


def adds(*numbers: int, **changes: object) -> list[Add]:
    return [Add(numbered(number, **changes)) for number in numbers]


def log(engine: Engine, site: str = "example") -> list[bytes]:
    """The leaves of a site's log, which must have no gap."""
    found = select(leaves.c.position, leaves.c.hash).where(leaves.c.site == site)
    with engine.connect() as connection:
        rows = connection.execute(found.order_by(leaves.c.position)).all()
    assert [position for position, _ in rows] == list(range(len(rows)))
    return [hash for _, hash in rows]


def tree(engine: Engine, site: str = "example") -> set[tuple[int, int, bytes]]:
    found = select(nodes.c.level, nodes.c.position, nodes.c.hash).where(nodes.c.site == site)
    with engine.connect() as connection:
        return {(level, at, hash) for level, at, hash in connection.execute(found)}


def leaf_of(record: Record) -> bytes:
    return leaf_hash(leaf_of_record(evidence_of(record), record.salt))


def rebuilt(hashes: Sequence[bytes]) -> set[tuple[int, int, bytes]]:
    _, finished = extend(EMPTY, hashes)
    return {(node.level, node.position, node.hash) for node in finished}


def test_each_record_has_a_leaf_in_the_order_of_its_batch(engine: Engine) -> None:
    append = Appending(engine)

    append(adds(1, 2, 3))
    append(adds(4, 5))

    assert log(engine) == [leaf_of(numbered(number)) for number in (1, 2, 3, 4, 5)]


def test_every_finished_subtree_is_stored(engine: Engine) -> None:
    append = Appending(engine)
    for number in range(13):
        append(adds(number))

    assert tree(engine) == rebuilt(log(engine))


def test_each_site_has_a_log_of_its_own(engine: Engine) -> None:
    Appending(engine)([*adds(1), *adds(2, site="other"), *adds(3)])

    assert len(log(engine)) == 2
    assert len(log(engine, "other")) == 1


def test_a_process_that_begins_goes_on_where_the_log_ends(engine: Engine) -> None:
    for number in range(7):
        Appending(engine)(adds(number))

    assert tree(engine) == rebuilt(log(engine))
    assert len(log(engine)) == 7


def test_two_processes_that_take_turns_make_one_log(engine: Engine) -> None:
    one, other = Appending(engine), Appending(engine)
    for number in range(0, 12, 2):
        one(adds(number))
        other(adds(number + 1))

    assert len(log(engine)) == 12
    assert tree(engine) == rebuilt(log(engine))


def test_many_processes_at_once_make_one_log(engine: Engine, rows: Rows) -> None:
    def work(first: int) -> None:
        append = Appending(engine)
        for number in range(first, first + 20):
            append(adds(number, 1000 + number, site="example"))

    threads = [threading.Thread(target=work, args=(first,)) for first in (0, 100, 200, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert rows.count() == len(log(engine)) == 160
    assert tree(engine) == rebuilt(log(engine))


def test_an_event_that_is_stored_takes_no_place_and_holds_up_no_other(engine: Engine) -> None:
    append = Appending(engine)
    (first,) = append(adds(1))

    outcomes = append([Add(numbered(1, id="record-9")), *adds(2)])

    assert outcomes == [first, numbered(2)]
    assert len(log(engine)) == 2


def test_an_event_twice_in_a_batch_is_one_row(engine: Engine, rows: Rows) -> None:
    outcomes = Appending(engine)([*adds(1), Add(numbered(1, id="record-9")), *adds(1)])

    assert outcomes == [numbered(1)] * 3
    assert rows.count() == len(log(engine)) == 1


def test_an_event_with_other_contents_is_refused_alone(engine: Engine) -> None:
    append = Appending(engine)
    append(adds(1))

    refused, stored = append([Add(numbered(1, gpc=True)), *adds(2)])

    assert isinstance(refused, EventConflict)
    assert stored == numbered(2)


def test_a_batch_that_cannot_be_stored_leaves_nothing_behind(engine: Engine, rows: Rows) -> None:
    append = Appending(engine)
    append(adds(1))
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE nodes RENAME TO elsewhere"))
    with pytest.raises(StoreUnavailable):
        append(adds(2, 3))
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO nodes"))

    append(adds(4))

    assert rows.count() == 2
    assert log(engine) == [leaf_of(numbered(1)), leaf_of(numbered(4))]
    assert tree(engine) == rebuilt(log(engine))


def test_whom_to_tell_is_stored_with_the_record_or_not_at_all(engine: Engine) -> None:
    stop = Stop("stop-1", "example", "record-1", None, ("analytics",), (), NOON, NOON + 1)
    append = Appending(engine)

    append([Add(numbered(1), stop)])
    append([Add(numbered(1, id="record-9"), replace(stop, id="stop-2"))])

    with engine.connect() as connection:
        assert connection.execute(select(stops.c.id)).scalars().all() == ["stop-1"]


def test_sqlite_asks_nothing_before_it_writes(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'records.sqlite3'}")
    migrate(engine)
    append = Appending(engine)
    append(adds(1))
    statements: list[str] = []
    event.listen(
        engine, "before_cursor_execute", lambda *given: statements.append(given[2].split()[0])
    )

    append(adds(2))

    assert set(statements) == {"INSERT"}
    engine.dispose()


# --- erasing -------------------------------------------------------------------------------


def test_an_erased_record_is_gone_and_its_leaf_stays(engine: Engine, rows: Rows) -> None:
    append = Appending(engine)
    append(adds(1, 2))

    outcomes = append([Erase("record-1", NOON, "visitor")])

    assert outcomes == [True]
    assert [row["id"] for row in rows.all()] == ["record-2"]
    told = erasure_of(erased=0, at=NOON, reason="visitor")
    assert log(engine) == [
        leaf_of(numbered(1)),
        leaf_of(numbered(2)),
        leaf_hash(leaf_of_erasure(told, salt_of_erasure(numbered(1).salt))),
    ]
    with engine.connect() as connection:
        assert tuple(connection.execute(select(erasures)).one()) == (
            "example", 2, 0, NOON, "visitor", salt_of_erasure(numbered(1).salt),
        )  # fmt: skip


def test_what_is_not_there_is_not_erased(engine: Engine) -> None:
    append = Appending(engine)
    append(adds(1))
    append([Erase("record-1", NOON, "visitor")])

    assert append([Erase("record-1", NOON, "visitor"), Erase("never", NOON, "owner")]) == [
        False,
        False,
    ]
    assert len(log(engine)) == 2


def test_records_and_erasures_share_a_batch(engine: Engine, rows: Rows) -> None:
    append = Appending(engine)
    append(adds(1, 2))

    append([*adds(3), Erase("record-2", NOON, "owner"), *adds(4)])

    assert {row["id"] for row in rows.all()} == {"record-1", "record-3", "record-4"}
    assert len(log(engine)) == 5
    assert tree(engine) == rebuilt(log(engine))


def test_two_processes_that_erase_the_same_record_erase_it_once(engine: Engine) -> None:
    Appending(engine)(adds(1))
    answers: list[object] = []

    def work() -> None:
        answers.extend(Appending(engine)([Erase("record-1", NOON, "owner")]))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers, key=bool) == [False, False, False, True]
    assert len(log(engine)) == 2


def test_nothing_of_an_erased_record_is_left_in_sqlites_files(tmp_path: Path) -> None:
    file = tmp_path / "records.sqlite3"
    engine = open_engine(f"sqlite:///{file}")
    migrate(engine)
    append = Appending(engine)
    append(adds(*range(40)))
    append([Add(numbered(99, id="marker-of-the-erased", salt=b"marker-of-the-salt".ljust(32)))])
    append([Erase("marker-of-the-erased", NOON, "visitor")])

    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    engine.dispose()
    assert b"marker-of-the-salt" not in left
    assert b"event-99" not in left


@given(sizes=some.lists(some.integers(1, 9), max_size=8))
def test_the_tree_does_not_depend_on_how_records_were_batched(sizes: list[int]) -> None:
    engine = open_engine("sqlite://")
    migrate(engine)
    append = Appending(engine)
    numbers = iter(range(1000))
    for size in sizes:
        append(adds(*(next(numbers) for _ in range(size))))

    assert tree(engine) == rebuilt(log(engine))
    assert len(peaks_needed(len(log(engine)))) == bin(sum(sizes)).count("1")
    engine.dispose()
