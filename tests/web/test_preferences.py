"""The same choice without JavaScript, as a browser without it sends forms."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from banner.i18n import catalogue
from tests.builders import (
    ANALYTICS,
    EVENT,
    PAGE,
    a_document,
    a_site,
    with_service,
)
from tests.conftest import NewApp
from tests.service import Api, Rows, engine_of, json_of, token_of

SITE = a_site()
EVERY = {*SITE.categories, *SITE.service_ids}
NOTHING: set[str] = set()


class Html(HTMLParser):
    """The page as a browser without scripts sees it: its controls, by what they are called."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.boxes: dict[str, dict[str, str]] = {}
        self.buttons: list[str] = []
        self.roles: dict[str, str] = {}
        self.language = ""
        self.ids: list[str] = []
        self.words = ""
        self._role = ""
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids += [given["id"]] if "id" in given else []
        self._role = given.get("role", "")
        if tag == "html":
            self.language = given["lang"]
        elif tag == "button":
            self.buttons.append(given["name"])
        elif tag == "input" and given["type"] == "hidden":
            self.hidden[given["name"]] = given["value"]
        elif tag == "input":
            self.boxes[given["aria-describedby"].split()[0].removeprefix("what-")] = given

    def handle_data(self, data: str) -> None:
        self.words += data
        if self._role:
            self.roles[self._role] = data.strip()
            self._role = ""

    @property
    def disabled(self) -> set[str]:
        return {name for name, given in self.boxes.items() if "disabled" in given}

    @property
    def ticked(self) -> set[str]:
        return {name for name, given in self.boxes.items() if "checked" in given}


class Page:
    """A visitor on the preferences page, with cookies and without JavaScript."""

    def __init__(self, app: Flask, *, url: str = "https://izin.example.co.id") -> None:
        self.rows = Rows(engine_of(app))
        self._client = app.test_client()
        self._url = url

    def open(self, language: str = "", **headers: str) -> Html:
        return Html(self.get(language, **headers))

    def get(self, language: str = "", *, site: str = "example", **headers: str) -> TestResponse:
        query = f"?lang={language}" if language else ""
        path = f"/v1/{site}/preferences{query}"
        return self._client.get(path, base_url=self._url, headers=_named(headers))

    def press(
        self,
        button: str,
        page: Html,
        *,
        ticked: set[str] = NOTHING,
        lang: str = "id",
        **headers: str,
    ) -> TestResponse:
        """Send `page`'s form with exactly these boxes ticked; the page that follows."""
        fields = [(page.boxes[name]["name"], page.boxes[name]["value"]) for name in sorted(ticked)]
        answer = self.send([*page.hidden.items(), *fields, (button, "")], lang=lang, **headers)
        return self.get(lang, **headers) if answer.status_code == 303 else answer

    def send(
        self, fields: list[tuple[str, str]], *, lang: str = "id", **headers: str
    ) -> TestResponse:
        """Post these fields; the answer itself."""
        return self._client.post(
            f"/v1/example/preferences?lang={lang}",
            base_url=self._url,
            data=MultiDict(fields),
            headers=_named(headers),
        )

    def hold(self, *names: str) -> None:
        """Cookies that the browser has from elsewhere on the site."""
        for name in names:
            self._client.set_cookie(name, "1", domain="izin.example.co.id")

    @property
    def cookie(self) -> str | None:
        found = self._client.get_cookie("__Host-izin-example", domain="izin.example.co.id")
        return found.value if found else None


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def page(app: Flask) -> Page:
    return Page(app)


def granted_of(row: dict[str, Any]) -> set[str]:
    return {name for name, choice in {**row["categories"], **row["services"]}.items() if choice}


# --- what it shows -------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_asks_everything_in_the_visitors_language(page: Page, language: str) -> None:
    seen = page.open(language)

    texts = catalogue(language)
    assert seen.language == language
    assert set(seen.boxes) == EVERY
    for key in ("button.accept", "button.refuse", "button.save", "page.state.undecided"):
        assert texts[key] in seen.words
    assert "PT Contoh" in seen.words
    assert seen.buttons == ["refuse", "accept", "save"]


@pytest.mark.parametrize(
    ("wished", "header", "language"),
    [
        pytest.param("en", "id", "en", id="the address decides"),
        pytest.param("jv", "en", "en", id="an unknown one does not"),
        pytest.param("", "en-GB,en;q=0.9,id;q=0.1", "en", id="then the browser"),
        pytest.param("", "jv,id;q=0.5", "id", id="its first that is offered"),
        pytest.param("", "de", "id", id="then the site's first"),
        pytest.param("", "", "id", id="nothing said"),
        pytest.param('"><script>', "", "id", id="nonsense"),
    ],
)
def test_the_language_is_chosen_as_by_the_script(
    page: Page, wished: str, header: str, language: str
) -> None:
    assert page.open(wished, Accept_Language=header).language == language


