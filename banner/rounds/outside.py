"""Checkpoints on their way to a place outside: a copy on the same machine proves nothing."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ..core.errors import IzinError
from ..store.checkpoints import Checkpoints
from .courier import Courier, Delivery

TAIL_BYTES = 65_536


class DeliveryFailed(IzinError):
    """The receiver did not take it; it is tried again in a later round."""


@dataclass(slots=True)
class CheckpointRound:
    """Brings the newest checkpoint of each log to a place outside. For one thread at a time."""

    checkpoints: Checkpoints
    sites: Iterable[str]
    courier: Courier
    file: Path | None = None
    """New notes are added at its end, each with an empty line after it."""
    url: str = ""
    """New notes are posted there, one in each request."""
    _kept: set[str] = field(default_factory=set, init=False)
    _sent: set[str] = field(default_factory=set, init=False)

    def __call__(self) -> None:
        """Raises ``DeliveryFailed`` or ``OSError`` when one of the places has not taken all."""
        newest = map(self.checkpoints.latest, self.sites)
        notes = [signed.note for signed in newest if signed]
        if self.file:
            self._keep(self.file, [note for note in notes if note not in self._kept])
            self._kept = set(notes)
        if self.url:
            self._sent &= set(notes)
            self._send([note for note in notes if note not in self._sent])

    def _keep(self, file: Path, notes: list[str]) -> None:
        if not notes:
            return
        with file.open("a+b") as kept:
            kept.seek(max(0, kept.tell() - TAIL_BYTES))
            # After a restart, or by another process of the service.
            there = kept.read().decode("utf-8", "replace")
            # What a loss of power has cut off must not swallow the next one.
            torn = "" if not there or there.endswith("\n\n") else "\n\n"
            new = "".join(f"{note}\n" for note in notes if note not in there)
            kept.write((torn + new if new else "").encode())
            kept.flush()
            os.fsync(kept.fileno())

    def _send(self, notes: list[str]) -> None:
        for note in notes:
            body = note.encode()
            name = hashlib.sha256(body).hexdigest()
            receipt = self.courier.bring(
                Delivery(name, self.url, body, "text/plain; charset=utf-8")
            )
            if not receipt.done:
                raise DeliveryFailed(f"the checkpoint was not taken: {receipt.answer}")
            self._sent.add(note)
