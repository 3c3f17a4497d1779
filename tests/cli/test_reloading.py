"""`kill -HUP`: new workers only for what can start, whichever the server and the database."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from banner.cli.starting import rehearse
from banner.settings import Settings
from tests.builders import a_document, toml
from tests.conftest import NewApp
from tests.durability.crowd import Crowd
from tests.durability.running import GRANIAN, GUNICORN, Running

PATIENCE_SECONDS = 30
PRODUCTION = {"IZIN_MODE": "production", "IZIN_PROXIES": "1"}
SECRET = "a-visitors-secret"


class Start(Protocol):
    """Starts the service in production on a database; ended with the test."""

    def __call__(self, database_url: str, **options: Any) -> Running: ...


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Running] = []

    def start(database_url: str, **options: Any) -> Running:
        started.append(Running(tmp_path, database_url, environment=PRODUCTION, **options))
        started[-1].flask("keys")
        started[-1].start()
        return started[-1]

    yield start
    for running in started:
        running.end()


def patiently(claim: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not claim():
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.05)


def events(running: Running, event: str) -> list[dict[str, Any]]:
    lines = running.log.read_text("utf-8").splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{")]
    return [line for line in told if line["event"] == event]


SERVERS = pytest.mark.parametrize("command", [GRANIAN, GUNICORN], ids=["granian", "gunicorn"])


@SERVERS
def test_a_reload_with_a_wrong_file_leaves_the_old_workers_at_work_and_says_why(
    start: Start, engine_url: str, command: tuple[str, ...]
) -> None:
    running = start(engine_url, command=command)
    site = running.sites / "example.toml"
    right = site.read_text("utf-8")
    old = running.workers()

    site.write_text(right.replace('"PT Contoh"', "17"), "utf-8")
    running.ask_to_reload()
    patiently(lambda: bool(events(running, "reload_refused")))
    crowd = Crowd(running.port)
    told = crowd.send_again([crowd.act()])
    site.write_text(right, "utf-8")
    running.reload()

    assert len(told) == 1
    causes = [str(line["cause"]) for line in events(running, "reload_refused")]
    assert len(causes) == 2
    assert re.search(r"example\.toml.*`name`: found `17`, expected text in quotes", causes[-1])
    assert not {*old} & {*running.workers()}, "the reload after it was none"


@SERVERS
def test_a_reload_without_a_database_leaves_the_old_workers_at_work(
    start: Start, tmp_path: Path, command: tuple[str, ...]
) -> None:
    database = tmp_path / "izin.sqlite3"
    running = start(f"sqlite:///{database}", command=command)
    old = running.workers()

    database.rename(tmp_path / "elsewhere")
    running.ask_to_reload()
    patiently(lambda: bool(events(running, "reload_refused")))
    running.ask_to_reload()
    patiently(lambda: len(events(running, "reload_refused")) == 2)

    assert {*old} & {*running.workers()}
    assert running.seconds_to_answer("/livez") < PATIENCE_SECONDS


@pytest.fixture
def settings(tmp_path: Path, new_app: NewApp, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """What a service has left behind, as the environment of the next process."""
    new_app()
    settings = Settings(
        sites=str(tmp_path / "sites"),
        keys=str(tmp_path / "keys.json"),
        database_url=f"sqlite:///{tmp_path / 'service.sqlite3'}",
    )
    monkeypatch.setenv("IZIN_SITES", settings.sites)
    monkeypatch.setenv("IZIN_KEYS", settings.keys)
    monkeypatch.setenv("IZIN_DATABASE_URL", settings.database_url)
    return settings


def _no_site(settings: Settings) -> None:
    (settings.sites_folder / "example.toml").unlink()


def _half_a_file(settings: Settings) -> None:
    file = settings.sites_folder / "example.toml"
    file.write_text(file.read_text("utf-8")[:40], "utf-8")


def _other_words(settings: Settings) -> None:
    (settings.sites_folder / "example.toml").write_text(toml(a_document(name="PT Lain")), "utf-8")


def _a_file_that_nobody_can_read(settings: Settings) -> None:
    file = settings.sites_folder / "example.toml"
    file.unlink()
    file.mkdir()


def _no_keys(settings: Settings) -> None:
    settings.keys_file.write_text("{}", "utf-8")


@pytest.mark.parametrize(
    ("spoil", "cause"),
    [
        (_no_site, "found no file, expected one `.toml` for each site"),
        (_half_a_file, "example.toml"),
        (_other_words, "the words shown have changed"),
        (_a_file_that_nobody_can_read, "example.toml"),
        (_no_keys, "is not a file of keys"),
    ],
)
def test_a_rehearsal_finds_what_a_worker_would_stumble_over(
    settings: Settings,
    capfd: pytest.CaptureFixture[str],
    spoil: Callable[[Settings], None],
    cause: str,
) -> None:
    spoil(settings)

    with pytest.raises(SystemExit) as ended:
        rehearse()

    told = capfd.readouterr()
    assert ended.value.code == 1
    assert (told.out, "reload_refused" in told.err) == ("", True)
    assert cause in told.err


def test_a_rehearsal_of_what_can_start_says_so_and_stores_nothing(
    settings: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = (tmp_path / "service.sqlite3").read_bytes()

    rehearse()

    assert capfd.readouterr().out == "ready\n"
    assert (tmp_path / "service.sqlite3").read_bytes() == before


@SERVERS
def test_a_start_with_a_wrong_file_ends_and_says_why(
    start: Start, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "wrong.toml").write_text("name = 17", "utf-8")

    with pytest.raises(AssertionError, match="found `17`, expected text in quotes"):
        start(f"sqlite:///{tmp_path / 'izin.sqlite3'}", command=command)


def test_gunicorn_starts_although_its_database_is_not_there_yet(tmp_path: Path) -> None:
    database_url = f"sqlite:///{tmp_path / 'izin.sqlite3'}"
    running = Running(tmp_path, database_url, environment=PRODUCTION, command=GUNICORN)
    running.flask("keys")
    (tmp_path / "izin.sqlite3").unlink()

    try:
        running.start()

        assert running.workers()
    finally:
        running.end()


def test_gunicorn_refuses_two_processes_on_sqlite(start: Start, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="SQLite takes one process"):
        start(f"sqlite:///{tmp_path / 'izin.sqlite3'}", command=GUNICORN, workers=2)


@pytest.mark.parametrize(
    "sent",
    [
        f"GET /{SECRET} HTTP/9.9\r\n\r\n",
        f"{SECRET.upper()} [[ \r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: x\r\n{SECRET} : 1\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: x\r\nX-Long: {SECRET * 4000}\r\n\r\n",
        f"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: {SECRET}\r\n\r\n",
    ],
    ids=["version", "line", "header", "length", "encoding"],
)
@SERVERS
def test_a_malformed_request_leaves_nothing_of_itself_in_the_log(
    start: Start, tmp_path: Path, command: tuple[str, ...], sent: str
) -> None:
    running = start(f"sqlite:///{tmp_path / 'izin.sqlite3'}", command=command)

    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as connection:
        connection.sendall(sent.encode())
        connection.recv(100)
    running.stop()

    log = running.log.read_text("utf-8").lower()
    assert SECRET not in log
    assert "127.0.0.1" not in log
