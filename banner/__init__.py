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

from . import logs
from .consent import Consent
from .core.site import Site
from .demo import blueprint
from .demo.site import as_demo
from .keyring import Keyring
from .keys import load_keys
from .ledger import Ledger, host_of
from .receipts import Receipts
from .rounds import Rounds
from .rounds.jobs import jobs_of
from .script.address import address_of
from .script.compose import compose
from .script.declaration import declare
from .script.elsewhere import Elsewhere
from .settings import Settings, read_settings
from .site_files import sites_to_serve
from .store.append import Appending
from .store.engine import open_engine
from .store.notices import Edition, Notices, keep_at_start
from .store.records import Records
from .store.writer import Writer
from .tags import PRODUCTS
from .web import access, errors, headers
from .web.asking import asking
from .web.decisions import decisions
from .web.declaration import declaration
from .web.front import front
from .web.ledger import ledger as ledger_pages
from .web.limiter import Limits
from .web.limits import spend
from .web.notices import notices as notice_pages
from .web.operations import Operations, operations
from .web.own_path import under
from .web.pages import pages
from .web.receipts import receipts
from .web.records import records
from .web.script import script
from .web.service import Service
from .web.sessions import FormSessions
from .web.verifier import verifier

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
    logs.set_up(settings.log_level, for_people=not settings.is_production)
    keys = load_keys(settings.keys_file, production=settings.is_production)
    keyring = Keyring(keys.token, keys.session, file=settings.keys_file)
    sites = _sites(settings)
    origin = settings.origin

    is_secure = origin.scheme == "https"
    address = address_of(settings)
    bundles = {
        site.id: compose(site, PRODUCTS, address=address, stand_in=settings.stand_in)
        for site in sites.values()
    }
    engine = open_engine(settings.database_url)
    notices = Notices(
        engine,
        {name: Edition(bundle.version, bundle.notices) for name, bundle in bundles.items()},
        now=now,
        beside=bool(settings.demo),
    )
    keep_at_start(notices)
    ledger = Ledger(
        engine,
        keys=keys.ledger,
        host=host_of(origin),
        now=now,
        outside=settings.checkpoint_path,
    )
    appending = Appending(engine)
    writer = Writer(appending)

    app = Flask(__name__, static_folder=None)  # every file served is composed
    # Or `//` in a path is answered with a redirection to whatever `Host` says, which caches keep.
    app.url_map.merge_slashes = False
    app.config.update(
        SECRET_KEY=keys.session[-1],
        MAX_CONTENT_LENGTH=1024 * 1024,
        # `__Host-`: or a sibling host plants its own session, with a CSRF token that it knows.
        SESSION_COOKIE_NAME="__Host-izin-form" if is_secure else "izin-form",
        SESSION_COOKIE_SECURE=is_secure,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=3600,
        WTF_CSRF_CHECK_DEFAULT=False,  # the JSON routes are guarded by exact origins
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]  # a release has an order
    access.register(app)
    app.session_interface = FormSessions(keyring)
    CSRFProtect(app)
    app.extensions["izin"] = service = Service(
        sites=sites,
        bundles=bundles,
        elsewhere=Elsewhere(sites, PRODUCTS, settings.stand_in),
        declarations={
            site.id: declare(
                site, PRODUCTS, service=origin, form_cookie=app.config["SESSION_COOKIE_NAME"]
            )
            for site in sites.values()
        },
        consent=Consent(
            records=Records(engine),
            writer=writer,
            notices=notices,
            keyring=keyring,
            products=PRODUCTS,
            now=now,
            new_id=new_id,
        ),
        ledger=ledger,
        receipts=Receipts(engine, ledger, notices, seed=keys.ledger[-1]),
        limits=Limits(settings, key=keys.session[-1], now=now),
        origin=origin,
        stand_in=settings.stand_in,
        behind_proxy=int(settings.proxies) > 0,
    )
    for part in (script, decisions, asking, pages, declaration, notice_pages, ledger_pages, records,
                 receipts, verifier, operations):  # fmt: skip
        app.register_blueprint(part)
    if settings.demo:
        _add_demo(app, sites)
    else:
        app.register_blueprint(front)
    app.extensions["izin.operations"] = Operations(service, engine, settings, now=now)
    app.extensions["izin.rounds"] = Rounds(
        jobs_of(
            open_engine(settings.database_url),  # its own: no job takes a visitor's connection
            settings=settings,
            sites=sites,
            ledger=ledger,
            appending=appending,
            writer=writer,
            webhook_keys=keys.webhook,
            now=now,
        )
    )
    errors.register(app)
    app.after_request(headers.guard)
    if count := int(settings.proxies):
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_prefix=count
        )
    if settings.path:
        app.wsgi_app = under(settings.path, app.wsgi_app)  # type: ignore[method-assign,assignment]
    return app


def _sites(settings: Settings) -> dict[str, Site]:
    sites = sites_to_serve(settings.sites_folder, production=settings.is_production)
    if not settings.demo:
        return sites
    return {name: as_demo(site, settings.origin) for name, site in sites.items()}


def _add_demo(app: Flask, sites: dict[str, Site]) -> None:
    records = app.extensions["izin"].consent.records
    site = next(iter(sites.values()))

    def find_record(record_id: str) -> dict[str, object] | None:
        spend("read", site)
        record = records.find(record_id)
        if record is None:
            return None
        return {name: value for name, value in asdict(record).items() if name != "salt"}

    app.register_blueprint(blueprint(site.id, find_record=find_record))
