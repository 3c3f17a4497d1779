"""What an editor, a hand or a habit does to a file, and the words with which it is told."""

from __future__ import annotations

import codecs
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banner.core.problem import Problem
from banner.core.site_file import Reading, read_site
from banner.core.site_text import line_at, lines_of
from banner.tags import PRODUCTS
from tests.builders import a_document, read, toml

RIGHT = """\
name = "PT Contoh"
origins = [
  "https://www.example.co.id",
  "https://example.co.id",  # without www
]
languages = ["id", "en"]

[notice]
version = "2026-11-22"
effective = 2026-11-22
policy = {id = "https://www.example.co.id/privasi", en = "https://www.example.co.id/privacy"}
changes = '''
What is
new'''

[contact]
address = "Jalan Contoh 1"
email = "privasi@example.co.id"

[[consent_mode.regions]]
regions = ["ID"]
granted = []

[[consent_mode.regions]]
regions = ["SG"]
granted = []

[services."google-analytics"]
product = "google_analytics"
measurement_id = "G-TEST123456"
retention = "14 months"
"""


def read_bytes(raw: bytes) -> Reading:
    languages = frozenset({"id", "en"})
    return read_site(raw, site_id="toko", file="toko.toml", products=PRODUCTS, languages=languages)


def the_error(text: str | bytes) -> Problem:
    reading = read_bytes(text if isinstance(text, bytes) else text.encode())
    [problem] = reading.errors
    return problem


# --- how it is saved -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        codecs.BOM_UTF8 + RIGHT.encode(),
        RIGHT.replace("\n", "\r\n").encode(),
        codecs.BOM_UTF8 + RIGHT.replace("\n", "\r\n").encode(),
        RIGHT.replace("\n", "\r").encode(),
        RIGHT.replace(" = ", "\t=\t").replace("\n  ", "\n\t").encode(),
        RIGHT.rstrip().encode(),
        ("\n\n" + RIGHT + "\n\n").encode(),
    ],
    ids=["mark", "CRLF", "mark and CRLF", "CR", "tabs", "no last line end", "empty lines"],
)
def test_how_an_editor_saves_a_file_makes_no_difference(raw: bytes) -> None:
    reading = read_bytes(raw)

    assert (reading.errors, reading.site) == ((), read_bytes(RIGHT.encode()).site)


@pytest.mark.parametrize(
    ("raw", "found", "line"),
    [
        (RIGHT.encode("utf-16"), "UTF-16", 0),
        (codecs.BOM_UTF16_BE + RIGHT.encode("utf-16-be"), "UTF-16", 0),
        (RIGHT.encode("utf-16-le"), "UTF-16", 0),
        (RIGHT.encode("utf-32"), "UTF-32", 0),
        (RIGHT.replace("Jalan Contoh", "Jalan Légi").encode("cp1252"), "the byte 0xE9", 17),
        (b"\x00\x01\x02", "no text at all", 0),
    ],
    ids=["16", "16 BE", "16 without a mark", "32", "Windows' own", "binary"],
)
def test_another_encoding_is_named_with_what_to_do(raw: bytes, found: str, line: int) -> None:
    problem = the_error(raw)

    assert (problem.file, problem.line) == ("toko.toml", line)
    assert found in problem.found
    assert "UTF-8" in problem.expected
    assert "Save as" in problem.expected


