"""Google Ad Manager, by the Google Publisher Tag. It never looks at Consent Mode either."""

from __future__ import annotations

from ..core.product import Option, Options, Product, Step
from .google import AD_SETTINGS, ADS_COOKIES, DOUBLECLICK_COOKIES, POLICY

GPT = "https://securepubads.g.doubleclick.net/tag/js/gpt.js"


def steps(_: Options) -> list[Step]:
    """The library alone: the page's own slots wait in ``googletag.cmd`` until it is there."""
    return [["script", GPT, {"crossorigin": "anonymous"}, "gpt"]]


AD_MANAGER = Product(
    id="ad_manager",
    name="Google Ad Manager (DoubleClick)",
    provider="Google LLC",
    category="advertising",
    options={
        "network": Option(
            help="The network code of the Ad Manager account.",
            pattern=r"[0-9]{4,12}",
            expected="a network code such as `21712345678`",
            required=True,
            placeholder="0000000",
        ),
    },
    steps=steps,
    hosts=(
        "securepubads.g.doubleclick.net",
        "*.doubleclick.net",
        "*.googlesyndication.com",
        "www.googletagservices.com",
    ),
    stored=(*ADS_COOKIES, *DOUBLECLICK_COOKIES),
    policy=POLICY,
    opt_out=AD_SETTINGS,
)
