"""Where a site's pages reach the service: the script knows it, whoever has carried it into a page.

A tag's own address says little: loaders, optimizers and inlining take it away, and `<base>` bends
it. What visitors choose goes to the service that composed the script, and to nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..core.origin import Origin, parse_origin
from ..core.site import Site
from ..settings import PATH, Settings

MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Address:
    """The service's address. ``path`` is empty where it has none, or where nobody has told it."""

    origin: Origin
    path: str = ""
    is_tried_out: bool = False
    """Is it a service in development, which any name and port of this machine may lead to?"""

    def under(self, path: str) -> Address:
        """The same service under a path that its proxy has told; one known before stays."""
        if self.path or not path or len(path) > MOST_CHARACTERS or not PATH.fullmatch(path):
            return self
        return replace(self, path=path)

    def on(self, host: str) -> Address:
        """The same service as it is reached in development; else only its owner names its host."""
        origin = parse_origin(f"{self.origin.scheme}://{host}")
        if not self.is_tried_out or origin is None or not _is_loopback(origin, self.origin):
            return self
        return replace(self, origin=origin)

    def __str__(self) -> str:
        return f"{self.origin}{self.path}"

    def of(self, site_id: str) -> str:
        """What all of a site's addresses begin with."""
        return f"{self}/v1/{site_id}"

    def seen_in_tags(self, site: Site) -> str:
        """What a tag's address begins with when it is this service's, as a regular expression.

        Empty where it can tell nothing: only on a page's own host may a proxy have taken a path
        away without a word."""
        if self.path or self.origin not in site.origins:
            return ""
        return f"^{_literal(str(self.origin))}(/[^?#]*)?/v1/{site.id}(?=[.])"


def _is_loopback(*origins: Origin) -> bool:
    return all(origin.host in ("localhost", "127.0.0.1") for origin in origins)


def _literal(address: str) -> str:
    """Of the characters in an address a dot alone means something else in an expression."""
    return address.replace(".", "[.]")


def address_of(settings: Settings) -> Address:
    return Address(settings.origin, settings.path, is_tried_out=not settings.is_production)


AT_HOME = Address(Origin("http", "localhost", 8000), is_tried_out=True)
"""Where the service is found when nothing is set."""
