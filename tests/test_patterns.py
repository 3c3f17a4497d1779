"""Where a pattern ends, the text ends: Python's `$` also matches in front of a last line break."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from banner.paths import ROOT
from tests.builders import a_document, changed, read, with_service

SOURCES = sorted((ROOT / "banner").rglob("*.py"))
SCHEMAS = sorted((ROOT / "banner").rglob("*.schema.json"))
BEGINNINGS = {"OWN"}
"""Patterns of how a text begins, and meant so."""
END = r"$(?!\n)"
"""The end of a text, for Python and for JSON Schema's own dialect alike."""


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def texts_of_patterns(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("pattern"), str):
            yield value["pattern"]
        for item in value.values():
            yield from texts_of_patterns(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_of_patterns(item)


@pytest.mark.parametrize("schema", SCHEMAS, ids=names(SCHEMAS))
def test_no_pattern_of_a_schema_takes_a_last_line_break(schema: Path) -> None:
    patterns = [*texts_of_patterns(json.loads(schema.read_text("utf-8")))]

    assert patterns
    assert [each for each in patterns if "$" in each.replace(END, "")] == []


def _strings(node: ast.AST) -> str:
    parts = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant)]
    return "".join(part for part in parts if isinstance(part, str))


def _ends(pattern: str) -> bool:
    outside_of_sets = re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]", "", pattern)
    return "$" in outside_of_sets


def nodes(source: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(source.read_text("utf-8")))


@pytest.mark.parametrize("source", SOURCES, ids=names(SOURCES))
def test_no_pattern_of_the_code_takes_a_last_line_break(source: Path) -> None:
    for node in nodes(source):
        is_pattern = isinstance(node, ast.keyword) and node.arg == "pattern"
        if is_pattern or (isinstance(node, ast.Call) and ast.unparse(node.func)[:3] == "re."):
            assert not _ends(_strings(node)), ast.unparse(node)


def test_what_is_matched_from_its_beginning_is_matched_to_its_end() -> None:
    all_nodes = [node for source in SOURCES for node in nodes(source)]
    whole = {
        ast.unparse(node.targets[0])
        for node in all_nodes
        if isinstance(node, ast.Assign) and _strings(node.value).endswith(r"\Z")
    }
    matched = {
        ast.unparse(node.value)
        for node in all_nodes
        if isinstance(node, ast.Attribute) and node.attr == "match"
    }

    assert {name for name in matched if name.isupper()} - whole == BEGINNINGS


@pytest.mark.parametrize(
    ("document", "key"),
    [
        (changed("notice", version="2026-11-22\n"), "notice.version"),
        (changed("notice", effective="2026-11-22\n"), "notice.effective"),
        (changed("notice", policy="https://www.example.co.id/privasi\n"), "notice.policy"),
        (changed("notice", policy="https://www.example.co.id/a b"), "notice.policy"),
        (changed("notice", policy="https://"), "notice.policy"),
        (changed("look", accent="#0f5fd8\n"), "look.accent"),
        (changed("look", font="Inter\n"), "look.font"),
        (changed("look", logo="https://www.example.co.id/logo.svg\n"), "look.logo"),
        (changed("country", header="CF-IPCountry\n"), "country.header"),
        (changed("contact", email="privasi@example.co.id\n"), "contact.email"),
        (changed("evidence", jurisdiction="ID\n"), "evidence.jurisdiction"),
        (changed("stops", url="https://hooks.example.co.id/izin\n"), "stops.url"),
        (changed("cookie", domain="example.co.id\n"), "cookie.domain"),
        (a_document(origins=["https://www.example.co.id\n"]), "origins.0"),
        (a_document(languages=["id\n"]), "languages.0"),
        (with_service("adsense", retention="14 months\n"), "services.adsense.retention"),
        (with_service("adsense", client="ca-pub-1234567890123456\n"), "services.adsense.client"),
        (with_service("floodlight", config_id="DC-7654321\n"), "services.floodlight.config_id"),
        (with_service("peta", host="peta.example.org\n"), "services.peta.host"),
        (with_service("peta", provider="Yayasan\nPeta"), "services.peta.provider"),
        (with_service("peta", cookies=["peta_id\n"]), "services.peta.cookies.0"),
        (with_service("peta", policy="https://peta.example.org/\n"), "services.peta.policy"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_check_refuses_a_line_break_at_the_end_of_a_value(
    document: dict[str, Any], key: str
) -> None:
    wrong = {problem.key for problem in read(document).problems if problem.severity == "error"}

    assert key in wrong
