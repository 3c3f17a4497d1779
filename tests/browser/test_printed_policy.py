"""What `flask csp` prints, put on a page as it stands: the pinned tag, and the policies."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect

from banner.cli import COMMANDS
from banner.paths import ROOT
from tests.browser.conftest import OpenShop
from tests.browser.observe import places_of
from tests.browser.shop import SLOTS, Shop
from tests.browser.states import OF_ALL, TAG
from tests.browser.strict_page import StrictPages, Watch
from tests.browser.test_strict_policy import RECORDS, SERVICES
from tests.browser.visitor import Visitor
from tests.browser.world import World

KINDS = ("by nonce", "by host")
BEFORE, RELEASED = 0, 1

[DEFAULT] = re.findall(
    r"```html\n(<script nonce=\"…\">\n.*?createPolicy\(\"default\".*?</script>)\n```",
    (ROOT / "docs" / "hosting.md").read_text("utf-8"),
    re.DOTALL,
)
"""The page's own policy for the tags' scripts, from the docs."""

MARKED = """
<img data-izin="peta" data-izin-src="https://maps.example/titik.gif" alt="">
<iframe data-izin="peta" data-izin-src="https://maps.example/embed" title="Peta"></iframe>
<script src="/iklan.js"{nonce-of-it}></script>
"""


def printed(shop: Shop) -> tuple[str, dict[str, list[str]]]:
    """The pinned tag, and of each kind the policy before a choice and the one after it."""
    [command] = [command for command in COMMANDS if command.name == "csp"]
    environment = {
        "IZIN_SITES": str(shop.folder / "sites"),
        "IZIN_KEYS": str(shop.folder / "keys.json"),
        "IZIN_DATABASE_URL": shop.database_url,
        "IZIN_URL": f"https://{shop.service}",
    }
    result = CliRunner().invoke(command, [shop.site], env=environment)
    assert result.exit_code == 0, result.output
    [tag] = [line.strip() for line in result.output.splitlines() if "integrity=" in line]
    policies = re.findall(r"^  Content-Security-Policy: (.*)$", result.output, re.MULTILINE)
    return tag, {"by nonce": policies[:2], "by host": policies[2:]}


def open_page(
    shop: Shop,
    visitor: Visitor,
    kind: str,
    *,
    state: int = RELEASED,
    but: Callable[[str], str] = str,
) -> Watch:
    """A page with the printed tag and policy, changed by ``but``, and two slots for ads."""
    tag, policies = printed(shop)
    scripts = "\n".join(re.findall(r"<script>(.*?)</script>", SLOTS, re.DOTALL))
    slots = re.sub(r"<script>.*?</script>", "", SLOTS, flags=re.DOTALL)
    nonce = ' nonce="{nonce}"' if kind == "by nonce" else ""
    watch = Watch(visitor)
    StrictPages(
        shop,
        but(policies[kind][state]),
        tag=tag if nonce else tag.replace(' nonce="{nonce}"', ""),
        head=DEFAULT.replace("…", "{nonce}") if nonce and state == RELEASED else "",
        body=slots + MARKED.replace("{nonce-of-it}", nonce),
        files={"/iklan.js": scripts},
    ).serve()
    visitor.open("https://www.toko.co.id/")
    return watch


def without(name: str, value: str = "") -> Callable[[str], str]:
    """The policy without this directive, or with another value of it."""

    def change(policy: str) -> str:
        parts = [part for part in policy.split("; ") if part.split()[0] != name]
        assert len(parts) == len(policy.split("; ")) - 1
        return "; ".join([*parts, *([f"{name} {value}"] if value else [])])

    return change


def not_asked_for(places: frozenset[str], visitor: Visitor) -> frozenset[str]:
    """What of these the browser has not asked for, once it has had all the time it needs."""
    for _ in range(1500):
        if not (missing := places - places_of(visitor.world.outside())):
            break
        visitor.page.wait_for_timeout(10)
    return missing


@pytest.fixture
def with_ads(open_shop: OpenShop) -> Shop:
    """All of Google's products."""
    return open_shop()


@pytest.fixture
def shop(open_shop: OpenShop, world: World) -> Shop:
    """Analytics, and content of another site in the page."""
    world.file("maps.example", "/embed", "<p>Peta dari luar</p>", "text/html")
    world.file("maps.example", "/titik.gif", b"GIF89a", "image/gif")
    return open_shop(services=SERVICES)


# --- it works --------------------------------------------------------------------------------


