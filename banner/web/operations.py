"""What an operator's monitor asks."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import cast

from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy import Engine
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from ..core.errors import Draining, StoreUnavailable
from ..draining import is_draining
from ..metrics import CONTENT_TYPE, Figures, scrape
from ..settings import Settings
from ..store.figures import free_bytes, late_stops, uncovered_seconds
from .in_time import InTime
from .readiness import DEADLINE_SECONDS, Readiness
from .service import Service

operations = Blueprint("operations", __name__)


class Operations:
    """What the answers to a monitor need."""

    def __init__(
        self, service: Service, engine: Engine, settings: Settings, *, now: Callable[[], int]
    ) -> None:
        """``now`` is the service's clock, in milliseconds since 1970 UTC."""
        self.readiness = Readiness(
            service.consent, engine, ledger=service.ledger, sites=tuple(service.sites)
        )
        self._ledger = service.ledger
        self.token = settings.metrics_token
        self._sites = tuple(service.sites)
        self._engine = engine
        self._keys = settings.keys_file
        self._now = now
        self._ask_database = InTime(self._by_site, seconds=DEADLINE_SECONDS)

    def figures(self) -> Figures:
        """What is looked up at a scrape; what the database does not tell in time is left out."""
        with suppress(StoreUnavailable):
            uncovered, late, closed = self._ask_database()
            return Figures(
                uncovered, late, free_bytes(self._engine), _changed_at(self._keys), closed
            )
        return Figures({}, {}, free_bytes(self._engine), _changed_at(self._keys))

    def _by_site(self) -> tuple[dict[str, float], dict[str, int], dict[str, bool]]:
        now = self._now()
        closed = self._ledger.closed(self._sites)
        return (
            uncovered_seconds(self._engine, self._sites, now=now),
            late_stops(self._engine, self._sites, now=now),
            {site: site in closed for site in self._sites},
        )


@operations.get("/livez")
def alive() -> Response:
    """The process answers. It does not look at the database: a restart would not mend that."""
    return Response("ok\n", mimetype="text/plain")


@operations.get("/readyz")
def ready() -> Response:
    """A record can be committed; 503, with the ``check`` that failed, when it cannot."""
    if is_draining():
        raise Draining("the service is about to stop")
    _the_operations().readiness.check()
    return Response("ok\n", mimetype="text/plain")


@operations.get("/metrics")
def counted() -> Response:
    """For Prometheus, which presents the owner's token. Without such a token there is nothing."""
    token = _the_operations().token
    if not token:
        abort(404)
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise Unauthorized(
            "no metrics without their token", www_authenticate=WWWAuthenticate("bearer")
        )
    response = Response(scrape(_the_operations().figures()), content_type=CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


def _the_operations() -> Operations:
    return cast(Operations, current_app.extensions["izin.operations"])


def _changed_at(file: Path) -> float | None:
    with suppress(OSError):
        return file.stat().st_mtime
    return None
