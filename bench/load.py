"""The load: connections that send as soon as they are answered. Run as a process of its own.

`python -m bench.load <port> <connections> <seconds>` reads the request from its input, with the
word EVENT where an event's id belongs, as JSON text; says `ready`, waits for a line, and writes
what it found. Sockets and epoll only: what the load costs, the server does not get.
"""

from __future__ import annotations

import json
import os
import re
import select
import socket
import sys
import time
from dataclasses import asdict, dataclass

LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
EVENT = "EVENT"


@dataclass(frozen=True, slots=True)
class Found:
    """What the load saw from outside."""

    answered: int
    seconds: float
    p50: float
    """Milliseconds."""
    p99: float
    refused: int
    """Answers other than 200 and 201: a benchmark with one of them is none."""


class Load:
    """Some keep-alive connections to `port`, each with one request on its way."""

    def __init__(self, port: int, connections: int, request: str) -> None:
        head, _, tail = request.partition(EVENT)
        self._head, self._tail = head.encode(), tail.encode()
        self._has_event = EVENT in request
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        for _ in range(connections):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets[connection.fileno()] = connection
            self._poll.register(connection, select.EPOLLIN)

    def run(self, seconds: float) -> Found:
        """Send for so long, then wait for the last answers."""
        clock = time.perf_counter
        received = dict.fromkeys(self._sockets, b"")
        latencies, refused = [], 0
        begun = clock()
        sent = {number: self._send(number, begun) for number in self._sockets}
        while sent:
            for number, _ in self._poll.poll(10):
                part = self._sockets[number].recv(65536)
                assert part, "the server has ended the connection"
                answer = received[number] + part
                if not _is_whole(answer):
                    received[number] = answer
                    continue
                now = clock()
                received[number] = b""
                latencies.append(now - sent.pop(number))
                refused += not answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201"))
                if now - begun < seconds:
                    sent[number] = self._send(number, now)
        latencies.sort()
        return Found(
            answered=len(latencies),
            seconds=clock() - begun,
            p50=1000 * latencies[len(latencies) // 2],
            p99=1000 * latencies[len(latencies) * 99 // 100],
            refused=refused,
        )

    def _send(self, number: int, now: float) -> float:
        event = _new_event() if self._has_event else b""
        self._sockets[number].sendall(self._head + event + self._tail)
        return now


def _new_event() -> bytes:
    text = os.urandom(16).hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}".encode()


def _is_whole(answer: bytes) -> bool:
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    length = LENGTH.search(answer, 0, end)
    assert length, "an answer without its length"
    return len(answer) == end + 4 + int(length[1])


def main(port: int, connections: int, seconds: float) -> None:
    load = Load(port, connections, json.loads(sys.stdin.readline()))
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(asdict(load.run(seconds))), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
