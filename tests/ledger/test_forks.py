"""A database that was put back may lack what was signed: no log is ever signed in two ways."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete

from banner.core.checkpoint import notes_in, parse_checkpoint, sign_checkpoint
from banner.core.errors import LedgerBroken, StoreUnavailable
from banner.core.log_name import LogName, read_log_name
from banner.core.merkle import check_consistency
from banner.ledger import Ledger
from banner.rounds.courier import Courier
from banner.rounds.outside import CheckpointRound
from banner.rounds.sign import SignRound
from banner.store.append import Appending
from banner.store.checkpoints import Checkpoints
from banner.store.schema import checkpoints, leaves, nodes, records, statements
from tests.builders import NOON
from tests.logs import HOST, NEW_SEED, OTHERS_SEED, SEED, Log
from tests.receiver import Receiver, receiver
from tests.service import Clock


class Outside:
    """A log whose checkpoints are kept in a file that no database takes back."""

    def __init__(self, log: Log, file: Path) -> None:
        self.log = log
        self.file = file

    def process(self, *, keys: tuple[bytes, ...] = (SEED,)) -> Ledger:
        """The service, started anew."""
        engine, clock = self.log.engine, self.log.clock
        return Ledger(
            engine, keys=keys, host=HOST, now=clock, pause=lambda _: None, outside=self.file
        )

    def push(self, ledger: Ledger | None = None) -> None:
        ledger = ledger or self.process()
        courier = Courier((b"w" * 32,), self.log.clock, production=False)
        CheckpointRound(
            Checkpoints(self.log.engine),
            (self.log.site,),
            courier,
            file=self.file,
            refuse_fork=ledger.refuse_fork,
            close=ledger.close,
        )()

    def grow_and_push(self, count: int) -> None:
        self.log.grow(count)
        self.log.sign()
        self.push()

    def roll_back(self, size: int) -> None:
        """An older copy of the database in its place, checkpoints and all."""
        with self.log.engine.begin() as connection:
            connection.execute(delete(statements).where(statements.c.position >= size))
            connection.execute(delete(records).where(records.c.recorded_at >= NOON + size))
            connection.execute(delete(leaves).where(leaves.c.position >= size))
            connection.execute(delete(checkpoints).where(checkpoints.c.size > size))
            for level in range(1, 8):
                own = (nodes.c.level == level, nodes.c.position >= size >> level)
                connection.execute(delete(nodes).where(*own))
        self.log.size = size
        self.log._append = Appending(self.log.engine)
        self.log.clock.move(seconds=2)

    def kept(self) -> list[tuple[str, int]]:
        notes = map(parse_checkpoint, notes_in(self.file.read_text("utf-8")))
        return [(note.origin, note.size) for note in notes]


@pytest.fixture
def log(engine: Engine, clock: Clock) -> Log:
    return Log(engine, clock)


@pytest.fixture
def outside(log: Log, tmp_path: Path) -> Outside:
    """Checkpoints of 3 and of 7 leaves are kept."""
    outside = Outside(log, tmp_path / "kept.txt")
    outside.grow_and_push(3)
    outside.grow_and_push(4)
    return outside


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as told:
        yield told


SHORTER = "the log is shorter than a checkpoint that is kept outside"
OTHER = "the log does not continue a checkpoint that is kept outside"


# --- nothing is signed twice ---------------------------------------------------------------


def test_a_log_that_has_all_that_is_kept_outside_goes_on(outside: Outside) -> None:
    outside.log.grow(1)
    outside.log.clock.move(seconds=2)

    signed = outside.process().sign("example")

    assert signed
    assert signed.size == 8
    assert outside.process().closed(["example"]) == {}


@pytest.mark.parametrize(("grown", "reason"), [(0, SHORTER), (2, SHORTER), (4, OTHER), (9, OTHER)])
def test_a_log_that_was_rolled_back_is_not_signed_again(
    outside: Outside, grown: int, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Shorter than before, of the same size, or longer: with other records than before."""
    outside.roll_back(3)
    outside.log.clock.move(days=1)
    if grown:
        _grow_otherwise(outside.log, grown)
    ledger = outside.process()

    with caplog.at_level(logging.ERROR, "izin.ledger"):
        for _ in range(2):
            with pytest.raises(LedgerBroken, match=reason):
                ledger.refuse_fork("example")

    if grown:
        with pytest.raises(LedgerBroken, match=reason):
            ledger.sign("example")
    assert ledger.closed(["example"]) == {"example": reason}
    assert [record.message for record in caplog.records] == ["ledger_closed"], "said once"


