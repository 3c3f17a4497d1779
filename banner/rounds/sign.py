"""Checkpoints, signed as the logs grow."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field

from .. import metrics
from ..core.errors import LedgerBroken
from ..ledger import Ledger
from ..store.append import Appending

ALL_EVERY = 60
"""In every so many rounds all logs are looked at: commands and other processes add to them too."""


@dataclass(slots=True)
class SignRound:
    """Signs each log that has grown. For one thread at a time; several processes may do it, since
    a checkpoint is stored by whoever is first."""

    ledger: Ledger
    appending: Appending
    sites: Collection[str]
    _rounds: int = field(default=0, init=False)
    _left: set[str] = field(default_factory=set, init=False)

    def __call__(self) -> None:
        """What could not be signed is tried again in the next round."""
        self._left |= self.appending.grown()
        if self._rounds % ALL_EVERY == 0:
            self._left |= set(self.sites)
        self._rounds += 1
        for site in sorted(self._left):
            with suppress(LedgerBroken):  # which the ledger has told; the others go on
                self._sign(site)

    def _sign(self, site: str) -> None:
        if self.ledger.sign(site):
            metrics.checkpoint_made(site)
            self._left.discard(site)
        elif self.ledger.is_covered(site):
            self._left.discard(site)
