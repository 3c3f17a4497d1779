"""Where a choice is made known, and where a page asks what a token opens."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ..core.decision import MAX_BODY_BYTES, Decision, parse_decision
from ..core.errors import ContentTypeWrong, TokenMissing, TokenRefused
from ..core.site import Site
from .answers import answer_of, release_of
from .clean_up import delete_refused
from .cookies import keep_token, presented_token
from .limiter import Lane
from .limits import lane_of, spend
from .origins import allow_origin, asking_origin, preflight
from .service import the_service
from .signals import signals_of

decisions = Blueprint("decisions", __name__)
decisions.after_request(allow_origin)


@decisions.post("/v1/<site_id>/decisions", provide_automatic_options=False)
def decide(site_id: str) -> Response:
    service = the_service()
    site = service.site(site_id)
    origin = asking_origin(site)
    decision = parse_decision(_body())
    spend(_lane_of(decision, site), site)
    answer = service.consent.submit(decision, site, signals_of(site))
    response = answer_of(answer)
    if answer.token:
        keep_token(response, answer.token, site, origin)
        delete_refused(response, answer.granted, site, [origin])
    return response


@decisions.get("/v1/<site_id>/release", provide_automatic_options=False)
def release(site_id: str) -> Response:
    service = the_service()
    site = service.site(site_id)
    asking_origin(site)
    spend("read", site)
    opened = service.consent.release(_token(site), site, signals_of(site))
    return release_of(opened)


@decisions.route("/v1/<site_id>/decisions", methods=["OPTIONS"])
def may_decide(site_id: str) -> Response:
    asking_origin(the_service().site(site_id))
    return preflight("POST", "content-type")


@decisions.route("/v1/<site_id>/release", methods=["OPTIONS"])
def may_ask_for_release(site_id: str) -> Response:
    asking_origin(the_service().site(site_id))
    return preflight("GET", "authorization")


def _lane_of(decision: Decision, site: Site) -> Lane:
    """Whoever only takes something back is not held up with those who grant."""
    if not decision.grants:
        return "refuse"
    try:
        before = the_service().consent.keyring.read(decision.previous, site).granted
    except TokenRefused:
        return "grant"
    choices = {**decision.categories, **decision.services}
    return lane_of([name for name, on in choices.items() if on], before)


def _body() -> bytes:
    if request.mimetype != "application/json":
        raise ContentTypeWrong("the body must be application/json")
    body = request.stream.read(MAX_BODY_BYTES + 1)  # enough to tell that it is too long
    while request.stream.read(65536):  # an answer is only read once the request is finished
        pass
    return body


def _token(site: Site) -> str:
    """The token in ``Authorization: Izin …``, else in the cookie."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    token = text.strip() if scheme == "Izin" else presented_token(site)
    if not token:
        raise TokenMissing("no token was presented")
    return token
