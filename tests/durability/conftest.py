"""The service in processes of its own, a crowd at its door, and disks and databases that fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests import budgets
from tests.durability.crowd import Crowd
from tests.durability.own_postgres import OwnPostgres, own_postgres
from tests.durability.running import Running


class Tell(Protocol):
    """Notes for the end of the run how many were acknowledged, after all were found stored."""

    def __call__(self, what: str, crowd: Crowd) -> None: ...


class Start(Protocol):
    """Starts the service on a database, with `Running`'s options; ended with the test."""

    def __call__(self, database_url: str, **options: Any) -> Running: ...


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Running] = []

    def start(database_url: str, **options: Any) -> Running:
        started.append(Running(tmp_path, database_url, **options))
        started[-1].start()
        return started[-1]

    yield start
    for running in started:
        running.end()


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    def tell(what: str, crowd: Crowd) -> None:
        record_property(*budgets.measured(f"{what}: missing of {len(crowd.told)}", 0, 0))

    return tell


@pytest.fixture(scope="module")
def database() -> Iterator[OwnPostgres]:
    """A PostgreSQL for these tests alone, which writes to its disk as PostgreSQL does."""
    with own_postgres() as server:
        yield server