# --- what is no TOML -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line", "found", "expected"),
    [
        ('"PT Contoh"', "“PT Contoh”", 1, "`“`", "straight quotes"),
        ('"PT Contoh"', "\u2018PT Contoh\u2019", 1, "`\u2018`", "straight quotes"),
        ('"PT Contoh"', "„PT Contoh“", 1, "`„`", "straight quotes"),
        ('"id", "en"', '"id”, "en"', 6, "`”`", "straight quotes"),
        ('"PT Contoh"', "PT Contoh", 1, "`PT Contoh`", "text in quotes"),
        ('"PT Contoh"', '"PT Contoh', 1, '`"PT Contoh`', "one text in quotes"),
        ('"PT Contoh"', '"PT "Contoh""', 1, '`"PT "Contoh""`', "one text in quotes"),
        ('"PT Contoh"', '"PT Contoh\'', 1, "`\"PT Contoh'`", "one text in quotes"),
        ('"PT Contoh"', "", 1, "no value", "a value after `=`"),
        ('"PT Contoh"', '"C:\\Contoh"', 1, "a `\\` in a text", "`\\\\` for each"),
        ('name = "PT Contoh"', 'name: "PT Contoh"', 1, "`name:", "`=` between a key and its value"),
        ('name = "PT Contoh"', 'name "PT Contoh"', 1, "`name ", "`key = value`"),
        ('name = "PT Contoh"', "PT Contoh", 1, "`PT Contoh`", "`key = value`"),
        ("name =", "// the shop\nname =", 1, "`// the shop`", "`#` in front of a comment"),
        ("name =", "name\u00a0=", 1, "U+00A0", "ordinary spaces"),
        ("name =", "\u200bname =", 1, "U+200B", "ordinary spaces"),
        ("2026-11-22\npolicy", "22-11-2026\npolicy", 10, "`22-11-2026`", "a date such as"),
        ("2026-11-22\npolicy", "2026-11-2\npolicy", 10, "`2026-11-2`", "a date such as"),
        ('["id", "en"]', '["id" "en"]', 6, '`["id" "en"]`', "a comma between"),
        ('["id", "en"]', '["id" "en"]  # two', 6, '`["id" "en"]`', "a comma between"),
        ('["id", "en"]', "['id' 'en']", 6, "`['id' 'en']`", "a comma between"),
        ('["id", "en"]', '["id"; "en"]', 6, '`["id"; "en"]`', "a comma between"),
        ('co.id",\n', 'co.id"\n', 4, '`"https://example.co.id",`', "a comma between"),
        ('co.id",\n', 'co.id"  # first\n\n', 5, '`"https://example.co.id",`', "a comma between"),
        ('privasi", en', 'privasi" en', 11, '`{id = "', "a comma between"),
        ('privacy"}', 'privacy",}', 11, '`{id = "', "no comma at its end"),
        ('privacy"}', 'privacy"\n}', 11, '`{id = "', "at the end of the same line"),
        ('["id", "en"]', '["id", "en"', 6, "bracket", "`]`"),
        ('["id", "en"]', '["id", "en"  # two', 6, "bracket", "`]`"),
        ("# without www\n]", "# without www\n", 2, "bracket", "`]`"),
        ("granted = []", "granted = [", 22, "bracket", "`]`"),
        ("14 months\"", "14 months\"\ncookies = [", 32, "bracket", "`]`"),
        ("is\nnew'''", "is\nnew", 12, "a text that is not closed", "`'''` once more"),
        ('"PT Contoh"', '"PT Contoh",', 1, "`,` after the value", "nothing more"),
        ('"PT Contoh"', '"PT Contoh";  # us', 1, "`;` after the value", "nothing more"),
        ("2026-11-22\npolicy", "2026-11-22,\npolicy", 10, "`,` after", "nothing more"),
        ("2026-11-22\npolicy", "22-11-2026  # a day\npolicy", 10, "`22-11-2026`", "a date"),
        ('"PT Contoh"', "PT # 1", 1, "`PT`", "text in quotes"),
        ('"PT Contoh"', "'PT # 1' x  # us", 1, "`'PT # 1' x`", "one text in quotes"),
        ('"PT Contoh"', '"PT\x01Contoh"', 1, "U+0001", "ordinary spaces"),
        ("[notice]", "[notice", 8, "`[notice`", "square brackets"),
        ("[contact]", '[contact]\nemail = "a@b.id"', 19, "it again", "it once"),
        ("[contact]", "[notice]", 16, "the table `[notice]` again", "each table once"),
        ("[[consent_mode.regions]]", "x = True\n[[consent_mode.regions]]", 20, "`True`", "`true`"),
    ],
)  # fmt: skip
def test_what_is_no_toml_is_told_in_words_of_the_file(
    old: str, new: str, line: int, found: str, expected: str
) -> None:
    assert old in RIGHT

    problem = the_error(RIGHT.replace(old, new, 1))

    assert problem.line == line, str(problem)
    assert found in problem.found, str(problem)
    assert expected in problem.expected, str(problem)


@pytest.mark.parametrize("value", ["184.0", "1.84e2"])
def test_a_number_that_is_not_whole_is_none_though_its_value_be(value: str) -> None:
    problem = the_error(RIGHT + f"[lifetimes]\nchoice_days = {value}\n")

    assert (problem.key, problem.expected) == ("lifetimes.choice_days", "a whole number")


@pytest.mark.parametrize("written", ["", " ", "\t", "\u00a0"])
@pytest.mark.parametrize("row", ['name = "PT Contoh"', 'address = "Jalan Contoh 1"'])
def test_a_text_of_nothing_that_can_be_read_is_none(row: str, written: str) -> None:
    key, _, _ = row.partition(" ")

    problem = the_error(RIGHT.replace(row, f'{key} = "{written}"'))

    assert problem.key.endswith(key)
    assert problem.expected == "a text that is not empty"


@pytest.mark.parametrize("table", ["notice", 'services."google-analytics"'])
def test_a_table_in_double_brackets_is_told_to_be_one(table: str) -> None:
    problem = the_error(RIGHT.replace(f"[{table}]", f"[[{table}]]"))

    bare = table.replace('"', "")
    assert (problem.key, problem.found) == (bare, f"`[[{bare}]]`, or a list")
    assert f"`[{bare}]`" in problem.expected


