"""Google Analytics 4, by gtag.js."""

from __future__ import annotations

from ..core.product import Option, Options, Product, Step, StoredItem
from .google import POLICY, load_gtag

CHOICE_SECONDS = 184 * 86400
"""The cookie lives no longer than the longest consent and is never prolonged by a visit."""


def steps(options: Options) -> list[Step]:
    tag_id = str(options["measurement_id"])
    settings = {
        # Without these two a property with Google signals turned on contacts advertising hosts
        # although only analytics was granted.
        "allow_google_signals": False,
        "allow_ad_personalization_signals": False,
        "cookie_expires": CHOICE_SECONDS,
        "cookie_update": False,
    }
    return [
        ["set", f"ga-disable-{tag_id}", False],
        *load_gtag(tag_id),
        ["gtag", "config", tag_id, settings],
    ]


GOOGLE_ANALYTICS = Product(
    id="google_analytics",
    name="Google Analytics",
    provider="Google LLC",
    category="analytics",
    options={
        "measurement_id": Option(
            help="The measurement id of the web data stream.",
            pattern=r"G-[A-Z0-9]{4,12}",
            expected="a measurement id such as `G-1A2B3C4D5E`",
            required=True,
            placeholder="G-XXXXXXXXXX",
        ),
    },
    steps=steps,
    hosts=(
        "www.googletagmanager.com",
        "*.google-analytics.com",
        "analytics.google.com",
    ),
    stored=(
        StoredItem("_ga", "184 days"),
        StoredItem("_ga_*", "184 days"),
        StoredItem("_gid", "24 hours"),
        StoredItem("_gat*", "1 minute"),
    ),
    signals=("analytics_storage",),
    consent_mode=True,
    policy=POLICY,
    opt_out="https://tools.google.com/dlpage/gaoptout",
)
