from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from banner.core.errors import EventConflict, StoreUnavailable
from banner.core.record import Record
from banner.store.engine import open_engine
from banner.store.migrate import migrate
from tests.builders import ANALYTICS, EVENT, OTHER_EVENT, a_record
from tests.service import Rows, StoredRecords


def test_what_was_added_is_found_whole(records: StoredRecords) -> None:
    record = a_record(*ANALYTICS, previous="record-0", gpc=True, locale="en")

    added = records.add(record)

    assert added == record
    assert records.find("record-1") == record


def test_what_was_never_added_is_not_found(records: StoredRecords) -> None:
    records.add(a_record())

    assert records.find("record-2") is None
    assert records.find("") is None


def test_the_row_is_committed_when_add_returns(records: StoredRecords, rows: Rows) -> None:
    records.add(a_record(*ANALYTICS))

    (row,) = rows.all()
    assert (row["id"], row["event"], row["kind"]) == ("record-1", EVENT, "granted")
    assert row["services"]["google-analytics"] is True
    assert row["services"]["adsense"] is False


def test_the_same_event_is_one_row_and_the_first_record_comes_back(
    records: StoredRecords, rows: Rows
) -> None:
    first = records.add(a_record(*ANALYTICS))

    again = records.add(a_record(*ANALYTICS, id="record-2", recorded_at=7, valid_until=8))

    assert again == first
    assert rows.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"categories": {"analytics": False}},
        {"services": {}},
        {"gpc": True},
        {"previous": "record-0"},
        {"notice": "2027"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_the_same_event_with_other_contents_is_refused_and_the_first_stays(
    records: StoredRecords, rows: Rows, changes: dict[str, object]
) -> None:
    first = records.add(a_record(*ANALYTICS))

    with pytest.raises(EventConflict):
        records.add(replace(first, id="record-2", **changes))  # type: ignore[arg-type]

    assert records.find("record-1") == first
    assert rows.count() == 1


def test_two_events_are_two_rows_even_if_they_say_the_same(
    records: StoredRecords, rows: Rows
) -> None:
    records.add(a_record(id="record-1", event=EVENT))

    records.add(a_record(id="record-2", event=OTHER_EVENT))

    assert rows.count() == 2


def test_two_sites_may_see_the_same_event(records: StoredRecords, rows: Rows) -> None:
    records.add(a_record(id="record-1"))

    records.add(replace(a_record(id="record-2"), site="other"))

    assert rows.count() == 2


def test_an_id_that_is_taken_stores_nothing(records: StoredRecords, rows: Rows) -> None:
    records.add(a_record(event=EVENT))

    with pytest.raises(StoreUnavailable):
        records.add(a_record(event=OTHER_EVENT))

    assert rows.count() == 1


def together(count: int, act: Callable[[int], Record]) -> list[Record | Exception]:
    """Do `act` in `count` threads that all start at once."""
    answers: list[Record | Exception] = []
    start = threading.Barrier(count)

    def run(number: int) -> None:
        start.wait()
        try:
            answers.append(act(number))
        except Exception as error:
            answers.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_twenty_at_once_with_the_same_event_get_one_row_and_one_answer(
    records: StoredRecords, rows: Rows
) -> None:
    answers = together(20, lambda number: records.add(a_record(*ANALYTICS, id=f"record-{number}")))

    assert rows.count() == 1
    assert len(answers) == 20
    assert answers == [records.find(rows.all()[0]["id"])] * 20


def test_twenty_at_once_with_their_own_events_are_twenty_rows(
    records: StoredRecords, rows: Rows
) -> None:
    answers = together(
        20, lambda number: records.add(a_record(id=f"record-{number}", event=f"event-{number}"))
    )

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert rows.count() == 20


# --- superseded ----------------------------------------------------------------------------


def test_a_record_is_superseded_once_a_later_one_names_it(records: StoredRecords) -> None:
    records.add(a_record(*ANALYTICS, id="record-1", event=EVENT))
    before = records.is_superseded("record-1")

    records.add(a_record(id="record-2", event=OTHER_EVENT, previous="record-1"))

    assert not before
    assert records.is_superseded("record-1")
    assert not records.is_superseded("record-2")


# --- away ----------------------------------------------------------------------------------

ACTS: dict[str, Callable[[StoredRecords], object]] = {
    "add": lambda records: records.add(a_record()),
    "find": lambda records: records.find("record-1"),
    "is_superseded": lambda records: records.is_superseded("record-1"),
    "check": lambda records: records.check(),
}
every_act = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())


@every_act
def test_without_its_table_nothing_is_answered(
    engine: Engine, act: Callable[[StoredRecords], object]
) -> None:
    records = StoredRecords(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE records"))

    with pytest.raises(StoreUnavailable):
        act(records)


@pytest.fixture
def dead_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


@every_act
def test_with_postgresql_away_nothing_is_answered(
    act: Callable[[StoredRecords], object], dead_port: int
) -> None:
    engine = open_engine(f"postgresql+psycopg://izin:secret@127.0.0.1:{dead_port}/izin")

    with pytest.raises(StoreUnavailable) as caught:
        act(StoredRecords(engine))

    engine.dispose()
    assert "secret" not in str(caught.value)


@every_act
def test_with_a_file_that_is_no_database_nothing_is_answered(
    act: Callable[[StoredRecords], object], tmp_path: Path
) -> None:
    file = tmp_path / "broken.sqlite3"
    file.write_bytes(b"this is no database" * 100)
    engine = open_engine(f"sqlite:///{file}")

    with pytest.raises(StoreUnavailable):
        act(StoredRecords(engine))

    engine.dispose()


def test_while_another_process_writes_to_sqlite_for_too_long_nothing_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banner.store.engine.BUSY_SECONDS", 0)
    url = f"sqlite:///{tmp_path / 'records.sqlite3'}"
    mine, other = open_engine(url), open_engine(url)
    migrate(mine)

    with other.connect() as connection:
        connection.execute(text("BEGIN IMMEDIATE"))
        with pytest.raises(StoreUnavailable):
            StoredRecords(mine).add(a_record())
        found = StoredRecords(mine).find("record-1")

    mine.dispose()
    other.dispose()
    assert found is None


def test_a_database_that_comes_back_is_used_again(engine: Engine, rows: Rows) -> None:
    records = StoredRecords(engine)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE records RENAME TO elsewhere"))
    with pytest.raises(StoreUnavailable):
        records.add(a_record())
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO records"))

    records.add(a_record())

    assert rows.count() == 1
