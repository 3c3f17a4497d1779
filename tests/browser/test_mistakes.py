"""Each mistake is planted by itself, and must be caught by its right name.

One that is not caught means that the table of `states.py` is too weak.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Playwright

from banner.core.release import Release, make_release
from banner.script import compose
from banner.tags import PRODUCTS
from tests.browser import chromium
from tests.browser.conftest import NewVisitor, OpenShop
from tests.browser.mistakes import MISTAKES, Mistake
from tests.browser.states import STATES, Walk
from tests.browser.visitor import Visitor
from tests.browser.world import World


@pytest.mark.parametrize("name", MISTAKES)
def test_a_planted_mistake_is_caught(
    open_shop: OpenShop, new_visitor: NewVisitor, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    mistake = MISTAKES[name]
    state = STATES[mistake.state]
    visitor = new_visitor(java_script_enabled=state.javascript)
    visitor.context.set_default_timeout(4000)

    with planted(mistake, monkeypatch):
        shop = open_shop()
        walk = Walk(shop, visitor, state, head=mistake.head, body=mistake.body)
        found = until(mistake.caught, walk.problems())

    assert re.search(mistake.caught, found[-1])


def test_a_preconnect_is_caught(
    open_shop: OpenShop, world: World, playwright: Playwright, tmp_path: Path
) -> None:
    head = '<link rel="preconnect" href="https://www.googletagmanager.com">'
    shop = open_shop()
    visitor = Visitor(Profile(playwright, world, tmp_path / "profile"), world)  # type: ignore[arg-type]

    caught = "undecided: www.googletagmanager.com was connected to, without a request"
    found = until(caught, Walk(shop, visitor, STATES["undecided"], head=head).problems())
    visitor.close()

    assert found[-1] == caught


def until(caught: str, wrong: Iterator[str]) -> list[str]:
    """What was wrong, up to the first that has the right name."""
    found = ["nothing was wrong"]
    for each in wrong:
        found.append(each)
        if re.search(caught, each):
            break
    return found


@dataclass(frozen=True, slots=True)
class Profile:
    """A browser with a profile of its own: in Playwright's contexts, which are off the record,
    Chromium ignores `rel=preconnect`."""

    playwright: Playwright
    world: World
    folder: Path

    def new_context(self, **options: Any) -> BrowserContext:
        return self.playwright.chromium.launch_persistent_context(
            self.folder,
            executable_path=chromium.find_whole(self.playwright),
            headless=True,
            args=chromium.arguments(self.world.port, self.world.fingerprint),
            **options,
        )


@contextmanager
def planted(mistake: Mistake, patch: pytest.MonkeyPatch) -> Iterator[None]:
    if change := mistake.release:

        def mistaken(granted: frozenset[str], *given: Any, **more: Any) -> Release:
            release = make_release(granted, *given, **more)
            change(release, granted)
            return release

        patch.setattr("banner.core.release.make_release", mistaken)
    if mistake.product:
        id, alter = mistake.product
        patch.setitem(PRODUCTS, id, alter(PRODUCTS[id]))
    if mistake.service:
        mistake.service(patch)
    with mistaken_script(mistake.script, patch):
        yield


@contextmanager
def mistaken_script(
    changes: tuple[tuple[str, str], ...], patch: pytest.MonkeyPatch
) -> Iterator[None]:
    original, fitting = compose._source, set[str]()

    def source(name: str) -> str:
        text = original(name)
        for old, new in changes:
            if old in text:
                fitting.add(old)
            text = text.replace(old, new)
        return text

    patch.setattr(compose, "_source", source)
    yield
    lost = {old for old, _ in changes} - fitting
    assert not lost, f"the script has changed, so that the mistake cannot be planted: {lost}"
