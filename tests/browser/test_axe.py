"""axe-core finds nothing on anything of ours, in either language, however it is looked at."""

from __future__ import annotations

import pytest

from tests.browser import axe
from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.shop import Shop
from tests.browser.surfaces import FEW, LOCALES, SURFACES


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    return open_shop(services=FEW)


@pytest.mark.shows(
    "WCAG 2.2: A and AA, by axe-core",
    "All rules of the levels A and AA on banner, placeholder, dialog, message, preferences, "
    "declaration, records, receipt, erasure, notice, verifier and front page, in both languages"
    " at 320 px; those on colours again in the dark, in forced colours and in print, those on "
    "sizes and places at 320 x 256 (400 % zoom), with letters of 200 %, right to left, and with"
    " the spacing of 1.4.12.",
)
@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("name", SURFACES)
def test_axe_finds_nothing_however_it_is_looked_at(
    shop: Shop, new_visitor: NewVisitor, name: str, language: str
) -> None:
    visitor = new_visitor(locale=LOCALES[language], viewport=axe.PHONE, bypass_csp=True)

    page = SURFACES[name](shop, visitor)

    assert [*axe.in_every_way(page)] == []
