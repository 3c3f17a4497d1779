"""What a visitor asks for costs the same, however much that visitor has sent before."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from banner.consent import MOST_TOGETHER
from banner.core.record import Record
from banner.core.token import sign_token
from banner.rounds.retention import prune
from banner.store.append import Add, Appending
from banner.web.records import MOST_LISTED
from tests.builders import ANALYTICS, NOON, a_record
from tests.conftest import NewApp
from tests.databases import make_tables
from tests.service import Api, engine_of, service_of, token_of
from tests.web.test_visitor_records import Browser, Html, words
from tests.work import work_of

FEW, MANY = 2 * MOST_LISTED, 15 * MOST_LISTED
HALF_AS_MUCH_AGAIN = 1.5
"""What the height of a tree may add, of records or of nodes."""


@dataclass(frozen=True)
class Past:
    """A visitor who has decided often."""

    browser: Browser
    api: Api
    first: Record
    newest: Record

    def token_of(self, record: Record) -> str:
        return sign_token(record, service_of(self.browser.app).consent.keyring.token)

    def hold(self, record: Record) -> Past:
        self.browser.hold(self.token_of(record))
        return self


class APast(Protocol):
    """Makes a visitor with a grant and so many that follow, each in a database of its own."""

    def __call__(self, count: int, *, in_a_row: bool = True) -> Past: ...


@pytest.fixture
def a_past(new_app: NewApp, tmp_path: Path) -> APast:
    numbers = count(1)

    def a_past(count: int, *, in_a_row: bool = True) -> Past:
        file = tmp_path / f"past-{next(numbers)}.sqlite3"
        make_tables(file)
        return filled(new_app(database_url=f"sqlite:///{file}"), count, in_a_row=in_a_row)

    return a_past


def filled(app: Flask, count: int, *, in_a_row: bool) -> Past:
    """A grant, and what follows: each of the one before, or all of the first."""
    api = Api(app)
    token_of(api.decide(*ANALYTICS))
    first = service_of(app).consent.records.find(str(api.rows.all()[0]["id"]))
    assert first is not None
    replacing = [first]
    for number in range(1, count):
        before = replacing[-1] if in_a_row else first
        replacing.append(
            replace(
                a_record(),
                id=str(uuid.uuid4()),
                event=str(uuid.uuid4()),
                recorded_at=NOON + number,
                keep_until=first.keep_until + number,
                receipt=True,
                previous=before.id,
                principal=first.principal,
                kind="withdrawn",
            )
        )
    Appending(engine_of(app))([Add(each) for each in replacing[1:]])
    return Past(Browser(app), api, first, replacing[-1])


ACTS: dict[str, Callable[[Past], object]] = {
    "the first decision again": lambda past: past.api.decide(*ANALYTICS),
    "a change of the first": lambda past: past.api.decide(
        "preferences", event=str(uuid.uuid4()), previous=past.token_of(past.first)
    ),
    "a change of the newest": lambda past: past.api.decide(
        "preferences", event=str(uuid.uuid4()), previous=past.token_of(past.newest)
    ),
    "what the first opens": lambda past: past.api.release(past.token_of(past.first)),
    "the page without JavaScript": lambda past: past.hold(past.first).browser.get("preferences"),
    "the newest records": lambda past: past.hold(past.newest).browser.get("records"),
    "older records": lambda past: past.hold(past.newest).browser.get(
        f"records?before={past.newest.id}"
    ),
    "how many would be erased": lambda past: past.browser.post(
        "records/erase", token=past.token_of(past.newest)
    ),
    "a receipt": lambda past: past.hold(past.newest).browser.get(f"receipts/{past.first.id}.json"),
    "readiness": lambda past: past.browser.app.test_client().get("/readyz"),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
@pytest.mark.parametrize("in_a_row", [True, False], ids=["one after the other", "all of one"])
def test_a_request_costs_the_same_whatever_its_visitor_has_sent(
    a_past: APast,
    act: Callable[[Past], object],
    in_a_row: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("banner.web.records.MOST_COUNTED", FEW - 1)

    few, many = (cost(a_past(count, in_a_row=in_a_row), act) for count in (FEW, MANY))

    assert few > 0
    assert many < few * HALF_AS_MUCH_AGAIN


def cost(past: Past, act: Callable[[Past], object]) -> int:
    act(past)  # what is done once alone
    with work_of(engine_of(past.browser.app)) as work:
        act(past)
    return work.steps


def test_a_past_that_somebody_else_has_ended_costs_the_same(a_past: APast) -> None:
    """As who knows the words of its newest token can (ADR 0019)."""
    again = ACTS["the first decision again"]

    few, many = (cost(ended_by_another(a_past(count)), again) for count in (FEW, MANY))

    assert many < few * HALF_AS_MUCH_AGAIN


def ended_by_another(past: Past) -> Past:
    theirs = replace(
        past.newest,
        id=str(uuid.uuid4()),
        event=str(uuid.uuid4()),
        previous=past.newest.id,
        principal="another",
    )
    Appending(engine_of(past.browser.app))([Add(theirs)])
    return past


def test_two_events_sent_again_in_one_transaction_are_found_without_a_look_at_the_rest(
    a_past: APast,
) -> None:
    few, many = (again(a_past(count)) for count in (FEW, MANY))

    assert many < few * HALF_AS_MUCH_AGAIN


def again(past: Past) -> int:
    engine = engine_of(past.browser.app)
    with work_of(engine) as work:
        outcomes = Appending(engine)([Add(past.first), Add(past.newest)])
    assert outcomes == [past.first, past.newest]
    return work.steps


# --- the list ------------------------------------------------------------------------------


def test_a_long_list_is_shown_in_pages_that_leave_nothing_out(a_past: APast) -> None:
    past = a_past(2 * MOST_LISTED + 5)
    past.hold(past.newest)

    pages = [past.browser.get("records")]
    while words("records.older") in Html(pages[-1]).buttons:
        pages.append(past.browser.press(pages[-1], "records.older"))

    listed = [receipts_on(page) for page in pages]
    assert [len(each) for each in listed] == [MOST_LISTED, MOST_LISTED, 5]
    assert [id for page in listed for id in page] == [
        row["id"] for row in reversed(past.api.rows.all())
    ]
    assert words("records.newest") not in Html(pages[0]).buttons
    back = past.browser.press(pages[-1], "records.newest")
    assert receipts_on(back) == listed[0]


def receipts_on(page: TestResponse) -> list[str]:
    assert page.status_code == 200
    return re.findall(r'<h2 id="record-([^"]+)"', page.text)


def test_a_page_of_the_list_begins_at_a_record_of_ones_own(a_past: APast) -> None:
    past = a_past(FEW)
    past.hold(past.newest)
    strangers = a_record(*ANALYTICS, id="strangers", event=str(uuid.uuid4()), principal="strangers")
    Appending(engine_of(past.browser.app))([Add(strangers)])

    answers = [past.browser.get(f"records?before={id}") for id in ("strangers", "nobodys")]

    assert [answer.status_code for answer in answers] == [403, 403]


# --- erasing -------------------------------------------------------------------------------


def test_a_long_past_is_erased_in_steps_of_which_none_holds_others_up(
    a_past: APast, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = a_past(3 * MOST_TOGETHER)
    steps = written(past, monkeypatch)

    done = past.browser.post("records/erase", token=past.token_of(past.newest), confirm="yes")

    assert done.status_code == 200
    assert past.api.rows.count() == 0
    assert sum(map(len, steps)) == 3 * MOST_TOGETHER
    assert max(map(len, steps)) <= MOST_TOGETHER
    assert steps[0][0] == past.first.id, "the oldest first: or a grant would count again"
    assert steps[-1][-1] == past.newest.id


def written(past: Past, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The records that each transaction is to erase, in its order."""
    steps: list[list[str]] = []
    writer = service_of(past.browser.app).consent.writer
    write = writer.write

    def heard(act: Any) -> object:
        steps.append([each.record for each in act.acts])
        return write(act)

    monkeypatch.setattr(writer, "write", heard)
    return steps


