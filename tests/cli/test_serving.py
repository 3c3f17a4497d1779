"""`flask serve` as processes of its own: counted as one, and ended in two steps."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.databases import fresh_database
from tests.durability.crowd import Crowd
from tests.durability.running import GRANIAN, Running

TOKEN = "prometheus-presents-this"


class Start(Protocol):
    """Starts the service on a database, with `Running`'s options; ended with the test."""

    def __call__(self, database_url: str, **options: Any) -> Running: ...


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Running] = []

    def start(database_url: str, **options: Any) -> Running:
        started.append(Running(tmp_path, database_url, **options))
        started[-1].start()
        return started[-1]

    yield start
    for running in started:
        running.end()


def ask(running: Running, path: str, **headers: str) -> tuple[int, str]:
    """On a connection of its own, so that any worker may answer."""
    connection = HTTPConnection("127.0.0.1", running.port, timeout=10)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def test_who_is_asked_to_end_says_so_first_and_records_until_then(
    start: Start, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'izin.sqlite3'}"
    running = start(url, command=(*GRANIAN, "--drain", "2"))
    crowd = Crowd(running.port)
    ready, _ = ask(running, "/readyz")

    os.kill(running.leader, signal.SIGTERM)
    begun = time.monotonic()
    while ask(running, "/readyz")[0] != 503:
        assert time.monotonic() - begun < 1
    draining = ask(running, "/readyz")
    alive = ask(running, "/livez")[0]
    told = crowd.send_again([crowd.act()])
    running._wait()

    assert ready == 200
    assert (draining[0], '"code":"draining"' in draining[1]) == (503, True)
    assert (alive, len(told)) == (200, 1)
    assert 1.5 < time.monotonic() - begun < 6


def test_who_is_asked_twice_ends_at_once(start: Start, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'izin.sqlite3'}"
    running = start(url, command=(*GRANIAN, "--drain", "60"))

    os.kill(running.leader, signal.SIGTERM)
    time.sleep(0.3)

    assert running.stop() < 10


def test_any_worker_tells_what_all_have_counted(start: Start, postgres_server: str) -> None:
    with fresh_database(postgres_server) as url:
        environment = {"IZIN_METRICS_TOKEN": TOKEN}
        running = start(url, workers=2, environment=environment)
        crowd = Crowd(running.port)
        crowd.send_again([crowd.act() for _ in range(40)])

        scrapes = [ask(running, "/metrics", Authorization=f"Bearer {TOKEN}") for _ in range(10)]
        running.stop()

    counts = {
        re.findall(r'^izin_decisions_acknowledged_total\{site="example"\} (\S+)$', text, re.M)[0]
        for status, text in scrapes
        if status == 200
    }
    assert counts == {"40.0"}


def test_the_server_writes_no_line_of_its_own_for_a_request(start: Start, tmp_path: Path) -> None:
    running = start(f"sqlite:///{tmp_path / 'izin.sqlite3'}")

    for path in ("/livez", "/nothing-here"):
        ask(running, path)
    running.stop()

    lines = running.log.read_text("utf-8").splitlines()
    assert len([line for line in lines if "GET" in line]) == 1
    assert not any("nothing-here" in line or "127.0.0.1" in line for line in lines)
