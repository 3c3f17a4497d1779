from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, text, update

from banner.core.checkpoint import read_checkpoint
from banner.core.errors import LedgerBroken, LedgerEmpty, LedgerPlace, StoreUnavailable
from banner.core.merkle import check_consistency, check_inclusion
from banner.core.origin import Origin
from banner.ledger import Ledger, host_of
from banner.ledger.check import Outside, check_ledger
from banner.store import log_rows
from banner.store.schema import checkpoints, leaves, nodes
from tests.logs import HOST, NEW_SEED, SEED, Log, a_ledger
from tests.service import Clock

ORIGIN = f"{HOST}/example"


@pytest.fixture
def log(engine: Engine, clock: Clock) -> Log:
    return Log(engine, clock)


def sizes(engine: Engine) -> list[tuple[int, int]]:
    with engine.connect() as connection:
        found = select(checkpoints.c.size, checkpoints.c.at).order_by(checkpoints.c.size)
        return [(size, at) for size, at in connection.execute(found)]


# --- signing -------------------------------------------------------------------------------


def test_what_is_committed_is_signed_with_the_newest_key(log: Log) -> None:
    log.grow(3)
    ledger = a_ledger(log.engine, log.clock, keys=(SEED, NEW_SEED))

    signed = ledger.sign("example")

    old, new = ledger.vkeys("example")
    assert signed
    assert (signed.origin, signed.size) == (ORIGIN, 3)
    assert read_checkpoint(signed.note, [new]) == signed
    assert new != old
    assert ledger.checkpoint("example") == signed


def test_an_empty_log_is_not_signed(log: Log) -> None:
    assert log.ledger.sign("example") is None
    for ask in (log.ledger.checkpoint, log.ledger.covering_all):
        with pytest.raises(LedgerEmpty):
            ask("example")


def test_a_log_that_has_not_grown_is_not_signed_again(log: Log) -> None:
    log.grow(3)
    log.sign()
    log.clock.move(days=1)

    assert log.ledger.sign("example") is None


def test_a_log_is_signed_once_a_second_at_most(log: Log) -> None:
    log.grow(1)
    log.sign()
    log.grow(1)

    log.clock.milliseconds += 999
    early = log.ledger.sign("example")
    log.clock.milliseconds += 1
    late = log.ledger.sign("example")

    assert early is None
    assert late
    assert late.size == 2


def test_a_clock_that_is_set_back_does_not_stop_the_signing(log: Log) -> None:
    log.grow(1)
    log.sign()
    log.grow(1)
    log.clock.move(days=-1)

    assert log.ledger.sign("example")


def test_each_site_is_signed_by_itself(log: Log) -> None:
    other = Log(log.engine, log.clock, site="other")
    log.grow(2)
    other.grow(1)

    assert [log.ledger.sign(site) is not None for site in ("example", "other")] == [True, True]
    assert log.ledger.checkpoint("other").origin == f"{HOST}/other"


def test_of_many_processes_that_sign_at_once_one_does(log: Log) -> None:
    log.grow(5)
    start = threading.Barrier(8)
    signed: list[object] = []

    def run() -> None:
        ledger = a_ledger(log.engine, log.clock)
        start.wait()
        signed.append(ledger.sign("example"))

    _together(run, 8)

    assert len([each for each in signed if each]) == 1
    assert [size for size, _ in sizes(log.engine)] == [5]


