from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest

from banner.core.errors import SettingsWrong
from banner.settings import Settings, read_settings


def test_without_an_environment_every_setting_has_its_default() -> None:
    settings = read_settings({"PATH": "/bin", "HOME": "/root"})

    assert settings == Settings()
    assert not settings.is_production
    assert settings.database_url.startswith("sqlite:///")


def test_each_setting_is_read_from_its_name_in_the_environment() -> None:
    settings = read_settings(
        {"IZIN_URL": "https://izin.example.co.id", "IZIN_DATABASE_URL": "sqlite:////tmp/x"}
    )

    assert settings.url == "https://izin.example.co.id"
    assert settings.database_url == "sqlite:////tmp/x"


@pytest.mark.parametrize("row", fields(Settings), ids=lambda row: row.name)
def test_each_row_of_the_table_says_what_it_is(row: object) -> None:
    help = row.metadata["help"]  # type: ignore[attr-defined]

    assert help.endswith(".")


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        pytest.param({"IZIN_DATABASEURL": "x"}, "IZIN_DATABASEURL", id="an unknown name"),
        pytest.param({"IZIN_": "x"}, "IZIN_", id="no name"),
        pytest.param({"IZIN_url": "x"}, "IZIN_url", id="small letters"),
        pytest.param({"IZIN_MODE": "prod"}, "not `development` or `production`", id="mode"),
        pytest.param({"IZIN_MODE": ""}, "not `development` or `production`", id="empty mode"),
        pytest.param({"IZIN_URL": "izin.example.co.id"}, "scheme and host", id="url: no scheme"),
        pytest.param({"IZIN_URL": "https://a.id/"}, "scheme and host", id="url: a slash"),
        pytest.param({"IZIN_URL": "https://a.id/izin/"}, "scheme and host", id="url: a path's end"),
        pytest.param({"IZIN_URL": "https://a.id/a?b"}, "scheme and host", id="url: a query"),
        pytest.param({"IZIN_URL": "https://a.id/../b"}, "scheme and host", id="url: a way up"),
        pytest.param({"IZIN_URL": "https://a.id//b"}, "scheme and host", id="url: two slashes"),
        pytest.param({"IZIN_URL": ""}, "scheme and host", id="url: empty"),
        pytest.param(
            {"IZIN_CHECKPOINT_URL": "http://keeper.example.net"}, "begins with https", id="keeper"
        ),
        pytest.param(
            {
                "IZIN_MODE": "production",
                "IZIN_URL": "https://a.id",
                "IZIN_CHECKPOINT_URL": "http://localhost:9",
            },
            "begins with https",
            id="keeper on this machine, in production",
        ),
        pytest.param({"IZIN_DATABASE_URL": ""}, "must be like sqlite:////", id="database: empty"),
        pytest.param({"IZIN_DATABASE_URL": "/var/x.db"}, "must be like", id="database: a path"),
        pytest.param(
            {"IZIN_DATABASE_URL": "sqlite://x.db"}, "must be like", id="database: slashes"
        ),
        pytest.param(
            {"IZIN_DATABASE_URL": "postgres://a:b@c/d"},
            "postgresql+psycopg://",
            id="database: kind",
        ),
        pytest.param(
            {"IZIN_DATABASE_URL": "postgresql+psycopg://a:b@c@d/e"}, "%40", id="database: password"
        ),
        pytest.param({"IZIN_PROXIES": "-1"}, "whole number", id="proxies: negative"),
        pytest.param({"IZIN_PROXIES": "one"}, "whole number", id="proxies: in words"),
        pytest.param({"IZIN_PROXIES": "1.0"}, "whole number", id="proxies: a fraction"),
        pytest.param({"IZIN_PROXIES": "²"}, "whole number", id="proxies: an exponent"),
        pytest.param({"IZIN_PROXIES": ""}, "whole number", id="proxies: empty"),
        pytest.param({"IZIN_LIMIT_CLIENT": "many"}, "IZIN_LIMIT_CLIENT must be", id="limit: words"),
        pytest.param({"IZIN_LIMIT_CLIENT": "0 per day"}, "must be like", id="limit: nothing"),
        pytest.param({"IZIN_LIMIT_SITE": "5 per minute;"}, "must be like", id="limit: half a one"),
        pytest.param({"IZIN_LIMIT_SITE": "5/minute"}, "IZIN_LIMIT_SITE must be", id="limit: short"),
        pytest.param({"IZIN_LIMITS_URL": "memcached://a"}, "redis://", id="limits: no Redis"),
        pytest.param({"IZIN_METRICS_TOKEN": "short"}, "16 or more", id="metrics: a short token"),
        pytest.param({"IZIN_METRICS_TOKEN": "a" * 20 + " "}, "without spaces", id="metrics: space"),
        pytest.param({"IZIN_HEALTH": "8001"}, "an address and a port", id="health: a port alone"),
        pytest.param({"IZIN_HEALTH": "a b:80"}, "an address and a port", id="health: no address"),
        pytest.param({"IZIN_LOG_LEVEL": "INFO"}, "debug, info, warning, error", id="log level"),
        pytest.param(
            {"IZIN_MODE": "production", "IZIN_DEMO": "1"}, "not for production", id="demo"
        ),
        pytest.param(
            {"IZIN_MODE": "production", "IZIN_URL": "http://izin.example.co.id"},
            "begin with https",
            id="no TLS in production",
        ),
        pytest.param(
            {"IZIN_MODE": "production", "IZIN_STAND_IN": "/stand-in/"},
            "not for production",
            id="stand-in",
        ),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(
    environment: dict[str, str], words: str
) -> None:
    with pytest.raises(SettingsWrong) as caught:
        read_settings(environment)

    assert words in str(caught.value)


