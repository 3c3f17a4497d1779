"""What others wait for while networks flood a site: `python -m bench.flood`.

A service of its own behind a made-up proxy, for half a minute without a flood and half a minute
with one: eight connections that send grants from 51 networks as fast as they are answered. Beside
them 20 visitors a second accept, each from a network of their own.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from tests.durability.crowd import Act, Crowd
from tests.durability.line import Line
from tests.durability.running import Running

SECONDS = 30
VISITS = 20
FLOODS = 51
CONNECTIONS = 8


def of(act: Act, address: str) -> bytes:
    """The act as a proxy passes it on."""
    head = f"\r\nX-Forwarded-For: {address}\r\nOrigin:".encode()
    return act.request.replace(b"\r\nOrigin:", head, 1)


def flood(crowd: Crowd, port: int, over: threading.Event, sent: list[int]) -> None:
    line = Line(port)
    for number in count():
        if over.is_set():
            return
        act = crowd.act("analytics", "google-analytics")
        sent.append(line.ask(of(act, f"10.0.{number % FLOODS}.1")).status)


def visit(crowd: Crowd, port: int, number: int) -> tuple[int, float]:
    act = crowd.act("analytics", "google-analytics")
    line = Line(port)
    line.connect()
    asked = time.perf_counter()
    status = line.ask(of(act, f"203.{number // 256}.{number % 256}.7")).status
    line.close()
    return status, time.perf_counter() - asked


def measure(crowd: Crowd, port: int, *, floods: bool, first: int) -> str:
    over, sent = threading.Event(), list[int]()
    with ThreadPoolExecutor(CONNECTIONS + VISITS) as everyone:
        for _ in range(CONNECTIONS if floods else 0):
            everyone.submit(flood, crowd, port, over, sent)
        visits = []
        for number in range(first, first + SECONDS * VISITS):
            visits.append(everyone.submit(visit, crowd, port, number))
            time.sleep(1 / VISITS)
        told = [each.result() for each in visits]
        over.set()
    waited = statistics.quantiles([seconds * 1000 for _, seconds in told], n=100)
    taken = sum(status == 201 for status, _ in told)
    return (
        f"{taken} of {len(told)} visitors recorded, half within {waited[49]:.1f} ms, "
        f"99 of 100 within {waited[98]:.1f} ms; floods: {sent.count(201)} of {len(sent)}"
    )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="izin-") as folder:
        database = f"sqlite:///{folder}/records.sqlite3"
        environment = {"IZIN_PROXIES": "1", "IZIN_LIMIT_SITE": "6000 per minute"}
        running = Running(Path(folder), database, environment=environment)
        running.start()
        try:
            crowd = Crowd(running.port)
            print("alone:    ", measure(crowd, running.port, floods=False, first=0), flush=True)
            print("flooded:  ", measure(crowd, running.port, floods=True, first=20_000), flush=True)
        finally:
            running.end()


if __name__ == "__main__":
    main()