def test_nothing_is_ticked_for_who_has_not_decided(page: Page) -> None:
    assert page.open().ticked == NOTHING


def test_no_two_elements_share_an_id(page: Page) -> None:
    ids = page.open().ids

    assert len(ids) == len(set(ids))


def test_a_site_name_with_markup_in_it_stays_text(new_app: NewApp) -> None:
    page = Page(new_app({"example": a_document(name="<script>alert(1)</script> & Rekan")}))

    response = page.get()

    assert "<script>" not in response.text
    assert "<script>alert(1)</script> & Rekan" in Html(response).words


def test_the_page_says_so_when_its_choice_holds_on_this_host_only(
    app: Flask, new_app: NewApp
) -> None:
    elsewhere = Page(app).open("en")
    shared = Page(new_app({"example": a_document(cookie={"domain": "example.co.id"})})).open("en")
    note = catalogue("en")["page.elsewhere"]

    assert note in elsewhere.words
    assert note not in shared.words


def test_a_choice_on_another_site_is_kept_for_the_page_itself_where_hosts_share_theirs(
    new_app: NewApp,
) -> None:
    url = "https://izin.example.net"
    document = a_document(cookie={"domain": "example.co.id"})
    page = Page(new_app({"example": document}, url=url), url=url)

    done = Html(page.press("accept", page.open("en"), lang="en"))

    assert catalogue("en")["page.elsewhere"] in done.words
    assert catalogue("en")["page.state.decided"] in page.open("en").words


# --- what it records -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("button", "ticked", "granted", "kind"),
    [
        pytest.param("save", set(ANALYTICS), set(ANALYTICS), "granted", id="save two boxes"),
        pytest.param("save", {"analytics"}, {"analytics"}, "granted", id="save a category alone"),
        pytest.param("save", NOTHING, NOTHING, "refused", id="save no box"),
        pytest.param("save", EVERY, EVERY, "granted", id="save all boxes"),
        pytest.param("accept", NOTHING, EVERY, "granted", id="accept all"),
        pytest.param("refuse", EVERY, NOTHING, "refused", id="refuse all, whatever is ticked"),
        pytest.param("withdraw", EVERY, NOTHING, "refused", id="withdraw with nothing to withdraw"),
        pytest.param("nonsense", EVERY, NOTHING, "refused", id="no button that exists"),
    ],
)
def test_each_button_records_what_it_says(
    page: Page, button: str, ticked: set[str], granted: set[str], kind: str
) -> None:
    response = page.press(button, page.open(), ticked=ticked)

    assert response.status_code == 200
    (row,) = page.rows.all()
    assert granted_of(row) == granted
    assert {*row["categories"], *row["services"]} == EVERY
    assert (row["kind"], row["surface"], row["locale"]) == (kind, "page", "id")


def test_the_answer_confirms_in_words_and_shows_the_choice(page: Page) -> None:
    seen = Html(page.press("save", page.open(), ticked=set(ANALYTICS), lang="en"))

    assert seen.language == "en"
    assert seen.roles["status"] == catalogue("en")["page.saved"].format(
        moment="25 November 2026, 10.00 UTC"
    )
    assert seen.ticked == set(ANALYTICS)
    assert page.open().ticked == set(ANALYTICS)


def test_a_recorded_choice_leads_back_to_the_page_with_nothing_in_its_address(page: Page) -> None:
    answer = page.send([*page.open().hidden.items(), ("accept", "")], lang="en")

    assert (answer.status_code, answer.headers["Location"]) == (303, "?lang=en")
    assert answer.data == b""


def test_what_was_done_is_told_once(page: Page) -> None:
    first = Html(page.press("accept", page.open(), lang="en"))
    again = page.open("en")

    assert "status" in first.roles
    assert "status" not in again.roles
    assert catalogue("en")["page.state.decided"] in again.words


def test_what_was_done_on_one_site_is_not_told_on_a_neighbours_page(new_app: NewApp) -> None:
    page = Page(new_app({"example": a_document(), "other": a_document()}))
    page.send([*page.open().hidden.items(), ("accept", "")])

    other = page.get(site="other")

    assert "status" not in Html(other).roles
    assert "status" in page.open().roles


