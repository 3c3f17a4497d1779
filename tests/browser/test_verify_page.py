"""The offline verifier for people: one file, opened from the disk, with no network at all."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from playwright.sync_api import Browser

from banner.core.canonical import canonical
from banner.core.checkpoint import public_key, vkey_of
from banner.core.receipt import receipt_file
from banner.paths import STATIC
from tests.receipts import (
    ORIGIN,
    OTHER_SEED,
    SEED,
    VKEY,
    a_ledger,
    a_receipt,
    an_identified_record,
    changed,
    other_leaves,
    resigned,
    the_script,
)
from tests.test_verifiers import (
    AMBIGUOUS,
    FORGERIES,
    NEUTRAL,
    ORDER,
    OTHERWISE,
    VECTORS,
    WRONG_FORMS,
    with_neutral_commitment,
)
from tests.verifier_cases import CASES, PAGE_SAYS, Case, a_case, for_page, script_says

AUTHENTIC = {
    "id": "Tanda terima asli dan tidak berubah.",
    "en": "The receipt is authentic and unchanged.",
}
NOT_AUTHENTIC = "Tanda terima tidak dapat dipastikan keasliannya."
NO_RECEIPT = "Berkas ini bukan tanda terima yang sah:"
STEPS = {"notice": "Pemberitahuan", "ledger": "Daftar bukti", "checkpoint": "Checkpoint",
         "signature": "Tanda tangan"}  # fmt: skip


class Verifier:
    """The page, opened as a file by a browser that is offline."""

    def __init__(self, browser: Browser, folder: Path, *, locale: str = "id-ID") -> None:
        self._file = folder / "receipt.json"
        self.asked: list[str] = []
        self.errors: list[str] = []
        self.context = browser.new_context(locale=locale, offline=True)
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.context.on("console", lambda message: self.errors.append(message.text))
        self.page = self.context.new_page()
        self.address = (STATIC / "verify.html").as_uri()
        self.page.goto(self.address)

    def check(self, content: Any, *, key: str = VKEY, checkpoint: str = "") -> str:
        """Give the page a file; what it says of it."""
        self._file.write_bytes(content if isinstance(content, bytes) else receipt_file(content))
        page = self.page
        page.locator("#file").set_input_files(self._file)
        page.locator("#key").fill(key)
        page.locator("#checkpoint").evaluate("(box, note) => { box.value = note }", checkpoint)
        page.locator("button[type=submit]").click()
        page.wait_for_selector("#verdict:not(:empty)")
        return page.get_by_role("status").inner_text()

    def wrong(self) -> set[str]:
        """The steps that do not hold."""
        items = self.page.locator("#found li").all_inner_texts()
        return {
            name
            for name, words in STEPS.items()
            if any(i.startswith(f"{words}: Salah") for i in items)
        }

    def says(self, content: bytes, key: str = VKEY) -> bool:
        """Is it authentic? By the page's own functions, without its form."""
        found: bool = self.page.evaluate(
            """([content, key]) => {
              try {
                const receipt = readReceipt(Uint8Array.from(content));
                return checked(receipt, readKeys(key)).every(({ error }) => !error);
              } catch (error) {
                if (error instanceof Wrong) return false;
                throw error;
              }
            }""",
            [list(content), key],
        )
        return found

    def is_signed(self, *values: bytes) -> bool:
        found: bool = self.page.evaluate(
            "values => isSigned(...values.map((value) => Uint8Array.from(value)))",
            [list(value) for value in values],
        )
        return found


@pytest.fixture
def verifier(browser: Browser, tmp_path: Path) -> Iterator[Verifier]:
    verifier = Verifier(browser, tmp_path)
    yield verifier
    verifier.context.close()
    assert verifier.asked == [verifier.address], "nothing is asked for but the page itself"
    assert verifier.errors == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_real_receipt_is_authentic_and_told_in_plain_words(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    verifier = Verifier(browser, tmp_path, locale=language)

    verdict = verifier.check(a_receipt())

    rows = verifier.page.locator("dt").all_inner_texts()
    assert verdict == AUTHENTIC[language]
    assert verifier.page.locator("html").get_attribute("lang") == language
    assert len(rows) >= 7
    assert verifier.page.get_by_text("record-1").first.is_visible()
    assert verifier.asked == [verifier.address]
    assert verifier.errors == []
    verifier.context.close()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9])