@pytest.mark.shows(
    "Strict policies: What `flask csp` prints",
    "The printed policies are served with a page, and everything is accepted.",
)
@pytest.mark.parametrize("kind", KINDS)
def test_everything_that_is_released_loads_under_the_printed_policy(
    with_ads: Shop, visitor: Visitor, kind: str
) -> None:
    watch = open_page(with_ads, visitor, kind)

    visitor.accept_all()
    visitor.recorded()
    missing = not_asked_for(OF_ALL.places, visitor)
    visitor.reopen()
    with visitor.reloading():
        visitor.withdraw_all()
    visitor.recorded()

    watch.nothing_wrong()
    assert missing == frozenset()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_marked_up_loads_under_the_printed_policy(
    shop: Shop, world: World, visitor: Visitor, kind: str
) -> None:
    watch = open_page(shop, visitor, kind)

    visitor.accept_all()
    visitor.recorded()
    expect(visitor.page.frame_locator("iframe").get_by_text("dari luar")).to_be_visible()
    visitor.reopen()
    records = visitor.dialog.get_by_role("button", name=RECORDS["id"], exact=True)
    with visitor.context.expect_page() as opened:
        records.click()
    opened.value.get_by_role("heading", level=1).wait_for()

    watch.nothing_wrong()
    assert {"/embed", "/titik.gif"} == {each.path for each in world.to("maps.example")}


@pytest.mark.parametrize("kind", KINDS)
def test_before_a_choice_the_first_policy_is_enough(
    with_ads: Shop, visitor: Visitor, kind: str
) -> None:
    watch = open_page(with_ads, visitor, kind, state=BEFORE)

    visitor.customise()
    visitor.refuse_all()
    visitor.recorded()

    watch.nothing_wrong()


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_policy_lets_no_tag_speak(
    with_ads: Shop, world: World, visitor: Visitor, kind: str
) -> None:
    watch = open_page(with_ads, visitor, kind, state=BEFORE)

    visitor.accept_all()
    visitor.recorded()

    assert watch.of_the_page()
    assert "www.google-analytics.com" not in world.hosts()
    visitor.errors.clear()


def test_the_pages_own_policy_for_tags_is_asked_for_nothing_of_ours(
    with_ads: Shop, visitor: Visitor
) -> None:
    visitor.context.add_init_script(
        "window.asked = [];"
        "const make = TrustedTypePolicyFactory.prototype.createPolicy;"
        "TrustedTypePolicyFactory.prototype.createPolicy = function (name, rules) {"
        "  const allow = rules.createScriptURL;"
        "  const createScriptURL = (address) => (asked.push(address), allow(address));"
        "  return make.call(this, name, name === 'default' ? { createScriptURL } : rules);"
        "};"
    )
    open_page(with_ads, visitor, "by nonce")

    visitor.accept_all()
    visitor.recorded()
    missing = not_asked_for(OF_ALL.places, visitor)
    asked = visitor.page.evaluate("() => asked")

    assert missing == frozenset()
    assert any("show_ads_impl" in each for each in asked)
    assert not [each for each in asked if with_ads.service in each or TAG in each]


# --- and each of it is needed ----------------------------------------------------------------

Walk = Callable[[Visitor], None]


def only_open(_: Visitor) -> None:
    """The script itself is stopped."""


def accept(visitor: Visitor) -> None:
    visitor.accept_all()


def show_records(visitor: Visitor) -> None:
    visitor.accept_all()
    visitor.recorded()
    visitor.reopen()
    visitor.dialog.get_by_role("button", name=RECORDS["id"], exact=True).click()


NEEDED: dict[str, tuple[Callable[[str], str], Walk]] = {
    "script-src": (without("script-src"), only_open),
    "connect-src": (without("connect-src"), accept),
    "img-src": (without("img-src"), accept),
    "frame-src": (without("frame-src"), accept),
    "form-action": (without("form-action", "'self'"), show_records),
}
NAMED = {"trusted-types": (without("trusted-types", "default"), accept)}
CASES = {"by nonce": {**NEEDED, **NAMED}, "by host": NEEDED}


@pytest.mark.shows(
    "Strict policies: What `flask csp` prints",
    "Each directive is taken out, and the browser's violations are counted.",
)
@pytest.mark.parametrize(
    ("kind", "directive"), [(kind, name) for kind, cases in CASES.items() for name in cases]
)
def test_without_a_directive_the_browser_complains(
    shop: Shop, world: World, visitor: Visitor, kind: str, directive: str
) -> None:
    change, walk = CASES[kind][directive]
    watch = open_page(shop, visitor, kind, but=change)

    walk(visitor)

    watch.saw(directive)
    world.settle(visitor.page)
    visitor.errors.clear()


def test_without_strict_dynamic_a_tag_cannot_load_more(
    with_ads: Shop, world: World, visitor: Visitor
) -> None:
    def change(policy: str) -> str:
        return policy.replace(" 'strict-dynamic'", "")

    watch = open_page(with_ads, visitor, "by nonce", but=change)

    accept(visitor)

    watch.saw("script-src")
    world.settle(visitor.page)
    visitor.errors.clear()
