"""One line for each request, and nothing in it that tells who asked.

The route is the rule and never the path: a visitor can write anything into a path, and make up a
method. No address, user
agent, query, cookie, origin or referer is written down.
"""

from __future__ import annotations

import logging
import secrets
import time
from typing import Any

from flask import Flask, Response, g, request

from .. import metrics
from ..logs import request_id
from .service import the_service

log = logging.getLogger("izin.web")

METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT"}


def register(app: Flask) -> None:
    app.before_request(begin)
    app.after_request(tell)
    app.teardown_request(end)
    app.log_exception = log_unexpected  # type: ignore[method-assign]


def begin() -> None:
    g.started = time.perf_counter()
    request_id.set(secrets.token_hex(8))


def tell(response: Response) -> Response:
    seconds = time.perf_counter() - g.started
    route = request.url_rule.rule if request.url_rule else "unmatched"
    if not response.cache_control.public:  # a cache would give one request's name to all
        response.headers["X-Request-Id"] = request_id.get()
    metrics.answered(route, seconds)
    level = _level(response.status_code)
    if not log.isEnabledFor(level):
        return response
    log.log(
        level,
        "request",
        extra={
            "method": request.method if request.method in METHODS else "other",
            "route": route,
            "status": response.status_code,
            "code": g.get("refused"),
            "site": _site(),
            "milliseconds": round(seconds * 1000, 1),
        },
    )
    return response


def _level(status: int) -> int:
    """What went well is counted (``metrics``) and written down only for ``debug``: a line for each
    decision would cost a tenth of it."""
    return logging.DEBUG if status < 400 else logging.INFO


def end(_: BaseException | None) -> None:
    request_id.set("")


def log_unexpected(exc_info: Any) -> None:
    """In place of Flask's own, which names the path."""
    log.error("unexpected_error", exc_info=exc_info)


def _site() -> str | None:
    """The site's id, if there is such a site: others are a visitor's words."""
    site = (request.view_args or {}).get("site_id")
    return site if site in the_service().sites else None
