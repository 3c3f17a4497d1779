"""The files that pages load: the same bytes for everyone, so any cache may keep them."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, request

from ..core.errors import ScriptUnknown, SiteUnknown
from ..script.minify import Packed
from .errors import note
from .service import the_service

script = Blueprint("script", __name__)

SCRIPT_CACHE = "public, max-age=3600, stale-while-revalidate=86400"
"""An hour, so that a new notice reaches everyone the same day; then a day of use while the new
one is fetched, so that no visitor ever waits for it."""

NO_SUCH_SITE = (
    'console.error("izin: this service has no site of the name in the tag: nobody is asked, and '
    "every tag stays held. The address ends in /v1/<site>.js, where <site> is the name of a file "
    'in the folder of sites, without .toml");\n'
)

PIN = re.compile(r"[\w-]{16}", re.ASCII)
LIKE_AN_ID = re.compile(r"[\w-]+(\.[\w-]+)*", re.ASCII)

FOR_EVER = "public, max-age=31536000, immutable"


@script.get("/v1/<site_id>.js")
def the_script(site_id: str) -> Response:
    """It knows the path that a proxy tells, and so finds the service without its tag."""
    service = the_service()
    if site_id not in service.sites and LIKE_AN_ID.fullmatch(site_id):
        return _no_such_site()
    service.site(site_id)
    bundle = service.bundles[site_id]
    address = bundle.address.on(request.host).under(request.script_root)
    script, etag = service.elsewhere.script(site_id, bundle, address)
    response = packed_response(script, SCRIPT_CACHE)
    encoding = response.headers.get("Content-Encoding", "plain")
    response.set_etag(f"{etag}-{encoding}")
    return response.make_conditional(request)  # type: ignore[return-value]


@script.get("/v1/<site_id>.<pin>.js")
def the_pinned_script(site_id: str, pin: str) -> Response:
    """The script for a tag with ``integrity``: one content for ever, or none.

    Only the current script is cached: a page that goes on asking for an older one shows words that
    are no longer the owner's, or names parts that are gone.
    """
    service = the_service()
    name = f"{site_id}.{pin}"
    if site_id not in service.sites and LIKE_AN_ID.fullmatch(name) and not PIN.fullmatch(pin):
        return _no_such_site()  # a name with a dot in it, such as the site's own domain
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


def _no_such_site() -> Response:
    """What a tag with a mistyped id gets: a script that says so in the console, for which it must
    not be a 404, or no browser runs it. The same for every name, and kept for a minute."""
    note(SiteUnknown("there is no such site here"))
    response = Response(NO_SUCH_SITE, mimetype="text/javascript")
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


def packed_response(packed: Packed, cache: str) -> Response:
    encoding, body = packed.best_for(request.headers.get("Accept-Encoding", ""))
    response = Response(body, mimetype="text/javascript")
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = cache
    return for_any_page(response)


@script.after_request
def for_any_page(response: Response) -> Response:
    """Public and without a secret: any page may load it, also with `crossorigin` or under COEP.

    What is not there, too, or the console would name another reason."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
