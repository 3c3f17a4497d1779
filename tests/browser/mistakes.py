"""Mistakes that the field makes, as data: what each changes, and what has to be said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from banner.consent import Consent
from banner.core.product import Product
from banner.core.release import Release
from banner.core.signals import NO_SIGNALS
from banner.store.writer import Writer
from tests.browser.states import ADSENSE, ALL

TAG_MANAGER_FRAME = "https://www.googletagmanager.com/ns.html?id=GTM-TOKO"
PIXEL = "https://www.google-analytics.com/collect?v=1&amp;tid=UA-1"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a page, a release, a product's facts, the script or the service."""

    state: str
    """The row of the table that has to catch it."""
    caught: str
    """A pattern that one of the problems matches."""
    head: str = ""
    body: str = ""
    release: Callable[[Any, frozenset[str]], None] | None = None
    """Changes each release, given what was granted."""
    product: tuple[str, Callable[[Product], Product]] | None = None
    script: tuple[tuple[str, str], ...] = ()
    """What stands in the sources of the script, and what shall stand there instead."""
    service: Callable[[pytest.MonkeyPatch], None] | None = None


# --- mistakes in a release


def settings_of(release: Release, id: str) -> Iterator[dict[str, Any]]:
    for step in release["services"].get(id, []):
        if step[:2] == ["gtag", "config"]:
            yield step[3]  # type: ignore[misc]


def put_the_default_last(release: Release, _: frozenset[str]) -> None:
    late = release["first"] + release["update"]
    release["first"], release["update"] = [], [["push", "dataLayer", {}]]
    if release["services"]:
        release["services"][[*release["services"]][-1]].extend(late)


def leave_out(signal: str) -> Callable[[Release, frozenset[str]], None]:
    def change(release: Release, _: frozenset[str]) -> None:
        for step in release["first"] + release["update"]:
            if step[:2] == ["gtag", "consent"]:
                step[3].pop(signal)  # type: ignore[attr-defined]

    return change


def give_the_default_twice(release: Release, _: frozenset[str]) -> None:
    release["first"] *= 2


def drop_the_last_update(release: Release, granted: frozenset[str]) -> None:
    if granted >= ALL:
        release["update"] = []


def drop_the_event(release: Release, _: frozenset[str]) -> None:
    release["update"] = release["update"][:1]


def forget_what_waits_for_adsense(release: Release, _: frozenset[str]) -> None:
    if "adsense" in release["services"]:
        release["services"]["adsense"].insert(0, ["set", "adsbygoogle", []])


def send_the_page_view_again(release: Release, _: frozenset[str]) -> None:
    if "google-analytics" in release["services"]:
        release["services"]["google-analytics"].append(["gtag", "event", "page_view", {}])


def fetch_the_tag_again(release: Release, _: frozenset[str]) -> None:
    if "google-analytics" in release["services"]:
        tag = "https://www.googletagmanager.com/gtag/js?id=G-TOKO1&again"
        release["services"]["google-analytics"].append(["script", tag, {}, "again"])


def leave_google_signals_on(release: Release, _: frozenset[str]) -> None:
    for step in release["update"]:
        if step[1] == "set":
            del step[2]["allow_google_signals"]  # type: ignore[attr-defined]
    for settings in settings_of(release, "google-analytics"):
        del settings["allow_google_signals"]


def leave_the_cookie_its_two_years(release: Release, _: frozenset[str]) -> None:
    for settings in settings_of(release, "google-analytics"):
        settings["cookie_expires"] = 63072000


def trust_consent_mode_with_adsense(release: Release, _: frozenset[str]) -> None:
    if release["services"]:
        release["services"]["adsense"] = [["script", f"https://{ADSENSE}", {}, "adsense"]]


def turn_on(name: str) -> Callable[[Release, frozenset[str]], None]:
    def change(release: Release, _: frozenset[str]) -> None:
        if release["first"]:
            release["first"].append(["gtag", "set", name, True])

    return change


def forget_what_is_stored(kind: str) -> Callable[[Any, frozenset[str]], None]:
    def change(release: Any, _: frozenset[str]) -> None:
        for facts in release["left"].values():
            facts[kind] = []

    return change


# --- mistakes in a product


def without_session_cookie(product: Product) -> Product:
    known = product.stored
    return replace(
        product,
        stored=lambda options: tuple(
            item for item in known(options) if not item.name.startswith("_ga_")
        ),
    )


def with_an_ads_signal(product: Product) -> Product:
    return replace(product, signals=(*product.signals, "ad_storage"))


# --- mistakes in the service


