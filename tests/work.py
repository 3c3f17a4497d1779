"""How much SQLite does for something: counted in steps of its own machine, so that a test can hold
it whatever else runs on this one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

STEPS = 10


@dataclass
class Work:
    steps: int = 0
    """Of SQLite's virtual machine: a row that is looked at takes some of them."""
    statements: int = 0


@contextmanager
def work_of(engine: Engine) -> Iterator[Work]:
    """What any thread has this engine do meanwhile."""
    work = Work()

    def count() -> int:
        work.steps += STEPS
        return 0

    def lend(connection: Any, *_: object) -> None:
        connection.set_progress_handler(count, STEPS)

    def give_back(connection: Any, *_: object) -> None:
        if connection is not None:
            connection.set_progress_handler(None, 0)

    def ask(*_: object) -> None:
        work.statements += 1

    heard = (("checkout", lend), ("checkin", give_back), ("before_cursor_execute", ask))
    for name, listener in heard:
        event.listen(engine, name, listener)
    try:
        yield work
    finally:
        for name, listener in heard:
            event.remove(engine, name, listener)
