"""No statement reads more than it needs: the plans of all that the code asks, on both databases."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from banner.core.record import Record
from banner.rounds.retention import due, prune
from banner.store.append import Add, Appending
from banner.store.engine import open_engine
from banner.store.figures import sizes_of_logs
from banner.store.log_rows import is_stored
from banner.store.records import Records
from banner.store.search import erasure_of_record
from banner.store.stops import Stops
from tests.builders import ANALYTICS, EVENT, NOON, a_record
from tests.commands import Commands, commands_for
from tests.conftest import NewApp
from tests.databases import make_tables, migrated_database
from tests.plans import Asked, Heard, faults_of, fill, functions_that_ask, hearing, rows_read
from tests.routes import HOST, Visit, a_visit, every_route
from tests.service import Api, service_of, token_of

WHOLE = "the owner's command, which reads all of a log or all that is asked for, in batches"
OWNERS = "the owner's command, over what is asked for"
MAY_READ_ALL = {
    **dict.fromkeys(
        (f"store.log_rows.{name}" for name in (
            "sites_of", "batches", "_batch", "_nodes", "records_before_ledger", "ledger_began",
            "_streamed",
        )),
        WHOLE,
    ),
    "store.checkpoints.all_of": WHOLE,
    "store.search.search": OWNERS,
    "store.figures.sizes_of_logs": "the owner's command `restore`",
    "rounds.retention.due": "the owner's command `prune --dry-run`",
    "store.stops.open": "the owner's command `stops`: what is open",
    "store.stops._forget": "the attempts to tell of one withdrawal: one an hour while it is open",
    "store.names.continuations": "one row for each time that the log was put back",
    "store.editions._earlier": "once, at the first start after an upgrade",
    "store.notices.revisions": "the owner's own notices: some for each version",
    "store.notices.versions": "the owner's own notices",
    "store.notices._wrong": "the owner's own notices",
}  # fmt: skip
"""Functions whose statements may read a table, or all of a site's rows, and why."""

HAS_NO_PLAN = {
    "store.asking.lock": "a lock, of PostgreSQL alone",
    "store.single.single": "a lock, of PostgreSQL alone",
    "store.engine._make_sqlite_durable": "settings of a connection",
    "store.figures.is_read_only": "a setting of PostgreSQL",
    "store.migrate.migrate": "begins a transaction",
    "store.snapshot._of_sqlite": "begins a transaction",
    "store.snapshot._of_postgresql": "settings of a transaction",
    "store.traces.wipe": "a checkpoint of SQLite's log",
    "store.traces.rebuild_indexes": "writes SQLite's indexes anew, once a day",
    "store.traces.__call__": "SQLite's alone",
    **dict.fromkeys(
        (f"store.backup.{name}" for name in (
            "_copy_sqlite", "_refuse_sqlite", "_has_tables", "_has_records", "_check_sqlite",
            "_refuse_postgresql",
        )),
        "the owner's command, beside or without the service",
    ),
}  # fmt: skip
"""Functions that need not be heard, and why."""


@pytest.fixture
def heard(new_app: NewApp, engine_url: str, tmp_path: Path) -> Heard:
    """All that the service, its rounds and its commands ask."""
    (tmp_path / "owner").mkdir()
    commands = commands_for(tmp_path / "owner", engine_url)
    with hearing() as heard:
        visit = a_visit(new_app, database_url=engine_url)
        engine = open_engine(engine_url)
        as_visitors(visit)
        as_rounds(visit.app, engine)
        as_owner(commands, visit, engine)
        engine.dispose()
    return heard


def as_visitors(visit: Visit) -> None:
    for rule, method in every_route(visit.app):
        visit.ask(rule, method)
    api = Api(visit.app, origin=HOST)
    token = token_of(api.decide(*ANALYTICS, event=str(uuid.uuid4())))
    api.decide("nothing", event=str(uuid.uuid4()), previous=token)
    api.decide(*ANALYTICS, event=EVENT)
    visit.client.get(f"/v1/example/records?before={visit.record}", base_url=HOST)


def as_rounds(app: Flask, engine: Engine) -> None:
    for job in app.extensions["izin.rounds"]._jobs:
        if job.name != "parent":
            job.run()
        if job.name == "traces":
            job.run.engine.dispose()  # the rounds' own
    stops = Stops(engine)
    [one, *_] = stops.next("example")
    assert stops.find(one.stop.id) == one
    stops.tried(one.stop.id, at=NOON, done=True, answer="")