def ignore_gpc(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("banner.consent.honoured", lambda decision, *_: decision)
    patch.setattr("banner.web.decisions.signals_of", lambda _: NO_SIGNALS)


def delete_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("banner.web.decisions.delete_refused", lambda *_: None)


def release_without_a_record(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Writer, "write", lambda _, act: act.record)
    patch.setattr(Consent, "_check_evidence", lambda *_: None)


THE_PAGES_OWN = ('part("queue", [earlier, go, refused])', "go([])")

MISTAKES = {
    # in dataLayer
    "commands pushed as arrays": Mistake(
        "all",
        "consent was pushed as an array",
        script=(("onward(arguments)", "onward([...arguments])"),),
    ),
    "the default comes late": Mistake(
        "analytics only",
        r"\d+ entries stand before the consent default",
        release=put_the_default_last,
    ),
    "ad_user_data is missing": Mistake(
        "all", "the default does not set ad_user_data", release=leave_out("ad_user_data")
    ),
    "ad_personalization is missing": Mistake(
        "all",
        "the default does not set ad_personalization",
        release=leave_out("ad_personalization"),
    ),
    "the default is given twice": Mistake(
        "analytics only", "default was given 2 times", release=give_the_default_twice
    ),
    "no update after widening": Mistake(
        "widened", "1 consent updates and not 2", release=drop_the_last_update
    ),
    "no event for Tag Manager": Mistake(
        "analytics only", "izin_consent came 0 times", release=drop_the_event
    ),
    "the owner's own events are lost": Mistake(
        "analytics only", "owner's event is there 0 times", script=(THE_PAGES_OWN,)
    ),
    "analytics grants an ad signal": Mistake(
        "analytics only",
        "the update says that ad_storage is granted",
        product=("google_analytics", with_an_ads_signal),
    ),
    "url_passthrough is left on": Mistake(
        "analytics only", "url_passthrough is on", release=turn_on("url_passthrough")
    ),
    # before a choice, and beside it
    "a pixel stands in the page": Mistake(
        "undecided", "google-analytics.com/collect was asked", body=f'<img src="{PIXEL}" alt="">'
    ),
    "the noscript frame stands in the page": Mistake(
        "JavaScript off",
        "googletagmanager.com/ns.html was asked",
        body=f'<noscript><iframe src="{TAG_MANAGER_FRAME}"></iframe></noscript>',
    ),
    "ads before consent": Mistake(
        "refused",
        "undecided: .*adsbygoogle.js was asked",
        head=f'<script async src="https://{ADSENSE}?client=ca-pub-1234567890123456"></script>',
    ),
    "AdSense stays because Consent Mode says denied": Mistake(
        "analytics only", "adsbygoogle.js was asked", release=trust_consent_mode_with_adsense
    ),
    "Google signals are left on": Mistake(
        "analytics only", "measurement/conversion was asked", release=leave_google_signals_on
    ),
    "GPC is ignored": Mistake(
        "GPC",
        "adsbygoogle.js was asked",
        script=(("navigator.globalPrivacyControl === true", "false"),),
        service=ignore_gpc,
    ),
    "a release without a record": Mistake(
        "all", "without a record", service=release_without_a_record
    ),
    # what runs, and how often
    "what waited for AdSense is lost": Mistake(
        "all", "ads were asked for", release=forget_what_waits_for_adsense
    ),
    "the page view is sent twice": Mistake(
        "all", "2 page views and not 1", release=send_the_page_view_again
    ),
    "the tag is fetched twice": Mistake(
        "analytics only", "gtag/js was fetched 2 times", release=fetch_the_tag_again
    ),
    # after a withdrawal
    "a withdrawn tag runs on": Mistake(
        "withdrawn",
        "was not loaded anew",
        script=(("const mustReload = silence((id) => choices[id]);", "const mustReload = false;"),),
    ),
    "a withdrawn tag says goodbye": Mistake(
        "withdrawn",
        "at once: .* was asked",
        script=(
            (
                "const mustReload = silence((id) => choices[id]);",
                "const mustReload = [...ran].some((id) => !choices[id]);",
            ),
        ),
    ),
    "a cookie is not known": Mistake(
        "withdrawn",
        "cookie _ga_TOKO1 on .toko.co.id is there",
        product=("google_analytics", without_session_cookie),
    ),
    "cookies are deleted on the host alone": Mistake(
        "withdrawn",
        "cookie _ga on .toko.co.id is there",
        script=(('for (const domain of ["", ...domains])', 'for (const domain of [""])'),),
        service=delete_nothing,
    ),
    "cookies are deleted on the domain alone": Mistake(
        "old cookies, refused",
        "cookie _ga on www.toko.co.id is there",
        script=(('for (const domain of ["", ...domains])', "for (const domain of domains)"),),
    ),
    "cookies from before are left": Mistake(
        "old cookies, refused",
        "cookie _gcl_aw on www.toko.co.id is there",
        release=forget_what_is_stored("cookies"),
    ),
    "storage is left": Mistake(
        "withdrawn",
        "google_ama_config is in localStorage",
        release=forget_what_is_stored("storage"),
    ),
    "a cookie outlives the consent": Mistake(
        "analytics only", "longer than the consent", release=leave_the_cookie_its_two_years
    ),
}
