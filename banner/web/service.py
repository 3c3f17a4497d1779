"""What every view needs, wired once in ``create_app``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from flask import current_app

from ..consent import Consent
from ..core.errors import SiteUnknown
from ..core.origin import Origin
from ..core.site import Site
from ..ledger import Ledger
from ..receipts import Receipts
from ..script.compose import Bundle
from ..script.declaration import Declaration
from ..script.elsewhere import Elsewhere
from .limiter import Limits


@dataclass(frozen=True, slots=True)
class Service:
    sites: Mapping[str, Site]
    bundles: Mapping[str, Bundle]
    elsewhere: Elsewhere
    declarations: Mapping[str, Declaration]
    consent: Consent
    ledger: Ledger
    receipts: Receipts
    limits: Limits
    origin: Origin
    """Where browsers reach this service: never taken from a ``Host`` header."""
    stand_in: str
    behind_proxy: bool
    """Does a proxy of the owner's stand in front, whose headers can be believed?"""

    def site(self, site_id: str) -> Site:
        """The site of that id. Raises ``SiteUnknown``."""
        try:
            return self.sites[site_id]
        except KeyError:
            raise SiteUnknown("there is no such site here") from None


def the_service() -> Service:
    return cast(Service, current_app.extensions["izin"])