def test_it_is_authentic_wherever_it_stands(verifier: Verifier, size: int) -> None:
    for position in range(size):
        assert verifier.says(canonical(a_receipt(position=position, size=size)))


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_found_and_said_where(verifier: Verifier, name: str) -> None:
    forge, found = FORGERIES[name]

    verdict = verifier.check(forge())

    assert verdict.startswith(NOT_AUTHENTIC)
    assert verifier.wrong() == found
    assert not verifier.page.locator("dl").count(), "its contents are not shown as if they held"


def test_a_flipped_byte_is_found(verifier: Verifier) -> None:
    """A sample: every ninth byte, one bit of it. Every single bit is for the script's tests."""
    content = canonical(a_receipt())
    start = random.Random(content).randrange(9)

    passed = [
        at
        for at in range(start, len(content), 9)
        if verifier.says(content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :])
    ]

    assert verifier.says(content)
    assert passed == []


def test_both_verifiers_agree_on_what_is_no_receipt(verifier: Verifier) -> None:
    """On files that one of two readers could let through."""
    script = the_script()
    text = receipt_file(a_receipt()).decode()
    odd = [
        text.replace(old, new, 1)
        for old, new in (
            ('"salt": ', '"salt": "x", "salt": '),
            ('"gpc": false', '"gpc": true, "gpc": false'),
            ('"position": 2', '"position": 2.0'),
            ('"position": 2', '"position": -0'),
            ('"position": 2', '"position": 02'),
            ('"size": 5', '"size": 9007199254740992'),
            ("Pilihan", "\\ud800"),
            ("Pilihan", "\\x00"),
            ("Pilihan", "Pilihan\t"),
            ('"texts"', '"téxts"'),
            ('"texts"', '"__proto__"'),
            ('"salt": ', '"note": 1, "salt": '),
            ("}\n}", "},\n}"),
            ("}\n}", "}\n}}"),
            ("{", "\ufeff{"),
            ("{", "\u00a0{"),
        )
    ]
    same = [
        text.replace("Pilihan", "\\u0050ilihan"),
        text.replace("\n", "\r\n\t"),
        json.dumps(a_receipt()),
    ]

    for each in (*odd, *same):
        expected = each in same
        try:
            receipt = script.read_json(each.encode())
            script.check_form(receipt)
            script.check_notice(receipt, None)
            found = True
        except script.Wrong:
            found = False
        assert (found, verifier.says(each.encode())) == (expected, expected), each[:200]


def test_the_page_answers_by_the_rules_that_both_verifiers_have(verifier: Verifier) -> None:
    found = verifier.page.evaluate(PAGE_SAYS, [for_page(case) for case in CASES.values()])

    said = dict(zip(CASES, found, strict=True))
    assert said == {name: case.verdict for name, case in CASES.items()}


@settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(cases=some.lists(a_case(), min_size=25, max_size=25))
def test_the_page_answers_as_the_script_does_whatever_the_file(
    verifier: Verifier, cases: list[Case]
) -> None:
    """Several hundred files that are odd in ways nobody has listed; the same ones in each run."""
    found = verifier.page.evaluate(PAGE_SAYS, [for_page(case) for case in cases])

    assert found == [script_says(the_script(), case) for case in cases]


def test_what_could_be_read_in_two_ways_is_not_read(verifier: Verifier) -> None:
    read: list[str] = verifier.page.evaluate(
        """texts => texts.filter((text) => {
          try {
            readJson(text);
            return true;
          } catch (error) {
            if (error instanceof Wrong) return false;
            throw error;
          }
        })""",
        [*AMBIGUOUS.values(), *MALFORMED],
    )

    assert read == []


@pytest.mark.parametrize(("path", "value"), WRONG_FORMS)
def test_a_wrong_form_is_refused_though_it_is_signed(
    verifier: Verifier, path: str, value: Any
) -> None:
    assert not verifier.says(canonical(resigned(changed(path, value), SEED)))


def test_a_record_of_another_site_is_not_in_this_sites_ledger(verifier: Verifier) -> None:
    assert not verifier.says(canonical(a_receipt(an_identified_record(site="other"))))


