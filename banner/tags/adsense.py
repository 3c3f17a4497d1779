"""Google AdSense. It never looks at Consent Mode: loading it is the whole decision."""

from __future__ import annotations

from ..core.product import Granted, Option, Options, Product, Step, StoredItem
from .google import (
    AD_SETTINGS,
    ADDRESS,
    ADS_COOKIES,
    ADS_DATA,
    ADS_HOSTS,
    COUNTRIES,
    DOUBLECLICK_COOKIES,
    GOOGLE_COOKIES,
    POLICY,
    TRUSTED_TYPES,
)

SOURCE = "https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js?client="
STORED = (
    *ADS_COOKIES,
    StoredItem("google_adsense_settings", kind="storage", purpose="settings"),
    StoredItem("google_ama_config", kind="storage", purpose="settings"),
    StoredItem("google_ama_settings", kind="storage", purpose="settings"),
    StoredItem("google_auto_fc_cmp_setting", kind="storage", purpose="settings"),
    StoredItem("google_experiment_mod*", kind="storage", purpose="settings"),
    StoredItem("google_pem_mod", kind="storage", purpose="settings"),
    # Of Google's own consent message, where the account has one.
    StoredItem("FCCDCF", "13 months", confirmed=False, purpose="choice"),
    StoredItem("FCNEC", "13 months", confirmed=False, purpose="choice"),
    StoredItem("FCOEC", "13 months", confirmed=False, purpose="choice"),
    *DOUBLECLICK_COOKIES,
    *GOOGLE_COOKIES,
)
"""Its storage keys by name: a site's own ``google_map_style`` is none of ours."""


def steps(options: Options, _: Granted) -> list[Step]:
    quiet: list[Step] = []
    if options["non_personalized"]:
        # Before the script: the first slots are asked for as soon as it has loaded.
        quiet = [["set", "adsbygoogle", 1, "requestNonPersonalizedAds"]]
    source = SOURCE + str(options["client"])
    return [*quiet, ["script", source, {"crossOrigin": "anonymous"}, "adsense"]]


def stop(_: Options) -> list[Step]:
    return [["set", "adsbygoogle", 1, "pauseAdRequests"]]


ADSENSE = Product(
    id="adsense",
    name="Google AdSense",
    provider="Google LLC",
    category="advertising",
    also=("google_adsense", "adsbygoogle"),
    options={
        "client": Option(
            help="The publisher id of the AdSense account.",
            pattern=r"ca-pub-[0-9]{10,20}",
            expected="a publisher id such as `ca-pub-1234567890123456`",
            required=True,
            is_given=True,
        ),
        "non_personalized": Option(
            help="Ask for ads that are not personalised. They use cookies all the same.",
            kind="yes",
            expected="`true` or `false`",
            default=False,
        ),
    },
    steps=steps,
    stop=stop,
    hosts=(*ADS_HOSTS, "fundingchoicesmessages.google.com"),
    stored=lambda _: STORED,
    open_ended=True,
    certified_platform=True,
    trusted_types=TRUSTED_TYPES,
    policy=POLICY,
    data=ADS_DATA,
    address=ADDRESS,
    countries=COUNTRIES,
    opt_out=AD_SETTINGS,
)
