from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, select

from banner.core.record import Record
from banner.core.site import Site
from banner.core.site import Stops as OfSite
from banner.core.stop import HOUR, Stop
from banner.rounds.courier import Courier
from banner.rounds.stops import TURN_SECONDS, LateRound, StopRound
from banner.store.append import Add, Appending, Erase
from banner.store.engine import open_engine
from banner.store.schema import stop_attempts, stops
from banner.store.single import single
from banner.store.stops import OpenStop, Stops
from tests.builders import ANALYTICS, NOON, OTHER_EVENT, a_document, a_record, a_site, read
from tests.commands import Commands, commands_for
from tests.conftest import NewApp
from tests.databases import make_tables
from tests.receiver import Receiver, receiver
from tests.service import Api, Clock, engine_of, token_of
from tests.work import STEPS, work_of

KEYS = (b"w" * 32,)


def a_stop(number: int = 1, **changes: object) -> Stop:
    stop = Stop(
        id=f"stop-{number}",
        site="example",
        record=f"record-{number}",
        principal="principal-1",
        categories=("analytics",),
        services=("google-analytics",),
        at=NOON,
        due_at=NOON + 72 * HOUR,
    )
    return replace(stop, **changes)  # type: ignore[arg-type]


def a_withdrawal(number: int = 1) -> Record:
    return a_record(id=f"record-{number}", event=f"event-{number}", kind="withdrawn")


def stored(engine: Engine, *told: Stop) -> Stops:
    append = Appending(engine)
    append([Add(a_withdrawal(int(stop.id.split("-")[1])), stop) for stop in told])
    return Stops(engine)


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as told:
        yield told


def told_at(url: str) -> Site:
    return a_site(stops=OfSite(url=url))


def a_round(known: Stops, clock: Clock, *sites: Site) -> StopRound:
    return StopRound(
        known, {site.id: site for site in sites}, Courier(KEYS, clock, production=False), clock
    )


def ids(waiting: list[OpenStop]) -> list[str]:
    return [one.stop.id for one in waiting]


# --- the store -----------------------------------------------------------------------------


def test_a_stop_request_is_found_whole(engine: Engine) -> None:
    known = stored(engine, a_stop())

    assert known.open() == [OpenStop(a_stop(), 0, 0, "")]
    assert known.find("stop-1") == OpenStop(a_stop(), 0, 0, "")
    assert known.find("stop-2") is None


def test_what_is_due_first_stands_first(engine: Engine) -> None:
    known = stored(engine, a_stop(1, due_at=NOON + 3), a_stop(2, due_at=NOON + 1), a_stop(3))

    assert ids(known.open()) == ["stop-2", "stop-1", "stop-3"]


def test_a_site_is_told_of_some_of_its_own_what_is_due_first(engine: Engine) -> None:
    known = stored(
        engine, a_stop(1), a_stop(2, due_at=NOON), a_stop(3, site="shop"), a_stop(4, due_at=NOON)
    )

    assert ids(known.next("example", most=2)) == ["stop-2", "stop-4"]
    assert ids(known.next("shop")) == ["stop-3"]
    assert known.next("nobody") == []


def test_what_is_open_is_found_without_a_look_at_what_is_done(tmp_path: Path) -> None:
    make_tables(tmp_path / "stops.sqlite3")
    engine = open_engine(f"sqlite:///{tmp_path / 'stops.sqlite3'}")
    costs = []

    for start in (1, 11):  # ten that are done, then two hundred more
        known = stored(engine, *(a_stop(number) for number in range(start, start * 20)))
        for one in known.open():
            known.tried(one.stop.id, at=NOON, done=True, answer="answered 204")
        with work_of(engine) as work:
            known.late(now=NOON)
            known.next("example")
        costs.append(work.steps)

    engine.dispose()
    assert costs[1] <= costs[0] + STEPS


def test_of_very_many_late_ones_no_more_are_counted_than_tell_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banner.store.stops.MOST_COUNTED", 3)
    known = stored(engine, *(a_stop(number, due_at=NOON - 1) for number in range(1, 6)))
    stored(engine, a_stop(6, due_at=NOON - 1, site="shop"))

    assert known.late(now=NOON) == {"example": 3, "shop": 1}


