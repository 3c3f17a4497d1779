"""What becomes of others while one visitor sends an old decision again and again, after which
there are many: `python -m bench.attack`.

Some connections decide as fast as they are answered; beside them sixteen send the first event of a
chain of refusals again. To tell what the chain does from what sixteen busy connections do, the same
is measured with an event that nothing follows. No limit counts here: the attack is at its worst.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from banner.paths import ROOT
from banner.store.append import Add, Appending
from banner.store.engine import open_engine
from banner.store.records import Records
from bench.load import EVENT, Found
from bench.table import in_columns
from tests.builders import ANALYTICS, a_record
from tests.durability.crowd import Crowd
from tests.durability.line import Line
from tests.durability.own_postgres import own_postgres
from tests.durability.running import Running

OTHERS, ATTACKERS = 4, 16
ALONE = -1
"""In place of a length: nobody attacks."""
AT_ONCE = 500
HEAD = ("", "taken/s", "turned away", "p50 ms", "p99 ms")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.attack", description=__doc__)
    parser.add_argument("--chains", type=int, nargs="+", default=[1200, 10_000])
    parser.add_argument("--before", type=Path, metavar="CHECKOUT", help="of older code")
    parser.add_argument("--seconds", type=float, default=10, help="how long others decide")
    options = parser.parse_args()
    checkouts = {"before": options.before} if options.before else {}
    lengths = [ALONE, 0, *options.chains]
    rows = []
    with ExitStack() as closing:
        postgres = closing.enter_context(own_postgres())
        for code, checkout in (checkouts | {"now": ROOT}).items():
            for kind in ("SQLite", "PostgreSQL"):
                for length in lengths:
                    folder = Path(
                        closing.enter_context(tempfile.TemporaryDirectory(prefix="izin-"))
                    )
                    url = f"sqlite:///{folder / 'izin.sqlite3'}"
                    if kind == "PostgreSQL":
                        url = postgres.new_database()
                    found = others(Running(folder, url, checkout=checkout), length, options.seconds)
                    rows.append((f"{kind}, {code}, {_said(length)}", *_told(found)))
                    print(*rows[-1], flush=True)
    print(in_columns([HEAD, *rows]))


def others(running: Running, length: int, seconds: float) -> Found:
    """What those who decide meanwhile see."""
    running.start()
    try:
        crowd = Crowd(running.port)
        first = crowd.act(*ANALYTICS)
        line = Line(running.port)
        record = line.ask(first.request).json["record"]
        line.close()
        if length > 0:
            chain(running.database_url, str(record), length)
        act = crowd.act(*ANALYTICS)
        mine = act.request.decode().replace(act.event, EVENT)
        if length == ALONE:
            return load(running.port, mine, OTHERS, seconds)
        with loading(running.port, first.request.decode(), ATTACKERS, 3 * seconds):
            return load(running.port, mine, OTHERS, seconds)
    finally:
        running.end()


def chain(database_url: str, first: str, length: int) -> None:
    """So many refusals with a receipt, each of which replaces the one before."""
    engine = open_engine(database_url)
    before = Records(engine).find(first)
    assert before
    append = Appending(engine)
    waiting = []
    for number in range(length):
        refusal = replace(
            a_record(), id=f"{first[:24]}{number:012}", event=f"chain-{number}", receipt=True,
            recorded_at=before.recorded_at + 1, previous=before.id, principal=before.principal,
        )  # fmt: skip
        waiting.append(Add(refusal))
        before = refusal
    for start in range(0, length, AT_ONCE):
        append(waiting[start : start + AT_ONCE])
    engine.dispose()


def load(port: int, request: str, connections: int, seconds: float) -> Found:
    with loading(port, request, connections, seconds) as process:
        assert process.stdout
        return Found(**json.loads(process.stdout.readline()))


@contextmanager
def loading(
    port: int, request: str, connections: int, seconds: float
) -> Iterator[subprocess.Popen[str]]:
    """A load that has begun; it is ended with the block."""
    command = [sys.executable, "-m", "bench.load", str(port), str(connections), str(seconds)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]
        print(json.dumps(request), file=process.stdin, flush=True)
        assert process.stdout.readline() == "ready\n", "the load did not start"
        print(file=process.stdin, flush=True)
        try:
            yield process
        finally:
            process.kill()


def _said(length: int) -> str:
    if length == ALONE:
        return "no attack"
    return f"an event that {length:,} follow" if length else "an event that nothing follows"


def _told(found: Found) -> Sequence[str]:
    taken = found.answered - found.refused
    return (
        f"{taken / found.seconds:.0f}",
        f"{found.refused}",
        f"{found.p50:.1f}",
        f"{found.p99:.1f}",
    )


if __name__ == "__main__":
    main()
