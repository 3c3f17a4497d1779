"""After a full run the real bytes of database, log and metrics name nobody and give no secret away.

The service runs as an owner runs it, in production behind one proxy; visitors with an address, a
browser and words that are found nowhere else do everything that can be done, right and wrong.
"""

from __future__ import annotations

import base64
import json
import re
import socket
import sqlite3
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from banner.keys import Keys, load_keys, make_keys
from tests.builders import ANALYTICS, PAGE, a_body, as_json
from tests.durability.own_postgres import OwnPostgres, own_postgres
from tests.durability.running import Running

ADDRESS = "198.51.100.77"
BROWSER = "PenandaPeramban/7.7 (X11; SistemPenanda)"
MARK = "penanda4711"
METRICS_TOKEN = "penanda-metrik-9f8e7d6c"

ANYWHERE = (
    ADDRESS,
    ADDRESS.rpartition(".")[0],
    str(int.from_bytes(socket.inet_aton(ADDRESS))),
    socket.inet_aton(ADDRESS).hex(),
    "PenandaPeramban",
    "SistemPenanda",
    MARK,
    METRICS_TOKEN,
)
"""What must be found nowhere."""


class Visitor:
    """Somebody whose every header is a mark."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.tokens: list[str] = []
        self.answers: list[int] = []
        self.script = _version(self.ask("GET", "/v1/example.js").text)

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
        sent = {
            "Host": "izin.example.co.id",
            "X-Forwarded-For": f"{MARK}, {ADDRESS}",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "izin.example.co.id",
            "X-Real-IP": ADDRESS,
            "Forwarded": f"for={ADDRESS}",
            "User-Agent": BROWSER,
            "Referer": f"{PAGE}/{MARK}?{MARK}",
            "Origin": PAGE,
            "Accept-Language": f"id,{MARK};q=0.1",
            "Cookie": f"{MARK}={MARK}",
            "X-Request-Id": MARK,
            **(headers or {}),
        }
        if body:
            sent.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, f"{path}?q={MARK}&ip={ADDRESS}", body or None, sent)
            answer = Answer(connection.getresponse())
        finally:
            connection.close()
        self.answers.append(answer.status)
        return answer

    def decide(
        self, *granted: str, headers: Mapping[str, str] | None = None, **overrides: Any
    ) -> Answer:
        given = {"event": str(uuid.uuid4()), "script": self.script, **overrides}
        body = as_json(a_body(*(granted or ("nothing",)), **given))
        answer = self.ask("POST", "/v1/example/decisions", body, headers)
        if answer.status == 201 and answer.json["token"]:
            self.tokens.append(str(answer.json["token"]))
        return answer


class Answer:
    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        return json.loads(self.text)


# --- the databases -------------------------------------------------------------------------


class Sqlite:
    """A file and what stands beside it."""

    workers = 1

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir()
        self._file = folder / "izin.sqlite3"
        self.url = f"sqlite:///{self._file}"

    def run(self, statement: str) -> None:
        connection = sqlite3.connect(self._file, timeout=10)
        with connection:
            connection.execute(statement)
        connection.close()

    def end(self) -> None:
        """Nothing: there is no server."""


class Postgresql:
    """A server's data, its write-ahead log and its own log."""

    workers = 2

    def __init__(self, server: OwnPostgres, folder: Path) -> None:
        self.folder = folder
        self._server = server
        self.url = server.new_database()

    def run(self, statement: str) -> None:
        plain = make_url(self.url).set(drivername="postgresql")
        address = plain.render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def end(self) -> None:
        self._server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sqlite | Postgresql]:
    if request.param == "sqlite":
        yield Sqlite(tmp_path / "database")
        return
    with own_postgres() as server:
        yield Postgresql(server, Path(str(server._server.pgdata)))


# --- the run -------------------------------------------------------------------------------


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    make_keys(tmp_path / "keys.json")
    return load_keys(tmp_path / "keys.json", production=True)