def _grow_otherwise(log: Log, count: int) -> None:
    """Other records than those that were there."""
    whole = log.record
    log.record = lambda position: replace(whole(position), salt=bytes(32))  # type: ignore[method-assign]
    log.grow(count)


def test_nothing_is_pushed_over_what_is_kept(outside: Outside) -> None:
    """Somebody signs by a process that has no file outside."""
    before = outside.kept()
    outside.roll_back(3)
    _grow_otherwise(outside.log, 4)
    assert outside.log.ledger.sign("example")

    outside.push()

    assert outside.kept() == before


def test_one_log_that_is_closed_holds_up_no_other(outside: Outside) -> None:
    other = Log(outside.log.engine, outside.log.clock, site="zebra")
    other.grow(2)
    outside.roll_back(3)
    _grow_otherwise(outside.log, 5)
    ledger = outside.process()

    SignRound(ledger, Appending(outside.log.engine), ("example", "zebra"))()

    assert ledger.checkpoint("zebra").size == 2
    assert ledger.checkpoint("example").size == 3


# --- what is kept, and what is not ---------------------------------------------------------


def a_note(origin: str = f"{HOST}/example", *, size: int = 99, seed: bytes = SEED) -> str:
    return sign_checkpoint(origin, size, bytes(32), seed)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        pytest.param("", False, id="nothing"),
        pytest.param("not a note\n\n— nor this\n\n", False, id="nonsense"),
        pytest.param(a_note(seed=OTHERS_SEED), False, id="somebody's"),
        pytest.param(a_note(f"{HOST}/other"), False, id="another site's"),
        pytest.param(a_note().rstrip("\n"), False, id="cut off"),
        pytest.param(a_note(), True, id="ours"),
        pytest.param(a_note("old.example.org/example"), True, id="ours at another address"),
        pytest.param(a_note().replace("\n", "\r\n"), True, id="ours, with other ends of lines"),
        pytest.param(a_note(f"{HOST}/20301231235959/example", size=4), True, id="a newer name's"),
    ],
)
def test_only_what_this_service_has_signed_of_this_log_counts(
    outside: Outside, text: str, counts: bool
) -> None:
    """Whatever else is in the file, before and after."""
    with outside.file.open("a", encoding="utf-8", newline="") as file:
        file.write(f"rubbish\n\n{text}")

    assert bool(outside.process().closed(["example"])) == counts


def test_what_is_added_while_the_service_runs_counts(outside: Outside) -> None:
    ledger = outside.process()
    assert ledger.closed(["example"]) == {}
    with outside.file.open("a", encoding="utf-8") as file:
        file.write(a_note(size=20)[:-9])
    ledger.refuse_fork("example")

    with outside.file.open("a", encoding="utf-8") as file:
        file.write(a_note(size=20)[-9:])

    with pytest.raises(LedgerBroken, match=SHORTER):
        ledger.refuse_fork("example")


def test_the_largest_counts_and_not_the_last(outside: Outside) -> None:
    with outside.file.open("a", encoding="utf-8") as file:
        for size in (9, 8):
            file.write(sign_checkpoint(f"{HOST}/example", size, bytes([size]) * 32, SEED) + "\n")

    assert outside.process().closed(["example"]) == {"example": SHORTER}


def test_after_a_rotation_what_an_older_key_signed_counts(outside: Outside) -> None:
    outside.roll_back(3)

    assert outside.process(keys=(SEED, NEW_SEED)).closed(["example"]) == {"example": SHORTER}


def test_a_file_that_cannot_be_read_at_the_start_holds_the_signing_up(outside: Outside) -> None:
    outside.log.grow(1)
    outside.log.clock.move(seconds=2)
    folder = outside.file.parent / "away"
    outside.file = folder / "kept.txt"
    ledger = outside.process()

    with pytest.raises(StoreUnavailable, match="cannot be read"):
        ledger.sign("example")
    folder.mkdir()

    assert ledger.sign("example")


def test_a_file_that_is_away_later_counts_as_it_was_known(outside: Outside) -> None:
    ledger = outside.process()
    ledger.refuse_fork("example")
    outside.file.unlink()

    outside.roll_back(3)

    with pytest.raises(LedgerBroken, match=SHORTER):
        ledger.refuse_fork("example")


