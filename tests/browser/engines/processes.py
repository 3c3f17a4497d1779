"""Browsers as processes: started without a word, and ended with everything that they started."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")

# A busy machine may take long to start a browser; a broken one must not hold up the run.
PATIENCE = 120.0
"""Seconds."""


class Program:
    """One that runs, in a group of its own, until `end()` or until the test run is killed.

    What it says is kept for the case that it does not do what it should.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self._name = command[0]
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - `end()` closes it
        # setpriv is in every Debian; elsewhere only a run that is killed leaves something behind.
        tied = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
        self._process = subprocess.Popen(
            [*tied, *command],
            env=environment,
            pass_fds=pass_fds,
            stdin=subprocess.DEVNULL,
            stdout=self._words,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def until(self, condition: Callable[[], T | None], what: str) -> T:
        """What the condition gives as soon as it gives something.

        Raises RuntimeError, with what the program has said, when it has ended first or nothing
        came in `PATIENCE` seconds.
        """
        started = time.monotonic()
        while time.monotonic() - started < PATIENCE and self._process.poll() is None:
            found = condition()
            if found is not None:
                return found
            time.sleep(0.02)
        raise RuntimeError(f"{self._name} gives no {what}:\n{self._said()}")

    def end(self) -> None:
        """End it and its children, now: nothing that they hold is wanted any more."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._words.close()

    def _said(self) -> str:
        self._words.seek(0)
        return self._words.read()[-4000:].decode(errors="replace")
