"""What Prometheus is told, and who is told it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, insert, text
from werkzeug.test import TestResponse

from banner import metrics
from banner.core.stop import Stop
from banner.metrics import Figures
from banner.paths import ROOT
from banner.store import stops
from banner.store.figures import late_stops, uncovered_seconds
from banner.store.grow import Growth
from banner.store.schema import checkpoints, erasures, leaves
from tests.builders import ANALYTICS, NOON, as_json, refused
from tests.conftest import NewApp
from tests.service import Api, Clock, engine_of, token_of

TOKEN = "prometheus-presents-this"


@pytest.fixture
def app(new_app: NewApp) -> Flask:
    return new_app(metrics_token=TOKEN)


def ask(app: Flask, token: str | None = TOKEN, scheme: str = "Bearer") -> TestResponse:
    headers = {} if token is None else {"Authorization": f"{scheme} {token}"}
    return app.test_client().get("/metrics", headers=headers)


def value_in(text: str, name: str, **labels: str) -> float:
    """One sample of a scrape; 0 when it is not there."""
    wanted = ",".join(f'{key}="{value}"' for key, value in labels.items())
    sample = re.escape(f"{name}{{{wanted}}}" if labels else name)
    found = re.search(rf"^{sample} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


class Since:
    """By how much the counters of this process have grown."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._before = ask(app).text

    def __call__(self, name: str, **labels: str) -> float:
        now = ask(self._app).text
        return value_in(now, name, **labels) - value_in(self._before, name, **labels)


# --- who is told ---------------------------------------------------------------------------


def test_without_a_token_of_the_owners_there_are_no_metrics(new_app: NewApp) -> None:
    app = new_app()

    assert {ask(app, token).status_code for token in (None, "", TOKEN)} == {404}


@pytest.mark.parametrize(
    ("token", "scheme"),
    [(None, ""), ("", "Bearer"), (TOKEN[:-1], "Bearer"), (TOKEN, "Basic"), ("é" * 20, "Bearer")],
)
def test_only_who_presents_the_token_is_told(app: Flask, token: str | None, scheme: str) -> None:
    response = ask(app, token, scheme)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert "izin_" not in response.text


def test_who_presents_it_gets_text_that_nobody_keeps(app: Flask) -> None:
    response = ask(app)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert "# TYPE izin_decisions_acknowledged_total counter" in response.text


# --- what is counted -----------------------------------------------------------------------


def test_what_is_acknowledged_was_stored_or_replayed(app: Flask) -> None:
    api, since = Api(app), Since(app)
    event = str(uuid.uuid4())
    api.decide(*ANALYTICS, event=event)
    api.decide(*ANALYTICS, event=event)
    api.decide(*ANALYTICS, event=str(uuid.uuid4()))

    site = {"site": "example"}
    assert since("izin_decisions_acknowledged_total", **site) == 3
    assert since("izin_records_stored_total", **site) == 2
    assert since("izin_decisions_replayed_total", **site) == 1


def test_each_commit_is_counted_with_its_size_and_time(app: Flask) -> None:
    api, since = Api(app), Since(app)

    api.decide(*ANALYTICS)

    assert since("izin_batch_size_count") == 1
    assert since("izin_batch_size_sum") == 1
    assert since("izin_commit_seconds_count") == 1
    assert 0 < since("izin_commit_seconds_sum") < 5


def test_a_commit_that_fails_is_counted_and_nothing_as_stored(app: Flask) -> None:
    api, since = Api(app), Since(app)
    with engine_of(app).begin() as connection:
        connection.execute(text("DROP TABLE leaves"))

    assert api.decide(*ANALYTICS).status_code == 503

    assert since("izin_commits_failed_total") == 1
    assert since("izin_requests_refused_total", code="store_unavailable") == 1
    assert since("izin_records_stored_total", site="example") == 0
    assert since("izin_decisions_acknowledged_total", site="example") == 0


def test_refusals_are_counted_by_their_code(app: Flask) -> None:
    api, since = Api(app), Since(app)
    api.send(b"{")
    api.send(as_json(refused(notice="2020-01-01")))
    api.ask("nothing-here", method="GET")

    for code in ("body_malformed", "notice_stale", "not_found"):
        assert since("izin_requests_refused_total", code=code) == 1, code


def test_requests_are_timed_by_route(app: Flask) -> None:
    api, since = Api(app), Since(app)
    api.decide(*ANALYTICS)
    app.test_client().get("/v1/somebody-elses-words/preferences")

    for route in ("/v1/<site_id>/decisions", "/v1/<site_id>/preferences"):
        assert since("izin_request_seconds_count", route=route) == 1
    assert "somebody" not in ask(app).text


