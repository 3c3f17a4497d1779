"""What hangs, says nothing and does not end: the database, or a worker that holds a lock in it."""

from __future__ import annotations

import os
import signal
import time

from tests.durability import reckoning
from tests.durability.conftest import Start
from tests.durability.crowd import Crowd
from tests.durability.own_postgres import OwnPostgres

LOAD_SECONDS = 0.5
HANGING_SECONDS = 6.0
PROBE_SECONDS = 2.0
"""What a platform waits for `/livez` before it kills the service."""


def test_a_database_that_hangs_holds_up_nothing_that_does_not_need_it(
    start: Start, database: OwnPostgres
) -> None:
    running = start(database.new_database())
    crowd = Crowd(running.port)

    with crowd.deciding():
        time.sleep(LOAD_SECONDS)
        with database.hanging():
            time.sleep(HANGING_SECONDS)
            waits = [running.seconds_to_answer("/livez") for _ in range(3)]
        crowd.wait_for(crowd.told)

    assert max(waits) < PROBE_SECONDS
    reckoning.settle(crowd, running)
    reckoning.verify_ledger(running)


def test_a_worker_that_hangs_does_not_hold_up_the_others_for_long(
    start: Start, database: OwnPostgres
) -> None:
    running = start(database.new_database(), workers=2)
    crowd = Crowd(running.port)

    with crowd.deciding():
        time.sleep(LOAD_SECONDS)
        hanging = running.workers()[0]
        os.kill(hanging, signal.SIGSTOP)
        try:
            crowd.wait_for(crowd.told)
        finally:
            os.kill(hanging, signal.SIGCONT)

    reckoning.settle(crowd, running)
    reckoning.verify_ledger(running)