def as_owner(commands: Commands, visit: Visit, engine: Engine) -> None:
    listed = (
        ["--id", visit.record], ["--principal", "somebody"], ["--event", EVENT],
        ["--site", "example"], ["--kind", "granted"], ["--since", "2026-01-01"],
        ["--until", "2027-01-01"],
    )  # fmt: skip
    for chosen in listed:
        commands.run("records", "find", *chosen)
    commands.run("records", "show", visit.record)
    for line in (["verify"], ["export", "example"], ["checkpoint", "example"]):
        commands.run("ledger", *line)
    commands.run("ledger", "proof", "example", visit.record)
    service_of(visit.app).ledger.close("example", "somebody holds another checkpoint")
    assert commands.run("ledger", "continue", "example", "--yes").exit_code == 0
    commands.run("stops")
    commands.run("prune", "--dry-run")
    commands.run("check")
    sizes_of_logs(engine)
    notices = service_of(visit.app).consent.notices
    documents = service_of(visit.app).bundles["example"].notices
    notices.problems(documents)
    notices.versions("example")
    visit.client.post(
        "/v1/example/records/erase",
        base_url=HOST,
        data={"token": visit.token, "confirm": "yes"},
    )
    with engine.connect() as connection:
        erasure_of_record(connection, visit.record)
        is_stored(connection, visit.record)
    assert due(engine, now=4 * NOON)
    assert prune(engine, Appending(engine), now=4 * NOON)


def test_no_statement_reads_more_than_it_needs(heard: Heard, engine: Engine) -> None:
    with engine.connect() as connection:
        fill(connection)
        faults = [
            f"{asked.function}: {fault}: {asked.sql}"
            for asked in heard.by_sql.values()
            if asked.function not in MAY_READ_ALL
            for fault in faults_of(connection, asked)
        ]

    assert not faults, "\n".join(faults)


def test_every_function_that_asks_was_heard(heard: Heard) -> None:
    asking = functions_that_ask()

    assert asking - heard.functions - HAS_NO_PLAN.keys() == set()
    assert (MAY_READ_ALL.keys() | HAS_NO_PLAN.keys()) - asking == set(), "is there no more"


GROWING = {
    "a table": "SELECT * FROM records WHERE kind = 'granted' LIMIT 1",
    "all of a site": "SELECT hash FROM leaves WHERE site = 'example'",
    "all of a browser": "SELECT id FROM records WHERE principal = 'somebody'",
    "all of a browser, put in order": (
        "SELECT id FROM records WHERE principal = 'somebody' ORDER BY kind LIMIT 1"
    ),
    "what is deleted": "DELETE FROM records WHERE principal = 'somebody'",
}


@pytest.mark.parametrize("sql", GROWING.values(), ids=GROWING.keys())
def test_a_statement_that_grows_with_what_is_stored_is_told(engine: Engine, sql: str) -> None:
    with engine.connect() as connection:
        faults = faults_of(connection, Asked(sql, (), "a test"))

    assert len(faults) > 0


def test_pairs_of_places_are_told_on_sqlite_which_uses_no_index_for_them(tmp_path: Path) -> None:
    make_tables(tmp_path / "plans.sqlite3")
    engine = open_engine(f"sqlite:///{tmp_path / 'plans.sqlite3'}")
    pairs = "SELECT 1 FROM nodes WHERE site = 'a' AND (level, position) IN (VALUES (1, 2), (2, 1))"

    with engine.connect() as connection:
        faults = faults_of(connection, Asked(pairs, (), "a test"))

    engine.dispose()
    assert faults == ["SEARCH nodes USING PRIMARY KEY (site=?)"]


@pytest.mark.parametrize("is_analysed", [False, True], ids=["no statistics", "statistics"])
def test_postgresql_reads_no_further_for_who_has_many_records(
    postgres_server: str, is_analysed: bool
) -> None:
    with migrated_database(postgres_server) as url:
        engine = open_engine(url)
        first, *rest = a_chain(300)
        Appending(engine)([Add(each) for each in (first, *rest)])
        records = Records(engine)
        if is_analysed:
            with engine.begin() as connection:
                connection.exec_driver_sql("ANALYZE")

        with hearing() as heard:
            newest = records.newest_after(first)
            page = records.newest_of("example", "somebody", most=20, before=rest[-1])
            oldest = records.oldest_of("example", "somebody", most=20)
            number = records.count_of("example", "somebody", most=20)
        with engine.connect() as connection:
            read = [rows_read(connection, asked) for asked in heard.by_sql.values()]

        engine.dispose()
    assert (newest, page[0], oldest[0], number) == (rest[-1], rest[-2], first, 20)
    assert max(read) <= 22, "a page, one where it begins, and one of another time"


def a_chain(count: int) -> list[Record]:
    """So many records of one browser, each of which replaces the one before."""
    return [
        a_record(
            *ANALYTICS,
            id=f"record-{number}",
            event=f"event-{number}",
            principal="somebody",
            recorded_at=NOON + number,
            previous=f"record-{number - 1}" if number else None,
        )
        for number in range(count)
    ]