@pytest.mark.parametrize(
    "rates",
    ["", "1 per second", "120 per minute;2400 per hour", "9 per minute;9 per hour;9 per day"],
)
def test_limits_are_one_or_several_rates_or_none(rates: str) -> None:
    settings = read_settings({"IZIN_LIMIT_CLIENT": rates, "IZIN_LIMIT_SITE": rates})

    assert (settings.limit_client, settings.limit_site) == (rates, rates)


def test_a_secret_is_in_no_message_and_no_representation() -> None:
    secret = "a secret"

    with pytest.raises(SettingsWrong) as caught:
        read_settings({"IZIN_METRICS_TOKEN": secret})

    url = f"postgresql+psycopg://izin:{secret}@localhost/izin"
    shown = repr(Settings(database_url=url, metrics_token="t" * 16, limits_url=""))
    assert secret not in str(caught.value)
    assert secret not in shown
    assert "t" * 16 not in shown


def test_a_password_with_a_sign_that_ends_it_is_in_no_message() -> None:
    with pytest.raises(SettingsWrong) as caught:
        read_settings({"IZIN_DATABASE_URL": "postgresql+psycopg://izin:se@cret@localhost/izin"})

    assert "cret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////var/lib/izin/izin.sqlite3",
        "sqlite:///instance/izin.sqlite3",
        "postgresql+psycopg://izin:pass%40word@db.example.net:5432/izin?sslmode=require",
        "postgresql+psycopg://izin:@/izin?host=%2Frun%2Fpostgresql",
        "postgresql+psycopg:///izin",
        "postgresql://izin@localhost/izin",
    ],
)
def test_every_address_of_a_database_that_can_be_used_is_taken(url: str) -> None:
    assert read_settings({"IZIN_DATABASE_URL": url}).database_url == url


def test_every_unknown_setting_is_named_at_once() -> None:
    with pytest.raises(SettingsWrong) as caught:
        read_settings({"IZIN_B": "", "IZIN_A": "", "IZIN_URL": "https://a.id"})

    assert str(caught.value) == "there is no setting IZIN_A, IZIN_B"


def test_settings_do_not_change_while_the_service_runs() -> None:
    settings = Settings()

    with pytest.raises(FrozenInstanceError):
        settings.demo = "1"  # type: ignore[misc]
