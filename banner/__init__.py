"""Izin: a self-hosted consent banner and tag gate."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from .consent import Consent
from .core.site import Site
from .demo import blueprint
from .demo.site import as_demo
from .keys import load_keys
from .script.compose import compose
from .script.declaration import declare
from .settings import Settings, read_settings
from .site_files import sites_to_serve
from .store.engine import open_engine
from .store.records import Records
from .tags import PRODUCTS
from .web import errors, headers
from .web.decisions import decisions
from .web.declaration import declaration
from .web.operations import operations
from .web.pages import pages
from .web.script import script
from .web.service import Service

__all__ = ["create_app"]


def create_app(
    settings: Settings | None = None,
    *,
    now: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
) -> Flask:
    """The service, ready to be served: the only place that wires.

    ``now`` (milliseconds since 1970 UTC) and ``new_id`` are the clock and the source of record
    ids. Raises ``SettingsWrong`` rather than start with weak keys or a wrong site file.
    """
    settings = settings or read_settings(os.environ)
    keys = load_keys(settings.keys_file, production=settings.is_production)
    sites = _sites(settings)
    origin = settings.origin

    is_secure = origin.scheme == "https"

    app = Flask(__name__, static_folder=None)  # every file served is composed
    app.config.update(
        SECRET_KEY=keys.session[-1],
        SECRET_KEY_FALLBACKS=list(keys.session[:-1]),
        MAX_CONTENT_LENGTH=1024 * 1024,
        # `__Host-`: or a sibling host plants its own session, with a CSRF token that it knows.
        SESSION_COOKIE_NAME="__Host-izin-form" if is_secure else "izin-form",
        SESSION_COOKIE_SECURE=is_secure,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=3600,
        WTF_CSRF_CHECK_DEFAULT=False,  # the JSON routes are guarded by exact origins
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]  # a release has an order
    CSRFProtect(app)
    app.extensions["izin"] = Service(
        sites=sites,
        bundles={
            site.id: compose(site, PRODUCTS, stand_in=settings.stand_in) for site in sites.values()
        },
        declarations={
            site.id: declare(
                site, PRODUCTS, service=origin, form_cookie=app.config["SESSION_COOKIE_NAME"]
            )
            for site in sites.values()
        },
        consent=Consent(
            records=Records(open_engine(settings.database_url)),
            keys=keys.token,
            products=PRODUCTS,
            now=now,
            new_id=new_id,
        ),
        origin=origin,
        stand_in=settings.stand_in,
        behind_proxy=int(settings.proxies) > 0,
    )
    for part in (script, decisions, pages, declaration, operations):
        app.register_blueprint(part)
    if settings.demo:
        _add_demo(app, sites)
    errors.register(app)
    app.after_request(headers.guard)
    if count := int(settings.proxies):
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_prefix=count
        )
    return app


def _sites(settings: Settings) -> dict[str, Site]:
    sites = sites_to_serve(settings.sites_folder, production=settings.is_production)
    if not settings.demo:
        return sites
    return {name: as_demo(site, settings.origin) for name, site in sites.items()}


def _add_demo(app: Flask, sites: dict[str, Site]) -> None:
    records = app.extensions["izin"].consent.records

    def find_record(record_id: str) -> dict[str, object] | None:
        record = records.find(record_id)
        return asdict(record) if record else None

    app.register_blueprint(blueprint(next(iter(sites)), find_record=find_record))
