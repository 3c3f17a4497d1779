"""What an operator's monitor asks."""

from __future__ import annotations

from flask import Blueprint, Response

from .service import the_service

operations = Blueprint("operations", __name__)


@operations.get("/livez")
def alive() -> Response:
    """The process answers. It does not look at the database: a restart would not mend that."""
    return Response("ok\n", mimetype="text/plain")


@operations.get("/readyz")
def ready() -> Response:
    """The records can be read; 503 with ``store_unavailable`` when they cannot."""
    the_service().consent.records.check()
    return Response("ok\n", mimetype="text/plain")
