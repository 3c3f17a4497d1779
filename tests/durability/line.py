"""A keep-alive connection of one client, with as little between as possible."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PATIENCE_SECONDS = 20


class NotSent(Exception):
    """No connection: the service cannot know of the request."""


class NoAnswer(Exception):
    """The request was sent and the connection ended: nobody knows what became of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Line:
    """Connects when it is first needed, and again after it was cut."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def ask(self, request: bytes) -> Answer:
        """Send a whole request and wait for its answer. Raises `NotSent` or `NoAnswer`."""
        connection = self.connect()
        try:
            connection.sendall(request)
            return self._answer(connection)
        except OSError as error:
            self.close()
            raise NoAnswer from error

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def connect(self) -> socket.socket:
        """The connection, made first if there is none. Raises `NotSent`."""
        if self._socket is None:
            try:
                self._socket = socket.create_connection(("127.0.0.1", self._port), PATIENCE_SECONDS)
            except OSError as error:
                raise NotSent from error
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket

    def _answer(self, connection: socket.socket) -> Answer:
        received = b""
        while b"\r\n\r\n" not in received:
            received += _some(connection)
        head, _, body = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        length = int(headers["content-length"])
        while len(body) < length:
            body += _some(connection)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(int(first.split()[1]), headers, body)


def _some(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    if not received:
        raise ConnectionResetError
    return received
