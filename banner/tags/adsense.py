"""Google AdSense. It never looks at Consent Mode: loading it is the whole decision."""

from __future__ import annotations

from ..core.product import Option, Options, Product, Step
from .google import AD_SETTINGS, ADS_COOKIES, DOUBLECLICK_COOKIES, POLICY


def steps(options: Options) -> list[Step]:
    client = options["client"]
    source = f"https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js?client={client}"
    return [["script", source, {"crossorigin": "anonymous"}, "adsense"]]


ADSENSE = Product(
    id="adsense",
    name="Google AdSense",
    provider="Google LLC",
    category="advertising",
    options={
        "client": Option(
            help="The publisher id of the AdSense account.",
            pattern=r"ca-pub-[0-9]{10,20}",
            expected="a publisher id such as `ca-pub-1234567890123456`",
            required=True,
            placeholder="ca-pub-0000000000000000",
        ),
    },
    steps=steps,
    hosts=(
        "pagead2.googlesyndication.com",
        "*.googlesyndication.com",
        "*.doubleclick.net",
        "*.adtrafficquality.google",
        "fundingchoicesmessages.google.com",
    ),
    stored=(*ADS_COOKIES, *DOUBLECLICK_COOKIES),
    policy=POLICY,
    opt_out=AD_SETTINGS,
)
