"""granian, as this service runs it: logged and counted as one, and ended in two steps."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import ExitStack
from tempfile import TemporaryDirectory
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from .. import health, logs
from ..draining import begin_draining, is_draining
from ..metrics import FOLDER
from ..settings import Settings
from .reloading import rehearse_before_reload

RELOAD_SECONDS = 3.5
"""After a reload the old worker ends this long after the new one has begun, ready or not, and a
second later for each site, whose scripts the new one has to compose first."""

OURS = {"handlers": [], "level": "ERROR", "propagate": True}
LOGGING = {"loggers": {"_granian": OURS, "granian.access": OURS}}
"""Past granian's own handlers to ours. Its lines for requests stay off: they hold addresses."""


def run(
    settings: Settings,
    *,
    host: str,
    port: int,
    workers: int,
    threads: int,
    drain: float,
    sites: int,
) -> None:
    """Serve so many ``sites`` until a signal ends it.

    After SIGTERM that is ``drain`` seconds later, after SIGINT at once.
    """
    logs.set_up(settings.log_level, for_people=not settings.is_production)
    with ExitStack() as closing:
        if workers > 1 and settings.metrics_token and FOLDER not in os.environ:
            folder = TemporaryDirectory(prefix="izin-metrics-")
            os.environ[FOLDER] = closing.enter_context(folder)
        server = Granian(
            "wsgi:app",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            respawn_interval=RELOAD_SECONDS + sites,
            blocking_threads=threads,
            log_level=LogLevels.error,
            log_dictconfig=LOGGING,
        )
        health.expect(settings.health)
        server.on_startup(lambda: _end_in_two_steps(server, drain))
        server.on_startup(rehearse_before_reload)
        server.serve()


def _end_in_two_steps(server: Any, seconds: float) -> None:
    """First say in ``/readyz`` that nothing new is to be sent here, then end."""
    parent = os.getpid()

    def end(*_: object) -> None:
        again = is_draining()
        if os.getpid() == parent:  # a worker that has just been forked still has this handler
            begin_draining()
        if again or not seconds:
            server.signal_handler_interrupt()
            return
        later = threading.Timer(seconds, server.signal_handler_interrupt)
        later.daemon = True
        later.start()

    signal.signal(signal.SIGTERM, end)
