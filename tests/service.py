"""Acting on the service as a page does: the JSON API, the clock, and the rows that came of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from banner.core.errors import IzinError
from banner.core.record import Record
from banner.store.append import Add, Appending
from banner.store.records import Records
from banner.store.schema import records
from banner.web.service import Service
from tests.builders import PAGE, a_body, as_json

WORDS = 4
"""The leaves with which the log of a service in tests begins: of the words that its script shows in
two languages, and the script of the builders."""


@dataclass
class Clock:
    """The service's clock, in milliseconds since 1970 UTC."""

    milliseconds: int

    def __call__(self) -> int:
        return self.milliseconds

    def move(self, *, days: int = 0, seconds: int = 0) -> None:
        self.milliseconds += (days * 86400 + seconds) * 1000


class StoredRecords(Records):
    """The records, to be read and to be added to, without the thread that a service has."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._append = Appending(engine)
        self._one_at_a_time = threading.Lock()

    def add(self, record: Record) -> Record:
        with self._one_at_a_time:
            (outcome,) = self._append([Add(record)])
        if isinstance(outcome, IzinError):
            raise outcome
        assert isinstance(outcome, Record)
        return outcome


class Rows:
    """What is really in the database, read without the store."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def count(self) -> int:
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(records)) or 0

    def all(self) -> Sequence[dict[str, Any]]:
        """Oldest first; the choices as values."""
        with self._engine.connect() as connection:
            found = connection.execute(select(records).order_by(records.c.recorded_at)).mappings()
            return [
                dict(row) | {name: json.loads(row[name]) for name in ("categories", "services")}
                for row in found
            ]


def service_of(app: Flask) -> Service:
    return cast(Service, app.extensions["izin"])


def engine_of(app: Flask) -> Engine:
    return service_of(app).consent.records._engine


class Api:
    """A page's requests to the service. Cookies are only those that a test sends itself."""

    def __init__(self, app: Flask, *, site: str = "example", origin: str | None = PAGE) -> None:
        self.app = app
        self.origin = origin
        self.address = "127.0.0.1"
        """Whose requests they are: a service on loopback knows its own proxy there."""
        self.rows = Rows(engine_of(app))
        self._client = app.test_client(use_cookies=False)
        self._path = f"/v1/{site}"

    def decide(
        self, *granted: str, headers: dict[str, str] | None = None, **overrides: Any
    ) -> TestResponse:
        return self.send(as_json(a_body(*granted, **overrides)), headers=headers)

    def send(
        self,
        body: bytes,
        *,
        content_type: str | None = "application/json",
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> TestResponse:
        return self._client.post(
            f"{self._path}/decisions",
            data=body,
            content_type=content_type,
            headers={**self._origin(), **(headers or {})},
            environ_overrides=self._environment(),
            **options,
        )

    def release(
        self, token: str | None = None, *, cookie: str = "", headers: dict[str, str] | None = None
    ) -> TestResponse:
        """Ask what a token opens, by `Authorization`, or by a whole `Cookie` header."""
        sent = {**self._origin(), **(headers or {})}
        if token is not None:
            sent["Authorization"] = f"Izin {token}"
        if cookie:
            sent["Cookie"] = cookie
        return self._client.get(
            f"{self._path}/release", headers=sent, environ_overrides=self._environment()
        )

    def ask(self, path: str, method: str = "OPTIONS") -> TestResponse:
        return self._client.open(f"{self._path}/{path}", method=method, headers=self._origin())

    def _environment(self) -> dict[str, str]:
        return {"REMOTE_ADDR": self.address}

    def _origin(self) -> dict[str, str]:
        return {} if self.origin is None else {"Origin": self.origin}


def json_of(response: TestResponse) -> Any:
    return response.json


def token_of(response: TestResponse) -> str:
    assert response.status_code == 201, response.text
    return str(json_of(response)["token"])


def deleted(response: TestResponse) -> set[tuple[str, str, str]]:
    """Name, domain (empty for host-only) and path of every cookie that the answer deletes."""
    headers = [header.split("; ") for header in response.headers.getlist("Set-Cookie")]
    return {
        (pair.removesuffix("="), _attribute("Domain", rest), _attribute("Path", rest))
        for pair, *rest in headers
        if "Max-Age=0" in rest
    }


def _attribute(name: str, attributes: list[str]) -> str:
    found = (each.partition("=") for each in attributes)
    return next((value for key, _, value in found if key == name), "")


def code_of(response: TestResponse) -> str:
    return str(json_of(response)["error"]["code"])
