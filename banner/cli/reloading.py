"""SIGHUP: new workers begin only for what can start; else the old ones stay.

granian and gunicorn both end, old workers included, when a new worker does not come up. So a
rehearsal stands in front of their own answer to the signal.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from types import FrameType

from .starting import READY

COMMAND = (sys.executable, "-c", "from banner.cli.starting import rehearse; rehearse()")
PATIENCE_SECONDS = 300

log = logging.getLogger("izin")


def rehearse_before_reload() -> None:
    """Call this in the process that leads, once the server has set its own handler."""
    leader = os.getpid()
    reload = signal.getsignal(signal.SIGHUP)
    assert callable(reload), "the server has set no handler of its own"

    def rehearse_first(number: int, frame: FrameType | None) -> None:
        # A worker that has just been forked still has this handler.
        if os.getpid() != leader or _is_ready():
            reload(number, frame)

    signal.signal(signal.SIGHUP, rehearse_first)


def _is_ready() -> bool:
    """In a process of its own: what this one has read once would be taken for what is there."""
    try:
        ended = subprocess.run(
            COMMAND, stdout=subprocess.PIPE, text=True, check=False, timeout=PATIENCE_SECONDS
        )
    except subprocess.TimeoutExpired:
        log.error("reload_refused", extra={"cause": "the rehearsal does not end"})
        return False
    return ended.stdout.split()[-1:] == [READY]
