from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import pytest

from banner.core.canonical import canonical
from banner.core.notice import NoticeDocument, make_notice
from banner.core.notice_changes import first_differences, material_changes, refused_changes

FACTS: Mapping[str, Any] = {
    "site": "example",
    "version": "2026-11-22",
    "revision": 1,
    "language": "id",
    "words": {"banner": {"title": "Kuki", "body": "Kami menggunakan kuki."}},
    "parties": [{"id": "controller", "name": "PT Contoh", "address": "Jalan Contoh 1"}],
    "purposes": [{"id": "necessary"}, {"id": "analytics"}],
    "services": [
        {
            "id": "statistik",
            "product": "google_analytics",
            "category": "analytics",
            "provider": "Google LLC",
            "retention": "P14M",
            "before_choice": False,
        }
    ],
    "validity": "P184D",
    "retention": "P2010D",
}


def facts(**changed: Any) -> dict[str, Any]:
    return {**FACTS, **changed}


def with_service(**changed: Any) -> dict[str, Any]:
    """The same with the one service changed."""
    return facts(services=[{**FACTS["services"][0], **changed}])


def another(id: str) -> dict[str, Any]:
    return {**FACTS["services"][0], "id": id}


def a_notice(**changed: Any) -> NoticeDocument:
    return make_notice(facts(**changed))


def test_a_notice_is_named_by_the_hash_of_its_own_bytes() -> None:
    notice = a_notice()

    assert notice.hash == hashlib.sha256(notice.body.encode()).hexdigest()
    assert notice.content == FACTS
    assert canonical(notice.content) == notice.body.encode()


def test_the_same_words_have_the_same_name_whatever_their_order() -> None:
    backwards = dict(reversed(list(FACTS.items())))

    assert make_notice(backwards) == a_notice()


# --- what visitors must be asked about again -------------------------------------------------


@pytest.mark.parametrize(
    ("after", "told"),
    [
        pytest.param(
            facts(purposes=[*FACTS["purposes"], {"id": "advertising"}]),
            "the category `advertising` is new",
            id="a category",
        ),
        pytest.param(
            facts(services=[*FACTS["services"], another("iklan")]),
            "the service `iklan` is new",
            id="a service",
        ),
        pytest.param(
            with_service(category="advertising"),
            "the category of `statistik` was `analytics` and is now `advertising`",
            id="another category",
        ),
        pytest.param(
            with_service(provider="PT Lain"),
            "the provider of `statistik` was `Google LLC` and is now `PT Lain`",
            id="another provider",
        ),
        pytest.param(
            with_service(product="script"),
            "the product of `statistik` was `google_analytics` and is now `script`",
            id="another product behind the same id",
        ),
        pytest.param(
            with_service(retention="P2Y"),
            "the retention at the provider of `statistik` was `P14M` and is now `P2Y`",
            id="another retention",
        ),
        pytest.param(
            with_service(before_choice=True),
            "`statistik` now loads before a choice (Google's advanced mode)",
            id="advanced mode",
        ),
        pytest.param(
            facts(parties=[{**FACTS["parties"][0], "name": "PT Baru"}]),
            "the controller was `PT Contoh` and is now `PT Baru`",
            id="another controller",
        ),
        pytest.param(
            facts(validity="P300D"), "a choice holds 300 days instead of 184", id="a longer choice"
        ),
        pytest.param(
            facts(retention="P3000D"),
            "a record is kept 3000 days instead of 2010",
            id="longer records",
        ),
    ],
)
def test_material_is(after: dict[str, Any], told: str) -> None:
    assert material_changes(FACTS, after) == [told]


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(facts(purposes=[{"id": "necessary"}], services=[]), id="something removed"),
        pytest.param(facts(validity="P30D", retention="P400D"), id="shorter lives"),
        pytest.param(facts(words={"banner": {"title": "Cookie"}}), id="other words"),
        pytest.param(
            facts(parties=[{**FACTS["parties"][0], "address": "Jalan Baru 2"}]),
            id="the controller's new address",
        ),
    ],
)
def test_not_material_is(after: dict[str, Any]) -> None:
    assert material_changes(FACTS, after) == []


def test_advanced_mode_switched_off_is_not_material() -> None:
    assert material_changes(with_service(before_choice=True), FACTS) == []


# --- what may not stand beside what was shown ------------------------------------------------


def test_the_first_notice_of_a_version_is_free() -> None:
    assert refused_changes(a_notice(), []) == []


def test_other_words_need_a_new_revision_and_are_told_with_what_to_do() -> None:
    changed = a_notice(words={"banner": {"title": "Cookie", "body": "Kami menggunakan kuki."}})

    [problem] = refused_changes(changed, [a_notice()])

    assert str(problem) == (
        "example.toml: `notice.revision`: found other words in `id` than this revision has shown: "
        '`words.banner.title` was "Kuki" and is now "Cookie", '
        "expected `2`, which asks nobody again"
    )


def test_the_revision_that_is_proposed_is_one_that_is_free() -> None:
    others = [a_notice(), a_notice(revision=7, words={})]

    [problem] = refused_changes(a_notice(words={"x": "y"}), others)

    assert problem.expected == "`8`, which asks nobody again"


def test_a_new_revision_may_say_it_in_other_words() -> None:
    assert refused_changes(a_notice(revision=2, words={}), [a_notice()]) == []


def test_another_language_has_words_of_its_own() -> None:
    assert refused_changes(a_notice(language="en", words={}), [a_notice()]) == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_revision_cannot_hide_what_is_material_in_any_language(language: str) -> None:
    hidden = make_notice({**with_service(provider="PT Lain"), "revision": 2, "language": language})

    [problem] = refused_changes(hidden, [a_notice()])

    assert problem.key == "notice.version"
    assert problem.found.startswith("the provider of `statistik` was `Google LLC`")


def test_what_a_later_revision_took_away_cannot_come_back_unasked() -> None:
    fewer = a_notice(revision=2, services=[])
    again = a_notice(revision=3)

    [problem] = refused_changes(again, [a_notice(), fewer])

    assert "the service `statistik` is new" in problem.found


# --- differences -----------------------------------------------------------------------------


def test_only_the_first_differences_are_told_and_long_texts_are_cut() -> None:
    before = {"a": "x" * 500, "b": [1, 2], "c": {"d": True}, "e": 1}
    after = {"a": "y", "b": [1], "c": {"d": False}, "e": 2}

    told = first_differences(before, after)

    assert len(told) == 3
    assert len(told[0]) < 200
    assert told[1:] == ["`b.1` was 2 and is now not there", "`c.d` was true and is now false"]
