"""What a page hears of its choice, as JSON."""

from __future__ import annotations

import json

from flask import Response

from ..consent import Answer
from ..core.evidence import moment
from ..core.release import Release
from ..script.stand_in import redirected
from .service import the_service

CLOCK = "Izin-Time"
"""The service's clock when it answered: a visitor's own may be years off."""

MOST_TEXTS = 512

_texts: dict[int, tuple[Release, str]] = {}


def answer_of(answer: Answer) -> Response:
    """``201 {token, record, release}``."""
    head = _write({"token": answer.token, "record": answer.record})
    return _private(f'{head[:-1]},"release":{_text(answer.release)}}}', 201)


def release_of(release: Release) -> Response:
    """``200 {release}``."""
    return _private(f'{{"release":{_text(release)}}}', 200)


def _private(body: str, status: int) -> Response:
    response = Response(body, status, mimetype="application/json")
    response.headers["Cache-Control"] = "private, no-store"
    # Not in the body: the same event again gives the same answer.
    response.headers[CLOCK] = moment(the_service().consent.now())
    response.headers["Vary"] = "Cookie, Authorization, Origin"
    return response


def _text(release: Release) -> str:
    """The JSON of a release, written once: those who have chosen the same share it."""
    if "until" in release:
        return _written(release)  # it is made anew for each request
    # The release is kept beside its text, so that its id stays its own.
    kept, text = _texts.get(id(release), (None, ""))
    if kept is not release:
        text = _written(release)
        if len(_texts) == MOST_TEXTS:
            _texts.clear()
        _texts[id(release)] = release, text
    return text


def _written(release: Release) -> str:
    return _write(redirected(release, the_service().stand_in))


_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