# --- an address that takes checkpoints ------------------------------------------------------


def test_a_receiver_that_holds_another_checkpoint_closes_the_log_for_good(
    log: Log, hook: Receiver
) -> None:
    log.grow(2)
    log.sign()
    hook.answers = [409]
    courier = Courier((b"w" * 32,), log.clock, production=False)
    CheckpointRound(
        Checkpoints(log.engine),
        ("example",),
        courier,
        url=hook.url,
        refuse_fork=log.ledger.refuse_fork,
        close=log.ledger.close,
    )()
    log.grow(1)
    log.clock.move(seconds=2)

    another = Ledger(log.engine, keys=[SEED], host=HOST, now=log.clock)

    with pytest.raises(LedgerBroken, match="holds one that contradicts it"):
        another.sign("example")
    begun = another.go_on("example")
    assert another.sign("example")
    assert str(begun.name) == another.origin("example") != f"{HOST}/example"


# --- a new name ----------------------------------------------------------------------------


def test_a_log_goes_on_under_a_new_name_and_says_what_it_continues(outside: Outside) -> None:
    note = outside.file.read_text("utf-8").rstrip("\n").split("\n\n")[-1]
    outside.roll_back(5)
    ledger = outside.process()

    begun = ledger.go_on("example")

    assert begun.position == 5
    assert begun.name.begun > 20260101000000
    assert begun.body["continues"] == f"{HOST}/example"
    assert begun.body["size"] == 5
    assert parse_checkpoint(str(begun.body["last"])).size == 7
    assert note in str(begun.body["last"])
    outside.log.size += 1
    outside.log.grow(2)
    signed = ledger.sign("example")
    assert signed
    assert (signed.origin, signed.size) == (str(begun.name), 8)
    outside.push(ledger)
    assert outside.kept()[-1] == (str(begun.name), 8)
    assert outside.log.faults() == []


def test_what_was_signed_before_still_verifies(outside: Outside) -> None:
    older = outside.log.ledger._checkpoints.at_size("example", 3)
    assert older
    outside.roll_back(5)
    ledger = outside.process()
    ledger.go_on("example")
    newer = ledger.sign("example")
    assert newer

    before = parse_checkpoint(older.note)
    proof = ledger.consistency("example", 3, newer.size)
    names = [vkey.partition("+")[0] for vkey in ledger.vkeys("example")]
    assert check_consistency(3, newer.size, before.root, newer.root, proof)
    assert names == [f"{HOST}/example", ledger.origin("example")]


def test_a_check_says_what_is_lost_by_the_logs_own_word(outside: Outside) -> None:
    kept = notes_in(outside.file.read_text("utf-8"))
    outside.roll_back(5)
    ledger = outside.process()
    begun = ledger.go_on("example")
    ledger.sign("example")

    told = outside.log.findings(outside=kept, ledger=ledger)

    assert [str(finding) for finding in told if finding.is_fault] == []
    assert any(
        f"leaves 5 to 6 of {HOST}/example are lost; the log says so, and goes on as {begun.name}"
        in str(finding)
        for finding in told
    )


def test_what_the_log_does_not_admit_is_a_fault(outside: Outside) -> None:
    [_, newest] = notes_in(outside.file.read_text("utf-8"))
    outside.file.unlink()
    outside.roll_back(5)
    ledger = outside.process()
    ledger.go_on("example")

    [fault] = outside.log.faults(outside=[newest], ledger=ledger)

    assert "hides it" in fault


def test_the_same_copy_put_back_twice_makes_two_names(outside: Outside) -> None:
    names = []
    for _ in range(2):
        outside.roll_back(5)
        ledger = outside.process()
        names.append(ledger.go_on("example").name)
        outside.log.size += 1
        outside.log.clock.move(seconds=2)
        ledger.sign("example")
        outside.push(ledger)
        outside.log.clock.move(seconds=-9)

    assert names[0].begun < names[1].begun, "although the clock was set back"


def test_a_name_is_read_as_it_is_written() -> None:
    for name in (LogName("a:8", "b"), LogName("a", "b", 20261130074500)):
        assert read_log_name(str(name)) == name
    for text in ("", "a", "/b", "a/", "a/1/b", "a/b/c", "a/20261130074500/b/c"):
        assert read_log_name(text) is None
