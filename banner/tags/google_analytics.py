"""Google Analytics 4, by gtag.js."""

from __future__ import annotations

from typing import Any

from ..core.product import Granted, Option, Options, Product, Step, StoredItem
from .google import (
    ADDRESS,
    COUNTRIES,
    DOUBLECLICK_COOKIES,
    POLICY,
    TRUSTED_TYPES,
    load_gtag,
)

COOKIE_SETTINGS = ("cookie_domain", "cookie_prefix", "cookie_path", "cookie_flags")
FLAG = r"(?i:secure|samesite=(lax|strict|none))"
"""And no other, such as ``max-age``: it would outlive the consent."""


def steps(options: Options, granted: Granted) -> list[Step]:
    ids, settings = _ids(options), _settings(options, granted)
    configured: list[Step] = [["gtag", "config", tag_id, settings] for tag_id in ids]
    return [*_disabled(ids, False), *load_gtag(ids[0]), *configured]


def stop(options: Options) -> list[Step]:
    return _disabled(_ids(options), True)


def shared(options: Options, granted: Granted) -> dict[str, object]:
    return {
        "allow_google_signals": _signals(options, granted),
        "cookie_expires": _expires(options),
        "cookie_update": options["cookie_update"],
    }


def _signals(options: Options, granted: Granted) -> bool:
    if options.get("child_directed"):
        return False
    return options["google_signals"] is True and "advertising" in granted


def _settings(options: Options, granted: Granted) -> dict[str, object]:
    # Unless both are off, a property with Google signals turned on contacts advertising hosts
    # although only analytics was granted.
    settings: dict[str, object] = {
        **shared(options, granted),
        "allow_ad_personalization_signals": _signals(options, granted),
    }
    settings |= {name: options[name] for name in COOKIE_SETTINGS if name in options}
    if not options["send_page_view"]:
        settings["send_page_view"] = False
    if options["debug_mode"]:
        settings["debug_mode"] = True  # its mere presence turns it on: `false` would too
    return settings


def _expires(options: Options) -> str:
    """Never longer than the consent, in whose last week a year would be too much as well."""
    return f"$left:{options['cookie_expires']}" if "cookie_expires" in options else "$left"


def _disabled(ids: tuple[str, ...], value: bool) -> list[Step]:
    return [["set", f"ga-disable-{tag_id}", value] for tag_id in ids]


def _ids(options: Options) -> tuple[str, ...]:
    ids: Any = options["measurement_id"]
    return tuple(ids)


def stored(options: Options) -> tuple[StoredItem, ...]:
    """The cookies as the owner's settings name them, what Universal Analytics left under fixed
    names, and what Google's tags on a server of the site's own write."""
    prefix, path = options.get("cookie_prefix", ""), str(options.get("cookie_path", "/"))
    kept = _span(options["cookie_expires"]) if "cookie_expires" in options else "consent"
    signals = DOUBLECLICK_COOKIES if options["google_signals"] else ()
    return (
        StoredItem(f"{prefix}_ga", kept, purpose="visitors", path=path),
        StoredItem(f"{prefix}_ga_*", kept, purpose="visit", path=path),
        StoredItem("_gid", "24 hours", purpose="visitors"),
        StoredItem("_gat", "1 minute", purpose="throttle"),
        StoredItem("_gat_*", "1 minute", purpose="throttle"),
        StoredItem("_dc_gtm_*", "1 minute", purpose="throttle"),
        StoredItem("AMP_TOKEN", purpose="visitors"),
        StoredItem("__utm*", purpose="visitors"),
        StoredItem("FPID", "2 years", False, removed_by="service", purpose="visitors"),
        StoredItem("FPLC", "20 hours", False, removed_by="service", purpose="visitors"),
        *signals,
    )


def more_hosts(options: Options) -> tuple[str, ...]:
    """Where Google signals go, once advertising is granted too."""
    signals = ("stats.g.doubleclick.net", "pagead2.googlesyndication.com", "www.google.com")
    return signals if options["google_signals"] else ()


def _span(seconds: Any) -> str:
    """A whole number of the largest unit that says it, rounded up to minutes."""
    for unit, length in (("days", 86400), ("hours", 3600)):
        if seconds and seconds % length == 0:
            return f"{seconds // length} {unit}"
    return f"{-(-seconds // 60)} minutes" if seconds else "session"


GOOGLE_ANALYTICS = Product(
    id="google_analytics",
    name="Google Analytics",
    provider="Google LLC",
    category="analytics",
    also=("ga", "ga4", "gtag", "analytics"),
    options={
        "measurement_id": Option(
            help="The measurement id of the web data stream, or a list of several.",
            kind="texts",
            pattern=r"G-[A-Z0-9]{4,12}",
            expected="a measurement id such as `G-1A2B3C4D5E`",
            required=True,
            is_given=True,
        ),
        "send_page_view": Option(
            help="Count the page itself; `false` where your own calls do, as single-page sites.",
            kind="yes",
            expected="`true` or `false`",
            default=True,
        ),
        "debug_mode": Option(
            help="Show the hits in DebugView.",
            kind="yes",
            expected="`true` or `false`",
            default=False,
        ),
        "google_signals": Option(
            help="Google signals, and ad personalisation with them. Only while the visitor grants "
            "advertising too, and never in advanced mode.",
            kind="yes",
            expected="`true` or `false`",
            personalises=True,
            default=False,
        ),
        "cookie_expires": Option(
            help="Seconds that its cookies live, `0` for the browser's session. Without it they "
            "live as long as the consent; they never outlive it.",
            kind="number",
            expected="seconds",
            within_consent=True,
        ),
        "cookie_update": Option(
            help="Let each visit set the cookies' end anew, to the consent's end at most; also of "
            "cookies from before the consent.",
            kind="yes",
            expected="`true` or `false`",
            default=True,
        ),
        "cookie_domain": Option(
            help="The domain of its cookies, `none` for the page's host alone. Without it they "
            "are the whole site's.",
            pattern=r"auto|none|[a-z0-9-]+(\.[a-z0-9-]+)+",
            expected="`auto`, `none` or a domain such as `example.co.id`",
        ),
        "cookie_prefix": Option(
            help="What its cookies' names begin with, to keep them apart from others'.",
            pattern=r"(?!izi|__H|__S)[A-Za-z0-9_.-]{1,32}",
            expected="letters, digits, `_`, `.` and `-`",
        ),
        "cookie_path": Option(
            help="The path of its cookies.",
            pattern=r"/[A-Za-z0-9/._~%-]{0,100}",
            expected="a path such as `/blog`",
        ),
        "cookie_flags": Option(
            help="`SameSite` and `Secure` of its cookies.",
            pattern=rf"{FLAG}(; ?{FLAG})?",
            expected="such as `SameSite=None;Secure`",
        ),
    },
    steps=steps,
    stop=stop,
    shared=shared,
    more_hosts=more_hosts,
    hosts=(
        "www.googletagmanager.com",
        "*.google-analytics.com",
        "analytics.google.com",
        "www.google.com",
    ),
    stored=stored,
    signals=("analytics_storage",),
    consent_mode=True,
    child_treatment=True,
    trusted_types=TRUSTED_TYPES,
    policy=POLICY,
    data=(
        "pd:IPAddress",
        "pd:UID",
        "pd:BrowsingBehaviour",
        "pd:BrowsingReferral",
        "pd:Interaction",
        "pd:DeviceBased",
        "pd:UserAgent",
        "pd:Language",
        "pd:Location",
    ),
    address=ADDRESS,
    countries=COUNTRIES,
    opt_out="https://tools.google.com/dlpage/gaoptout",
)
