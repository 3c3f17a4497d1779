"""What one transaction of the writer holds: records and erasures, each with its leaf.

Rows are added, and a record's row deleted when it is erased; nothing is changed. Optimistic where
that is safe: an event that is stored already and a place in the log that is taken are told by the
database's own constraints, and only then is read what stands there.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from .. import metrics
from ..core.errors import EventConflict, IzinError, StoreUnavailable
from ..core.evidence import (
    erasure_of,
    evidence_of,
    leaf_of_erasure,
    leaf_of_record,
    salt_of_erasure,
)
from ..core.merkle import Peaks, leaf_hash
from ..core.record import Record
from ..core.stop import Stop
from . import stops
from .asking import reading
from .grow import Growth, NewErasure, NewLeaf
from .rows import add_rows, record_of, row_of
from .schema import leaves, records
from .traces import wipe
from .writer import Act, Outcome

ATTEMPTS = 4
NOT_STORED = "the record could not be stored"


@dataclass(frozen=True, slots=True)
class Add:
    """A record to be stored, with whom to tell of it. Its outcome is the record that is stored."""

    record: Record
    stop: Stop | None = None


@dataclass(frozen=True, slots=True)
class Erase:
    """A record to be erased. Its outcome says whether there was one."""

    record: str
    at: int
    """Milliseconds since 1970 UTC."""
    reason: str
    stop: Stop | None = None


@dataclass(frozen=True, slots=True)
class Together:
    """Erasures that happen all or not at all: of a withdrawal and not of the grant before it, and
    that grant would count again. The outcome says how many there were."""

    acts: tuple[Erase, ...]


class Appending:
    """Writes acts and their leaves. For one thread: it remembers how far each log has come."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._peaks: dict[str, Peaks] = {}
        self._grown: set[str] = set()

    def grown(self) -> set[str]:
        """The sites whose logs have grown by it since this was last asked."""
        grown, self._grown = self._grown, set()
        return grown

    def __call__(self, acts: Sequence[Act]) -> Sequence[Outcome]:
        """Write ``acts`` in one transaction; see ``writer.Commit``."""
        known: dict[tuple[str, str], Record] = {}
        for _ in range(ATTEMPTS):
            try:
                return self._attempt(acts, known)
            except IntegrityError:
                # An event that is stored already, or a leaf that another process has added.
                self._peaks.clear()
                known = self._stored(acts)
            except (DBAPIError, PoolTimeout) as error:
                self._peaks.clear()
                metrics.commit_failed()
                raise StoreUnavailable(NOT_STORED) from error
        metrics.commit_failed()
        raise StoreUnavailable(f"{NOT_STORED}: others write the same")

    def _attempt(
        self, acts: Sequence[Act], known: dict[tuple[str, str], Record]
    ) -> Sequence[Outcome]:
        outcomes: list[Outcome] = []
        fresh: dict[tuple[str, str], Add] = {}
        for act in acts:
            outcomes.append(_outcome(act, known, fresh))
        erased = [each for act in acts for each in _erasures(act)]
        if not fresh and not erased:
            return outcomes
        begun = time.perf_counter()
        with self._engine.begin() as connection:
            batch = _Batch(connection, self._peaks)
            gone = batch.find(erased)
            batch.growth.lock({site for site, _ in fresh} | {row.site for row in gone.values()})
            batch.add(list(fresh.values()))
            batch.erase(gone)
        self._peaks.update(batch.growth.peaks)
        self._grown.update(batch.growth.peaks)
        metrics.committed(len(fresh) + len(gone), time.perf_counter() - begun)
        for site, count in Counter(site for site, _ in fresh).items():
            metrics.stored(site, count)
        if gone:
            wipe(self._engine)  # if somebody reads, a later round does it
        return [
            _told(act, gone) if _erasures(act) else outcome
            for act, outcome in zip(acts, outcomes, strict=True)
        ]

    def _stored(self, acts: Sequence[Act]) -> dict[tuple[str, str], Record]:
        """What is stored of the events of ``acts``."""
        events: dict[str, list[str]] = defaultdict(list)
        for act in acts:
            if isinstance(act, Add):
                events[act.record.site].append(act.record.event)
        stored: dict[tuple[str, str], Record] = {}
        with reading(self._engine, NOT_STORED) as connection:
            # Site by site: asked for pairs, SQLite reads every record.
            for site, some in events.items():
                found = select(records).where(records.c.site == site, records.c.event.in_(some))
                for record in map(record_of, connection.execute(found)):
                    stored[record.site, record.event] = record
        return stored


