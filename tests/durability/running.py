"""The service as an owner runs it: processes of its own, that can be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from banner.paths import ROOT
from tests.builders import a_document, toml
from tests.durability import processes

PATIENCE_SECONDS = 20
ANY_NUMBER = "999999999 per minute"
GRANIAN = ("-m", "flask", "--app", "wsgi", "serve", "--port", "{port}", "--workers", "{workers}")
GUNICORN = (
    *("-m", "gunicorn", "--config", "python:banner.cli.gunicorn", "wsgi:app"),
    *("--bind", "127.0.0.1:{port}", "--workers", "{workers}"),
)


class Running:
    """The service on one database, from `start()` to `kill()` or `stop()`, and again.

    `checkout` is the folder whose code runs; `environment` is added to the settings. Its site is
    `example`, with `other_sites` beside it that nobody visits, and its errors go to `log`.
    """

    def __init__(
        self,
        folder: Path,
        database_url: str,
        *,
        command: Sequence[str] = GRANIAN,
        workers: int = 1,
        other_sites: int = 0,
        checkout: Path = ROOT,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.database_url = database_url
        self.port = _free_port()
        self.log = folder / "service.log"
        self._checkout = checkout
        self._workers = workers
        values = {"port": self.port, "workers": workers}
        self._command = [sys.executable, *(word.format(**values) for word in command)]
        self._process: subprocess.Popen[bytes] | None = None
        self.sites = sites = folder / "sites"
        sites.mkdir(exist_ok=True)
        for name in ("example", *(f"other-{number}" for number in range(other_sites))):
            (sites / f"{name}.toml").write_text(toml(a_document(languages=["id"])), "utf-8")
        self._settings = {
            "PATH": os.environ["PATH"],
            "IZIN_URL": "https://izin.example.co.id",
            "IZIN_DATABASE_URL": database_url,
            "IZIN_SITES": str(sites),
            "IZIN_KEYS": str(folder / "keys.json"),
            "IZIN_LIMIT_SITE": "",  # one site takes here what a thousand would
        }
        self._environment = dict(environment or {})
        self.flask("migrate")

    @property
    def leader(self) -> int:
        """The process that was started; the others are its group."""
        assert self._process is not None, "it has not been started"
        return self._process.pid

    def start(self) -> None:
        """Start it; returns when every worker answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._checkout,
                env=self._settings | self._environment,
                start_new_session=True,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._is_ready():
            assert self._process.poll() is None, self.log.read_text("utf-8")
            assert time.monotonic() < deadline, "the service does not answer"
            time.sleep(0.02)

    def kill(self) -> None:
        """`kill -9` of all its processes at once; returns when none is left."""
        self._signal_all(signal.SIGKILL)
        self._wait()

    def behead(self) -> None:
        """`kill -9` of the process that was started alone; returns when none is left."""
        os.kill(self.leader, signal.SIGKILL)
        self._wait()

    def stop(self) -> float:
        """Ask it to end (SIGTERM), as a deploy does; how many seconds that took."""
        asked = time.monotonic()
        os.kill(self.leader, signal.SIGTERM)
        self._wait()
        return time.monotonic() - asked

    def reload(self) -> None:
        """Ask it for new workers (SIGHUP); returns when they answer and the old ones are gone."""
        old = set(self.workers())
        self.ask_to_reload()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while old & set(self.workers()) or not self._is_ready():
            assert time.monotonic() < deadline, "the old workers do not end"
            time.sleep(0.05)

    def ask_to_reload(self) -> None:
        os.kill(self.leader, signal.SIGHUP)

    def seconds_to_answer(self, path: str) -> float:
        asked = time.monotonic()
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE_SECONDS):
            return time.monotonic() - asked

    def workers(self) -> list[int]:
        return [pid for pid in processes.group(self.leader) if pid != self.leader]

    def end(self) -> None:
        """Leave nothing behind, whatever has happened."""
        if self._process is not None and processes.group(self.leader):
            self.kill()

    def flask(self, *arguments: str) -> str:
        """What a command says, run beside the service. Fails the test if the command fails."""
        ended = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=self._checkout,
            env=self._settings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def _is_ready(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/livez", timeout=1) as answer:
                return answer.status == 200 and self._all_listen()
        except (URLError, OSError):
            return False

    def _all_listen(self) -> bool:
        # gunicorn's workers share one socket.
        return "gunicorn" in self._command or processes.listeners(self.port) == self._workers

    def _signal_all(self, number: signal.Signals) -> None:
        os.killpg(self.leader, number)

    def _wait(self) -> None:
        assert self._process is not None
        self._process.wait(PATIENCE_SECONDS)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while processes.group(self.leader):
            assert time.monotonic() < deadline, "some of its processes do not end"
            time.sleep(0.01)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
