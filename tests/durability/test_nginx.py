"""The documented nginx in front: requests that never end hold no thread of the service."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import pytest

from tests.durability.conftest import Start
from tests.durability.crowd import Crowd
from tests.durability.line import Line
from tests.durability.slow import BODIES, HEADERS, unfinished
from tests.nginx import documented, nginx, trusting

EACH = 64
DECISIONS = 20


class SecureLine(Line):
    """The same over TLS."""

    def connect(self) -> socket.socket:
        connection = super().connect()
        if not isinstance(connection, ssl.SSLSocket):
            connection = trusting().wrap_socket(connection, server_hostname="izin.example.co.id")
            self._socket = connection
        return connection


def limited(site: str) -> str:
    """With the limits that are documented for a proxy, where they are said to belong."""
    text = documented("Limits of requests")
    in_front, in_location = text.split("# in the location\n")
    first, rest = site.split("location / {\n", 1)
    return f"{in_front}{first}location / {{\n{in_location}{rest}"


SITES = [
    pytest.param(documented("Under a path of the site"), "/izin", id="under a path"),
    pytest.param(documented("On a subdomain"), "", id="on a subdomain"),
    pytest.param(limited(documented("On a subdomain")), "", id="with limits"),
]


@pytest.mark.parametrize(("site", "prefix"), SITES)
def test_the_documented_nginx_keeps_requests_that_never_end_from_the_service(
    start: Start, tmp_path: Path, site: str, prefix: str
) -> None:
    running = start(f"sqlite:///{tmp_path / 'records.sqlite3'}", environment={"IZIN_PROXIES": "1"})
    crowd = Crowd(running.port)
    acts = [crowd.act() for _ in range(DECISIONS)]
    bodies, headers = (
        begun.replace(b"POST /v1", f"POST {prefix}/v1".encode()) for begun in (BODIES, HEADERS)
    )

    with (
        nginx(tmp_path, site, service=running.port) as port,
        unfinished(bodies, port, count=EACH, tls=trusting()),
        unfinished(headers, port, count=EACH, tls=trusting()),
    ):
        line = SecureLine(port)
        answers = [
            line.ask(act.request.replace(b"POST /v1", f"POST {prefix}/v1".encode())).status
            for act in acts
        ]
        line.close()

    assert answers == [201] * DECISIONS