def test_it_stays_open_until_an_attempt_worked(engine: Engine) -> None:
    known = stored(engine, a_stop())

    known.tried("stop-1", at=NOON + 1, done=False, answer="answered 500")
    known.tried("stop-1", at=NOON + 9, done=False, answer="no connection")
    before = known.open()
    known.tried("stop-1", at=NOON + 10, done=True, answer="answered 204")

    assert before == [OpenStop(a_stop(), 2, NOON + 9, "no connection")]
    assert known.open() == []
    assert known.find("stop-1") is None


def test_attempts_in_one_moment_are_all_kept(engine: Engine) -> None:
    known = stored(engine, a_stop())

    for number in range(3):
        known.tried("stop-1", at=NOON, done=False, answer=f"answer {number}")

    [one] = known.open()
    assert (one.attempts, one.last_answer) == (3, "answer 2")


def test_a_long_answer_is_cut(engine: Engine) -> None:
    known = stored(engine, a_stop())

    known.tried("stop-1", at=NOON, done=False, answer="a" * 500)

    assert known.open()[0].last_answer == "a" * 120


def test_late_ones_are_counted_by_site(engine: Engine) -> None:
    known = stored(
        engine,
        a_stop(1, due_at=NOON - 1),
        a_stop(2, due_at=NOON - 2),
        a_stop(3, due_at=NOON),
        a_stop(4, due_at=NOON - 1, site="shop"),
    )
    known.tried("stop-2", at=NOON, done=True, answer="answered 204")

    assert known.late(now=NOON) == {"example": 1, "shop": 1}


def test_what_is_done_goes_with_its_record_and_what_is_open_stays(engine: Engine) -> None:
    known = stored(engine, a_stop(1), a_stop(2), a_stop(3))
    known.tried("stop-1", at=NOON, done=True, answer="answered 204")
    known.tried("stop-2", at=NOON, done=True, answer="answered 204")
    Appending(engine)([Erase(f"record-{number}", NOON, "visitor") for number in (1, 3)])

    assert known.forget_done() == 1

    with engine.connect() as connection:
        left = connection.scalars(select(stops.c.id).order_by(stops.c.id)).all()
        attempts = connection.scalars(select(stop_attempts.c.stop)).all()
    assert (left, attempts) == (["stop-2", "stop-3"], ["stop-2"])
    assert ids(known.open()) == ["stop-3"]


# --- delivery ------------------------------------------------------------------------------


def test_an_open_one_is_sent_once(engine: Engine, clock: Clock, hook: Receiver) -> None:
    known = stored(engine, a_stop())
    go_round = a_round(known, clock, told_at(hook.url))

    go_round()
    go_round()

    [got] = hook.got
    assert got.headers["Izin-Delivery"] == "stop-1"
    assert json.loads(got.body)["withdrawn"]["services"] == ["google-analytics"]
    assert known.open() == []


def test_a_site_without_a_webhook_is_left_to_its_owner(engine: Engine, clock: Clock) -> None:
    known = stored(engine, a_stop(), a_stop(2, site="gone"))

    a_round(known, clock, a_site())()

    assert [one.attempts for one in known.open()] == [0, 0]


def test_after_each_failure_the_wait_is_twice_as_long_up_to_an_hour(
    engine: Engine, clock: Clock, hook: Receiver
) -> None:
    known = stored(engine, a_stop())
    go_round = a_round(known, clock, told_at(hook.url))
    hook.answers = [500] * 99
    go_round()
    tried = []

    for seconds in (30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600):
        clock.move(seconds=seconds - 1)
        go_round()
        tried.append(len(hook.got))
        clock.move(seconds=1)
        go_round()

    assert tried == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert len(hook.got) == 11


