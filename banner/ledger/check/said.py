"""Does what the log says in the open agree with what is stored: words shown, withdrawals passed on?

Each statement's own leaf is looked at in ``leaves.py``; here it is held against the other tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from ...core import statement as words
from ...core.evidence import moment
from ...store import log_rows
from ...store.log_rows import AnyRow
from ...store.stops import stop_of_row
from .leaves import UNREADABLE

MEMBERS = {
    words.EDITION: {"script", "locale", "notice"},
    words.STOP: {"stop", "record", "sha256"},
    words.PASSED_ON: {"stop", "time"},
}


class Said:
    """The statements of one log. Memory holds one kind of them at a time."""

    def __init__(self, connection: Connection, site: str) -> None:
        self._connection = connection
        self._site = site

    def faults(self) -> Iterator[str]:
        for row in log_rows.statements_beyond(self._connection, self._site):
            yield f"leaf {row.position}: it is said to hold a statement, and it is not there"
        yield from self._editions()
        yield from self._stops()

    # --- which words were shown ---

    def _editions(self) -> Iterator[str]:
        logged = [(body["notice"], _shows(body)) for body in self._bodies(words.EDITION)]
        if not logged:
            return  # a log from before it told of words, or one that has shown none
        bound = {notice for notice, _ in logged}
        stored = {row.hash for row in log_rows.notices_of(self._connection, self._site)}
        for hash in sorted(stored - bound):
            yield f"notice {hash}: no leaf tells that it was shown"
        for hash in sorted(bound - stored):
            yield f"notice {hash}: a leaf tells that it was shown, and it is not there"
        said = {shows: notice for notice, shows in logged if shows}
        there = {
            (row.script, row.locale): row.notice
            for row in log_rows.shown_of(self._connection, self._site)
        }
        for script, locale in sorted(said.keys() | there.keys()):
            key = script, locale
            if said.get(key) != there.get(key):
                logged_as = said.get(key, "nothing")
                yield (
                    f"script {script} in {locale}: it is said to show"
                    f" {there.get(key, 'nothing')}, and {logged_as} was logged"
                )

    # --- what had to be passed on ---

    def _stops(self) -> Iterator[str]:
        asked = {body["stop"]: body for body in self._bodies(words.STOP)}
        done = {body["stop"]: body["time"] for body in self._bodies(words.PASSED_ON)}
        for row in log_rows.stops_of(self._connection, self._site):
            body = asked.pop(row.id, None)
            if row.salt is not None or body is not None:  # or it is from before the log told of it
                yield from _of_stop(row, body, done.get(row.id))
        for id, body in asked.items():
            # What is done goes with the record that it followed from, and with nothing else.
            if id not in done:
                yield f"stop request {id}: it is gone, and no leaf tells that it was passed on"
            elif log_rows.is_stored(self._connection, body["record"]):
                yield f"stop request {id}: it is gone, and its record is still there"

    def _bodies(self, kind: str) -> Iterator[dict[str, Any]]:
        """What is said of this kind; what cannot be read has been told as its leaf's fault."""
        for row in log_rows.statements_of(self._connection, self._site, kind):
            try:
                body = json.loads(row.body)
            except UNREADABLE:
                continue
            if isinstance(body, dict) and body.keys() == MEMBERS[kind]:
                yield {name: str(value) for name, value in body.items()}


def _shows(body: dict[str, Any]) -> tuple[str, str] | None:
    return (body["script"], body["locale"]) if body["script"] else None


def _of_stop(row: AnyRow, body: dict[str, Any] | None, done: str | None) -> Iterator[str]:
    if body is None:
        yield f"stop request {row.id}: it is in no leaf"
        return
    try:
        is_same = words.hash_of_stop(stop_of_row(row), row.salt) == body["sha256"]
        told = None if row.done_at is None else moment(row.done_at)
    except UNREADABLE:
        is_same, told = False, done
    if not is_same:
        yield f"stop request {row.id}: it is not what was logged"
    if told != done:
        yield (
            f"stop request {row.id}: passed on {_when(told)} by what is stored, and {_when(done)}"
            " by what was logged"
        )


def _when(time: str | None) -> str:
    return f"at {time}" if time else "never"
