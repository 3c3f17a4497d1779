"""What every page of ours has: its language, its style, and a policy that allows little else."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from flask import Response, make_response, render_template, request

from ..core.site import Site
from ..i18n import best_language, language_named
from ..script.look import dressed
from ..script.texts import texts_of


def language_of(site: Site) -> str:
    """The visitor's: by the address, then by the browser, then the site's first."""
    wished = language_named(request.args.get("lang", ""))
    if wished in site.languages:
        return wished
    return best_language(request.headers.get("Accept-Language", ""), site.languages)


def page(template: str, site: Site, language: str, status: int = 200, **values: Any) -> Response:
    """The filled template."""
    style = dressed(site.look, "page")
    names = {name: texts_of(site, name)("language.name") for name in site.languages}
    texts = texts_of(site, language)
    html = render_template(template, site=site, texts=texts, names=names, style=style, **values)
    return guarded(html, style, status)


def guarded(html: str, style: str, status: int = 200) -> Response:
    """A page with this one style sheet, which runs no script, loads nothing and stands in none."""
    response = make_response(html, status)
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{_hash(style)}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return response


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
