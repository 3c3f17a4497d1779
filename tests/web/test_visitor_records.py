"""A visitor's own records and receipts, as a browser without JavaScript asks for them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from banner.core.record import Record
from banner.core.token import sign_token
from banner.i18n import catalogue
from banner.keys import rotate_keys
from banner.paths import STATIC
from banner.store.append import Add
from tests.builders import ANALYTICS, KEYS, OTHER_EVENT, a_document, a_record, refused
from tests.conftest import NewApp
from tests.receipts import the_script
from tests.service import (
    WORDS,
    Api,
    Clock,
    Rows,
    code_of,
    deleted,
    engine_of,
    json_of,
    service_of,
    token_of,
)

HOST = "https://izin.example.co.id"
NAME = "__Host-izin-example"
THIRD_EVENT = "1c2d3e4f-5a6b-4c7d-8e9f-a0b1c2d3e4f5"
FOREIGN = "e2c1a9f0-0c5f-4b7a-9a1e-2f3d4c5b6a79"
verify = the_script()


class Html(HTMLParser):
    """What a visitor can read and press."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.words = ""
        self.language = ""
        self.headings: list[str] = []
        self.alerts: list[str] = []
        self.links: list[str] = []
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.buttons: dict[str, tuple[str, dict[str, str]]] = {}
        """What each button sends: where to, and which fields."""
        self._inside = ""
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inside = given.get("role") or tag
        if tag == "html":
            self.language = given["lang"]
        elif tag == "form":
            self.forms.append((given["action"], {}))
            assert given["method"] == "post"
        elif tag == "input":
            self.forms[-1][1][given["name"]] = given["value"]
        elif tag == "a":
            self.links.append(given["href"])

    def handle_data(self, data: str) -> None:
        self.words += data
        if not data.strip():
            return
        if self._inside in ("h1", "h2"):
            self.headings.append(data)
        elif self._inside in ("alert", "status"):
            self.alerts.append(data)
        elif self._inside == "button":
            self.buttons[data] = self.forms[-1]
        self._inside = ""


class Browser:
    """A visitor on the service's own pages, with the cookie that the service sets."""

    def __init__(self, app: Flask, *, language: str = "id") -> None:
        self.app = app
        self.language = language
        self.rows = Rows(engine_of(app))
        self._client = app.test_client()

    def decide(self, *granted: str, **overrides: Any) -> str:
        """As the page's script does; the token, which the cookie holds from now on."""
        token = token_of(Api(self.app).decide(*granted, **overrides))
        self.hold(token)
        return token

    def hold(self, token: str, name: str = NAME) -> None:
        self._client.set_cookie(name, token, domain="izin.example.co.id", secure=True)

    def get(self, path: str) -> TestResponse:
        return self._client.get(self._address(path), base_url=HOST)

    def post(self, path: str, **fields: str) -> TestResponse:
        return self._client.post(self._address(path), base_url=HOST, data=fields)

    def press(self, response: TestResponse, key: str) -> TestResponse:
        """Press the button of that text on the page."""
        action, fields = Html(response).buttons[catalogue(self.language)[key]]
        address = urljoin(response.request.path, action)
        return self._client.post(address, base_url=HOST, data=fields)

    def keys(self) -> list[Any]:
        """The public keys that the service shows, as the script reads them."""
        shown = self.app.test_client().get("/v1/example/ledger/key", base_url=HOST)
        return [verify.Key(key) for key in shown.text.split()]

    def finds_authentic(self, file: TestResponse) -> bool:
        """By the script that shares nothing with the service."""
        receipt = verify.read_json(file.data)
        verify.check_form(receipt)
        for check in verify.CHECKS.values():
            check(receipt, self.keys())
        return True

    @property
    def cookie(self) -> str | None:
        found = self._client.get_cookie(NAME, domain="izin.example.co.id")
        return found.value if found else None

    def _address(self, path: str) -> str:
        mark = "&" if "?" in path else "?"
        return f"/v1/example/{path}{mark}lang={self.language}"


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


