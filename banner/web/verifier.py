"""The offline verifiers, to be opened here or taken along."""

from __future__ import annotations

import re
from functools import cache

from flask import Blueprint, Response, request

from ..paths import STATIC

verifier = Blueprint("verifier", __name__)

CACHE = "public, max-age=3600"
POLICY = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]*)"')


@verifier.get("/verify")
def the_page() -> Response:
    """One file, which needs nothing else: saved, it does the same without a network."""
    content = _file("verify.html")
    response = Response(content, mimetype="text/html")
    # Its own policy names its script and style by hash; this one cannot stand in a page.
    [policy] = POLICY.findall(content)
    response.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'none'"
    return _kept(response)


@verifier.get("/verify.py")
def the_script() -> Response:
    response = Response(_file("verify.py"), mimetype="text/x-python")
    response.headers["Content-Disposition"] = 'attachment; filename="verify.py"'
    return _kept(response)


@cache
def _file(name: str) -> str:
    return (STATIC / name).read_text("utf-8")


def _kept(response: Response) -> Response:
    response.headers["Cache-Control"] = CACHE
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]