def test_a_proof_has_the_length_that_its_place_wants(verifier: Verifier) -> None:
    codes: list[str] = verifier.page.evaluate(
        """() => [0, 1, 2, 3, 4, 5].map((length) => {
          const hash = new Uint8Array(32);
          try {
            return rootFrom(hash, 2, 5, Array.from({ length }, () => hash)).length;
          } catch (error) {
            return error.code;
          }
        })"""
    )

    assert codes == [*["e.proof"] * 3, 64, *["e.proof"] * 2]


MALFORMED = ("", " ", "{", "[", "[1", "[1,", "[,1]", "[1 2]", "[1,]", "{,}", '{"a"}', '{"a":}',
             '{"a":1,}', "{a:1}", "[01]", "[+1]", "[--1]", "[tru]", "[truefalse]", "nul", "[1]]",
             "[1]x", '["\\x"]', '["\\u12"]', '["\t"]', '["', "'a'", "[1}", '{"a":1]', ":", ",",
             "[NaN]", "[Infinity]", "[undefined]", "/**/1", "\u00a01", "\v1")  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7", b"null", b"[" * 100_000, b"\xff\xfe", b" " * 1_000_001],
    ids=["empty", "a PDF", "null", "open without an end", "not UTF-8", "too long"],
)
def test_a_file_that_is_no_receipt_is_said_to_be_none(verifier: Verifier, content: bytes) -> None:
    assert verifier.check(content).startswith(NO_RECEIPT)


def test_the_key_decides(verifier: Verifier) -> None:
    other = vkey_of(ORIGIN, public_key(OTHER_SEED))

    assert verifier.check(a_receipt(), key=other).startswith(NOT_AUTHENTIC)
    assert verifier.check(a_receipt(seed=OTHER_SEED), key=other) == AUTHENTIC["id"]
    assert verifier.check(a_receipt(), key="").startswith("Isi kunci publik yang benar")
    mistyped = VKEY.replace("izin", "lzin", 1)
    for wrong in (VKEY[:-1], mistyped, f"{VKEY} {mistyped}"):
        assert verifier.check(a_receipt(), key=wrong).startswith("Isi kunci publik yang benar")
    assert verifier.check(a_receipt(), key=f"\n {VKEY} ") == AUTHENTIC["id"]
    assert verifier.check(a_receipt(), key=f"{VKEY}\n{other}\n") == AUTHENTIC["id"]
    assert verifier.check(a_receipt(seed=OTHER_SEED), key=f"{VKEY}\n{other}") == AUTHENTIC["id"]


def test_a_checkpoint_from_elsewhere_confirms_or_does_not(verifier: Verifier) -> None:
    receipt = a_receipt()
    note = receipt["ledger"]["checkpoint"]
    unconfirmed = AUTHENTIC["id"].rstrip(".") + ", tetapi"

    assert verifier.check(receipt, checkpoint=note) == AUTHENTIC["id"]
    assert verifier.check(receipt, checkpoint=f"{note}\n\n") == AUTHENTIC["id"]
    unsigned = a_receipt(seed=OTHER_SEED)["ledger"]["checkpoint"]
    for other in (a_ledger(other_leaves(5)).note, a_ledger(other_leaves(9)).note, unsigned, "x"):
        assert verifier.check(receipt, checkpoint=other).startswith(unconfirmed)
    assert "?size=9" not in verifier.page.locator("#found").inner_text()
    verifier.check(receipt, checkpoint=a_ledger(other_leaves(9)).note)
    assert "?size=9" in verifier.page.locator("#found").inner_text()


def test_the_language_can_be_changed_and_the_answer_with_it(verifier: Verifier) -> None:
    verifier.check(a_receipt())

    verifier.page.get_by_role("button", name="English").click()

    assert verifier.page.get_by_role("status").inner_text() == AUTHENTIC["en"]
    assert verifier.page.get_by_role("heading", level=1).inner_text() == "Check a receipt"
    assert verifier.page.get_by_text("Receipt number").is_visible()
    assert verifier.page.title() == "Check a receipt"


