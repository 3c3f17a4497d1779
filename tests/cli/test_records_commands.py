from __future__ import annotations

import csv
import io
import json
import os
import random
import stat
import uuid
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from banner.cli.showing import COLUMNS
from banner.core.evidence import evidence_of
from banner.core.record import DAY, Record
from banner.core.stop import HOUR
from banner.core.token import sign_token
from banner.keys import load_keys
from banner.rounds.retention import due, prune
from banner.store.append import Add, Appending, Erase
from banner.store.engine import open_engine
from banner.store.migrate import migrate
from banner.store.schema import erasures, leaves
from banner.store.schema import records as table
from banner.store.snapshot import snapshot
from banner.store.stops import Stops
from banner.store.traces import TraceRound, rebuild_indexes, wipe
from banner.store.writer import Writer
from tests.builders import ANALYTICS, NOON, a_record
from tests.commands import Commands, commands_for
from tests.rounds.test_stops import a_stop
from tests.service import Clock, Rows


def numbered(number: int, *granted: str, **changes: object) -> Record:
    record = a_record(*granted, id=f"record-{number}", event=f"event-{number}")
    return replace(record, recorded_at=NOON + number * HOUR, **changes)  # type: ignore[arg-type]


GRANT = numbered(1, *ANALYTICS, principal="browser-1")
WITHDRAWAL = numbered(2, kind="withdrawn", principal="browser-1", previous="record-1", locale="en")
REFUSAL = numbered(3, principal=None, site="shop")
ALL = (GRANT, WITHDRAWAL, REFUSAL)


@pytest.fixture
def commands(
    engine: Engine, engine_url: str, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Commands:
    """With a grant, its withdrawal, and a refusal on another site."""
    monkeypatch.setattr(import_module("banner.cli.records"), "now", clock)
    Appending(engine)([Add(record) for record in ALL])
    return commands_for(tmp_path, engine_url)


def found(lines: Sequence[str]) -> list[str]:
    return [line.split()[2] for line in lines]


# --- find ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param([], ["record-1", "record-2", "record-3"], id="all, oldest first"),
        pytest.param(["--id", "record-2"], ["record-2"], id="id"),
        pytest.param(["--principal", "browser-1"], ["record-1", "record-2"], id="principal"),
        pytest.param(["--event", "event-3"], ["record-3"], id="event"),
        pytest.param(["--site", "shop"], ["record-3"], id="site"),
        pytest.param(["--kind", "withdrawn"], ["record-2"], id="kind"),
        pytest.param(["--since", "2026-11-25T12:00:00Z"], ["record-2", "record-3"], id="since"),
        pytest.param(["--until", "2026-11-25T12:00:00Z"], ["record-1"], id="until"),
        pytest.param(["--since", "2026-11-25", "--until", "2026-11-26"],
                     ["record-1", "record-2", "record-3"], id="a day"),
        pytest.param(["--since", "2026-11-25T19:00:00+07:00", "--site", "example"],
                     ["record-2"], id="another clock, and a site"),
    ],
)  # fmt: skip
def test_records_are_found_by_what_is_known_of_them(
    commands: Commands, words: list[str], expected: list[str]
) -> None:
    assert found(commands.lines("records", "find", *words)) == expected


def test_a_line_says_when_what_and_where(commands: Commands) -> None:
    [line] = commands.lines("records", "find", "--id", "record-1")

    assert line == (
        "2026-11-25T11:00:00.000Z  granted    record-1  example: analytics google-analytics"
    )


def test_what_is_found_can_be_read_by_a_program(commands: Commands) -> None:
    [line] = commands.lines("records", "find", "--id", "record-2", "--json")

    assert json.loads(line) == {"record": evidence_of(WITHDRAWAL), "position": 1}


def test_finding_nothing_is_told(commands: Commands) -> None:
    result = commands.run("records", "find", "--id", "record-9")

    assert result.exit_code == 1
    assert "there is no such record" in result.stderr


@pytest.mark.parametrize("time", ["yesterday", "2026-13-01", "25.11.2026"])
def test_a_time_that_is_none_is_refused(commands: Commands, time: str) -> None:
    result = commands.run("records", "find", "--since", time)

    assert result.exit_code == 2
    assert "2026-11-25" in result.stderr


