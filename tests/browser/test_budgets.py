"""Small is a feature: bytes, requests, nodes and code run, held to figures that may only shrink.

Measured for the first customer's file, sites/netmarks.toml, with both languages. Never times:
those depend on the machine and belong to a benchmark.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from banner.core.site import Site
from banner.core.site_file import read_site
from banner.i18n import languages
from banner.script.compose import Bundle, compose
from banner.tags import PRODUCTS
from tests.browser.conftest import Hold
from tests.browser.shop import SLOTS, Shop
from tests.browser.visitor import Visitor
from tests.browser.world import World

SCRIPT_BYTES = 7150
DIALOG_BYTES = 8000
NODES = 25
CODE_RUN_ON_RETURN = 4700
WITH_THE_BUTTON = 6200


@pytest.fixture(scope="module")
def netmarks() -> Site:
    path = Path("sites/netmarks.toml")
    reading = read_site(
        path.read_text("utf-8"),
        site_id="netmarks",
        file=str(path),
        products=PRODUCTS,
        languages=languages(),
    )
    assert reading.site is not None
    return reading.site


@pytest.fixture(scope="module")
def bundle(netmarks: Site) -> Bundle:
    return compose(netmarks, PRODUCTS)


def test_the_script_with_both_languages_is_small(bundle: Bundle, hold: Hold) -> None:
    hold("the script, bytes of brotli", len(bundle.script.encoded["br"]), SCRIPT_BYTES)


def test_each_part_is_small_in_each_language(bundle: Bundle, hold: Hold) -> None:
    for address, packed in bundle.parts.items():
        name = address.partition("/")[2]
        hold(f"{name}, bytes of brotli", len(packed.encoded["br"]), DIALOG_BYTES)


def test_the_banner_can_be_used_after_one_request(
    shop: Shop, world: World, visitor: Visitor, hold: Hold
) -> None:
    visitor.open(shop.page("/", SLOTS))
    visitor.banner.wait_for()
    world.settle(visitor.page)

    hold("requests until the banner can be used", len(shop.asked()), 1)


NODES_IN_THE_PAGE = """() => {
  const count = (node) => 1 + [...node.childNodes].map(count).reduce((a, b) => a + b, 0)
    + (node.shadowRoot ? count(node.shadowRoot) : 0);
  return count(document);
}"""


def test_few_nodes_are_added_before_the_dialog_is_opened(
    shop: Shop, world: World, visitor: Visitor, hold: Hold
) -> None:
    world.file("www.toko.co.id", "/nothing.js", "", "text/javascript")
    visitor.open(shop.page("/tanpa", tag='<script async src="/nothing.js"></script>'))
    without = visitor.page.evaluate(NODES_IN_THE_PAGE)

    visitor.open(shop.page("/"))
    visitor.banner.wait_for()

    added = visitor.page.evaluate(NODES_IN_THE_PAGE) - without
    hold("nodes added by the banner, of every kind", added, NODES)


def code_run(visitor: Visitor, address: str) -> dict[str, int]:
    """How many characters of Izin's script run on a page, by V8's own precise coverage."""
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("Profiler.enable")
    # Without it, code compiled on an earlier page is counted by whole functions, not by blocks.
    session.send("Debugger.enable")
    session.send("Profiler.startPreciseCoverage", {"callCount": True, "detailed": True})
    visitor.open(address)
    visitor.page.wait_for_function("window.izin && izin.decision")
    visitor.page.get_by_role("button", name=visitor.names.dialog, exact=True).wait_for()
    scripts = session.send("Profiler.takePreciseCoverage")["result"]
    return {
        script["url"]: _covered(script["functions"])
        for script in scripts
        if "/v1/toko" in script["url"]
    }


def _covered(functions: list[dict[str, Any]]) -> int:
    """Ranges are nested: the innermost says whether its characters ran."""
    ranges = [each for function in functions for each in function["ranges"]]
    ran = bytearray(max(each["endOffset"] for each in ranges))
    for each in sorted(ranges, key=lambda each: (each["startOffset"], -each["endOffset"])):
        size = each["endOffset"] - each["startOffset"]
        ran[each["startOffset"] : each["endOffset"]] = bytes([each["count"] > 0]) * size
    return sum(ran)


@pytest.mark.parametrize("choice", ["accepted", "refused"])
def test_a_returning_page_runs_little_and_nothing_of_banner_or_dialog(
    shop: Shop, world: World, visitor: Visitor, hold: Hold, choice: str
) -> None:
    visitor.open(shop.page("/", SLOTS))
    if choice == "accepted":
        visitor.accept_all()
    else:
        visitor.refuse_all()
    visitor.recorded()
    visitor.leave()

    ran = code_run(visitor, "https://www.toko.co.id/")

    gate = ran.pop("https://izin.toko.co.id/v1/toko.js")
    [(part, button)] = ran.items()
    assert part.endswith("/button.id.js"), "the small button, and nothing else of ours"
    hold(f"characters of script run on a returning page, {choice}", gate, CODE_RUN_ON_RETURN)
    hold(f"the same with the small button's part, {choice}", gate + button, WITH_THE_BUTTON)
    assert (shop.asked(), shop.parts()) == ([], [])
    drawn = visitor.page.evaluate("document.querySelectorAll('.izin, .izin-dialog').length")
    assert drawn == 0


def test_nothing_of_ours_blocks_the_page(shop: Shop, world: World, visitor: Visitor) -> None:
    visitor.open(shop.page("/"))
    visitor.banner.wait_for()

    blocking = visitor.page.evaluate(
        """performance.getEntriesByType("resource")
          .filter(entry => entry.renderBlockingStatus === "blocking").map(entry => entry.name)"""
    )
    added = visitor.page.evaluate("document.querySelectorAll('link, style').length")
    assert blocking == []
    assert added == 0


def test_izin_itself_contacts_no_third_party(shop: Shop, world: World, visitor: Visitor) -> None:
    visitor.open(shop.page("/"))
    visitor.customise()
    visitor.refuse_all()
    visitor.recorded()
    world.settle(visitor.page)

    assert set(world.contacts) <= {"www.toko.co.id", "izin.toko.co.id"}
