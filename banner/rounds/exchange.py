"""One request and the status of its answer, in one span of time for all of it.

A time-out of the library's is for each read: whoever answers a line every few seconds is waited for
as long as they like. Here the whole has an end, from the look-up of the name to the last header.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import Future
from http.client import HTTPConnection, HTTPSConnection
from threading import Thread
from urllib.parse import urlsplit


class NoConnection(OSError):
    """Nobody was reached: no such name, no way there, or nobody who listens."""


class Exchange:
    """A POST under way, in a thread of its own: a system looks up names for as long as it likes.

    No redirection is followed, and no body of an answer is read.
    """

    def __init__(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        seconds: float,
        tls: ssl.SSLContext,
    ) -> None:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        self._connection = (
            HTTPSConnection(host, port, timeout=seconds, context=tls)
            if parts.scheme == "https"
            else HTTPConnection(host, port, timeout=seconds)
        )
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._body = body
        self._headers = dict(headers)
        self._seconds = seconds
        self._is_given_up = False
        self._status: Future[int] = Future()

    def status(self) -> int:
        """The status of the answer. Raises ``TimeoutError`` once the time is over, ``NoConnection``
        or what else the way there raises: ``OSError`` or ``HTTPException``."""
        # A daemon: whoever ends the service does not wait for somebody's answer.
        Thread(target=self._run, name="izin-exchange", daemon=True).start()
        try:
            return self._status.result(self._seconds)
        except TimeoutError:
            self._give_up()
            raise

    def _run(self) -> None:
        try:
            self._status.set_result(self._answered())
        except BaseException as error:
            self._status.set_exception(error)  # raised where it is waited for
        finally:
            self._connection.close()

    def _answered(self) -> int:
        try:
            self._connection.connect()
        except (ssl.SSLCertVerificationError, TimeoutError):
            raise
        except (OSError, UnicodeError) as error:  # a name with a label that is too long
            raise NoConnection from error
        if self._is_given_up:
            raise TimeoutError
        self._connection.request("POST", self._target, self._body, self._headers)
        return self._connection.getresponse().status

    def _give_up(self) -> None:
        """What still waits for the other side is woken; closing alone would not do that."""
        self._is_given_up = True
        if self._connection.sock:
            with contextlib.suppress(OSError):
                self._connection.sock.shutdown(socket.SHUT_RDWR)