def test_without_the_forms_cookie_after_it_the_choice_is_shown_all_the_same(
    app: Flask, page: Page
) -> None:
    page.send([*page.open().hidden.items(), ("accept", "")])
    client = app.test_client(use_cookies=False)

    response = client.get(
        "/v1/example/preferences", headers={"Cookie": f"__Host-izin-example={page.cookie}"}
    )

    assert Html(response).ticked == EVERY
    assert "status" not in Html(response).roles


def test_a_withdrawal_is_called_one_and_a_first_refusal_is_not(page: Page) -> None:
    first = Html(page.press("refuse", page.open(), lang="en"))
    page.press("accept", page.open())
    second = Html(page.press("refuse", page.open(), lang="en"))

    assert first.roles["status"].startswith("Your choice was recorded")
    assert second.roles["status"].startswith("Your withdrawal was recorded")


def test_the_choice_is_kept_in_the_cookie_and_opens_the_gate(app: Flask, page: Page) -> None:
    page.press("accept", page.open())

    response = Api(app).release(page.cookie)

    assert set(json_of(response)["release"]["services"]) == set(SITE.service_ids) - {"peta"}


def test_withdrawing_records_a_withdrawal_and_closes_the_gate(app: Flask, page: Page) -> None:
    page.press("accept", page.open())
    grant = page.cookie
    seen = page.open()

    answer = Html(page.press("withdraw", seen))

    assert "withdraw" in seen.buttons
    assert "withdraw" not in answer.buttons
    assert sorted(row["kind"] for row in page.rows.all()) == ["granted", "withdrawn"]
    assert answer.ticked == NOTHING
    assert Api(app).release(grant).status_code == 403


def test_changing_a_choice_replaces_it(page: Page) -> None:
    page.press("accept", page.open())

    page.press("save", page.open(), ticked=set(ANALYTICS))

    first, second = sorted(page.rows.all(), key=lambda row: row["previous"] is not None)
    assert (second["kind"], second["previous"]) == ("changed", first["id"])
    assert page.open().ticked == set(ANALYTICS)


@pytest.mark.parametrize(
    ("button", "ticked"), [("save", set(ANALYTICS)), ("accept", NOTHING), ("refuse", NOTHING)]
)
def test_a_form_sent_twice_is_one_row(page: Page, button: str, ticked: set[str]) -> None:
    seen = page.open()
    page.press(button, seen, ticked=ticked)
    cookie = page.cookie

    response = page.press(button, seen, ticked=ticked)

    assert response.status_code == 200
    assert page.rows.count() == 1
    assert page.cookie == cookie


def test_a_form_sent_again_with_other_boxes_is_a_second_act(page: Page) -> None:
    seen = page.open()
    page.press("save", seen, ticked=set(ANALYTICS))

    page.press("save", seen, ticked={"preferences", "peta"})

    assert page.rows.count() == 2
    assert page.open().ticked == {"preferences", "peta"}


@pytest.mark.parametrize(
    ("header", "gpc"), [("1", True), ("0", False), ("", False), ("true", False)]
)
def test_the_privacy_signal_is_recorded_as_it_was_sent(page: Page, header: str, gpc: bool) -> None:
    page.press("accept", page.open(), Sec_GPC=header)

    (row,) = page.rows.all()
    assert row["gpc"] is gpc


@pytest.mark.parametrize("event", ["", "1", "x" * 10_000, "\x00", "' OR 1=1"])
def test_a_mangled_event_gets_one_of_ours(page: Page, event: str) -> None:
    seen = page.open()
    seen.hidden["event"] = event

    response = page.press("accept", seen)

    assert response.status_code == 200
    (row,) = page.rows.all()
    assert re.fullmatch(r"[0-9a-f-]{36}", row["event"])


def test_a_service_without_its_category_is_explained_and_not_recorded(page: Page) -> None:
    response = page.press("save", page.open(), ticked={"google-analytics"}, lang="en")

    assert response.status_code == 422
    assert Html(response).roles["alert"] == catalogue("en")["page.error.choice"]
    assert page.rows.count() == 0


@pytest.mark.parametrize("name", ["meta", "data", "errors", "event", "save", "accept", "validate"])
def test_a_service_may_have_any_id_that_its_file_may_have(new_app: NewApp, name: str) -> None:
    document = with_service(name, product="embed", category="preferences", retention="1 days")
    page = Page(new_app({"example": document}))
    seen = page.open()

    response = page.press("save", seen, ticked={"preferences", name})
    refusal = page.press("refuse", page.open(), ticked={"preferences", name})

    assert (response.status_code, refusal.status_code) == (200, 200)
    assert len(seen.ids) == len(set(seen.ids))
    assert sorted(map(granted_of, page.rows.all()), key=len) == [NOTHING, {"preferences", name}]


