"""The words shown, at their addresses."""

from __future__ import annotations

import hashlib
import html
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from banner import create_app
from banner.core.errors import SettingsWrong
from banner.core.notice import NoticeDocument
from banner.i18n import catalogue
from banner.settings import Settings
from tests.builders import a_document, changed, toml
from tests.conftest import NewApp
from tests.service import Api, Clock, code_of, engine_of, service_of

VERSION = "2026-11-22"
SERVICE = "https://izin.example.co.id"
FROM_THE_PAGE = {"Referer": f"{SERVICE}/v1/example/preferences"}
LANGUAGES = ("id", "en")
each_language = pytest.mark.parametrize("language", LANGUAGES)


def shown_now(app: Flask, language: str = "id") -> NoticeDocument:
    [found] = [
        each for each in service_of(app).bundles["example"].notices if each.locale == language
    ]
    return found


def page_of(client: FlaskClient, language: str = "id", version: str = VERSION) -> TestResponse:
    return client.get(f"/v1/example/notices/{version}/{language}")


# --- the document ------------------------------------------------------------------------------


@each_language
def test_the_address_with_the_hash_answers_exactly_the_bytes_that_were_hashed(
    app: Flask, client: FlaskClient, language: str
) -> None:
    notice = shown_now(app, language)

    response = client.get(f"/v1/example/notices/{notice.hash}")

    assert response.status_code == 200
    assert hashlib.sha256(response.data).hexdigest() == notice.hash
    assert response.mimetype == "application/json"


def test_it_never_changes_and_anyone_may_read_it(app: Flask, client: FlaskClient) -> None:
    headers = client.get(f"/v1/example/notices/{shown_now(app).hash}").headers

    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("hash", ["0" * 64, "nothing", "%00"])
def test_what_was_never_shown_is_not_found(client: FlaskClient, hash: str) -> None:
    assert client.get(f"/v1/example/notices/{hash}").status_code == 404


def test_it_is_found_at_its_own_site_alone(app: Flask, client: FlaskClient) -> None:
    assert client.get(f"/v1/other/notices/{shown_now(app).hash}").status_code == 404


def test_a_record_names_the_notice_that_opens_at_that_address(app: Flask, api: Api) -> None:
    api.decide(locale="en")

    [row] = api.rows.all()
    found = app.test_client().get(f"/v1/example/notices/{row['notice_hash']}")
    assert found.get_json()["language"] == "en"
    assert found.get_json()["version"] == row["notice"]


def test_the_notice_of_a_site_that_is_served_no_more_is_still_there(new_app: NewApp) -> None:
    before = new_app()
    hash = shown_now(before).hash
    service = service_of(before)

    object.__setattr__(service, "sites", {})

    assert before.test_client().get(f"/v1/example/notices/{hash}").status_code == 200


# --- the page ----------------------------------------------------------------------------------


@each_language
def test_people_can_read_the_words_in_each_language(client: FlaskClient, language: str) -> None:
    response = page_of(client, language)

    texts = catalogue(language)
    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.text
    for key in ("banner.title", "button.accept", "button.refuse", "withdraw.before"):
        assert texts[key] in response.text, key
    for words in ("Google Analytics", "14 ", "_ga", "Jalan Contoh 1, Jakarta", "Google LLC"):
        assert words in response.text, words


def test_the_page_names_the_version_the_hash_and_the_place(app: Flask, client: FlaskClient) -> None:
    text = page_of(client).text

    assert "Versi 2026-11-22, revisi 1, berlaku sejak 22 November 2026" in text
    assert shown_now(app).hash in text
    assert f'href="../{shown_now(app).hash}"' in text
    assert "Amerika Serikat" in text
    assert "184 hari" in text
    assert "Direktorat Jenderal Pengawasan Ruang Digital" in text


def test_the_page_runs_no_script_and_cannot_be_framed(client: FlaskClient) -> None:
    policy = page_of(client).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_what_an_owner_writes_stays_text(new_app: NewApp) -> None:
    document = {**a_document(), "name": "<script>alert(1)</script>"}

    text = page_of(new_app({"example": document}).test_client()).text

    assert "<script" not in text


