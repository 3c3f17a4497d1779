"""Checkpoints on their way to a place outside: a copy on the same machine proves nothing.

None is pushed of a log that contradicts what is kept there already.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ..core.errors import IzinError, LedgerBroken
from ..store.checkpoints import Checkpoints, Signed
from .courier import Courier, Delivery

TAIL_BYTES = 65_536
CONTRADICTED = "answered 409"
"""As a witness of C2SP's answers to what does not continue the checkpoint that it holds."""


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
    refuse_fork: Callable[[str], None] = lambda site: None
    """Raises ``LedgerBroken`` when the log of this site contradicts what is kept outside."""
    close: Callable[[str, str], None] = lambda site, reason: None
    """Told of a log that the receiver holds another checkpoint against, and why."""
    _kept: set[str] = field(default_factory=set, init=False)
    _sent: set[str] = field(default_factory=set, init=False)

    def __call__(self) -> None:
        """Raises ``DeliveryFailed`` or ``OSError`` when one of the places has not taken all."""
        newest = [signed for signed in map(self.checkpoints.latest, self.sites) if signed]
        notes = {signed.note for signed in newest}
        if self.file:
            fresh = [signed for signed in newest if signed.note not in self._kept]
            self._keep(self.file, [signed.note for signed in fresh if self._goes_on(signed)])
            self._kept = notes
        if self.url:
            self._sent &= notes
            fresh = [signed for signed in newest if signed.note not in self._sent]
            self._send([signed for signed in fresh if self._goes_on(signed)])

    def _goes_on(self, signed: Signed) -> bool:
        try:
            self.refuse_fork(signed.site)
        except LedgerBroken:
            return False  # which the ledger has told
        return True

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

    def _send(self, fresh: list[Signed]) -> None:
        for signed in fresh:
            body = signed.note.encode()
            name = hashlib.sha256(body).hexdigest()
            receipt = self.courier.bring(
                Delivery(name, self.url, body, "text/plain; charset=utf-8")
            )
            if receipt.answer == CONTRADICTED:
                self.close(signed.site, "the receiver of checkpoints holds one that contradicts it")
                continue
            if not receipt.done:
                raise DeliveryFailed(f"the checkpoint was not taken: {receipt.answer}")
            self._sent.add(signed.note)
