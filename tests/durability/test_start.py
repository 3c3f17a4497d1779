"""A service of several sites, in processes as an owner starts it."""

from __future__ import annotations

import time
from pathlib import Path

from tests.durability import reckoning
from tests.durability.conftest import Start
from tests.durability.crowd import Crowd

OTHER_SITES = 7
LOAD_SECONDS = 0.5


def test_a_service_of_many_sites_starts_and_reloads_with_an_open_door(
    start: Start, tmp_path: Path
) -> None:
    # The minifier is written in Go. Loaded before a worker is forked, it works in the worker for
    # a site or two and then waits for threads that the fork has left behind.
    running = start(f"sqlite:///{tmp_path / 'izin.sqlite3'}", other_sites=OTHER_SITES)
    crowd = Crowd(running.port)

    with crowd.deciding():
        time.sleep(LOAD_SECONDS)
        running.reload()
        time.sleep(LOAD_SECONDS)

    assert crowd.turned_away == 0, "the old worker has gone before the new one was ready"
    reckoning.settle(crowd, running)
    reckoning.verify_ledger(running)
