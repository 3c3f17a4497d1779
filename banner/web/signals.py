"""What a request's headers say about its visitor. Nothing of it is kept but the one GPC bit."""

from __future__ import annotations

import re

from flask import request

from ..core.signals import Signals
from ..core.site import Site
from .service import the_service

COUNTRY = re.compile(r"[A-Z]{2}\Z")
UNKNOWN_COUNTRIES = {"XX", "T1"}
"""What proxies write where they do not know, or for Tor."""


def signals_of(site: Site) -> Signals:
    # Exactly `1`, as the draft has it: anything else is no signal.
    return Signals(gpc=request.headers.get("Sec-GPC") == "1", country=_country(site))


def _country(site: Site) -> str:
    """Two letters, or nothing. Without a proxy the header is the visitor's own word."""
    if site.country is None or not the_service().behind_proxy:
        return ""
    said = request.headers.get(site.country.header, "").strip().upper()
    return said if COUNTRY.match(said) and said not in UNKNOWN_COUNTRIES else ""
