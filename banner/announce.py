"""Say where browsers reach the service, once it answers: run by ``serve`` as a process of its own.

Not a thread: the server forks its workers, and a worker that is forked while a thread imports a
module waits for that import for ever.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from urllib.request import urlopen

PATIENCE_SECONDS = 60


def announce(address: str, url: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    server = os.getppid()
    # When the server has ended, somebody else may answer there.
    while time.monotonic() < deadline and os.getppid() == server:
        with contextlib.suppress(OSError), urlopen(f"{address}/livez", timeout=1):
            print(f"Izin is ready: {url}/  (stop with Ctrl-C)", flush=True)
            return
        time.sleep(0.1)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        announce(*sys.argv[1:])