def test_the_wait_outlives_a_restart(engine: Engine, clock: Clock, hook: Receiver) -> None:
    known = stored(engine, a_stop())
    hook.answers = [500]
    a_round(known, clock, told_at(hook.url))()

    clock.move(seconds=29)
    a_round(known, clock, told_at(hook.url))()
    clock.move(seconds=1)
    a_round(known, clock, told_at(hook.url))()

    assert len(hook.got) == 2
    assert known.open() == []


def test_a_receiver_that_is_away_is_tried_with_one_of_many(
    engine: Engine, clock: Clock, hook: Receiver
) -> None:
    known = stored(engine, *(a_stop(number) for number in range(1, 6)))
    go_round = a_round(known, clock, told_at(hook.url))
    hook.answers = [503]

    go_round()
    clock.move(seconds=15)
    go_round()

    assert [got.headers["Izin-Delivery"] for got in hook.got] == [
        "stop-1", "stop-2", "stop-3", "stop-4", "stop-5"
    ]  # fmt: skip
    assert ids(known.open()) == ["stop-1"]


@pytest.fixture
def other_hook() -> Iterator[Receiver]:
    with receiver() as told:
        yield told


def of_site(id: str, hook: Receiver) -> Site:
    return replace(told_at(hook.url), id=id)


def test_a_receiver_that_is_away_does_not_keep_another_sites_from_being_told(
    engine: Engine, clock: Clock, hook: Receiver, other_hook: Receiver
) -> None:
    known = stored(engine, a_stop(1), a_stop(2, site="shop"))
    hook.answers = [503]

    a_round(known, clock, told_at(hook.url), of_site("shop", other_hook))()

    assert ids(known.open()) == ["stop-1"]


def test_no_site_waits_for_another(
    engine: Engine, clock: Clock, hook: Receiver, other_hook: Receiver
) -> None:
    """The first webhook answers only once the second has been told."""
    known = stored(engine, a_stop(1), a_stop(2, site="shop"))
    hook.waits_for = other_hook.has_got

    a_round(known, clock, told_at(hook.url), of_site("shop", other_hook))()

    assert known.open() == []


def test_a_site_with_many_lets_the_others_go_between(
    engine: Engine, clock: Clock, hook: Receiver
) -> None:
    many = [a_stop(number) for number in range(1, 5)]
    known = stored(engine, *many, a_stop(5, site="shop"))
    go_round = a_round(known, clock, told_at(hook.url), of_site("shop", hook))
    go_round.at_once = 1

    go_round()

    told = [got.headers["Izin-Delivery"] for got in hook.got]
    assert told == ["stop-1", "stop-5", "stop-2", "stop-3", "stop-4"]


def test_whose_webhook_failed_last_comes_last(
    engine: Engine, clock: Clock, hook: Receiver, other_hook: Receiver
) -> None:
    known = stored(engine, a_stop(1), a_stop(2))
    go_round = a_round(known, clock, told_at(hook.url), of_site("shop", other_hook))
    go_round.at_once = 1
    hook.answers = [503]
    go_round()
    stored(engine, a_stop(3, site="shop"))
    other_hook.waits_for, hook.got = Event(), []
    told_first: list[int] = []
    other_hook.asked = lambda: told_first.append(len(hook.got))
    other_hook.waits_for.set()

    go_round()

    assert told_first == [0]
    assert [got.headers["Izin-Delivery"] for got in hook.got] == ["stop-2"]


def test_a_round_ends_and_leaves_the_rest_to_the_next(
    engine: Engine, clock: Clock, hook: Receiver
) -> None:
    known = stored(engine, *(a_stop(number) for number in range(1, 6)))
    go_round = a_round(known, clock, told_at(hook.url))
    seconds = iter([0.0, 1.0, TURN_SECONDS + 1, 100.0, 100.0, 100.0, 100.0])
    go_round.ticks = lambda: next(seconds)

    go_round()
    first = [got.headers["Izin-Delivery"] for got in hook.got]
    go_round()

    assert first == ["stop-1", "stop-2"]
    assert known.open() == []


