from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from banner.core.site import Site
from banner.i18n import catalogue
from banner.paths import STATIC
from banner.script.compose import PARTS, Bundle, compose, integrity_of
from banner.script.look import dressed
from banner.script.texts import FIRST_LAYER, texts_of
from banner.tags import PRODUCTS
from tests.builders import a_document, a_site, changed, with_service

LOGO = "https://www.example.co.id/logo.svg"
SITE = a_site()
BUNDLE = compose(SITE, PRODUCTS)
SCRIPT = BUNDLE.script.plain.decode()


def everything_in(bundle: Bundle) -> str:
    return "\n".join(each.plain.decode() for each in (bundle.script, *bundle.parts.values()))


def test_the_types_of_every_source_are_checked() -> None:
    checked = json.loads((STATIC / "tsconfig.json").read_text("utf-8"))["files"]

    sources = {str(path.relative_to(STATIC)) for path in STATIC.rglob("*.js")}
    assert sources <= set(checked)


def test_nothing_of_a_tag_is_in_the_script() -> None:
    ids = [
        str(each)
        for service in SITE.services
        for value in service.options.values()
        for each in (value if isinstance(value, tuple) else [value])
        if isinstance(each, str) and len(each) > 3
    ]
    hosts = [host.lstrip("*.") for product in PRODUCTS.values() for host in product.hosts]

    for secret in (*ids, *hosts, "gtag/js", "gtm.js", "adsbygoogle", "gpt.js"):
        assert secret not in SCRIPT, secret


def test_a_container_of_an_advanced_site_is_public_because_its_owner_asked_for_it() -> None:
    site = a_site({**a_document(), "consent_mode": {"mode": "advanced"}})

    script = compose(site, PRODUCTS).script.plain.decode()
    demo = compose(site, PRODUCTS, stand_in="/stand-in/").script.plain.decode()

    assert "https://www.googletagmanager.com/gtag/js?id=G-TEST123456" in script
    assert "ca-pub-" not in script, "what knows no Consent Mode waits all the same"
    assert "https://www.googletagmanager.com" not in demo
    assert "/stand-in/www.googletagmanager.com/gtag/js" in demo


def test_the_ids_of_tags_are_not_in_the_parts_either() -> None:
    for secret in ("G-TEST123456", "DC-7654321", "ca-pub-1234567890123456"):
        assert secret not in everything_in(BUNDLE)


def test_the_first_layer_is_in_the_script_in_every_language_of_the_site() -> None:
    for language in SITE.languages:
        for key in ("button.accept", "button.refuse", "banner.title"):
            assert catalogue(language)[key] in SCRIPT


def test_a_language_that_the_site_does_not_have_is_not_in_it() -> None:
    script = compose(a_site(languages=("id",)), PRODUCTS).script.plain.decode()

    assert catalogue("id")["banner.title"] in script
    assert catalogue("en")["banner.title"] not in script


@pytest.mark.parametrize(
    "name",
    [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "line\u2028separator\u2029",
        "'\"`\\${alert(1)}",
        "\x00\x1f",
    ],
    ids=["closing tag", "comment", "line separators", "quotes", "control characters"],
)
def test_what_an_owner_writes_stays_data(name: str) -> None:
    site = replace(SITE, controller=replace(SITE.controller, name=name))

    text = everything_in(compose(site, PRODUCTS))

    for dangerous in ("</script", "<!--", "\u2028", "\u2029", "\x00"):
        assert dangerous not in text


def test_each_part_is_named_by_language_below_one_hash() -> None:
    folders = {address.partition("/")[0] for address in BUNDLE.parts}
    names = {address.partition("/")[2] for address in BUNDLE.parts}

    assert names == {f"{part}.{language}.js" for part in PARTS for language in SITE.languages}
    [folder] = folders
    assert json.dumps(folder) in SCRIPT


@pytest.mark.parametrize(
    "site",
    [
        pytest.param(a_site(changed("contact", phone="021 555")), id="a telephone"),
        pytest.param(a_site(with_service("adsense", retention="1 years")), id="a retention"),
        pytest.param(a_site(with_service("adsense", name="Iklan")), id="a service's name"),
    ],
)
def test_other_words_have_another_address(site: Site) -> None:
    assert not set(compose(site, PRODUCTS).parts) & set(BUNDLE.parts)