def test_more_than_is_erased_at_once_is_erased_by_asking_again(
    a_past: APast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banner.consent.MOST_STEPS", 1)
    monkeypatch.setattr("banner.consent.MOST_TOGETHER", 10)
    past = a_past(25)
    past.hold(past.newest)

    pages = [past.browser.post("records/erase", token=past.token_of(past.newest), confirm="yes")]
    counts = [past.api.rows.count()]
    cookies = [past.browser.cookie]
    while words("erase.more.button") in Html(pages[-1]).buttons:
        pages.append(past.browser.press(pages[-1], "erase.more.button"))
        counts.append(past.api.rows.count())
        cookies.append(past.browser.cookie)

    assert counts == [15, 5, 0]
    assert [bool(cookie) for cookie in cookies] == [True, True, False]
    assert words("erase.more") in Html(pages[0]).alerts


def test_the_token_of_the_oldest_grant_erases_it_last_when_nothing_has_replaced_it(
    a_past: APast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banner.consent.MOST_TOGETHER", 10)
    past = a_past(25)
    later = a_grant_of_another_page(past)

    steps = written(past, monkeypatch)
    past.browser.post("records/erase", token=past.token_of(later), confirm="yes")

    assert sum(map(len, steps)) == 26
    assert [later.id in step for step in steps] == [False, False, True]
    assert steps[0][0] == past.first.id


def a_grant_of_another_page(past: Past) -> Record:
    """One that followed the first, as the newest do, and that none of them has replaced."""
    later = replace(
        past.first, id="another-page", event=str(uuid.uuid4()), previous=past.first.id,
        recorded_at=NOON + 1, kind="changed",
    )  # fmt: skip
    Appending(engine_of(past.browser.app))([Add(later)])
    return later


def test_nobody_counts_the_records_of_who_has_very_many(
    a_past: APast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banner.web.records.MOST_COUNTED", 10)
    past = a_past(25)
    past.hold(past.newest)

    page = past.browser.press(past.browser.get("records"), "erase.button")

    assert words("erase.count.more").format(count=10) in page.text


# --- retention -----------------------------------------------------------------------------


def test_a_long_chain_is_pruned_at_the_same_cost_for_each_of_it(a_past: APast) -> None:
    few, many = (pruned(a_past(count)) / count for count in (FEW, MANY))

    assert many < few * HALF_AS_MUCH_AGAIN


def pruned(past: Past) -> int:
    engine = engine_of(past.browser.app)
    with work_of(engine) as work:
        erased = prune(engine, Appending(engine), now=past.newest.keep_until + MANY)
    assert past.api.rows.count() == 0
    assert erased > 0
    return work.steps
