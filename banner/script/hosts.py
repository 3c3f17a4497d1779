"""Whom a service contacts, as far as it is known."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from ..core.product import Product
from ..core.site import Service, Site


def hosts_of(service: Service, product: Product, site: Site) -> list[str]:
    """Every host that a service contacts, each once; ``*.`` stands for any host below."""
    named: Any = service.options.get("hosts", ())
    addresses = [str(service.options.get("src", ""))]
    if product.certified_platform and site.country:
        addresses.append(site.country.platform)
    hosts = [
        *product.hosts,
        *product.more_hosts(service.options),
        str(service.options.get("host", "")),
        *named,
        *(urlsplit(address).hostname or "" for address in addresses),
    ]
    return [*dict.fromkeys(host for host in hosts if host)]