@pytest.mark.parametrize(
    "site",
    [
        pytest.param(
            a_site(with_service("google-analytics", measurement_id="G-OTHER12345")), id="an id"
        ),
        pytest.param(a_site(with_service("google-analytics", debug_mode=True)), id="an option"),
        pytest.param(a_site(changed("country", header="CF-IPCountry")), id="a country"),
        pytest.param(a_site(changed("consent_mode", mode="advanced")), id="the mode"),
    ],
)
def test_other_tags_have_another_version_so_that_no_page_goes_on_with_the_old(site: Site) -> None:
    assert compose(site, PRODUCTS).parts.keys() != BUNDLE.parts.keys()


def test_the_same_file_gives_the_same_bytes() -> None:
    again = compose(a_site(), PRODUCTS)

    assert again == BUNDLE


@pytest.mark.parametrize(
    "site",
    [
        pytest.param(a_site(changed("notice", version="2027-01-01")), id="the notice"),
        pytest.param(a_site(changed("look", accent="#1a66d9")), id="a colour"),
        pytest.param(a_site(changed("lifetimes", choice_days=30)), id="a lifetime"),
        pytest.param(a_site(changed("look", layout="box")), id="the layout"),
        pytest.param(a_site(changed("look", button="none")), id="the button"),
    ],
)
def test_a_changed_file_has_another_etag(site: Site) -> None:
    assert compose(site, PRODUCTS).etag != BUNDLE.etag


def test_the_owners_colours_and_corners_are_in_the_style() -> None:
    dark = {"accent": "#6dd58c", "on_accent": "#0a3818", "paper": "#101a14", "ink": "#e6f4ea"}
    light = {"accent": "#123456", "on_accent": "#fedcba", "paper": "#fffff0", "ink": "#101010"}
    look = {**light, "dark": dark, "radius": 7, "font": "Source Sans 3, serif", "logo": LOGO}
    site = a_site(changed("look", layout="corner", side="left", position="top", **look))

    everything = everything_in(compose(site, PRODUCTS))

    for value in (*light.values(), *dark.values(), "7px", LOGO, "Source Sans 3"):
        assert value in everything
    for word in ("ACCENT", "PAPER", "INK", "RADIUS", "FONT", "LOGO", "EDGE", "OPPOSITE", "SIDE",
                 "FAR", "CORNER"):  # fmt: skip
        assert not re.search(rf"\b(DARK_)?(ON_)?{word}\b", everything), word


def test_dark_colours_are_in_the_style_only_where_they_are_others() -> None:
    dark = a_site(changed("look", dark={"ink": "#fefefe"}))

    assert "prefers-color-scheme" not in everything_in(BUNDLE)
    assert "prefers-color-scheme:dark" in compose(dark, PRODUCTS).script.plain.decode()


@pytest.mark.parametrize("font", ["inherit", "initial, unset", "revert-layer, default"])
def test_a_family_with_the_name_of_a_word_of_css_is_a_name_all_the_same(font: str) -> None:
    css = dressed(a_site(changed("look", font=font)).look, "izin")

    quoted = ", ".join(f'"{name}"' for name in font.split(", "))
    assert f"--izin-font, {quoted})" in css


def test_a_site_without_services_is_composed_too() -> None:
    assert compose(a_site(a_document(services={})), PRODUCTS).parts


@pytest.mark.parametrize("language", SITE.languages)
def test_every_text_of_the_first_layer_reaches_the_script(language: str) -> None:
    text = texts_of(SITE, language)

    for key in FIRST_LAYER:
        assert text(key) in SCRIPT, key


# --- the pinned script -----------------------------------------------------------------------


def test_a_pinned_script_knows_the_contents_of_each_of_its_parts() -> None:
    pinned = BUNDLE.pinned.plain.decode()

    for address, part in BUNDLE.parts.items():
        assert integrity_of(part.plain) in pinned, address


def test_the_plain_script_carries_none_of_that() -> None:
    assert "sha384-" not in SCRIPT
    assert len(BUNDLE.script.plain) < len(BUNDLE.pinned.plain)


def test_a_pinned_script_says_itself_that_it_is_older_than_the_notice() -> None:
    told = catalogue("en")["error.refused"]

    assert told in BUNDLE.pinned.plain.decode()
    assert told not in SCRIPT
