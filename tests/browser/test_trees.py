"""What assistive technology gets, whole: the accessible trees beside these tests.

`python -m pytest tests/browser/test_trees.py --renew-trees` writes them anew; read the difference.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator

from tests.browser.axe import PHONE
from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import Shop
from tests.browser.surfaces import FEW, LOCALES, SURFACES
from tests.browser.test_announced import ASKED
from tests.browser.visitor import Visitor

TREES = Path(__file__).parent / "trees"

# What is another one in every run.
VARIES = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<hash>"),
    (re.compile(r"izin\.toko\.co\.id/[\w/]+\+[0-9a-f]{8}\+[\w+/=]+"), "<key>"),
    (re.compile(r"\b[A-Za-z0-9_-]{22,}\b"), "<id>"),
    (re.compile(r"\d{1,2} \w+ \d{4},? (pukul )?\d{2}[.:]\d{2}([.:]\d{2})?( \w+)?"), "<time>"),
    (re.compile(r"\d{1,2} \w+ \d{4} (at|pukul) [\d.:]+( \w+)?"), "<time>"),
)


def whole(visitor: Visitor, name: str, shop: Shop) -> Locator:
    if name == "placeholder":
        page = SURFACES["banner"](shop, visitor)
        return page.frame_locator("iframe").locator("body")
    page = SURFACES[name](shop, visitor)
    if name == "banner":  # what is said once is no part of it
        return visitor.banner.filter(has_not_text=ASKED[visitor.language])
    return visitor.dialog if name == "dialog" else page.locator("main")


@pytest.mark.shows(
    "WCAG 2.2: 1.3.1 Info and relationships, 1.3.2 Meaningful sequence, 4.1.2 Name, role, value",
    "The accessible tree, as Chromium gives it to assistive technology, is compared with the file "
    "of it that people have read, in Indonesian and English.",
)
@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize(
    "name", ["banner", "dialog", "placeholder", "preferences", "declaration", "receipt"]
)
def test_the_accessible_tree_is_the_one_that_was_read(
    pytestconfig: pytest.Config,
    open_shop: OpenShop,
    new_visitor: NewVisitor,
    name: str,
    language: str,
) -> None:
    visitor = new_visitor(locale=LOCALES[language], viewport=PHONE)
    kept = TREES / f"{name}.{language}.yml"

    tree = whole(visitor, name, open_shop(services=FEW)).aria_snapshot() + "\n"
    for pattern, word in VARIES:
        tree = pattern.sub(word, tree)

    if pytestconfig.getoption("--renew-trees"):
        kept.write_text(tree, "utf-8")
    assert tree == kept.read_text("utf-8"), "read it, then --renew-trees"