def test_nothing_of_a_visitor_is_in_a_label(app: Flask) -> None:
    api = Api(app)
    api.address = "198.51.100.77"
    answer = api.decide(*ANALYTICS, headers={"User-Agent": "Marker/1.0"})
    api.decide(*ANALYTICS, headers={"Origin": "https://marker.example"})

    told = ask(app).text

    record = str(answer.get_json()["record"])
    for word in ("198.51", "Marker", "marker", token_of(answer), record, "www.example.co.id"):
        assert word not in told


# --- what is looked up ---------------------------------------------------------------------


def a_leaf(engine: Engine, position: int, at: int, *, size: int = 0) -> None:
    """A leaf that tells of an erasure at that time; ``size`` says what a checkpoint covers."""
    place = {"site": "example", "position": position}
    with engine.begin() as connection:
        connection.execute(insert(leaves), {**place, "hash": b"h" * 32, "record": None})
        row = {**place, "erased": 1000 + position, "at": at, "reason": "owner"}
        connection.execute(insert(erasures), row)
        if size:
            signed = {"site": "example", "size": size, "at": at, "note": ""}
            connection.execute(insert(checkpoints), signed)


def test_the_oldest_leaf_that_no_checkpoint_covers_has_an_age(engine: Engine) -> None:
    a_leaf(engine, 0, NOON, size=1)
    a_leaf(engine, 1, NOON + 1000)
    a_leaf(engine, 2, NOON + 5000)

    ages = uncovered_seconds(engine, ["example", "other"], now=NOON + 8000)

    assert ages == {"example": 7.0, "other": 0.0}


def test_what_is_covered_has_no_age(engine: Engine) -> None:
    a_leaf(engine, 0, NOON, size=1)

    assert uncovered_seconds(engine, ["example"], now=NOON + 8000) == {"example": 0.0}


def test_a_record_waits_for_its_checkpoint_from_when_it_was_made(app: Flask, clock: Clock) -> None:
    Api(app).decide(*ANALYTICS)
    clock.move(seconds=40)

    assert value_in(ask(app).text, "izin_uncovered_seconds", site="example") == 40


def test_a_stop_is_late_when_it_is_due_and_not_done(engine: Engine) -> None:
    for name, due in (("late", NOON - 1), ("done", NOON - 1), ("early", NOON + 1)):
        stop = Stop(
            id=name,
            site="example",
            record=name,
            principal=None,
            categories=(),
            services=(),
            at=NOON - 10,
            due_at=due,
        )
        with engine.begin() as connection:
            stops.add(connection, Growth(connection), [stop])
    stops.Stops(engine).tried("done", at=NOON, done=True, answer="")

    late = late_stops(engine, ["example", "other"], now=NOON)

    assert late == {"example": 1, "other": 0}


def test_without_a_database_the_rest_is_told(app: Flask) -> None:
    with engine_of(app).begin() as connection:
        connection.execute(text("DROP TABLE open_stops"))

    response = ask(app)

    assert response.status_code == 200
    assert "izin_stops_late{" not in response.text
    assert value_in(response.text, "izin_disk_free_bytes") > 0
    assert time.time() - value_in(response.text, "izin_keys_changed_timestamp_seconds") < 3600


# --- several processes ---------------------------------------------------------------------

COUNT = """
import sys
from banner import metrics
from banner.metrics import Figures
for _ in range(3):
    metrics.acknowledged("example")
metrics.committed(rows=4, seconds=0.01)
metrics.queued(int(sys.argv[1]))
print(metrics.scrape(Figures()).decode())
if sys.argv[2:]:
    sys.stdin.read()
"""


def count(folder: Path, waiting: int) -> str:
    """A process that counts and ends; what it tells of all."""
    return subprocess.run(
        [sys.executable, "-c", COUNT, str(waiting)],
        env={**os.environ, metrics.FOLDER: str(folder)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_processes_that_share_a_folder_are_counted_together(tmp_path: Path) -> None:
    count(tmp_path, 5)

    told = count(tmp_path, 7)

    assert value_in(told, "izin_decisions_acknowledged_total", site="example") == 6
    assert value_in(told, "izin_batch_size_sum") == 8
    assert value_in(told, "izin_queue_length") == 7, "who has ended has no queue"


def test_processes_that_live_add_up_their_queues(tmp_path: Path) -> None:
    waiting = subprocess.Popen(
        [sys.executable, "-c", COUNT, "5", "wait"],
        env={**os.environ, metrics.FOLDER: str(tmp_path)},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert waiting.stdout
    while b"izin_queue_length 5" not in waiting.stdout.readline():
        pass

    told = count(tmp_path, 7)
    waiting.communicate(b"")

    assert value_in(told, "izin_queue_length") == 12


def test_figures_without_anything_are_told_as_such() -> None:
    told = metrics.scrape(Figures()).decode()

    assert "izin_disk_free_bytes" not in told
    assert "_created" not in told
