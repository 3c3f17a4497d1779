"""From the core's codes to HTTP: the one place that knows both."""

from __future__ import annotations

import logging

from flask import Flask, Response, g, jsonify
from werkzeug.exceptions import HTTPException

from .. import metrics
from ..core import errors
from ..logs import cause_of

log = logging.getLogger("izin")

STATUS: dict[type[errors.IzinError], int] = {
    errors.SiteUnknown: 404,
    errors.ScriptUnknown: 404,
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
    errors.QueryRefused: 400,
    errors.LedgerPlace: 404,
    errors.LedgerEmpty: 404,
    errors.LedgerBroken: 500,
    errors.TooManyRequests: 429,
    errors.StoreUnavailable: 503,
    errors.Draining: 503,
}
RETRY_SECONDS = 5


def status_of(error: errors.IzinError) -> int:
    """The status of the nearest class of ``error``'s that has one."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def register(app: Flask) -> None:
    app.register_error_handler(errors.IzinError, answer_refusal)
    app.register_error_handler(HTTPException, answer_http)


def answer_refusal(error: errors.IzinError) -> Response:
    note(error)
    response = _answer(status_of(error), error.code, error.message, dict(error.detail))
    if response.status_code in (429, 503):
        response.headers["Retry-After"] = str(retry_seconds(error))
    return response


def retry_seconds(error: errors.IzinError) -> object:
    """When it may be asked again."""
    return error.detail.get("retry_seconds", RETRY_SECONDS)


def note(error: errors.IzinError) -> None:
    """Count and log a refusal, whichever way the visitor is told of it."""
    _count(error.code)
    if isinstance(error, errors.StoreUnavailable):
        log.error("store_unavailable", extra={"cause": cause_of(error.__cause__) or error.message})


def answer_http(error: HTTPException) -> Response:
    """Flask's own refusals (404, 405, 413 …) in the same form."""
    too_large = error.code == STATUS[errors.BodyTooLarge]
    code = errors.BodyTooLarge.code if too_large else error.name.lower().replace(" ", "_")
    _count(code)
    response = _answer(error.code or 500, code, error.description or "", {})
    response.headers.extend(
        (name, value)
        for name, value in error.get_headers()
        if name.lower() in ("allow", "location", "www-authenticate")
    )
    return response


def _answer(status: int, code: str, message: str, detail: dict[str, object]) -> Response:
    response = jsonify({"error": {"code": code, "message": message, "detail": detail}})
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _count(code: str) -> None:
    metrics.refused(code)
    g.refused = code
