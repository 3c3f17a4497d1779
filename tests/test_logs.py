"""What is written down, and what never is."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from banner import logs
from banner.keys import load_keys
from banner.logs import Bounded, Readable, Structured, cause_of
from banner.settings import Settings
from tests.builders import ANALYTICS, PAGE
from tests.service import Api, engine_of, service_of, token_of

SECRET = "a-visitors-secret"


class Lines(logging.Handler):
    """What production would write."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(Structured())
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += self.format(record) + "\n"

    @property
    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.all if line["event"] == event]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[Lines]:
    caplog.set_level(logging.DEBUG, "izin")
    lines = Lines()
    logging.getLogger().addHandler(lines)
    yield lines
    logging.getLogger().removeHandler(lines)


log = logging.getLogger("izin.test")


# --- a line --------------------------------------------------------------------------------


def test_a_line_is_json_with_the_time_the_level_the_event_and_its_facts(lines: Lines) -> None:
    log.warning("something_happened", extra={"site": "example", "count": 3, "code": None})

    (line,) = lines.all
    assert list(line) == ["time", "level", "event", "site", "count"]
    assert (line["level"], line["event"], line["count"]) == ("warning", "something_happened", 3)
    assert len(line["time"]) == len("2026-11-22T07:14:03.120Z")


def test_facts_that_are_not_on_the_list_are_left_out(lines: Lines) -> None:
    log.info("something_happened", extra={"address": "198.51.100.77", "token": SECRET})

    (line,) = lines.all
    assert list(line) == ["time", "level", "event"]


def test_a_line_stays_one_line(lines: Lines) -> None:
    log.error("something_happened", extra={"cause": 'one\ntwo "three"'})

    assert lines.text.count("\n") == 1
    assert lines.all[0]["cause"] == 'one\ntwo "three"'


def test_of_an_exception_only_its_type_and_place_are_told(lines: Lines) -> None:
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise ValueError(f"not {SECRET}") from error
    except ValueError:
        log.exception("something_failed")

    (line,) = lines.all
    assert line["error"] == "ValueError < KeyError"
    assert line["stack"][-1].endswith("test_of_an_exception_only_its_type_and_place_are_told")
    assert SECRET not in lines.text


def test_what_a_library_fills_into_its_words_is_left_out(lines: Lines) -> None:
    logging.getLogger("some.library").warning("could not read %s", SECRET)

    (line,) = lines.all
    assert line["event"] == "library"
    assert (line["logger"], line["words"]) == ("some.library", "could not read %s")
    assert SECRET not in lines.text


def test_who_develops_reads_words_and_not_json() -> None:
    record = log.makeRecord(log.name, logging.INFO, "", 0, "request", (), None)
    record.status, record.site = 201, "example"

    line = Readable().format(record)

    assert line.endswith("info    request status=201 site=example")


