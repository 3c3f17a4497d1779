from __future__ import annotations

import re

import pytest

from banner.core.origin import Origin
from banner.script.address import MOST_CHARACTERS, Address
from tests.builders import a_document, a_site

SERVICE = Origin("https", "www.example.co.id", 443)
HERE = Address(SERVICE)
SITE = a_site(a_document(origins=["https://www.example.co.id"]))


@pytest.mark.parametrize("path", ["/izin", "/a/b", "/~toko/izin-2.0", "/a_b"])
def test_a_path_that_a_proxy_tells_is_part_of_the_address(path: str) -> None:
    assert HERE.under(path).of("toko") == f"https://www.example.co.id{path}/v1/toko"


@pytest.mark.parametrize(
    "path",
    ["", "/", "izin", "//evil.example", "/a/", "/a?b", "/a#b", "/..", "/../b", "/a b", '/"', "/é",
     "/a\n", "/" + "a" * MOST_CHARACTERS, "/a" * 9],
)  # fmt: skip
def test_what_is_no_path_is_none(path: str) -> None:
    assert HERE.under(path) == HERE


def test_a_path_that_the_owner_has_told_is_no_proxys_to_change() -> None:
    known = Address(SERVICE, "/izin")

    assert known.under("/lain") == known


@pytest.mark.parametrize("host", ["localhost:8010", "127.0.0.1:8000", "localhost"])
def test_in_development_it_is_reached_by_every_name_of_this_machine(host: str) -> None:
    home = Address(Origin("http", "localhost", 8000), is_tried_out=True)

    assert home.on(host).of("toko").startswith(f"http://{host}/v1/")


@pytest.mark.parametrize(
    ("address", "host"),
    [
        (Address(Origin("http", "localhost", 8000), is_tried_out=True), "evil.example"),
        (Address(Origin("http", "localhost", 8000), is_tried_out=True), "localhost@evil.example"),
        (Address(Origin("http", "localhost", 8000)), "127.0.0.1:8000"),
        (Address(SERVICE, is_tried_out=True), "localhost:8000"),
    ],
    ids=["another host", "a trick", "in production", "a service of a host"],
)
def test_no_other_host_becomes_the_services(address: Address, host: str) -> None:
    assert address.on(host) == address


@pytest.mark.parametrize(
    ("tag", "seen"),
    [
        ("https://www.example.co.id/v1/example.js", "https://www.example.co.id/v1/example"),
        ("https://www.example.co.id/a/b/v1/example.js", "https://www.example.co.id/a/b/v1/example"),
        ("https://www.example.co.id/a/v1/example.Pin.js", "https://www.example.co.id/a/v1/example"),
        ("https://www.example.co.id.evil.example/v1/example.js", None),
        ("https://wwwxexample.co.id/v1/example.js", None),
        ("https://www.example.co.id:8443/v1/example.js", None),
        ("http://www.example.co.id/v1/example.js", None),
        ("https://www.example.co.id/min?f=/izin/v1/example.js", None),
        ("https://www.example.co.id/#/v1/example.js", None),
        ("https://www.example.co.id/v1/example2.js", None),
        ("https://www.example.co.id/cache/all.js", None),
    ],
)
def test_a_tags_address_tells_a_path_on_the_services_own_host_alone(
    tag: str, seen: str | None
) -> None:
    found = re.match(HERE.seen_in_tags(SITE), tag)

    assert (found and found[0]) == seen


def test_a_tag_tells_nothing_where_the_path_is_known_or_the_pages_are_elsewhere() -> None:
    assert Address(SERVICE, "/izin").seen_in_tags(SITE) == ""
    assert Address(Origin("https", "izin.example.co.id", 443)).seen_in_tags(SITE) == ""
