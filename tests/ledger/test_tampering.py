"""Everything that somebody with the database in hand can do to it, and what the check says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, Table, and_, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from banner.core.checkpoint import sign_checkpoint
from banner.core.evidence import erasure_of, evidence_of, leaf_of_erasure, leaf_of_record
from banner.core.merkle import EMPTY, check_inclusion, extend, leaf_hash, root_of
from banner.core.stop import Stop
from banner.store.append import Add, Appending
from banner.store.notices import Notices
from banner.store.rows import record_of
from banner.store.schema import (
    checkpoints,
    erasures,
    leaves,
    nodes,
    notices,
    records,
    shown,
    statements,
    stop_attempts,
    stops,
)
from banner.store.stops import Stops
from tests.builders import NOON, a_record
from tests.logs import NEW_SEED, OTHERS_SEED, SEED, Log, a_ledger
from tests.service import Clock

SIZE = 13
"""Of the log at hand: checkpoints stand at 5 and 12, so its last leaf is not covered yet."""


@pytest.fixture
def log(engine: Engine, clock: Clock) -> Log:
    """Twelve records, the one at 3 erased in between, and two checkpoints."""
    log = Log(engine, clock)
    log.grow(5)
    log.sign()
    log.grow(2)
    log.erase(3)
    log.grow(4)
    log.sign()
    log.grow(1)
    return log


def run(engine: Engine, *statements: Any) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)


def rows_of(engine: Engine, table: Table) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        found = connection.execute(select(table).order_by(*table.primary_key))
        return [dict(row) for row in found.mappings()]


def at(table: Table, **key: object) -> Any:
    return and_(*(table.c[name] == value for name, value in key.items()))


# --- the attacker's tools ------------------------------------------------------------------


def log_anew(engine: Engine, *, seed: bytes | None = None, skip_gone: bool = False) -> None:
    """Make everything below the signatures fit the rows of `records` and `erasures` again, and
    with a seed the signatures too."""
    with engine.begin() as connection:
        hashes = [_leaf_anew(connection, row) for row in _leaves(connection)]
        connection.execute(delete(nodes))
        _, finished = extend(EMPTY, hashes)
        rows = [
            {"site": "example", "level": node.level, "position": node.position, "hash": node.hash}
            for node in finished
        ]
        connection.execute(insert(nodes), rows)
        if seed:
            _sign_anew(connection, hashes, seed)


def _leaves(connection: Connection) -> list[Any]:
    return list(connection.execute(select(leaves).order_by(leaves.c.position)))


def _leaf_anew(connection: Connection, leaf: Any) -> bytes:
    hash = leaf.hash
    row = connection.execute(select(records).where(records.c.id == leaf.record)).first()
    told = connection.execute(select(erasures).where(erasures.c.position == leaf.position)).first()
    if row:
        record = record_of(row)
        hash = leaf_hash(leaf_of_record(evidence_of(record), record.salt))
    elif told:
        erasure = erasure_of(erased=told.erased, at=told.at, reason=told.reason)
        hash = leaf_hash(leaf_of_erasure(erasure, told.salt))
    connection.execute(update(leaves).where(leaves.c.position == leaf.position).values(hash=hash))
    return bytes(hash)


def _sign_anew(connection: Connection, hashes: list[bytes], seed: bytes) -> None:
    sizes = [row.size for row in connection.execute(select(checkpoints.c.size)) if row.size]
    for size in sizes:
        root = root_of(extend(EMPTY, hashes[:size])[0])
        note = sign_checkpoint("izin.example.co.id/example", size, root, seed)
        own = checkpoints.c.size == size
        connection.execute(update(checkpoints).where(own).values(note=note))


def cut(engine: Engine, size: int) -> None:
    """Take everything after the first `size` leaves out, checkpoints included."""
    run(
        engine,
        delete(records).where(
            records.c.id.in_(select(leaves.c.record).where(leaves.c.position >= size))
        ),
        delete(leaves).where(leaves.c.position >= size),
        delete(erasures).where(erasures.c.position >= size),
        *(
            delete(nodes).where(nodes.c.level == level, nodes.c.position >= size >> level)
            for level in range(1, 8)
        ),
        delete(checkpoints).where(checkpoints.c.size > size),
    )


# --- what is lawful ------------------------------------------------------------------------


def test_a_log_that_nobody_has_touched_is_whole(log: Log) -> None:
    findings = log.findings()

    assert [finding for finding in findings if finding.is_fault] == []
    assert str(findings[-1]) == (
        "example: 13 leaves, 12 of them under a checkpoint; 11 records, 1 erased"
    )


def test_a_lawful_erasure_is_accepted_and_leaves_every_other_proof_valid(log: Log) -> None:
    before = log.sign()
    size = log.size
    with_proofs = {
        position: log.ledger.inclusion("example", position, size) for position in range(size)
    }
    hashes = {row["position"]: row["hash"] for row in rows_of(log.engine, leaves)}
    root = log.ledger.checkpoint("example").root

    for position in (0, 6, 11):
        log.erase(position, reason="retention")
    log.sign()

    assert log.faults(outside=[before]) == []
    assert {row["id"] for row in rows_of(log.engine, records)}.isdisjoint(
        {log.name(0), log.name(6), log.name(11), log.name(3)}
    )
    for position, proof in with_proofs.items():
        assert check_inclusion(hashes[position], position, size, proof, root)
        assert log.ledger.inclusion("example", position, size) == proof


def test_after_a_rotation_of_the_ledgers_key_older_checkpoints_count(log: Log) -> None:
    rotated = a_ledger(log.engine, log.clock, keys=(SEED, NEW_SEED))
    log.clock.move(seconds=2)
    assert rotated.sign("example")

    assert log.faults(ledger=rotated) == []
    assert log.faults() == ["example: checkpoint of 13 leaves: no known key has signed this"]


def test_a_log_whose_service_has_moved_is_whole(log: Log) -> None:
    old = log.sign()
    log.ledger._host = "elsewhere.example.org"
    log.grow(1)
    new = log.sign()

    assert log.faults(outside=[old, new]) == []


def test_records_that_are_said_to_be_from_before_the_ledger_are_told(log: Log) -> None:
    early = rows_of(log.engine, records)[0] | {"id": "early", "event": "early", "recorded_at": 7}
    run(log.engine, insert(records).values(**early | {"salt": None, "notice_hash": ""}))

    assert log.faults() == [
        "example: 1 records are from before the ledger: nothing vouches for them"
    ]


# --- records -------------------------------------------------------------------------------

EDITS: dict[str, Any] = {
    "id": "somebody-elses",
    "site": "other",
    "event": "event-x",
    "recorded_at": 1_795_600_800_999,
    "valid_until": 1_895_600_800_999,
    "kind": "refused",
    "notice": "2026-11-23",
    "locale": "en",
    "surface": "dialog",
    "categories": '{"advertising":true,"analytics":true,"necessary":true,"preferences":true}',
    "services": '{"adsense":true,"floodlight":true,"google-analytics":true,"peta":true}',
    "gpc": True,
    "client_time": "2026-11-25T10:00:00.001Z",
    "previous": "somebody-elses",
    "principal": "somebody-elses",
    "receipt": True,
    "notice_hash": "1" * 64,
    "script": "another",
    "keep_until": 1_895_600_800_999,
    "salt": b"t" * 32,
}


def test_every_column_of_a_record_is_edited_below() -> None:
    assert set(EDITS) == set(records.columns.keys())


@pytest.mark.parametrize("column", EDITS)
def test_an_edited_record_is_found(log: Log, column: str) -> None:
    run(
        log.engine,
        update(records).where(at(records, id=log.name(1))).values({column: EDITS[column]}),
    )

    faults = log.faults()

    if column == "id":
        assert (
            f"example: record {log.name(1)}: it is gone, and no leaf tells of its erasure" in faults
        )
        assert "example: record somebody-elses: it is in no leaf" in faults
    else:
        assert f"example: record {log.name(1)}: it is not what was logged as leaf 1" in faults


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "unheard-of"),
        ("recorded_at", 2**62),
        ("categories", "no JSON"),
        ("categories", "null"),
    ],
)
def test_a_record_that_cannot_be_read_any_more_is_found(log: Log, column: str, value: Any) -> None:
    run(log.engine, update(records).where(at(records, id=log.name(1))).values({column: value}))

    assert log.faults() == [f"example: record {log.name(1)}: it cannot be read"]


def test_another_spelling_of_the_same_choices_is_found(log: Log) -> None:
    [row] = [row for row in rows_of(log.engine, records) if row["id"] == log.name(1)]
    both = row["categories"].replace('"analytics":true', '"analytics":false,"analytics":true')
    run(log.engine, update(records).where(at(records, id=log.name(1))).values(categories=both))

    assert log.faults() == [
        f"example: record {log.name(1)}: its choices are not written as they were logged"
    ]


def edit(log: Log, position: int = 1) -> None:
    run(
        log.engine,
        update(records).where(at(records, id=log.name(position))).values(kind="withdrawn"),
    )


def test_an_edited_record_with_its_leaf_made_anew_is_found_by_the_tree(log: Log) -> None:
    edit(log)
    with log.engine.begin() as connection:
        _leaf_anew(connection, _leaves(connection)[1])

    assert log.faults() == [
        "example: leaves 0 to 1: the stored node above them is not theirs",
        "example: checkpoint of 5 leaves: the first 5 leaves are not those of its root",
        "example: leaves 0 to 4: what was changed is there",
        "example: checkpoint of 12 leaves: the first 12 leaves are not those of its root",
    ]


def test_an_edited_record_with_the_whole_tree_made_anew_is_found_by_the_checkpoints(
    log: Log,
) -> None:
    edit(log, 6)
    log_anew(log.engine)

    assert log.faults() == [
        "example: checkpoint of 12 leaves: the first 12 leaves are not those of its root",
        "example: leaves 5 to 11: what was changed is there",
    ]


def test_a_deleted_record_is_found(log: Log) -> None:
    run(log.engine, delete(records).where(at(records, id=log.name(1))))

    assert log.faults() == [
        f"example: record {log.name(1)}: it is gone, and no leaf tells of its erasure"
    ]


def test_a_record_deleted_with_its_leaf_is_found(log: Log) -> None:
    run(
        log.engine,
        delete(records).where(at(records, id=log.name(6))),
        delete(leaves).where(at(leaves, position=6)),
    )

    assert log.faults() == [
        "example: leaf 6: it is missing",
        "example: checkpoints of more leaves than 6: they cannot be checked without the rest",
    ]


def test_a_record_that_is_put_in_without_a_leaf_is_found(log: Log) -> None:
    [row] = [row for row in rows_of(log.engine, records) if row["id"] == log.name(1)]
    run(log.engine, insert(records).values(**row | {"id": "new", "event": "new"}))

    assert log.faults() == ["example: record new: it is in no leaf"]


@pytest.mark.parametrize("salt", [None, b""], ids=["null", "empty"])
def test_a_record_that_pretends_to_be_from_before_the_ledger_is_found(
    log: Log, salt: bytes | None
) -> None:
    [row] = [row for row in rows_of(log.engine, records) if row["id"] == log.name(1)]
    run(log.engine, insert(records).values(**row | {"id": "new", "event": "new", "salt": salt}))

    [fault] = log.faults()
    assert fault.startswith("example: records without a leaf: the newest of these 1 is of 2026-")


def test_two_records_that_have_changed_places_are_found(log: Log) -> None:
    one, two = (at(records, id=log.name(position)) for position in (1, 2))
    run(
        log.engine,
        update(records).where(one).values(id="aside"),
        update(records).where(two).values(id=log.name(1)),
        update(records).where(at(records, id="aside")).values(id=log.name(2)),
    )

    assert log.faults() == [
        f"example: record {log.name(position)}: it is not what was logged as leaf {position}"
        for position in (1, 2)
    ]


def test_two_leaves_that_have_changed_places_are_found(log: Log) -> None:
    move = update(leaves).where(at(leaves, position=1)).values(position=99)
    run(
        log.engine,
        move,
        update(leaves).where(at(leaves, position=4)).values(position=1),
        update(leaves).where(at(leaves, position=99)).values(position=4),
    )

    assert log.faults() == [
        "example: leaves 0 to 1: the stored node above them is not theirs",
        "example: checkpoint of 5 leaves: the first 5 leaves are not those of its root",
        "example: leaves 0 to 4: what was changed is there",
        "example: leaves 4 to 5: the stored node above them is not theirs",
        "example: checkpoint of 12 leaves: the first 12 leaves are not those of its root",
    ]


def test_a_leaf_that_names_another_record_is_found(log: Log) -> None:
    run(log.engine, update(leaves).where(at(leaves, position=1)).values(record=log.name(2)))

    assert log.faults() == [
        f"example: record {log.name(2)}: it is not what was logged as leaf 1",
        f"example: record {log.name(2)}: more than one leaf names it",
        f"example: record {log.name(1)}: it is in no leaf",
    ]


# --- the tail, and the whole ---------------------------------------------------------------


def test_a_cut_tail_is_found_with_a_checkpoint_that_was_kept_elsewhere(log: Log) -> None:
    kept = log.sign()

    cut(log.engine, 9)

    assert log.faults() == [], "nothing that is stored tells of it"
    assert log.faults(outside=[kept]) == [
        "example: kept-0.txt: it is of 13 leaves, and there are 9"
    ]


def test_a_cut_tail_under_its_checkpoint_is_found_alone(log: Log) -> None:
    note = rows_of(log.engine, checkpoints)[-1]
    cut(log.engine, 9)
    run(log.engine, insert(checkpoints).values(**note))

    assert log.faults() == ["example: checkpoint of 12 leaves: it is of 12 leaves, and there are 9"]


def test_a_log_that_is_gone_as_a_whole_is_found_with_a_checkpoint_from_elsewhere(log: Log) -> None:
    kept = log.sign()
    tables = (records, leaves, nodes, erasures, checkpoints, notices)
    run(log.engine, *(delete(table) for table in tables))

    assert log.faults(outside=[kept]) == [
        "example: kept-0.txt: there is no log izin.example.co.id/example here"
    ]


def test_a_log_signed_anew_by_its_own_key_is_found_with_a_checkpoint_from_elsewhere(
    log: Log,
) -> None:
    kept = log.sign()
    edit(log, 6)

    log_anew(log.engine, seed=SEED)

    assert log.faults() == [], "the owner holds the key: nothing that is stored tells of it"
    assert log.faults(outside=[kept]) == [
        "example: kept-0.txt: the first 13 leaves are not those of its root",
        "example: leaves 0 to 12: what was changed is there",
    ]


def test_a_log_signed_anew_by_another_key_is_found_by_the_key_and_by_the_checkpoint(
    log: Log,
) -> None:
    kept, vkeys = log.sign(), log.ledger.vkeys("example")
    edit(log, 6)
    log_anew(log.engine, seed=OTHERS_SEED)
    swapped = a_ledger(log.engine, log.clock, keys=(OTHERS_SEED,))

    unknown = "no known key has signed this"

    assert log.faults() == [
        f"example: checkpoint of {size} leaves: {unknown}" for size in (5, 12, 13)
    ]
    assert log.faults(ledger=swapped) == [], "the file of keys was changed too"
    assert log.faults(ledger=swapped, outside=[kept]) == [
        f"example: kept-0.txt: {unknown}",
        "example: kept-0.txt: the first 13 leaves are not those of its root",
        "example: leaves 0 to 12: what was changed is there",
    ]
    assert log.faults(vkeys=vkeys)[0] == f"example: checkpoint of 5 leaves: {unknown}"


def test_checkpoints_of_another_log_are_found(log: Log) -> None:
    other = Log(log.engine, log.clock, site="other")
    other.grow(12)
    others = other.sign()

    assert log.faults(outside=[others]) == []
    run(
        log.engine,
        update(checkpoints).where(at(checkpoints, site="example", size=12)).values(note=others),
    )
    assert log.faults() == [
        "example: checkpoint of 12 leaves: it is of another log, izin.example.co.id/other"
    ]


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        ("", "this is not a signed note"),
        ("example\n1\n\n— x AAAAAAAA\n", "a checkpoint has a name, a size and a root"),
    ],
)
def test_what_was_kept_elsewhere_and_is_no_checkpoint_is_said_so(
    log: Log, note: str, reason: str
) -> None:
    [fault] = log.faults(outside=[note])

    assert reason in fault


# --- erasures that are none ----------------------------------------------------------------


def test_an_erasure_that_is_told_in_no_leaf_is_found(log: Log) -> None:
    run(
        log.engine,
        delete(records).where(at(records, id=log.name(1))),
        insert(erasures).values(site="example", position=13, erased=1, at=7, reason="visitor"),
    )

    assert log.faults() == [
        "example: leaf 13: it is said to tell of an erasure, and it is not there"
    ]


def test_an_erasure_that_is_put_over_a_record_is_found(log: Log) -> None:
    run(
        log.engine,
        delete(records).where(at(records, id=log.name(1))),
        insert(erasures).values(site="example", position=2, erased=1, at=7, reason="visitor"),
    )

    assert log.faults() == [
        "example: leaf 2: it is said to tell of an erasure, and it names a record"
    ]


def test_an_erasure_that_is_put_in_place_of_a_leaf_is_found(log: Log) -> None:
    run(
        log.engine,
        delete(records).where(records.c.id.in_([log.name(1), log.name(2)])),
        insert(erasures).values(site="example", position=2, erased=1, at=7, reason="visitor"),
        update(leaves).where(at(leaves, position=2)).values(record=None),
    )
    made_up = log.faults()
    log_anew(log.engine)

    assert made_up == ["example: leaf 2: the erasure of leaf 1 is not what was logged"]
    assert "example: leaves 0 to 4: what was changed is there" in log.faults()


def test_an_erased_record_that_comes_back_is_found(log: Log) -> None:
    [row] = [row for row in rows_of(log.engine, records) if row["id"] == log.name(1)]
    log.erase(1)
    run(log.engine, insert(records).values(**row))

    assert log.faults() == [
        f"example: record {log.name(1)}: leaf 13 tells of its erasure, and it is still there"
    ]


@pytest.mark.parametrize(
    ("column", "value"), [("at", 7), ("reason", "owner"), ("erased", 4)], ids=str
)
def test_an_edited_erasure_is_found(log: Log, column: str, value: object) -> None:
    run(log.engine, update(erasures).values({column: value}))

    faults = log.faults()

    erased = value if column == "erased" else 3
    assert f"example: leaf 7: the erasure of leaf {erased} is not what was logged" in faults


def test_an_erasure_whose_row_is_gone_is_found(log: Log) -> None:
    run(log.engine, delete(erasures))

    assert log.faults() == [
        f"example: record {log.name(3)}: it is gone, and no leaf tells of its erasure",
        "example: leaf 7: it names no record, tells of no erasure and says nothing",
    ]


@pytest.mark.parametrize(("erased", "words"), [(7, "no record's"), (40, "no earlier one")])
def test_an_erasure_of_what_is_no_record_is_found(log: Log, erased: int, words: str) -> None:
    told = erasure_of(erased=erased, at=7, reason="owner")
    run(
        log.engine,
        delete(records).where(at(records, id=log.name(12))),
        insert(erasures).values(site="example", position=12, erased=erased, at=7, reason="owner"),
        update(leaves)
        .where(at(leaves, position=12))
        .values(record=None, hash=leaf_hash(leaf_of_erasure(told, None))),
    )

    assert log.faults() == [f"example: leaf 12: it tells of the erasure of leaf {erased}, {words}"]


# --- the tree, and the words ---------------------------------------------------------------


def test_a_missing_node_is_found(log: Log) -> None:
    run(log.engine, delete(nodes).where(at(nodes, level=2, position=1)))

    assert log.faults() == ["example: leaves 4 to 7: the stored node above them is missing"]


def test_a_node_with_no_leaves_below_it_is_found(log: Log) -> None:
    row = rows_of(log.engine, nodes)[0]
    run(log.engine, insert(nodes).values(**row | {"level": 3, "position": 1}))

    assert log.faults() == ["example: node 1 of level 3: there are no leaves below it"]


def test_changed_words_are_found(log: Log) -> None:
    run(log.engine, update(notices).values(body=log.notice.body.replace("ya", "ok")))

    assert log.faults() == [
        f"example: notice {log.notice.hash}: its words are not those that this hash was made of"
    ]


def test_words_that_are_gone_are_found(log: Log) -> None:
    run(log.engine, delete(notices))

    assert log.faults() == [
        f"example: notice {log.notice.hash}: 11 records name it, and it is not there"
    ]


# --- what SQLite lets into a column --------------------------------------------------------


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE records SET kind = CAST(x'ff66' AS TEXT) WHERE id = 'example-record-1'",
        "UPDATE records SET kind = x'6772616e746564' WHERE id = 'example-record-1'",
        "UPDATE records SET salt = 'text' WHERE id = 'example-record-1'",
        "UPDATE records SET categories = 7 WHERE id = 'example-record-1'",
        "UPDATE records SET recorded_at = 'long ago' WHERE id = 'example-record-1'",
        "UPDATE leaves SET hash = 'text' WHERE position = 1",
        "UPDATE leaves SET hash = 1.5 WHERE position = 3",
        "UPDATE leaves SET position = 'one' WHERE position = 1",
        "UPDATE nodes SET hash = 'text' WHERE position = 1 AND level = 1",
        "UPDATE checkpoints SET note = CAST(x'ff' AS TEXT) WHERE size = 5",
        "UPDATE checkpoints SET note = x'00' WHERE size = 5",
        "UPDATE notices SET body = x'00'",
        "UPDATE erasures SET at = 'long ago'",
    ],
)
def test_what_never_should_be_in_a_column_is_found(log: Log, change: str) -> None:
    run(log.engine, text(change))

    assert log.faults() != []


# --- any byte of the evidence --------------------------------------------------------------

EVIDENCE: dict[Table, tuple[str, ...]] = {
    records: tuple(records.columns.keys()),
    leaves: ("site", "position", "hash", "record"),
    nodes: ("site", "level", "position", "hash"),
    erasures: ("site", "position", "erased", "at", "reason", "salt"),
    # `at` is not signed: it only spaces them.
    checkpoints: ("site", "size", "note"),
    notices: ("hash", "site", "version", "revision", "locale", "body"),
    statements: ("site", "position", "kind", "about", "body"),
    shown: ("site", "script", "locale", "notice"),
    stops: tuple(stops.columns.keys()),
    stop_attempts: ("stop", "at", "done"),
}
"""Everything but the name of an erased record, which its leaf keeps and nothing vouches for."""


def other(value: Any, data: st.DataObject) -> Any:
    """The value with one byte changed, as far as its column can hold that."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value ^ (1 << data.draw(st.integers(0, 14)))
    at = data.draw(st.integers(0, len(value) - 1))
    if isinstance(value, bytes):
        return value[:at] + bytes([value[at] ^ data.draw(st.integers(1, 255))]) + value[at + 1 :]
    byte = data.draw(st.characters(min_codepoint=0x20, max_codepoint=0x7E))
    assume(byte != value[at])
    return value[:at] + byte + value[at + 1 :]


