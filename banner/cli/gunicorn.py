"""gunicorn, as this service runs it: ``gunicorn --config python:banner.cli.gunicorn wsgi:app``.

Every name here is one of gunicorn's settings; what is given on its command line overrules it.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from .. import health, logs
from ..core.errors import SettingsWrong, StoreUnavailable
from ..settings import Settings, read_settings
from .reloading import rehearse_before_reload
from .starting import sites_that_can_start

bind = "127.0.0.1:8000"
workers = 1
worker_class = "gthread"
threads = 16
control_socket_disable = True
forwarder_headers = ""
"""Or whoever asks through a proxy on this machine says by a header of the name `SCRIPT_NAME` which
path the service has. ``IZIN_URL`` does, and the proxy's ``X-Forwarded-Prefix``."""
limit_request_field_size = 32768
"""A page sends the cookies of its whole site along: gunicorn's own limit is a quarter of this."""

OURS: dict[str, Any] = {"handlers": [], "level": "ERROR", "propagate": True}
SILENT: dict[str, Any] = {"handlers": [], "level": "CRITICAL", "propagate": False}
logconfig_dict = {
    "root": {"level": "WARNING", "handlers": []},
    "loggers": {"gunicorn.error": OURS, "gunicorn.access": SILENT},
}
"""Past gunicorn's own handlers to ours, which tell of an error its kind and place. Its warnings
stay off: they hold a client's address and what it sent, and so do its lines for requests."""


def on_starting(server: Any) -> None:
    # gunicorn would begin a worker that cannot start again and again, and never end.
    try:
        sites_that_can_start(_set_up(server))
    except SettingsWrong as error:
        sys.exit(f"Izin cannot start: {error}")
    except StoreUnavailable:
        pass  # the database may come later: until then decisions are answered with 503


def _set_up(server: Any) -> Settings:
    settings = read_settings(os.environ)
    if server.cfg.workers > 1 and settings.database_url.startswith("sqlite"):
        sys.exit("Izin cannot start: SQLite takes one process; use PostgreSQL for more")
    logs.set_up(settings.log_level, for_people=not settings.is_production)
    return settings


def post_worker_init(worker: Any) -> None:
    if address := read_settings(os.environ).health:
        health.begin(worker.wsgi, address)


def when_ready(_: Any) -> None:
    rehearse_before_reload()


def on_reload(server: Any) -> None:
    # gunicorn has just set its logging up anew, and taken our handler away.
    _set_up(server)
