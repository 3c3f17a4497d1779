"""`izin.explain()` and `?izin-debug`: why each tag is held or released. They only read."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from banner.paths import STATIC
from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import SERVICES, Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

COOKIE = "__Secure-izin-toko"
DOMAIN = ".toko.co.id"
ALL = ("google-analytics", "adsense", "ad-manager", "floodlight")
ADS = ALL[1:]
SIGNALS = {
    "ad_storage", "ad_user_data", "ad_personalization", "analytics_storage",
    "functionality_storage", "personalization_storage", "security_storage",
}  # fmt: skip

GPC = "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})"
NO_COOKIES = "Object.defineProperty(Document.prototype, 'cookie', {get: () => '', set() {}})"
ADVANCED = '[consent_mode]\nmode = "advanced"'
COUNTRY = '[country]\nheader = "CF-IPCountry"\nunknown = "hold"'

Rules = dict[str, tuple[str, str]]


def explained(visitor: Visitor) -> dict[str, Any]:
    report: dict[str, Any] = visitor.page.evaluate("() => izin.explain()")
    return report


def rules(report: dict[str, Any]) -> Rules:
    return {each["id"]: (each["state"], each["rule"]["code"]) for each in report["services"]}


def every(state: str, code: str, ids: tuple[str, ...] = ALL) -> Rules:
    return dict.fromkeys(ids, (state, code))


def act(visitor: Visitor, call: str) -> None:
    visitor.page.evaluate(f"() => izin.{call}")


def open_page(shop: Shop, visitor: Visitor, body: str = "", **options: Any) -> None:
    visitor.open(shop.page(body=body, **options))
    visitor.page.wait_for_function("() => window.izin && izin.site")


# --- services: the table of states ---------------------------------------------------------------


def refused(shop: Shop, visitor: Visitor) -> None:
    act(visitor, "refuse()")


def analytics_only(shop: Shop, visitor: Visitor) -> None:
    act(visitor, "choose({analytics: true})")


def all_but_adsense(shop: Shop, visitor: Visitor) -> None:
    act(visitor, "choose({advertising: true, adsense: false})")


def pending(shop: Shop, visitor: Visitor) -> None:
    explained(visitor)  # its part is loaded while the service is there
    shop.world.down(shop.service)
    act(visitor, "choose({analytics: true})")


def widened_while_away(shop: Shop, visitor: Visitor) -> None:
    act(visitor, "choose({analytics: true})")
    explained(visitor)
    shop.world.down(shop.service)
    act(visitor, "accept()")


def withdrawn_offline(shop: Shop, visitor: Visitor) -> None:
    act(visitor, "choose({analytics: true})")
    explained(visitor)
    visitor.context.set_offline(True)
    act(visitor, "refuse()")


def token(**fields: object) -> str:
    """What a cookie may hold, with a signature that the service did not make."""
    told = {"v": 1, "site": "toko", "notice": "2026-11-22", "issued": int(time.time()), **fields}
    told = {"granted": "analytics google-analytics", "refused": "", **told}
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=") + ".AAAA"


def given(*values: str) -> Callable[[Shop, Visitor], None]:
    """The visitor comes with these values of the cookie, and the service does not answer."""

    def give(shop: Shop, visitor: Visitor) -> None:
        shop.world.stuck(shop.service, "/v1/toko/release")
        for value, path in zip(values, ("/", "/produk"), strict=False):
            visitor.context.add_cookies(
                [{"name": COOKIE, "value": value, "domain": DOMAIN, "path": path, "secure": True}]
            )
        open_page(shop, visitor, path="/produk/1")

    return give


ONE_HELD = every("held", "refused", ADS) | {"google-analytics": ("running", "granted")}
STATES: dict[str, tuple[Callable[[Shop, Visitor], None] | None, Rules]] = {
    "undecided": (None, every("held", "undecided")),
    "refused": (refused, every("held", "refused")),
    "analytics only": (analytics_only, ONE_HELD),
    "one service refused": (
        all_but_adsense,
        every("running", "granted")
        | {"google-analytics": ("held", "refused"), "adsense": ("held", "refused")},
    ),
    "pending": (
        pending,
        every("held", "refused", ADS) | {"google-analytics": ("held", "pending")},
    ),
    "widened while the service is away": (
        widened_while_away,
        every("held", "pending", ADS) | {"google-analytics": ("running", "granted")},
    ),
    "withdrawn offline": (
        withdrawn_offline,
        every("held", "refused", ADS) | {"google-analytics": ("running", "withdrawn")},
    ),
    "a cookie of an old notice": (given(token(notice="1999")), every("held", "stale")),
    "a cookie that is too old": (given(token(issued=1)), every("held", "expired")),
    "a cookie of another site": (given(token(site="lain")), every("held", "foreign")),
    "a cookie that is no token": (given("x"), every("held", "unreadable")),
    "a cookie with two values": (given(token(), "x"), every("held", "several")),
    "a cookie not confirmed yet": (given(token()), every("held", "unverified")),
}


@pytest.mark.parametrize("state", STATES)
def test_each_service_has_its_state_and_its_rule(
    shop: Shop, world: World, visitor: Visitor, state: str
) -> None:
    reach, expected = STATES[state]
    open_page(shop, visitor)

    if reach:
        reach(shop, visitor)

    assert rules(explained(visitor)) == expected


@pytest.mark.parametrize(
    ("services", "script", "expected"),
    [
        pytest.param(
            SERVICES,
            GPC,
            every("held", "gpc", ADS) | {"google-analytics": ("running", "granted")},
            id="GPC",
        ),
        pytest.param(SERVICES, NO_COOKIES, every("held", "storage"), id="nothing is kept"),
        pytest.param(
            SERVICES + COUNTRY,
            "",
            every("running", "granted") | every("held", "country", ("adsense", "ad-manager")),
            id="a certified platform is demanded",
        ),
    ],
)
def test_what_was_granted_and_is_held_all_the_same_says_why(
    open_shop: OpenShop, visitor: Visitor, services: str, script: str, expected: Rules
) -> None:
    visitor.context.add_init_script(script)
    open_page(open_shop(services=services), visitor)

    act(visitor, "accept()")

    assert rules(explained(visitor)) == expected


def test_advanced_mode_runs_ahead_of_a_choice_and_says_so(
    open_shop: OpenShop, visitor: Visitor
) -> None:
    open_page(open_shop(services=SERVICES + ADVANCED), visitor)

    before = rules(explained(visitor))
    act(visitor, "refuse()")
    after = rules(explained(visitor))

    ahead = every("running", "ahead", ("google-analytics", "floodlight"))
    held = ("adsense", "ad-manager")
    assert before == every("held", "undecided", held) | ahead
    assert after == every("held", "refused", held) | ahead


def test_a_refusal_names_what_was_refused(shop: Shop, visitor: Visitor) -> None:
    open_page(shop, visitor)

    act(visitor, "choose({advertising: true, adsense: false})")
    of = {each["id"]: each["rule"]["of"] for each in explained(visitor)["services"]}

    assert (of["google-analytics"], of["adsense"]) == ("analytics", "adsense")


def test_each_service_has_the_record_and_the_time_that_speak_for_it(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    open_page(shop, visitor)
    act(visitor, "choose({analytics: true})")
    recorded = visitor.recorded()
    first = explained(visitor)
    world.down(shop.service)

    act(visitor, "accept()")
    later = {each["id"]: each for each in explained(visitor)["services"]}

    (row,) = shop.rows()
    assert first["record"] == row["id"]
    assert {each["record"] for each in first["services"]} == {row["id"]}
    assert {each["time"] for each in first["services"]} == {recorded["time"]}
    assert later["google-analytics"]["record"] == row["id"]
    assert later["google-analytics"]["time"] == recorded["time"]
    assert later["adsense"]["record"] is None


def test_each_tag_is_named_and_looked_for_in_the_page(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    open_page(shop, visitor)

    act(visitor, "choose({analytics: true, floodlight: true})")
    tags = {each["id"]: each["tags"] for each in explained(visitor)["services"]}

    gtag = "https://www.googletagmanager.com/gtag/js?id="
    assert tags == {
        "google-analytics": [{"src": gtag + "G-TOKO1", "present": True, "shared": None}],
        "floodlight": [{"src": gtag + "DC-1234567", "present": False, "shared": gtag + "G-TOKO1"}],
        "adsense": [],
        "ad-manager": [],
    }


def test_an_embed_may_run_before_anything_of_it_has(open_shop: OpenShop, visitor: Visitor) -> None:
    peta = '[services.peta]\nproduct = "embed"\ncategory = "preferences"\nhost = "peta.example"'
    open_page(open_shop(services=SERVICES + peta), visitor)

    act(visitor, "choose({preferences: true})")

    assert rules(explained(visitor))["peta"] == ("released", "granted")


def test_the_choice_has_its_age_and_its_end(shop: Shop, visitor: Visitor) -> None:
    open_page(shop, visitor)

    act(visitor, "accept()")
    report = explained(visitor)

    decision = visitor.decision()
    assert report["decision"] == decision
    assert decision is not None
    assert report["time"] == decision["time"] == report["cookie"]["issued"]
    assert 0 <= report["age"] < 60
    assert report["until"] > report["time"]
    assert (report["cookie"]["name"], report["cookie"]["state"]) == (COOKIE, "readable")


# --- what stands in the page ---------------------------------------------------------------------

MARKED_UP = """
<script type="text/plain" data-izin="anlytics" src="/a.js"></script>
<script type="text/plain" data-izin="google_analytics"></script>
<script type="text/plain" data-izin="analitik"></script>
<script type="text/plain" data-izin="peta"></script>
<script type="text/plain" data-izin="adsense">ran = 1</script>
<iframe title="Peta" data-izin="advertising" data-izin-src="/peta"></iframe>
<script data-izin="analytics">ran = 1</script>
<img alt="" data-izin="analytics" src="/titik.gif">
"""


def test_held_elements_say_why_and_mistakes_in_them_are_named(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    world.file("www.toko.co.id", "/titik.gif", b"GIF89a", "image/gif")
    open_page(shop, visitor, MARKED_UP)

    found = [
        (each["element"], each["src"], each["rule"]["code"], each["nearest"])
        for each in explained(visitor)["elements"]
    ]

    assert found == [
        ("script", "/a.js", "unknown", "analytics"),
        ("script", None, "unknown", "google-analytics"),
        ("script", None, "unknown", "analytics"),  # as an Indonesian writes it
        ("script", None, "unknown", None),
        ("script", None, "undecided", None),
        ("iframe", "/peta", "undecided", None),
        ("script", None, "not_held", None),
        ("img", "/titik.gif", "not_held", None),
    ]


def test_what_refused_services_left_behind_is_named_and_not_touched(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    open_page(shop, visitor)
    act(visitor, "choose({analytics: true})")
    leave = """() => {
      for (const name of ["_ga", "_gcl_au", "__gads", "mine"])
        document.cookie = name + "=1; path=/";
      localStorage.setItem("_gcl_ls", "1");
      localStorage.setItem("mine", "1");
      sessionStorage.setItem("GGDFSSK", "1");
    }"""
    visitor.page.evaluate(leave)
    world.settle(visitor.page)
    before = (visitor.cookies(), visitor.storage())

    report = explained(visitor)

    left = {(each["place"], each["name"]): each["removed"] for each in report["left"]}
    assert left == {
        ("cookie", "_gcl_au"): "page",
        ("cookie", "__gads"): "page",
        ("localStorage", "_gcl_ls"): "page",
        ("sessionStorage", "GGDFSSK"): "page",
    }
    assert {each["service"] for each in report["left"]} <= set(ADS)
    assert (visitor.cookies(), visitor.storage()) == before


def test_what_only_the_provider_holds_is_named_by_service(shop: Shop, visitor: Visitor) -> None:
    open_page(shop, visitor)

    act(visitor, "choose({analytics: true})")
    unseen = {(each["service"], each["domain"]): each for each in explained(visitor)["unseen"]}

    assert "IDE" in unseen["adsense", "doubleclick.net"]["names"]
    assert unseen["adsense", "doubleclick.net"]["removed"] == "nobody"
    assert not any(service == "google-analytics" for service, _ in unseen)


LEAKS = """
<script async src="https://www.googletagmanager.com/gtag/js?id=G-LAIN1"></script>
<img alt="" src="https://ad.doubleclick.net/titik.gif?id=7">
<link rel="preconnect" href="https://pagead2.googlesyndication.com">
"""


def test_a_tag_that_did_not_go_through_the_gate_is_caught(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    open_page(shop, visitor, LEAKS)
    world.settle(visitor.page)

    found = {each["host"]: each for each in explained(visitor)["unmanaged"]}

    assert found["www.googletagmanager.com"]["services"] == ["google-analytics", "floodlight"]
    assert found["www.googletagmanager.com"]["by"] == "script"
    assert found["ad.doubleclick.net"]["first"] == "https://ad.doubleclick.net/titik.gif"
    assert found["pagead2.googlesyndication.com"]["by"] == "preconnect"
    assert set(ADS) == set(found["pagead2.googlesyndication.com"]["services"])


def test_a_known_host_that_the_sites_file_does_not_name_is_caught_too(
    open_shop: OpenShop, world: World, visitor: Visitor
) -> None:
    only = '[services.floodlight]\nproduct = "floodlight"\nconfig_id = "DC-1234567"'
    image = '<img alt="" src="https://www.google-analytics.com/collect">'
    open_page(open_shop(services=only), visitor, image)
    world.settle(visitor.page)

    (found,) = explained(visitor)["unmanaged"]

    assert (found["host"], found["services"], found["products"]) == (
        "www.google-analytics.com", [], ["Google Analytics"],
    )  # fmt: skip


def test_what_was_released_is_no_leak_and_neither_is_the_page_itself(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    open_page(shop, visitor)

    act(visitor, "choose({analytics: true})")
    world.settle(visitor.page)

    assert world.outside()
    assert explained(visitor)["unmanaged"] == []


# --- Consent Mode --------------------------------------------------------------------------------

GTAG = "<script>dataLayer = []; function gtag() { dataLayer.push(arguments) }</script>"


def problems(report: dict[str, Any]) -> list[str]:
    return [each["code"] for each in report["consent"]["problems"]]


def test_the_consent_commands_stand_in_their_order(shop: Shop, visitor: Visitor) -> None:
    open_page(shop, visitor, GTAG + "<script>gtag('js', new Date())</script>")

    before = explained(visitor)["consent"]
    act(visitor, "choose({analytics: true})")
    visitor.page.wait_for_function("dataLayer.some(each => each[0] === 'config')")
    report = explained(visitor)

    default, update = report["consent"]["commands"]
    assert before == {"commands": [], "problems": []}
    assert problems(report) == []
    assert (default["position"], default["command"], default["region"]) == (0, "default", None)
    assert (update["position"], update["command"]) == (1, "update")
    assert set(default["values"]) == set(update["values"]) == SIGNALS
    assert default["values"]["analytics_storage"] == "denied"
    assert update["values"]["analytics_storage"] == "granted"


def test_defaults_for_regions_are_not_a_second_default(
    open_shop: OpenShop, visitor: Visitor
) -> None:
    regions = '[[consent_mode.regions]]\nregions = ["US-CA"]\ngranted = ["analytics_storage"]'
    advanced = '[consent_mode]\nmode = "advanced"\n'
    open_page(open_shop(services=SERVICES + advanced + regions), visitor)

    act(visitor, "accept()")
    report = explained(visitor)

    commands = [(each["command"], each["region"]) for each in report["consent"]["commands"]]
    assert commands == [("default", None), ("default", ["US-CA"]), ("update", None)]
    assert problems(report) == []


DENIED = json.dumps(dict.fromkeys(sorted(SIGNALS), "denied"))


@pytest.mark.parametrize(
    ("script", "code", "of"),
    [
        pytest.param(
            f"dataLayer.push(['consent', 'default', {DENIED}])",
            "array",
            "dataLayer[0] (consent default)",
            id="an array",
        ),
        pytest.param(
            f"gtag('config', 'G-LAIN1'); gtag('consent', 'default', {DENIED})",
            "default_late",
            "dataLayer[0] (config G-LAIN1)",
            id="a late default",
        ),
        pytest.param(
            f"dataLayer.push({{event: 'x'}}); gtag('consent', 'default', {DENIED})",
            "default_late",
            "dataLayer[0] (x)",
            id="an event before the default",
        ),
        pytest.param(
            f"gtag('consent', 'default', {DENIED}); gtag('consent', 'default', {DENIED})",
            "default_repeated",
            "0, 1",
            id="two defaults",
        ),
        pytest.param(
            "gtag('consent', 'default', {ad_storage: 'denied', analytics_storage: 'denied'})",
            "signal_missing",
            "ad_user_data, ad_personalization, functionality_storage, personalization_storage, "
            "security_storage",
            id="five signals forgotten",
        ),
        pytest.param(
            "window.google_tag_manager = {}; gtag('config', 'G-LAIN1')",
            "default_missing",
            "",
            id="no default at all",
        ),
    ],
)
def test_mistakes_in_consent_mode_are_named(
    shop: Shop, world: World, visitor: Visitor, script: str, code: str, of: str
) -> None:
    open_page(shop, visitor, f"{GTAG}<script>{script}</script>")
    world.settle(visitor.page)

    found = explained(visitor)["consent"]["problems"]

    assert [(each["code"], each["of"]) for each in found] == [(code, of)]


def test_what_stands_in_the_data_layer_never_breaks_the_report(
    shop: Shop, visitor: Visitor
) -> None:
    strange = """<script>
      const ring = {}; ring.ring = ring;
      gtag("consent", "default", {ad_storage: ring, analytics_storage: 1n, wait_for_update: 500});
      gtag("consent"); gtag(); dataLayer.push(null, undefined, 1, "x", [], ring, document.body);
    </script>"""
    open_page(shop, visitor, GTAG + strange)

    report = explained(visitor)

    assert [each["values"] for each in report["consent"]["commands"]] == [
        {"wait_for_update": 500}, {},
    ]  # fmt: skip


# --- the report as promised ----------------------------------------------------------------------


def promised(name: str) -> dict[str, Any]:
    """The fields of one of the report's interfaces in types.d.ts, those inside them too."""
    text = (STATIC / "types.d.ts").read_text("utf-8")
    block = text.split(f"interface {name} {{\n")[1].split("\n}\n")[0]
    found: dict[str, Any] = {}
    inside = [found]
    for line in block.splitlines():
        field = re.match(r" *readonly (\w+):\s*(.*)", line)
        if field and field[2].endswith("{"):
            inside[-1][field[1]] = {}
            inside.append(inside[-1][field[1]])
        elif field:
            of = re.search(r"Izin(Rule|ReportedService)", field[2])
            inside[-1][field[1]] = promised(of[0]) if of else None
        elif re.match(r" *\}", line):
            inside.pop()
    return found