def words(key: str, language: str = "id") -> str:
    return catalogue(language)[key]


def id_of(token: str) -> str:
    payload = token.split(".")[0]
    fields = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return str(fields.get("record", ""))


def keys_of(app: Flask) -> list[str]:
    return service_of(app).ledger.vkeys("example")


# --- the list ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["id", "en"])
def test_it_lists_this_browsers_records_in_plain_words(app: Flask, language: str) -> None:
    browser = Browser(app, language=language)
    token = browser.decide()

    response = browser.get("records")

    html = Html(response)
    assert response.status_code == 200
    assert html.language == language
    for key in ("records.title", "receipt.status.granted", "receipt.agreed", "receipt.refused",
                "category.analytics.name", "category.advertising.name"):  # fmt: skip
        assert words(key, language) in html.words
    assert "Google Analytics" in html.words
    assert "25 November 2026, 17.00.00 WIB" in html.words
    assert "2026-11-22" in html.words
    assert id_of(token) in html.words
    assert response.headers["Cache-Control"] == "private, no-store"


def test_the_newest_is_first_and_all_are_of_this_browser_alone(
    browser: Browser, clock: Clock
) -> None:
    first = browser.decide()
    clock.move(seconds=60)
    token_of(Api(browser.app).decide(event=THIRD_EVENT))  # somebody else
    clock.move(seconds=60)
    browser.decide("preferences", event=OTHER_EVENT, previous=first)

    html = Html(browser.get("records"))

    assert html.headings[1:3] == [
        "25 November 2026, 17.02.00 WIB",
        "25 November 2026, 17.00.00 WIB",
    ]
    assert html.words.count(words("records.choices")) == 2
    assert "17.01.00" not in html.words
    assert words("receipt.status.changed") in html.words


def test_a_page_that_the_cookie_does_not_reach_posts_the_token(app: Flask) -> None:
    token = token_of(Api(app).decide())
    stranger = Browser(app)

    response = stranger.post("records", token=token)

    assert response.status_code == 200
    assert id_of(token) in Html(response).words
    assert stranger.cookie is None


@pytest.mark.parametrize("days", [0, 100, 400])
def test_a_token_of_any_age_shows_what_is_kept(browser: Browser, clock: Clock, days: int) -> None:
    token = browser.decide()
    clock.move(days=days)

    assert browser.post("records", token=token).status_code == 200


def test_a_superseded_token_shows_what_its_browser_has_done_since(browser: Browser) -> None:
    first = browser.decide()
    browser.decide("preferences", event=OTHER_EVENT, previous=first)

    html = Html(browser.post("records", token=first))

    assert html.words.count(words("records.choices")) == 2


def test_a_record_from_before_the_ledger_is_shown_without_a_receipt(app: Flask) -> None:
    old = a_record(*ANALYTICS, salt=b"", notice_hash="", keep_until=0)
    store(app, old)

    html = Html(Browser(app).post("records", token=sign_token(old, token_keys(app))))

    assert words("records.without") in html.words
    assert words("records.receipt") not in html.buttons


def token_keys(app: Flask) -> Any:
    return service_of(app).consent.keyring.token


def store(app: Flask, record: Record) -> None:
    service_of(app).consent.writer.write(Add(record))


def test_what_an_owner_has_written_stays_text(new_app: NewApp) -> None:
    app = new_app({"example": a_document(name="<script>alert(1)</script> & Rekan")})
    browser = Browser(app)
    browser.decide()

    listed = browser.get("records")
    receipt = browser.press(listed, "records.receipt")

    for response in (listed, receipt):
        assert "<script>" not in response.text
        assert "<script>alert(1)</script> & Rekan" in Html(response).words


# --- a refusal ---------------------------------------------------------------------------------


