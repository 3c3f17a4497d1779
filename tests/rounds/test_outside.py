from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from banner.core.checkpoint import notes_in, parse_checkpoint, sign_checkpoint
from banner.keys import load_keys
from banner.ledger import Ledger
from banner.rounds.courier import Courier
from banner.rounds.outside import CheckpointRound, DeliveryFailed
from banner.store.append import Add, Appending
from banner.store.checkpoints import Checkpoints, Signed
from tests.builders import NOON, a_record
from tests.commands import commands_for
from tests.receiver import Receiver, receiver
from tests.service import Clock

SEED = b"e" * 32


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as told:
        yield told


def a_note(size: int, site: str = "example") -> str:
    return sign_checkpoint(f"izin.example.co.id/{site}", size, bytes([size]) * 32, SEED)


def signed(engine: Engine, *sizes: int, site: str = "example") -> None:
    for size in sizes:
        Checkpoints(engine).add(Signed(site, size, NOON, a_note(size, site)))


def a_round(engine: Engine, *, file: Path | None = None, url: str = "") -> CheckpointRound:
    courier = Courier((b"w" * 32,), lambda: NOON, production=False)
    return CheckpointRound(Checkpoints(engine), ("example", "shop"), courier, file=file, url=url)


def test_the_newest_checkpoint_of_each_site_is_kept_in_the_file(
    engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "kept"
    signed(engine, 1, 2)
    signed(engine, 7, site="shop")
    go_round = a_round(engine, file=file)

    go_round()
    signed(engine, 3)
    go_round()
    go_round()

    kept = notes_in(file.read_text("utf-8"))
    assert kept == [a_note(2), a_note(7, "shop"), a_note(3)]
    assert [parse_checkpoint(note).size for note in kept] == [2, 7, 3]


def test_another_process_does_not_keep_it_again(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "kept"
    signed(engine, 1)

    a_round(engine, file=file)()
    a_round(engine, file=file)()

    assert notes_in(file.read_text("utf-8")) == [a_note(1)]


def test_it_is_found_in_a_long_file_too(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "kept"
    file.write_text("".join(f"{a_note(size % 200)}\n" for size in range(1000)), "utf-8")
    before = file.stat().st_size
    signed(engine, 199)

    a_round(engine, file=file)()

    assert file.stat().st_size == before


def test_a_file_that_cannot_be_written_is_tried_again(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere" / "kept"
    signed(engine, 1)
    go_round = a_round(engine, file=file)

    with pytest.raises(OSError, match="No such file"):
        go_round()
    file.parent.mkdir()
    go_round()

    assert notes_in(file.read_text("utf-8")) == [a_note(1)]


def test_each_checkpoint_is_posted_once_and_signed(engine: Engine, hook: Receiver) -> None:
    signed(engine, 1)
    go_round = a_round(engine, url=hook.url)

    go_round()
    go_round()

    [got] = hook.got
    assert got.body.decode() == a_note(1)
    assert got.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert got.headers["Izin-Delivery"] == hashlib.sha256(got.body).hexdigest()
    assert got.headers["Izin-Signature"].startswith(f"t={NOON // 1000},v1=")


def test_a_checkpoint_that_is_not_taken_is_posted_again(engine: Engine, hook: Receiver) -> None:
    signed(engine, 1)
    go_round = a_round(engine, url=hook.url)
    hook.answers = [503]

    with pytest.raises(DeliveryFailed, match="answered 503"):
        go_round()
    go_round()

    assert [got.body.decode() for got in hook.got] == [a_note(1)] * 2


def test_a_file_is_kept_although_the_address_does_not_answer(
    engine: Engine, tmp_path: Path, hook: Receiver
) -> None:
    signed(engine, 1)
    hook.answers = [500]

    with pytest.raises(DeliveryFailed):
        a_round(engine, file=tmp_path / "kept", url=hook.url)()

    assert notes_in((tmp_path / "kept").read_text("utf-8")) == [a_note(1)]


def test_without_a_checkpoint_nothing_is_done(
    engine: Engine, tmp_path: Path, hook: Receiver
) -> None:
    a_round(engine, file=tmp_path / "kept", url=hook.url)()

    assert hook.got == []
    assert not (tmp_path / "kept").exists()


def test_the_log_is_held_against_all_that_was_kept(
    engine: Engine, engine_url: str, tmp_path: Path, clock: Clock
) -> None:
    commands = commands_for(tmp_path, engine_url)
    keys = load_keys(commands.keys, production=False).ledger
    ledger = Ledger(engine, keys=keys, host="izin.example.co.id", now=clock)
    go_round = a_round(engine, file=tmp_path / "kept")
    for number in range(3):
        Appending(engine)([Add(a_record(id=f"record-{number}", event=f"event-{number}"))])
        clock.move(seconds=2)
        ledger.sign("example")
        go_round()

    words = "ledger", "verify", "--checkpoint", str(tmp_path / "kept")
    right = commands.run(*words, IZIN_URL="https://izin.example.co.id")
    forged = sign_checkpoint("izin.example.co.id/example", 2, bytes(32), keys[-1])
    with (tmp_path / "kept").open("a", encoding="utf-8") as kept:
        kept.write(f"{forged}\n")
    wrong = commands.run(*words, IZIN_URL="https://izin.example.co.id")

    assert "kept" not in right.stderr
    assert "3 of them under a checkpoint" in right.stdout
    assert "kept, the 4. checkpoint" in wrong.stderr


# --- several notes in a file ---------------------------------------------------------------


def test_one_note_is_one() -> None:
    assert notes_in(a_note(1)) == [a_note(1)]


@pytest.mark.parametrize(
    "text", ["", "nonsense", a_note(1).removesuffix("\n"), a_note(1).replace("\n\n", "\n")]
)
def test_what_is_no_note_stays_as_it_is(text: str) -> None:
    assert notes_in(text) == [text]


def test_a_note_that_is_damaged_is_not_passed_over() -> None:
    damaged = a_note(2).replace("— ", "- ")

    pieces = notes_in(f"{a_note(1)}\n{damaged}\n{a_note(3)}\n")

    assert pieces[0] == a_note(1)
    assert pieces[-1] == a_note(3)
    assert "\n".join(pieces[1:-1]) == damaged
