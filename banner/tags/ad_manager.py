"""Google Ad Manager, by the Google Publisher Tag. It never looks at Consent Mode either."""

from __future__ import annotations

from ..core.product import Granted, Option, Options, Product, Step
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

GPT = "https://securepubads.g.doubleclick.net/tag/js/gpt.js"
LIMITED_GPT = "https://pagead2.googlesyndication.com/tag/js/gpt.js"
"""From the usual host ``limitedAds`` is ignored, with no more than a warning in the console."""

CHILD = {"nonPersonalizedAds": True, "childDirectedTreatment": True, "tagForAgeTreatment": 1}
"""1 is `googletag.enums.TagForAgeTreatment.CHILD`, since April 2026 (GPT's reference and release
notes); its script was seen to pass on the older form. Of two the stricter counts."""
PRIVACY = {"non_personalized": "nonPersonalizedAds", "limited_ads": "limitedAds"}


def steps(options: Options, _: Granted) -> list[Step]:
    """The library alone: the page's own slots wait in ``googletag.cmd`` until it is there."""
    source = LIMITED_GPT if options["limited_ads"] else GPT
    return [*_privacy(options), ["script", source, {"crossOrigin": "anonymous"}, "gpt"]]


def _privacy(options: Options) -> list[Step]:
    """What has to be set before the first slot is displayed."""
    calls: list[Step] = []
    asked: dict[str, object] = {theirs: True for ours, theirs in PRIVACY.items() if options[ours]}
    if options.get("child_directed"):
        asked |= CHILD
    if asked:
        calls.append(["call", "googletag", ["pubads", "setPrivacySettings"], asked])
    if treatments := options.get("privacy_treatments"):
        assert isinstance(treatments, tuple)
        value = {"privacyTreatments": {"treatments": list(treatments)}}
        calls.append(["call", "googletag", ["setConfig"], value])
    return calls


AD_MANAGER = Product(
    id="ad_manager",
    name="Google Ad Manager (DoubleClick)",
    provider="Google LLC",
    category="advertising",
    also=("gam", "dfp", "gpt", "google_ad_manager", "doubleclick"),
    options={
        "network": Option(
            help="The network code of the Ad Manager account.",
            pattern=r"[0-9]{4,12}",
            expected="a network code such as `21712345678`",
            required=True,
            is_given=True,
        ),
        "non_personalized": Option(
            help="Ask for ads that are not personalised. They use cookies all the same.",
            kind="yes",
            expected="`true` or `false`",
            default=False,
        ),
        "privacy_treatments": Option(
            help="Publisher privacy treatments of each ad request.",
            kind="texts",
            pattern="disablePersonalization",
            expected="`disablePersonalization`",
        ),
        "limited_ads": Option(
            help="Ask for limited ads, which use no cookies but against invalid traffic. They "
            "still wait for the visitor's consent.",
            kind="yes",
            expected="`true` or `false`",
            default=False,
        ),
    },
    steps=steps,
    hosts=ADS_HOSTS,
    stored=lambda _: (*ADS_COOKIES, *DOUBLECLICK_COOKIES, *GOOGLE_COOKIES),
    open_ended=True,
    certified_platform=True,
    child_treatment=True,
    trusted_types=TRUSTED_TYPES,
    policy=POLICY,
    data=ADS_DATA,
    address=ADDRESS,
    countries=COUNTRIES,
    opt_out=AD_SETTINGS,
)