def _erasures(act: Act) -> tuple[Erase, ...]:
    if isinstance(act, Together):
        return act.acts
    return (act,) if isinstance(act, Erase) else ()


def _told(act: Act, gone: Mapping[str, object]) -> Outcome:
    found = [each.record in gone for each in _erasures(act)]
    return sum(found) if isinstance(act, Together) else found[0]


def _outcome(
    act: Act, known: dict[tuple[str, str], Record], fresh: dict[tuple[str, str], Add]
) -> Outcome:
    """What becomes of ``act``; a new record is put among the ``fresh`` ones."""
    if not isinstance(act, Add):
        return None
    key = act.record.site, act.record.event
    stored = known.get(key) or (fresh[key].record if key in fresh else None)
    if stored is None:
        fresh[key] = act
        return act.record
    return stored if stored.says_the_same_as(act.record) else _conflict()


def _conflict() -> IzinError:
    return EventConflict("this event is recorded with other contents")


class _Batch:
    """One transaction."""

    def __init__(self, connection: Connection, remembered: dict[str, Peaks]) -> None:
        self._connection = connection
        self.growth = Growth(connection, remembered)

    def add(self, acts: Sequence[Add]) -> None:
        if not acts:
            return
        add_rows(self._connection, records, [row_of(act.record) for act in acts])
        by_site: dict[str, list[NewLeaf]] = defaultdict(list)
        for act in acts:
            data = leaf_of_record(evidence_of(act.record), act.record.salt)
            by_site[act.record.site].append(NewLeaf(leaf_hash(data), act.record.id))
        self.growth.append(by_site)
        if told := [act.stop for act in acts if act.stop]:
            stops.add(self._connection, self.growth, told)

    def find(self, acts: Sequence[Erase]) -> dict[str, _Erased]:
        """The places of the records that are there, by id."""
        if not acts:
            return {}
        wanted = {act.record: act for act in acts}
        found = (
            select(leaves.c.site, leaves.c.position, leaves.c.record, records.c.salt)
            .join(records, records.c.id == leaves.c.record)
            .where(leaves.c.record.in_(wanted))
        )
        return {
            record: _Erased(site, position, salt or b"", wanted[record])
            for site, position, record, salt in self._connection.execute(found)
        }

    def erase(self, gone: dict[str, _Erased]) -> None:
        if not gone:
            return
        self._connection.execute(delete(records).where(records.c.id.in_(gone)))
        by_site: dict[str, list[NewLeaf]] = defaultdict(list)
        for each in gone.values():
            by_site[each.site].append(_leaf_of(each))
        self.growth.append(by_site)
        if ended := [each.act.stop for each in gone.values() if each.act.stop]:
            stops.add(self._connection, self.growth, ended)


@dataclass(frozen=True, slots=True)
class _Erased:
    site: str
    position: int
    salt: bytes
    """Of the record, until it goes with it."""
    act: Erase


def _leaf_of(gone: _Erased) -> NewLeaf:
    told = erasure_of(erased=gone.position, at=gone.act.at, reason=gone.act.reason)
    salt = salt_of_erasure(gone.salt)
    row = NewErasure(gone.position, gone.act.at, gone.act.reason, salt)
    return NewLeaf(leaf_hash(leaf_of_erasure(told, salt)), erasure=row)
