"""Floodlight of Campaign Manager 360 (formerly DoubleClick), by gtag.js."""

from __future__ import annotations

from ..core.product import Granted, Option, Options, Product, Step
from .google import (
    AD_SETTINGS,
    ADDRESS,
    ADS_SIGNALS,
    CLICK_COOKIES,
    CLICK_LIFE,
    COUNTRIES,
    DOUBLECLICK_COOKIES,
    GOOGLE_COOKIES,
    POLICY,
    SERVER_CLICK_COOKIES,
    TRUSTED_TYPES,
    load_gtag,
)


def steps(options: Options, _: Granted) -> list[Step]:
    tag_id = str(options["config_id"])
    return [*load_gtag(tag_id), ["gtag", "config", tag_id, {"cookie_expires": CLICK_LIFE}]]


FLOODLIGHT = Product(
    id="floodlight",
    name="Floodlight (DoubleClick)",
    provider="Google LLC",
    category="advertising",
    also=("dcm", "dv360", "campaign_manager"),
    options={
        "config_id": Option(
            help="The Floodlight configuration id.",
            pattern=r"DC-[0-9]{4,12}",
            expected="a configuration id such as `DC-1234567`",
            required=True,
            is_given=True,
        ),
    },
    steps=steps,
    hosts=(
        "www.googletagmanager.com",
        "ad.doubleclick.net",
        "*.fls.doubleclick.net",
        "googleads.g.doubleclick.net",
        "ade.googlesyndication.com",
        "pagead2.googlesyndication.com",
        "www.googleadservices.com",
        "adservice.google.com",
        "www.google.com",
    ),
    stored=lambda _: (
        *CLICK_COOKIES,
        *SERVER_CLICK_COOKIES,
        *DOUBLECLICK_COOKIES,
        *GOOGLE_COOKIES,
    ),
    signals=ADS_SIGNALS,
    consent_mode=True,
    trusted_types=TRUSTED_TYPES,
    policy=POLICY,
    data=(
        "pd:IPAddress",
        "pd:UID",
        "pd:BrowsingBehaviour",
        "pd:LinkClicked",
        "pd:DeviceBased",
        "pd:UserAgent",
    ),
    address=ADDRESS,
    countries=COUNTRIES,
    opt_out=AD_SETTINGS,
)
