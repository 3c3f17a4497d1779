"""The states that a visitor can be in, how each is reached, and what each allows.

A `State` is data; `walk` takes a visitor there and on, and says what was wrong on the way.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TooLate

from tests.browser.judge import OWN_EVENT, Expected, problems, problems_after_leaving
from tests.browser.observe import ANALYTICS_HIT, observe, places_of
from tests.browser.shop import SLOTS, Shop
from tests.browser.visitor import Visitor

SWITCHES = {
    "preferences": "Preferensi",
    "analytics": "Analitik",
    "advertising": "Periklanan",
}
ALL = frozenset(SWITCHES)
NOTHING: frozenset[str] = frozenset()
ANALYTICS = frozenset({"analytics"})
ADVERTISING = frozenset({"advertising"})
PREFERENCES = frozenset({"preferences"})

DOMAIN = ".toko.co.id"
CHOICE = ("__Secure-izin-toko", DOMAIN)

TAG = "www.googletagmanager.com/gtag/js"
SECOND_TAG = "www.googletagmanager.com/gtag/destination"
ADSENSE = "pagead2.googlesyndication.com/pagead/js/adsbygoogle.js"
GPT = "securepubads.g.doubleclick.net/tag/js/gpt.js"
LEAVING_ADS = "pagead2.googlesyndication.com/pagead/gen_204"

ADS_PLACES = frozenset(
    {
        "ad.doubleclick.net/activity",
        ADSENSE,
        "pagead2.googlesyndication.com/pagead/managed/js/adsense/m202604010101/show_ads_impl.js",
        "googleads.g.doubleclick.net/pagead/html/r20260401/r20190131/zrt_lookup.html",
        "googleads.g.doubleclick.net/pagead/ads",
        "ep1.adtrafficquality.google/getconfig/sodar",
        GPT,
        "securepubads.g.doubleclick.net/pagead/managed/js/gpt/m202604010101/pubads_impl.js",
        "securepubads.g.doubleclick.net/pagead/ppub_config",
        "securepubads.g.doubleclick.net/pagead/managed/dict/m202604010101/gpt",
        "securepubads.g.doubleclick.net/gampad/ads",
        "5ab1e0f2.safeframe.googlesyndication.com/safeframe/1-0-45/html/container.html",
    }
)

ANALYTICS_COOKIES = frozenset({("_ga", DOMAIN), ("_ga_TOKO1", DOMAIN)})
# IDE and test_cookie of doubleclick.net are offered too; this browser window keeps no cookies of
# third parties, as private windows do.
ADS_COOKIES = frozenset((name, DOMAIN) for name in ("_gcl_au", "__gads", "__gpi", "__eoi"))
ADS_STORAGE = frozenset({"_gcl_ls", "google_ama_config", "google_auto_fc_cmp_setting"})

ADS_SIGNALS = frozenset({"ad_storage", "ad_user_data", "ad_personalization"})
PREFERENCES_SIGNALS = frozenset({"functionality_storage", "personalization_storage"})

ONLY_CHOICE = Expected(cookies=frozenset({CHOICE}))
OF_ANALYTICS = Expected(
    places=frozenset({TAG, ANALYTICS_HIT}),
    cookies=ANALYTICS_COOKIES | {CHOICE},
    signals=frozenset({"analytics_storage"}),
    categories=ANALYTICS,
    configs=("G-TOKO1",),
    gcs="G101",
    gcd="13q3r3q3q",
    page_views=1,
    leaves=frozenset({ANALYTICS_HIT}),
)
OF_ADVERTISING = Expected(
    places=ADS_PLACES | {TAG},
    cookies=ADS_COOKIES | {CHOICE},
    storage=ADS_STORAGE | {"izin:toko"},
    signals=ADS_SIGNALS,
    categories=ADVERTISING,
    configs=("DC-1234567",),
    gcs="G110",
    gcd="13r3q3r3r",
    ads=("1", "page", "/21712345678/toko"),
    leaves=frozenset({LEAVING_ADS}),
)
OF_ALL = Expected(
    # gtag.js, loaded for Analytics, fetches the second destination by itself.
    places=ADS_PLACES | {TAG, ANALYTICS_HIT, SECOND_TAG},
    cookies=ADS_COOKIES | ANALYTICS_COOKIES | {CHOICE},
    storage=ADS_STORAGE | {"izin:toko"},
    signals=ADS_SIGNALS | PREFERENCES_SIGNALS | {"analytics_storage"},
    categories=ALL,
    configs=("G-TOKO1", "DC-1234567"),
    gcs="G111",
    gcd="13r3r3r3r",
    page_views=1,
    ads=("1", "page", "/21712345678/toko"),
    leaves=frozenset({ANALYTICS_HIT, LEAVING_ADS}),
)
BY_GRANT: Mapping[frozenset[str], Expected] = {
    NOTHING: ONLY_CHOICE,
    PREFERENCES: ONLY_CHOICE,
    ANALYTICS: OF_ANALYTICS,
    ADVERTISING: OF_ADVERTISING,
    ALL: OF_ALL,
    ALL - ADVERTISING: replace(
        OF_ANALYTICS,
        signals=OF_ANALYTICS.signals | PREFERENCES_SIGNALS,
        categories=ALL - ADVERTISING,
    ),
}
UNDECIDED = Expected(storage=frozenset())

OLD = ("_ga", "_ga_TOKO1", "_gid", "_gcl_au", "_gcl_aw", "__gads", "__gpi", "__eoi")
OLD_OF_ANALYTICS = ("_ga", "_ga_TOKO1", "_gid")

PATIENCE = 3.0
"""Seconds in which what is expected has to begin."""

OLD_DAYS = {"_ga": 399, "_ga_TOKO1": 399}
"""As Google leaves them: two years are asked for, and Chromium gives 400 days."""

TAKES_PLACE = """<script>
window.dataLayer = window.dataLayer || []; dataLayer.push({event: "%s"});
</script>"""

GPC = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})"


@dataclass(frozen=True, slots=True)
class State:
    """`choices` are what the visitor grants, one after the other; none leaves them undecided."""

    choices: tuple[frozenset[str], ...] = ()
    becomes: frozenset[str] | None = None
    """What it comes to, where that is not the last choice."""
    gpc: bool = False
    gpc_later: bool = False
    """The browser begins to send the signal after the last choice."""
    old_cookies: bool = False
    javascript: bool = True
    service: bool = True
    in_place: Mapping[str, Any] = field(default_factory=dict)
    """What differs on the page where the last choice is made, which has not been loaded anew."""

    @property
    def granted(self) -> frozenset[str]:
        if self.becomes is not None:
            return self.becomes
        return self.choices[-1] if self.choices else NOTHING

    @property
    def expected(self) -> Expected:
        """On any later page."""
        if not self.choices:
            return replace(UNDECIDED, cookies=self._old_that_stay())
        expected = BY_GRANT[self.granted]
        return replace(expected, cookies=expected.cookies | self._old_that_stay())

    def _old_that_stay(self) -> frozenset[tuple[str, str]]:
        """Before a choice nobody touches them; then those go whose service is refused."""
        if not self.old_cookies:
            return frozenset()
        names = OLD if not self.choices else OLD_OF_ANALYTICS if "analytics" in self.granted else ()
        return frozenset((name, domain) for name in names for domain in (DOMAIN, ""))


STATES: Mapping[str, State] = {
    "undecided": State(),
    "refused": State((NOTHING,)),
    "analytics only": State((ANALYTICS,)),
    "advertising only": State((ADVERTISING,)),
    "preferences only": State((PREFERENCES,)),
    "all": State((ALL,)),
    "widened": State(
        (ANALYTICS, ALL),
        in_place={"places": OF_ALL.places - {TAG}, "updates": 2, "page_views": 0},
    ),
    "narrowed": State((ALL, ANALYTICS)),
    "withdrawn": State((ALL, NOTHING)),
    "GPC": State((ALL,), becomes=ALL - ADVERTISING, gpc=True),
    "GPC after a grant": State((ALL,), becomes=ALL - ADVERTISING, gpc_later=True),
    "old cookies, undecided": State(old_cookies=True),
    "old cookies, refused": State((NOTHING,), old_cookies=True),
    "old cookies, analytics only": State((ANALYTICS,), old_cookies=True),
    "JavaScript off": State(javascript=False),
    "script unreachable": State(service=False),
}


@dataclass(frozen=True, slots=True)
class Walk:
    """One visitor's way through a state, on one host of the shop."""

    shop: Shop
    visitor: Visitor
    state: State
    host: str = "www.toko.co.id"
    head: str = ""
    body: str = ""

    def problems(self) -> Iterator[str]:
        """What is wrong while undecided, after the last choice, after a reload, in a new tab, and
        when all tabs are left; each as soon as it is seen."""
        self._prepare()
        self.visitor.open(self._page("/"))
        yield from self._see("undecided", self._before())
        for choice in self.state.choices[:-1]:
            yield from self._choose(choice)
            self._await(BY_GRANT[choice])
        for choice in self.state.choices[-1:]:
            yield from self._choose(choice)
            yield from self._see("at once", self._at_once())
        if self.state.gpc_later:
            self._begin_gpc()
        self.visitor.world.clear()
        self.visitor.page.reload()
        yield from self._see("after a reload", self._expected())
        self.visitor.world.clear()
        tab = self.visitor.context.new_page()
        tab.goto(self._page("/lain"))
        yield from self._see("in a new tab", self._expected(), tab)
        yield from self._leave(tab)

    # What is expected, with the host's own name in place

    def _expected(self) -> Expected:
        return self._on_host(self.state.expected)

    def _before(self) -> Expected:
        return self._on_host(replace(self.state, choices=(), becomes=None).expected)

    def _at_once(self) -> Expected:
        expected = BY_GRANT[self.state.choices[-1]] if self.state.gpc_later else self.state.expected
        return self._on_host(replace(expected, **self.state.in_place))

    def _on_host(self, expected: Expected) -> Expected:
        cookies = {(name, domain or self.host) for name, domain in expected.cookies}
        return replace(expected, cookies=frozenset(cookies))

    # What is done

    def _prepare(self) -> None:
        if self.state.gpc:
            self._send_gpc()
        if not self.state.service:
            self.visitor.world.down(self.shop.service)
        if self.state.old_cookies:
            self.visitor.context.add_cookies([*self._old_cookies()])

    def _old_cookies(self) -> Iterator[Any]:
        for name in OLD:
            for domain, days in ((DOMAIN, OLD_DAYS.get(name, 90)), (self.host, 90)):
                expires = time.time() + days * 86400
                yield {
                    "name": name, "value": "dulu", "domain": domain, "path": "/",
                    "expires": expires,
                }  # fmt: skip

    def _send_gpc(self) -> None:
        self.visitor.context.add_init_script(GPC)
        self.visitor.context.set_extra_http_headers({"Sec-GPC": "1"})

    def _begin_gpc(self) -> None:
        self._send_gpc()
        self.visitor.world.clear()
        self.visitor.page.reload()
        self.visitor.recorded()
        self.visitor.world.settle(self.visitor.page, limit=10)

    def _page(self, path: str) -> str:
        control = f"<button data-izin-open>{self.visitor.names.dialog}</button>"
        return self.shop.page(
            path,
            control + SLOTS + self.body,
            host=self.host,
            head=TAKES_PLACE % OWN_EVENT + self.head,
        )

    def _choose(self, granted: frozenset[str]) -> Iterator[str]:
        self.visitor.world.clear()
        before = self.visitor.decision()
        if before is None:
            self._choose_first(granted)
        else:
            had = {name for name, choice in before["categories"].items() if choice}
            yield from self._choose_again(granted, reloads=bool(had - granted))
        decision = self.visitor.recorded()
        if any(decision["categories"].values()) and not self._has_record(decision):
            yield "at once: a grant took effect without a record"

    def _has_record(self, decision: Mapping[str, Any]) -> bool:
        return self.shop.records.find(decision["record"] or "") is not None

    def _choose_first(self, granted: frozenset[str]) -> None:
        if granted == ALL:
            self.visitor.accept_all()
        elif granted:
            self.visitor.choose(*(SWITCHES[name] for name in sorted(granted)))
        else:
            self.visitor.refuse_all()

    def _choose_again(self, granted: frozenset[str], *, reloads: bool) -> Iterator[str]:
        self.visitor.reopen()
        try:
            with self.visitor.reloading() if reloads else nullcontext():
                self._set_switches(granted)
        except TooLate:
            yield "at once: the page of a withdrawn tag was not loaded anew"

    def _set_switches(self, granted: frozenset[str]) -> None:
        if not granted:
            self.visitor.withdraw_all()
            return
        for name, switch in SWITCHES.items():
            self.visitor.switch(switch).set_checked(name in granted)
        self.visitor.save()

    # What is seen

    def _see(self, moment: str, expected: Expected, page: Page | None = None) -> Iterator[str]:
        self._await(expected, page)
        for each in problems(observe(self.visitor, page), expected):
            yield f"{moment}: {each}"

    def _await(self, expected: Expected, page: Page | None = None) -> None:
        """On a busy machine it can be quiet before anything has begun."""
        page, world = page or self.visitor.page, self.visitor.world
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not expected.places <= places_of(world.outside()):
            page.wait_for_timeout(20)
        world.settle(page, limit=10)

    def _leave(self, *tabs: Page) -> Iterator[str]:
        self.visitor.world.clear()
        for page in (self.visitor.page, *tabs):
            page.goto("about:blank")
        for each in problems_after_leaving(observe(self.visitor), self._expected()):
            yield f"left: {each}"
