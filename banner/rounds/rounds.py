"""Rounds: what the service does by itself, again and again, beside answering requests."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.util import Finalize

log = logging.getLogger("izin.rounds")

FIRST_SECONDS = 5.0
"""A process that has just begun answers its first requests before it does anything else."""
PATIENCE_SECONDS = 30.0
SLOWEST_SECONDS = 3600.0
DRAIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    seconds: float
    """From the end of one run to the beginning of the next."""
    run: Callable[[], object]
    at_exit: bool = False
    """Is it run once more when the process ends?"""


class Rounds:
    """Runs jobs in the background, from the first ``begin`` of a process until it ends.

    Each job has a thread: a webhook that is slow to answer must not hold the checkpoints back.
    """

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = tuple(jobs)
        self._guard = threading.Lock()
        self._process = 0
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []

    def begin(self) -> None:
        """Begin, unless this process has: costs nothing then, and may be called at each request.

        A forked process has lost its parent's threads, so it begins anew.
        """
        if self._process == os.getpid():
            return
        with self._guard:
            if self._process == os.getpid():
                return
            self._ended = threading.Event()
            self._threads = self._begun(self._ended)
            self._process = os.getpid()
            atexit.register(self.drain)
            # Workers of granian are processes of multiprocessing's, which pass atexit over.
            Finalize(None, self.drain, exitpriority=0)

    def drain(self, seconds: float = DRAIN_SECONDS) -> None:
        """End: what is to be run at exit is run once more, one after the other, and waited for
        that long at most."""
        if self._process != os.getpid() or self._ended.is_set():
            return
        until = time.monotonic() + seconds
        self._ended.set()
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _begun(self, ended: threading.Event) -> list[threading.Thread]:
        threads: list[threading.Thread] = []
        before: threading.Thread | None = None
        for job in self._jobs:
            arguments = (job, ended, before)
            name = f"izin-{job.name}"
            threads.append(
                threading.Thread(target=_go_round, args=arguments, name=name, daemon=True)
            )
            threads[-1].start()
            before = threads[-1] if job.at_exit else before
        return threads


def _go_round(job: Job, ended: threading.Event, before: threading.Thread | None) -> None:
    failures = 0
    pause = min(job.seconds, FIRST_SECONDS)
    while not ended.wait(pause):
        failures = 0 if _succeeds(job, failures) else failures + 1
        pause = _pause(job.seconds, failures)
    if job.at_exit:
        if before:
            before.join(DRAIN_SECONDS)  # what has just been signed is to be pushed outside
        _succeeds(job, failures)


def _succeeds(job: Job, failures: int) -> bool:
    try:
        job.run()
    except Exception as error:
        # Only the first failure in a row with its traceback: a database that is away for a night
        # must not fill the disk with them.
        told = {"kind": job.name, "attempt": failures + 1, "cause": type(error).__name__}
        log.error("round_failed", extra=told, exc_info=error if failures == 0 else None)
        return False
    return True


def _pause(seconds: float, failures: int) -> float:
    """After failures longer and longer, but a rare job is tried again sooner than its turn."""
    if not failures:
        return seconds
    slowest = min(max(seconds, PATIENCE_SECONDS), SLOWEST_SECONDS)
    return float(min(slowest, 2 ** min(failures, 20)))
