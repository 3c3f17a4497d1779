"""What the service declares in public: what runs on a site, and that it honours GPC."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from ..core.site import Site
from ..script.declaration import Declaration
from .html import language_of, page
from .script import SCRIPT_CACHE, packed_response
from .service import the_service

declaration = Blueprint("declaration", __name__)

CACHE = "public, max-age=3600"


@declaration.get("/v1/<site_id>/declaration")
def the_page(site_id: str) -> Response:
    site, declared = _declared(site_id)
    language = language_of(site)
    response = page("declaration.html", site, language, declared=declared.texts[language])
    response.headers["Cache-Control"] = CACHE
    response.vary.add("Accept-Language")
    return response


@declaration.get("/v1/<site_id>/declaration.json")
def the_data(site_id: str) -> Response:
    _, declared = _declared(site_id)
    return _for_everyone(jsonify(declared.facts))


@declaration.get("/v1/<site_id>/declaration.js")
def the_embed(site_id: str) -> Response:
    """The tables for the owner's own policy page."""
    _, declared = _declared(site_id)
    response = packed_response(declared.script, SCRIPT_CACHE)
    encoding = response.headers.get("Content-Encoding", "plain")
    response.set_etag(f"{declared.etag}-{encoding}")
    return response.make_conditional(request)  # type: ignore[return-value]


@declaration.get("/.well-known/gpc.json")
def gpc_support() -> Response:
    """That the service abides by Global Privacy Control (W3C draft, section 4).

    The owner's own origin can redirect here: the draft allows it.
    """
    days = [site.notice.effective for site in the_service().sites.values()]
    return _for_everyone(jsonify({"gpc": True, "lastUpdate": max(days).isoformat()}))


def _declared(site_id: str) -> tuple[Site, Declaration]:
    service = the_service()
    return service.site(site_id), service.declarations[site_id]


def _for_everyone(response: Response) -> Response:
    response.headers["Cache-Control"] = CACHE
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]