@pytest.fixture
def running(tmp_path: Path, keys: Keys, database: Sqlite | Postgresql) -> Iterator[Running]:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    running = Running(
        tmp_path,
        database.url,
        workers=database.workers,
        environment={
            "IZIN_MODE": "production",
            "IZIN_PROXIES": "1",
            "IZIN_LIMIT_CLIENT": "8 per hour",
            "IZIN_LOG_LEVEL": "debug",
            "IZIN_METRICS_TOKEN": METRICS_TOKEN,
            "TMPDIR": str(temporary),  # where several workers keep what they count
        },
    )
    running.start()
    yield running
    running.end()


def test_nothing_that_is_kept_names_a_visitor_or_gives_a_secret_away(
    running: Running, keys: Keys, database: Sqlite | Postgresql, tmp_path: Path
) -> None:
    visitor = Visitor(running.port)

    record = everything_that_goes_well(visitor)
    everything_that_is_refused(visitor)
    what_is_no_request_at_all(running.port)
    what_fails(visitor, database)
    over_the_limit(visitor)
    told = what_monitors_are_told(visitor)
    while_it_runs = bytes_of(database.folder)  # with WAL and shared memory
    counted = bytes_of(tmp_path / "temporary")
    running.stop()
    database.end()

    kept = {
        **{f"running: {name}": contents for name, contents in while_it_runs.items()},
        **{f"stopped: {name}": contents for name, contents in bytes_of(database.folder).items()},
        **counted,
        "log": running.log.read_bytes(),
        "metrics": told.encode(),
    }
    assert {200, 201, 400, 401, 403, 404, 409, 415, 422, 429, 500, 503} <= set(visitor.answers)
    assert found_in(kept, [record]), "the search looks at what is really stored"
    assert bool(found_in(counted, ["izin_decisions"])) is (database.workers > 1)
    assert b'"event":"request"' in kept["log"]
    assert b'"status":429' in kept["log"]
    assert 'code="too_many_requests"' in told
    assert found_in(kept, ANYWHERE) == []
    assert found_in(kept, visitor.tokens) == []
    assert found_in(kept, [token.partition(".")[2] for token in visitor.tokens]) == []
    assert found_in(kept, secrets_of(keys)) == []


def everything_that_goes_well(visitor: Visitor) -> str:
    """A grant, sent twice; its release, its receipt, its withdrawal; a refusal, pages, proofs."""
    event = str(uuid.uuid4())
    granted = visitor.decide(*ANALYTICS, event=event).json
    assert visitor.decide(*ANALYTICS, event=event).json["token"] == granted["token"]
    token, record = granted["token"], granted["record"]
    as_cookie = {"Cookie": f"__Host-izin-example={token}"}
    for headers in ({"Authorization": f"Izin {token}"}, as_cookie):
        assert visitor.ask("GET", "/v1/example/release", headers=headers).status == 200
    for path in (
        "/v1/example/records",
        f"/v1/example/receipts/{record}",
        f"/v1/example/receipts/{record}.json",
        "/v1/example/preferences",
    ):
        assert visitor.ask("GET", path, headers=as_cookie).status == 200, path
    for path in (
        "/v1/example/declaration",
        "/v1/example/declaration.json",
        "/v1/example/ledger/checkpoint",
        "/v1/example/ledger/key",
        "/.well-known/gpc.json",
        "/verify",
    ):
        assert visitor.ask("GET", path).status == 200, path
    visitor.decide(previous=token)
    visitor.decide(receipt=True)
    return str(record)


