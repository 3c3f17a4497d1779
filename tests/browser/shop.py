"""A site owner to test with: a shop on www.toko.co.id, its TOML file, its pages, its service."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import func, select, text

from banner import create_app
from banner.settings import Settings
from banner.store.engine import open_engine
from banner.store.records import Records
from banner.store.schema import records
from tests.browser.sink import Dropped
from tests.browser.world import Request, World
from tests.databases import make_tables

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DAY = 86_400_000

SITE = """
name = "PT Toko Contoh"
origins = [{origins}]
languages = ["id", "en"]
audience = "{audience}"
{cookie}
[notice]
version = "{notice}"
effective = 2026-11-22
policy = "https://www.toko.co.id/privasi"
revision = {revision}
{changes}
[contact]
address = "Jalan Contoh 1, Jakarta"
email = "privasi@toko.co.id"
[look]
button = "{button}"
layout = "{layout}"
{look}
{services}
"""

SERVICES = """
[services.google-analytics]
product = "google_analytics"
measurement_id = "G-TOKO1"
retention = "14 months"
[services.adsense]
product = "adsense"
client = "ca-pub-1234567890123456"
retention = "18 months"
[services.ad-manager]
product = "ad_manager"
network = "21712345678"
retention = "18 months"
[services.floodlight]
product = "floodlight"
config_id = "DC-1234567"
retention = "18 months"
"""

PAGE = """<!doctype html>
<html lang="{lang}">
<head><meta charset="utf-8"><title>Toko</title>{head}{tag}</head>
<body><main><h1>Toko</h1>{body}</main><footer><p>Toko</p></footer></body>
</html>"""

SLOTS = """
<ins class="adsbygoogle" data-ad-client="ca-pub-1234567890123456" data-ad-slot="1"></ins>
<script>(adsbygoogle = window.adsbygoogle || []).push({});</script>
<div id="gpt-slot"></div>
<script>
window.googletag = window.googletag || {cmd: []};
googletag.cmd.push(function () {
  googletag.defineSlot("/21712345678/toko", [300, 250], "gpt-slot").addService(googletag.pubads());
  googletag.enableServices();
  googletag.display("gpt-slot");
});
</script>
"""

PART = re.compile(r"/[\w-]{16}/(\w+)\.\w+\.js$")


@dataclass
class Clock:
    """The service's clock, in milliseconds; starts at the real time, as the browser's does."""

    milliseconds: int

    def __call__(self) -> int:
        return self.milliseconds


@dataclass
class Shop:
    """Everything of one owner. `service` is the host that Izin runs on, `prefix` its path."""

    world: World
    folder: Path
    clock: Clock
    service: str = "izin.toko.co.id"
    prefix: str = ""
    domain: str | None = "toko.co.id"
    origins: tuple[str, ...] = ("https://www.toko.co.id", "https://shop.toko.co.id")
    notice: str = "2026-11-22"
    revision: int = 1
    changes: Mapping[str, str] = field(default_factory=dict)
    button: str = "left"
    layout: str = "bar"
    look: str = ""
    """More lines of `[look]`."""
    services: str = SERVICES
    site: str = "toko"
    audience: str = "general"
    proxies: str = "0"
    app: Flask = field(init=False)

    def open(self) -> Shop:
        """Start the service; again after a change of the file, with the same records and keys."""
        sites = self.folder / "sites"
        sites.mkdir(exist_ok=True)
        (sites / f"{self.site}.toml").write_text(
            SITE.format(
                origins=", ".join(f'"{origin}"' for origin in self.origins),
                cookie=f'[cookie]\ndomain = "{self.domain}"' if self.domain else "",
                notice=self.notice,
                revision=self.revision,
                changes="\n".join(
                    f'changes.{name} = "{text}"' for name, text in self.changes.items()
                ),
                button=self.button,
                layout=self.layout,
                look=self.look,
                services=self.services,
                audience=self.audience,
            ),
            "utf-8",
        )
        return self.restart()

    def restart(self) -> Shop:
        """Start the service with the file as it stands."""
        sites = self.folder / "sites"
        settings = Settings(
            url=f"https://{self.service}",
            database_url=self.database_url,
            sites=str(sites),
            keys=str(self.folder / "keys.json"),
            proxies=self.proxies,
        )
        make_tables(self.folder / "izin.sqlite3")
        self.app = create_app(settings, now=self.clock)
        self.world.service(self.service, self.app, prefix=self.prefix)
        return self

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.folder / 'izin.sqlite3'}"

    @property
    def script(self) -> str:
        return f"https://{self.service}{self.prefix}/v1/{self.site}.js"

    def tag(self, **data: str) -> str:
        attributes = "".join(f' data-{name}="{value}"' for name, value in data.items())
        return f'<script async src="{self.script}"{attributes}></script>'

    def page(
        self,
        path: str = "/",
        body: str = "",
        *,
        host: str = "www.toko.co.id",
        lang: str = "id",
        head: str = "",
        tag: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Put a page with the script into the world; its address."""
        html = PAGE.format(lang=lang, head=head, body=body, tag=self.tag() if tag is None else tag)
        self.world.page(host, path, html, headers=headers)
        return f"https://{host}{path}"

    def behind(self, proxy: Callable[[WSGIApplication], WSGIApplication]) -> None:
        """Put something between the world and the service, until the next `open()`."""
        self.world.service(self.service, proxy(self.app.wsgi_app), prefix=self.prefix)

    # What the service holds and heard

    @property
    def records(self) -> Records:
        store: Records = self.app.extensions["izin"].consent.records
        return store

    def rows(self) -> list[Mapping[str, object]]:
        """Every row, in the order in which they were written."""
        engine = open_engine(self.database_url)
        with engine.connect() as connection:
            found = connection.execute(select(records).order_by(text("rowid")))
            rows: list[Mapping[str, object]] = [dict(row._mapping) for row in found]
        engine.dispose()
        return rows

    def acts(self) -> list[tuple[str, str, set[str]]]:
        """Kind, surface and what was granted, of every row."""
        return [(str(row["kind"]), str(row["surface"]), self._granted(row)) for row in self.rows()]

    @staticmethod
    def _granted(row: Mapping[str, object]) -> set[str]:
        choices = {**json.loads(str(row["categories"])), **json.loads(str(row["services"]))}
        return {name for name, choice in choices.items() if choice}

    def count(self) -> int:
        engine = open_engine(self.database_url)
        with engine.connect() as connection:
            number = connection.scalar(select(func.count()).select_from(records))
        engine.dispose()
        return int(number or 0)

    def asked(self) -> list[str]:
        """What browsers asked the service for, as `METHOD path`, without preflights and parts."""
        return [each for each in self._asked() if not PART.search(each)]

    def parts(self) -> list[str]:
        """The names of the parts of the script that browsers asked for: files kept for a year."""
        return [found[1] for each in self._asked() if (found := PART.search(each))]

    def _asked(self) -> list[str]:
        return [
            f"{request.method} {request.path.removeprefix(self.prefix)}"
            for request in self.world.to(self.service)
            if request.method != "OPTIONS" and f"{self.prefix}/v1/" in request.path
        ]


def losing_answers(app: WSGIApplication) -> WSGIApplication:
    """For `Shop.behind`: the service does its work, and no browser hears what came of it."""

    def proxy(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = app(environ, start_response)
        if environ["REQUEST_METHOD"] == "POST":
            raise Dropped
        return body

    return proxy


def places(requests: Iterable[Request]) -> list[str]:
    """Outside requests as `host/path`, sorted, what varies in Floodlight's path cut off."""
    return sorted(f"{each.host}{each.path.split(';')[0]}" for each in requests)
