"""The products that Izin knows, one file each. Adding a product is adding a file here."""

from __future__ import annotations

from collections.abc import Mapping

from ..core.product import Product
from .ad_manager import AD_MANAGER
from .adsense import ADSENSE
from .embed import EMBED
from .floodlight import FLOODLIGHT
from .google_analytics import GOOGLE_ANALYTICS
from .google_tag_manager import GOOGLE_TAG_MANAGER
from .script import SCRIPT

PRODUCTS: Mapping[str, Product] = {
    product.id: product
    for product in (
        GOOGLE_ANALYTICS,
        ADSENSE,
        AD_MANAGER,
        FLOODLIGHT,
        GOOGLE_TAG_MANAGER,
        SCRIPT,
        EMBED,
    )
}