def test_a_refusal_has_no_identifier_and_the_page_says_so(browser: Browser) -> None:
    token = token_of(Api(browser.app).send(json.dumps(refused()).encode()))
    browser.hold(token)

    html = Html(browser.get("records"))

    assert id_of(token) == ""
    assert words("records.none") in html.words
    assert words("records.ask.button") in html.buttons
    assert words("erase.button") not in html.buttons
    assert browser.rows.all()[0]["principal"] is None


def refuse(browser: Browser) -> str:
    token = token_of(Api(browser.app).send(json.dumps(refused()).encode()))
    browser.hold(token)
    return token


def test_who_asks_gets_the_same_choice_with_an_identifier_and_its_receipt(
    browser: Browser,
) -> None:
    before = refuse(browser)

    response = browser.press(browser.get("records"), "records.ask.button")

    first, second = browser.rows.all()
    assert response.status_code == 200
    assert words("receipt.title.refused") in Html(response).headings
    assert words("receipt.new") in Html(response).alerts[0]
    assert words("receipt.elsewhere") not in Html(response).alerts[0]
    assert (second["kind"], second["surface"], second["receipt"]) == ("refused", "page", True)
    assert second["principal"] == second["id"]
    assert [first[name] for name in ("categories", "services")] == [
        second[name] for name in ("categories", "services")
    ]
    assert browser.cookie not in (None, before)
    assert id_of(str(browser.cookie)) == second["id"]
    assert Html(browser.get("records")).words.count(words("records.choices")) == 1


def test_asking_twice_by_a_reload_gives_one_record(browser: Browser) -> None:
    refuse(browser)
    page = browser.get("records")

    browser.press(page, "records.ask.button")
    again = browser.press(page, "records.ask.button")

    assert again.status_code == 200
    assert browser.rows.count() == 2


def test_where_no_cookie_reaches_the_receipt_is_to_be_saved_at_once(browser: Browser) -> None:
    token = token_of(Api(browser.app).send(json.dumps(refused()).encode()))
    page = browser.post("records", token=token)

    response = browser.press(page, "records.ask.button")

    assert words("receipt.elsewhere") in Html(response).alerts[0]
    assert browser.cookie is None
    assert browser.finds_authentic(browser.press(response, "receipt.download"))


@pytest.mark.parametrize("change", ["days", "notice"])
def test_a_refusal_that_counts_no_more_is_not_made_anew(
    new_app: NewApp, clock: Clock, change: str
) -> None:
    browser = Browser(new_app())
    token = refuse(browser)
    if change == "days":
        clock.move(days=400)
    else:
        notice = {**a_document()["notice"], "version": "2027-01-01"}
        browser = Browser(new_app({"example": a_document(notice=notice)}))

    html = Html(browser.post("records", token=token))
    asked = browser.post("receipts", token=token)

    assert words("records.stale") in html.words
    assert words("records.ask.button") not in html.buttons
    assert asked.status_code == 403
    assert browser.rows.count() == 1


def test_after_a_withdrawal_earlier_records_are_found_by_their_id_alone(browser: Browser) -> None:
    """A withdrawal keeps no identifier in the browser, so the page says where to ask."""
    before = browser.decide()
    body = refused(event=OTHER_EVENT, previous=before)
    browser.hold(token_of(Api(browser.app).send(json.dumps(body).encode())))

    html = Html(browser.get("records"))

    withdrawn = browser.rows.all()[1]
    assert (withdrawn["kind"], withdrawn["principal"]) == ("withdrawn", id_of(before))
    assert id_of(before) not in html.words
    assert "privasi@example.co.id" in html.words
    assert words("records.ask.button") in html.buttons


def test_who_has_an_identifier_already_gets_no_second_record(browser: Browser) -> None:
    token = browser.decide()

    response = browser.post("receipts", token=token)

    assert response.status_code == 200
    assert browser.rows.count() == 1


# --- receipts ----------------------------------------------------------------------------------

