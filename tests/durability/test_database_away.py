"""PostgreSQL killed, and PostgreSQL away for a while; the service stays."""

from __future__ import annotations

import time

from tests.durability import reckoning
from tests.durability.conftest import Start, Tell
from tests.durability.crowd import Crowd
from tests.durability.own_postgres import OwnPostgres

KILLS = 4
LOAD_SECONDS = 0.5
AWAY_SECONDS = 2.0


def test_postgresql_killed_loses_no_acknowledged_decision(
    start: Start, tell: Tell, database: OwnPostgres
) -> None:
    running = start(database.new_database())
    crowd = Crowd(running.port)

    for _ in range(KILLS):
        put_off = len(crowd.put_off)
        with crowd.deciding():
            time.sleep(LOAD_SECONDS)
            database.kill()
            time.sleep(LOAD_SECONDS)
            database.start()
            crowd.wait_for(crowd.told)
        assert len(crowd.put_off) > put_off, "nobody was asked to come again"
        assert not crowd.unanswered, "the service itself has gone"
        reckoning.settle(crowd, running)

    reckoning.verify_ledger(running)
    tell(f"{KILLS} kills of PostgreSQL", crowd)


def test_decisions_made_while_postgresql_is_away_are_all_there_afterwards(
    start: Start, database: OwnPostgres
) -> None:
    running = start(database.new_database(), workers=2)
    crowd = Crowd(running.port)

    with crowd.deciding():
        time.sleep(LOAD_SECONDS)
        database.stop()
        time.sleep(AWAY_SECONDS)
        told_without = len(crowd.told)
        time.sleep(LOAD_SECONDS)
        assert len(crowd.told) == told_without, "acknowledged without a database"
        database.start()
        crowd.wait_for(crowd.told)

    assert crowd.put_off
    assert not crowd.unanswered
    reckoning.settle(crowd, running)
    reckoning.verify_ledger(running)


def test_nothing_is_acknowledged_while_a_synchronous_standby_is_missing(
    start: Start, database: OwnPostgres
) -> None:
    running = start(database.new_database())
    crowd = Crowd(running.port)

    with crowd.deciding():
        time.sleep(LOAD_SECONDS)
        with database.without_its_standby():
            time.sleep(LOAD_SECONDS)
            told_before = len(crowd.told)
            time.sleep(AWAY_SECONDS)
            told_without = len(crowd.told)
        crowd.wait_for(crowd.told)

    assert told_without == told_before
    reckoning.settle(crowd, running)
    reckoning.verify_ledger(running)
