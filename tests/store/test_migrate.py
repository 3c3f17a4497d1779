from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, MetaData, Table, insert, inspect

from banner.paths import MIGRATIONS
from banner.store.engine import open_engine
from banner.store.migrate import migrate
from banner.store.records import Records
from banner.store.schema import metadata
from banner.store.stops import Stops
from tests.builders import NOON, a_record
from tests.service import StoredRecords


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    engine = open_engine(empty_url)
    yield engine
    engine.dispose()


def test_an_empty_database_gets_every_table(empty: Engine) -> None:
    migrate(empty)

    assert set(inspect(empty).get_table_names()) == {"alembic_version", *metadata.tables}


def test_the_migrations_end_at_exactly_the_tables_that_the_code_uses(empty: Engine) -> None:
    migrate(empty)

    with empty.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        differences = compare_metadata(context, metadata)

    assert differences == []


def test_the_names_of_constraints_are_those_of_the_metadata(empty: Engine) -> None:
    migrate(empty)

    found = inspect(empty)
    assert found.get_pk_constraint("records")["name"] == "pk_records"
    (unique,) = found.get_unique_constraints("records")
    assert (unique["name"], unique["column_names"]) == ("uq_records_site_event", ["site", "event"])


def test_migrating_again_changes_nothing_and_loses_nothing(empty: Engine) -> None:
    migrate(empty)
    record = StoredRecords(empty).add(a_record())

    migrate(empty)

    assert Records(empty).find(record.id) == record


def test_a_record_from_before_the_ledger_is_still_there(empty: Engine) -> None:
    upgrade(empty, "0001")
    old = {
        "id": "record-1", "site": "example", "event": "event-1", "recorded_at": NOON,
        "valid_until": NOON, "kind": "granted", "notice": "2026", "locale": "id",
        "surface": "banner", "categories": '{"analytics":true}', "services": "{}", "gpc": False,
        "client_time": "", "previous": None,
    }  # fmt: skip
    with empty.begin() as connection:
        before = Table("records", MetaData(), autoload_with=connection)
        connection.execute(insert(before), old)

    migrate(empty)

    record = Records(empty).find("record-1")
    assert record is not None
    assert record.granted == ("analytics",)
    assert (record.principal, record.salt, record.notice_hash) == (None, b"", "")


def test_a_stop_request_from_before_is_open_unless_it_was_done(empty: Engine) -> None:
    upgrade(empty, "0004")
    with empty.begin() as connection:
        before = MetaData()
        before.reflect(connection, only=["stops", "stop_attempts"])
        for name in ("open", "tried", "done"):
            connection.execute(
                insert(before.tables["stops"]),
                {"id": name, "site": "example", "record": name, "principal": None,
                 "withdrawn": '{"categories":[],"services":[]}', "at": NOON, "due_at": NOON},
            )  # fmt: skip
        for name in ("tried", "done"):
            connection.execute(
                insert(before.tables["stop_attempts"]),
                {"stop": name, "at": NOON, "done": name == "done", "answer": ""},
            )

    migrate(empty)

    assert [one.stop.id for one in Stops(empty).open()] == ["open", "tried"]


def test_a_migration_that_is_cut_off_leaves_nothing_of_itself(
    empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(empty, "0001")
    monkeypatch.setattr(Operations, "create_table", cut_off)
    with pytest.raises(KeyboardInterrupt):
        migrate(empty)
    monkeypatch.undo()

    before = inspect(empty).get_table_names()
    migrate(empty)

    assert before == ["alembic_version", "records"]


def cut_off(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def upgrade(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