FIELDS = (
    "receipt.number", "receipt.principal", "receipt.time", "receipt.status",
    "receipt.purposes.agreed", "receipt.purposes.refused", "receipt.services.agreed",
    "receipt.services.refused", "receipt.notice", "notice.basis", "receipt.until",
    "notice.withdrawal", "notice.controller", "notice.recipients", "notice.processed_in",
    "notice.stored_in", "receipt.retained", "notice.authority", "notice.fingerprint",
)  # fmt: skip


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_receipt_says_everything_in_the_visitors_language(app: Flask, language: str) -> None:
    browser = Browser(app, language=language)
    token = browser.decide()

    response = browser.press(browser.get("records"), "records.receipt")

    html = Html(response)
    assert response.status_code == 200
    for key in FIELDS:
        assert words(key, language) in html.words, key
    assert id_of(token) in html.words
    assert "25 November 2026, 17.00.00 WIB (25 November 2026, 10.00.00 UTC)" in html.words
    assert "Google LLC" in html.words
    assert keys_of(app)[-1] in html.words
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_a_receipt_names_no_agreed_purpose_where_there_is_none(browser: Browser) -> None:
    refuse(browser)

    html = Html(browser.press(browser.get("records"), "records.ask.button"))

    assert words("receipt.status.refused") in html.words
    assert words("receipt.none") in html.words


def test_the_signal_is_told_where_there_was_one(browser: Browser) -> None:
    token = browser.decide(signals={"gpc": True})

    html = Html(browser.get(f"receipts/{id_of(token)}"))

    assert words("receipt.signal.gpc") in html.words


def test_the_file_is_authentic_by_a_verifier_that_shares_nothing_with_us(browser: Browser) -> None:
    token = browser.decide()
    page = browser.get(f"receipts/{id_of(token)}")

    response = browser.press(page, "receipt.download")

    receipt = json_of(response)
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="izin-{id_of(token)}.json"'
    )
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.mimetype == "application/json"
    assert browser.finds_authentic(response)
    assert receipt["record"]["choices"]["services"]["google-analytics"] is True
    assert receipt["record"]["choices"]["services"]["adsense"] is False
    fingerprint = hashlib.sha256(verify.canonical(receipt["record"])).hexdigest()
    assert fingerprint in Html(page).words


def test_every_record_of_a_browser_has_an_authentic_receipt(browser: Browser, clock: Clock) -> None:
    first = browser.decide()
    clock.move(seconds=5)
    second = browser.decide("preferences", event=OTHER_EVENT, previous=first)
    clock.move(seconds=5)

    files = [browser.get(f"receipts/{id_of(token)}.json") for token in (first, second)]

    assert all(browser.finds_authentic(file) for file in files)
    assert [json_of(file)["ledger"]["position"] for file in files] == [WORDS, WORDS + 1]
    assert json_of(files[1])["record"]["previous_record"] == id_of(first)


def test_a_receipt_can_be_had_for_a_checkpoint_of_an_earlier_size(
    browser: Browser, clock: Clock
) -> None:
    """What a checkpoint that was kept elsewhere is compared with."""
    token = browser.decide()
    kept = browser.get(f"receipts/{id_of(token)}.json")
    note = json_of(kept)["ledger"]["checkpoint"]
    clock.move(seconds=5)
    token_of(Api(browser.app).decide(event=OTHER_EVENT))
    newest = browser.get(f"receipts/{id_of(token)}.json")

    earlier = browser.get(f"receipts/{id_of(token)}.json?size={WORDS + 1}")

    assert json_of(newest)["ledger"]["size"] in (WORDS + 1, WORDS + 2)
    assert json_of(earlier)["ledger"]["checkpoint"] == note
    assert browser.finds_authentic(earlier)
    assert verify.check_comparison(json_of(earlier), browser.keys(), note)


@pytest.mark.parametrize(
    ("size", "status"),
    [("0", 404), ("7", 404), ("x", 400), ("-1", 400), ("9" * 30, 400), ("", 400)],
)
def test_a_size_that_was_never_signed_has_no_receipt(
    browser: Browser, size: str, status: int
) -> None:
    token = browser.decide()

    assert browser.get(f"receipts/{id_of(token)}.json?size={size}").status_code == status