@contextmanager
def changed(
    engine: Engine, table: Table, row: dict[str, Any], column: str, value: Any
) -> Iterator[None]:
    key = {each.name: row[each.name] for each in table.primary_key}
    moved = key | ({column: value} if column in key else {})
    try:
        run(engine, update(table).where(at(table, **key)).values({column: value}))
    except DBAPIError:
        assume(False)
    try:
        yield
    finally:
        run(engine, update(table).where(at(table, **moved)).values({column: row[column]}))


@pytest.fixture
def two_logs(log: Log) -> Log:
    """One of which tells of words and of a withdrawal, too."""
    Notices(log.engine, now=log.clock).keep([log.notice], script="script", at=NOON)
    record = a_record(id="taken-back", event="taken-back", notice_hash=log.notice.hash)
    stop = Stop("stop", "example", record.id, "somebody", ("analytics",), (), NOON, NOON + 1)
    Appending(log.engine)([Add(record, stop)])
    Stops(log.engine).tried("stop", at=NOON, done=True, answer="answered 200")
    other = Log(log.engine, log.clock, site="other")
    other.grow(3)
    other.sign()
    return log


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_changed_byte_anywhere_in_the_evidence_is_found(
    two_logs: Log, data: st.DataObject
) -> None:
    table = data.draw(st.sampled_from([*EVIDENCE]), label="table")
    row = data.draw(st.sampled_from(rows_of(two_logs.engine, table)), label="row")
    column = data.draw(st.sampled_from(EVIDENCE[table]), label="column")
    assume(row[column] is not None and row[column] != "")
    assume((table, column, row.get("position")) != (leaves, "record", 3))

    with changed(two_logs.engine, table, row, column, other(row[column], data)):
        assert two_logs.faults() != []

    assert two_logs.faults() == []
