"""The files that pages load: the same bytes for everyone, so any cache may keep them."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from ..core.errors import ScriptUnknown
from ..script.minify import Packed
from .service import the_service

script = Blueprint("script", __name__)

SCRIPT_CACHE = "public, max-age=3600, stale-while-revalidate=86400"
"""An hour, so that a new notice reaches everyone the same day; then a day of use while the new
one is fetched, so that no visitor ever waits for it."""

FOR_EVER = "public, max-age=31536000, immutable"


@script.get("/v1/<site_id>.js")
def the_script(site_id: str) -> Response:
    service = the_service()
    service.site(site_id)
    bundle = service.bundles[site_id]
    response = packed_response(bundle.script, SCRIPT_CACHE)
    encoding = response.headers.get("Content-Encoding", "plain")
    response.set_etag(f"{bundle.etag}-{encoding}")
    return response.make_conditional(request)  # type: ignore[return-value]


@script.get("/v1/<site_id>.<pin>.js")
def the_pinned_script(site_id: str, pin: str) -> Response:
    """The script for a tag with ``integrity``: one content for ever, or none.

    Only the current script is cached: a page that goes on asking for an older one shows words that
    are no longer the owner's, or names parts that are gone.
    """
    service = the_service()
    service.site(site_id)
    bundle = service.bundles[site_id]
    if pin != bundle.pin:
        raise ScriptUnknown("the site's script is another one now: `flask csp` prints its tag")
    return packed_response(bundle.pinned, FOR_EVER)


@script.get("/v1/<site_id>/<version>/<part>.js")
def the_part(site_id: str, version: str, part: str) -> Response:
    service = the_service()
    service.site(site_id)
    bundle = service.bundles[site_id]
    packed = bundle.parts.get(f"{version}/{part}.js")
    if packed:
        return packed_response(packed, FOR_EVER)
    # A page with an older script may need today's messages: one says that the notice has changed.
    # Other parts hold words to decide by, and those must be the ones that its script names.
    messages = bundle.parts.get(f"{bundle.version}/{part}.js")
    if messages is None or part.partition(".")[0] != "notes":
        abort(404)
    return packed_response(messages, "no-cache")


def packed_response(packed: Packed, cache: str) -> Response:
    encoding, body = packed.best_for(request.headers.get("Accept-Encoding", ""))
    response = Response(body, mimetype="text/javascript")
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = cache
    # Public and without a secret: any page may load it, also with `crossorigin` or under COEP.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
