"""Somebody outside who takes what the service sends, and answers as a test says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from threading import Event, Thread

PATIENCE_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Got:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Receiver:
    url: str = ""
    got: list[Got] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    """What is answered next, one after the other; then 204."""
    seconds: float = 0
    """How long each answer takes."""
    location: str = ""
    has_got: Event = field(default_factory=Event)
    waits_for: Event | None = None
    """Nothing is answered before that."""
    asked: Callable[[], object] = lambda: None
    """Called at each request."""


@contextmanager
def receiver(tls: SSLContext | None = None) -> Iterator[Receiver]:
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.got.append(Got(self.path, dict(self.headers), body))
            told.has_got.set()
            told.asked()
            time.sleep(told.seconds)
            if told.waits_for:
                told.waits_for.wait(PATIENCE_SECONDS)
            self.send_response(told.answers.pop(0) if told.answers else 204)
            if told.location:
                self.send_header("Location", told.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
    told.url = f"http{'s' if tls else ''}://localhost:{server.server_port}/hook"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
