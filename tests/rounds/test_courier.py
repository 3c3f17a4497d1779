from __future__ import annotations

import contextlib
import hashlib
import hmac
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from banner.core.webhook import is_https, is_loopback, signature
from banner.paths import ROOT
from banner.rounds.courier import Courier, Delivery
from tests.browser.tls import identity
from tests.builders import NOON
from tests.receiver import Receiver, receiver

KEYS = (b"old" * 11, b"new" * 11)
BODY = b'{"stop_id":"1"}'


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as told:
        yield told


def courier(*, production: bool = False, seconds: float = 5) -> Courier:
    return Courier(KEYS, lambda: NOON, production, seconds)


def to(url: str) -> Delivery:
    return Delivery("delivery-1", url, BODY)


def test_what_is_brought_arrives_with_its_id_and_signature(hook: Receiver) -> None:
    receipt = courier().bring(to(hook.url))

    assert (receipt.done, receipt.answer) == (True, "answered 204")
    [got] = hook.got
    assert (got.path, got.body) == ("/hook", BODY)
    assert got.headers["Izin-Delivery"] == "delivery-1"
    assert got.headers["Content-Type"] == "application/json"
    at = NOON // 1000
    expected = hmac.new(KEYS[-1], f"{at}.".encode() + BODY, hashlib.sha256).hexdigest()
    assert got.headers["Izin-Signature"] == f"t={at},v1={expected}"


def test_the_signature_in_the_docs_is_checked_as_they_say() -> None:
    [code] = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs" / "hosting.md").read_text("utf-8"), re.DOTALL
    )
    names: dict[str, object] = {}
    exec(code, names)
    is_genuine = names["is_genuine"]
    assert callable(is_genuine)
    at = NOON // 1000
    header = signature(BODY, KEYS[-1], at=at)

    assert is_genuine(BODY, header, KEYS, now=at)
    assert is_genuine(BODY, header, KEYS, now=at + 299)
    assert not is_genuine(BODY, header, KEYS, now=at + 301)
    assert not is_genuine(BODY, header, KEYS[:1], now=at)
    assert not is_genuine(BODY + b" ", header, KEYS, now=at)
    assert not is_genuine(BODY, header.replace(str(at), str(at + 1)), KEYS, now=at)
    for broken in ("", "t=1", "v1=", "t=x,v1=y", "nonsense"):
        assert not is_genuine(BODY, broken, KEYS, now=at)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_done(hook: Receiver, status: int) -> None:
    hook.answers = [status]

    assert courier().bring(to(hook.url)).done


@pytest.mark.parametrize("status", [301, 307, 308, 400, 401, 404, 410, 429, 500, 503])
def test_any_other_answer_is_not(hook: Receiver, status: int) -> None:
    hook.answers = [status]

    receipt = courier().bring(to(hook.url))

    assert (receipt.done, receipt.answer) == (False, f"answered {status}")
    assert len(hook.got) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_is_not_followed(hook: Receiver, status: int) -> None:
    hook.answers, hook.location = [status], "/elsewhere"

    assert not courier().bring(to(hook.url)).done
    assert [got.path for got in hook.got] == ["/hook"]


def test_an_answer_that_takes_too_long_is_given_up(hook: Receiver) -> None:
    hook.seconds = 1

    receipt = courier(seconds=0.1).bring(to(hook.url))

    assert (receipt.done, receipt.answer) == (False, "no answer in time")


# --- receivers that answer a little now and then ----------------------------------------------

PIECES = 400
"""Sent one every 20 milliseconds: a library's time-out is for each of them."""