def everything_that_is_refused(visitor: Visitor) -> None:
    decisions = "/v1/example/decisions"
    visitor.ask("POST", decisions, b'{"event": "' + MARK.encode())
    visitor.ask("POST", decisions, as_json({MARK: ADDRESS}))
    visitor.ask("POST", decisions, MARK.encode(), {"Content-Type": f"text/{MARK}"})
    visitor.ask("POST", decisions, MARK.encode() * 1000)
    visitor.decide(notice="2020-01-01")
    visitor.decide(client_time=MARK)
    visitor.decide(locale=MARK)
    visitor.decide(previous=MARK)
    visitor.decide(headers={"Origin": f"https://{MARK}.example"})
    visitor.ask("GET", "/v1/example/release", headers={"Authorization": f"Izin {MARK}.{MARK}"})
    visitor.ask("GET", "/v1/example/release", headers={"Cookie": f"__Host-izin-example={MARK}"})
    visitor.ask("GET", f"/v1/example/receipts/{MARK}")
    visitor.ask("GET", "/v1/example/ledger/inclusion")
    visitor.ask("GET", f"/{MARK}/{ADDRESS}")
    visitor.ask("GET", f"/v1/{MARK}.js")
    visitor.ask("DELETE", decisions)
    visitor.ask("GET", "/metrics", headers={"Authorization": f"Bearer {MARK}"})
    form = f"event={MARK}&csrf_token={MARK}&accept=".encode()
    typed = {"Content-Type": "application/x-www-form-urlencoded"}
    visitor.ask("POST", "/v1/example/preferences", form, typed)


def what_is_no_request_at_all(port: int) -> None:
    """Bytes that the server refuses before the service sees them."""
    for sent in (
        f"{MARK} {ADDRESS}\r\n\r\n",
        f"GET /{MARK} HTTP/9.9\r\nX-Forwarded-For: {ADDRESS}\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: a\r\n{MARK}\x00: {ADDRESS}\r\n\r\n",
        f"POST /v1/example/decisions HTTP/1.1\r\nHost: a\r\nContent-Length: 999\r\n\r\n{MARK}",
    ):
        # The server may hang up at the first wrong byte.
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.sendall(sent.encode())
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass


def what_fails(visitor: Visitor, database: Sqlite | Postgresql) -> None:
    """The database is away, and something nobody expected is in it."""
    database.run("ALTER TABLE leaves RENAME TO elsewhere")
    assert visitor.decide().status == 503
    database.run("ALTER TABLE elsewhere RENAME TO leaves")
    assert visitor.decide().status == 201

    granted = visitor.decide(*ANALYTICS).json
    database.run(f"UPDATE records SET categories = '[' WHERE id = '{granted['record']}'")
    authorized = {"Authorization": f"Izin {granted['token']}"}
    assert visitor.ask("GET", "/v1/example/release", headers=authorized).status == 500


def over_the_limit(visitor: Visitor) -> None:
    assert {visitor.decide(*ANALYTICS).status for _ in range(30)} >= {429}


def what_monitors_are_told(visitor: Visitor) -> str:
    assert visitor.ask("GET", "/livez").status == 200
    assert visitor.ask("GET", "/readyz").status == 200
    answer = visitor.ask("GET", "/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    assert answer.status == 200
    return answer.text


# --- the search ----------------------------------------------------------------------------


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder``, as it stands on the disk at this moment."""
    found = {}
    for file in sorted(folder.rglob("*")):
        try:
            found[str(file.relative_to(folder))] = file.read_bytes() if file.is_file() else b""
        except OSError:
            continue  # a socket, or gone since
    return found


def found_in(kept: Mapping[str, bytes], words: Any) -> list[tuple[str, str | bytes]]:
    """Where one of ``words`` stands, in whichever way texts are kept."""
    return [
        (name, word)
        for name, contents in kept.items()
        for word in words
        if any(form in contents for form in _forms(word))
    ]


def _forms(word: str | bytes) -> Iterator[bytes]:
    if isinstance(word, bytes):
        yield word
        return
    yield word.encode()
    yield word.encode("utf-16-le")
    yield base64.b64encode(word.encode()).rstrip(b"=")[:-1]


def secrets_of(keys: Keys) -> list[str | bytes]:
    """Every key, as it is, in base64 and in hex."""
    every = [*keys.token, *keys.session, *keys.ledger, *keys.webhook]
    return [
        form
        for key in every
        for form in (key, key.hex(), base64.urlsafe_b64encode(key).decode().rstrip("="))
    ]


def _version(script: str) -> str:
    [version] = re.findall(r'\bversion"?:"([A-Za-z0-9_-]{16})"', script)
    return str(version)
