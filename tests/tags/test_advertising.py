"""AdSense, Ad Manager and Floodlight: what is set before them, and what they leave."""

from __future__ import annotations

from typing import Any

import pytest

from banner.core.product import Product, Step, StoredItem
from banner.tags.ad_manager import AD_MANAGER
from banner.tags.adsense import ADSENSE
from banner.tags.floodlight import FLOODLIGHT
from tests.builders import read, some_options, with_service

GRANTED = frozenset({"advertising"})
each_product = pytest.mark.parametrize(
    "product", [ADSENSE, AD_MANAGER, FLOODLIGHT], ids=lambda product: product.id
)


def steps(product: Product, **given: Any) -> list[Step]:
    return product.steps(some_options(product.id, **given), GRANTED)


def stored(product: Product) -> dict[str, StoredItem]:
    return {item.name: item for item in product.stored(some_options(product.id))}


# --- AdSense -------------------------------------------------------------------------------


def test_adsense_is_its_script_alone_with_the_publishers_id() -> None:
    [script] = steps(ADSENSE)

    assert script[:2] == [
        "script",
        "https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js"
        "?client=ca-pub-1234567890123456",
    ]


def test_ads_that_are_not_personalised_are_asked_for_before_adsense_loads() -> None:
    first, script = steps(ADSENSE, non_personalized=True)

    assert first == ["set", "adsbygoogle", 1, "requestNonPersonalizedAds"]
    assert script[0] == "script"


def test_adsense_is_stopped_by_the_switch_that_its_script_reads() -> None:
    assert ADSENSE.stop(some_options("adsense")) == [["set", "adsbygoogle", 1, "pauseAdRequests"]]


def test_adsenses_storage_is_known_by_name_and_a_sites_own_keys_are_not_touched() -> None:
    keys = [item.name for item in stored(ADSENSE).values() if item.kind == "storage"]

    assert {"google_adsense_settings", "google_ama_config", "google_auto_fc_cmp_setting"} <= set(
        keys
    )
    assert not any("google_map_style".startswith(key.rstrip("*")) for key in keys)


def test_what_googles_own_message_keeps_is_deleted_as_well() -> None:
    for name in ("FCCDCF", "FCNEC", "FCOEC"):
        assert stored(ADSENSE)[name].removed_by == "page"


# --- Ad Manager ----------------------------------------------------------------------------


def test_ad_manager_is_its_library_alone() -> None:
    [script] = steps(AD_MANAGER)

    assert script[:2] == ["script", "https://securepubads.g.doubleclick.net/tag/js/gpt.js"]


@pytest.mark.parametrize(
    ("given", "calls"),
    [
        pytest.param(
            {"non_personalized": True},
            [["call", "googletag", ["pubads", "setPrivacySettings"], {"nonPersonalizedAds": True}]],
            id="not personalised",
        ),
        pytest.param(
            {"non_personalized": True, "limited_ads": True},
            [
                [
                    "call",
                    "googletag",
                    ["pubads", "setPrivacySettings"],
                    {"nonPersonalizedAds": True, "limitedAds": True},
                ]
            ],
            id="both in one call",
        ),
        pytest.param(
            {"privacy_treatments": "disablePersonalization"},
            [
                [
                    "call",
                    "googletag",
                    ["setConfig"],
                    {"privacyTreatments": {"treatments": ["disablePersonalization"]}},
                ]
            ],
            id="treatments",
        ),
    ],
)
def test_ad_managers_settings_are_made_before_its_library_loads(
    given: dict[str, object], calls: list[Step]
) -> None:
    *before, script = steps(AD_MANAGER, **given)

    assert before == calls
    assert script[0] == "script"


def test_limited_ads_come_from_the_host_on_which_they_are_not_ignored() -> None:
    call, script = steps(AD_MANAGER, limited_ads=True)

    assert call[-1] == {"limitedAds": True}
    assert script[1] == "https://pagead2.googlesyndication.com/tag/js/gpt.js"


def test_an_unknown_treatment_is_an_error() -> None:
    service = {
        "product": "ad_manager",
        "network": "21712345678",
        "retention": "1 years",
        "privacy_treatments": ["disablePersonalisation"],
    }

    [problem] = read(with_service("gam", **service)).errors

    assert problem.key == "services.gam.privacy_treatments.0"
    assert problem.expected == "`disablePersonalization`"


# --- all of them ---------------------------------------------------------------------------


@each_product
def test_an_advertising_product_cannot_be_asked_for_as_anything_else(product: Product) -> None:
    service = {"product": product.id, "retention": "14 months", **_required(product)}

    [problem] = read(with_service("new", **service, category="analytics")).errors

    assert problem.key == "services.new.category"
    assert problem.expected == f"`advertising`: {product.name} is nothing else"


def _required(product: Product) -> dict[str, object]:
    options = some_options(product.id)
    return {name: options[name] for name, option in product.options.items() if option.required}


@each_product
def test_what_lies_with_google_is_told_and_said_to_be_out_of_reach(product: Product) -> None:
    elsewhere = {item.name for item in stored(product).values() if item.domain != "site"}

    assert {"IDE", "DSID", "test_cookie", "NID", "__Secure-ENID"} <= elsewhere


@each_product
def test_a_figure_that_only_memory_has_is_not_printed(product: Product) -> None:
    for name in ("IDE", "FLC"):
        assert stored(product)[name].kept == ""


def test_click_cookies_of_the_site_are_deleted_and_those_of_its_server_by_the_service() -> None:
    items = stored(FLOODLIGHT)

    for name in ("_gcl_au", "_gcl_aw", "_gcl_*", "_gac_*", "_gcl_ls"):
        assert items[name].removed_by == "page"
    for name in ("FPAU", "FPGCLAW", "FPGCLDC", "FPGCLGB", "FPGCLGS", "GCL_AW_P"):
        assert items[name].removed_by == "service"