@given(st.binary(max_size=200))
def test_no_bytes_are_too_odd_to_be_told_about(raw: bytes) -> None:
    reading = read_bytes(raw)

    assert reading.site is None
    assert reading.errors


@given(st.integers(0, len(RIGHT)), st.integers(0, 40), st.text(max_size=6))
def test_no_change_of_a_right_file_is_too_odd_to_be_told_about(
    at: int, length: int, put_in: str
) -> None:
    reading = read_bytes((RIGHT[:at] + put_in + RIGHT[at + length :]).encode("utf-8", "replace"))

    assert bool(reading.errors) is (reading.site is None)


def test_a_file_nested_without_end_is_told_about() -> None:
    problem = the_error("a = " + "[" * 50_000)

    assert "nested" in problem.found


# --- where it stands -----------------------------------------------------------------------


def test_every_key_has_its_line() -> None:
    lines = lines_of(RIGHT)

    rows = RIGHT.split("\n")
    assert {key: rows[number - 1].strip() for key, number in lines.items()} == {
        "name": 'name = "PT Contoh"',
        "origins": "origins = [",
        "origins.0": '"https://www.example.co.id",',
        "origins.1": '"https://example.co.id",  # without www',
        "languages": 'languages = ["id", "en"]',
        "languages.0": 'languages = ["id", "en"]',
        "languages.1": 'languages = ["id", "en"]',
        "notice": "[notice]",
        "notice.version": 'version = "2026-11-22"',
        "notice.effective": "effective = 2026-11-22",
        "notice.policy": rows[10],
        "notice.policy.id": rows[10],
        "notice.policy.en": rows[10],
        "notice.changes": "changes = '''",
        "contact": "[contact]",
        "contact.address": 'address = "Jalan Contoh 1"',
        "contact.email": 'email = "privasi@example.co.id"',
        "consent_mode": "[[consent_mode.regions]]",
        "consent_mode.regions": "[[consent_mode.regions]]",
        "consent_mode.regions.0": "[[consent_mode.regions]]",
        "consent_mode.regions.0.regions": 'regions = ["ID"]',
        "consent_mode.regions.0.regions.0": 'regions = ["ID"]',
        "consent_mode.regions.0.granted": "granted = []",
        "consent_mode.regions.1": "[[consent_mode.regions]]",
        "consent_mode.regions.1.regions": 'regions = ["SG"]',
        "consent_mode.regions.1.regions.0": 'regions = ["SG"]',
        "consent_mode.regions.1.granted": "granted = []",
        "services": '[services."google-analytics"]',
        "services.google-analytics": '[services."google-analytics"]',
        "services.google-analytics.product": 'product = "google_analytics"',
        "services.google-analytics.measurement_id": 'measurement_id = "G-TEST123456"',
        "services.google-analytics.retention": 'retention = "14 months"',
    }


def test_what_is_missing_is_told_at_its_table() -> None:
    lines = lines_of(RIGHT)

    assert line_at(lines, "contact.phone") == lines["contact"]
    assert line_at(lines, "evidence.jurisdiction") == 0


@given(st.sampled_from(["name", "notice.version", "services.adsense.client", "contact.email"]))
def test_a_key_is_found_at_its_line_in_any_file(key: str) -> None:
    text = toml(a_document())

    row = text.split("\n")[lines_of(text)[key] - 1]

    assert row.startswith(f'"{key.rpartition(".")[2]}" = ')


# --- keys in the wrong place, and products of other names ----------------------------------


ABOVE = "it above the first [table]"


@pytest.mark.parametrize(
    ("change", "key", "found", "expected"),
    [
        (
            lambda text: _moved(text, 'languages = ["id", "en"]', "[contact]"),
            "notice.languages", "it inside `[notice]`", ABOVE,
        ),
        (
            lambda text: _moved(text, 'languages = ["id", "en"]', ""),
            "services.google-analytics.languages",
            "it inside `[services.google-analytics]`", ABOVE,
        ),
        (
            lambda text: text + 'categories = ["necessary", "analytics"]\n',
            "services.google-analytics.categories",
            "it inside `[services.google-analytics]`", ABOVE,
        ),
        (
            lambda text: text.replace("[contact]", 'domain = "example.co.id"\n[contact]'),
            "notice.domain", "it inside `[notice]`", "it inside `[cookie]`",
        ),
        (
            lambda text: 'domain = "example.co.id"\n' + text,
            "domain", "it above the first [table]", "it inside `[cookie]`",
        ),
        (
            lambda text: text + '[notice.look]\nlayout = "box"\n',
            "notice.look", "it inside `[notice]`", "it as a table of its own, `[look]`",
        ),
        (
            lambda text: text + '[peta]\nproduct = "embed"\n',
            "peta", "it above the first [table]", "`[services.peta]`",
        ),
    ],
)  # fmt: skip
def test_a_key_in_the_wrong_place_is_told_where_it_belongs(
    change: Any, key: str, found: str, expected: str
) -> None:
    text = change(RIGHT)

    problem = the_error(text)

    assert (problem.key, problem.found) == (key, found)
    assert expected in problem.expected
    assert key.rpartition(".")[2] in text.split("\n")[problem.line - 1]


