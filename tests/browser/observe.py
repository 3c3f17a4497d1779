"""What happened, as one value: what left the browser, what the page said, what stayed in it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.browser.shop import places
from tests.browser.visitor import Visitor
from tests.browser.world import Request

if TYPE_CHECKING:
    from playwright.sync_api import Page

ANALYTICS_HIT = "www.google-analytics.com/g/collect"

READ_LAYER = """() => (window.dataLayer || []).map((item) => ({
  shape: Object.prototype.toString.call(item).slice(8, -1),
  words: JSON.parse(JSON.stringify("length" in item ? Array.from(item) : [item])),
}))"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of `dataLayer`: `shape` is what JavaScript calls it, `Arguments` or `Object`."""

    shape: str
    words: tuple[Any, ...]

    def says(self, *words: str) -> bool:
        """Whatever its shape: an array with the right words is a mistake worth naming."""
        return self.words[: len(words)] == words

    def __str__(self) -> str:
        return f"{self.shape} {list(self.words)}"


@dataclass(frozen=True, slots=True)
class Hit:
    """One request that says something of the visitor, whichever of Google's tags sent it."""

    place: str
    fields: Mapping[str, str]

    @property
    def event(self) -> str | None:
        return self.fields.get("en")

    @property
    def gcs(self) -> str | None:
        return self.fields.get("gcs")

    def __str__(self) -> str:
        return self.place + (f" ({self.event})" if self.event else "")


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen since the world was last cleared, and what the browser holds now."""

    requests: tuple[Request, ...]
    """To hosts that are not the owner's, in the order of arrival."""
    contacts: frozenset[str]
    """Every host with a connection, a request or none; the owner's too."""
    layer: tuple[Entry, ...]
    cookies: Mapping[tuple[str, str], float]
    """By name and domain: the days until it ends; minus one for a cookie of the session."""
    storage: frozenset[str]
    """The keys of the page's localStorage."""

    @property
    def places(self) -> frozenset[str]:
        return places_of(self.requests)

    @property
    def hits(self) -> tuple[Hit, ...]:
        """In the order of arrival, whatever they carry."""
        return tuple(map(hit_of, self.requests))

    def to(self, place: str) -> list[Hit]:
        return [hit for hit in self.hits if hit.place == place]

    @property
    def events(self) -> list[tuple[str | None, str | None]]:
        """Event and gcs of what Analytics was told."""
        return [(hit.event, hit.gcs) for hit in self.to(ANALYTICS_HIT)]

    @property
    def cookie_names(self) -> set[str]:
        """Whichever domain they are on."""
        return {name for name, _ in self.cookies}


def observe(visitor: Visitor, page: Page | None = None) -> Observation:
    """What was seen, once it is quiet; of a page that was left, what it sent as it went too."""
    page = page or visitor.page
    visitor.world.settle(page, quiet=0.25, limit=10)
    is_there = page.url.startswith("http")
    entries = page.evaluate(READ_LAYER) if is_there else []
    return Observation(
        requests=visitor.world.outside(),
        contacts=frozenset(visitor.world.contacts),
        layer=tuple(Entry(each["shape"], tuple(each["words"])) for each in entries),
        cookies={at: _days(cookie["expires"]) for at, cookie in visitor.cookies().items()},
        storage=frozenset(page.evaluate("Object.keys(localStorage)") if is_there else []),
    )


def places_of(requests: Iterable[Request]) -> frozenset[str]:
    """`host/path`, without what varies in Floodlight's."""
    return frozenset(hit_of(request).place for request in requests)


def hit_of(request: Request) -> Hit:
    """Floodlight tells its fields in the path, everything else in the query."""
    (place,) = places([request])
    place, _, first = place.partition("/src=")
    fields = [first and f"src={first}", *request.path.split(";")[1:]]
    in_path = [pair.partition("=") for pair in fields if "=" in pair]
    told = {name: unquote(value) for name, _, value in in_path}
    return Hit(place, {**request.parameters, **told})


def _days(expires: float) -> float:
    return -1 if expires < 0 else (expires - time.time()) / 86400