@pytest.mark.shows(
    "WCAG 2.2: 2.1.1 Keyboard",
    "The page that verifies receipts, by the keyboard, with its accessible names.",
)
def test_it_can_be_used_with_the_keyboard_and_a_screen_reader(verifier: Verifier) -> None:
    page = verifier.page
    for control in (
        page.get_by_label("Berkas tanda terima"),
        page.get_by_role("textbox", name="Kunci publik", exact=True),
        page.get_by_role("button", name="Periksa", exact=True),
    ):
        control.focus()
        assert control.evaluate("element => element === document.activeElement")

    page.keyboard.press("Enter")

    assert page.get_by_role("status").inner_text() == "Pilih berkas tanda terima terlebih dahulu."


@pytest.mark.parametrize("width", [320, 1280])
def test_it_fits_a_phone_and_a_desktop(verifier: Verifier, width: int) -> None:
    verifier.page.set_viewport_size({"width": width, "height": 800})
    verifier.check(a_receipt())

    assert verifier.page.evaluate(
        "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def test_a_receipt_can_be_dropped_on_the_page(verifier: Verifier) -> None:
    verifier.page.locator("#key").fill(VKEY)
    verifier.page.evaluate(
        """text => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([text], "receipt.json"));
          const how = { dataTransfer, bubbles: true, cancelable: true };
          document.body.dispatchEvent(new DragEvent("drop", how));
        }""",
        receipt_file(a_receipt()).decode(),
    )
    verifier.page.locator("button[type=submit]").click()
    verifier.page.wait_for_selector("#verdict:not(:empty)")

    assert verifier.page.get_by_role("status").inner_text() == AUTHENTIC["id"]


def test_texts_of_a_receipt_stay_texts(verifier: Verifier) -> None:
    """An authentic one, too, may hold what an owner has written."""
    evil = "<img src=x onerror=alert(1)>"
    notice = {"words": {"banner": {"body": evil}}, "parties": [None, {"id": 1}], "purposes": 7}
    receipt = a_receipt(notice=notice)
    shown = verifier.page.evaluate(
        "receipt => { const made = contents(receipt); document.body.append(...made); "
        "return made.map((each) => each.textContent).join() }",
        receipt,
    )

    assert evil in shown
    assert not verifier.page.locator("img").count()


# --- its own Ed25519 and SHA-2 -------------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_the_vectors_of_the_rfc_hold_and_no_neighbour_of_them(
    verifier: Verifier, vector: tuple[str, str, str]
) -> None:
    public, message, signature = map(bytes.fromhex, vector)
    scalar = int.from_bytes(signature[32:], "little") + ORDER

    assert verifier.is_signed(public, message, signature)
    assert not verifier.is_signed(public, message + b"\0", signature)
    assert not verifier.is_signed(public, message, signature[:32] + scalar.to_bytes(32, "little"))
    for at in range(0, 512, 61):
        flipped = bytearray(signature)
        flipped[at // 8] ^= 1 << at % 8
        assert not verifier.is_signed(public, message, bytes(flipped))


@pytest.mark.parametrize("encoded", OTHERWISE.values(), ids=OTHERWISE)
def test_a_point_is_written_in_one_way_alone(verifier: Verifier, encoded: bytes) -> None:
    assert verifier.is_signed(*with_neutral_commitment(NEUTRAL))
    assert not verifier.is_signed(*with_neutral_commitment(encoded))


def test_under_a_key_of_low_order_nothing_is_signed(verifier: Verifier) -> None:
    neutral = (1).to_bytes(32, "little")

    for public in (neutral, bytes(32), (2**255 - 20).to_bytes(32, "little")):
        assert not any(
            verifier.is_signed(public, bytes([each]), neutral + bytes(32)) for each in range(8)
        )


def test_its_sha2_is_the_browsers(verifier: Verifier) -> None:
    """At every length around the ends of the blocks."""
    different: list[int] = verifier.page.evaluate(
        """async () => {
          const different = [];
          for (let length = 0; length < 300; length++) {
            const message = Uint8Array.from({ length }, (_, i) => (i * 7 + length) % 256);
            for (const bits of [256, 512]) {
              const theirs = new Uint8Array(await crypto.subtle.digest("SHA-" + bits, message));
              if (hex(theirs) !== hex(sha(bits, message))) different.push(length);
            }
          }
          return different;
        }"""
    )

    assert different == []
