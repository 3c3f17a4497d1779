"""The words shown, at addresses that last: by hash as data, by version and language to read."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from babel.dates import format_date
from flask import Blueprint, Response, abort

from ..core.decision import NOTICE
from ..core.notice import CONTROLLER, NoticeDocument
from ..i18n import Texts, languages
from ..script.texts import texts_of
from .html import page
from .limits import spend
from .script import FOR_EVER
from .service import the_service

notices = Blueprint("notices", __name__)

CACHE = "public, max-age=3600"
SHA256 = re.compile(r"[0-9a-f]{64}")


@notices.get("/v1/<site_id>/notices/<sha256>")
def the_document(site_id: str, sha256: str) -> Response:
    """The document, byte for byte what its hash is of; also of a site that is served no more."""
    if not SHA256.fullmatch(sha256):
        abort(404)
    spend("read", the_service().sites.get(site_id))
    document = the_service().consent.notices.find(sha256)
    if document is None or document.site != site_id:
        abort(404)
    response = Response(document.body, mimetype="application/json")
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@notices.get("/v1/<site_id>/notices/<version>/<locale>")
def the_page(site_id: str, version: str, locale: str) -> Response:
    """The newest revision, for people."""
    service = the_service()
    site = service.site(site_id)
    if locale not in languages() or not NOTICE.match(version):
        abort(404)
    spend("read", site)
    revisions = service.consent.notices.revisions(site_id, version, locale)
    if not revisions:
        abort(404)
    newest, *others = revisions
    content = newest.content
    response = page(
        "notice.html",
        site,
        locale,
        notice=content,
        controller=_party(content, CONTROLLER),
        edition=_edition(newest, texts_of(site, locale)),
        facts=_facts(content, texts_of(site, locale)),
        hash=newest.hash,
        others=others,
    )
    response.headers["Cache-Control"] = CACHE
    return response


def _party(content: dict[str, Any], party_id: str) -> dict[str, Any]:
    found: dict[str, Any]
    [found] = [party for party in content["parties"] if party["id"] == party_id]
    return found


def _edition(notice: NoticeDocument, texts: Texts) -> str:
    day = date.fromisoformat(notice.content["effective"])
    return texts(
        "notice.edition",
        version=notice.version,
        revision=str(notice.revision),
        day=format_date(day, format="long", locale=notice.locale),
        language=texts("language.name"),
    )


def _facts(content: dict[str, Any], texts: Texts) -> list[tuple[str, str]]:
    who = _party(content, CONTROLLER)
    recipients = [_party(content, each)["name"] for each in content["recipients"]]
    stored_in, processed_in = (
        texts.listed([texts.place(each) for each in content[f"{name}_locations"]])
        for name in ("storage", "processing")
    )
    told = {
        "notice.controller": ", ".join(filter(None, (who["name"], who["address"], who["email"]))),
        "notice.recipients": texts.listed(recipients),
        "notice.basis": "; ".join(content["lawful_basis"]),
        "notice.jurisdiction": texts.place(content["jurisdiction"]),
        "notice.stored_in": stored_in,
        "notice.processed_in": processed_in,
        "notice.validity": texts.span(_days(content["validity"])),
        "notice.kept": texts.span(_days(content["retention"])),
        "notice.withdrawal": content["withdrawal_method"]["words"],
        "notice.authority": content["authority"],
    }
    return [(texts(key), value) for key, value in told.items() if value]


def _days(duration: str) -> str:
    """``184 days`` for ``P184D``."""
    return f"{duration[1:-1]} days"
