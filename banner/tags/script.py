"""Any other script that the owner wants released with a category."""

from __future__ import annotations

from ..core.product import Granted, Option, Options, Product, Step
from .owner import ADDRESS, LEAST_DATA, UNTOLD, WHO, leaves, stored_by_owners_word

OTHERS = (
    "meta", "facebook", "fb", "pixel", "tiktok", "hotjar", "clarity", "linkedin", "matomo",
    "piwik", "plausible", "umami", "mixpanel", "amplitude", "segment", "posthog", "pinterest",
    "snapchat", "twitter", "bing", "intercom", "tawk", "crisp", "hubspot", "criteo", "taboola",
)  # fmt: skip
"""What owners call the scripts that they add by it."""


def steps(options: Options, _: Granted) -> list[Step]:
    return [["script", options["src"], {}, options["src"]]]


SCRIPT = Product(
    id="script",
    name="Script",
    provider="",
    category=None,
    also=OTHERS,
    options={
        "src": Option(
            help="The script's address.",
            pattern=ADDRESS,
            expected="an address that begins with https://",
            required=True,
        ),
        **WHO,
        **leaves(UNTOLD),
    },
    steps=steps,
    stored=stored_by_owners_word,
    data=LEAST_DATA,
)