def test_setting_up_again_does_not_write_twice(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        logs.set_up("info", for_people=False)

    log.info("something_happened")

    assert capsys.readouterr().err.count("something_happened") == 1


@pytest.mark.parametrize(
    ("level", "written"),
    [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)],
)
def test_the_level_says_from_where_on(
    level: str, written: int, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up(level, for_people=False)

    for name in ("debug", "info", "warning", "error"):
        log.log(logging.getLevelName(name.upper()), "something_happened")

    assert capsys.readouterr().err.count("something_happened") == written


def test_a_flood_does_not_fill_the_disk() -> None:
    bounded = Bounded()

    def told(event: str, *, second: float, level: int = logging.INFO) -> dict[str, Any] | None:
        record = log.makeRecord(log.name, level, "", 0, event, (), None)
        record.created = second
        return json.loads(Structured().format(record)) if bounded.filter(record) else None

    flood = [told("refused", second=1000 + number / 1000) for number in range(500)]
    another, next_second = told("failed", second=1000.9), told("refused", second=1001)
    asked_for = [told("request", second=1001, level=logging.DEBUG) for _ in range(500)]

    assert [line is None for line in flood] == [False] * 50 + [True] * 450
    assert another
    assert another["left_out"] == 450
    assert next_second
    assert "left_out" not in next_second
    assert None not in asked_for


class DataError(Exception):
    """As a driver's: its words repeat the data."""


@pytest.mark.parametrize(
    ("original", "told"),
    [
        pytest.param(
            Exception('connection refused\nLINE 1: SELECT "x"'),
            "Exception: connection refused",
            id="the first line alone",
        ),
        pytest.param(DataError(f"too long: {SECRET}"), "DataError", id="about the data"),
        pytest.param(Exception("x" * 999), f"Exception: {'x' * 189}", id="not without end"),
    ],
)
def test_a_driver_is_quoted_but_not_about_the_data(original: Exception, told: str) -> None:
    error = OperationalError(f"INSERT {SECRET}", {"x": SECRET}, original)

    assert cause_of(error) == told


def test_a_conflict_is_not_quoted_at_all() -> None:
    class IntegrityErrorOfDriver(Exception):
        pass

    IntegrityErrorOfDriver.__name__ = "IntegrityError"
    original = IntegrityErrorOfDriver(f"Key (event)=({SECRET}) already exists")

    assert cause_of(IntegrityError("INSERT", {}, original)) == "IntegrityError"
    assert cause_of(None) == ""


# --- a request -----------------------------------------------------------------------------


def test_each_request_is_one_line_without_who_asked(api: Api, lines: Lines) -> None:
    api.address = "198.51.100.77"
    headers = {"User-Agent": "Marker/1.0", "Referer": "https://www.example.co.id/sakit?x=1"}

    response = api.decide(*ANALYTICS, headers=headers)

    (line,) = lines.of("request")
    assert {name: line[name] for name in ("method", "route", "status", "site")} == {
        "method": "POST",
        "route": "/v1/<site_id>/decisions",
        "status": 201,
        "site": "example",
    }
    assert line["milliseconds"] > 0
    assert line["request"] == response.headers["X-Request-Id"]
    told = ("198.51", "Marker", "sakit", PAGE, token_of(response), token_of(response)[:20])
    assert not any(word in lines.text for word in told)


def test_every_request_has_a_name_of_its_own_that_nobody_can_choose(api: Api, lines: Lines) -> None:
    answers = [api.decide(*ANALYTICS, headers={"X-Request-Id": SECRET}) for _ in range(2)]

    names = [answer.headers["X-Request-Id"] for answer in answers]
    assert len({*names, SECRET}) == 3
    assert [line["request"] for line in lines.of("request")] == names


def test_what_a_cache_may_keep_names_no_request(app: Flask) -> None:
    response = app.test_client().get("/v1/example.js")

    assert "X-Request-Id" not in response.headers


def test_a_refusal_is_logged_with_its_code(api: Api, lines: Lines) -> None:
    api.send(b"{" + SECRET.encode())

    (line,) = lines.of("request")
    assert (line["status"], line["code"]) == (400, "body_malformed")
    assert SECRET not in lines.text


@pytest.mark.parametrize(
    "path",
    [f"/{SECRET}", f"/v1/{SECRET}.js", f"/v1/{SECRET}/decisions", f"/v1/example/{SECRET}"],
)
def test_a_path_is_never_written_down(app: Flask, lines: Lines, path: str) -> None:
    app.test_client().get(f"{path}?{SECRET}")

    assert [line["status"] for line in lines.of("request")] in ([200], [404], [405])
    assert SECRET not in lines.text


@pytest.mark.parametrize("path", ["/v1/example.js", "/v1/example/decisions", "/nowhere"])
def test_a_method_of_a_visitors_own_is_never_written_down(
    app: Flask, lines: Lines, path: str
) -> None:
    app.test_client().open(path, method=f"{SECRET}-{'A' * 5000}")

    (line,) = lines.of("request")
    assert line["method"] == "other"
    assert len(lines.text) < 500


def test_monitors_fill_no_log(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    client = app.test_client()

    for path in ("/livez", "/readyz", "/metrics"):
        client.get(path)

    assert "event" not in capsys.readouterr().err
    assert "livez" not in capsys.readouterr().err


def test_what_nobody_expected_is_told_without_its_words(
    app: Flask, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("banner.web.decisions.parse_decision", fail)

    response = Api(app).decide(*ANALYTICS, previous=SECRET)

    assert response.status_code == 500
    (line,) = lines.of("unexpected_error")
    assert line["error"] == "RuntimeError"
    assert line["request"] == response.headers["X-Request-Id"]
    assert any("decisions.py" in frame for frame in line["stack"])
    assert SECRET not in lines.text
    assert [line["status"] for line in lines.of("request")] == [500]


def test_a_database_that_is_away_is_told_without_the_statement(api: Api, lines: Lines) -> None:
    with engine_of(api.app).begin() as connection:
        connection.execute(text("ALTER TABLE leaves RENAME TO elsewhere"))

    response = api.decide(*ANALYTICS, previous=SECRET)

    assert response.status_code == 503
    (line,) = lines.of("store_unavailable")
    assert line["cause"] == "OperationalError: no such table: leaves"
    assert line["request"] == response.headers["X-Request-Id"]
    assert not any(word in lines.text for word in ("INSERT", "VALUES", SECRET))


def test_keys_and_passwords_are_in_no_representation(app: Flask, tmp_path: Path) -> None:
    keys = load_keys(tmp_path / "keys.json", production=False)
    settings = Settings(
        database_url=f"postgresql+psycopg://izin:{SECRET}@localhost/izin",
        limits_url=f"redis://:{SECRET}@localhost",
        metrics_token=SECRET,
    )

    shown = "".join(map(repr, (service_of(app), service_of(app).consent, keys, settings)))

    assert SECRET not in shown
    assert not any(repr(key)[2:-1] in shown for key in (*keys.token, *keys.session))
