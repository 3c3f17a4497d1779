"""The site that the demo shows: the owner's own file, played by a made-up company."""

from __future__ import annotations

from dataclasses import replace

from banner.core.origin import Origin
from banner.core.site import Controller, Site

COMPANY = Controller(
    name="PT Contoh Jaringan Indonesia",
    address="Jalan Contoh 1, Jakarta",
    email="privasi@contoh.example",
    phone="+62 21 0000 0000",
    officer="Petugas Pelindungan Data Pribadi",
)
POLICY = {"id": "/id/kebijakan-privasi/", "en": "/en/privacy-policy/"}


def as_demo(site: Site, origin: Origin) -> Site:
    """``site`` on the demo's own pages at ``origin``; ``localhost`` and ``127.0.0.1`` alike.

    Without the owner's logo, which is on another host: a demo asks nobody for anything.
    """
    policy = {language: POLICY.get(language, POLICY["id"]) for language in site.languages}
    loopback = {replace(origin, host=host) for host in ("localhost", "127.0.0.1")}
    return replace(
        site,
        controller=COMPANY,
        origins=frozenset({origin, *loopback}),
        cookie_domain=None,
        notice=replace(site.notice, policy=policy),
        look=replace(site.look, logo=""),
    )
