"""When the service starts, and when it must not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from banner import create_app
from banner.core.errors import SettingsWrong
from banner.keys import make_keys
from banner.settings import Settings
from tests.builders import GONE, PAGE, a_document, changed, with_service
from tests.conftest import NewApp
from tests.service import Api, code_of, service_of


@pytest.fixture
def keys(tmp_path: Path) -> str:
    file = tmp_path / "keys.json"
    make_keys(file)
    return str(file)


def test_production_starts_with_keys_and_a_finished_file(new_app: NewApp, keys: str) -> None:
    api = Api(new_app(mode="production", keys=keys))

    assert api.decide().status_code == 201


def test_production_does_not_start_without_keys(new_app: NewApp, tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong):
        new_app(mode="production", keys=str(tmp_path / "nothing.json"))


def test_production_does_not_start_with_keys_that_others_can_read(
    new_app: NewApp, keys: str
) -> None:
    Path(keys).chmod(0o644)

    with pytest.raises(SettingsWrong):
        new_app(mode="production", keys=keys)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(changed("contact", phone="[[PHONE]]"), id="a placeholder in a text"),
        pytest.param(
            with_service("google-analytics", measurement_id="G-XXXXXXXXXX"), id="an example's id"
        ),
        pytest.param(with_service("adsense", retention=GONE), id="no retention"),
        pytest.param(a_document(origins=["http://www.example.co.id"]), id="no https"),
    ],
)
def test_production_does_not_start_with_what_is_still_to_be_done(
    new_app: NewApp, keys: str, document: dict[str, Any]
) -> None:
    sites = {"example": document}

    assert new_app(sites)
    with pytest.raises(SettingsWrong) as caught:
        new_app(sites, mode="production", keys=keys)

    assert "example.toml" in str(caught.value)


def test_no_service_starts_with_a_wrong_file_and_all_faults_are_told(new_app: NewApp) -> None:
    with pytest.raises(SettingsWrong) as caught:
        new_app(
            {"one": a_document(name=7), "two": a_document(origins=["*"]), "three": a_document()}
        )

    assert "one.toml:1: `name`" in str(caught.value)
    assert "two.toml:2: `origins.0`" in str(caught.value)
    assert "three.toml" not in str(caught.value)


def test_no_service_starts_without_a_site(keys: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    settings = Settings(sites=str(tmp_path / "empty"), keys=keys)

    with pytest.raises(SettingsWrong) as caught:
        create_app(settings)

    assert "one `.toml` for each site" in str(caught.value)


def test_the_demo_opens_the_site_to_its_own_address(new_app: NewApp) -> None:
    address = "http://localhost:8000"
    app = new_app(demo="1", url=address, stand_in="/stand-in/")

    response = Api(app, origin=address).decide()

    assert response.status_code == 201
    assert response.headers["Set-Cookie"].startswith("izin-example=")


def test_without_the_demo_its_address_is_foreign(new_app: NewApp) -> None:
    address = "http://localhost:8000"
    app = new_app(url=address)

    assert code_of(Api(app, origin=address).decide()) == "origin_refused"
    assert app.test_client().get("/id/").status_code == 404


def test_forwarded_headers_are_believed_from_as_many_proxies_as_are_set(new_app: NewApp) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "izin.example.co.id"}
    behind, open_ = new_app(proxies="1"), new_app()

    with_proxy = behind.test_client().get("/v1/example/preferences", headers=headers)
    without = open_.test_client().get("/v1/example/preferences", headers=headers)

    assert (with_proxy.status_code, without.status_code) == (200, 200)
    assert type(behind.wsgi_app).__name__ == "ProxyFix"
    assert type(open_.wsgi_app).__name__ != "ProxyFix"


def test_two_sites_are_served_side_by_side_and_keep_apart(new_app: NewApp) -> None:
    other = "https://www.other.co.id"
    app = new_app({"example": a_document(), "other": a_document(origins=[other])})

    assert set(service_of(app).sites) == {"example", "other"}
    assert Api(app, site="other", origin=other).decide().status_code == 201
    assert Api(app, site="other", origin=PAGE).decide().status_code == 403
    assert Api(app, site="example", origin=other).decide().status_code == 403
