"""What the system tells of processes, read from `/proc`: who lives, what they cost, who listens."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_LISTENING = "0A"


def living() -> list[int]:
    return list(_table())


def group(leader: int) -> list[int]:
    """The living processes of the group that `leader` began; itself too."""
    return [pid for pid, fields in _table().items() if int(fields[2]) == leader]


def tree(root: int) -> list[int]:
    """`root` and all that descend from it, as far as they live."""
    table = _table()
    found = [root] if root in table else []
    for parent in found:
        found += [pid for pid, fields in table.items() if int(fields[1]) == parent]
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """What they and their children that have ended computed so far, in user and system mode."""
    table = _table()
    ticks = sum(sum(map(int, table[pid][11:15])) for pid in pids if pid in table)
    return ticks / _TICKS_A_SECOND


def machine_seconds() -> float:
    """What all processors together have computed since the system began."""
    # user, nice, system, (idle, iowait), irq, softirq, steal: proc(5)
    values = list(map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]))
    return (sum(values) - values[3] - values[4]) / _TICKS_A_SECOND


def listeners(port: int) -> int:
    """How many sockets listen at `port`: one for each of granian's workers."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[3] == _LISTENING and int(row[1].rpartition(":")[2], 16) == port for row in rows)


def _table() -> dict[int, list[str]]:
    """What `/proc/<pid>/stat` says after the name, of every process that is not a zombie."""
    table = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # it has ended meanwhile
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if fields[0] not in "ZX":
                    table[int(entry.name)] = fields
    return table
