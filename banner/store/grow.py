"""How a log grows within a transaction: leaves, and the nodes of the tree that they finish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, exists, select

from ..core import statement as said
from ..core.canonical import canonical
from ..core.evidence import leaf_of_statement
from ..core.merkle import Peaks, extend, leaf_hash, peaks_needed
from .asking import lock
from .rows import add_rows
from .schema import erasures, leaves, nodes, statements
from .tree import hashes_at, size_of


@dataclass(frozen=True, slots=True)
class NewErasure:
    erased: int
    at: int
    reason: str
    salt: bytes


@dataclass(frozen=True, slots=True)
class NewStatement:
    kind: str
    about: str
    at: int
    """Milliseconds since 1970 UTC."""
    body: str


@dataclass(frozen=True, slots=True)
class NewLeaf:
    hash: bytes
    record: str | None = None
    erasure: NewErasure | None = None
    statement: NewStatement | None = None


def statement(kind: str, body: said.Body, *, at: int) -> NewLeaf:
    """A leaf that says something in the open (``core/statement.py``), added ``at`` a time in
    milliseconds."""
    text = canonical(body).decode()
    hash = leaf_hash(leaf_of_statement(kind, text))
    return NewLeaf(hash, statement=NewStatement(kind, said.about(kind, body), at, text))


def is_said(connection: Connection, site: str, kind: str, about: str) -> bool:
    own = (statements.c.site == site, statements.c.kind == kind, statements.c.about == about)
    return bool(connection.scalar(select(exists().where(*own))))


class Growth:
    """The growing of some logs in one transaction."""

    def __init__(
        self, connection: Connection, remembered: Mapping[str, Peaks] | None = None
    ) -> None:
        """``remembered`` is how far logs had come when this process last looked."""
        self._connection = connection
        self._remembered = remembered or {}
        self.peaks: dict[str, Peaks] = {}
        """How far the logs have come that were added to."""

    def lock(self, sites: set[str]) -> None:
        """Let no other process add to these logs meanwhile."""
        for site in sorted(sites):
            lock(self._connection, f"izin.log.{site}")

    def append(self, by_site: Mapping[str, Sequence[NewLeaf]]) -> None:
        """Add the leaves, and every node of the tree that they finish."""
        leaf_rows: list[tuple[object, ...]] = []
        node_rows: list[tuple[object, ...]] = []
        erasure_rows: list[tuple[object, ...]] = []
        statement_rows: list[tuple[object, ...]] = []
        for site, added in by_site.items():
            before = self._peaks_of(site)
            after, finished = extend(before, [leaf.hash for leaf in added])
            for position, leaf in enumerate(added, before.size):
                leaf_rows.append((site, position, leaf.hash, leaf.record))
                if (gone := leaf.erasure) is not None:
                    erasure_rows.append(
                        (site, position, gone.erased, gone.at, gone.reason, gone.salt)
                    )
                if (new := leaf.statement) is not None:
                    statement_rows.append((site, position, new.kind, new.about, new.at, new.body))
            node_rows += [(site, node.level, node.position, node.hash) for node in finished]
            self.peaks[site] = after
        add_rows(self._connection, leaves, leaf_rows)
        add_rows(self._connection, nodes, node_rows)
        add_rows(self._connection, erasures, erasure_rows)
        add_rows(self._connection, statements, statement_rows)

    def _peaks_of(self, site: str) -> Peaks:
        """How far the log has come. What is remembered is tried first: if another process has
        added since, the places are taken, and the database says so."""
        if site in self.peaks:
            return self.peaks[site]
        if site in self._remembered and self._connection.dialect.name == "sqlite":
            return self._remembered[site]
        size = size_of(self._connection, site)
        remembered = self._remembered.get(site)
        return remembered if remembered and remembered.size == size else self._read(site, size)

    def _read(self, site: str, size: int) -> Peaks:
        places = peaks_needed(size)
        hashes = hashes_at(self._connection, site, places)
        return Peaks(size, tuple(hashes[place] for place in places))
