"""The checkpoints that were signed, one for each size of a log; none is ever changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, and_, exists, insert, literal, or_, select
from sqlalchemy.exc import IntegrityError

from .asking import lock, reading, told_as
from .schema import checkpoints


@dataclass(frozen=True, slots=True)
class Signed:
    """A stored checkpoint: what it says stands in ``note``."""

    site: str
    size: int
    at: int
    """When it was signed, in milliseconds since 1970 UTC. Nothing vouches for it."""
    note: str


class Checkpoints:
    """Every method raises ``StoreUnavailable`` when it cannot answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, signed: Signed, *, apart: int = 0) -> bool:
        """Store ``signed``; ``False`` when somebody was quicker.

        That is when there is one of this size or a larger one, or when the largest is one of
        the ``apart`` milliseconds before. One that is dated later than this one does not count:
        its clock was wrong, and must not keep the log from being signed.
        """
        # Only the largest is looked at: there is one for every ten seconds of a log's life.
        largest = (
            select(checkpoints.c.size, checkpoints.c.at)
            .where(checkpoints.c.site == signed.site)
            .order_by(checkpoints.c.size.desc())
            .limit(1)
            .subquery()
        )
        just_before = and_(largest.c.at > signed.at - apart, largest.c.at <= signed.at)
        quicker = exists().where(or_(largest.c.size >= signed.size, just_before))
        row = select(*(literal(getattr(signed, column.name), column.type) for column in _columns))
        statement = insert(checkpoints).from_select(_names, row.where(~quicker))
        with told_as("the checkpoint could not be stored"):
            try:
                with self._engine.begin() as connection:
                    lock(connection, f"izin.checkpoint.{signed.site}")
                    added = connection.execute(statement.returning(checkpoints.c.size)).first()
            except IntegrityError:
                return False
        return added is not None

    def latest(self, site: str) -> Signed | None:
        return self._first(checkpoints.c.site == site)

    def at_size(self, site: str, size: int) -> Signed | None:
        return self._first((checkpoints.c.site == site) & (checkpoints.c.size == size))

    def page(self, site: str, *, start: int, limit: int) -> list[Signed]:
        """The checkpoints from this size on, smallest first; what stands before the newest never
        changes."""
        own = (checkpoints.c.site == site, checkpoints.c.size >= start)
        found = select(checkpoints).where(*own).order_by(checkpoints.c.size).limit(limit)
        with reading(self._engine, "the ledger cannot be read") as connection:
            return [Signed(**row._mapping) for row in connection.execute(found)]

    def _first(self, condition: Any) -> Signed | None:
        with reading(self._engine, "the ledger cannot be read") as connection:
            found = select(checkpoints).where(condition).order_by(checkpoints.c.size.desc())
            row = connection.execute(found.limit(1)).first()
        return Signed(**row._mapping) if row else None


def all_of(connection: Connection, site: str, *, batch: int = 1000) -> Iterator[Signed]:
    """All of a site's checkpoints, smallest first, a batch in memory at a time."""
    every = select(checkpoints).where(checkpoints.c.site == site).order_by(checkpoints.c.size)
    found = every
    while True:
        rows = [Signed(**row._mapping) for row in connection.execute(found.limit(batch))]
        yield from rows
        if len(rows) < batch:
            return
        found = every.where(checkpoints.c.size > rows[-1].size)


_columns = tuple(checkpoints.columns)
_names = [column.name for column in _columns]
