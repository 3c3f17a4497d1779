"""A visitor's own records: to see, to take along, and to erase."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any

from flask import Blueprint, Response, request

from ..core.decision import UUID, Decision
from ..core.errors import (
    EventConflict,
    LedgerBroken,
    RecordUnknown,
    StoreUnavailable,
    TokenMissing,
    TokenRefused,
    TooManyRequests,
)
from ..core.record import Record
from ..core.site import Site
from ..script.texts import texts_of
from .clean_up import delete_refused
from .cookies import drop_token
from .errors import answer_refusal
from .html import language_of, page
from .plain_words import moments, told
from .service import the_service
from .signals import signals_of
from .visitor import Visitor, count_of, is_in_cookie, record_of, records_of, the_visitor

records = Blueprint("records", __name__, url_prefix="/v1/<site_id>/records")

View = Callable[..., Response]

MOST_LISTED = 20
MOST_COUNTED = 1000
"""Whoever has more is told that it is more: a visitor can make as many as they like."""


def for_people(view: View) -> View:
    """Whoever may not see a page is told so on a page. Nothing here is kept by any cache."""

    @wraps(view)
    def answer(site_id: str, **values: str) -> Response:
        site = the_service().site(site_id)
        try:
            response = view(site, **values)
        except (TokenRefused, StoreUnavailable, TooManyRequests, LedgerBroken) as error:
            response = _refusal(site, error)
        response.headers["Cache-Control"] = "private, no-store"
        response.vary.add("Cookie")
        return response

    return answer


@records.route("", methods=["GET", "POST"])
@for_people
def the_records(site: Site) -> Response:
    """The records of this browser, the newest ones or those ``before`` one, or how a refusal gets
    one."""
    visitor = the_visitor(site)
    if visitor.record is None:
        return _page(
            site, visitor=visitor, event=str(uuid.uuid4()), is_current=_counts(visitor, site)
        )
    place = request.values.get("before", "")
    before = record_of(visitor, place) if place else None
    found = records_of(visitor.record, most=MOST_LISTED + 1, before=before)
    shown, rest = found[:MOST_LISTED], found[MOST_LISTED:]
    return _page(
        site,
        visitor=visitor,
        records=_told(shown, site),
        older=shown[-1].id if rest else "",
        is_first=before is None,
    )


@records.post("/erase")
@for_people
def erase(site: Site) -> Response:
    """Erase them all, once that is confirmed; the form's token shows that they are one's own."""
    visitor = the_visitor(site, "refuse")
    if visitor.record is None:
        raise RecordUnknown("a refusal has no record that could be found again")
    if request.form.get("confirm") != "yes":
        count = count_of(visitor.record, most=MOST_COUNTED + 1)
        return _page(
            site,
            up="../",
            visitor=visitor,
            confirm=min(count, MOST_COUNTED),
            is_more=count > MOST_COUNTED,
        )
    consent = the_service().consent
    erased = consent.erase_all(visitor.record, "visitor", site)
    if not erased.is_all:
        return _page(site, up="../", visitor=visitor, erased=erased.count, is_more=True)
    moment = moments(consent.now(), texts_of(site, language_of(site)))
    response = _page(site, up="../", erased=erased.count, moment=moment)
    if is_in_cookie(visitor, site):
        drop_token(response, site)
        delete_refused(response, frozenset(), site, site.origins)
    return response


def ask_for_receipt(visitor: Visitor, site: Site) -> tuple[str, Record]:
    """Record a refusal once more, with an identifier; the new token and the record. The visitor
    has been counted among those who refuse.

    Raises ``TokenExpired`` or ``TokenStale`` for a choice that counts no more: then nobody has
    refused what is asked now.
    """
    service = the_service()
    service.consent.read(visitor.text, site)
    event = request.form.get("event", "")
    granted = visitor.token.granted
    decision = Decision(
        event=event if UUID.match(event) else str(uuid.uuid4()),
        notice=site.notice.version,
        locale=language_of(site),
        surface="page",
        categories={name: name in granted for name in site.categories},
        services={name: name in granted for name in site.service_ids},
        gpc=signals_of(site).gpc,
        client_time="",
        script=service.bundles[site.id].version,
        previous=visitor.text,
        receipt=True,
    )
    try:
        answer = service.consent.submit(decision, site, signals_of(site))
    except EventConflict:
        # Asked for again from the same page, in another language: a new act.
        again = replace(decision, event=str(uuid.uuid4()))
        answer = service.consent.submit(again, site, signals_of(site))
    record = service.consent.records.find(answer.record or "")
    if record is None or answer.token is None:
        raise RecordUnknown("the record has been erased meanwhile")
    return answer.token, record


# --- what is shown -------------------------------------------------------------------------


def notice_of(record: Record) -> Mapping[str, Any]:
    """The words that the record names; empty where none are kept."""
    found = the_service().consent.notices.find(record.notice_hash)
    return found.content if found else {}


def _told(found: list[Record], site: Site) -> list[Any]:
    texts = texts_of(site, language_of(site))
    notices = {record.notice_hash: record for record in found}
    contents = {hash: notice_of(record) for hash, record in notices.items()}
    return [told(record, contents[record.notice_hash], texts) for record in found]


def _counts(visitor: Visitor, site: Site) -> bool:
    """Is it the visitor's choice about what is asked now?"""
    try:
        the_service().consent.read(visitor.text, site)
    except TokenRefused:
        return False
    return True


def _page(site: Site, *, up: str = "", status: int = 200, **values: Any) -> Response:
    """``up`` leads from the page's address to the site's."""
    return page("records.html", site, language_of(site), status, up=up, **values)


def _refusal(
    site: Site, error: TokenRefused | StoreUnavailable | TooManyRequests | LedgerBroken
) -> Response:
    """The code for those who are asked about it, and the reason in words."""
    answer = answer_refusal(error)
    up = "../" * (request.path.count("/") - 3)
    response = _page(
        site, up=up, status=answer.status_code, refusal=_reason(error), code=error.code
    )
    if "Retry-After" in answer.headers:
        response.headers["Retry-After"] = answer.headers["Retry-After"]
    return response


def _reason(error: Exception) -> str:
    if isinstance(error, TokenMissing):
        return "missing"
    if isinstance(error, TokenRefused):
        return "refused"
    return "often" if isinstance(error, TooManyRequests) else "away"
