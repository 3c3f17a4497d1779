"""One window: what the load saw, and what it cost whom."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.load import Found
from tests.durability import processes


@dataclass(frozen=True, slots=True)
class Target:
    """A server under load, and whose processor time is counted."""

    name: str
    port: int
    request: str
    server: int
    """The process that began it; it and all below it are counted."""
    database: Callable[[], Sequence[int]] = list
    """PostgreSQL's processes."""


@dataclass(frozen=True, slots=True)
class Window:
    found: Found
    server: float
    """Microseconds of processor time for each request."""
    database: float
    foreign: float
    """The share of all processors that neither the servers nor the load had."""

    @property
    def cost(self) -> float:
        return self.server + self.database


def measure(target: Target, *, connections: int, seconds: float) -> Window:
    """Run the load on `target` for so long. Fails if an answer was not a good one."""
    command = [sys.executable, "-m", "bench.load", target.port, connections, seconds]
    load = subprocess.Popen(
        list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert load.stdin
    assert load.stdout
    print(json.dumps(target.request), file=load.stdin, flush=True)
    assert load.stdout.readline() == "ready\n", "the load did not start"
    before = _cost(target, load.pid)
    print(file=load.stdin, flush=True)
    found = Found(**json.loads(load.stdout.readline()))
    after = _cost(target, load.pid)
    load.communicate()
    assert not found.refused, f"{target.name}: {found.refused} answers were refusals"
    server, database, own, machine = (b - a for a, b in zip(before, after, strict=True))
    return Window(
        found=found,
        server=server / found.answered * 1e6,
        database=database / found.answered * 1e6,
        foreign=max(0, machine - server - database - own) / found.seconds / (os.cpu_count() or 1),
    )


def _cost(target: Target, load: int) -> tuple[float, float, float, float]:
    return (
        processes.cpu_seconds(processes.tree(target.server)),
        processes.cpu_seconds(target.database()),
        processes.cpu_seconds([load]),
        processes.machine_seconds(),
    )