def fields(value: Any) -> Any:
    """The same of a report: a list is as its first entry, and what is open stays open."""
    if isinstance(value, list):
        return fields(value[0]) if value and isinstance(value[0], dict) else None
    return {name: fields(each) for name, each in value.items()} if isinstance(value, dict) else None


def test_the_report_is_plain_json_with_the_promised_fields(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    open_page(
        shop, visitor, GTAG + "<script>dataLayer.push(['consent'])</script>" + MARKED_UP + LEAKS
    )
    act(visitor, "choose({analytics: true})")
    visitor.page.evaluate("() => { document.cookie = '_gcl_au=1' }")
    world.settle(visitor.page)

    text = visitor.page.evaluate("async () => JSON.stringify(await izin.explain())")
    report = json.loads(text)

    told = fields(report)
    told["decision"] = None
    told["consent"]["commands"]["values"] = None
    assert report == explained(visitor) | {"age": report["age"]}
    assert told == promised("IzinReport")


def test_a_report_is_a_copy(shop: Shop, visitor: Visitor) -> None:
    open_page(shop, visitor)
    act(visitor, "refuse()")

    visitor.page.evaluate(
        """async () => {
          const report = await izin.explain();
          report.decision.categories.analytics = true;
          report.services.forEach((service) => (service.state = "running"));
        }"""
    )

    assert visitor.recorded()["categories"]["analytics"] is False
    assert rules(explained(visitor)) == every("held", "refused")


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("id-ID", "Kategori Periklanan ditolak."),
        ("en-GB", "The category Advertising was refused."),
    ],
)
def test_rules_are_told_in_the_visitors_language(
    shop: Shop, new_visitor: NewVisitor, locale: str, sentence: str
) -> None:
    visitor = new_visitor(locale=locale)
    visitor.open(shop.page(lang=""))
    visitor.banner.wait_for()

    act(visitor, "refuse()")
    texts = {each["id"]: each["rule"]["text"] for each in explained(visitor)["services"]}

    assert texts["adsense"] == sentence


