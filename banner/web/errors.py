"""From the core's codes to HTTP: the one place that knows both."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from ..core import errors

log = logging.getLogger("izin")

STATUS: dict[type[errors.IzinError], int] = {
    errors.SiteUnknown: 404,
    errors.OriginRefused: 403,
    errors.BodyMalformed: 400,
    errors.KeyDuplicate: 400,
    errors.ContentTypeWrong: 415,
    errors.BodyTooLarge: 413,
    errors.BodyRefused: 422,
    errors.NoticeStale: 409,
    errors.EventConflict: 409,
    errors.DecisionRefused: 422,
    errors.TokenRefused: 403,
    errors.StoreUnavailable: 503,
}
RETRY_SECONDS = 5


def status_of(error: errors.IzinError) -> int:
    """The status of the nearest class of ``error``'s that has one."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def register(app: Flask) -> None:
    app.register_error_handler(errors.IzinError, answer_refusal)
    app.register_error_handler(HTTPException, answer_http)


def answer_refusal(error: errors.IzinError) -> Response:
    if isinstance(error, errors.StoreUnavailable):
        # The driver's own words alone: SQLAlchemy's would repeat the statement.
        log.error("the store is unavailable: %s", getattr(error.__cause__, "orig", error.__cause__))
    response = _answer(status_of(error), error.code, error.message, dict(error.detail))
    if response.status_code == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def answer_http(error: HTTPException) -> Response:
    """Flask's own refusals (404, 405, 413 …) in the same form."""
    too_large = error.code == STATUS[errors.BodyTooLarge]
    code = errors.BodyTooLarge.code if too_large else error.name.lower().replace(" ", "_")
    response = _answer(error.code or 500, code, error.description or "", {})
    response.headers.extend(
        (name, value)
        for name, value in error.get_headers()
        if name.lower() in ("allow", "location")
    )
    return response


def _answer(status: int, code: str, message: str, detail: dict[str, object]) -> Response:
    response = jsonify({"error": {"code": code, "message": message, "detail": detail}})
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
