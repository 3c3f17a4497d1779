"""The same decision from many sides at once is one row with one answer."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.builders import ANALYTICS
from tests.databases import fresh_database
from tests.durability import reckoning
from tests.durability.conftest import Start
from tests.durability.crowd import Crowd
from tests.durability.line import Answer, Line
from tests.durability.running import Running

POSTS = 40
TIMES = 10


@pytest.fixture
def postgres_database(postgres_server: str) -> Iterator[str]:
    with fresh_database(postgres_server) as url:
        yield url


def test_forty_identical_posts_at_once_are_one_row_with_one_answer(
    start: Start, engine_url: str
) -> None:
    judge_identical_posts(start(engine_url))


def test_forty_identical_posts_to_two_workers_are_one_row_with_one_answer(
    start: Start, postgres_database: str
) -> None:
    judge_identical_posts(start(postgres_database, workers=2))


def judge_identical_posts(running: Running) -> None:
    crowd = Crowd(running.port)
    acts = [crowd.act(*ANALYTICS) for _ in range(TIMES)]

    answers = [post_at_once(running.port, act.request) for act in acts]

    for of_one_act in answers:
        assert {answer.status for answer in of_one_act} == {201}
        assert len({answer.body for answer in of_one_act}) == 1
    stored = reckoning.reckon(crowd, running.database_url)
    assert stored.records.keys() == {act.event for act in acts}
    reckoning.verify_ledger(running)


def post_at_once(port: int, request: bytes) -> list[Answer]:
    """From forty connections that are open already and begin together."""
    together = Barrier(POSTS)

    def post(line: Line) -> Answer:
        line.connect()
        together.wait()
        answer = line.ask(request)
        line.close()
        return answer

    with ThreadPoolExecutor(POSTS) as clients:
        return list(clients.map(post, [Line(port) for _ in range(POSTS)]))
