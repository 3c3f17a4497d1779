from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from banner.store.engine import open_engine
from tests.databases import fresh_database


def answer(engine: Engine, question: str) -> object:
    with engine.connect() as connection:
        return connection.execute(text(question)).scalar_one()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        pytest.param("journal_mode", "wal", id="readers do not stop the writer"),
        pytest.param("synchronous", 2, id="FULL: a commit is on disk"),
        pytest.param("foreign_keys", 1, id="foreign keys are kept"),
        pytest.param("busy_timeout", 5000, id="waits for another writer"),
    ],
)
def test_sqlite_is_durable_on_every_connection(tmp_path: Path, pragma: str, value: object) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'records.sqlite3'}")

    with engine.connect() as first, engine.connect() as second:
        values = [each.execute(text(f"PRAGMA {pragma}")).scalar_one() for each in (first, second)]

    engine.dispose()
    assert values == [value, value]


def test_sqlite_makes_the_folder_of_its_file(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'var' / 'lib' / 'records.sqlite3'}")

    assert answer(engine, "SELECT 1") == 1

    engine.dispose()


def test_postgresql_waits_for_the_disk_whatever_its_server_does(postgres_server: str) -> None:
    with fresh_database(postgres_server) as url:
        careless, ours = open_engine(url), open_engine(url)
        with careless.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            name = connection.execute(text("SELECT current_database()")).scalar_one()
            connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))

        setting = answer(ours, "SHOW synchronous_commit")

        careless.dispose()
        ours.dispose()
    assert setting == "on"


def test_postgresql_gives_up_a_statement_that_takes_ten_seconds(postgres_server: str) -> None:
    with fresh_database(postgres_server) as url:
        engine = open_engine(url)

        setting = answer(engine, "SHOW statement_timeout")

        engine.dispose()
    assert setting == "10s"
