from __future__ import annotations

from typing import Any

import pytest

from banner.core.origin import parse_origin
from banner.script.hosts import hosts_of
from banner.script.policy import Policy, as_header, policy_of
from banner.tags import PRODUCTS
from tests.builders import a_document, a_service, a_site

IZIN = "https://izin.example.co.id"
ADS = {"adsense": a_service("adsense")}
ANALYTICS = {"google-analytics": a_service("google_analytics")}
EMBED = {"peta": a_service("embed", category="preferences", host="peta.example.org")}


def policy(services: dict[str, Any], *, released: bool = True, nonce: str = "abc") -> Policy:
    origin = parse_origin(IZIN)
    assert origin
    site = a_site(a_document(services=services))
    return policy_of(site, PRODUCTS, origin, released=released, nonce=nonce)


def test_before_a_choice_the_service_is_all_that_is_named() -> None:
    header = as_header(policy({**ADS, **ANALYTICS}, released=False))

    assert header == (
        "default-src 'self'; script-src 'nonce-abc' 'strict-dynamic'; "
        f"style-src 'self' 'nonce-abc'; connect-src 'self' {IZIN}; "
        f"form-action 'self' {IZIN}; object-src 'none'; base-uri 'none'; "
        "require-trusted-types-for 'script'; trusted-types izin"
    )


def test_by_nonce_no_host_is_trusted_with_scripts() -> None:
    assert policy(ANALYTICS)["script-src"] == ("'nonce-abc'", "'strict-dynamic'")


def test_by_hosts_a_script_comes_from_the_tag_s_host_and_not_from_where_it_sends_to() -> None:
    by_host = policy(ANALYTICS, nonce="")

    assert by_host["script-src"] == ("'self'", IZIN, "https://www.googletagmanager.com")
    assert "https://*.google-analytics.com" in by_host["connect-src"]
    assert "require-trusted-types-for" not in by_host


@pytest.mark.parametrize("nonce", ["abc", ""], ids=["by nonce", "by host"])
@pytest.mark.parametrize("product", sorted(PRODUCTS))
def test_every_host_that_a_product_names_may_be_sent_to(product: str, nonce: str) -> None:
    site = a_site(a_document(services={"one": a_service(product)}))
    [service] = site.services

    allowed = policy({"one": a_service(product)}, nonce=nonce)["connect-src"]

    for host in hosts_of(service, PRODUCTS[product], site):
        labels = host.removeprefix("*.").split(".")
        wider = {"https://*." + ".".join(labels[at:]) for at in range(1, len(labels))}
        assert {f"https://{host}", "https:", *wider} & set(allowed), host


def test_what_is_marked_up_may_be_an_image_a_frame_or_a_script_of_its_host() -> None:
    by_host = policy(EMBED, nonce="")

    for directive in ("script-src", "img-src", "frame-src", "connect-src"):
        assert "https://peta.example.org" in by_host[directive]


def test_ads_by_nonce_are_as_google_supports_them() -> None:
    """https://developers.google.com/publisher-tag/guides/content-security-policy"""
    of_ads = policy(ADS)

    assert {"default-src", "style-src"}.isdisjoint(of_ads)
    assert of_ads["script-src"] == ("'nonce-abc'", "'strict-dynamic'", "'unsafe-eval'")
    assert "https:" in of_ads["frame-src"]
    assert IZIN in of_ads["connect-src"]
    assert (of_ads["object-src"], of_ads["base-uri"]) == (("'none'",), ("'none'",))


def test_nothing_else_is_ever_evaluated_or_written_in_line() -> None:
    for services in (ANALYTICS, EMBED, {}):
        for nonce in ("abc", ""):
            header = as_header(policy(services, nonce=nonce))
            assert "unsafe" not in header


def test_in_advanced_mode_googles_hosts_are_needed_before_a_choice() -> None:
    origin = parse_origin(IZIN)
    assert origin
    site = a_site(a_document(services=ANALYTICS, consent_mode={"mode": "advanced"}))

    before = policy_of(site, PRODUCTS, origin, released=False, nonce="abc")

    assert "https://*.google-analytics.com" in before["connect-src"]


def test_a_host_below_another_is_not_named_twice() -> None:
    sources = policy({**ADS, "floodlight": a_service("floodlight")}, nonce="")["connect-src"]

    assert "https://*.doubleclick.net" in sources
    assert not [each for each in sources if each.endswith(".fls.doubleclick.net")]


def test_only_tags_with_policies_of_their_own_may_make_more_than_one() -> None:
    assert policy(EMBED)["trusted-types"] == ("izin", "default")
    assert policy(ANALYTICS)["trusted-types"] == (
        "izin", "default", "goog#html", "'allow-duplicates'",
    )  # fmt: skip


def test_a_logo_is_an_image_of_its_own_host_before_a_choice_too() -> None:
    origin = parse_origin(IZIN)
    assert origin
    look = {"logo": "https://gambar.example.co.id/logo.svg"}
    document = a_document(services=ANALYTICS, look=look, cookie={"domain": "example.co.id"})

    allowed = policy_of(a_site(document), PRODUCTS, origin, released=False, nonce="abc")

    assert allowed["img-src"] == ("'self'", "https://gambar.example.co.id")
    assert "frame-src" not in allowed
