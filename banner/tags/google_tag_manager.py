"""Google Tag Manager: a container that can load anything, so only its owner knows its category."""

from __future__ import annotations

from ..core.product import Granted, Option, Options, Product, Step
from .google import ADDRESS, COUNTRIES, POLICY, TRUSTED_TYPES
from .owner import LEAST_DATA, UNTOLD, leaves, stored_by_owners_word

OUTLIVING = ("_ga", "_ga_*")
"""Google's tag in a container gives them two years, whatever the page sets: they are shortened."""


def steps(options: Options, _: Granted) -> list[Step]:
    container = options["container"]
    source = f"https://www.googletagmanager.com/gtm.js?id={container}"
    return [
        ["push", "dataLayer", {"gtm.start": "$now", "event": "gtm.js"}],
        ["script", source, {}, f"gtm {container}"],
        ["ends", [[name, "/"] for name in OUTLIVING], "$left"],
    ]


GOOGLE_TAG_MANAGER = Product(
    id="google_tag_manager",
    name="Google Tag Manager",
    provider="Google LLC",
    category=None,
    also=("gtm", "tag_manager", "tagmanager", "google_ads", "googleads", "adwords"),
    options={
        "container": Option(
            help="The container id. What the container loads counts to the service's category.",
            pattern=r"GTM-[A-Z0-9]{4,10}",
            expected="a container id such as `GTM-A1B2C3D`",
            required=True,
            is_given=True,
        ),
        "hosts": Option(
            help="Whom else the container contacts, as told to visitors.",
            kind="texts",
            pattern=r"[a-z0-9.-]{3,253}",
            expected="host names such as `www.google-analytics.com`",
        ),
        "data_layer": Option(
            help="The name of the queue, where the page calls it otherwise. All of Google's tags "
            "of the site then read it.",
            pattern=r"(?!izin)[A-Za-z_$][A-Za-z0-9_$]{0,63}",
            expected="a name such as `dataLayer`",
        ),
        **leaves(UNTOLD),
    },
    steps=steps,
    # Its own: what its tags contact, only the owner knows.
    hosts=("www.googletagmanager.com",),
    stored=stored_by_owners_word,
    consent_mode=True,
    heeds_settings=False,
    trusted_types=TRUSTED_TYPES,
    policy=POLICY,
    data=LEAST_DATA,
    address=ADDRESS,
    countries=COUNTRIES,
)
