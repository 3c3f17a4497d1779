"""The stand-ins against what Google's real scripts were seen to do, on a page without Izin.

One row for each observed run of the research record, `google_tags.md`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from banner.demo.stand_in import SCRIPTS, answer
from tests.browser import runs_of_ads, runs_of_gtag
from tests.browser.conftest import NewVisitor
from tests.browser.observe import Observation, observe
from tests.browser.plain_page import DOMAIN, HOST, Run
from tests.browser.visitor import Visitor
from tests.browser.world import World

pytestmark = pytest.mark.whole_browser  # what tags leave depends on cookies of third parties

RUNS = {**runs_of_gtag.RUNS, **runs_of_ads.RUNS}


@pytest.mark.parametrize("name", RUNS)
def test_a_stand_in_does_what_the_real_script_was_seen_to_do(
    world: World, new_visitor: NewVisitor, name: str
) -> None:
    run = RUNS[name]
    visitor = new_visitor()
    prepare(world, visitor, run)

    visitor.open(f"https://{HOST}/{run.query}")
    told = act(visitor, run.then)
    seen = observe(visitor)

    found = {expression: told(expression) for expression in run.page}
    assert mismatches(run, seen) == []
    assert found == run.page


def prepare(world: World, visitor: Visitor, run: Run) -> None:
    world.page(HOST, "/", f"<!doctype html><head></head><body>{run.html}</body>")
    if run.region != "ID":
        move_to(world, run.region)
    if run.gpc:
        visitor.context.add_init_script(
            "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})"
        )
    cookies = [each.split("=", 1) for each in run.before]
    visitor.context.add_cookies(
        [{"name": n, "value": v, "domain": DOMAIN, "path": "/"} for n, v in cookies]
    )


def move_to(world: World, region: str) -> None:
    """Google's servers tell their scripts where the visitor is."""
    for host, path in SCRIPTS:
        given = answer(host, path, {"id": "G-TOKO1"}, region=region)
        world.file(host, f"/{path}", given.body, given.content_type, {"Cache-Control": "no-store"})


def act(visitor: Visitor, then: tuple[str, ...]) -> Callable[[str], object]:
    """Do it on the page; the way to ask the page, also when it has been left by then."""
    visitor.world.settle(visitor.page, quiet=0.25)
    for each in then:
        if each == "leave":
            visitor.page.goto("about:blank")
        elif each.startswith("wait "):
            visitor.page.wait_for_timeout(int(each.removeprefix("wait ")))
        else:
            visitor.page.evaluate(f"() => {{ {each} }}")
    return visitor.page.evaluate


def mismatches(run: Run, seen: Observation) -> list[str]:
    """What was seen and is not what the real script did."""
    pairs = {
        "places": (run.places, set(seen.places)),
        "cookies": (run.cookies, set(seen.cookies)),
        "days": (run.days, {name: round(left) for (name, _), left in seen.cookies.items()}),
        "storage": (run.storage, set(seen.storage)),
        # Two connections may overtake one another.
        "events": (None if run.events is None else sorted(run.events), sorted(seen.events)),
    }
    wrong = [
        f"{what}: {found} and not {expected}"
        for what, (expected, found) in pairs.items()
        if expected is not None and expected != found
    ]
    for place, fields in run.hits.items():
        hits = seen.to(place)
        wrong += [] if hits else [f"no hit to {place} among {sorted(seen.places)}"]
        for hit in hits:
            found = {name: hit.fields.get(name) for name in fields}
            wrong += [] if found == dict(fields) else [f"{hit}: {found} and not {dict(fields)}"]
    return wrong
