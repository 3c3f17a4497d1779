"""What stands at the service's own address: whoever looks there reads what it is."""

from __future__ import annotations

from functools import cache

from flask import Blueprint, Response, render_template, request

from ..core.site_look import look_of
from ..i18n import Texts, languages
from ..script.look import dressed
from .html import guarded

front = Blueprint("front", __name__)

CACHE = "public, max-age=3600"


@front.get("/")
def the_page() -> Response:
    """In every language, the same for everyone; it names no site and loads nothing."""
    style = dressed(look_of({}), "page")
    response = guarded(_html(style), style)
    response.headers["Cache-Control"] = CACHE
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]


@cache
def _html(style: str) -> str:
    first = sorted(languages(), key=lambda name: (name != "id", name))
    return render_template("front.html", style=style, all=[Texts(name, {}) for name in first])
