"""A site's log, grown through the service's own appending, and whom it is signed by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, insert

from banner.core.notice import NoticeDocument, make_notice
from banner.core.record import Record
from banner.ledger import Ledger
from banner.ledger.check import Finding, Outside, check_ledger
from banner.store.append import Add, Appending, Erase
from banner.store.schema import notices
from tests.builders import ANALYTICS, NOON, a_record
from tests.service import Clock

HOST = "izin.example.co.id"
SEED, NEW_SEED, OTHERS_SEED = b"l" * 32, b"n" * 32, b"x" * 32


def a_ledger(
    engine: Engine, clock: Callable[[], int], *, keys: Sequence[bytes] = (SEED,)
) -> Ledger:
    """Whose waiting takes no time."""
    return Ledger(engine, keys=keys, host=HOST, now=clock, pause=lambda _: None)


class Log:
    """The log of a site, its records named `record-0`, `record-1` and so on."""

    def __init__(self, engine: Engine, clock: Clock, site: str = "example") -> None:
        self.engine = engine
        self.clock = clock
        self.site = site
        self.size = 0
        self.ledger = a_ledger(engine, clock)
        self.notice = _notice(site)
        self._append = Appending(engine)
        with engine.begin() as connection:
            row = {name: getattr(self.notice, name) for name in self.notice.__dataclass_fields__}
            connection.execute(insert(notices), {**row, "stored_at": NOON})

    def record(self, position: int) -> Record:
        """The record that is to be the leaf at this position; refusals and grants by turns."""
        return replace(
            a_record(*(ANALYTICS if position % 2 else ())),
            id=self.name(position),
            site=self.site,
            event=f"event-{position}",
            recorded_at=NOON + position,
            notice_hash=self.notice.hash,
            salt=bytes([position % 256]) * 32,
        )

    def name(self, position: int) -> str:
        return f"{self.site}-record-{position}"

    def grow(self, count: int) -> None:
        """Records, all in one transaction."""
        added = range(self.size, self.size + count)
        outcomes = self._append([Add(self.record(position)) for position in added])
        assert all(isinstance(outcome, Record) for outcome in outcomes)
        self.size += count

    def erase(self, position: int, reason: str = "visitor") -> None:
        act = Erase(self.name(position), at=self.clock(), reason=reason)
        assert self._append([act]) == [True]
        self.size += 1

    def sign(self) -> str:
        """A checkpoint over all of it, more than a second after the one before."""
        self.clock.move(seconds=2)
        signed = self.ledger.sign(self.site)
        assert signed
        assert signed.size == self.size
        return signed.note

    def findings(
        self,
        *,
        outside: Sequence[str] = (),
        vkeys: Sequence[str] = (),
        ledger: Ledger | None = None,
    ) -> list[Finding]:
        """Of a check of every log, with checkpoints that were kept elsewhere."""
        kept = [Outside(f"kept-{number}.txt", note) for number, note in enumerate(outside)]
        keys: Any = (lambda _: vkeys) if vkeys else (ledger or self.ledger).vkeys_named
        return list(check_ledger(self.engine, keys=keys, outside=kept))

    def faults(self, **options: Any) -> list[str]:
        return [str(finding) for finding in self.findings(**options) if finding.is_fault]


def _notice(site: str) -> NoticeDocument:
    return make_notice(
        {"site": site, "version": "2026-11-22", "revision": 1, "language": "id", "words": ["ya"]}
    )
