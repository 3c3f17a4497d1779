"""A deploy under load: the service is asked to renew its workers, and then to end.

What it has begun to read gets its answer. What it has not finds the connection closed, and the
browser sends it again.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.durability import reckoning
from tests.durability.conftest import Start
from tests.durability.crowd import Crowd
from tests.durability.running import GRANIAN, GUNICORN

LOAD_SECONDS = 0.5
DRAIN_SECONDS = 10


@pytest.mark.parametrize("command", [GRANIAN, GUNICORN], ids=["granian", "gunicorn"])
def test_a_reload_and_a_shutdown_under_load_answer_all_that_they_store(
    start: Start, engine_url: str, command: tuple[str, ...]
) -> None:
    running = start(engine_url, command=command)
    crowd = Crowd(running.port)

    with crowd.deciding():
        time.sleep(LOAD_SECONDS)
        running.reload()
        before = len(crowd.told)
        time.sleep(LOAD_SECONDS)
        assert len(crowd.told) > before, "the new workers do not answer"
        assert running.stop() < DRAIN_SECONDS
    running.start()

    stored_and_not_answered = reckoning.settle(crowd, running)
    assert stored_and_not_answered == 0
    reckoning.verify_ledger(running)


def test_stopping_at_once_leaves_no_process_behind(start: Start, tmp_path: Path) -> None:
    running = start(f"sqlite:///{tmp_path / 'izin.sqlite3'}")

    seconds = running.stop()

    assert seconds < DRAIN_SECONDS


def test_no_worker_outlives_the_process_that_began_it(start: Start, tmp_path: Path) -> None:
    # It would go on at the same port beside the next start, with the old sites and the old code.
    running = start(f"sqlite:///{tmp_path / 'izin.sqlite3'}")

    running.behead()

    assert not running.workers()
