"""The same choice without JavaScript: a form that a visitor can reach, read and send."""

from __future__ import annotations

import base64
import hashlib
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_wtf import FlaskForm
from wtforms import HiddenField

from ..core.cookie import cookie_reach
from ..core.decision import UUID, Decision
from ..core.errors import (
    ChoiceContradictory,
    EventConflict,
    StoreUnavailable,
    TokenConflict,
    TokenRefused,
)
from ..core.site import Site
from ..core.token import Token, read_token
from ..i18n import Texts, best_language
from ..paths import STATIC
from ..script.texts import dialog_texts, texts_of
from .cookies import keep_token, presented_token
from .errors import status_of
from .service import the_service

pages = Blueprint("pages", __name__)

ACTS = ("save", "accept", "refuse", "withdraw")


@pages.route("/v1/<site_id>/preferences", methods=["GET", "POST"])
def preferences(site_id: str) -> Response:
    service = the_service()
    site = service.site(site_id)
    texts = texts_of(site, _language(site))
    form = PreferencesForm(formdata=request.form if request.method == "POST" else None)
    before = _present_choice(site)
    if request.method == "GET":
        return _page(site, texts, form, before)
    if not form.validate():
        return _page(site, texts, form, before, error="expired", status=400)
    try:
        token = _submit(site, texts.language, _chosen(site), form.event.data or "")
    except (StoreUnavailable, ChoiceContradictory) as error:
        told = "store" if isinstance(error, StoreUnavailable) else "choice"
        return _page(site, texts, form, before, error=told, status=status_of(error))
    fields = read_token(token, site, service.consent.keys)
    withdrawn = before is not None and bool(before.granted) and not fields.granted
    done = "withdrawn" if withdrawn else "saved"
    response = _page(site, texts, PreferencesForm(formdata=None), fields, done=done)
    keep_token(response, token, site, service.origin)
    return response


# --- the form ------------------------------------------------------------------------------


class PreferencesForm(FlaskForm):  # type: ignore[misc]
    """The event and Flask-WTF's CSRF token. The boxes are no fields of it: owners name services,
    and a field called ``meta`` or ``data`` would break the form."""

    event = HiddenField(default=lambda: str(uuid.uuid4()))


def _chosen(site: Site) -> set[str]:
    """What the visitor granted: the boxes, or everything or nothing by the button pressed."""
    act = next((act for act in ACTS if act in request.form), "refuse")
    every = {*site.categories, *site.service_ids}
    if act == "save":
        return every.intersection(request.form.getlist("granted"))
    return every if act == "accept" else set()


def _submit(site: Site, language: str, granted: set[str], event: str) -> str:
    decision = Decision(
        event=event if UUID.match(event) else str(uuid.uuid4()),
        notice=site.notice.version,
        locale=language,
        surface="page",
        categories={name: name in granted for name in site.categories},
        services={name: name in granted for name in site.service_ids},
        gpc=request.headers.get("Sec-GPC") == "1",
        client_time="",
        previous=_presented(site) or "",
    )
    consent = the_service().consent
    try:
        return consent.submit(decision, site).token
    except EventConflict:
        # The page was sent before and is sent again with other boxes: a new act.
        return consent.submit(replace(decision, event=str(uuid.uuid4())), site).token


# --- what the visitor sees -----------------------------------------------------------------


def _language(site: Site) -> str:
    wished = request.args.get("lang", "")
    if wished in site.languages:
        return wished
    return best_language(request.headers.get("Accept-Language", ""), site.languages)


def _presented(site: Site) -> str | None:
    try:
        return presented_token(site)
    except TokenConflict:
        return None


def _present_choice(site: Site) -> Token | None:
    """What counts now, or ``None``: undecided, which a database that is away does not change."""
    text = _presented(site)
    if not text:
        return None
    try:
        return the_service().consent.read(text, site)
    except (TokenRefused, StoreUnavailable):
        return None


def _page(
    site: Site,
    texts: Texts,
    form: Any,
    choice: Token | None,
    *,
    done: str = "",
    error: str = "",
    status: int = 200,
) -> Response:
    service = the_service()
    granted = choice.granted if choice else frozenset()
    style = _style()
    response = make_response(
        render_template(
            "preferences.html",
            site=site,
            texts=texts,
            dialog=dialog_texts(site, service.consent.products, texts.language),
            form=form,
            granted=granted,
            names={name: texts_of(site, name)("language.name") for name in site.languages},
            decided=choice is not None,
            done=done,
            moment=texts.moment(datetime.fromtimestamp(choice.issued, UTC)) if choice else "",
            error=error,
            elsewhere=not _reaches_the_site(site),
            style=style,
        ),
        status,
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{_hash(style)}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return response


def _reaches_the_site(site: Site) -> bool:
    """Does a choice made on this host hold on the site's own pages?"""
    service = the_service().origin
    return any(cookie_reach(site, page=page, service=service) is not None for page in site.origins)


@cache
def _style() -> str:
    return (STATIC / "page.css").read_text("utf-8")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
