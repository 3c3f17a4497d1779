"""Stand-ins for Google's hosts, so that a released tag has somewhere to go.

They do what Google's scripts do with consent, cookies and requests, and nothing else. The demo
serves them under ``/stand-in/<host>/``; the tests serve them as the real hosts.
"""

from __future__ import annotations

import base64
import json
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent

JAVASCRIPT = "text/javascript; charset=utf-8"
HTML = "text/html; charset=utf-8"

GOOGLE_TAG = ("consent.js", "clicks.js", "analytics.js", "advertising.js", "gtag.js")
GPT = ("advertisements.js", "gpt.js")

# Host and path exactly as Google has them: a tag that asks elsewhere gets 404 and is found out.
SCRIPTS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("www.googletagmanager.com", "gtag/js"): GOOGLE_TAG,
    ("www.googletagmanager.com", "gtag/destination"): GOOGLE_TAG,
    ("www.googletagmanager.com", "gtm.js"): (*GOOGLE_TAG, "gtm.js"),
    ("pagead2.googlesyndication.com", "pagead/js/adsbygoogle.js"): (
        "advertisements.js",
        "adsbygoogle.js",
    ),
    ("pagead2.googlesyndication.com", "tag/js/gpt.js"): GPT,
    ("securepubads.g.doubleclick.net", "tag/js/gpt.js"): GPT,
    ("www.googletagservices.com", "tag/js/gpt.js"): GPT,
}

# The second scripts, which the first ones of AdSense and GPT fetch: here there is nothing in them.
MANAGED = "pagead/managed/js/"

FRAMES = ("activityi;", "ns.html", "static/service_worker/", "pagead/html/")
EMPTY = ("a", "getconfig/sodar", "pagead/gen_204", "pagead/ppub_config")

REGION = "ID"
"""Where a visitor is taken to be when nobody says; Google's servers tell their scripts."""

GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

# None of these is visible to a page or deletable by it; only not asking keeps them away.
DOUBLECLICK = "Domain=.doubleclick.net; Path=/; Secure; SameSite=None"
DOUBLECLICK_COOKIES = (
    f"IDE=stand-in; Max-Age=33696000; HttpOnly; {DOUBLECLICK}",
    f"test_cookie=CheckForPermission; Max-Age=900; {DOUBLECLICK}",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host says: ``cookies`` are whole values for ``Set-Cookie``."""

    status: int
    content_type: str
    body: bytes
    cookies: tuple[str, ...] = ()


def answer(host: str, path: str, query: Mapping[str, str], *, region: str = REGION) -> Answer:
    """Return what Google's *host* would say, in essence. A leading slash of *path* is optional.

    :param region: where the visitor is: a country such as ``DE``, or one of its parts as
        ``US-CA``.
    """
    path = path.lstrip("/")
    script = SCRIPTS.get((host, path))
    if script is not None:
        return _answer_script(script, query, region=region)
    if path.startswith(MANAGED):
        return Answer(200, JAVASCRIPT, b"")
    if path.endswith(".js"):
        return Answer(404, "text/plain; charset=utf-8", b"no such script\n")
    return _answer_request(host, path, query)


def _answer_script(files: tuple[str, ...], query: Mapping[str, str], *, region: str) -> Answer:
    # As Google does: its tag scripts do not exist without an id.
    if "gtag.js" in files and not query.get("id"):
        return Answer(404, "text/plain; charset=utf-8", b"no id\n")
    return Answer(200, JAVASCRIPT, _script(files, region))


def _answer_request(host: str, path: str, query: Mapping[str, str]) -> Answer:
    cookies = _cookies_of(host)
    if path == "pagead/ads" or host.endswith(".safeframe.googlesyndication.com"):
        return Answer(200, HTML, _advertisement(host, npa=query.get("npa", "0")), cookies)
    if path.startswith(FRAMES):
        return Answer(200, HTML, _read("frame.html"), cookies)
    if path.startswith("simgad/"):
        return Answer(200, "image/svg+xml", _read("advertisement.svg"), cookies)
    if path in EMPTY or path.endswith(("collect", "gampad/ads", "/gpt")):
        return Answer(204, "text/plain", b"", cookies)
    return Answer(200, "image/gif", GIF, cookies)


def _cookies_of(host: str) -> tuple[str, ...]:
    return DOUBLECLICK_COOKIES if host.endswith(".doubleclick.net") else ()


def _advertisement(host: str, *, npa: str) -> bytes:
    page = string.Template(_read("advertisement.html").decode())
    return page.substitute(host=host, npa="1" if npa == "1" else "0").encode()


@cache
def _script(files: tuple[str, ...], region: str) -> bytes:
    # One function around all files: the page sees only the globals that Google's scripts have.
    told = f"const REGION = {json.dumps(region)};".encode()
    parts = [told, *(_read(name) for name in ("common.js", *files))]
    return b"(function () {\n" + b"\n".join(parts) + b"})();\n"


@cache
def _read(name: str) -> bytes:
    return (HERE / name).read_bytes()
