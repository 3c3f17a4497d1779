"""Who may ask: an exact list of origins for each site, on every request that has an effect.

CORS alone is no protection: it hides an answer from a page, after the request has done its work.
SameSite is none either: a sibling subdomain's request carries our cookie.
"""

from __future__ import annotations

from flask import Response, request

from ..core.errors import OriginRefused
from ..core.origin import Origin, parse_origin
from ..core.site import Site
from .answers import CLOCK
from .service import the_service

PREFLIGHT_SECONDS = 600


def asking_origin(site: Site) -> Origin:
    """The page that asks. Raises ``OriginRefused`` unless it is one of the site's.

    A browser leaves ``Origin`` out of a same-origin GET; then ``Sec-Fetch-Site`` says so
    (Fetch Metadata, section 2.3), and the page is the service's own origin.
    """
    header = request.headers.get("Origin")
    if header is None and request.method == "GET":
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            raise OriginRefused("not asked by a page of this site")
        return the_service().origin
    origin = parse_origin(header or "")
    if origin is None or origin not in site.origins:
        raise OriginRefused("not asked by a page of this site")
    return origin


def allow_origin(response: Response) -> Response:
    """Let the asking page read the answer, errors included, if it is one of the site's."""
    if "Origin" not in response.headers.get("Vary", ""):
        response.vary.add("Origin")
    site = the_service().sites.get((request.view_args or {}).get("site_id", ""))
    origin = parse_origin(request.headers.get("Origin", ""))
    if site and origin in site.origins:
        response.headers["Access-Control-Allow-Origin"] = str(origin)
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Expose-Headers"] = CLOCK
    return response


def preflight(method: str, header: str) -> Response:
    """The answer to the browser's question before a request (Fetch standard, CORS preflight)."""
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = method
    response.headers["Access-Control-Allow-Headers"] = header
    response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response
