"""Cookies that a refusal leaves behind and a page cannot delete: HttpOnly ones, by ``Set-Cookie``.

Without JavaScript, all of them. Google's server-side tagging sets such cookies on the site's own
domain, where they come with every request to a service on that domain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from flask import Response, request
from werkzeug.http import dump_cookie

from ..core.origin import Origin
from ..core.product import Granted, StoredItem
from ..core.site import Service, Site
from ..core.site_meaning import public_suffixes
from .cookies import is_secure, reaches
from .service import the_service

MOST_NAMES = 20
MOST_BYTES = 2400
"""An answer's header may fill 4 kB: nginx answers 502 to a longer one (``proxy_buffer_size``). What
is left over goes with the next choice, or by the page's own hand."""

MOST_READ = 500
"""Chromium keeps 180 cookies of a site (``CookieMonster::kDomainMaxCookies``); what sends more is
no browser, and each is held against all that the site's services own."""

OWN = re.compile(r"(__Host-|__Secure-)?izin-")
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}\Z")
"""A token (RFC 6265, section 4.1.1): nothing else is written into a header."""
ADDRESS = re.compile(r"[0-9.]+\Z")


def delete_refused(
    response: Response, granted: Granted, site: Site, pages: Iterable[Origin]
) -> None:
    """Delete the request's cookies that only refused services own, where they are the site's.

    ``granted`` is what counts after the answer, so an answer given again deletes nothing of a
    later yes. A cookie does not say which domain and path it is for: all that it can have are
    tried, and browsers pass over those that do not fit. Elsewhere than on the site's own domain
    the same names belong to somebody else.
    """
    if "Cookie" not in request.headers:
        return
    sent = islice(request.cookies, MOST_READ)
    names = [name for name in sent if NAME.match(name) and not OWN.match(name)]
    if not names or not reaches(site, pages):
        return
    space = MOST_BYTES
    for name, paths in _left_over(names, granted, site)[:MOST_NAMES]:
        deletions = [*_deletions(name, paths)]
        space -= sum(len(f"Set-Cookie: {deletion}\r\n") for deletion in deletions)
        if space < 0:
            return
        for deletion in deletions:
            response.headers.add("Set-Cookie", deletion)


def _left_over(names: list[str], granted: Granted, site: Site) -> list[tuple[str, list[str]]]:
    """Those of ``names`` that are to go and their paths; first what nobody else can delete."""
    kept = [item for service in site.services if _runs(service, granted) for item in _of(service)]
    gone = [
        item for service in site.services if not _runs(service, granted) for item in _of(service)
    ]
    found: dict[str, list[str]] = {}
    for item in sorted(gone, key=lambda item: item.removed_by != "service"):
        for name in names:
            if _owns(item, name) and not any(_owns(other, name) for other in kept):
                paths = found.setdefault(name, ["/"])
                paths += [] if item.path in paths else [item.path]
    return [*found.items()]


def _runs(service: Service, granted: Granted) -> bool:
    return {service.id, service.category} <= granted


def _of(service: Service) -> Iterator[StoredItem]:
    product = the_service().consent.products[service.product]
    for item in product.stored(service.options):
        if item.kind == "cookie" and item.domain == "site" and item.removed_by != "nobody":
            yield item


def _owns(item: StoredItem, name: str) -> bool:
    if item.name.endswith("*"):
        return name.startswith(item.name[:-1])
    return name == item.name


def _deletions(name: str, paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        for domain in (None, *domains(the_service().origin.host)):
            yield dump_cookie(
                name, max_age=0, path=path, domain=domain, secure=is_secure(), sync_expires=False
            )


def domains(host: str) -> list[str]:
    """``host`` and its parents down to the registrable domain; none for an address or a
    public suffix."""
    registrable = None if ADDRESS.match(host) else public_suffixes().privatesuffix(host)
    if not registrable:
        return []
    above = host.removesuffix(registrable).rstrip(".")
    labels = above.split(".") if above else []
    return [".".join([*labels[count:], registrable]) for count in range(len(labels) + 1)]
