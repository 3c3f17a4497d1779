"""The cookie that holds the choice: its name, and where a response may set it."""

from __future__ import annotations

from .errors import TokenConflict
from .origin import Origin, is_within
from .site import Site


def cookie_name(site: Site, *, secure: bool) -> str:
    """The name, with the prefix that makes the browser guard it (RFC 6265bis, section 4.1.3).

    ``__Host-`` cannot be set by a sibling subdomain; a choice that is shared with a parent domain
    cannot have it and gets ``__Secure-``. Two sites on one host keep two cookies.
    """
    name = f"izin-{site.id}"
    if not secure:
        return name
    return f"__Secure-{name}" if site.cookie_domain else f"__Host-{name}"


def cookie_reach(site: Site, *, page: Origin, service: Origin) -> str | None:
    """Which ``Domain`` lets a cookie set by ``service`` reach ``page``; ``""`` for host-only.

    ``None`` when no cookie of the service can: then the page keeps the token itself, and no
    third-party cookie is ever set.
    """
    domain = site.cookie_domain
    if domain and is_within(page.host, domain) and is_within(service.host, domain):
        return domain
    # With a domain that the service does not stand in, this is the service's own page alone.
    if page.host == service.host and not (domain and is_within(service.host, domain)):
        return ""
    return None


def single_value(values: list[str]) -> str | None:
    """The cookie's one value, or ``None`` when there is none.

    Raises ``TokenConflict`` on two different ones: browsers send the cookie with the longer path
    first, so picking either would let a sibling host choose.
    """
    distinct = set(values)
    if len(distinct) > 1:
        raise TokenConflict("the request holds two different choices")
    return values[0] if values else None