def test_after_a_rotation_old_and_new_receipts_are_verified_with_the_keys_shown(
    new_app: NewApp, tmp_path: Path
) -> None:
    browser = Browser(new_app())
    token = browser.decide()
    before = browser.get(f"receipts/{id_of(token)}.json")
    rotate_keys(tmp_path / "keys.json", ["ledger"])
    later = Browser(new_app())
    later.hold(token)

    after = later.get(f"receipts/{id_of(token)}.json")

    shown = keys_of(later.app)
    assert len(shown) == 2
    assert later.finds_authentic(before)
    assert later.finds_authentic(after)
    assert [json_of(each)["signature"]["key"] for each in (before, after)] == shown


def test_a_checkpoint_that_somebody_has_put_into_the_database_is_not_signed_again(
    browser: Browser,
) -> None:
    token = browser.decide()
    browser.get(f"receipts/{id_of(token)}.json")
    forged = "izin.example.co.id/example\n1\n" + base64.b64encode(b"r" * 32).decode() + "\n"
    with engine_of(browser.app).begin() as connection:
        note = connection.scalar(text("SELECT note FROM checkpoints"))
        signature = str(note).partition("\n\n")[2]
        connection.execute(
            text("UPDATE checkpoints SET note = :note"), {"note": f"{forged}\n{signature}"}
        )

    response = browser.get(f"receipts/{id_of(token)}.json")

    assert (response.status_code, code_of(response)) == (500, "ledger_broken")


# --- erasing -----------------------------------------------------------------------------------


def test_erasing_takes_two_steps_and_leaves_no_row(browser: Browser, clock: Clock) -> None:
    first = browser.decide()
    clock.move(seconds=60)
    browser.decide("preferences", event=OTHER_EVENT, previous=first)
    token_of(Api(browser.app).decide(event=THIRD_EVENT))

    asked = browser.press(browser.get("records"), "erase.button")
    rows_before = browser.rows.count()
    done = browser.press(asked, "erase.confirm")

    left = browser.rows.all()
    assert rows_before == 3
    assert words("erase.what") in Html(asked).alerts
    assert [row["event"] for row in left] == [THIRD_EVENT]
    assert done.status_code == 200
    assert "25 November 2026, 17.01.00 WIB" in Html(done).alerts[0]
    assert browser.cookie is None
    assert erasures(browser.app) == [("visitor", WORDS), ("visitor", WORDS + 1)]


def erasures(app: Flask) -> list[tuple[str, int]]:
    with engine_of(app).connect() as connection:
        found = connection.execute(text("SELECT reason, erased FROM erasures ORDER BY erased"))
        return [(row.reason, row.erased) for row in found]


def test_after_an_erasure_the_token_opens_nothing(browser: Browser) -> None:
    token = browser.decide()
    browser.post("records/erase", token=token, confirm="yes")

    release = Api(browser.app).release(token)
    pages = [browser.post(path, token=token) for path in ("records", f"receipts/{id_of(token)}")]

    assert (release.status_code, code_of(release)) == (403, "record_unknown")
    assert [page.status_code for page in pages] == [403, 403]


def test_a_receipt_that_was_kept_stays_authentic_after_the_erasure(browser: Browser) -> None:
    token = browser.decide()
    kept = browser.get(f"receipts/{id_of(token)}.json")

    browser.post("records/erase", token=token, confirm="yes")

    assert browser.finds_authentic(kept)


def test_erasing_deletes_what_the_services_left(new_app: NewApp) -> None:
    browser = Browser(new_app({"example": a_document(cookie={"domain": "example.co.id"})}))
    token = token_of(Api(browser.app).decide())
    for name, value in (("__Secure-izin-example", token), ("_ga", "1"), ("basket", "1")):
        browser.hold(value, name=name)

    done = browser.post("records/erase", token=token, confirm="yes")

    gone = {name for name, _, _ in deleted(done)}
    assert gone == {"__Secure-izin-example", "_ga"}


