"""What a request costs as the records become many: `python -m bench.growth`.

One connection, one request after the other, on each database in several sizes. With `--before`, a
checkout of older code is measured beside this one, in the same run and on the same rows. The
databases stand where temporary files do: TMPDIR says where.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from banner.paths import ROOT
from banner.store.engine import open_engine
from bench.fill import Filling
from bench.table import in_columns
from tests.builders import ANALYTICS, PAGE
from tests.durability.crowd import Crowd
from tests.durability.line import Line
from tests.durability.own_postgres import OwnPostgres, own_postgres
from tests.durability.running import Running

SIZES = (1000, 100_000, 1_000_000)
ROUNDS, TIMES, WARM_UP = 5, 50, 20
PATIENCE_SECONDS = 30


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--before", type=Path, metavar="CHECKOUT", help="of older code")
    options = parser.parse_args()
    checkouts = {"before": options.before} if options.before else {}
    checkouts |= {"now": ROOT}
    oldest = next(iter(checkouts.values()))
    costs: dict[tuple[str, str, str], list[float]] = {}
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="izin-")))
        kinds: dict[str, InFiles | InPostgres] = {
            "SQLite": InFiles(folder),
            "PostgreSQL": InPostgres(closing.enter_context(own_postgres())),
        }
        for kind, databases in kinds.items():
            home = folder / kind
            home.mkdir()
            for size, url in grown(databases, home, options.sizes, oldest):
                for code, checkout in checkouts.items():
                    for what, ms in measured(databases.copy(url), size, checkout).items():
                        costs.setdefault((kind, what, code), []).append(ms)
                    print(f"{kind}, {size:,} records, {code}: measured", flush=True)
    head = ("p50, ms", *(f"{size:,}" for size in options.sizes))
    lines = [(", ".join(key), *(f"{ms:.1f}" for ms in found)) for key, found in costs.items()]
    print(in_columns([head, *sorted(lines)]))


# --- databases -----------------------------------------------------------------------------


@dataclass
class InFiles:
    folder: Path
    number: int = 0

    def new(self) -> str:
        self.number += 1
        return f"sqlite:///{self.folder / str(self.number)}.sqlite3"

    def copy(self, url: str) -> str:
        copied = self.new()
        shutil.copyfile(str(make_url(url).database), str(make_url(copied).database))
        return copied


@dataclass
class InPostgres:
    server: OwnPostgres

    def new(self) -> str:
        return self.server.new_database()

    def copy(self, url: str) -> str:
        return self.server.new_database(like=str(make_url(url).database))


def grown(
    databases: InFiles | InPostgres, home: Path, sizes: list[int], checkout: Path
) -> Iterator[tuple[int, str]]:
    """One database with the tables of that code, as it is when it has so many records."""
    url = databases.new()
    Running(home, url, checkout=checkout)
    engine = open_engine(url)
    filling = Filling(engine)
    for size in sizes:
        filling.up_to(size)
        engine.dispose()  # all of it is in the file, and PostgreSQL copies what nobody uses
        yield size, url


# --- requests ------------------------------------------------------------------------------


def measured(url: str, size: int, checkout: Path) -> Mapping[str, float]:
    """The median of each request in milliseconds, of the round that other work upset least."""
    with tempfile.TemporaryDirectory(prefix="izin-") as folder:
        running = Running(Path(folder), url, checkout=checkout)
        running.start()
        try:
            wanted = asks(running, size)
            for make in wanted.values():
                median(running.port, make, WARM_UP)
            rounds = [
                {what: median(running.port, make, TIMES) for what, make in wanted.items()}
                for _ in range(ROUNDS)
            ]
            return {what: min(each[what] for each in rounds) for what in wanted}
        finally:
            running.end()


def asks(running: Running, size: int) -> Mapping[str, Callable[[], bytes]]:
    """Makes each request anew, so that no two are alike where that makes a difference."""
    crowd, line = Crowd(running.port), Line(running.port)
    sent_before = crowd.act(*ANALYTICS).request
    told = line.ask(sent_before).json
    wait_for_checkpoint(line)
    some = random.Random(size)
    receipt = get(f"receipts/{told['record']}.json", told["token"])
    line.close()
    return {
        "decision": lambda: crowd.act(*ANALYTICS).request,
        "decision sent again": lambda: sent_before,
        "release": lambda: get("release", told["token"]),
        "receipt": lambda: receipt,
        "checkpoint": lambda: get("ledger/checkpoint"),
        "inclusion": lambda: get(f"ledger/inclusion?position={some.randrange(size)}&size={size}"),
        "consistency": lambda: get(f"ledger/consistency?from={some.randrange(1, size)}&to={size}"),
    }


def get(path: str, token: str = "") -> bytes:
    known = f"Authorization: Izin {token}\r\nCookie: __Host-izin-example={token}\r\n"
    return (
        f"GET /v1/example/{path} HTTP/1.1\r\nHost: izin.example.co.id\r\nOrigin: {PAGE}\r\n"
        f"{known if token else ''}\r\n"
    ).encode()


def wait_for_checkpoint(line: Line) -> None:
    """The service signs some seconds after it has begun."""
    until = time.monotonic() + PATIENCE_SECONDS
    while line.ask(get("ledger/checkpoint")).status != 200:
        assert time.monotonic() < until, "there is no checkpoint"
        time.sleep(0.5)


def median(port: int, make: Callable[[], bytes], times: int) -> float:
    line, found = Line(port), []
    for _ in range(times):
        request = make()
        begun = time.perf_counter()
        answer = line.ask(request)
        found.append(time.perf_counter() - begun)
        assert answer.status in (200, 201), answer
    line.close()
    return 1000 * statistics.median(found)


if __name__ == "__main__":
    main()
