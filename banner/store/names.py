"""The names that a site's log has had, and those under which nothing is signed any more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from ..core import statement as said
from ..core.log_name import LogName, read_log_name
from .asking import reading, writing
from .grow import Growth, statement
from .schema import closed_logs, statements
from .tree import size_of

UNREAD = "the ledger cannot be read"


@dataclass(frozen=True, slots=True)
class Continuation:
    """From the leaf at ``position`` on a log has another name."""

    position: int
    name: LogName
    body: Mapping[str, Any]
    """As it was said: ``core/statement.py``."""


class Names:
    """Every method raises ``StoreUnavailable`` when it cannot answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def continuations(self, site: str) -> list[Continuation]:
        """When the site's log got another name, oldest first."""
        own = (statements.c.site == site, statements.c.kind == said.CONTINUATION)
        # By what they are about, and put in order here: or SQLite goes through all statements.
        found = select(statements.c.position, statements.c.body).where(
            *own, statements.c.about > ""
        )
        with reading(self._engine, UNREAD) as connection:
            rows = sorted(map(tuple, connection.execute(found)))
        read = ((position, json.loads(body)) for position, body in rows)
        return [
            Continuation(position, name, body)
            for position, body in read
            if (name := read_log_name(str(body.get("origin"))))
        ]

    def go_on(self, name: LogName, *, continues: LogName, last: str | None, at: int) -> int:
        """Say in the log that it has this name from now on; returns how many leaves it had."""
        with writing(self._engine, "the log's new name could not be stored") as connection:
            growth = Growth(connection)
            growth.lock({name.site})
            size = size_of(connection, name.site)
            body = said.continuation(
                origin=str(name), continues=str(continues), size=size, last=last, at=at
            )
            growth.append({name.site: [statement(said.CONTINUATION, body, at=at)]})
        return size

    def close(self, name: LogName, reason: str, *, at: int) -> None:
        """Sign nothing more under this name, in any process."""
        with writing(self._engine, "the log could not be closed") as connection:
            if _reason(connection, name) is None:
                row = {"site": name.site, "origin": str(name), "at": at, "reason": reason}
                connection.execute(insert(closed_logs).values(row))

    def why_closed(self, name: LogName) -> str | None:
        with reading(self._engine, UNREAD) as connection:
            return _reason(connection, name)


def _reason(connection: Connection, name: LogName) -> str | None:
    own = (closed_logs.c.site == name.site, closed_logs.c.origin == str(name))
    return connection.scalar(select(closed_logs.c.reason).where(*own))