def test_nothing_is_erased_by_a_link_or_with_the_cookie_alone(browser: Browser) -> None:
    browser.decide()

    linked = browser.get("records/erase")
    forged = browser.post("records/erase", confirm="yes")

    assert linked.status_code in (404, 405)
    assert forged.status_code == 403
    assert browser.rows.count() == 1


def test_somebody_elses_token_erases_theirs_and_leaves_the_cookie(browser: Browser) -> None:
    """A page that posts its own token here must not take a visitor's choice away."""
    other = token_of(Api(browser.app).decide(event=OTHER_EVENT))
    mine = browser.decide()

    browser.post("records/erase", token=other, confirm="yes")

    assert browser.cookie == mine
    assert [row["id"] for row in browser.rows.all()] == [id_of(mine)]


def test_somebody_elses_refusal_does_not_overwrite_the_cookie(browser: Browser) -> None:
    other = token_of(Api(browser.app).send(json.dumps(refused(event=OTHER_EVENT)).encode()))
    mine = browser.decide()

    browser.post("receipts", token=other)

    assert browser.cookie == mine


def test_a_refusal_cannot_be_erased_because_nobody_can_find_it(browser: Browser) -> None:
    token = refuse(browser)

    response = browser.post("records/erase", token=token, confirm="yes")

    assert response.status_code == 403
    assert browser.rows.count() == 1


def test_on_either_database_records_are_shown_proven_and_erased(
    new_app: NewApp, engine_url: str
) -> None:
    browser = Browser(new_app(database_url=engine_url))
    token = browser.decide()

    listed = browser.get("records")
    file = browser.get(f"receipts/{id_of(token)}.json")
    done = browser.press(browser.press(listed, "erase.button"), "erase.confirm")

    assert id_of(token) in Html(listed).words
    assert browser.finds_authentic(file)
    assert done.status_code == 200
    assert browser.rows.count() == 0


# --- who is kept out ---------------------------------------------------------------------------


def a_foreign_token(app: Flask) -> str:
    return sign_token(replace(a_record(*ANALYTICS), site="other"), token_keys(app))


TOKENS: dict[str, Any] = {
    "none": (lambda app: "", "token_missing"),
    "garbage": (lambda app: "garbage", "token_forged"),
    "another key": (lambda app: sign_token(a_record(*ANALYTICS), KEYS), "token_forged"),
    "another site": (a_foreign_token, "token_forged"),
    "no such record": (
        lambda app: sign_token(a_record(*ANALYTICS, id=FOREIGN), token_keys(app)),
        "record_unknown",
    ),
}


@pytest.mark.parametrize(("make", "code"), TOKENS.values(), ids=TOKENS)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", ["records", "receipts/{id}", "receipts/{id}.json"])
def test_without_a_genuine_token_nothing_is_shown(
    app: Flask, make: Any, code: str, method: str, path: str
) -> None:
    theirs = id_of(token_of(Api(app).decide()))
    browser = Browser(app)
    token = make(app)
    address = path.format(id=theirs)

    if method == "get":
        if token:
            browser.hold(token)
        response = browser.get(address)
    else:
        response = browser.post(address, token=token)

    assert response.status_code == 403
    assert code in response.text
    assert "Google Analytics" not in response.text
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_it_never_says_whether_somebody_elses_record_exists(browser: Browser, suffix: str) -> None:
    theirs = id_of(token_of(Api(browser.app).decide(event=OTHER_EVENT)))
    browser.decide()

    existing = browser.get(f"receipts/{theirs}{suffix}")
    missing = browser.get(f"receipts/{FOREIGN}{suffix}")

    assert existing.status_code == missing.status_code == 403
    assert existing.text.replace(theirs, "") == missing.text.replace(FOREIGN, "")
    assert theirs not in existing.text


def test_a_refusals_token_opens_no_record(browser: Browser) -> None:
    theirs = id_of(token_of(Api(browser.app).decide(event=OTHER_EVENT)))
    refuse(browser)

    assert browser.get(f"receipts/{theirs}").status_code == 403


