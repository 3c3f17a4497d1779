"""Whose records may be seen: those of the browser that holds a genuine token, and no others."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from ..core.cookie import single_value
from ..core.errors import RecordUnknown, TokenConflict, TokenMissing
from ..core.record import Record
from ..core.site import Site
from ..core.token import Token
from .cookies import presented_token
from .limiter import Lane
from .limits import spend
from .service import the_service


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who has presented a token that this service signed for this site."""

    text: str
    """The token as it was presented."""
    token: Token
    """What it says. It may be of any age: here it proves possession, and opens no tag."""
    record: Record | None
    """The record that it names; ``None`` for a refusal, which carries no identifier."""

    def has(self, record: Record | None) -> bool:
        """Is ``record`` of the same browser?"""
        if self.record is None or record is None or record.site != self.record.site:
            return False
        if self.record.principal is None:  # from before there was a ledger
            return record.id == self.record.id
        return record.principal == self.record.principal


def the_visitor(site: Site, lane: Lane = "read") -> Visitor:
    """Who asks, counted in this ``lane``. Raises a ``TokenRefused`` without a genuine token, or
    when its record is erased, and ``TooManyRequests``.

    A form is believed for the token in it and never for the cookie, so that no other page can make
    a visitor's browser act here: such a page does not know the token.
    """
    text = single_value(request.form.getlist("token")) if _is_form() else presented_token(site)
    if not text:
        raise TokenMissing("no token was presented")
    token = the_service().consent.keyring.read(text, site)
    spend(lane, site)
    if token.record is None:
        return Visitor(text, token, None)
    record = the_service().consent.records.find(token.record)
    if record is None or record.site != site.id:
        raise RecordUnknown("there is no record of this choice")
    return Visitor(text, token, record)


def records_of(record: Record, *, most: int, before: Record | None = None) -> list[Record]:
    """The newest ``most`` records of the browser that made ``record``, newest first, of all or of
    those ``before`` one of them."""
    if record.principal is None:  # from before there was a ledger
        return [] if before else [record]
    records = the_service().consent.records
    return records.newest_of(record.site, record.principal, most=most, before=before)


def count_of(record: Record, *, most: int) -> int:
    """How many records its browser has; ``most`` when it has more."""
    if record.principal is None:
        return 1
    return the_service().consent.records.count_of(record.site, record.principal, most=most)


def record_of(visitor: Visitor, record_id: str) -> Record:
    """One of the visitor's records. Raises ``RecordUnknown``, and does not tell whether somebody
    else's record has that id."""
    record = the_service().consent.records.find(record_id)
    if record is None or not visitor.has(record):
        raise RecordUnknown("there is no such record of this browser")
    return record


def is_in_cookie(visitor: Visitor, site: Site) -> bool:
    """Is the token the browser's own? Only then may an answer change the cookie, or a page of
    somebody else's could put its own token into a form and overwrite a visitor's choice."""
    try:
        return presented_token(site) == visitor.text
    except TokenConflict:
        return False


def _is_form() -> bool:
    return request.method == "POST"