def test_many_asked_at_once_are_all_answered(shop: Shop, visitor: Visitor) -> None:
    open_page(shop, visitor)

    reports = visitor.page.evaluate("() => Promise.all([1, 2, 3].map(() => izin.explain()))")

    assert [report["site"] for report in reports] == ["toko"] * 3


# --- nothing in an address changes anything ------------------------------------------------------

HOSTILE = (
    "?izin-debug",
    "?izin-debug=accept&izin=all#izin-accept",
    "?a=1&izin-debug=1&analytics=granted&izin_choice=accept",
    "?izin-debug=%3Cscript%3Eizin.accept()%3C/script%3E",
)


def traces(shop: Shop, visitor: Visitor) -> tuple[object, ...]:
    """What the browser and the service hold, but for the cookies that a granted tag renews."""
    cookies = {key: each for key, each in visitor.cookies().items() if key[0][:3] != "_ga"}
    session = visitor.page.evaluate("() => ({...sessionStorage})")
    databases = visitor.page.evaluate("async () => (await indexedDB.databases()).length")
    return (cookies, visitor.storage(), session, databases, shop.rows(), visitor.decision())


@pytest.mark.parametrize("address", HOSTILE)
@pytest.mark.parametrize("choice", ["undecided", "refuse()", "choose({analytics: true})"])
def test_the_panel_changes_sends_and_stores_nothing(
    shop: Shop, world: World, visitor: Visitor, choice: str, address: str
) -> None:
    open_page(shop, visitor)
    if choice != "undecided":
        act(visitor, choice)
        visitor.recorded()
    visitor.leave()
    visitor.open("https://www.toko.co.id/")
    world.settle(visitor.page)
    before = traces(shop, visitor)
    before_hosts = {each.host for each in world.outside()}
    visitor.leave()

    visitor.open("https://www.toko.co.id/" + address)
    panel(visitor).wait_for()
    world.settle(visitor.page)

    assert (shop.asked(), sorted(shop.parts())) == ([], ["explain", "panel", "reached"])
    assert {each.host for each in world.outside()} <= before_hosts
    assert traces(shop, visitor) == before


