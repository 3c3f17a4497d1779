"""Fixtures: a clock that can be moved, both databases, and the service with its JSON API."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from banner import create_app
from banner.script import compose, declaration, minify
from banner.script.minify import pack
from banner.settings import Settings
from banner.store.engine import open_engine
from banner.store.migrate import migrate
from tests import budgets, second_try, shows
from tests.browser.engines import report as engines
from tests.builders import NOON, SCRIPT, a_document, toml
from tests.databases import fresh_database, make_tables, migrated_database, postgres_url
from tests.service import Api, Clock, Rows, StoredRecords, engine_of, service_of

# The same examples in every run; no folder of old ones; a slow machine is no failure.
hypothesis.settings.register_profile("izin", deadline=None, database=None, derandomize=True)
hypothesis.settings.load_profile("izin")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accessibility",
        action="store_true",
        help="run the tests that show something for docs/accessibility.md, and write it",
    )
    parser.addoption(
        "--write-accessibility",
        action="store_true",
        help="write docs/accessibility.md in a run of all tests",
    )
    parser.addoption(
        "--renew-trees",
        action="store_true",
        help="write the accessible trees of tests/browser/trees anew",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "whole_browser: not in the shell of Chromium, but all of it")
    config.addinivalue_line(
        "markers", f"{second_try.AT_FIRST}: proves that nothing leaks, and is not tried again"
    )
    config.addinivalue_line("markers", "shows(item, how): what docs/accessibility.md says of it")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--accessibility"):
        items[:] = [item for item in items if item.get_closest_marker(shows.MARK)]
    second_try.allow(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    shows.tell(item, report)
    return report


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Here and not beside the tests: the process that prints collects none of them."""
    budgets.show(terminalreporter)
    engines.show(terminalreporter)
    second_try.show(terminalreporter)
    if config.getoption("--accessibility") or config.getoption("--write-accessibility"):
        shows.write(terminalreporter)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    engines.judge(session)
    second_try.judge(session)


@pytest.fixture(scope="session", autouse=True)
def pack_once() -> Iterator[None]:
    """The same text is always made small in the same way, which takes most of a start."""
    packed = cache(pack)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(minify, "_smaller", cache(minify._smaller))
        patch.setattr(compose, "pack", packed)
        patch.setattr(declaration, "pack", packed)
        yield


class NewApp(Protocol):
    """Makes the service for some sites' documents, with any setting changed."""

    def __call__(
        self, sites: Mapping[str, Mapping[str, Any]] | None = None, **settings: str
    ) -> Flask: ...


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres_url() as url:
        yield url


DATABASES = ["sqlite", "postgresql"]


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables: every test that asks for it runs on both engines."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'records.sqlite3'}"
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture(params=DATABASES)
def engine_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database without rows: every test that asks for it runs on both engines."""
    if request.param == "sqlite":
        make_tables(tmp_path / "records.sqlite3")
        yield f"sqlite:///{tmp_path / 'records.sqlite3'}"
        return
    with migrated_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def engine(engine_url: str) -> Iterator[Engine]:
    engine = open_engine(engine_url)
    yield engine
    engine.dispose()


@pytest.fixture
def records(engine: Engine) -> StoredRecords:
    return StoredRecords(engine)


@pytest.fixture
def rows(engine: Engine) -> Rows:
    return Rows(engine)


@pytest.fixture
def new_app(tmp_path: Path, clock: Clock) -> Iterator[NewApp]:
    database = tmp_path / "service.sqlite3"
    with ExitStack() as closing:

        def new_app(sites: Mapping[str, Mapping[str, Any]] | None = None, **settings: str) -> Flask:
            folder = tmp_path / "sites"
            folder.mkdir(exist_ok=True)
            for name, document in (sites or {"example": a_document()}).items():
                (folder / f"{name}.toml").write_text(toml(document), "utf-8")
            values = {
                "url": "https://izin.example.co.id",
                "database_url": f"sqlite:///{database}",
                "sites": str(folder),
                "keys": str(tmp_path / "keys.json"),
            }
            is_new = "database_url" not in settings and not database.exists()
            if is_new:
                make_tables(database)
            app = create_app(Settings(**{**values, **settings}), now=clock)
            closing.callback(engine_of(app).dispose)
            closing.callback(service_of(app).consent.writer.drain)
            if not is_new:
                migrate(engine_of(app))
            for bundle in service_of(app).bundles.values():
                service_of(app).consent.notices.keep(bundle.notices, script=SCRIPT, at=clock())
            app.config["TESTING"] = True
            # What no one expected must answer 500, so that tests see what a visitor would.
            app.config["PROPAGATE_EXCEPTIONS"] = False
            return app

        yield new_app


@pytest.fixture
def app(new_app: NewApp) -> Flask:
    """One site, `example`, on `www.example.co.id`; the service on `izin.example.co.id`."""
    return new_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def api(app: Flask) -> Api:
    return Api(app)
