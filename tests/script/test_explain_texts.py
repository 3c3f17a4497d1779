from __future__ import annotations

import re

import pytest

from banner.paths import STATIC
from banner.script.compose import compose
from banner.script.explain import PANEL, REPORT, explain_texts, panel_texts
from banner.tags import PRODUCTS
from tests.builders import OPTIONS, a_document, a_site

LANGUAGES = ("id", "en")
each_language = pytest.mark.parametrize("language", LANGUAGES)


def codes(name: str) -> set[str]:
    """The codes that types.d.ts promises for a member of that name."""
    text = (STATIC / "types.d.ts").read_text("utf-8")
    block = text.split(f"interface {name}")[1] if name else text
    return set(re.findall(r'\| "(\w+)"', block.split("code:")[1].split(";")[0]))


def test_every_rule_and_problem_that_is_promised_has_a_sentence() -> None:
    two = {"refused_category": "refused", "refused_service": "refused"}
    rules = {key.split(".")[2] for key in REPORT if key.startswith("explain.rule.")}
    problems = {key.split(".")[2] for key in REPORT if key.startswith("explain.problem.")}

    assert {two.get(rule, rule) for rule in rules} == codes("IzinRule")
    assert problems == codes("IzinReport {")


@each_language
def test_the_report_knows_every_service_and_the_hosts_of_every_product(language: str) -> None:
    site = a_site()

    told = explain_texts(site, PRODUCTS, language)

    assert [each["id"] for each in told["services"]] == [each.id for each in site.services]
    assert dict(told["products"]) == {each.name: each.hosts for each in PRODUCTS.values()}
    assert "peta.example.org" in told["services"][3]["hosts"]


@each_language
def test_the_report_says_who_can_delete_what_a_service_stores(language: str) -> None:
    facts = {each["id"]: each for each in explain_texts(a_site(), PRODUCTS, language)["services"]}

    assert ["_ga_*", "cookie", "page", "site"] in facts["google-analytics"]["stored"]
    assert ["IDE", "cookie", "nobody", "doubleclick.net"] in facts["adsense"]["stored"]


@each_language
def test_every_sentence_is_there_and_only_the_page_fills_it_in(language: str) -> None:
    report = explain_texts(a_site(), PRODUCTS, language)["words"]
    panel = panel_texts(a_site(), PRODUCTS, language)["words"]

    assert not set(REPORT) & set(PANEL)
    assert {f"explain.{key}" for key in (*report, *panel)} == {*REPORT, *PANEL}
    assert all(set(re.findall(r"\{.*?\}", text)) <= {"{of}"} for text in report.values())
    assert "{of}" in report["rule.granted"]


def test_the_parts_hold_no_id_and_no_address_of_a_tag() -> None:
    services = {
        name.replace("_", "-"): {"product": name, "category": "analytics", **options}
        if PRODUCTS[name].category is None
        else {"product": name, **options}
        for name, options in OPTIONS.items()
    }
    bundle = compose(a_site(a_document(services=services)), PRODUCTS)

    for address, packed in bundle.parts.items():
        if "/explain." in address or "/panel." in address:
            text = packed.plain.decode()
            for secret in ("G-TEST", "ca-pub-", "21712345678", "DC-7654321", "GTM-", "widget.js"):
                assert secret not in text, (address, secret)
