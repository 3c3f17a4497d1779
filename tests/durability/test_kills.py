"""`kill -9` of every process of the service, under load, again and again."""

from __future__ import annotations

import time

from tests.durability import reckoning
from tests.durability.conftest import Start, Tell
from tests.durability.crowd import Crowd

KILLS = 10
LOAD_SECONDS = 0.5


def test_kill_9_loses_no_acknowledged_decision(start: Start, tell: Tell, engine_url: str) -> None:
    running = start(engine_url)
    crowd = Crowd(running.port)

    for _ in range(KILLS):
        before = len(crowd.told)
        with crowd.deciding():
            time.sleep(LOAD_SECONDS)
            crowd.wait_for(crowd.told)
            running.kill()
        assert len(crowd.told) > before, "killed before anything was acknowledged"
        running.start()
        reckoning.settle(crowd, running)

    reckoning.verify_ledger(running)
    tell(f"{KILLS} kills of the service, {engine_url.partition(':')[0]}", crowd)