def test_what_goes_wrong_within_a_delivery_is_not_lost(
    engine: Engine, clock: Clock, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = stored(engine, a_stop())
    monkeypatch.setattr(Courier, "bring", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        a_round(known, clock, told_at(hook.url))()


def test_later_rounds_still_see_what_comes(engine: Engine, clock: Clock, hook: Receiver) -> None:
    known = stored(engine, a_stop(1))
    go_round = a_round(known, clock, told_at(hook.url))
    go_round()

    clock.move(days=3)
    go_round()
    # Committed late, by a host whose clock is behind.
    stored(engine, a_stop(2, at=clock() - 30 * 60_000))
    go_round()

    assert known.open() == []


def test_the_late_ones_are_told_in_the_log(
    engine: Engine, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    known = stored(engine, a_stop())
    go_round = LateRound(known, clock)

    with caplog.at_level(logging.WARNING):
        go_round()
        clock.move(days=3, seconds=1)
        go_round()

    [record] = caplog.records
    assert (record.msg, vars(record)["site"], vars(record)["count"]) == ("stops_late", "example", 1)
    assert go_round.late == {"example": 1}


def test_only_one_process_at_a_time_delivers(engine: Engine) -> None:
    with (
        single(engine, "stops") as mine,
        single(engine, "stops") as other,
        single(engine, "prune") as another,
    ):
        both = mine, other, another
    with single(engine, "stops") as again:
        assert again

    expected = (True, True, True) if engine.dialect.name == "sqlite" else (True, False, True)
    assert both == expected


# --- with its record -----------------------------------------------------------------------


def test_a_withdrawal_through_the_service_leaves_a_stop_request(api: Api) -> None:
    granted = token_of(api.decide(*ANALYTICS))

    api.decide("nothing", event=OTHER_EVENT, surface="dialog", previous=granted)

    known = Stops(engine_of(api.app))
    [one] = known.open()
    record, previous = api.rows.all()[1], api.rows.all()[0]
    assert (one.stop.record, one.stop.principal) == (record["id"], previous["principal"])
    assert (one.stop.categories, one.stop.services) == (("analytics",), ("google-analytics",))
    assert (one.stop.at, one.stop.due_at) == (NOON, NOON + 72 * HOUR)


def test_the_same_withdrawal_again_leaves_one_stop_request(api: Api) -> None:
    granted = token_of(api.decide(*ANALYTICS))

    for _ in range(3):
        api.decide("nothing", event=OTHER_EVENT, surface="dialog", previous=granted)

    assert len(Stops(engine_of(api.app)).open()) == 1


def test_a_first_choice_leaves_none(api: Api) -> None:
    api.decide(*ANALYTICS)
    api.decide("nothing", event=OTHER_EVENT)

    assert Stops(engine_of(api.app)).open() == []


def test_the_webhook_is_in_nothing_that_a_page_loads(new_app: NewApp) -> None:
    app = new_app({"example": {**a_document(), "stops": {"url": "https://hooks.example/canary"}}})
    client = app.test_client()

    for path in ("/v1/example.js", "/v1/example/declaration", "/v1/example/preferences"):
        assert "canary" not in client.get(path).text


# --- the site's file -----------------------------------------------------------------------


def test_without_a_table_there_are_72_hours_and_no_webhook() -> None:
    assert a_site().stops == OfSite(url="", hours=72)


def test_the_owner_says_whom_to_tell_and_by_when() -> None:
    site = a_site({**a_document(), "stops": {"url": "https://hooks.example.net/i", "hours": 24}})

    assert site.stops == OfSite(url="https://hooks.example.net/i", hours=24)


@pytest.mark.parametrize(
    ("table", "key", "severity"),
    [
        pytest.param({"url": "http://hooks.example.net/"}, "stops.url", "error", id="no TLS"),
        pytest.param({"url": "hooks.example.net"}, "stops.url", "error", id="no scheme"),
        pytest.param({"url": "https://a:b@example.net/"}, "stops.url", "error", id="a password"),
        pytest.param({"url": "http://localhost:9/"}, "stops.url", "warning", id="this machine"),
        pytest.param({"url": 7}, "stops.url", "error", id="a number"),
        pytest.param({"hours": 0}, "stops.hours", "error", id="no time"),
        pytest.param({"hours": 721}, "stops.hours", "error", id="a month and more"),
        pytest.param({"hour": 72}, "stops.hour", "error", id="an unknown key"),
    ],
)
def test_what_is_wrong_with_the_table_is_told(
    table: dict[str, object], key: str, severity: str
) -> None:
    reading = read({**a_document(), "stops": table})

    [problem] = [problem for problem in reading.problems if problem.severity != "note"]
    assert (problem.key, problem.severity) == (key, severity)


# --- the commands --------------------------------------------------------------------------


@pytest.fixture
def commands(
    engine: Engine,
    engine_url: str,
    tmp_path: Path,
    clock: Clock,
    hook: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> Commands:
    monkeypatch.setattr(import_module("banner.cli.stops"), "now", clock)
    document = {**a_document(), "stops": {"url": hook.url}}
    return commands_for(tmp_path, engine_url, {"example": document, "by-hand": a_document()})


def test_stops_lists_the_late_ones_first_and_fails(
    commands: Commands, engine: Engine, clock: Clock
) -> None:
    known = stored(engine, a_stop(1), a_stop(2, due_at=NOON - HOUR))
    known.tried("stop-2", at=NOON, done=False, answer="answered 500")

    result = commands.run("stops")

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "LATE  due 2026-11-25T09:00:00.000Z  stop-2  example: analytics google-analytics; "
        "tried 1 times, last: answered 500",
        "open  due 2026-11-28T10:00:00.000Z  stop-1  example: analytics google-analytics",
    ]


def test_stops_is_content_while_none_is_late(commands: Commands, engine: Engine) -> None:
    stored(engine, a_stop())

    assert len(commands.lines("stops")) == 1


def test_stops_without_any_says_nothing(commands: Commands) -> None:
    assert commands.lines("stops") == []


def test_an_owner_says_that_one_is_done(commands: Commands, engine: Engine) -> None:
    known = stored(engine, a_stop())

    commands.lines("stops", "done", "stop-1", "--note", "Ticket 41")

    assert known.open() == []
    with engine.connect() as connection:
        [row] = connection.execute(select(stop_attempts)).all()
    assert (row.done, row.answer) == (True, "by hand: Ticket 41")


@pytest.mark.parametrize("stop", ["stop-2", ""])
def test_what_is_not_open_cannot_be_done(commands: Commands, engine: Engine, stop: str) -> None:
    stored(engine, a_stop())

    result = commands.run("stops", "done", stop, "--note", "Ticket 41")

    assert result.exit_code == 1
    assert "no such open stop request" in result.stderr


def test_send_tries_at_once_whatever_the_wait(
    commands: Commands, engine: Engine, hook: Receiver
) -> None:
    known = stored(engine, a_stop(1), a_stop(2, site="by-hand"))
    known.tried("stop-1", at=NOON, done=False, answer="answered 500")

    lines = commands.lines("stops", "send")

    assert lines == [
        "stop-1  example: answered 204",
        "1 sent, 1 still open",
        "by-hand has no webhook (stops.url): pass these on by hand, see `stops`",
    ]
    assert len(hook.got) == 1


def test_send_fails_when_one_is_not_taken(
    commands: Commands, engine: Engine, hook: Receiver
) -> None:
    stored(engine, a_stop())
    hook.answers = [404]

    result = commands.run("stops", "send")

    assert result.exit_code == 1
    assert result.stdout.splitlines() == ["stop-1  example: answered 404", "0 sent, 1 still open"]


def test_a_database_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    commands = commands_for(tmp_path, f"sqlite:///{tmp_path / 'none.sqlite3'}")

    result = commands.run("stops")

    assert result.exit_code == 1
    assert "there is no database" in result.stderr
    assert "flask --app wsgi migrate" in result.stderr
    assert not (tmp_path / "none.sqlite3").exists()


def test_a_database_without_tables_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    engine = open_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    engine.dispose()

    result = commands_for(tmp_path, url).run("stops")

    assert result.exit_code == 1
    assert "flask --app wsgi migrate" in result.stderr
