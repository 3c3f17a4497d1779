"""The address of its own where monitors are answered."""

from __future__ import annotations

import socket
from http.client import HTTPConnection

import pytest
from flask import Flask

from banner import health
from banner.core.errors import SettingsWrong
from tests.conftest import NewApp


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ask(port: int, path: str, host: str = "127.0.0.1") -> tuple[int, bytes]:
    connection = HTTPConnection(host, port, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    told = answer.status, answer.read()
    connection.close()
    return told


def test_monitors_get_the_answers_of_the_service(app: Flask) -> None:
    port = a_free_port()
    health.begin(app, f"127.0.0.1:{port}")

    answers = [ask(port, path) for path in ("/livez", "/readyz")]

    assert answers == [(200, b"ok\n")] * 2


def test_a_service_that_cannot_record_says_so_there_too(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = a_free_port()
    health.begin(app, f"127.0.0.1:{port}")
    monkeypatch.setattr("banner.web.operations.is_draining", lambda: True)

    status, body = ask(port, "/readyz")

    assert status == 503
    assert b'"draining"' in body


def test_nothing_else_is_served_there(app: Flask) -> None:
    port = a_free_port()
    health.begin(app, f"127.0.0.1:{port}")

    statuses = {ask(port, path)[0] for path in ("/", "/v1/example.js", "/readyz/", "/metrics")}

    assert statuses == {404}


def test_an_address_that_somebody_has_stops_the_start(app: Flask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"

        with pytest.raises(SettingsWrong, match="IZIN_HEALTH"):
            health.begin(app, address)


def test_workers_share_one_address(new_app: NewApp) -> None:
    port = a_free_port()

    for _ in range(2):
        health.begin(new_app(), f"127.0.0.1:{port}")

    assert ask(port, "/livez") == (200, b"ok\n")


def test_commands_listen_nowhere(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    monkeypatch.setattr(health, "begin", lambda _, address: begun.append(address))

    health.begin_where_expected(app)

    assert begun == []
