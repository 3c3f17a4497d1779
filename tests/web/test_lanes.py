"""A route that asks the database is counted first, and no flood of reading holds up a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from banner.core.errors import TooManyRequests
from banner.web.limiter import Limits
from tests.conftest import NewApp
from tests.routes import HOST, Visit, a_visit, every_route
from tests.service import Rows, engine_of
from tests.web.test_visitor_records import Html, words

VISITOR = {"REMOTE_ADDR": "198.51.100.77"}

UNCOUNTED = {
    "operations.ready": "a monitor's: one thread asks for all that ask together",
    "operations.counted": "a monitor's, who has the owner's token; asked like readiness",
}
"""Routes that ask the database without being counted, and why they may."""


@contextmanager
def heard(visit: Visit, monkeypatch: pytest.MonkeyPatch, *, too_many: bool) -> Iterator[list[str]]:
    """Whether a request is `counted` and the database is `asked`, in their order."""
    found: list[str] = []

    def spend(*_: object) -> None:
        found.append("counted")
        if too_many:
            raise TooManyRequests("too many", retry_seconds=7)

    def ask(*_: object) -> None:
        found.append("asked")

    monkeypatch.setattr(Limits, "spend", spend)
    event.listen(engine_of(visit.app), "before_cursor_execute", ask)
    yield found
    event.remove(engine_of(visit.app), "before_cursor_execute", ask)


def test_no_route_asks_the_database_before_it_is_counted(
    new_app: NewApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = a_visit(new_app)
    asking = set()

    with heard(visit, monkeypatch, too_many=False) as found:
        for rule, method in every_route(visit.app):
            answer = visit.ask(rule, method)
            assert answer.status_code < 400, f"{method} {rule}: {answer.status_code}"
            if "asked" in found:
                asking.add(rule.endpoint)
                assert found[0] == "counted" or rule.endpoint in UNCOUNTED, f"{method} {rule}"
            found.clear()

    assert asking >= {*UNCOUNTED, "pages.preferences", "notices.the_page", "decisions.release"}


def test_whoever_asks_too_much_is_told_when_to_come_back_and_asks_the_database_nothing(
    new_app: NewApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = a_visit(new_app)
    refused = set()

    with heard(visit, monkeypatch, too_many=True) as found:
        for rule, method in every_route(visit.app):
            answer = visit.ask(rule, method)
            if rule.endpoint not in UNCOUNTED:
                assert "asked" not in found, f"{method} {rule}"
            if "counted" in found:
                refused.add(rule.endpoint)
                assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7"), rule
            found.clear()

    assert refused >= {"pages.preferences", "pages.choose", "notices.the_document", "demo.record"}


# --- who is never held up ------------------------------------------------------------------


@pytest.fixture
def flooded(new_app: NewApp) -> Visit:
    """A visit from an address that has read as much as one may: half of its network's number."""
    visit = a_visit(new_app, limit_client="2 per minute", limit_site="")
    for _ in range(11):
        assert read(visit).status_code == 200
    return visit


def read(visit: Visit, path: str = "preferences") -> TestResponse:
    return visit.client.get(f"/v1/example/{path}", base_url=HOST, environ_overrides=VISITOR)


def post(visit: Visit, path: str, **fields: str) -> TestResponse:
    return visit.client.post(
        f"/v1/example/{path}", base_url=HOST, data=fields, environ_overrides=VISITOR
    )


def test_reading_is_limited_on_every_page_together(flooded: Visit) -> None:
    answers = [read(flooded, path) for path in ("preferences", "records", "ledger/checkpoint")]

    assert [answer.status_code for answer in answers] == [429] * 3
    assert all(1 <= int(answer.headers["Retry-After"]) <= 60 for answer in answers)


def test_who_may_not_read_may_refuse_on_the_page_without_javascript(flooded: Visit) -> None:
    page = read(flooded)
    fields = Html(page).forms[0][1]

    answer = post(flooded, "preferences", **fields, refuse="")
    told = read(flooded)

    assert page.status_code == 429
    assert words("page.busy") in Html(page).alerts
    assert answer.status_code == 303
    assert Rows(engine_of(flooded.app)).all()[-1]["kind"] == "withdrawn"
    assert any("Persetujuan" in alert or "ditarik" in alert for alert in Html(told).alerts)


def test_who_may_not_read_may_erase(flooded: Visit) -> None:
    answer = post(flooded, "records/erase", token=flooded.token, confirm="yes")

    assert answer.status_code == 200
    assert Rows(engine_of(flooded.app)).count() == 0


def test_a_form_that_has_run_out_is_counted_as_reading(flooded: Visit) -> None:
    answer = post(flooded, "preferences", csrf_token="none", refuse="")

    assert answer.status_code == 429
    assert words("button.refuse") in Html(answer).buttons


def test_sites_that_are_served_no_more_are_counted_together(
    new_app: NewApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = a_visit(new_app)
    counted = []
    monkeypatch.setattr(Limits, "spend", lambda _, lane, site, address: counted.append(site))

    for name in ("gone", "never-was"):
        visit.client.get(f"/v1/{name}/notices/{'0' * 64}", base_url=HOST)
    visit.client.get("/v1/gone/notices/no-hash", base_url=HOST)

    assert counted == ["", ""]
