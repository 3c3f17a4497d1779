"""A receipt to read, to print and to keep; who may have it is who may see the record."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from ..core.errors import QueryRefused, RecordUnknown
from ..core.receipt import receipt_file
from ..core.record import Record
from ..core.site import Site
from ..receipts import has_receipt
from ..script.texts import texts_of
from .cookies import keep_token
from .html import language_of, page
from .plain_words import fields_of, title_of
from .records import ask_for_receipt, for_people, notice_of
from .service import the_service
from .visitor import is_in_cookie, record_of, the_visitor

receipts = Blueprint("receipts", __name__, url_prefix="/v1/<site_id>/receipts")


@receipts.post("")
@for_people
def ask(site: Site) -> Response:
    """Give whoever has refused a record with an identifier, and show its receipt."""
    visitor = the_visitor(site, "refuse")
    if visitor.record is not None:
        return _page(site, visitor.record, visitor.text)
    is_own = is_in_cookie(visitor, site)
    token, record = ask_for_receipt(visitor, site)
    response = _page(site, record, token, is_new=True, is_elsewhere=not is_own)
    if is_own:
        keep_token(response, token, site, the_service().origin)
    return response


@receipts.route("/<record>", methods=["GET", "POST"])
@for_people
def the_receipt(site: Site, record: str) -> Response:
    visitor = the_visitor(site)
    return _page(site, record_of(visitor, record), visitor.text, up="../")


@receipts.route("/<record>.json", methods=["GET", "POST"])
def the_file(site_id: str, record: str) -> Response:
    """The signed file, for the newest checkpoint or for that of ``?size=``."""
    service = the_service()
    site = service.site(site_id)
    found = record_of(the_visitor(site), record)
    content = receipt_file(service.receipts.of(found, size=_size()))
    response = Response(content, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="izin-{found.id}.json"'
    response.headers["Cache-Control"] = "private, no-store"
    response.vary.add("Cookie")
    return response


def _size() -> int | None:
    text = request.args.get("size")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise QueryRefused("a parameter has to be one whole number", parameter="size")
    return int(text)


def _page(site: Site, record: Record, token: str, *, up: str = "", **values: Any) -> Response:
    notice = notice_of(record)
    if not notice or not has_receipt(record):
        raise RecordUnknown("there is no receipt of this record")
    service = the_service()
    language = language_of(site)
    [controller] = [each for each in notice["parties"] if each["id"] in notice["controllers"]]
    return page(
        "receipt.html",
        site,
        language,
        up=up,
        record=record,
        title=title_of(record, texts_of(site, language)),
        token=token,
        controller=controller["name"],
        fields=fields_of(record, notice, texts_of(site, language)),
        ledger=service.ledger.origin(site.id),
        key=service.ledger.vkeys(site.id)[-1],
        **values,
    )