@contextmanager
def drip(
    piece: bytes, *, first: bytes = b"", until_read: bool = True
) -> Iterator[tuple[str, Event]]:
    """Somebody who answers piece by piece, and whether they were cut off before their end."""
    was_cut, is_over = Event(), Event()

    def answer(server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection, _ = server.accept()
            with connection:
                if until_read:
                    connection.recv(65536)
                connection.sendall(first)
                for _ in range(PIECES):
                    if is_over.wait(0.02):
                        return
                    connection.sendall(piece)
                return
        was_cut.set()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=answer, args=[server])
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hook", was_cut
        is_over.set()
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize(
    ("first", "piece"),
    [
        pytest.param(b"", b"H", id="a byte of the first line"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n", b"X: y\r\n", id="a header"),
        pytest.param(b"HTTP/1.1 204 No Content\r\nX: ", b"y", id="a byte of a header"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n", id="to be continued"),
    ],
)
def test_an_answer_has_one_deadline_and_not_one_for_each_piece(first: bytes, piece: bytes) -> None:
    with drip(piece, first=first) as (url, was_cut):
        receipt = courier(seconds=0.2).bring(to(url))
        is_cut = was_cut.wait(5)

    assert (receipt.done, receipt.answer, is_cut) == (False, "no answer in time", True)


def test_a_body_is_not_waited_for() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"

    with drip(b"x", first=head) as (url, _):
        assert courier().bring(to(url)).done


def test_a_handshake_has_the_same_deadline() -> None:
    with drip(b"", until_read=False) as (url, _):
        receipt = courier(seconds=0.2).bring(to(url.replace("http:", "https:")))

    assert (receipt.done, receipt.answer) == (False, "no answer in time")


def test_a_name_that_is_looked_up_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    is_over = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: is_over.wait(20) and [])

    receipt = courier(seconds=0.1).bring(to("https://hooks.example.co.id/izin"))
    is_over.set()

    assert (receipt.done, receipt.answer) == (False, "no answer in time")


def test_a_name_that_nobody_has_is_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nobody)

    receipt = courier().bring(to("https://hooks.example.co.id/izin"))

    assert (receipt.done, receipt.answer) == (False, "no connection")


def test_a_name_that_can_be_none_is_no_connection() -> None:
    receipt = courier().bring(to(f"https://{'a' * 64}.example/izin"))

    assert (receipt.done, receipt.answer) == (False, "no connection")


@pytest.mark.parametrize("answer", [b"nonsense\r\n", b"HTTP/1.1 9999 x\r\n", b"\x00"])
def test_what_is_no_answer_is_told_in_a_word(answer: bytes) -> None:
    with drip(b"", first=answer + b"\r\n") as (url, _):
        receipt = courier().bring(to(url))

    assert (receipt.done, receipt.answer) == (False, "the connection broke")


def test_nobody_at_the_address_is_told_in_a_word() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    receipt = courier().bring(to(f"http://127.0.0.1:{port}/secret-path"))

    assert (receipt.done, receipt.answer) == (False, "no connection")


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with receiver(identity().context) as hook:
        receipt = courier(production=True).bring(to(hook.url))

    assert (receipt.done, receipt.answer) == (False, "the certificate is not good")
    assert hook.got == []


def test_a_connection_that_breaks_is_told_in_a_word() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/secret-path"
        thread = Thread(target=lambda: server.accept()[0].close())
        thread.start()
        receipt = courier().bring(to(url))
        thread.join()

    assert not receipt.done
    assert receipt.answer == "the connection broke"


@pytest.mark.parametrize("production", [False, True], ids=["development", "production"])
@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.co.id/izin",
        "http://localhost.example.co.id/izin",
        "ftp://localhost/izin",
        "//localhost/izin",
        "",
    ],
)
def test_nothing_leaves_without_tls(url: str, production: bool) -> None:
    receipt = courier(production=production).bring(to(url))

    assert (receipt.done, receipt.answer[:8]) == (False, "not sent")


def test_in_production_this_machine_is_no_exception(hook: Receiver) -> None:
    assert not courier(production=True).bring(to(hook.url)).done
    assert hook.got == []


def test_the_keys_are_not_shown_when_it_is_printed() -> None:
    assert "new" not in repr(courier())
    assert "old" not in repr(courier())


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.co.id",
        "https://hooks.example.co.id:8443/izin?to=a",
        "https://127.0.0.1/izin",
    ],
)
def test_an_https_address_is_one(url: str) -> None:
    assert is_https(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://",
        "https:///path",
        "https://user:password@hooks.example.co.id/",
        "https://hooks.example.co.id:port/",
        "https://hooks.example.co.id/a b",
        "https://hooks.example.co.id/\n",
        "https://[::1/",
        "https://[::1]/",
        "http://[::1].example.org/",
        "https://höoks.example.co.id/",
        "HTTP://hooks.example.co.id",
        "http://hooks.example.co.id",
    ],
)
def test_what_is_no_https_address(url: str) -> None:
    assert not is_https(url)
    assert not is_loopback(url)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_this_machine_has_two_names(host: str) -> None:
    assert is_loopback(f"http://{host}:8080/hook")
    assert not is_loopback(f"http://{host}.example.org/hook")