def test_two_tokens_in_one_form_or_one_cookie_count_as_none(browser: Browser) -> None:
    first, second = browser.decide(), token_of(Api(browser.app).decide(event=OTHER_EVENT))
    client = browser.app.test_client(use_cookies=False)

    form = client.post("/v1/example/records", data={"token": [first, second]}, base_url=HOST)
    cookie = client.get(
        "/v1/example/records", headers={"Cookie": f"{NAME}={first}; {NAME}={second}"}, base_url=HOST
    )

    assert "token_conflict" in form.text
    assert "token_conflict" in cookie.text
    assert form.status_code == cookie.status_code == 403


def test_a_form_is_not_believed_for_the_cookie(browser: Browser) -> None:
    browser.decide()

    assert browser.post("records").status_code == 403


def test_a_site_that_is_not_here_is_said(browser: Browser) -> None:
    assert browser.app.test_client().get("/v1/nowhere/records").status_code == 404


def test_a_database_that_is_away_is_said_on_the_page(browser: Browser) -> None:
    token = browser.decide()
    with engine_of(browser.app).begin() as connection:
        connection.execute(text("ALTER TABLE records RENAME TO away"))

    response = browser.get("records")
    erasing = browser.post("records/erase", token=token, confirm="yes")
    file = browser.get(f"receipts/{id_of(token)}.json")

    assert [each.status_code for each in (response, erasing, file)] == [503, 503, 503]
    assert words("records.error.away") in Html(response).alerts
    assert response.headers["Retry-After"]
    with engine_of(browser.app).begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO records"))
    assert browser.get("records").status_code == 200


def test_too_many_questions_are_answered_on_the_page(new_app: NewApp) -> None:
    browser = Browser(new_app(limit_site="1 per minute"))
    browser.decide()

    responses = [browser.get("records") for _ in range(11)]

    assert [each.status_code for each in responses] == [200] * 10 + [429]
    assert words("records.error.often") in Html(responses[-1]).alerts
    assert int(responses[-1].headers["Retry-After"]) > 0


def test_the_pages_run_no_script_and_cannot_be_framed(browser: Browser) -> None:
    token = browser.decide()

    for path in ("records", f"receipts/{id_of(token)}"):
        response = browser.get(path)
        policy = response.headers["Content-Security-Policy"]
        [style] = re.findall(r"<style>(.*?)</style>", response.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert "script" not in response.text
        assert f"style-src 'sha256-{digest}'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy


@pytest.mark.parametrize(
    "path", ["records", "receipts/{id}", "records/erase"], ids=["records", "receipt", "erase"]
)
def test_every_link_of_a_page_leads_somewhere(browser: Browser, path: str) -> None:
    token = browser.decide()
    browser.get(f"receipts/{id_of(token)}.json")

    response = browser.post(path.format(id=id_of(token)), token=token)

    for link in Html(response).links:
        if not link.startswith("https:"):
            address = urljoin(response.request.path, link)
            found = browser.app.test_client().get(address, base_url=HOST)
            assert found.status_code == 200, link


# --- the verifiers -----------------------------------------------------------------------------


def test_the_verifier_is_served_as_it_stands_with_its_own_policy(app: Flask) -> None:
    response = app.test_client().get("/verify", base_url=HOST)

    page = (STATIC / "verify.html").read_text("utf-8")
    [policy] = re.findall(r'Policy" content="([^"]*)"', page)
    assert response.text == page
    assert response.headers["Content-Security-Policy"] == f"{policy}; frame-ancestors 'none'"
    assert "'unsafe" not in policy
    assert response.headers["ETag"]
    assert "Set-Cookie" not in response.headers


def test_the_script_is_served_to_be_kept(app: Flask) -> None:
    response = app.test_client().get("/verify.py", base_url=HOST)

    assert response.data == (STATIC / "verify.py").read_bytes()
    assert response.headers["Content-Disposition"] == 'attachment; filename="verify.py"'
