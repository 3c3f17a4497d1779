"""The tag and the Content-Security-Policy that an owner puts into their pages."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ..core.origin import Origin
from ..core.site import Site
from ..script.address import address_of
from ..script.compose import Bundle, compose, integrity_of
from ..script.hosts import hosts_of
from ..script.policy import as_header, policy_of
from ..settings import Settings
from ..site_files import sites_to_serve
from ..tags import PRODUCTS
from .common import with_settings

NONCE = "{nonce}"

WHY = {
    "default-src": "whatever is not named below: from the site itself",
    "script-src": "the script, its parts and the tags that it adds",
    "style-src": "the nonce is for browsers without constructed style sheets alone",
    "connect-src": "the service, which records choices, and where the tags send",
    "img-src": "the tags' images, and those that you have marked up",
    "frame-src": "the tags' frames, and those that you have marked up",
    "form-action": "the service, whose page of records the dialog opens by a form",
    "object-src": "no plug-ins",
    "base-uri": "nobody moves the page's own addresses elsewhere",
    "require-trusted-types-for": "no text becomes a script unseen; leave it and the next one out "
    "where your own scripts are not ready for it",
    "trusted-types": "`izin` is the one policy that Izin makes",
}
"""What each directive is there for."""

BY_NONCE = "Scripts by nonce: a new one in each answer, in the header and in the tag"
BY_HOST = "Scripts by their hosts: for pages that cannot have a nonce, and weaker"
STATES = {
    False: "Before a choice",
    True: "With everything released, which is the one to serve",
}


@click.command()
@click.argument("site")
@click.option("--path", default="", help="The service's path, where IZIN_URL does not say it.")
@with_settings
def csp(settings: Settings, site: str, path: str) -> None:
    """Print a site's tag with its integrity, and the Content-Security-Policy that it needs."""
    if settings.demo:
        raise click.ClickException("IZIN_DEMO changes the sites: their tags would be wrong")
    sites = sites_to_serve(settings.sites_folder, production=settings.is_production)
    if site not in sites:
        raise click.ClickException(f"there is no site {site}; there are {', '.join(sorted(sites))}")
    service = address_of(settings)
    bundle = compose(sites[site], PRODUCTS, address=service, stand_in=settings.stand_in)
    address = service.under(_prefix(path)).of(site)
    for line in [*_tags(address, bundle), *_policies(sites[site], settings.origin)]:
        click.echo(line)


def _prefix(path: str) -> str:
    return f"/{path.strip('/')}" if path.strip("/") else ""


def _tags(address: str, bundle: Bundle) -> Iterator[str]:
    yield "The tag, which always loads the script of today:"
    yield f'  <script async nonce="{NONCE}" src="{address}.js"></script>'
    yield ""
    yield "Or pinned to the script as it is now, every byte of it and of its parts. After a change"
    yield "of words, tags or of Izin itself it loads nothing, and every tag stays held, until this"
    yield "command's new tag is in the pages:"
    yield (
        f'  <script async nonce="{NONCE}" src="{address}.{bundle.pin}.js" '
        f'integrity="{integrity_of(bundle.pinned.plain)}" crossorigin="anonymous"></script>'
    )


def _policies(site: Site, service: Origin) -> Iterator[str]:
    for heading, nonce in ((BY_NONCE, NONCE), (BY_HOST, "")):
        yield ""
        yield f"# {heading}"
        for released, state in STATES.items():
            policy = policy_of(site, PRODUCTS, service, released=released, nonce=nonce)
            yield ""
            yield f"{state}:"
            yield f"  Content-Security-Policy: {as_header(policy)}"
    yield ""
    yield from _explained(site)


def _explained(site: Site) -> Iterator[str]:
    yield "# What each of them is for"
    yield ""
    width = max(map(len, WHY))
    for name, why in WHY.items():
        yield f"  {name:{width}}  {why}"
    yield ""
    yield from _notes(site)


def _notes(site: Site) -> Iterator[str]:
    """What the policies cannot say by themselves."""
    products = {each.id: PRODUCTS[each.product] for each in site.services}
    if ads := sorted({product.name for product in products.values() if product.open_ended}):
        yield f"- {' and '.join(ads)}: no list of hosts is whole, because ads come from anywhere."
        yield "  Google supports a policy by nonce alone; the one by hosts will stop some of them."
    if any(product.trusted_types for product in products.values()):
        yield "- Trusted Types: `goog#html` is a name of Google's own scripts. What they do without"
        yield "  it needs a policy `default` of your page's: docs/hosting.md has one."
    for each in site.services:
        if not hosts_of(each, products[each.id], site):
            yield f"- {each.id}: the site's file names no host of it. Add those that you know."
    yield "- Add what your own page needs. Try it as Content-Security-Policy-Report-Only first."
