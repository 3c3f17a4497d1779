"""The whole internet, as far as the browser under test can tell.

Nothing is intercepted inside the browser: requests are counted where they leave it.
"""

from __future__ import annotations

import importlib
import re
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from tests.browser import tls
from tests.browser.sink import Dropped, Sink

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from playwright.sync_api import Page

# Section 6 of the research record on Google's tags. google.com itself is not matched by suffix:
# that would pass off Chromium's own traffic (update.googleapis.com, accounts.google.com) as a
# tag's.
_GOOGLE_SUFFIXES = (
    "2mdn.net",
    "adtrafficquality.google",
    "csi.gstatic.com",
    "doubleclick.net",
    "google-analytics.com",
    "googleadservices.com",
    "googlesyndication.com",
    "googletagmanager.com",
    "googletagservices.com",
    "adservice.google.com",
    "analytics.google.com",
    "fundingchoicesmessages.google.com",
)
_GOOGLE_OF_A_COUNTRY = re.compile(r"(www\.)?google\.(com|[a-z]{2}|com?\.[a-z]{2})")

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it left the browser."""

    host: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes
    at: float
    """Seconds of time.monotonic() on arrival."""

    @property
    def parameters(self) -> dict[str, str]:
        return dict(parse_qsl(self.query, keep_blank_values=True))

    def __str__(self) -> str:
        return f"{self.method} {self.host}{self.path}" + (f"?{self.query}" if self.query else "")


class Unexpected(AssertionError):
    """A request that nobody expected has left the browser, or a service raised."""


class World:
    """Every host name there is, behind one loopback port, from `start()` to `stop()`.

    `reset()` forgets all that a test said and saw. Safe to use while the server answers.
    """

    def __init__(self) -> None:
        identity = tls.identity()
        self._visitors = 0
        self._gone: set[str] = set()
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._forget()
        self._sink = Sink(
            self, identity.context, on_contact=self._note_contact, on_fault=self._note_fault
        )
        self.port: int = self._sink.port
        self.fingerprint: str = identity.fingerprint

    def start(self) -> None:
        self._sink.start()

    def stop(self) -> None:
        self.reset()
        self._sink.stop()

    def reset(self) -> None:
        """End every request still held, without an answer, and forget everything."""
        with self._lock:
            self._over.set()
            for released in self._stuck.values():
                released.set()
            self._over = threading.Event()
            self._forget()
        self._sink.close_idle()

    # What there is in the world

    def service(self, host: str, app: WSGIApplication, *, prefix: str = "") -> None:
        """`app` answers for `host`; with a prefix, for that path of it, as behind a proxy."""
        with self._lock:
            self._services.setdefault(host, {})[prefix] = app

    def page(
        self, host: str, path: str, html: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """A page of the owner's site; makes `host` one of the hosts that are not outside()."""
        with self._lock:
            self._page_hosts.add(host)
        self.file(host, path, html, "text/html; charset=utf-8", headers)

    def file(
        self,
        host: str,
        path: str,
        body: str | bytes,
        content_type: str = "text/plain; charset=utf-8",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """A file of any host, Google's too; the host stays outside unless it has pages."""
        answer = Response(body, content_type=content_type, headers=dict(headers or {}))
        with self._lock:
            self._files[host, path] = answer

    def delay(self, host: str, path: str, seconds: float) -> None:
        """Hold the answers of this path back for so long."""
        with self._lock:
            self._delays[host, path] = seconds

    def stuck(self, host: str, path: str) -> None:
        """Answer nothing on this path until `release()`."""
        with self._lock:
            self._stuck[host, path] = threading.Event()

    def release(self, host: str, path: str) -> None:
        """Answer the requests stuck on this path, and the later ones."""
        with self._lock:
            self._stuck.pop((host, path)).set()

    def down(self, host: str) -> None:
        """Close every connection to `host` without an answer; its requests are still recorded."""
        with self._lock:
            self._dead.add(host)
        self._sink.close_idle()

    def up(self, host: str) -> None:
        """Bring a dead host back."""
        with self._lock:
            self._dead.discard(host)

    def welcome(self) -> str:
        """A mark for the user agent of one more visitor."""
        with self._lock:
            self._visitors += 1
            return f"Visitor/{self._visitors}"

    def farewell(self, mark: str) -> None:
        """That visitor has gone: what still comes from them is counted to nobody's test."""
        with self._lock:
            self._gone.add(mark)

    # What the browser asked for

    @property
    def requests(self) -> tuple[Request, ...]:
        """Every request so far, in the order of arrival, CORS preflights included."""
        with self._lock:
            return tuple(self._requests)

    @property
    def faults(self) -> tuple[BaseException, ...]:
        """What the services raised."""
        with self._lock:
            return tuple(self._faults)

    @property
    def contacts(self) -> tuple[str, ...]:
        """The host of every TLS connection, even when no request followed.

        Playwright's contexts are off the record, where Chromium ignores `rel=preconnect`.
        """
        with self._lock:
            return tuple(self._contacts)

    def outside(self) -> tuple[Request, ...]:
        """The requests to hosts with neither a page nor a service."""
        return tuple(each for each in self.requests if not self._is_ours(each.host))

    def to(self, host: str) -> tuple[Request, ...]:
        return tuple(each for each in self.requests if each.host == host)

    def hosts(self) -> set[str]:
        return {each.host for each in self.requests}

    def unexpected(self) -> tuple[Request, ...]:
        """The requests to hosts that the world did not know when they arrived."""
        with self._lock:
            return tuple(self._unexpected)

    def clear(self) -> None:
        """Forget the requests and contacts so far, but not that some were unexpected."""
        with self._lock:
            self._requests.clear()
            self._contacts.clear()

    def expect_unexpected(self) -> None:
        """This test knows that a request nobody answers for will be made."""
        with self._lock:
            self._strict = False

    def check(self) -> None:
        """Raise Unexpected for a request nobody expected or a service that raised."""
        unexpected = self.unexpected() if self._strict else ()
        if not unexpected and not self.faults:
            return
        lines = [f"unexpected request: {each}" for each in unexpected]
        lines += [f"a service raised {each!r}" for each in self.faults]
        failure = Unexpected("\n".join(lines))
        raise failure from (self.faults[0] if self.faults else None)

    def settle(self, page: Page | None = None, *, quiet: float = 0.3, limit: float = 15.0) -> None:
        """Wait until for `quiet` seconds no request has arrived and none was being answered.

        Requests on a stuck path do not count. Raises AssertionError after `limit` seconds.
        """
        since = time.monotonic()
        while not self._is_quiet(since, quiet):
            if time.monotonic() - since > limit:
                latest = self.requests[-1] if self.requests else None
                raise AssertionError(f"not quiet after {limit} s; the latest request: {latest}")
            _pause(page)

    def wait_for(self, count: int, page: Page, *, limit: float = 15.0) -> None:
        """Wait until so many requests have gone outside. Raises AssertionError after `limit`
        seconds."""
        since = time.monotonic()
        while len(self.outside()) < count:
            assert time.monotonic() - since < limit, f"{len(self.outside())} requests, not {count}"
            _pause(page)

    # How it answers

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = _request(environ)
        if request.path == "/favicon.ico":
            return Response(status=204)(environ, start_response)
        with self._lock:
            over = self._over
            if request.headers.get("user-agent", "").rpartition(" ")[2] in self._gone:
                return Response(status=204)(environ, start_response)
            self._record(request)
        try:
            self._hold(request, over)
            return self._answerer(request)(environ, start_response)
        finally:
            self._count(over, -1)

    def _record(self, request: Request) -> None:
        self._requests.append(request)
        self._latest = request.at
        self._busy += 1
        if not self._is_known(request.host):
            self._unexpected.append(request)

    def _hold(self, request: Request, over: threading.Event) -> None:
        key = (request.host, request.path)
        with self._lock:
            dead, stuck = request.host in self._dead, self._stuck.get(key)
            seconds = self._delays.get(key, 0)
        if dead:
            raise Dropped
        if seconds:
            over.wait(seconds)
        if stuck is not None:
            self._count(over, -1)
            stuck.wait()
            self._count(over, +1)
        if over.is_set():
            raise Dropped

    def _answerer(self, request: Request) -> WSGIApplication:
        with self._lock:
            file = self._files.get((request.host, request.path))
            services = dict(self._services.get(request.host, {}))
        if file is not None:
            return file
        root = services.pop("", None)
        if root is None:
            root = _stand_in(request) if is_google(request.host) else _nothing_here()
        return DispatcherMiddleware(root, services)

    def _is_ours(self, host: str) -> bool:
        with self._lock:
            return host in self._page_hosts or host in self._services

    def _is_known(self, host: str) -> bool:
        return self._is_ours(host) or is_google(host) or any(host == of for of, _ in self._files)

    def _is_quiet(self, since: float, quiet: float) -> bool:
        with self._lock:
            return not self._busy and time.monotonic() - max(since, self._latest) >= quiet

    def _count(self, over: threading.Event, change: int) -> None:
        with self._lock:
            if over is self._over:
                self._busy += change

    def _note_contact(self, host: str) -> None:
        with self._lock:
            self._contacts.append(host)

    def _note_fault(self, fault: BaseException) -> None:
        with self._lock:
            self._faults.append(fault)

    def _forget(self) -> None:
        self._services: dict[str, dict[str, WSGIApplication]] = {}
        self._page_hosts: set[str] = set()
        self._files: dict[Key, Response] = {}
        self._delays: dict[Key, float] = {}
        self._stuck: dict[Key, threading.Event] = {}
        self._dead: set[str] = set()
        self._requests: list[Request] = []
        self._unexpected: list[Request] = []
        self._contacts: list[str] = []
        self._faults: list[BaseException] = []
        self._strict = True
        self._busy = 0
        self._latest = 0.0


def is_google(host: str) -> bool:
    """Is this a host that one of Google's tags speaks to?"""
    if _GOOGLE_OF_A_COUNTRY.fullmatch(host):
        return True
    return any(host == suffix or host.endswith("." + suffix) for suffix in _GOOGLE_SUFFIXES)


def _request(environ: WSGIEnvironment) -> Request:
    body = environ["wsgi.input"].read()
    environ["wsgi.input"].seek(0)
    path, _, query = environ["RAW_URI"].partition("?")
    return Request(
        host=environ.get("HTTP_HOST", "").partition(":")[0].lower(),
        method=environ["REQUEST_METHOD"],
        path=unquote(path),
        query=query,
        headers=MappingProxyType(_headers(environ)),
        body=body,
        at=time.monotonic(),
    )


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    found = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    if environ.get("CONTENT_TYPE"):
        found["content-type"] = environ["CONTENT_TYPE"]
    return found


def _stand_in(request: Request) -> Response:
    # Imported late: a world without Google does not need the demo.
    stand_in = importlib.import_module("banner.demo.stand_in")
    answer = stand_in.answer(request.host, request.path, request.parameters)
    response = Response(answer.body, status=answer.status, content_type=answer.content_type)
    # A tag taken from the browser's cache would run without being counted.
    response.headers["Cache-Control"] = "no-store"
    response.headers["Access-Control-Allow-Origin"] = "*"  # as Google's own scripts have it
    for cookie in answer.cookies:
        response.headers.add("Set-Cookie", cookie)
    return response


def _nothing_here() -> Response:
    # With a body: Chromium calls a navigation to an empty error answer a failed one.
    return Response("Nothing here.", status=404)


def _pause(page: Page | None) -> None:
    # Through the page when there is one: Playwright's events arrive only while it is called.
    if page is None or page.is_closed():
        time.sleep(0.01)
    else:
        page.wait_for_timeout(10)
