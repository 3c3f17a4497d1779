"""Which words a script shows, said in the site's log: so that none can be put in afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, exists, select

from ..core import statement as said
from ..core.notice import NoticeDocument
from .grow import Growth, NewLeaf, is_said, statement
from .schema import notices, shown, statements


def log_editions(
    connection: Connection, documents: Sequence[NoticeDocument], *, script: str, at: int
) -> None:
    """Add a leaf for each of one site's documents that the script shows, unless there is one.

    To be called after something was written in the transaction: SQLite's lock is held then.
    """
    site = documents[0].site
    now = [(script, each.locale, each.hash) for each in documents]
    growth = Growth(connection)
    growth.lock({site})
    is_first = not _has_editions(connection, site)
    every = [*(_earlier(connection, site) if is_first else ()), *now]
    leaves = list(_fresh(connection, site, dict.fromkeys(every), at))
    if leaves:
        growth.append({site: leaves})


def _fresh(
    connection: Connection, site: str, editions: Iterable[tuple[str, str, str]], at: int
) -> Iterable[NewLeaf]:
    for script, locale, notice in editions:
        body = said.edition(script=script, locale=locale, notice=notice)
        if not is_said(connection, site, said.EDITION, said.about(said.EDITION, body)):
            yield statement(said.EDITION, body, at=at)


def _earlier(connection: Connection, site: str) -> list[tuple[str, str, str]]:
    """What is stored from before the log told of it: from now on it is bound as it is."""
    same = shown.c.notice == notices.c.hash
    found = (
        select(shown.c.script, notices.c.locale, notices.c.hash)
        .select_from(notices)
        .outerjoin(shown, same & (shown.c.site == notices.c.site))
        .where(notices.c.site == site)
        .order_by(notices.c.stored_at, notices.c.hash, shown.c.script)
    )
    return [(script or "", locale, hash) for script, locale, hash in connection.execute(found)]


def _has_editions(connection: Connection, site: str) -> bool:
    own = (statements.c.site == site, statements.c.kind == said.EDITION)
    return bool(connection.scalar(select(exists().where(*own))))
