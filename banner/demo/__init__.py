"""The demo site: a small company site that carries Izin, and stand-ins for the Google it talks to.

It is a site owner like any other: it has one script tag and some marked-up elements, and knows
nothing of the service but the look-up of a record that the caller hands in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from banner.demo.stand_in import answer

FindRecord = Callable[[str], Mapping[str, object] | None]

LANGUAGES = ("id", "en")

# The address of each page in each language; the key is also the name of its template.
PAGES: Mapping[str, Mapping[str, str]] = {
    "home": {"id": "/id/", "en": "/en/"},
    "services": {"id": "/id/layanan/", "en": "/en/services/"},
    "policy": {"id": "/id/kebijakan-privasi/", "en": "/en/privacy-policy/"},
}


def blueprint(site_id: str, *, find_record: FindRecord) -> Blueprint:
    """Return the demo site for the Izin site *site_id*.

    :param find_record: the committed record with this id in values that JSON can hold, or None.
        The demo shows every record to anybody who has its id: never register it in production.
    """
    demo = Blueprint(
        "demo",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/demo/static",
    )
    _add_pages(demo, site_id)
    _add_records(demo, find_record)
    _add_stand_ins(demo)
    return demo


def _add_pages(demo: Blueprint, site_id: str) -> None:
    def start() -> AnyResponse:
        return redirect(url_for("demo.page", page="home", language="id"))

    def page(page: str, language: str) -> str:
        return render_template(
            f"demo/{page}.html", site_id=site_id, page=page, language=language, say=_say(language)
        )

    def plain() -> str:
        return render_template("demo/plain.html")

    demo.add_url_rule("/", view_func=start)
    demo.add_url_rule("/plain/", view_func=plain)
    for name, addresses in PAGES.items():
        for language in LANGUAGES:
            chosen = {"page": name, "language": language}
            demo.add_url_rule(addresses[language], view_func=page, defaults=chosen)


def _say(language: str) -> Callable[..., str]:
    """Return what templates call to keep both languages of a sentence side by side."""

    def say(**sentences: str) -> str:
        return sentences[language]

    return say


def _add_records(demo: Blueprint, find_record: FindRecord) -> None:
    def record(record_id: str) -> Response:
        found = find_record(record_id)
        if found is None:
            abort(404)
        response = jsonify(dict(found))
        response.headers["Cache-Control"] = "no-store"
        return response

    demo.add_url_rule("/demo/records/<record_id>", view_func=record)


def _add_stand_ins(demo: Blueprint) -> None:
    def stand_in(host: str, path: str) -> Response:
        given = answer(host, path, request.args)
        # Its cookies belong to Google's domains, and this is the site's own: they are left out.
        response = Response(given.body, given.status, content_type=given.content_type)
        # Every request has to be seen in the panel, so none may come from the browser's cache.
        response.headers["Cache-Control"] = "no-store"
        # As Google's own: pages of other hosts may use them (docs/google.md has a recipe).
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    demo.add_url_rule("/stand-in/<host>/<path:path>", view_func=stand_in)
