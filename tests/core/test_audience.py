"""`audience`: what it forbids, what it tells the products, and what the notice says of it."""

from __future__ import annotations

from typing import Any

import pytest

from banner.core.notice_changes import material_changes
from banner.core.release import make_release
from banner.core.signals import Signals
from banner.core.site import OPTIONAL_CATEGORIES
from banner.script.notice import notices_of
from banner.tags import PRODUCTS
from tests.builders import NOON, a_document, a_service, a_site, read, with_service

AUDIENCES = pytest.mark.parametrize("audience", ["children", "mixed"])


def errors(**document: Any) -> dict[str, str]:
    problems = read(a_document(**document)).problems
    return {each.key: each.expected for each in problems if each.severity == "error"}


def notes(**document: Any) -> set[str]:
    return {each.key for each in read(a_document(**document)).problems if each.severity == "note"}


def release(audience: str) -> Any:
    site = a_site(a_document(audience=audience))
    granted = frozenset({*OPTIONAL_CATEGORIES, *site.service_ids})
    return make_release(granted, site, PRODUCTS, signals=Signals(), at=NOON // 1000)


def the_notice(audience: str) -> dict[str, Any]:
    return notices_of(a_site(a_document(audience=audience)), PRODUCTS)[0].content


@AUDIENCES
def test_nothing_that_personalises_can_be_turned_on(audience: str) -> None:
    services = with_service("google-analytics", google_signals=True)["services"]
    regions = [{"regions": ["SG"], "granted": ["ad_storage", "ad_personalization"]}]

    told = errors(
        audience=audience,
        services=services,
        consent_mode={"mode": "advanced", "regions": regions},
    )

    assert "`false`" in told["services.google-analytics.google_signals"]
    assert "nothing is personalised" in told["consent_mode.regions.0.granted"]


def test_an_audience_that_there_is_not_is_told_with_those_that_there_are() -> None:
    told = errors(audience="kids")

    assert told == {"audience": "one of `general`, `children`, `mixed`"}


def test_what_is_not_told_of_children_is_noted() -> None:
    services = {
        "gtm": a_service("google_tag_manager"),
        "ads": a_service("ad_manager"),
        "adsense": a_service("adsense"),
    }

    told = notes(audience="children", services=services)

    assert {"services.gtm", "services.adsense"} <= told
    assert "services.ads" not in told
    assert "services.gtm" not in notes(services=services)


@AUDIENCES
def test_personalisation_is_never_granted(audience: str) -> None:
    made, general = release(audience), release("general")

    [update, *_] = made["update"]
    assert update[3]["ad_personalization"] == "denied"
    assert update[3]["ad_storage"] == "granted"
    assert general["update"][0][3]["ad_personalization"] == "granted"


@AUDIENCES
def test_each_ad_product_is_told(audience: str) -> None:
    steps = release(audience)["services"]["adsense"]

    assert [step[0] for step in steps] == ["set", "mark", "script"]
    assert "mark" not in {step[0] for step in release("general")["services"]["adsense"]}


@AUDIENCES
def test_the_notice_names_the_audience_and_promises_no_personalised_advertising(
    audience: str,
) -> None:
    notice, general = the_notice(audience), the_notice("general")

    purposes = {each["id"]: each["type"] for each in notice["purposes"]}
    assert notice["audience"] == audience
    assert purposes["advertising"] == ["dpv:Advertising"]
    assert "audience" not in general
    assert notice["words"]["dialog"]["after"] != general["words"]["dialog"]["after"]


@AUDIENCES
def test_to_end_the_treatment_asks_everyone_again_and_to_begin_it_nobody(audience: str) -> None:
    children, general = the_notice(audience), the_notice("general")

    assert material_changes(children, general) == ["visitors are no longer treated as children"]
    assert material_changes(general, children) == []
