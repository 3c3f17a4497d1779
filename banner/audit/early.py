"""Which requests are a tag's: nothing of these may leave before a choice."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache

from ..tags import PRODUCTS


@cache
def is_of_a_tag(host: str) -> bool:
    """Does one of the products that Izin knows speak to this host?"""
    known = {each for product in PRODUCTS.values() for each in product.hosts}
    return any(fnmatchcase(host, pattern) for pattern in known)
