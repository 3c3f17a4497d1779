"""What Google's products have in common: the loader that several of them share, and their ads
cookies."""

from __future__ import annotations

from ..core.product import Step, StoredItem

GTAG = "https://www.googletagmanager.com/gtag/js?id="
POLICY = "https://policies.google.com/privacy"
AD_SETTINGS = "https://myadcenter.google.com/"

ADS_SIGNALS = ("ad_storage", "ad_user_data", "ad_personalization")

CLICK_COOKIES = (
    StoredItem("_gcl_*", "90 days"),
    StoredItem("_gac_*", "90 days", confirmed=False),
    StoredItem("_gcl_ls", kind="storage"),
)
"""Click ids and the advertising client id, written by gtag.js once ad_storage is granted."""

DOUBLECLICK_COOKIES = (
    StoredItem("IDE", domain="doubleclick.net", removed_by="nobody"),
    StoredItem("test_cookie", "15 minutes", False, "doubleclick.net", removed_by="nobody"),
)
"""On Google's own domain: a page can prevent them, and can neither see nor delete them."""

ADS_COOKIES = (
    StoredItem("__gads", "13 months", confirmed=False),
    StoredItem("__gpi*", "13 months", confirmed=False),
    StoredItem("__eoi", "6 months", confirmed=False),
    StoredItem("google_*", kind="storage"),
)


def load_gtag(tag_id: str) -> list[Step]:
    """gtag.js, once in a page whichever service asks first; then this id's own set-up."""
    return [["gtag", "js", "$now"], ["script", GTAG + tag_id, {}, "gtag"]]
