from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banner.core.origin import Origin, _read, is_host, is_within, parse_origin

EXAMPLE = Origin("https", "example.com", 443)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://example.com", EXAMPLE),
        ("https://EXAMPLE.com:443", EXAMPLE),
        ("http://example.com", Origin("http", "example.com", 80)),
        ("https://example.com:8443", Origin("https", "example.com", 8443)),
        ("http://localhost:8000", Origin("http", "localhost", 8000)),
        ("https://xn--bcher-kva.example", Origin("https", "xn--bcher-kva.example", 443)),
    ],
)
def test_an_origin_is_read_as_scheme_host_and_port(text: str, origin: Origin) -> None:
    assert parse_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("null", id="a sandboxed frame or a file"),
        pytest.param("*", id="star"),
        pytest.param("https://*", id="a star for a host"),
        pytest.param("https://*.example.com", id="a pattern"),
        pytest.param("example.com", id="no scheme"),
        pytest.param("//example.com", id="no scheme but slashes"),
        pytest.param("https://example.com/", id="a slash"),
        pytest.param("https://example.com/path", id="a path"),
        pytest.param("https://example.com?q", id="a query"),
        pytest.param("https://example.com#f", id="a fragment"),
        pytest.param("https://example.com?", id="an empty query"),
        pytest.param("https://example.com#", id="an empty fragment"),
        pytest.param("https://example.com:", id="an empty port"),
        pytest.param("https://example.com.", id="a dot at the end"),
        pytest.param("https://user@example.com", id="a user"),
        pytest.param("https://@example.com", id="an empty user"),
        pytest.param("https://example.com@evil.com", id="the host as a user"),
        pytest.param("https://example.com:0", id="port 0"),
        pytest.param("https://example.com:65536", id="a port too high"),
        pytest.param("https://example.com:http", id="a port in words"),
        pytest.param("https://example.com:-1", id="a negative port"),
        pytest.param("https://exa mple.com", id="a space inside"),
        pytest.param("https://example.com ", id="a space at the end"),
        pytest.param(" https://example.com", id="a space before"),
        pytest.param("https://exam\nple.com", id="a line end inside"),
        pytest.param("https://example.com\n", id="a line end"),
        pytest.param("https://example.com\x00", id="a NUL"),
        pytest.param("https://example.com\\evil.com", id="a backslash"),
        pytest.param("https://-example.com", id="a label that begins with a hyphen"),
        pytest.param("https://exämple.com", id="not in punycode"),
        pytest.param("https://\u212aexample.com", id="the Kelvin sign, whose small letter is k"),
        pytest.param("https://example.com, https://example.com", id="two origins"),
        pytest.param("https://[::1]", id="an IPv6 address"),
        pytest.param("https://[", id="half a bracket"),
        pytest.param("ftp://example.com", id="another scheme"),
        pytest.param("file://", id="a file"),
        pytest.param("javascript:alert(1)", id="a script"),
        pytest.param(f"https://{'a' * 64}.com", id="a label too long"),
        pytest.param("https://" + ".".join(["a" * 60] * 5), id="a host too long"),
    ],
)
def test_anything_else_is_no_origin(text: str) -> None:
    assert parse_origin(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "http://example.com",
        "https://example.com:8443",
        "https://www.example.com",
        "https://evilexample.com",
        "https://example.com.evil",
        "https://example.co",
    ],
)
def test_an_origin_that_differs_anywhere_is_another_one(text: str) -> None:
    assert parse_origin(text) not in (None, EXAMPLE)


def test_what_is_longer_than_any_origin_is_not_remembered() -> None:
    before = _read.cache_info().misses

    found = [parse_origin(f"https://{'a' * 63}.{'b' * 100_000}{number}") for number in range(3)]

    assert found == [None] * 3
    assert _read.cache_info().misses == before


def test_the_longest_origin_is_one() -> None:
    host = ".".join(["a" * 63] * 3 + ["b" * 61])

    assert parse_origin(f"https://{host}:65535") == Origin("https", host, 65535)


@given(st.text(max_size=60) | st.text(alphabet="htps:/@.?#[]0*\\ example", max_size=40))
def test_whatever_is_read_is_written_as_a_browser_writes_it(text: str) -> None:
    origin = parse_origin(text)

    if origin is not None:
        assert parse_origin(str(origin)) == origin


@pytest.mark.parametrize(
    ("host", "domain", "within"),
    [
        ("example.co.id", "example.co.id", True),
        ("www.example.co.id", "example.co.id", True),
        ("a.b.example.co.id", "example.co.id", True),
        ("evilexample.co.id", "example.co.id", False),
        ("example.co.id.evil", "example.co.id", False),
        ("co.id", "example.co.id", False),
    ],
)
def test_a_host_is_within_a_domain_at_a_dot_only(host: str, domain: str, within: bool) -> None:
    assert is_within(host, domain) is within


@pytest.mark.parametrize("text", ["", ".", "a..b", ".a", "a.", "A.com", "a_b.com", "a.com\n"])
def test_what_a_browser_never_sends_is_no_host(text: str) -> None:
    assert not is_host(text)
