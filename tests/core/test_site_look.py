"""What an owner can make of the look, and what a site's file is refused for."""

from __future__ import annotations

from typing import Any

import pytest

from banner.core.site import Colours
from banner.core.site_shape import schema
from tests.builders import a_document, a_site, changed, read

LOGO = "https://www.example.co.id/logo.svg"


def with_look(**look: Any) -> dict[str, Any]:
    return changed("look", **look)


def told(**look: Any) -> list[tuple[str, str]]:
    """Key and sentence of each error."""
    return [(each.key, str(each)) for each in read(with_look(**look)).errors]


def test_izins_own_look_is_right_in_light_and_in_dark() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("look", "key", "figures"),
    [
        pytest.param(
            {"accent": "#3366ff", "on_accent": "#ff6600"},
            "look.on_accent",
            "found #ff6600 against #3366ff (`accent`), a contrast of 1.59, "
            "expected at least 4.5 for the words on buttons, when the system is light",
            id="words on buttons",
        ),
        pytest.param(
            {"paper": "#ffffff", "ink": "#777777"},
            "look.ink",
            "found #777777 against #ffffff (`paper`), a contrast of 4.47, expected at least 4.5",
            id="ink on paper, by a hair",
        ),
        pytest.param(
            {"ink": "#aaaaaa"},
            "look.ink",
            "against #ffffff (`paper`), a contrast of 2.32",
            id="ink on the system's paper",
        ),
        pytest.param(
            {"paper": "#333333"},
            "look.ink",
            "found #000000 against #333333 (`paper`)",
            id="the system's ink on dark paper",
        ),
        pytest.param(
            {"accent": "#ffe08a", "on_accent": "#000000"},
            "look.accent",
            "found #ffe08a against #ffffff (`paper`), a contrast of 1.28, expected at least 3.0 "
            "for the edge of buttons and switches",
            id="a button as pale as the paper",
        ),
        pytest.param(
            {"accent": "#123456"},
            "look.dark.accent",
            "found #123456 against #121212 (`paper`), a contrast of 1.47",
            id="a light accent that is none in the dark",
        ),
        pytest.param(
            {"dark": {"ink": "#444444"}},
            "look.dark.ink",
            "found #444444 against #121212 (`paper`), a contrast of 1.92",
            id="dark ink",
        ),
        pytest.param(
            {"dark": {"accent": "#6dd58c"}},
            "look.dark.on_accent",
            "found #ffffff against #6dd58c (`accent`), a contrast of",
            id="white words on a light green",
        ),
    ],
)
def test_a_theme_without_enough_contrast_is_an_error_that_gives_the_figures(
    look: dict[str, Any], key: str, figures: str
) -> None:
    errors = told(**look)

    assert any(each == key and figures in sentence for each, sentence in errors), errors


def test_one_pair_of_colours_is_told_once() -> None:
    """Dark buttons are the light ones here, and as unreadable."""
    errors = told(accent="#808080", on_accent="#777777")

    assert [key for key, _ in errors] == ["look.on_accent"]


def test_a_theme_of_dark_and_light_colours_that_can_be_read_is_right() -> None:
    look = {
        "paper": "#f4faf5", "ink": "#0b1f12", "accent": "#146c2e", "on_accent": "#ffffff",
        "dark": {
            "paper": "#101a14", "ink": "#e6f4ea", "accent": "#6dd58c", "on_accent": "#0a3818",
        },
    }  # fmt: skip

    site = a_site(with_look(**look))

    assert site.look.light == Colours("#146c2e", "#ffffff", "#f4faf5", "#0b1f12")
    assert site.look.dark == Colours("#6dd58c", "#0a3818", "#101a14", "#e6f4ea")


def test_what_is_not_set_for_the_dark_is_the_systems_and_the_buttons_are_as_in_light() -> None:
    site = a_site(with_look(paper="#fffff0", ink="#111111", accent="#1a66d9"))

    assert site.look.dark == Colours("#1a66d9", "#ffffff", "", "")


def test_no_key_sets_accept_and_refuse_apart() -> None:
    """One pair of colours for all buttons, and no key with the name of one."""
    look = schema()["properties"]["look"]
    colours = [key for key in look["properties"] if "accent" in key or "button" in key]

    errors = told(refuse_accent="#ffffff")

    assert colours == ["button", "accent", "on_accent"]
    assert look["properties"]["dark"]["properties"].keys() == {
        "accent",
        "on_accent",
        "paper",
        "ink",
    }
    assert [key for key, _ in errors] == ["look.refuse_accent"]


# --- the font and the logo -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("font", "families"),
    [
        ("system-ui, sans-serif", ("system-ui", "sans-serif")),
        ("Source Sans 3,'Segoe UI', serif", ("Source Sans 3", "Segoe UI", "serif")),
    ],
)
def test_a_font_is_a_list_of_families(font: str, families: tuple[str, ...]) -> None:
    assert a_site(with_look(font=font)).look.font == families


@pytest.mark.parametrize(
    "font",
    [
        "",
        "Inter;color:red",
        "url(https://evil.example/x)",
        'a"b',
        "var(--x)",
        "a,,b",
        "a}b",
        "a\\b",
    ],
)
def test_what_is_no_list_of_families_is_refused(font: str) -> None:
    assert [key for key, _ in told(font=font)] == ["look.font"]


@pytest.mark.parametrize(
    "logo",
    [
        LOGO,
        "https://example.co.id/a/b.png?v=2",
        pytest.param("https://cdn.example.co.id/logo.webp", id="within the cookie's domain"),
    ],
)
def test_a_logo_is_on_a_host_of_the_owners(logo: str) -> None:
    document = {**with_look(logo=logo), "cookie": {"domain": "example.co.id"}}

    assert read(document).errors == ()


@pytest.mark.parametrize(
    "logo",
    [
        "http://www.example.co.id/logo.svg",
        "https://cdn.example.net/logo.svg",
        "https://www.example.co.id@evil.example/logo.svg",
        "https://evilexample.co.id/logo.svg",
        "//www.example.co.id/logo.svg",
        "/logo.svg",
        "data:image/svg+xml,<svg/>",
        'https://www.example.co.id/"),url("https://evil.example/',
        "https://www.example.co.id/a b",
        "https://www.example.co.id/\\",
    ],
)
def test_a_logo_of_somebody_else_is_refused(logo: str) -> None:
    document = {**with_look(logo=logo), "cookie": {"domain": "example.co.id"}}

    assert [each.key for each in read(document).errors] == ["look.logo"]


def test_a_logo_needs_a_sibling_host_that_shares_the_cookie() -> None:
    logo = "https://cdn.example.co.id/logo.svg"

    assert [key for key, _ in told(logo=logo)] == ["look.logo"]


def test_a_look_can_be_judged_only_where_the_file_is_right() -> None:
    document = {**with_look(accent="blau"), "origins": GARBLED}

    assert "look.accent" in [each.key for each in read(document).errors]
    assert a_document()["origins"] != GARBLED


GARBLED = ["https://www.example.co.id/page"]
