"""Where a choice is made known, and where a page asks what a token opens."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from ..core.decision import MAX_BODY_BYTES, parse_decision
from ..core.errors import ContentTypeWrong, TokenMissing
from ..core.release import Release
from ..core.site import Site
from ..core.token import read_token
from ..script.stand_in import redirected
from .clean_up import delete_refused
from .cookies import keep_token, presented_token
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
    answer = service.consent.submit(parse_decision(_body()), site, signals_of(site))
    response = _private(
        {"token": answer.token, "record": answer.record, "release": _shown(answer.release)}
    )
    response.status_code = 201
    if answer.token:
        keep_token(response, answer.token, site, origin)
        granted = read_token(answer.token, site, service.consent.keys).granted
        delete_refused(response, granted, site, [origin])
    return response


@decisions.get("/v1/<site_id>/release", provide_automatic_options=False)
def release(site_id: str) -> Response:
    service = the_service()
    site = service.site(site_id)
    asking_origin(site)
    opened = service.consent.release(_token(site), site, signals_of(site))
    return _private({"release": _shown(opened)})


@decisions.route("/v1/<site_id>/decisions", methods=["OPTIONS"])
def may_decide(site_id: str) -> Response:
    asking_origin(the_service().site(site_id))
    return preflight("POST", "content-type")


@decisions.route("/v1/<site_id>/release", methods=["OPTIONS"])
def may_ask_for_release(site_id: str) -> Response:
    asking_origin(the_service().site(site_id))
    return preflight("GET", "authorization")


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


def _shown(release: Release) -> Release:
    return redirected(release, the_service().stand_in)


def _private(answer: dict[str, object]) -> Response:
    response = jsonify(answer)
    response.headers["Cache-Control"] = "private, no-store"
    response.vary.update(("Cookie", "Authorization"))
    return response
