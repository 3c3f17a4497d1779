"""The cookie on its way in and out: every attribute from one place."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, request

from ..core.cookie import cookie_name, cookie_reach, single_value
from ..core.origin import Origin
from ..core.site import Site
from .service import the_service


def presented_token(site: Site) -> str | None:
    """The token in the request's cookie. Raises ``TokenConflict`` on two different values."""
    return single_value(request.cookies.getlist(_name(site)))


def keep_token(response: Response, token: str, site: Site, page: Origin) -> None:
    """Set the cookie if it can reach ``page``; elsewhere the page keeps the token itself.

    Set by HTTP and not by script where possible: Safari caps cookies written by scripts at seven
    days, which would ask every visitor again each week. Readable by scripts, because the gate in
    the page reads it: it holds a choice, no secret.
    """
    reach = cookie_reach(site, page=page, service=the_service().origin)
    if reach is None:
        return
    response.set_cookie(
        _name(site),
        token,
        max_age=site.choice_seconds,
        path="/",
        domain=reach or None,
        secure=is_secure(),
        httponly=False,
        samesite="Lax",
    )


def drop_token(response: Response, site: Site) -> None:
    """Expire the cookie, where the service can have set it for its own pages."""
    origin = the_service().origin
    reach = cookie_reach(site, page=origin, service=origin)
    if reach is None:
        return
    response.delete_cookie(
        _name(site), path="/", domain=reach or None, secure=is_secure(), samesite="Lax"
    )


def reaches(site: Site, pages: Iterable[Origin]) -> bool:
    """Does a cookie of the service's reach one of these pages?"""
    service = the_service().origin
    return any(cookie_reach(site, page=page, service=service) is not None for page in pages)


def is_secure() -> bool:
    return the_service().origin.scheme == "https"


def _name(site: Site) -> str:
    return cookie_name(site, secure=is_secure())
