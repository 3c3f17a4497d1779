"""The service's settings: one table, read once from ``IZIN_*``, passed down as a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from .core.errors import SettingsWrong
from .core.origin import Origin, nearest_origin, parse_origin
from .core.webhook import is_https, is_loopback
from .paths import INSTANCE, SITES

LOG_LEVELS = ("debug", "info", "warning", "error")
RATE = r"[1-9][0-9]{0,8} per (?:second|minute|hour|day)"
RATES = re.compile(f"{RATE}(?:;{RATE})*")
PATH = re.compile(r"((?:/[\w~-][\w.~-]*){1,8})?", re.ASCII)
TOKEN = re.compile(r"[!-~]{16,}")
DATABASE = re.compile(r"sqlite://(/.+)?|postgresql(\+psycopg)?://[^@]*(@[^@]*)?")
LISTEN = re.compile(r"([0-9.]+|\[[0-9a-f:]+\]|localhost):[1-9][0-9]{0,4}")


def setting(default: str, help: str, *, secret: bool = False) -> str:
    """One row of the table: what holds when nothing is set, and what it means.

    ``secret``: it is one, or may hold one, and is never shown.
    """
    value: str = field(default=default, repr=not secret, metadata={"help": help})
    return value


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, as text in the environment: ``database_url`` is ``IZIN_DATABASE_URL``."""

    mode: str = setting(
        "development",
        "`production` refuses weak keys and every placeholder in a site's file, and makes no keys "
        "by itself.",
    )
    url: str = setting(
        "http://localhost:8000",
        "Where visitors' browsers reach the service: scheme, host, and the path if it has one "
        "(`https://www.example.co.id/izin`). Scripts send choices there and nowhere else.",
    )
    database_url: str = setting(
        f"sqlite:///{INSTANCE / 'izin.sqlite3'}",
        "Where records are kept, as a SQLAlchemy URL: `sqlite:////var/lib/izin/izin.sqlite3` or "
        "`postgresql+psycopg://user:password@host/izin`.",
        secret=True,
    )
    sites: str = setting(str(SITES), "The folder with one TOML file for each site.")
    keys: str = setting(
        str(INSTANCE / "keys.json"),
        "The file with the secret keys, readable by its owner alone. Made on the first run, "
        "except in production.",
    )
    proxies: str = setting(
        "0",
        "How many reverse proxies stand in front and set `X-Forwarded-*`. Headers beyond that "
        "number are not believed.",
    )
    limit_client: str = setting(
        "1200 per minute;24000 per hour",
        "How many grants are taken from one network (/24 of IPv4, /48 of IPv6), all sites "
        "together; refusals and reading up to ten times as many. Half is kept for its addresses "
        "that ask little. After a longer window's number a tenth of the shortest's is left. "
        "Empty: any number.",
    )
    limit_site: str = setting(
        "6000 per minute",
        "The same for one site, from all networks together; half is kept for networks that ask "
        "little.",
    )
    limits_url: str = setting(
        "",
        "Where several processes count together: `redis://host:6379/0`. Empty: each process "
        "counts for itself.",
        secret=True,
    )
    metrics_token: str = setting(
        "",
        "What Prometheus must present for `/metrics`, as `Authorization: Bearer …`. Empty: there "
        "are no metrics.",
        secret=True,
    )
    health: str = setting(
        "",
        "Where `/livez` and `/readyz` are answered apart from visitors as well, by threads of "
        "their own: `127.0.0.1:8001`. For monitors and no one else.",
    )
    log_level: str = setting(
        "info",
        "`debug` (a line for each request), `info` (for each that is refused), `warning` or "
        "`error`.",
    )
    checkpoint_file: str = setting(
        "",
        "A file on another machine or disk (a mounted bucket, say) that every new checkpoint of "
        "the ledger is added to.",
    )
    checkpoint_url: str = setting(
        "",
        "An https address that every new checkpoint of the ledger is posted to, signed.",
        secret=True,
    )
    demo: str = setting(
        "",
        "`1` serves the demo site at `/`, and opens the site to that origin in place of its own.",
    )
    stand_in: str = setting(
        "",
        "An address that takes the place of `https://` in every released tag, such as "
        "`/stand-in/`: for demos and tests, so that nothing is sent to Google.",
    )

    def __post_init__(self) -> None:
        if self.mode not in ("development", "production"):
            raise SettingsWrong(f"IZIN_MODE is `{self.mode}`, not `development` or `production`")
        if parse_origin(self._split_url[0]) is None or not PATH.fullmatch(self._split_url[1]):
            meant = nearest_origin(self.url) or "https://izin.example.co.id"
            raise SettingsWrong(
                f"IZIN_URL must be scheme and host only, such as {meant}, or with the service's "
                "path and no slash at its end: https://www.example.co.id/izin"
            )
        if not DATABASE.fullmatch(self.database_url):
            raise SettingsWrong(
                "IZIN_DATABASE_URL must be like sqlite:////var/lib/izin/izin.sqlite3 or "
                "postgresql+psycopg://izin:password@localhost/izin, with %40 for an @ in a password"
            )
        if not (self.proxies.isascii() and self.proxies.isdigit()):
            raise SettingsWrong("IZIN_PROXIES must be a whole number")
        for name in ("limit_client", "limit_site"):
            if getattr(self, name) and not RATES.fullmatch(getattr(self, name)):
                raise SettingsWrong(
                    f"IZIN_{name.upper()} must be like `120 per minute;2400 per hour`, or empty"
                )
        if self.limits_url and not self.limits_url.startswith(("redis://", "rediss://")):
            raise SettingsWrong("IZIN_LIMITS_URL must begin with redis:// or rediss://")
        if self.metrics_token and not TOKEN.fullmatch(self.metrics_token):
            raise SettingsWrong("IZIN_METRICS_TOKEN must be 16 or more characters without spaces")
        if self.health and not LISTEN.fullmatch(self.health):
            raise SettingsWrong("IZIN_HEALTH must be an address and a port: 127.0.0.1:8001")
        if self.log_level not in LOG_LEVELS:
            raise SettingsWrong(f"IZIN_LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}")
        if self.is_production and (self.demo or self.stand_in):
            raise SettingsWrong("IZIN_DEMO and IZIN_STAND_IN are not for production")
        near = not self.is_production and is_loopback(self.checkpoint_url)
        if self.checkpoint_url and not (is_https(self.checkpoint_url) or near):
            raise SettingsWrong("IZIN_CHECKPOINT_URL must be an address that begins with https://")
        if self.is_production and not self.url.startswith("https:"):
            raise SettingsWrong("IZIN_URL must begin with https:// in production")

    @property
    def is_production(self) -> bool:
        return self.mode == "production"

    @property
    def origin(self) -> Origin:
        """Scheme and host of ``url``, read."""
        origin = parse_origin(self._split_url[0])
        assert origin is not None, "checked in __post_init__"
        return origin

    @property
    def path(self) -> str:
        """The path of ``url`` on its host: `/izin`, or nothing."""
        return self._split_url[1]

    @property
    def _split_url(self) -> tuple[str, str]:
        scheme, separator, rest = self.url.partition("://")
        host, slash, path = rest.partition("/")
        return scheme + separator + host, slash + path

    @property
    def sites_folder(self) -> Path:
        return Path(self.sites)

    @property
    def checkpoint_path(self) -> Path | None:
        return Path(self.checkpoint_file) if self.checkpoint_file else None

    @property
    def keys_file(self) -> Path:
        return Path(self.keys)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in ``environment``. Raises ``SettingsWrong`` for an unknown ``IZIN_*``."""
    known = {f"IZIN_{field.name.upper()}": field.name for field in fields(Settings)}
    given = {name: value for name, value in environment.items() if name.startswith("IZIN_")}
    if unknown := given.keys() - known.keys():
        raise SettingsWrong(f"there is no setting {', '.join(sorted(unknown))}")
    return Settings(**{known[name]: value for name, value in given.items()})
