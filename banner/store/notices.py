"""The words shown, stored for good before the first decision under them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, exists, select, text
from sqlalchemy.dialects import postgresql, sqlite

from ..core.errors import NoticeUnstored, SettingsWrong, StoreUnavailable
from ..core.notice import NoticeDocument
from ..core.notice_changes import refused_changes
from ..core.problem import Problem
from ..logs import cause_of
from .asking import lock, reading, writing
from .editions import log_editions
from .schema import notices, shown

log = logging.getLogger("izin")

LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
COLUMNS = [getattr(notices.c, name) for name in NoticeDocument.__dataclass_fields__]


@dataclass(frozen=True, slots=True)
class Edition:
    """What a site shows now: the version of its script, and its notice in each language."""

    script: str
    notices: tuple[NoticeDocument, ...]


class Notices:
    """The notices of one service. Safe to use from many threads, processes and hosts."""

    def __init__(
        self,
        engine: Engine,
        editions: Mapping[str, Edition] | None = None,
        *,
        now: Callable[[], int],
        beside: bool = False,
    ) -> None:
        """``editions`` are what each site shows now, by its id; ``now`` is the service's clock in
        milliseconds. ``beside``, for demos alone, stores changed words beside the old ones."""
        self._engine = engine
        self._waiting = dict(editions or {})
        self._now = now
        self._beside = beside
        self._keeping = threading.Lock()
        self._tries = 0
        self._known: dict[tuple[str, str, str], tuple[str, str]] = {}

    # --- storing ---

    def keep_all(self) -> None:
        """Store what every site shows now, where that is not done yet.

        Raises ``SettingsWrong`` with everything that has changed without a new version or
        revision, and ``StoreUnavailable`` when the database cannot say.
        """
        wrong = []
        for site in [*self._waiting]:
            try:
                self._keep_waiting(site)
            except SettingsWrong as error:
                wrong.append(error.message)
        if wrong:
            raise SettingsWrong("\n".join(wrong))

    def keep(self, documents: Sequence[NoticeDocument], *, script: str, at: int) -> None:
        """Store one site's documents, and that the script of that version shows them: in a row,
        and in a leaf of the site's log.

        When this returns, they are on disk; what is there already stays as it is. Raises
        ``SettingsWrong`` and ``StoreUnavailable`` as ``keep_all`` does; then nothing is stored.
        """
        with writing(self._engine, "the notice could not be stored") as connection:
            # Two processes with different words must not both find the place empty.
            lock(connection, f"izin.notice.{documents[0].site}")
            # Added first, compared after: from then on no other process can add beside it.
            fresh = [each for each in documents if _add(connection, each, at)]
            _add_shown(connection, documents, script)
            log_editions(connection, documents, script=script, at=at)
            wrong = [] if self._beside else _wrong(connection, fresh)
            if wrong:
                raise SettingsWrong("\n".join(map(str, wrong)))

    def _keep_waiting(self, site: str) -> None:
        tries = self._tries
        with self._keeping:
            if site not in self._waiting:
                return
            if self._tries != tries:
                # Somebody has just tried in vain: not one after the other, each to its time-out.
                raise StoreUnavailable("the notice could not be stored")
            edition = self._waiting[site]
            try:
                self.keep(edition.notices, script=edition.script, at=self._now())
            finally:
                self._tries += 1
            del self._waiting[site]

    def problems(self, documents: Iterable[NoticeDocument]) -> list[Problem]:
        """What ``keep`` would refuse of ``documents``; nothing is stored."""
        with reading(self._engine, "the notices cannot be read") as connection:
            fresh = [each for each in documents if not _is_stored(connection, each)]
            return _wrong(connection, fresh)

    # --- reading ---

    def shown_by(self, site: str, script: str, locale: str, *, version: str) -> str | None:
        """The hash of what a script of this version showed in this language.

        ``None`` for a script that no service of this database has served, and for one of another
        notice ``version``. Raises ``NoticeUnstored`` when the site's own words are not stored and
        must not be, and ``StoreUnavailable`` when the database cannot say.
        """
        if site in self._waiting:
            self._keep_late(site)
        key = site, script, locale
        found = self._known.get(key) or self._find_shown(*key)
        if found is None:
            return None
        self._known[key] = found
        return found[0] if found[1] == version else None

    def _keep_late(self, site: str) -> None:
        try:
            self._keep_waiting(site)
        except SettingsWrong as error:
            raise NoticeUnstored("the words of this site's notice are not stored") from error

    def _find_shown(self, site: str, script: str, locale: str) -> tuple[str, str] | None:
        found = (
            select(notices.c.hash, notices.c.version)
            .join(shown, shown.c.notice == notices.c.hash)
            .where(shown.c.site == site, shown.c.script == script, shown.c.locale == locale)
        )
        with reading(self._engine, "the notices cannot be read") as connection:
            row = connection.execute(found).first()
        return (row.hash, row.version) if row else None

    def newest(self, site: str, version: str, locale: str) -> str | None:
        """The hash of the newest revision of that version in this language."""
        return next((each.hash for each in self.revisions(site, version, locale)), None)

    def revisions(self, site: str, version: str, locale: str) -> list[NoticeDocument]:
        """Every stored revision of that version in this language, newest first."""
        order = (notices.c.revision.desc(), notices.c.stored_at.desc(), notices.c.hash)
        with reading(self._engine, "the notices cannot be read") as connection:
            found = _of_version(site, version).where(notices.c.locale == locale).order_by(*order)
            return [_document_of(row) for row in connection.execute(found)]

    def versions(self, site: str) -> frozenset[str]:
        """Every version of the site's notice that is stored."""
        with reading(self._engine, "the notices cannot be read") as connection:
            found = select(notices.c.version).where(notices.c.site == site).distinct()
            return frozenset(connection.scalars(found))

    def disconnect(self) -> None:
        """Close what is open; the next question opens it anew."""
        self._engine.dispose()

    def find(self, hash: str) -> NoticeDocument | None:
        with reading(self._engine, "the notices cannot be read") as connection:
            row = connection.execute(select(*COLUMNS).where(notices.c.hash == hash)).first()
        return _document_of(row) if row else None