def test_another_word_in_the_address_is_no_debugging(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    shop.page()
    for address in ("?izin-debugger", "?x=izin-debug", "#izin-debug", "#?izin-debug"):
        visitor.open("https://www.toko.co.id/" + address)
        visitor.banner.wait_for()
        world.settle(visitor.page)

    assert not {"explain", "panel"} & set(shop.parts())


# --- the panel -----------------------------------------------------------------------------------

TITLES = {
    "id": "Mengapa tag ini ditahan atau dilepas?",
    "en": "Why was this tag held or released?",
}


def panel(visitor: Visitor) -> Any:
    return visitor.page.get_by_role("region", name=TITLES[visitor.language], exact=True)


def open_panel(shop: Shop, visitor: Visitor, body: str = "", **options: Any) -> None:
    visitor.open(shop.page(body=body, **options) + "?izin-debug")
    panel(visitor).wait_for()


@pytest.mark.parametrize(
    ("locale", "table", "columns", "row"),
    [
        (
            "id-ID",
            "Layanan",
            ["Layanan", "Kategori", "Keadaan", "Alasan", "Catatan", "Waktu", "Tag", "Host"],
            ["Periklanan", "ditahan", "Kategori Periklanan ditolak.", "tidak ada"],
        ),
        (
            "en-GB",
            "Services",
            ["Service", "Category", "State", "Rule", "Record", "Time", "Tags", "Hosts"],
            ["Advertising", "held", "The category Advertising was refused.", "none"],
        ),
    ],
)
def test_the_panel_is_a_named_region_with_tables_in_the_visitors_language(
    shop: Shop,
    new_visitor: NewVisitor,
    locale: str,
    table: str,
    columns: list[str],
    row: list[str],
) -> None:
    visitor = new_visitor(locale=locale)
    open_panel(shop, visitor, lang="")
    visitor.refuse_all()
    visitor.recorded()

    services = panel(visitor).get_by_role("table", name=table, exact=True)
    adsense = services.get_by_role("row").filter(
        has=visitor.page.get_by_role("rowheader", name="Google AdSense", exact=True)
    )

    services.get_by_text(row[2]).first.wait_for()
    assert services.get_by_role("columnheader").all_inner_texts() == columns
    assert adsense.get_by_role("cell").all_inner_texts()[:4] == row


def test_the_panel_follows_every_change(shop: Shop, world: World, visitor: Visitor) -> None:
    open_panel(shop, visitor)
    services = panel(visitor).get_by_role("table", name="Layanan", exact=True)
    services.get_by_text("Belum ada pilihan").first.wait_for()

    visitor.accept_all()
    visitor.recorded()

    services.get_by_text("berjalan di halaman ini").first.wait_for()
    assert services.get_by_text("Belum ada pilihan").count() == 0


def test_the_panel_shows_the_mistakes(shop: Shop, world: World, visitor: Visitor) -> None:
    array = GTAG + "<script>dataLayer.push(['consent', 'default', {}])</script>"
    open_panel(shop, visitor, array + MARKED_UP.replace('src="/titik.gif"', "") + LEAKS)
    world.settle(visitor.page)

    panel(visitor).get_by_role("button", name="Perbarui", exact=True).click()

    for words in (
        "Mungkin maksudnya “analytics”.",
        "dikirim sebagai array",
        "Sepertinya dari Google",
    ):
        assert panel(visitor).get_by_text(words).first.is_visible()


def test_the_panel_is_closed_by_its_button_and_by_escape_and_takes_no_focus(
    shop: Shop, visitor: Visitor
) -> None:
    open_panel(shop, visitor)
    focus = visitor.page.evaluate("() => document.activeElement.localName")

    panel(visitor).get_by_role("button", name="Perbarui", exact=True).press("Escape")
    closed_by_escape = not panel(visitor).is_visible()
    visitor.page.reload()
    panel(visitor).get_by_role("button", name="Tutup panel", exact=True).click()

    assert focus == "body"
    assert closed_by_escape
    assert not panel(visitor).is_visible()
    assert visitor.banner.is_visible()


def test_the_panel_shows_the_report_as_json(shop: Shop, visitor: Visitor) -> None:
    open_panel(shop, visitor)

    panel(visitor).get_by_role("button", name="Tampilkan dan salin JSON", exact=True).click()
    text = panel(visitor).get_by_role("textbox", name="Laporan sebagai JSON", exact=True)
    text.wait_for()

    assert json.loads(text.input_value()) == explained(visitor)


MANY = "".join(
    f'[services.layanan-{number}]\nproduct = "embed"\ncategory = "preferences"\n'
    f'name = "Layanan dengan nama yang panjang sekali nomor {number}"\n'
    f'host = "layanan-{number}.example"\nprovider = "Penyedia {number}"\n'
    for number in range(32)
)


@pytest.mark.parametrize(
    ("layout", "width", "height", "scheme"),
    [
        ("bar", 320, 568, "light"),
        ("box", 568, 320, "dark"),
        ("bar", 568, 320, "light"),
        ("box", 1280, 720, "dark"),
    ],
)
def test_the_panel_never_covers_the_banners_buttons(
    open_shop: OpenShop,
    new_visitor: NewVisitor,
    layout: str,
    width: int,
    height: int,
    scheme: str,
) -> None:
    visitor = new_visitor(viewport={"width": width, "height": height}, color_scheme=scheme)
    open_panel(open_shop(services=MANY, layout=layout), visitor)
    services = panel(visitor).get_by_role("table", name="Layanan", exact=True)

    assert services.get_by_role("rowheader").count() == 32
    scrolls = "() => document.documentElement.scrollWidth > innerWidth"
    assert not visitor.page.evaluate(scrolls)
    visitor.page.evaluate("() => scrollTo(0, 0)")
    visitor.banner.get_by_role("button", name=visitor.names.accept_all).click(trial=True)
    visitor.refuse_all()
    visitor.recorded()


STRICT = {
    "Content-Security-Policy": "default-src 'none'; img-src 'none'; "
    "script-src 'nonce-abc' 'strict-dynamic'; connect-src https://izin.toko.co.id; "
    "require-trusted-types-for 'script'; trusted-types izin"
}


def test_under_a_strict_policy_nothing_is_violated(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    watch = """<script nonce="abc">
      violations = [];
      document.addEventListener("securitypolicyviolation", (event) =>
        violations.push([event.violatedDirective, event.blockedURI]));
    </script>"""
    tag = shop.tag().replace("<script", '<script nonce="abc"')
    open_panel(shop, visitor, head=watch, tag=tag, headers=STRICT)

    report = explained(visitor)
    panel(visitor).get_by_role("button", name="Perbarui", exact=True).click()
    visitor.refuse_all()
    visitor.recorded()
    world.settle(visitor.page)

    assert report["site"] == "toko"
    assert visitor.page.evaluate("() => violations") == []
    assert visitor.errors == []


def test_what_an_owner_or_a_page_writes_is_shown_as_text(
    shop: Shop, world: World, visitor: Visitor
) -> None:
    evil = "<b>tebal</b><img src=x onerror=alert(1)>"
    script = f"""<script>
      const held = document.createElement("script");
      held.type = "text/plain";
      held.dataset.izin = `{evil}`;
      document.querySelector("main").append(held);
    </script>"""
    open_panel(shop, visitor, script)

    assert panel(visitor).get_by_text(evil).first.is_visible()
    assert panel(visitor).locator("img").count() == 0
