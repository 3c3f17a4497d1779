"""What Google's products have in common: the loader that several of them share, their hosts, and
what more than one of them leaves in the browser."""

from __future__ import annotations

from ..core.consent_mode import QUIET
from ..core.product import Step, StoredItem

GTAG = "https://www.googletagmanager.com/gtag/js?id="
POLICY = "https://policies.google.com/privacy"
ADDRESS = "1600 Amphitheatre Parkway, Mountain View, CA 94043, USA"
COUNTRIES = ("US",)
ADS_DATA = (
    "pd:IPAddress",
    "pd:UID",
    "pd:BrowsingBehaviour",
    "pd:LinkClicked",
    "pd:DeviceBased",
    "pd:UserAgent",
    "pd:Location",
    "pd:Interest",
)
AD_SETTINGS = "https://myadcenter.google.com/"

TRUSTED_TYPES = ("goog#html",)
"""Seen in published copies of Google's scripts, each of which makes one of its own."""

ADS_SIGNALS = ("ad_storage", "ad_user_data", "ad_personalization")

ID_SIGNALS = {
    "G": ("analytics_storage",),
    "AW": ADS_SIGNALS,
    "DC": ADS_SIGNALS,
}
"""By the beginning of an id: what must be granted before a page's own call may reach it. An id of
another kind, such as ``GT-``, can bring any of them along: it needs all."""

OFF = tuple(QUIET)
"""A page may turn these off, and on only where the release has."""

FIXED = ("cookie_prefix", "cookie_path", "url_passthrough", "ads_data_redaction")
"""The file says these: a cookie of another name or path would not be found when it has to go."""

CLICK_LIFE = "$left:7776000"
"""Google's 90 days, and never longer than the consent. `_gcl_au` and its like live as long as their
tag's ``cookie_expires``, seen with gtag.js of July 2026."""

CLICK_COOKIES = (
    StoredItem("_gcl_au", "90 days", purpose="ads"),
    StoredItem("_gcl_aw", "90 days", purpose="clicks"),
    StoredItem("_gcl_dc", "90 days", purpose="clicks"),
    StoredItem("_gcl_*", "90 days", confirmed=False, purpose="clicks"),
    StoredItem("_gac_*", "90 days", confirmed=False, purpose="campaign"),
    StoredItem("_gcl_ls", kind="storage", purpose="clicks"),
)
"""Written by gtag.js once ad_storage is granted."""

SERVER_CLICK_COOKIES = tuple(
    StoredItem(name, "90 days", confirmed=False, removed_by="service", purpose=purpose)
    for name, purpose in (
        ("FPAU", "ads"),
        ("FPGCLAW", "clicks"),
        ("FPGCLDC", "clicks"),
        ("FPGCLGB", "clicks"),
        ("FPGCLGS", "clicks"),
        ("GCL_AW_P", "clicks"),
    )
)
"""The same, where the owner has Google's tags run on a server of the site's own."""


def _elsewhere(domain: str, name: str, kept: str, purpose: str) -> StoredItem:
    """Where there is a figure at all, it is from other people's lists."""
    return StoredItem(name, kept, not kept, domain, removed_by="nobody", purpose=purpose)


DOUBLECLICK_COOKIES = (
    _elsewhere("doubleclick.net", "IDE", "", "ads"),
    _elsewhere("doubleclick.net", "id", "", "ads"),
    _elsewhere("doubleclick.net", "DSID", "14 days", "ads"),
    _elsewhere("doubleclick.net", "FLC", "", "ads"),
    _elsewhere("doubleclick.net", "RUL", "12 months", "ads"),
    _elsewhere("doubleclick.net", "ar_debug", "3 months", "measures"),
    _elsewhere("doubleclick.net", "test_cookie", "15 minutes", "support"),
    _elsewhere("doubleclick.net", "receive-cookie-deprecation", "180 days", "support"),
)
"""On Google's own domain: a page can prevent them, and can neither see nor delete them."""

GOOGLE_COOKIES = (
    StoredItem("NID", "6 months", True, "google.com", removed_by="nobody", purpose="ads"),
    StoredItem(
        "__Secure-ENID", "13 months", True, "google.com", removed_by="nobody", purpose="settings"
    ),
    _elsewhere("google.com", "AID", "", "ads"),
    _elsewhere("google.com", "ANID", "", "ads"),
    _elsewhere("google.com", "TAID", "14 days", "ads"),
    _elsewhere("google.com", "1P_JAR", "1 month", "ads"),
    _elsewhere("google.com", "SNID", "", "settings"),
    _elsewhere("google.com", "SOCS", "", "choice"),
    _elsewhere("google.com", "CONSENT", "", "choice"),
)

ADS_COOKIES = (
    StoredItem("__gads", "13 months", confirmed=False, purpose="frequency"),
    StoredItem("__gpi", "13 months", confirmed=False, purpose="ads"),
    StoredItem("__gpi_optout", "13 months", confirmed=False, purpose="choice"),
    StoredItem("__gpi_opt_out", "13 months", confirmed=False, purpose="choice"),
    StoredItem("__eoi", "7 months", confirmed=False, purpose="fraud"),
    StoredItem("__gsas", "3 months", confirmed=False, purpose="ads"),
    StoredItem("ACLK_DATA", "5 minutes", confirmed=False, purpose="clicks"),
    StoredItem("GED_PLAYLIST_ACTIVITY", "session", confirmed=False, purpose="measures"),
    StoredItem("TESTCOOKIESENABLED", "1 minute", confirmed=False, purpose="support"),
    StoredItem("_GESPSK-*", kind="storage", purpose="ads"),
    StoredItem("__lsv__", kind="storage", purpose="support"),
    StoredItem("__lsa__", kind="storage", purpose="support"),
    StoredItem("GGDFSSK", "session", kind="storage", purpose="settings"),
)
"""Of AdSense and Ad Manager alike. For ``__eoi`` the lists differ (3 to 7 months): the longest."""

ADS_HOSTS = (
    "pagead2.googlesyndication.com",
    "*.googlesyndication.com",
    "securepubads.g.doubleclick.net",
    "*.doubleclick.net",
    "*.adtrafficquality.google",
    "www.googletagservices.com",
    "s0.2mdn.net",
    "csi.gstatic.com",
    "www.google.com",
)


def load_gtag(tag_id: str) -> list[Step]:
    """gtag.js, once in a page whichever service asks first; then this id's own set-up."""
    return [["gtag", "js", 0], ["script", GTAG + tag_id, {}, "gtag"]]
