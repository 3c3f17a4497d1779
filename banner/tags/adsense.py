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
SLOTS = "ins.adsbygoogle"
CHILD = {"data-tag-for-age-treatment": "1", "data-tag-for-child-directed-treatment": "1"}
"""What Google asks for today (AdSense help, "Tag an ad request for age restricted treatment"), and
the older form, which its script was seen to pass on; of two the stricter counts."""
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
    is_for_children = options.get("child_directed")
    if options["non_personalized"] or is_for_children:
        # Before the script: the first slots are asked for as soon as it has loaded.
        quiet = [["set", "adsbygoogle", 1, "requestNonPersonalizedAds"]]
    if is_for_children:
        quiet.append(["mark", SLOTS, dict(CHILD)])
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
    child_treatment=True,
    child_advice="its slots are marked, and nothing is personalised; of its automatic ads only "
    "AdSense's own setting for the site says that they are for children, too: tag the site there",
    trusted_types=TRUSTED_TYPES,
    policy=POLICY,
    data=ADS_DATA,
    address=ADDRESS,
    countries=COUNTRIES,
    opt_out=AD_SETTINGS,
)
