from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.databases import fresh_database, postgres_url


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_url() as url:
        yield url


def test_a_fresh_database_answers_through_sqlalchemy(server: str) -> None:
    with fresh_database(server) as url:
        engine = create_engine(url)

        with engine.connect() as connection:
            answer = connection.execute(text("SELECT 1")).scalar_one()
        engine.dispose()

    assert answer == 1


def test_two_fresh_databases_do_not_see_each_other(server: str) -> None:
    with fresh_database(server) as first, fresh_database(server) as second:
        engines = [create_engine(first), create_engine(second)]

        with engines[0].begin() as connection:
            connection.execute(text("CREATE TABLE records (id integer)"))
        tables = [inspect(engine).get_table_names() for engine in engines]
        for engine in engines:
            engine.dispose()

    assert tables == [["records"], []]
