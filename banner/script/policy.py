"""The Content-Security-Policy that a site needs for Izin and for what it releases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from ..core.origin import Origin
from ..core.product import Product
from ..core.release import runs_ahead
from ..core.site import Service, Site
from .hosts import hosts_of

Policy = Mapping[str, tuple[str, ...]]
"""The sources of each directive, in the order in which they are written."""

SELF = "'self'"
NONE = "'none'"
ANY = "https:"


def policy_of(
    site: Site,
    products: Mapping[str, Product],
    service: Origin,
    *,
    released: bool,
    nonce: str = "",
) -> Policy:
    """What a page of ``site`` needs before a choice, or once everything is ``released``.

    With a ``nonce`` scripts are trusted by it and by who adds them; without one, by their hosts.
    What the page itself needs is not in it, but for its own origin.
    """
    running = site.services if released else runs_ahead(site, products)
    of = [products[each.product] for each in running]
    own = str(service)
    types = _trusted_types(of) if nonce else {}
    if nonce and any(product.open_ended for product in of):
        return {**_for_ads(own, nonce), **types}
    pairs = list(zip(running, of, strict=True))
    logo = _sources(filter(None, [urlsplit(site.look.logo).hostname]))
    hosts = _sources(host for each, product in pairs for host in hosts_of(each, product, site))
    by_host = (SELF, own, *_sources(_script_hosts(pairs, site)))
    return {
        "default-src": (SELF,),
        "script-src": _by(nonce) if nonce else by_host,
        "style-src": (SELF, *_by(nonce)[:1]) if nonce else (SELF,),
        "connect-src": (SELF, own, *hosts),
        **({"img-src": (SELF, *logo, *hosts)} if logo or hosts else {}),
        **({"frame-src": (SELF, *hosts)} if hosts else {}),
        "form-action": (SELF, own),
        "object-src": (NONE,),
        "base-uri": (NONE,),
        **types,
    }


def as_header(policy: Policy) -> str:
    """The header's value, in one line."""
    return "; ".join(" ".join((name, *sources)) for name, sources in policy.items())


def _by(nonce: str) -> tuple[str, str]:
    return f"'nonce-{nonce}'", "'strict-dynamic'"


def _for_ads(own: str, nonce: str) -> Policy:
    """As Google supports it for ads, whose hosts change: scripts by nonce, and the rest open.

    https://developers.google.com/publisher-tag/guides/content-security-policy
    """
    return {
        "script-src": (*_by(nonce), "'unsafe-eval'"),
        "connect-src": (SELF, own, ANY),
        "img-src": (SELF, ANY, "data:"),
        "frame-src": (SELF, ANY),
        "form-action": (SELF, own),
        "object-src": (NONE,),
        "base-uri": (NONE,),
    }


def _trusted_types(running: Sequence[Product]) -> Policy:
    """Izin makes one policy. Tags set addresses of scripts themselves, which is not ours to allow:
    by a policy of their own, or by the page's default."""
    names = [name for product in running for name in product.trusted_types]
    theirs = (*dict.fromkeys(names), "'allow-duplicates'") if names else ()
    return {
        "require-trusted-types-for": ("'script'",),
        "trusted-types": ("izin", *(("default", *theirs) if running else ())),
    }


def _script_hosts(running: Iterable[tuple[Service, Product]], site: Site) -> Iterator[str]:
    """Where only the owner or an advertiser knows what is loaded, any of the hosts may be one of a
    script; elsewhere only those that the release names."""
    for each, product in running:
        if product.open_ended or product.category is None:
            yield from hosts_of(each, product, site)
            continue
        for kind, *rest in product.steps(each.options, frozenset({"advertising"})):
            if kind == "script":
                yield urlsplit(str(rest[0])).hostname or ""


def _sources(hosts: Iterable[str]) -> tuple[str, ...]:
    """Each once; one that ``*.`` of another covers is left out."""
    found = dict.fromkeys(hosts)
    wide = [host.removeprefix("*") for host in found if host.startswith("*.")]

    def is_covered(host: str) -> bool:
        name = host.removeprefix("*")
        return any(name.endswith(each) and name != each for each in wide)

    return tuple(f"https://{host}" for host in found if not is_covered(host))
