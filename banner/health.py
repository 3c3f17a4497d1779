"""Health, answered apart from visitors: at an address of its own, in each process that serves.

Whoever sends a body byte by byte holds a thread of the server for as long as they like. granian has
no time-out for bodies and wants none (its issue 728); gunicorn's threads wait for slow headers too.
A monitor that gets no answer would have a service restarted that only needs a proxy in front.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from socketserver import TCPServer, ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from .core.errors import SettingsWrong

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ANSWERED = ("/livez", "/readyz")
PATIENCE_SECONDS = 5

_expected = ""


def expect(address: str) -> None:
    """Said by a server before it forks its workers, which then ``begin`` at that address."""
    global _expected
    _expected = address


def begin_where_expected(app: WSGIApplication) -> None:
    """In a worker; commands that make an app listen nowhere."""
    if _expected:
        begin(app, _expected)


def begin(app: WSGIApplication, address: str) -> None:
    """Answer for ``app`` at ``address`` (`127.0.0.1:8001`) until this process ends.

    Raises ``SettingsWrong`` when somebody else listens there. Workers of one service share it.
    """
    host, _, port = address.rpartition(":")
    try:
        server = _Server((host.strip("[]"), int(port)), _Quiet)
    except OSError as error:
        raise SettingsWrong(f"IZIN_HEALTH: {address} cannot be had: {error.strerror}") from None
    server.set_app(_nothing_else(app))
    Thread(target=server.serve_forever, name="izin-health", daemon=True).start()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    allow_reuse_port = True

    def __init__(self, address: tuple[str, int], handler: type[WSGIRequestHandler]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, handler)

    def server_bind(self) -> None:
        TCPServer.server_bind(self)
        # The standard library would look its own name up, which may take its time.
        self.server_name, self.server_port = "localhost", self.server_address[1]
        self.setup_environ()


class _Quiet(WSGIRequestHandler):
    timeout = PATIENCE_SECONDS

    def log_message(self, *_: object) -> None:
        """A line of it would hold an address."""


def _nothing_else(app: WSGIApplication) -> WSGIApplication:
    """No visitor is served here, past the limits of the server and of the proxy."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in ANSWERED:
            return app(environ, start_response)
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"not here\n"]

    return answer