def test_a_token_finds_its_record(commands: Commands) -> None:
    token = sign_token(GRANT, load_keys(commands.keys, production=False).token)

    by_input = commands.run("records", "find", "--token", "-", given=f"{token}\n")

    assert found(by_input.stdout.splitlines()) == ["record-1"]
    assert found(commands.lines("records", "find", "--token", token)) == ["record-1"]


def test_a_token_of_an_older_key_finds_its_record(commands: Commands) -> None:
    token = sign_token(GRANT, load_keys(commands.keys, production=False).token)
    commands.lines("keys", "rotate", "token")

    assert found(commands.lines("records", "find", "--token", token)) == ["record-1"]


@pytest.mark.parametrize("changed", ["key", "site", "text", "nothing"])
def test_a_token_that_was_not_signed_here_finds_nothing(commands: Commands, changed: str) -> None:
    keys = load_keys(commands.keys, production=False).token
    token = {
        "key": sign_token(GRANT, [b"another key of thirty-two bytes!"]),
        "site": sign_token(replace(GRANT, site="shop"), keys),
        "text": "A" + sign_token(GRANT, keys)[1:],
        "nothing": "",
    }[changed]

    result = commands.run("records", "find", "--token", token)

    assert result.exit_code == 1
    assert result.stderr == "Error: no key of these sites has signed this token\n"


def test_a_token_of_a_refusal_is_genuine_and_names_no_record(commands: Commands) -> None:
    refusal = numbered(4)
    token = sign_token(refusal, load_keys(commands.keys, production=False).token)

    result = commands.run("records", "find", "--token", token)

    assert result.exit_code == 1
    assert "genuine: a refusal" in result.stderr


# --- show ----------------------------------------------------------------------------------


def test_a_record_is_shown_whole(commands: Commands) -> None:
    lines = commands.lines("records", "show", "record-2")

    shown = dict(line.split(maxsplit=1) for line in lines if len(line.split()) > 1)
    assert [line.split()[0] for line in lines] == list(COLUMNS)
    assert shown["kind"] == "withdrawn"
    assert shown["principal_id"] == "browser-1"
    assert shown["previous_record"] == "record-1"
    assert shown["time"] == "2026-11-25T12:00:00.000Z"
    assert shown["position"] == "1"


def test_a_record_is_shown_as_the_ledger_commits_to_it(commands: Commands) -> None:
    [line] = commands.lines("records", "show", "record-1", "--json")

    assert json.loads(line)["record"] == evidence_of(GRANT)


def test_a_record_from_before_the_ledger_is_shown(commands: Commands, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(leaves.delete())

    lines = commands.lines("records", "show", "record-1")

    assert lines[-1] == "position"


def test_a_record_that_was_erased_is_told_to_have_been(commands: Commands, engine: Engine) -> None:
    Appending(engine)([Erase("record-2", NOON, "visitor")])

    result = commands.run("records", "show", "record-2")

    assert result.exit_code == 1
    assert "erased on 2026-11-25T10:00:00.000Z (reason: visitor)" in result.stderr
    assert "its leaf is 1 in the log of example" in result.stderr


def test_a_record_that_never_was_is_told(commands: Commands) -> None:
    result = commands.run("records", "show", "record-9")

    assert (result.exit_code, result.stderr) == (1, "Error: there is no such record\n")


# --- export --------------------------------------------------------------------------------


def test_csv_has_a_row_for_each_record(commands: Commands) -> None:
    result = commands.run("records", "export")

    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["record_id"] for row in rows] == ["record-1", "record-2", "record-3"]
    assert list(rows[0]) == list(COLUMNS)
    assert rows[0]["granted"] == "analytics google-analytics"
    assert rows[0]["gpc"] == "false"
    assert rows[2]["principal_id"] == ""


def test_jsonl_has_the_evidence_of_each_record(commands: Commands) -> None:
    lines = commands.lines("records", "export", "--format", "jsonl", "--site", "example")

    assert [json.loads(line)["record"] for line in lines] == [
        evidence_of(GRANT),
        evidence_of(WITHDRAWAL),
    ]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_file_holds_what_the_output_would(commands: Commands, tmp_path: Path, form: str) -> None:
    file = tmp_path / "out" / "records"
    file.parent.mkdir()

    commands.lines("records", "export", "--format", form, "--output", str(file))

    printed = commands.run("records", "export", "--format", form)
    assert file.read_bytes() == printed.stdout_bytes
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["records"]


