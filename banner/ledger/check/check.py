"""One log after the other, from its first leaf to its last."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from heapq import merge

from sqlalchemy import Connection, Engine

from ...core.evidence import moment
from ...core.notice import make_notice
from ...store import log_rows
from ...store.log_rows import AnyRow, Batch, batches
from ...store.snapshot import snapshot
from .claims import Claim, Outside, from_outside, site_of, stored
from .cuts import cut_for, cuts_of
from .finding import Finding, Keys
from .leaves import UNREADABLE, faults_of
from .said import Said
from .tree import Rebuilt


def check_ledger(
    engine: Engine, *, keys: Keys, sites: Sequence[str] = (), outside: Sequence[Outside] = ()
) -> Iterator[Finding]:
    """Check the logs of ``sites``, or all of them, in one moment of the database.

    ``outside`` are checkpoints kept elsewhere: without one, a log that lost its end and the
    checkpoints over it, or that was written anew by whoever holds its key, looks whole. Memory
    holds a batch of leaves, whatever the log's length. Raises ``StoreUnavailable``.
    """
    with snapshot(engine) as connection:
        there = log_rows.sites_of(connection)
        asked = sites or there
        claims: dict[str, list[Claim]] = defaultdict(list)
        for each in from_outside(outside, keys, there):
            if isinstance(each, Finding):
                yield each
            elif (site := site_of(each.checkpoint)) in asked:
                claims[site].append(each)
            else:
                yield Finding(site, f"{each.name}: it is of this log, which is not checked now")
        for site in asked:
            if site not in there:
                yield Finding(site, "there is no log of it here")
                continue
            try:
                yield from _Check(connection, site, keys).run(claims[site])
            except UNREADABLE as error:
                # SQLite keeps anything in any column.
                yield Finding(site, f"the log cannot be read any further: {error}")


class _Check:
    """The check of one log, which remembers how far it has come."""

    def __init__(self, connection: Connection, site: str, keys: Keys) -> None:
        self._connection = connection
        self._site = site
        self._keys = keys
        self._pending: list[Finding] = []
        self._gap: int | None = None
        self._next = 0
        self._records = 0
        self._erasures = 0

    def run(self, outside: Sequence[Claim]) -> Iterator[Finding]:
        cuts = cuts_of(self._connection, self._site)
        lost = {each: cut_for(each.checkpoint, cuts) for each in outside}
        for claim, cut in lost.items():
            if cut:
                yield Finding(self._site, cut.sentence(claim), is_fault=not cut.admits(claim))
        by_size = sorted((each for each in outside if not lost[each]), key=_size)
        tree = Rebuilt(iter(merge(self._stored(), by_size, key=_size)))
        for batch in batches(self._connection, self._site):
            self._tell(self._leaves(batch))
            whole = [leaf.hash for leaf in batch.leaves[: self._until_gap(batch)]]
            self._tell(tree.grow(whole, batch.nodes))
            yield from self._told()
        self._tell(tree.end(whole=self._gap is None))
        said = Said(self._connection, self._site)
        for sentences in (self._astray(), self._unlogged(), self._words(), said.faults()):
            self._tell(sentences)
            yield from self._told()
        yield from self._notes(tree)

    def _stored(self) -> Iterator[Claim]:
        for each in stored(self._connection, self._site, self._keys):
            if isinstance(each, Finding):
                self._pending.append(each)
            else:
                yield each

    def _tell(self, sentences: Iterator[str]) -> None:
        self._pending += [Finding(self._site, sentence) for sentence in sentences]

    def _told(self) -> Iterator[Finding]:
        yield from self._pending
        self._pending.clear()

    def _leaves(self, batch: Batch) -> Iterator[str]:
        for leaf in batch.leaves:
            if leaf.position != self._next:
                yield _missing(self._next, leaf)
                if self._gap is None:
                    self._gap = self._next
            self._next = leaf.position + 1
            self._records += leaf.record in batch.records
            self._erasures += leaf.position in batch.tells
            yield from faults_of(leaf, batch)

    def _until_gap(self, batch: Batch) -> int:
        """How many leaves of the batch come before the first that is missing."""
        if self._gap is None:
            return len(batch.leaves)
        return sum(leaf.position < self._gap for leaf in batch.leaves)

    def _astray(self) -> Iterator[str]:
        """Rows that belong to no leaf."""
        if self._gap is None:
            for row in log_rows.nodes_beyond(self._connection, self._site, self._next):
                yield f"node {row.position} of level {row.level}: there are no leaves below it"
        for position in log_rows.erasures_beyond(self._connection, self._site):
            yield f"leaf {position}: it is said to tell of an erasure, and it is not there"
        for record in log_rows.named_twice(self._connection, self._site):
            yield f"record {record}: more than one leaf names it"

    def _unlogged(self) -> Iterator[str]:
        for row in log_rows.records_without_leaf(self._connection, self._site):
            yield f"record {row.id}: it is in no leaf"
        number, newest = log_rows.records_before_ledger(self._connection, self._site)
        began = log_rows.ledger_began(self._connection, self._site)
        if number and newest is not None and began is not None and newest > began:
            yield (
                f"records without a leaf: the newest of these {number} is of {moment(newest)}, when"
                f" the ledger had begun ({moment(began)})"
            )
        elif number:
            yield f"{number} records are from before the ledger: nothing vouches for them"

    def _words(self) -> Iterator[str]:
        for row in log_rows.notices_of(self._connection, self._site):
            if not _is_named(row):
                yield f"notice {row.hash}: its words are not those that this hash was made of"
        for hash, number in log_rows.notices_missing(self._connection, self._site):
            yield f"notice {hash}: {number} records name it, and it is not there"

    def _notes(self, tree: Rebuilt) -> Iterator[Finding]:
        counts = f"{self._records} records, {self._erasures} erased"
        covered = f"{self._next} leaves, {tree.covered} of them under a checkpoint"
        yield Finding(self._site, f"{covered}; {counts}", is_fault=False)


def _missing(expected: int, leaf: AnyRow) -> str:
    if leaf.position == expected + 1:
        return f"leaf {expected}: it is missing"
    if leaf.position > expected:
        return f"leaves {expected} to {leaf.position - 1}: they are missing"
    return f"leaf {leaf.position}: it stands before the first leaf of the log"


def _is_named(row: AnyRow) -> bool:
    """Is the notice's hash that of its words, and do its other columns repeat them?"""
    try:
        notice = make_notice(json.loads(row.body))
    except UNREADABLE:
        return False
    return all(getattr(row, name) == value for name, value in asdict(notice).items())


def _size(claim: Claim) -> int:
    return claim.size
