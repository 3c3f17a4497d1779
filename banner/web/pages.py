"""The same choice without JavaScript: a form that a visitor can reach, read and send."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request, session
from flask_wtf import FlaskForm
from wtforms import HiddenField

from ..core.decision import UUID, Decision
from ..core.errors import (
    ChoiceContradictory,
    EventConflict,
    IzinError,
    StoreUnavailable,
    TokenConflict,
    TokenRefused,
    TooManyRequests,
)
from ..core.signals import GPC_REFUSES, held_by
from ..core.site import Site
from ..core.token import Token
from ..script.texts import dialog_texts, texts_of
from .clean_up import delete_refused
from .cookies import keep_token, presented_token, reaches
from .errors import note, retry_seconds, status_of
from .html import language_of, page
from .limits import lane_of, spend
from .service import the_service
from .signals import signals_of

pages = Blueprint("pages", __name__)

ACTS = ("save", "accept", "refuse", "withdraw")


@pages.get("/v1/<site_id>/preferences")
def preferences(site_id: str) -> Response:
    site = the_service().site(site_id)
    done = session.pop(_told(site), None)
    try:
        spend("read", site)
    except TooManyRequests as error:
        return _busy(site, error, done=done)
    return _page(site, _new_form(), done=done)


@pages.post("/v1/<site_id>/preferences")
def choose(site_id: str) -> Response:
    """Record the choice and lead back to the page, so that a reload sends nothing again."""
    service = the_service()
    site = service.site(site_id)
    language = language_of(site)
    form = PreferencesForm(formdata=request.form)
    chosen = _chosen(site)
    is_whole = form.validate()
    try:
        spend(lane_of(chosen, _granted_before(site)) if is_whole else "read", site)
    except TooManyRequests as error:
        return _busy(site, error, is_lost=True)
    if not is_whole:
        return _page(site, form, error="expired", status=400)
    before = _present_choice(site)
    try:
        token = _submit(site, language, chosen, form.event.data or "")
    except (StoreUnavailable, ChoiceContradictory) as error:
        note(error)
        return _page(site, form, error=_alert(error), status=status_of(error))
    now = service.consent.keyring.read(token, site)
    withdrawn = before is not None and bool(before.granted) and not now.granted
    session[_told(site)] = ["withdrawn" if withdrawn else "saved", now.issued]
    response = Response(status=303, headers={"Location": f"?lang={language}"})
    keep_token(response, token, site, service.origin)
    delete_refused(response, now.granted, site, site.origins)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _told(site: Site) -> str:
    """Where the form's own cookie keeps what the next page tells: never in the address, which
    could be passed on or opened again."""
    return f"told:{site.id}"


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
        gpc=signals_of(site).gpc,
        client_time="",
        script=the_service().bundles[site.id].version,
        previous=_presented(site) or "",
    )
    consent = the_service().consent
    try:
        answer = consent.submit(decision, site, signals_of(site))
    except EventConflict:
        # The page was sent before and is sent again with other boxes: a new act.
        again = replace(decision, event=str(uuid.uuid4()))
        answer = consent.submit(again, site, signals_of(site))
    assert answer.token is not None, "a choice on this page is never for once"
    return answer.token


def _alert(error: IzinError) -> str:
    """The end of the key of the sentence that tells of it."""
    return "store" if isinstance(error, StoreUnavailable) else "choice"


# --- what the visitor sees -----------------------------------------------------------------


def _new_form() -> Any:
    return PreferencesForm(formdata=None)


def _presented(site: Site) -> str | None:
    try:
        return presented_token(site)
    except TokenConflict:
        return None


def _granted_before(site: Site) -> frozenset[str]:
    """What the token says by its signature alone: the database is not asked before the request is
    counted."""
    try:
        return the_service().consent.keyring.read(_presented(site) or "", site).granted
    except TokenRefused:
        return frozenset()


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
    form: Any,
    *,
    done: tuple[str, int] | None = None,
    error: str = "",
    status: int = 200,
) -> Response:
    """The form. ``done`` is what was done and when (seconds), for who has just come from it."""
    language = language_of(site)
    choice = _present_choice(site)
    granted = choice.granted if choice else frozenset()
    off = _switched_off(site)
    told, moment = done or ("", 0)
    response = page(
        "preferences.html",
        site,
        language,
        status,
        dialog=dialog_texts(site, the_service().consent.products, language),
        form=form,
        granted=granted - off,
        withdrawable=bool(granted),
        off=off,
        held=_held_by_country(site),
        decided=choice is not None,
        done=told,
        moment=texts_of(site, language).moment(datetime.fromtimestamp(moment, UTC)),
        error=error,
        elsewhere=not reaches(site, site.origins),
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _busy(
    site: Site,
    error: TooManyRequests,
    *,
    done: tuple[str, int] | None = None,
    is_lost: bool = False,
) -> Response:
    """A form to refuse with, which is never held up. It is short, because a flood is answered with
    it, and asks the database nothing. ``is_lost`` says that a choice was not recorded."""
    note(error)
    language = language_of(site)
    told, moment = done or ("", 0)
    response = page(
        "busy.html",
        site,
        language,
        status_of(error),
        form=_new_form(),
        done=told,
        is_lost=is_lost,
        moment=texts_of(site, language).moment(datetime.fromtimestamp(moment, UTC)),
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Retry-After"] = str(retry_seconds(error))
    return response


def _switched_off(site: Site) -> frozenset[str]:
    """The category and services that Global Privacy Control keeps off for this visitor."""
    if not signals_of(site).gpc:
        return frozenset()
    services = {service.id for service in site.services if service.category == GPC_REFUSES}
    return frozenset({*services, GPC_REFUSES})


def _held_by_country(site: Site) -> frozenset[str]:
    """The services that a grant would not release where this visitor is."""
    products, signals = the_service().consent.products, signals_of(site)
    return frozenset(
        service.id
        for service in site.services
        if held_by(service, products[service.product].certified_platform, site, signals)
        == "country"
    )
