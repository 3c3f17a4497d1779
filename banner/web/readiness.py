"""Can a record be committed? What a load balancer and a monitor want to know."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping

from sqlalchemy import Engine

from ..consent import Consent
from ..core.errors import IzinError, StoreUnavailable
from ..ledger import Ledger
from ..store.figures import database_file, free_bytes, is_read_only
from .in_time import InTime

DEADLINE_SECONDS = 2.0
"""How long the database has to answer; monitors give up after some seconds more."""
BUSY_SECONDS = 2.5
"""A batch that takes longer holds up everybody."""
FLOOR_BYTES = 64 * 1024 * 1024
"""With less room SQLite may fail at any moment: its log alone grows to some megabytes."""


class Readiness:
    """Looks at everything that a commit needs, one after the other."""

    def __init__(
        self, consent: Consent, engine: Engine, *, ledger: Ledger, sites: Collection[str]
    ) -> None:
        self._consent = consent
        self._engine = engine
        self._ledger = ledger
        self._sites = sites
        self._check_ledger = InTime(self._name_closed, seconds=DEADLINE_SECONDS)
        self._check_database = InTime(self._ask_database, seconds=DEADLINE_SECONDS)

    def check(self) -> None:
        """Raises ``StoreUnavailable``; its ``detail`` names the ``check`` that failed."""
        checks: Mapping[str, Callable[[], None]] = {
            "writer": self._check_writer,
            "disk": self._check_disk,
            "database": self._check_database,
            "ledger": self._check_ledger,
        }
        for name, check in checks.items():
            try:
                check()
            except IzinError as error:
                raise StoreUnavailable(error.message, check=name) from error.__cause__

    def _name_closed(self) -> None:
        if closed := self._ledger.closed(self._sites):
            words = "; ".join(f"the log of {site}: {reason}" for site, reason in closed.items())
            raise StoreUnavailable(f"nothing more is signed: {words}")

    def _check_writer(self) -> None:
        writer = self._consent.writer
        if not writer.is_alive():
            raise StoreUnavailable("the writer has ended")
        if writer.oldest_seconds() > BUSY_SECONDS:
            raise StoreUnavailable("records wait too long for their commit")

    def _check_disk(self) -> None:
        file = database_file(self._engine)
        if file is None:
            return
        if not os.access(file.parent, os.W_OK):
            raise StoreUnavailable("the database's folder cannot be written to")
        free = free_bytes(self._engine)
        if free is not None and free < FLOOR_BYTES:
            raise StoreUnavailable("the disk is full")

    def _ask_database(self) -> None:
        self._consent.records.check()
        if is_read_only(self._engine):
            raise StoreUnavailable("the database takes no records: it is read only")
        self._consent.notices.keep_all()
