"""Every route of the service, asked once as it answers well.

A route with a part that is not known here fails the tests until a line says what stands there.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.builders import ANALYTICS, OTHER_EVENT, SITE, a_body
from tests.conftest import NewApp
from tests.service import Api, json_of, service_of, token_of

HOST = "http://localhost"
METRICS_TOKEN = "the-tests-metrics-token"
PART = re.compile(r"<(?:\w+:)?(\w+)>")
HIDDEN = re.compile(r'name="(event|csrf_token)"[^>]* value="([^"]*)"')


@dataclass(frozen=True)
class Visit:
    """Somebody who has granted something and then more, and goes on with the first token."""

    app: Flask
    client: FlaskClient
    token: str
    record: str
    hidden: Mapping[str, str]
    """The hidden fields of the page without JavaScript."""

    def ask(self, rule: Rule, method: str) -> TestResponse:
        sent = SENT.get(rule.endpoint, nothing)(self) if method == "POST" else {}
        self.client.set_cookie("izin-example", self.token)  # an answer before may have changed it
        bearer = rule.endpoint == "operations.counted"
        return self.client.open(
            self._address(rule),
            method=method,
            base_url=HOST,
            buffered=True,
            headers={
                "Origin": HOST,
                "Authorization": f"Bearer {METRICS_TOKEN}" if bearer else f"Izin {self.token}",
            },
            **sent,
        )

    def _address(self, rule: Rule) -> str:
        path = PART.sub(lambda part: VALUES[part[1]](self, rule.endpoint), rule.rule)
        return path + QUERIES.get(rule.endpoint, "")


def a_visit(new_app: NewApp, **settings: str) -> Visit:
    """To a service with everything that it may have."""
    app = new_app(None, demo="1", url=HOST, metrics_token=METRICS_TOKEN, **settings)
    api = Api(app, origin=HOST)
    first = token_of(api.decide(*ANALYTICS))
    second = api.decide("preferences", event=OTHER_EVENT, previous=first)
    service_of(app).ledger.sign("example")
    client = app.test_client()
    token = token_of(second)
    client.set_cookie("izin-example", token)
    page = client.get("/v1/example/preferences", base_url=HOST).text
    return Visit(app, client, token, str(json_of(second)["record"]), dict(HIDDEN.findall(page)))


def every_route(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD"}):
            yield rule, method


VALUES: dict[str, Callable[[Visit, str], str]] = {
    "site_id": lambda *_: "example",
    "record": lambda visit, _: visit.record,
    "record_id": lambda visit, _: visit.record,
    "sha256": lambda visit, _: bundle_of(visit).notices[0].hash,
    "version": lambda visit, endpoint: (
        SITE.notice.version if endpoint == "notices.the_page" else bundle_of(visit).version
    ),
    "locale": lambda *_: "id",
    "pin": lambda visit, _: bundle_of(visit).pin,
    "part": lambda *_: "dialog.id",
    "filename": lambda *_: "site.css",
    "host": lambda *_: "www.googletagmanager.com",
    "path": lambda *_: "gtag/js",
}
"""What stands in each part of an address."""

QUERIES = {
    "ledger.the_inclusion": "?position=0&size=1",
    "ledger.the_consistency": "?from=1&to=1",
    "demo.stand_in": "?id=G-DEMO123456",
}

SENT: dict[str, Callable[[Visit], dict[str, Any]]] = {
    "decisions.decide": lambda _: {"json": a_body(event=str(uuid.uuid4()))},
    "pages.choose": lambda visit: {"data": {**visit.hidden, "refuse": ""}},
    "records.the_records": lambda visit: {"data": {"token": visit.token}},
    "records.erase": lambda visit: {"data": {"token": visit.token}},
    "receipts.ask": lambda visit: {"data": {"token": visit.token}},
    "receipts.the_receipt": lambda visit: {"data": {"token": visit.token}},
    "receipts.the_file": lambda visit: {"data": {"token": visit.token}},
}
"""What is posted to each route that takes something."""


def nothing(_: Visit) -> dict[str, Any]:
    return {}


def bundle_of(visit: Visit) -> Any:
    return service_of(visit.app).bundles["example"]
