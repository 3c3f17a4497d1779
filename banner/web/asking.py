"""What a page is told whose decisions do not come through: is it one of the site's?

A page that is not cannot read a refusal, which the browser takes for a lost connection.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from ..core.errors import OriginRefused
from ..core.origin import parse_origin
from .limits import spend
from .script import for_any_page
from .service import the_service

asking = Blueprint("asking", __name__)
asking.after_request(for_any_page)


@asking.post("/v1/<site_id>/origin")
def the_origin(site_id: str) -> Response:
    """204 for a page that the site's file names; else 403, with what its owner can do.

    By POST, in which every browser names the page's origin. Nothing is stored, and nothing is told
    that the page does not know.
    """
    site = the_service().site(site_id)
    spend("read", site)
    origin = parse_origin(request.headers.get("Origin", ""))
    if origin is None:
        raise OriginRefused(f"izin: {NO_ORIGIN} {HELD}")
    if origin not in site.origins:
        raise OriginRefused(
            f"izin: {origin} is not one of the site's pages. {HELD} Add it in {site_id}.toml, "
            f'beside those that are there: origins = [..., "{origin}"]'
        )
    response = Response(status=204)
    response.headers["Cache-Control"] = "no-store"
    return response


NO_ORIGIN = "this page has no origin that a site's file could name (a sandboxed frame, or a file)."
HELD = "No choice made here is recorded, and every tag stays held."
