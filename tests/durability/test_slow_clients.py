"""Requests that never end, on the way to the service itself: monitors are answered all the same."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.databases import fresh_database
from tests.durability.conftest import Start
from tests.durability.running import GRANIAN, GUNICORN
from tests.durability.slow import BODIES, HEADERS, unfinished

MANY = 40
"""More than a process has threads."""
SERVERS = [pytest.param(GRANIAN, id="granian"), pytest.param(GUNICORN, id="gunicorn")]


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def status(port: int, path: str) -> int:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


@pytest.mark.parametrize("command", SERVERS)
@pytest.mark.parametrize("begun", [BODIES, HEADERS], ids=["bodies", "headers"])
def test_monitors_are_answered_while_slow_clients_hold_every_thread(
    start: Start, engine_url: str, command: Sequence[str], begun: bytes
) -> None:
    health = a_free_port()
    running = start(engine_url, command=command, environment={"IZIN_HEALTH": f"127.0.0.1:{health}"})

    with unfinished(begun, running.port, count=MANY):
        answers = [status(health, path) for path in ("/livez", "/readyz") * 3]

    assert answers == [200] * 6


def test_visitors_are_not_served_where_monitors_are(start: Start, engine_url: str) -> None:
    health = a_free_port()
    start(engine_url, environment={"IZIN_HEALTH": f"127.0.0.1:{health}"})

    answers = [status(health, path) for path in ("/", "/v1/example.js", "/metrics", "/livez/")]

    assert answers == [404] * 4


def test_every_worker_answers_monitors(start: Start, postgres_server: str) -> None:
    with fresh_database(postgres_server) as url:
        judge_two_workers(start, url)


def judge_two_workers(start: Start, url: str) -> None:
    health = a_free_port()
    running = start(url, workers=2, environment={"IZIN_HEALTH": f"127.0.0.1:{health}"})

    answers = {status(health, "/livez") for _ in range(20)}
    running.reload()
    answers |= {status(health, "/livez") for _ in range(20)}

    running.end()
    assert answers == {200}