def test_a_name_that_stands_in_a_service_is_the_services_and_no_controllers() -> None:
    problem = the_error(_moved(RIGHT, 'name = "PT Contoh"', ""))

    assert (problem.key, problem.found) == ("name", "nothing")
    assert "above the first [table]" in problem.expected
    assert "`[services.google-analytics]`" in problem.expected


def _moved(text: str, row: str, before: str) -> str:
    rest = text.replace(f"{row}\n", "", 1)
    return rest.replace(f"\n{before}", f"\n{row}\n{before}", 1) if before else f"{rest}{row}\n"


@pytest.mark.parametrize(
    ("product", "expected"),
    [
        ("meta_pixel", '`product = "script"`'),
        ("facebook", '`product = "script"` or `product = "embed"`'),
        ("Facebook Pixel", '`product = "script"`'),
        ("hotjar", '`product = "script"`'),
        ("tiktok-pixel", '`product = "script"`'),
        ("microsoft_clarity", '`product = "script"`'),
        ("youtube", '`product = "embed"`'),
        ("google_maps", '`product = "embed"`'),
        ("ga4", '`product = "google_analytics"`'),
        ("GTM", '`product = "google_tag_manager"`'),
        ("google_ads", '`product = "google_tag_manager"`'),
        ("AdWords", '`product = "google_tag_manager"`'),
        ("something_new", "for anything else `script`"),
    ],
)
def test_a_product_by_another_name_is_told_what_to_write(product: str, expected: str) -> None:
    text = RIGHT + f'[services.other]\nproduct = "{product}"\n'

    problem = the_error(text)

    assert (problem.key, problem.line) == ("services.other.product", text.count("\n"))
    assert expected in problem.expected


def test_a_category_that_the_site_does_not_ask_about_is_told_to_be_added() -> None:
    document = a_document(categories=["necessary", "analytics"])
    peta = {"product": "embed", "name": "Peta", "category": "preferences", "retention": "30 days"}
    document["services"] = {"peta": peta}

    [problem] = [each for each in read(document).problems if each.severity == "error"]

    assert problem.key == "services.peta.category"
    assert "`analytics`" in problem.expected
    assert "add `preferences` to them" in problem.expected


@pytest.mark.parametrize("product", ["embed", "script"])
def test_what_has_no_category_is_told_those_of_its_site(product: str) -> None:
    document = a_document(categories=["necessary", "analytics", "preferences"])
    source = {"src": "https://x.example.org/x.js"} if product == "script" else {}
    document["services"] = {"peta": {"product": product, "retention": "30 days", **source}}

    [problem] = [each for each in read(document).problems if each.severity == "error"]

    assert problem.key == "services.peta.category"
    assert "`analytics` or `preferences`" in problem.expected


# --- hosts with other letters --------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://www.kopi-légi.co.id", "https://www.xn--kopi-lgi-g1a.co.id"),
        ("https://KOPI-LÉGI.co.id", "https://xn--kopi-lgi-g1a.co.id"),
        ("https://straße.example", "https://xn--strae-oqa.example"),
        ("https://例え。テスト", "https://xn--r8jz45g.xn--zckzah"),
        ("https://кофе.example:8443", "https://xn--e1ajmy.example:8443"),
        ("https://www.example.co.id/", "https://www.example.co.id"),
        ("https://www.example.co.id/shop?x", "https://www.example.co.id"),
        ("www.example.co.id", "https://www.example.co.id"),
        ("https://*.example.co.id", ""),
        ("*", ""),
        ("null", ""),
        ("", ""),
    ],
)
def test_an_origin_that_is_none_is_told_in_the_form_that_browsers_send(
    written: str, meant: str
) -> None:
    document = a_document(origins=[written])

    [problem] = [each for each in read(document).problems if each.severity == "error"]

    assert (problem.key, problem.nearest) == ("origins.0", meant)
    assert ("xn--" in problem.expected) is not written.isascii()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("kopi-légi.co.id", "xn--kopi-lgi-g1a.co.id"),
        (".example.co.id", "example.co.id"),
        ("https://example.co.id", "example.co.id"),
    ],
)
def test_a_domain_that_is_none_is_told_in_the_form_that_browsers_send(
    written: str, meant: str
) -> None:
    document = a_document(cookie={"domain": written})

    [problem] = [each for each in read(document).problems if each.key == "cookie.domain"]

    assert problem.nearest == meant
