"""The scripts of a service that is also reached elsewhere than it knew when it started."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..core.product import Product
from ..core.site import Site
from .address import Address
from .compose import Bundle, compose_at, digest
from .minify import Packed

MOST_ADDRESSES = 8
"""Of one site. Each costs some tenths of a second once, and a proxy that does not overwrite
``X-Forwarded-Prefix`` lets any visitor name one. Beyond that a script knows ``IZIN_URL`` alone."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """By site and address, each composed when it is first asked for."""

    sites: Mapping[str, Site]
    products: Mapping[str, Product]
    stand_in: str
    _made: dict[tuple[str, Address], tuple[Packed, str]] = field(default_factory=dict)
    _making: threading.Lock = field(default_factory=threading.Lock)

    def script(self, site_id: str, bundle: Bundle, address: Address) -> tuple[Packed, str]:
        """The script that knows ``address``, and its ETag."""
        if address == bundle.address:
            return bundle.script, bundle.etag
        with self._making:
            made = self._made.get((site_id, address))
            if made is None and self._has_room(site_id):
                site = self.sites[site_id]
                packed = compose_at(address, bundle, site, self.products, stand_in=self.stand_in)
                made = self._made[site_id, address] = packed, digest(packed.plain)
        return made or (bundle.script, bundle.etag)

    def _has_room(self, site_id: str) -> bool:
        return sum(site == site_id for site, _ in self._made) < MOST_ADDRESSES
