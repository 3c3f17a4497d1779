"""Google Tag Manager: a container that can load anything, so only its owner knows its category."""

from __future__ import annotations

from ..core.product import Option, Options, Product, Step
from .google import POLICY


def steps(options: Options) -> list[Step]:
    container = options["container"]
    return [
        ["push", "dataLayer", {"gtm.start": "$now", "event": "gtm.js"}],
        ["script", f"https://www.googletagmanager.com/gtm.js?id={container}", {}, "gtm"],
    ]


GOOGLE_TAG_MANAGER = Product(
    id="google_tag_manager",
    name="Google Tag Manager",
    provider="Google LLC",
    category=None,
    options={
        "container": Option(
            help="The container id. What the container loads counts to the service's category.",
            pattern=r"GTM-[A-Z0-9]{4,10}",
            expected="a container id such as `GTM-A1B2C3D`",
            required=True,
            placeholder="GTM-XXXXXXX",
        ),
    },
    steps=steps,
    hosts=("www.googletagmanager.com",),
    consent_mode=True,
    policy=POLICY,
)
