"""Stand-ins for Google's hosts, so that a released tag has somewhere to go.

They do what Google's scripts do with consent, cookies and requests, and nothing else. The demo
serves them under ``/stand-in/<host>/``; the tests serve them as the real hosts.
"""

from __future__ import annotations

import base64
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent

JAVASCRIPT = "text/javascript; charset=utf-8"
HTML = "text/html; charset=utf-8"

# Host and path exactly as Google has them: a tag that asks elsewhere gets 404 and is found out.
SCRIPTS: Mapping[tuple[str, str], str] = {
    ("www.googletagmanager.com", "gtag/js"): "gtag.js",
    ("www.googletagmanager.com", "gtag/destination"): "gtag.js",
    ("www.googletagmanager.com", "gtm.js"): "gtm.js",
    ("pagead2.googlesyndication.com", "pagead/js/adsbygoogle.js"): "adsbygoogle.js",
    ("pagead2.googlesyndication.com", "tag/js/gpt.js"): "gpt.js",
    ("securepubads.g.doubleclick.net", "tag/js/gpt.js"): "gpt.js",
    ("www.googletagservices.com", "tag/js/gpt.js"): "gpt.js",
}

FRAMES = ("activityi;", "ns.html", "static/service_worker/", "pagead/html/")

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


def answer(host: str, path: str, query: Mapping[str, str]) -> Answer:
    """Return what Google's *host* would say, in essence. A leading slash of *path* is optional."""
    path = path.lstrip("/")
    script = SCRIPTS.get((host, path))
    if script is not None:
        return _answer_script(script, query)
    if path.endswith(".js"):
        return Answer(404, "text/plain; charset=utf-8", b"no such script\n")
    return _answer_request(path, query, cookies=_cookies_of(host))


def _answer_script(name: str, query: Mapping[str, str]) -> Answer:
    # As Google does: its tag scripts do not exist without an id.
    if name in {"gtag.js", "gtm.js"} and not query.get("id"):
        return Answer(404, "text/plain; charset=utf-8", b"no id\n")
    return Answer(200, JAVASCRIPT, _script(name))


def _answer_request(path: str, query: Mapping[str, str], *, cookies: tuple[str, ...]) -> Answer:
    if path == "pagead/ads":
        return Answer(200, HTML, _advertisement(npa=query.get("npa", "0")), cookies)
    if path.startswith(FRAMES):
        return Answer(200, HTML, _read("frame.html"), cookies)
    if path.startswith("simgad/"):
        return Answer(200, "image/svg+xml", _read("advertisement.svg"), cookies)
    if path == "a" or path.endswith(("collect", "gampad/ads", "getconfig/sodar")):
        return Answer(204, "text/plain", b"", cookies)
    return Answer(200, "image/gif", GIF, cookies)


def _cookies_of(host: str) -> tuple[str, ...]:
    return DOUBLECLICK_COOKIES if host.endswith(".doubleclick.net") else ()


def _advertisement(*, npa: str) -> bytes:
    page = string.Template(_read("advertisement.html").decode())
    return page.substitute(npa="1" if npa == "1" else "0").encode()


@cache
def _script(name: str) -> bytes:
    # One function around both files: the page sees only the globals that Google's scripts have.
    return b"(function () {\n" + _read("common.js") + b"\n" + _read(name) + b"})();\n"


@cache
def _read(name: str) -> bytes:
    return (HERE / name).read_bytes()