def _together(run: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# --- a checkpoint for a leaf ---------------------------------------------------------------


def test_a_leaf_that_is_covered_gets_the_newest_checkpoint(log: Log) -> None:
    log.grow(3)
    note = log.sign()
    log.grow(3)

    assert log.ledger.covering("example", 2).note == note


def test_a_leaf_that_is_not_covered_waits_for_the_rest_of_the_second(log: Log) -> None:
    log.grow(1)
    log.sign()
    log.grow(1)
    log.clock.milliseconds += 300
    waited: list[float] = []
    ledger = Ledger(
        log.engine, keys=[SEED], host=HOST, now=log.clock, pause=lambda time: waited.append(time)
    )

    covering = ledger.covering("example", 1)

    assert covering.size == 2
    assert waited == [0.7]
    (_, first), (_, second) = sizes(log.engine)
    assert second - first == 1000


def test_many_who_wait_for_a_checkpoint_get_the_same_one(log: Log) -> None:
    log.grow(1)
    log.sign()
    log.grow(4)
    start = threading.Barrier(8)
    notes: list[str] = []

    def run() -> None:
        ledger = a_ledger(log.engine, log.clock)
        start.wait()
        notes.append(ledger.covering("example", 3).note)

    _together(run, 8)

    assert len(notes) == 8
    assert len(set(notes)) == 1
    assert [size for size, _ in sizes(log.engine)] == [1, 5]


@pytest.mark.parametrize("position", [-1, 3])
def test_a_leaf_that_is_not_there_is_not_covered(log: Log, position: int) -> None:
    log.grow(3)

    with pytest.raises(LedgerPlace):
        log.ledger.covering("example", position)


def test_a_ledger_that_cannot_sign_says_so(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    log.grow(1)
    monkeypatch.setattr("banner.store.checkpoints.Checkpoints.add", lambda *_, **__: False)

    with pytest.raises(StoreUnavailable):
        log.ledger.covering("example", 0)


def test_proofs_lead_from_record_to_signature(log: Log) -> None:
    log.grow(7)
    first = log.ledger.covering_all("example")
    log.grow(6)
    second = log.ledger.covering_all("example")
    leaf = log.ledger.leaf_of("example-record-4")

    assert leaf
    proof = log.ledger.inclusion("example", leaf.position, second.size)
    growth = log.ledger.consistency("example", first.size, second.size)
    assert check_inclusion(leaf.hash, 4, 13, proof, second.root)
    assert check_consistency(7, 13, first.root, second.root, growth)


# --- a ledger that is broken signs nothing more --------------------------------------------


def shorten(connection: Any) -> None:
    connection.execute(delete(leaves).where(leaves.c.position > 4))


def rewrite(connection: Any) -> None:
    connection.execute(update(nodes).where(nodes.c.level == 1).values(hash=b"0" * 32))


def lose(connection: Any) -> None:
    connection.execute(delete(nodes))


def spoil(connection: Any) -> None:
    connection.execute(update(checkpoints).values(note="nothing"))


@pytest.mark.parametrize("change", [shorten, rewrite, lose, spoil])
def test_a_log_that_does_not_continue_what_was_signed_is_not_signed(
    log: Log, change: Callable[[Any], None]
) -> None:
    log.grow(6)
    log.sign()
    log.grow(1)
    with log.engine.begin() as connection:
        change(connection)
    log.clock.move(seconds=2)

    with pytest.raises(LedgerBroken):
        log.ledger.sign("example")
    assert [size for size, _ in sizes(log.engine)] == [6]


# --- a long log ----------------------------------------------------------------------------


@pytest.fixture
def long_log(log: Log, monkeypatch: pytest.MonkeyPatch) -> Log:
    """In batches of five that end within, before and after subtrees, with many checkpoints."""
    whole = log_rows.batches
    monkeypatch.setattr(
        "banner.ledger.check.check.batches",
        lambda connection, site: whole(connection, site, size=5),
    )
    for count in (1, 4, 5, 1, 12, 20):
        log.grow(count)
        log.sign()
    return log


def test_a_long_log_is_whole_whatever_the_batches(long_log: Log) -> None:
    assert long_log.faults() == []


@pytest.mark.parametrize("position", [0, 4, 5, 9, 31, 42])
def test_in_a_long_log_a_changed_leaf_is_named_wherever_it_is(long_log: Log, position: int) -> None:
    with long_log.engine.begin() as connection:
        place = leaves.c.position == position
        connection.execute(update(leaves).where(place).values(hash=b"0" * 32))

    told = (
        f"example: record example-record-{position}: it is not what was logged as leaf {position}"
    )
    assert told in long_log.faults()


# --- checking ------------------------------------------------------------------------------


def test_the_service_goes_on_while_a_log_is_checked(log: Log) -> None:
    log.grow(5)
    checking = check_ledger(log.engine, keys=log.ledger.vkeys_named)
    next(checking)
    log.grow(5)
    log.erase(2)

    assert [finding for finding in checking if finding.is_fault] == []


def test_a_check_without_a_database_says_so(engine: Engine, log: Log) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE erasures"))

    with pytest.raises(StoreUnavailable):
        log.findings()


def test_a_log_that_is_not_there_is_a_fault(log: Log) -> None:
    found = check_ledger(log.engine, keys=log.ledger.vkeys_named, sites=["elsewhere"])

    assert [str(finding) for finding in found] == ["elsewhere: there is no log of it here"]


def test_a_checkpoint_of_a_log_that_is_not_checked_is_not_passed_over(log: Log) -> None:
    log.grow(1)
    kept = Outside("kept.txt", log.sign())
    Log(log.engine, log.clock, site="other").grow(1)

    found = check_ledger(log.engine, keys=log.ledger.vkeys_named, sites=["other"], outside=[kept])

    assert [str(finding) for finding in found if finding.is_fault] == [
        "example: kept.txt: it is of this log, which is not checked now"
    ]


def test_the_name_of_a_log_has_no_scheme_and_a_port_only_where_it_is_unusual() -> None:
    assert host_of(Origin("https", "izin.example.co.id", 443)) == "izin.example.co.id"
    assert host_of(Origin("http", "localhost", 8000)) == "localhost:8000"


def test_a_ledger_does_not_show_its_keys(log: Log) -> None:
    assert "llll" not in repr(log.ledger)