def keep_at_start(kept: Notices) -> None:
    """Store what every site shows now; a database that is away is asked again before the first
    decision. Raises ``SettingsWrong``."""
    try:
        kept.keep_all()
    except StoreUnavailable as error:
        log.warning("notices_not_stored", extra={"cause": cause_of(error.__cause__)})
    finally:
        kept.disconnect()  # a server may fork its workers from here, and they must share nothing


def _add(connection: Connection, document: NoticeDocument, at: int) -> bool:
    """Was it not there yet?"""
    row = {column.name: getattr(document, column.name) for column in COLUMNS}
    statement = _insert_if_absent(connection, notices).execution_options(preserve_rowcount=True)
    return bool(connection.execute(statement, {**row, "stored_at": at}).rowcount)


def _add_shown(connection: Connection, documents: Sequence[NoticeDocument], script: str) -> None:
    rows = [
        {"site": each.site, "script": script, "locale": each.locale, "notice": each.hash}
        for each in documents
    ]
    connection.execute(_insert_if_absent(connection, shown), rows)


def _insert_if_absent(connection: Connection, table: Table) -> Any:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()


def _is_stored(connection: Connection, document: NoticeDocument) -> bool:
    found = select(exists().where(notices.c.hash == document.hash))
    return bool(connection.scalar(found))


def _of_version(site: str, version: str) -> Any:
    return select(*COLUMNS).where(notices.c.site == site, notices.c.version == version)


def _wrong(connection: Connection, fresh: Sequence[NoticeDocument]) -> list[Problem]:
    """Why these must not be stored beside what is there, each reason once."""
    wrong: list[Problem] = []
    for document in fresh:
        rows = connection.execute(_of_version(document.site, document.version))
        others = [each for each in map(_document_of, rows) if each.hash != document.hash]
        wrong += refused_changes(document, others)
    return list(dict.fromkeys(wrong))


def _document_of(row: Row[Any]) -> NoticeDocument:
    return NoticeDocument(**row._mapping)
