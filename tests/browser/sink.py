"""The server at the end of every connection that the browser opens.

It speaks TLS and plain HTTP on one port, because `--host-resolver-rules` sends both here and
a request must be seen whatever its scheme. It is also the proxy of browsers that have no such
rules: after `CONNECT` the same connection goes on as if it were to the host itself.
"""

from __future__ import annotations

import contextlib
import io
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.test import run_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

_TLS_HANDSHAKE = 0x16
_CONNECT = b"CONNECT "
_WHOLE = re.compile(r"^http://[^/?#]*")


class Dropped(Exception):
    """Raised by the application to close the connection without an answer."""


class Sink(ThreadedWSGIServer):
    """Answers on a free loopback port from `start()` to `stop()`, one thread per connection.

    `on_contact` hears the host name of every TLS connection, used for a request or not;
    `on_fault` hears every exception that the application let through.
    """

    def __init__(
        self,
        app: WSGIApplication,
        context: ssl.SSLContext,
        *,
        on_contact: Callable[[str], None],
        on_fault: Callable[[BaseException], None],
    ) -> None:
        self._context = context
        self._idle: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.on_fault = on_fault
        context.sni_callback = lambda _socket, name, _context: on_contact(name or "")
        super().__init__("127.0.0.1", 0, app, handler=_Handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        self.close_idle()

    def close_idle(self) -> None:
        """Close the connections on which nothing is being answered.

        Chromium silently repeats a request whose kept-alive connection turns out to be dead;
        on a new connection it reports the failure, once.
        """
        with self._lock:
            idle = list(self._idle)
        for connection in idle:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def set_idle(self, connection: socket.socket, idle: bool) -> None:
        with self._lock:
            (self._idle.add if idle else self._idle.discard)(connection)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        # The handshake belongs here and not in accept(): a connection that Chromium opens in
        # advance and leaves silent would hold up all the others.
        try:
            secured = self._secure(request)
        except OSError:
            self.shutdown_request(request)
            return
        self.set_idle(secured, True)
        try:
            super().process_request_thread(secured, client_address)
        finally:
            self.set_idle(secured, False)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: what breaks here is a connection that the browser gave up."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: the tests read `World.requests`."""

    def _secure(self, connection: socket.socket) -> socket.socket:
        first = connection.recv(len(_CONNECT), socket.MSG_PEEK)
        if first == _CONNECT:
            _lead_through(connection)
            return self._secure(connection)
        if first[:1] != bytes([_TLS_HANDSHAKE]):
            return connection
        return self._context.wrap_socket(connection, server_side=True)


def _lead_through(connection: socket.socket) -> None:
    """Answer `CONNECT`, as if somebody had been connected to; a client waits for that."""
    asked = b""
    while not asked.endswith(b"\r\n\r\n"):
        more = connection.recv(4096)
        if not more:
            raise ConnectionResetError
        asked += more
    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")


class _Handler(WSGIRequestHandler):
    """Werkzeug's handler with keep-alive, which it does without: bodies are read whole first."""

    server: Sink
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def run_wsgi(self) -> None:
        self.server.set_idle(self.connection, False)
        try:
            self._answer()
        except Dropped:
            self.close_connection = True
        finally:
            self.server.set_idle(self.connection, True)

    def make_environ(self) -> WSGIEnvironment:
        environ = super().make_environ()
        # A proxy is asked for whole addresses (RFC 9112, section 3.2.2), a host for paths.
        environ["RAW_URI"] = _WHOLE.sub("", environ["RAW_URI"]) or "/"
        secure = isinstance(self.connection, ssl.SSLSocket)
        environ["wsgi.url_scheme"] = "https" if secure else "http"
        environ["SERVER_PORT"] = "443" if secure else "80"
        length = int(environ.get("CONTENT_LENGTH") or 0)
        environ["wsgi.input"] = io.BytesIO(self.rfile.read(length))
        return environ

    def finish(self) -> None:
        """Close both ends: what is still in the buffer of a broken connection goes nowhere."""
        for file in (self.wfile, self.rfile):
            with contextlib.suppress(OSError, ValueError):
                file.close()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""

    def _answer(self) -> None:
        environ = self.make_environ()
        try:
            body, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
        except Dropped:
            raise
        except Exception as error:  # the test hears of it; the browser gets what it would get
            self.server.on_fault(error)
            self._send("500 INTERNAL SERVER ERROR", [], repr(error).encode())
            return
        self._send(status, headers, b"".join(body))

    def _send(self, status: str, headers: Iterable[tuple[str, str]], body: bytes) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection", "date", "server"):
                self.send_header(name, value)
        if int(code) not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
