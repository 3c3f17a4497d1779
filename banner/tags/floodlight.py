"""Floodlight of Campaign Manager 360 (formerly DoubleClick), by gtag.js."""

from __future__ import annotations

from ..core.product import Option, Options, Product, Step
from .google import AD_SETTINGS, ADS_SIGNALS, CLICK_COOKIES, DOUBLECLICK_COOKIES, POLICY, load_gtag


def steps(options: Options) -> list[Step]:
    tag_id = str(options["config_id"])
    return [*load_gtag(tag_id), ["gtag", "config", tag_id]]


FLOODLIGHT = Product(
    id="floodlight",
    name="Floodlight (DoubleClick)",
    provider="Google LLC",
    category="advertising",
    options={
        "config_id": Option(
            help="The Floodlight configuration id.",
            pattern=r"DC-[0-9]{4,12}",
            expected="a configuration id such as `DC-1234567`",
            required=True,
            placeholder="DC-0000000",
        ),
    },
    steps=steps,
    hosts=(
        "www.googletagmanager.com",
        "ad.doubleclick.net",
        "*.fls.doubleclick.net",
        "ade.googlesyndication.com",
    ),
    stored=(*CLICK_COOKIES, *DOUBLECLICK_COOKIES),
    signals=ADS_SIGNALS,
    consent_mode=True,
    policy=POLICY,
    opt_out=AD_SETTINGS,
)
