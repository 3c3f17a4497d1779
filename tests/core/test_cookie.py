from __future__ import annotations

import pytest

from banner.core.cookie import cookie_name, cookie_reach, single_value
from banner.core.errors import TokenConflict
from banner.core.origin import Origin, parse_origin
from tests.builders import a_site


def origin(text: str) -> Origin:
    parsed = parse_origin(text)
    assert parsed is not None
    return parsed


@pytest.mark.parametrize(
    ("domain", "secure", "name"),
    [
        pytest.param(None, True, "__Host-izin-example", id="host-only"),
        pytest.param("example.co.id", True, "__Secure-izin-example", id="shared with a parent"),
        pytest.param(None, False, "izin-example", id="host-only without https"),
        pytest.param("example.co.id", False, "izin-example", id="shared without https"),
    ],
)
def test_the_name_has_the_prefix_that_makes_a_browser_guard_it(
    domain: str | None, secure: bool, name: str
) -> None:
    assert cookie_name(a_site(cookie_domain=domain), secure=secure) == name


@pytest.mark.parametrize(
    ("domain", "page", "service", "reach"),
    [
        pytest.param(None, "https://example.co.id", "https://example.co.id", "", id="one host"),
        pytest.param(
            None, "http://localhost:3000", "http://localhost:8000", "", id="one host, two ports"
        ),
        pytest.param(
            None,
            "https://www.example.co.id",
            "https://izin.example.co.id",
            None,
            id="a sibling host without a shared domain",
        ),
        pytest.param(
            "example.co.id",
            "https://www.example.co.id",
            "https://izin.example.co.id",
            "example.co.id",
            id="a sibling host with a shared domain",
        ),
        pytest.param(
            "example.co.id",
            "https://example.co.id",
            "https://izin.example.co.id",
            "example.co.id",
            id="the parent itself",
        ),
        pytest.param(
            "example.co.id",
            "https://www.example.co.id",
            "https://izin.other.co.id",
            None,
            id="a service on another site",
        ),
        pytest.param(
            "example.co.id",
            "https://evilexample.co.id",
            "https://izin.example.co.id",
            None,
            id="a page that only ends alike",
        ),
        pytest.param(
            "example.co.id",
            "https://other.co.id",
            "https://other.co.id",
            "",
            id="the service's own page, outside the shared domain",
        ),
        pytest.param(
            None, "https://a.github.io", "https://b.github.io", None, id="neighbours on a suffix"
        ),
    ],
)
def test_a_cookie_is_set_only_where_it_reaches_the_page(
    domain: str | None, page: str, service: str, reach: str | None
) -> None:
    site = a_site(cookie_domain=domain)

    assert cookie_reach(site, page=origin(page), service=origin(service)) == reach


@pytest.mark.parametrize(
    ("values", "value"),
    [([], None), (["a"], "a"), (["a", "a"], "a"), ([""], "")],
    ids=["none", "one", "the same twice", "an empty one"],
)
def test_one_value_is_the_value(values: list[str], value: str | None) -> None:
    assert single_value(values) == value


@pytest.mark.parametrize("values", [["a", "b"], ["a", ""], ["a", "b", "a"]])
def test_two_different_values_are_a_conflict_and_neither_counts(values: list[str]) -> None:
    with pytest.raises(TokenConflict):
        single_value(values)
