"""New keys while visitors decide, and two processes that are restarted one after the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import create_engine, text

from tests.builders import ANALYTICS, PAGE, SITE
from tests.durability.conftest import Start, Tell
from tests.durability.crowd import Crowd, Told
from tests.durability.line import Line, NoAnswer, NotSent
from tests.durability.running import Running

VISITORS = 8
LOAD_SECONDS = 1.0
# Whose principal is null was known by its words alone: see `test_consent.py` for that.
UNLINKED = """
    SELECT count(*) FROM records WHERE kind = 'refused' OR kind = 'withdrawn' AND (
      previous IS NULL OR principal IS NULL
      OR NOT EXISTS (SELECT 1 FROM stops WHERE stops.record = records.id))
"""
WITHDRAWN = "SELECT count(*) FROM records WHERE kind = 'withdrawn'"


@dataclass
class Between:
    """Visitors whose requests come to one of two processes, as a proxy deals them out."""

    crowds: tuple[Crowd, Crowd]
    running: tuple[Running, Running]
    withdrawn: list[Told] = field(default_factory=list)
    """Grants whose withdrawal was acknowledged."""
    opened: list[int] = field(default_factory=list)
    """What was answered to such a grant that was presented again, other than 403."""
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def deciding(self) -> Iterator[None]:
        with ThreadPoolExecutor(VISITORS) as visitors:
            running = [visitors.submit(self._decide, number) for number in range(VISITORS)]
            try:
                yield
            finally:
                self._over.set()
                for each in running:
                    each.result()

    def _decide(self, number: int) -> None:
        turn = number
        while not self._over.is_set():
            grant = self._insist(turn, *ANALYTICS)
            self._insist(turn + 1, replaces=grant)
            self.withdrawn.append(grant)
            self.opened += [
                status
                for running in self.running
                if (status := present(running.port, grant.token)) not in (403, 0)
            ]
            turn += 1

    def _insist(self, turn: int, *granted: str, replaces: Told | None = None) -> Told:
        crowd = self.crowds[turn % 2]
        act = crowd.act(*granted, replaces=replaces)
        told = crowd.told[act.event] = crowd.send_again([act])[act.event]
        return told


def present(port: int, token: str) -> int:
    """What the service answers to who asks what a token opens; 0 while it is away."""
    line = Line(port)
    asked = (
        f"GET /v1/{SITE.id}/release HTTP/1.1\r\nHost: izin.example.co.id\r\nOrigin: {PAGE}\r\n"
        f"Authorization: Izin {token}\r\nConnection: close\r\n\r\n"
    )
    try:
        return line.ask(asked.encode()).status
    except (NotSent, NoAnswer):
        return 0
    finally:
        line.close()


def test_a_rotation_under_load_loses_no_withdrawal(
    start: Start, tell: Tell, engine_url: str
) -> None:
    one, other = start(engine_url), start(engine_url)
    crowds = Crowd(one.port), Crowd(other.port)
    for crowd in crowds:
        crowd.act()  # learns the script's version while both answer
    visitors = Between(crowds, (one, other))

    with visitors.deciding():
        time.sleep(LOAD_SECONDS)
        one.flask("keys", "rotate", "all")
        time.sleep(LOAD_SECONDS)
        for each in (other, one):
            each.stop()
            each.start()
            time.sleep(LOAD_SECONDS)

    assert visitors.opened == []
    assert scalar(engine_url, UNLINKED) == 0
    assert scalar(engine_url, WITHDRAWN) == len(visitors.withdrawn) > 0
    one.flask("ledger", "verify")
    for crowd in crowds:
        tell(f"a rotation under load, {engine_url.partition(':')[0]}", crowd)


def scalar(url: str, statement: str) -> int:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return int(connection.scalar(text(statement)) or 0)
    finally:
        engine.dispose()