@pytest.mark.parametrize(
    ("version", "language"),
    [("2020-01-01", "id"), (VERSION, "fr"), (VERSION, "xx"), ("..", "id")],
)
def test_there_is_no_page_for_what_was_not_shown(
    client: FlaskClient, version: str, language: str
) -> None:
    assert page_of(client, language, version).status_code == 404


def test_the_newest_revision_is_shown_and_lists_the_others_by_hash(new_app: NewApp) -> None:
    first = shown_now(new_app())
    app = new_app({"example": changed("notice", revision=2)})

    text = page_of(app.test_client()).text

    assert "revisi 2" in text
    assert f'href="../{first.hash}"' in text
    assert app.test_client().get(f"/v1/example/notices/{first.hash}").status_code == 200


# --- decisions under it ------------------------------------------------------------------------


def test_changed_words_are_refused_at_the_start(new_app: NewApp) -> None:
    new_app()

    with pytest.raises(SettingsWrong, match=r"example\.toml: `notice\.revision`"):
        new_app({"example": changed("contact", address="Jalan Lain 2")})


def test_a_demo_starts_all_the_same(new_app: NewApp) -> None:
    new_app(demo="1", url="http://localhost:8000")

    new_app({"example": changed("look", radius=3)}, demo="1", url="http://localhost:8001")


def test_a_decision_whose_words_must_not_be_stored_is_a_503_with_a_code(
    tmp_path: Path, clock: Clock, new_app: NewApp, caplog: pytest.LogCaptureFixture
) -> None:
    # Started while there is no table yet; then another worker stores other words.
    folder = tmp_path / "late"
    folder.mkdir()
    document = changed("contact", address="Jalan Lain 2")
    (folder / "example.toml").write_text(toml(document), "utf-8")
    late = create_app(
        Settings(
            url="https://izin.example.co.id",
            database_url=f"sqlite:///{tmp_path / 'service.sqlite3'}",
            sites=str(folder),
            keys=str(tmp_path / "keys.json"),
        ),
        now=clock,
    )
    new_app()

    response = Api(late).decide()

    assert (response.status_code, code_of(response)) == (503, "notice_unstored")
    assert response.headers["Retry-After"]
    causes = [vars(record).get("cause", "") for record in caplog.records]
    assert any("example.toml: `notice.revision`: found other words" in cause for cause in causes)
    assert Api(late).rows.count() == 0
    engine_of(late).dispose()


def test_the_words_are_stored_before_the_first_decision_when_the_database_came_late(
    new_app: NewApp,
) -> None:
    app = new_app()
    script = service_of(app).bundles["example"].version

    response = Api(app).decide(script=script)

    assert response.status_code == 201
    assert Api(app).rows.all()[0]["notice_hash"] == shown_now(app).hash


def test_a_script_that_nobody_served_is_told_to_ask_anew(api: Api) -> None:
    response = api.decide(script="A" * 16)

    assert (response.status_code, code_of(response)) == (409, "notice_stale")
    assert api.rows.count() == 0


@each_language
def test_without_javascript_the_words_are_those_of_the_same_notice(
    app: Flask, language: str
) -> None:
    client = app.test_client()
    address = f"/v1/example/preferences?lang={language}"
    page = client.get(address, base_url=SERVICE)
    form = dict(re.findall(r'name="(\w+)" type="hidden" value="([^"]+)"', page.text))

    client.post(address, base_url=SERVICE, data={**form, "refuse": ""}, headers=FROM_THE_PAGE)

    [row] = Api(app).rows.all()
    assert row["notice_hash"] == shown_now(app, language).hash
    words = shown_now(app, language).content["words"]
    for paragraph in (*words["dialog"]["before"], *words["dialog"]["after"]):
        assert paragraph in html.unescape(page.text)
    assert words["page"]["heading"] in page.text


# --- pages with an older script ------------------------------------------------------------------


def test_an_older_page_gets_todays_messages_and_no_words_to_decide_by(client: FlaskClient) -> None:
    older = "/v1/example/AAAAAAAAAAAAAAAA"

    messages, dialog = client.get(f"{older}/notes.id.js"), client.get(f"{older}/dialog.id.js")

    assert catalogue("id")["error.refused"] in messages.text
    assert messages.headers["Cache-Control"] == "no-cache"
    assert dialog.status_code == 404