# --- what it refuses -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param([("accept", "")], id="no token"),
        pytest.param([("csrf_token", ""), ("accept", "")], id="an empty token"),
        pytest.param([("csrf_token", "IjEi.x.y"), ("accept", "")], id="a made-up token"),
        pytest.param([], id="nothing at all"),
    ],
)
def test_a_form_of_another_page_is_refused(page: Page, fields: list[tuple[str, str]]) -> None:
    page.open()

    response = page.send([("event", EVENT), *fields], lang="en")

    assert response.status_code == 400
    assert Html(response).roles["alert"] == catalogue("en")["page.error.expired"]
    assert page.rows.count() == 0
    assert page.cookie is None


def test_another_visitors_token_is_refused(app: Flask) -> None:
    theirs, mine = Page(app).open(), Page(app)
    mine.open()

    response = mine.press("accept", theirs)

    assert response.status_code == 400
    assert mine.rows.count() == 0


def test_with_cookies_blocked_the_form_is_refused_and_explained(app: Flask) -> None:
    seen = Page(app).open("en")

    response = Page(app).press("accept", seen, lang="en")

    assert response.status_code == 400
    assert catalogue("en")["page.error.expired"] in Html(response).words


def test_with_the_store_away_the_page_says_so_and_keeps_the_form(app: Flask, page: Page) -> None:
    page.press("accept", page.open())
    cookie, seen = page.cookie, page.open()
    with engine_of(app).begin() as connection:
        connection.execute(text("DROP TABLE records"))

    response = page.press("withdraw", seen, lang="en")

    answer = Html(response)
    assert response.status_code == 503
    assert answer.roles["alert"] == catalogue("en")["page.error.store"]
    assert answer.hidden["event"] == seen.hidden["event"]
    assert page.cookie == cookie


def test_with_the_store_away_the_page_still_opens_undecided(app: Flask, page: Page) -> None:
    page.press("accept", page.open())
    with engine_of(app).begin() as connection:
        connection.execute(text("DROP TABLE records"))

    assert page.get().status_code == 200
    assert page.open().ticked == NOTHING


def test_conflicting_cookies_show_the_page_undecided(app: Flask) -> None:
    api = Api(app)
    token = token_of(api.decide(*ANALYTICS))
    client = app.test_client(use_cookies=False)
    pair = f"__Host-izin-example={token}; __Host-izin-example=other"

    response = client.get("/v1/example/preferences", headers={"Cookie": pair})

    assert response.status_code == 200
    assert Html(response).ticked == NOTHING


def test_the_page_of_an_unknown_site_does_not_exist(app: Flask) -> None:
    assert app.test_client().get("/v1/other/preferences").status_code == 404


# --- how it is guarded ---------------------------------------------------------------------


def test_the_page_allows_its_own_style_and_form_and_nothing_else(page: Page) -> None:
    response = page.get()

    style = response.text.split("<style>")[1].split("</style>")[0]
    hash = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = dict(
        part.strip().split(" ", 1)
        for part in response.headers["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "style-src": f"'sha256-{hash}'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert " style=" not in response.text
    assert "<script" not in response.text


def test_the_page_is_private_and_its_answers_too(page: Page) -> None:
    answer = page.send([*page.open().hidden.items(), ("accept", "")])
    for response in (page.get(), answer, page.get(), page.send([])):
        assert response.headers["Cache-Control"] == "private, no-store"
        assert "Cookie" in response.headers["Vary"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    ("url", "prefix", "secure"),
    [
        pytest.param("https://izin.example.co.id", "__Host-izin-form=", True, id="https"),
        pytest.param("http://localhost:8000", "izin-form=", False, id="http"),
    ],
)
def test_the_forms_own_cookie_cannot_be_planted_by_a_sibling_host(
    new_app: NewApp, url: str, prefix: str, secure: bool
) -> None:
    page = Page(new_app(url=url), url=url)

    header = page.get().headers["Set-Cookie"]

    assert header.startswith(prefix)
    assert ("; Secure" in header) is secure
    for attribute in ("; HttpOnly", "; Path=/", "; SameSite=Lax"):
        assert attribute in header
    assert "Domain" not in header


def test_on_the_sites_own_host_the_page_sets_the_cookie_that_the_script_reads(
    new_app: NewApp,
) -> None:
    page = Page(new_app(url=PAGE), url=PAGE)

    seen = page.open()

    response = page.send([*seen.hidden.items(), ("accept", "")])

    (kept,) = (
        header
        for header in response.headers.getlist("Set-Cookie")
        if header.startswith("__Host-izin-example=")
    )
    assert "Domain" not in kept
