"""What an owner should know of a file that is right: what its settings do, each in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .problem import Problem, note
from .product import Product
from .site import Site

WITHOUT_EFFECT = "it has no effect in basic mode, where no tag of Google's loads before a choice"


def notes_on(site: Site, file: str, products: Mapping[str, Product]) -> Iterator[Problem]:
    yield from _on_consent_mode(site, file, products)
    yield from _on_country(site, file, products)
    yield from _on_categories(site, file)
    yield from _on_options(site, file, products)
    yield from _on_names(site, file, products)
    yield from _on_children(site, file, products)
    yield from _on_signals(site, file, products)
    yield from _on_settings(site, file, products)


def _on_consent_mode(site: Site, file: str, products: Mapping[str, Product]) -> Iterator[Problem]:
    mode = site.consent_mode
    if mode.advanced:
        early = [s.id for s in site.services if products[s.product].consent_mode]
        yield note(
            file,
            "consent_mode.mode",
            "these load before any choice and send Google pings without cookies, with the IP "
            "address, the browser and the page's address, also after a refusal: " + _listed(early)
            if early
            else "advanced mode has no effect: no service of this site reads Consent Mode",
        )
    elif mode.wait_for_update:
        yield note(file, "consent_mode.wait_for_update", WITHOUT_EFFECT)
    if mode.url_passthrough:
        yield note(
            file,
            "consent_mode.url_passthrough",
            "while cookies are denied, ad click ids and an id of the visitor travel in the "
            "addresses of the site's links",
        )
    for place, default in enumerate(mode.regions):
        key = f"consent_mode.regions.{place}"
        if not mode.advanced:
            yield note(file, key, WITHOUT_EFFECT)
        elif signals := sorted(default.granted - {"security_storage"}):
            yield note(
                file,
                key,
                f"in {_listed(default.regions)} Google's tags write cookies and send data before "
                f"any choice, as far as these allow: {_listed(signals)}",
            )


def _on_country(site: Site, file: str, products: Mapping[str, Product]) -> Iterator[Problem]:
    ads = [service.id for service in site.services if products[service.product].certified_platform]
    if site.country is None:
        if ads:
            yield note(
                file,
                "country",
                f"advertising ({_listed(ads)}) is also released to visitors from the EEA, the "
                "United Kingdom and Switzerland, where Google demands a certified platform: set "
                "`country.header` to hold it there",
            )
    elif not ads:
        yield note(
            file, "country", "no service of this site depends on where a visitor is: leave it out"
        )
    elif site.country.unknown == "release":
        yield note(
            file,
            "country.unknown",
            f"advertising ({_listed(ads)}) is also released to a visitor whose country the header "
            "does not name, and who may be where Google demands a certified platform",
        )
    else:
        held = f"advertising ({_listed(ads)}) is held"
        then = "your platform asks as well" if site.country.platform else held
        yield note(
            file,
            "country.unknown",
            f"for a visitor whose country the header does not name, {then}, as in the EEA",
        )


def _on_categories(site: Site, file: str) -> Iterator[Problem]:
    used = {service.category for service in site.services}
    for category in site.categories:
        if category not in used:
            yield note(
                file,
                "categories",
                f"no service uses `{category}`: leave it out unless your own pages do "
                f'(`data-izin="{category}"`), or visitors are asked about nothing',
            )


def _on_signals(site: Site, file: str, products: Mapping[str, Product]) -> Iterator[Problem]:
    """Google signals need ad_storage, which Analytics never turns on."""
    if any(
        products[service.product].consent_mode and service.category == "advertising"
        for service in site.services
    ):
        return
    for service in site.services:
        if service.options.get("google_signals"):
            yield note(
                file,
                f"services.{service.id}.google_signals",
                "it sends one more ping and has no other effect: no service of this site that "
                "reads Consent Mode counts as advertising",
            )


def _on_settings(site: Site, file: str, products: Mapping[str, Product]) -> Iterator[Problem]:
    for service in site.services:
        if not products[service.product].heeds_settings:
            yield note(
                file,
                f"services.{service.id}.container",
                "its tags have settings of their own, and take none from here: give each Analytics "
                "tag in it `allow_google_signals` `false`, or it contacts advertising hosts for "
                "visitors who granted analytics alone. The cookies `_ga` and `_ga_*` end with the "
                "consent all the same",
            )


def _on_options(site: Site, file: str, products: Mapping[str, Product]) -> Iterator[Problem]:
    for service in site.services:
        for name, option in products[service.product].options.items():
            if option.advice and name not in service.options:
                yield note(file, f"services.{service.id}.{name}", option.advice)


def _on_names(site: Site, file: str, products: Mapping[str, Product]) -> Iterator[Problem]:
    """Of what only the owner knows, a product's name says nothing."""
    for service in site.services:
        product = products[service.product]
        if not product.provider and service.name == product.name:
            sentence = f"visitors read “{service.name}” and cannot tell what it is: give it a name"
            yield note(file, f"services.{service.id}.name", sentence)


def _on_children(site: Site, file: str, products: Mapping[str, Product]) -> Iterator[Problem]:
    if not site.has_children:
        return
    for service in site.services:
        product = products[service.product]
        if service.category != "preferences" and not product.child_treatment:
            sentence = (
                f"{product.name} is not told that children are among the visitors, apart from "
                "Consent Mode's `ad_personalization`, which stays denied: see to it yourself, or "
                "leave it out"
            )
            yield note(file, f"services.{service.id}", sentence)
        elif product.child_advice:
            yield note(file, f"services.{service.id}", product.child_advice)


def _listed(names: object) -> str:
    assert isinstance(names, list | tuple)
    return ", ".join(f"`{name}`" for name in names)
