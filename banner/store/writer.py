"""The writer: commits what many requests bring in one transaction, and answers each after it.

A disk does a few hundred to a few thousand commits a second; requests that wait for one another's
commits share it. One thread of each process writes, so that SQLite never waits for its own lock.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Protocol

from .. import metrics
from ..core.errors import IzinError, StoreUnavailable

MOST_IN_A_BATCH = 256
PATIENCE_SECONDS = 3.0
"""How long a request waits for its commit. When a batch takes longer, the next requests are refused
at once: waiting, they would take every thread, and the script and the pages with them."""
DRAIN_SECONDS = 10.0


class Act(Protocol):
    """Something to be written. Its outcome is a value, or the error to be raised for it alone."""


Outcome = object | IzinError
Commit = Callable[[Sequence[Act]], Sequence[Outcome]]
"""Writes all acts in one transaction. Raises ``StoreUnavailable`` when none of them is stored."""


@dataclass(slots=True)
class Ticket:
    """One act on its way, and who waits for it."""

    act: Act
    outcome: Outcome = None
    done: threading.Lock = field(default_factory=threading.Lock)


class Writer:
    """One thread that commits in groups. Safe to use from many threads, and after a fork."""

    def __init__(self, commit: Commit) -> None:
        self._commit = commit
        self._guard = threading.Lock()
        self._process = 0
        self._tickets: SimpleQueue[Ticket | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._oldest = 0.0
        atexit.register(self.drain)

    def write(self, act: Act) -> object:
        """Commit ``act`` and return its outcome: then it is on disk.

        Raises the act's own error, or ``StoreUnavailable`` when it is not known to be stored.
        """
        return _outcome_of(self._put(act))

    def write_all(self, acts: Sequence[Act]) -> list[object]:
        """Commit ``acts`` in as few transactions as they fit in; see ``write``."""
        return [_outcome_of(ticket) for ticket in [self._put(act) for act in acts]]

    @property
    def waiting(self) -> int:
        """How many acts wait to be taken up."""
        return self._tickets.qsize()

    def oldest_seconds(self) -> float:
        """How long the batch that is being written has taken so far; 0 when there is none."""
        return time.monotonic() - self._oldest if self._oldest else 0.0

    def is_alive(self) -> bool:
        """Can it write? A writer that nobody has asked yet can."""
        return self._process != os.getpid() or bool(self._thread and self._thread.is_alive())

    def drain(self) -> None:
        """Write what waits, then end."""
        if self._process == os.getpid() and self._thread:
            self._tickets.put(None)
            self._thread.join(DRAIN_SECONDS)
            self._process = 0

    def _put(self, act: Act) -> Ticket:
        if self._process != os.getpid():
            self._begin()
        if self.oldest_seconds() > PATIENCE_SECONDS:
            raise StoreUnavailable("the store does not answer")
        ticket = Ticket(act)
        ticket.done.acquire()
        self._tickets.put(ticket)
        return ticket

    def _begin(self) -> None:
        """Start the thread; a forked process has lost that of its parent."""
        with self._guard:
            if self._process == os.getpid():
                return
            self._tickets = SimpleQueue()
            self._thread = threading.Thread(target=self._run, name="izin-writer", daemon=True)
            self._thread.start()
            self._process = os.getpid()

    def _run(self) -> None:
        tickets = self._tickets
        last = False
        while not last:
            batch = _taken(tickets)
            metrics.queued(tickets.qsize())
            last = None in batch
            waiting = [ticket for ticket in batch if ticket]
            if waiting:
                self._write(waiting)

    def _write(self, tickets: list[Ticket]) -> None:
        self._oldest = time.monotonic()
        try:
            outcomes = self._commit([ticket.act for ticket in tickets])
        except IzinError as error:
            outcomes = [error] * len(tickets)
        except Exception as error:
            # Whatever it was, those who wait must hear that nothing is known to be stored.
            unavailable = StoreUnavailable("the record could not be stored")
            unavailable.__cause__ = error
            outcomes = [unavailable] * len(tickets)
        self._oldest = 0.0
        for ticket, outcome in zip(tickets, outcomes, strict=True):
            ticket.outcome = outcome
            ticket.done.release()


def _outcome_of(ticket: Ticket) -> object:
    if not ticket.done.acquire(timeout=PATIENCE_SECONDS):
        raise StoreUnavailable("the record was not stored in time")
    if isinstance(ticket.outcome, IzinError):
        raise ticket.outcome
    return ticket.outcome


def _taken(tickets: SimpleQueue[Ticket | None]) -> list[Ticket | None]:
    """The next act, and what has come meanwhile."""
    batch = [tickets.get()]
    while len(batch) < MOST_IN_A_BATCH and batch[-1] is not None:
        try:
            batch.append(tickets.get_nowait())
        except Empty:
            break
    return batch