def test_an_export_that_breaks_off_leaves_the_older_file(
    commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "out" / "records"
    file.parent.mkdir()
    file.write_text("older", "utf-8")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    result = commands.run("records", "export", "--output", str(file))

    assert result.exit_code == 1
    assert file.read_text("utf-8") == "older"
    assert [each.name for each in file.parent.iterdir()] == ["records"]


def test_an_export_of_nothing_is_a_head(commands: Commands) -> None:
    assert commands.lines("records", "export", "--site", "none") == [",".join(COLUMNS)]


def test_an_export_is_of_one_moment_and_does_not_fill_the_memory(engine: Engine) -> None:
    search = import_module("banner.store.search")
    Appending(engine)([Add(numbered(number)) for number in range(1200)])

    with snapshot(engine) as connection:
        found = search.search(connection, search.Wanted())
        first = next(found)
        Appending(engine)([Add(numbered(5000))])
        rest = sum(1 for _ in found)

    assert (first.record.id, first.position, rest) == ("record-0", 0, 1199)


# --- erase ---------------------------------------------------------------------------------


def test_a_record_is_erased_and_leaves_a_tombstone(commands: Commands, engine: Engine) -> None:
    lines = commands.lines("records", "erase", "--id", "record-1", "--yes")

    assert lines[-1] == "erased 1 record"
    assert [row["id"] for row in Rows(engine).all()] == ["record-2", "record-3"]
    with engine.connect() as connection:
        [erasure] = connection.execute(select(erasures)).all()
        own = select(leaves.c.record).where(leaves.c.site == "example").order_by("position")
        kept = connection.scalars(own).all()
    assert erasure[:-1] == ("example", 2, 0, NOON, "owner")
    assert kept == ["record-1", "record-2", None]


def test_all_records_of_a_browser_are_erased_for_a_visitor(
    commands: Commands, engine: Engine
) -> None:
    commands.lines("records", "erase", "--principal", "browser-1", "--reason", "visitor", "--yes")

    assert [row["id"] for row in Rows(engine).all()] == ["record-3"]
    with engine.connect() as connection:
        reasons = connection.scalars(select(erasures.c.reason)).all()
    assert reasons == ["visitor", "visitor"]


def test_erasing_asks_first(commands: Commands, engine: Engine) -> None:
    no = commands.run("records", "erase", "--id", "record-1", given="n\n")
    kept = Rows(engine).count()
    yes = commands.run("records", "erase", "--id", "record-1", given="y\n")

    assert (no.exit_code, kept) == (1, 3)
    assert "Erase 1 record for good?" in no.output
    assert (yes.exit_code, Rows(engine).count()) == (0, 2)


def test_all_that_goes_along_is_listed_and_counted_before_it_is_asked_about(
    commands: Commands, engine: Engine
) -> None:
    result = commands.run("records", "erase", "--id", "record-2", given="y\n")

    first, second, why, *_ = result.stdout.splitlines()
    assert found([first, second]) == ["record-1", "record-2"]
    assert why == (
        "1 earlier of these goes along: without what replaced it, a grant would count again"
    )
    assert "Erase 2 records for good?" in result.output
    assert result.stdout.splitlines()[-1] == "erased 2 records"
    assert Rows(engine).count() == 1


def test_of_many_that_go_the_oldest_are_listed_and_the_rest_is_counted(
    commands: Commands, engine: Engine
) -> None:
    Appending(engine)([Add(numbered(number, site="many")) for number in range(10, 25)])

    result = commands.run("records", "erase", "--site", "many", given="n\n")

    *listed, more = result.stdout.split("Erase")[0].splitlines()
    assert found(listed) == [f"record-{number}" for number in range(10, 20)]
    assert more == "… and 5 more"


def test_erasing_everything_needs_to_be_said(commands: Commands, engine: Engine) -> None:
    result = commands.run("records", "erase", "--yes")

    assert result.exit_code == 2
    assert "say which records" in result.stderr
    assert Rows(engine).count() == 3


def test_erasing_what_is_not_there_is_told(commands: Commands) -> None:
    result = commands.run("records", "erase", "--id", "record-9", "--yes")

    assert (result.exit_code, result.stderr) == (1, "Error: there is no such record\n")


def test_the_service_goes_on_recording_after_the_owner_has_erased(
    commands: Commands, engine: Engine
) -> None:
    service = Appending(engine)
    service([Add(numbered(4))])

    commands.lines("records", "erase", "--id", "record-1", "--yes")
    service([Add(numbered(5))])

    with engine.connect() as connection:
        own = select(leaves.c.position).where(leaves.c.site == "example").order_by("position")
        assert connection.scalars(own).all() == [0, 1, 2, 3, 4]


# --- prune ---------------------------------------------------------------------------------


def expiring(number: int, at: int, **changes: object) -> Record:
    return numbered(number, keep_until=at, **changes)


def test_what_is_past_its_time_is_pruned_and_nothing_else(
    commands: Commands, engine: Engine
) -> None:
    Appending(engine)(
        [Add(expiring(10, NOON - 1)), Add(expiring(11, NOON)), Add(expiring(12, NOON + 1))]
    )

    lines = commands.lines("prune")

    assert lines == ["erased 2 records"]
    left = {row["id"] for row in Rows(engine).all()}
    assert left == {"record-1", "record-2", "record-3", "record-12"}
    with engine.connect() as connection:
        assert set(connection.scalars(select(erasures.c.reason))) == {"retention"}


def test_a_dry_run_counts_by_site_and_erases_nothing(commands: Commands, engine: Engine) -> None:
    Appending(engine)(
        [Add(expiring(10, NOON)), Add(expiring(11, NOON)), Add(expiring(12, NOON, site="shop"))]
    )

    lines = commands.lines("prune", "--dry-run")

    assert lines == ["example: 2 records", "shop: 1 record"]
    assert Rows(engine).count() == 6


def test_pruning_again_finds_nothing(commands: Commands) -> None:
    assert commands.lines("prune") == ["erased 0 records"]


def test_a_record_that_nobody_gave_a_time_is_kept(commands: Commands, engine: Engine) -> None:
    Appending(engine)([Add(expiring(10, 0))])

    assert commands.lines("prune") == ["erased 0 records"]


def test_many_are_pruned_in_batches_through_the_services_writer(engine: Engine) -> None:
    append = Appending(engine)
    append([Add(expiring(number, NOON - number % 7)) for number in range(600)])
    writer = Writer(append)

    assert due(engine, now=NOON) == {"example": 600}
    erased = prune(engine, writer.write_all, now=NOON)
    writer.drain()

    assert (erased, Rows(engine).count(), due(engine, now=NOON)) == (600, 0, {})


def test_one_that_cannot_be_erased_does_not_stop_the_rest(engine: Engine) -> None:
    append = Appending(engine)
    append([Add(expiring(1, NOON - 2)), Add(expiring(2, NOON - 1))])
    with engine.begin() as connection:
        connection.execute(leaves.update().where(leaves.c.position == 0).values(record=None))

    erased = prune(engine, Appending(engine), now=NOON)

    assert erased == 1
    assert [row["id"] for row in Rows(engine).all()] == ["record-1"]


def test_pruning_takes_the_stop_requests_along_that_are_done(engine: Engine) -> None:
    append = Appending(engine)
    append([Add(expiring(1, NOON), a_stop(1)), Add(expiring(2, NOON), a_stop(2))])
    known = Stops(engine)
    known.tried("stop-1", at=NOON, done=True, answer="answered 204")

    prune(engine, append, now=NOON)

    assert [one.stop.id for one in known.open()] == ["stop-2"]
    assert known.forget_done() == 0


def test_a_record_is_kept_for_as_long_as_its_notice_said(commands: Commands) -> None:
    kept = a_record().keep_until - a_record().recorded_at

    assert kept == 2010 * DAY


# --- nothing is left in SQLite's files -----------------------------------------------------


def bytes_of(folder: Path) -> bytes:
    return b"\n".join(each.read_bytes() for each in folder.glob("records.sqlite3*"))


def marked(number: int, source: random.Random) -> Record:
    """A record whose every value of its own can be told from all others'."""
    id, event, principal = (str(uuid.UUID(int=source.getrandbits(128), version=4)) for _ in "123")
    return numbered(
        number, *ANALYTICS, id=id, event=event, principal=principal, salt=source.randbytes(32),
        client_time=f"2026-11-25T10:00:00.{number:06}Z",
        valid_until=1,  # what still counts would leave a stop request
    )  # fmt: skip


def marks(record: Record) -> dict[str, bytes]:
    """All but the id, which the ledger keeps."""
    return {
        "event": record.event.encode(),
        "principal": str(record.principal).encode(),
        "salt": record.salt,
        "client_time": record.client_time.encode(),
    }


def left_of(gone: Sequence[Record], folder: Path) -> set[str]:
    contents = bytes_of(folder)
    return {name for record in gone for name, mark in marks(record).items() if mark in contents}


@pytest.fixture
def file(tmp_path: Path) -> Engine:
    engine = open_engine(f"sqlite:///{tmp_path / 'records.sqlite3'}")
    migrate(engine)
    return engine


def test_after_erasing_nothing_of_the_record_is_left_in_the_files(
    file: Engine, tmp_path: Path
) -> None:
    source = random.Random(7)
    known = [marked(number, source) for number in range(400)]
    append = Appending(file)
    for start in range(0, 400, 40):
        append([Add(record) for record in known[start : start + 40]])
    gone = source.sample(known, 60)
    there = left_of(gone, tmp_path)

    commands = commands_for(tmp_path, f"sqlite:///{tmp_path / 'records.sqlite3'}")
    for record in gone[:3]:
        commands.lines("records", "erase", "--id", record.id, "--yes")
    append([Erase(record.id, NOON, "visitor") for record in gone[3:]])
    TraceRound(file, ["example"], thoroughly=True)()

    assert there == {"event", "principal", "salt", "client_time"}
    assert left_of(gone, tmp_path) == set()
    kept = [record for record in known if record not in gone]
    contents = bytes_of(tmp_path)
    assert all(record.salt in contents for record in kept)
    file.dispose()


def test_a_round_wipes_once_after_each_erasure(
    file: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = Appending(file)
    source = random.Random(1)
    one, other = marked(1, source), marked(2, source)
    append([Add(one), Add(other)])
    go_round = TraceRound(file, ["example"])
    go_round()

    wiped = []

    def counted(engine: Engine) -> bool:
        wiped.append(engine)
        return True

    monkeypatch.setattr("banner.store.traces.wipe", counted)
    go_round()
    append([Erase(one.id, NOON, "visitor")])
    for _ in range(3):
        go_round()

    assert len(wiped) == 1
    file.dispose()


def test_who_still_reads_is_waited_for_in_a_later_round(file: Engine, tmp_path: Path) -> None:
    append = Appending(file)
    one = marked(1, random.Random(1))
    append([Add(one)])
    go_round = TraceRound(file, ["example"])
    go_round()

    with snapshot(file) as reading:
        reading.execute(select(table)).all()
        append([Erase(one.id, NOON, "visitor")])
        go_round()
        meanwhile = left_of([one], tmp_path)
    go_round()

    assert meanwhile
    assert left_of([one], tmp_path) == set()
    file.dispose()


def test_an_owner_is_told_when_traces_stay_for_a_while(
    file: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = marked(1, random.Random(1))
    Appending(file)([Add(one)])
    commands = commands_for(tmp_path, f"sqlite:///{tmp_path / 'records.sqlite3'}")
    monkeypatch.setattr(import_module("banner.cli.records"), "WIPE_SECONDS", 0.1)

    with snapshot(file) as reading:
        reading.execute(select(table)).all()
        result = commands.run("records", "erase", "--id", one.id, "--yes")

    assert result.exit_code == 0
    assert "erased 1 record" in result.stdout
    assert "the database is being read" in result.stderr
    assert commands.lines("prune") == ["erased 0 records"]
    assert left_of([one], tmp_path) == set()
    file.dispose()


@pytest.mark.parametrize("words", [["prune"], ["prune", "--dry-run"], ["records", "find"]])
def test_a_database_without_tables_is_told(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "empty.sqlite3").touch()

    result = commands_for(tmp_path, f"sqlite:///{tmp_path / 'empty.sqlite3'}").run(*words)

    assert result.exit_code == 1
    assert "flask --app wsgi migrate" in result.stderr


def test_wiping_is_sqlites_affair_alone(engine: Engine) -> None:
    rebuild_indexes(engine)

    assert wipe(engine)
