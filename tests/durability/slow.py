"""Clients that begin a request and do not end it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.builders import PAGE, SITE

HEAD = (
    f"POST /v1/{SITE.id}/decisions HTTP/1.1\r\nHost: izin.example.co.id\r\nOrigin: {PAGE}\r\n"
    "Content-Type: application/json\r\nContent-Length: 600\r\n"
).encode()
BODIES = HEAD + b"\r\n{"
HEADERS = HEAD + b"X-Slow: "


@contextmanager
def unfinished(
    begun: bytes, port: int, *, count: int, tls: ssl.SSLContext | None = None
) -> Iterator[None]:
    """So many connections that have sent what is ``begun``, and send nothing more."""
    with ExitStack() as stack:
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", port), 20)
            if tls:
                connection = tls.wrap_socket(connection, server_hostname="izin.example.co.id")
            stack.enter_context(connection).sendall(begun)
        yield
