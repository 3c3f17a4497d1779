"""Browsers as processes: started without a word, and ended with everything that they started."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")

# A busy machine may take long to start a browser; a broken one must not hold up the run.
PATIENCE = 120.0
"""Seconds."""


def start(
    command: Sequence[str], *, environment: Mapping[str, str], pass_fds: Sequence[int] = ()
) -> subprocess.Popen[bytes]:
    """Start it in a group of its own, which ends with the test run even when that is killed."""
    # setpriv comes with every Linux (util-linux); elsewhere only a killed run leaves something.
    tied = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    return subprocess.Popen(
        [*tied, *command],
        env=environment,
        pass_fds=pass_fds,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """End it and its children, now: nothing that they hold is wanted any more."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(condition: Callable[[], T | None], *, what: str, of: subprocess.Popen[bytes]) -> T:
    """What the condition gives as soon as it gives something.

    Raises RuntimeError when the process has ended first, or nothing came in `PATIENCE` seconds.
    """
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE and of.poll() is None:
        found = condition()
        if found is not None:
            return found
        time.sleep(0.02)
    raise RuntimeError(f"no {what} from {of.args!r}, which ended with {of.poll()}")
