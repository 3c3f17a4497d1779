"""What a monitor is told: alive, ready, and why not."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from banner import create_app, draining
from banner.core.checkpoint import sign_checkpoint
from banner.settings import Settings
from banner.store.engine import open_engine
from banner.web import readiness
from tests.builders import ANALYTICS, a_document, toml
from tests.conftest import NewApp
from tests.databases import fresh_database, make_tables
from tests.service import Api, Clock, code_of, engine_of, json_of, service_of


def ask(app: Flask, path: str = "/readyz") -> TestResponse:
    return app.test_client().get(path)


def check_of(response: TestResponse) -> str:
    """Which check said that nothing can be recorded."""
    assert (response.status_code, code_of(response)) == (503, "store_unavailable")
    assert int(response.headers["Retry-After"]) > 0
    return str(json_of(response)["error"]["detail"]["check"])


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_a_service_that_works_says_ok(app: Flask, path: str) -> None:
    response = ask(app, path)

    assert (response.status_code, response.text) == (200, "ok\n")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_service_on_either_database_is_ready(new_app: NewApp, engine_url: str) -> None:
    assert ask(new_app(database_url=engine_url)).status_code == 200


def test_without_its_tables_the_service_lives_and_is_not_ready(app: Flask) -> None:
    with engine_of(app).begin() as connection:
        connection.execute(text("DROP TABLE records"))

    assert_lives_and_is_not_ready(app)


def test_started_without_a_place_for_notices_the_service_lives_and_is_not_ready(
    tmp_path: Path, clock: Clock
) -> None:
    make_tables(tmp_path / "izin.sqlite3")
    (tmp_path / "example.toml").write_text(toml(a_document()), "utf-8")
    settings = Settings(
        url="https://izin.example.co.id",
        database_url=f"sqlite:///{tmp_path / 'izin.sqlite3'}",
        sites=str(tmp_path),
        keys=str(tmp_path / "keys.json"),
    )
    engine = open_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE notices"))
    engine.dispose()

    app = create_app(settings, now=clock)

    assert_lives_and_is_not_ready(app)
    engine_of(app).dispose()


def assert_lives_and_is_not_ready(app: Flask) -> None:
    alive, ready = ask(app, "/livez"), ask(app)

    assert alive.status_code == 200
    assert check_of(ready) == "database"
    assert "no such table" not in ready.text


def test_a_database_that_takes_nothing_is_not_ready(new_app: NewApp, postgres_server: str) -> None:
    with fresh_database(postgres_server) as url:
        app = new_app(database_url=url)
        with engine_of(app).begin() as connection:
            name = connection.scalar(text("SELECT current_database()"))
            connection.execute(
                text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
            )
        engine_of(app).dispose()

        response = ask(app)

    assert check_of(response) == "database"
    assert "read only" in response.text


def test_a_database_that_hangs_is_said_in_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    monkeypatch.setattr(service_of(app).consent.records, "check", lambda: released.wait(30))
    monkeypatch.setattr(
        app.extensions["izin.operations"].readiness._check_database, "_seconds", 0.1
    )

    before, begun = threading.active_count(), time.monotonic()
    checks = [check_of(ask(app)) for _ in range(5)]
    seconds = time.monotonic() - begun
    added = threading.active_count() - before
    released.set()

    assert checks == ["database"] * 5
    assert 0.4 < seconds < 2
    assert added <= 1, "those who ask do not pile up"
    assert ask(app, "/livez").status_code == 200


def test_a_database_that_comes_back_makes_ready_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine_of(app).begin() as connection:
        connection.execute(text("ALTER TABLE records RENAME TO elsewhere"))
    away = ask(app)

    with engine_of(app).begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO records"))

    assert (away.status_code, ask(app).status_code) == (503, 200)


def test_a_writer_that_has_ended_is_not_ready(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    Api(app).decide(*ANALYTICS)
    monkeypatch.setattr(type(service_of(app).consent.writer), "is_alive", lambda _: False)

    assert check_of(ask(app)) == "writer"


def test_a_commit_that_does_not_end_is_not_ready(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = type(service_of(app).consent.writer)
    monkeypatch.setattr(writer, "oldest_seconds", lambda _: readiness.BUSY_SECONDS + 1)

    assert check_of(ask(app)) == "writer"


def test_a_full_disk_is_not_ready(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "free_bytes", lambda _: readiness.FLOOR_BYTES - 1)

    assert check_of(ask(app)) == "disk"


def test_a_disk_that_has_gone_is_not_ready(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> Any:
        raise FileNotFoundError

    monkeypatch.setattr(shutil, "disk_usage", gone)

    assert check_of(ask(app)) == "disk"


def test_postgresqls_disk_is_not_looked_at(
    new_app: NewApp, postgres_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "FLOOR_BYTES", 10**18)
    app = new_app(database_url=postgres_server)

    assert ask(app).status_code == 200


@pytest.fixture
def draining_begun() -> Iterator[None]:
    draining.begin_draining()
    yield
    draining._told[0] = 0


@pytest.mark.usefixtures("draining_begun")
def test_a_service_that_is_about_to_stop_sends_others_away_and_still_records(app: Flask) -> None:
    ready, alive, decided = ask(app), ask(app, "/livez"), Api(app).decide(*ANALYTICS)

    assert (ready.status_code, code_of(ready)) == (503, "draining")
    assert (alive.status_code, decided.status_code) == (200, 201)


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/", "/v1/example", "/nothing", "/v1/example/decisions/"]
)
def test_what_does_not_exist_is_said_so_in_the_same_form(app: Flask, path: str) -> None:
    response = ask(app, path)

    assert (response.status_code, code_of(response)) == (404, "not_found")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


# --- a log that cannot go on ---------------------------------------------------------------


def test_a_log_that_was_rolled_back_is_named_and_the_service_is_not_ready(
    new_app: NewApp, tmp_path: Path
) -> None:
    """Somebody outside holds a checkpoint over more than there is."""
    kept = tmp_path / "kept.txt"
    app = new_app(checkpoint_file=str(kept))
    assert ask(app).status_code == 200
    ledger = service_of(app).ledger
    newer = sign_checkpoint(ledger.origin("example"), 500, bytes(32), ledger._seed)
    kept.write_text(newer, "utf-8")

    again = new_app(checkpoint_file=str(kept), metrics_token="t" * 16)

    response = ask(again)
    assert check_of(response) == "ledger"
    assert "the log of example: the log is shorter than a checkpoint" in response.text
    assert ask(again, "/livez").status_code == 200
    metrics = again.test_client().get("/metrics", headers={"Authorization": f"Bearer {'t' * 16}"})
    assert 'izin_ledger_closed{site="example"} 1.0' in metrics.text
    assert Api(again).decide(*ANALYTICS).status_code == 201, "what is decided is recorded"
    service_of(again).ledger.go_on("example")
    assert ask(again).status_code == 200
