"""The words shown, kept for good: on both engines, by one process or several."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from banner.core.errors import NoticeUnstored, SettingsWrong, StoreUnavailable
from banner.core.notice import NoticeDocument, make_notice
from banner.core.site import Site
from banner.script.notice import notices_of
from banner.store.engine import open_engine
from banner.store.migrate import migrate
from banner.store.notices import Edition, Notices, keep_at_start
from banner.store.schema import notices, shown
from banner.tags import PRODUCTS
from tests.builders import NOON, a_site, changed, with_service

SITE = a_site()
VERSION = SITE.notice.version
WORDS = notices_of(SITE, PRODUCTS)
SCRIPT, OTHER_SCRIPT = "a" * 16, "b" * 16


def in_other_words(notice: NoticeDocument, **values: Any) -> NoticeDocument:
    content = notice.content
    content["words"]["banner"]["title"] = "Judul lain"
    return make_notice({**content, **values})


OTHER_WORDS = tuple(in_other_words(notice) for notice in WORDS)
REVISED = tuple(in_other_words(notice, revision=2) for notice in WORDS)


def of(site: Site) -> tuple[NoticeDocument, ...]:
    return notices_of(site, PRODUCTS)


def at_noon() -> int:
    return NOON


def store(
    engine: Engine,
    words: tuple[NoticeDocument, ...] | None = None,
    *,
    script: str = SCRIPT,
    beside: bool = False,
) -> Notices:
    """A service that shows these words."""
    editions = {"example": Edition(script, words)} if words else {}
    return Notices(engine, editions, now=at_noon, beside=beside)


def rows(engine: Engine) -> tuple[int, int]:
    """How many notices, and how many scripts that show them."""
    with engine.connect() as connection:
        counts = [
            connection.scalar(select(func.count()).select_from(table)) for table in (notices, shown)
        ]
    return counts[0] or 0, counts[1] or 0


@pytest.fixture
def kept(engine: Engine) -> Notices:
    """The first words, stored by an earlier start."""
    store(engine).keep(WORDS, script=SCRIPT, at=NOON)
    return store(engine)


# --- storing and reading -----------------------------------------------------------------------


def test_what_is_kept_is_found_again_byte_for_byte(kept: Notices) -> None:
    for notice in WORDS:
        assert kept.find(notice.hash) == notice


def test_what_nobody_has_shown_is_not_found(kept: Notices) -> None:
    assert kept.find("0" * 64) is None


@pytest.mark.parametrize("place", [0, 1], ids=["id", "en"])
def test_a_script_and_a_language_say_which_words_were_shown(kept: Notices, place: int) -> None:
    notice = WORDS[place]

    found = [
        kept.shown_by("example", SCRIPT, notice.locale, version=VERSION) for _ in ("read", "known")
    ]

    assert found == [notice.hash, notice.hash]


@pytest.mark.parametrize(
    ("site", "script", "locale", "version"),
    [
        pytest.param("other", SCRIPT, "id", VERSION, id="of another site"),
        pytest.param("example", OTHER_SCRIPT, "id", VERSION, id="unknown"),
        pytest.param("example", SCRIPT, "fr", VERSION, id="in a language that it has not"),
        pytest.param("example", SCRIPT, "id", "2027-01-01", id="of another version than claimed"),
    ],
)
def test_a_script_showed_nothing_that_is(
    kept: Notices, site: str, script: str, locale: str, version: str
) -> None:
    assert kept.shown_by(site, script, locale, version=version) is None


def test_a_script_that_another_worker_serves_is_known_as_soon_as_it_is_stored(
    engine: Engine, kept: Notices
) -> None:
    before = kept.shown_by("example", OTHER_SCRIPT, "id", version=VERSION)

    store(engine).keep(REVISED, script=OTHER_SCRIPT, at=NOON)

    assert before is None
    assert kept.shown_by("example", OTHER_SCRIPT, "id", version=VERSION) == REVISED[0].hash
    assert kept.shown_by("example", SCRIPT, "id", version=VERSION) == WORDS[0].hash


def test_a_known_script_is_answered_without_the_database(engine: Engine, kept: Notices) -> None:
    kept.shown_by("example", SCRIPT, "id", version=VERSION)
    with engine.begin() as connection:
        shown.drop(connection)

    assert kept.shown_by("example", SCRIPT, "id", version=VERSION) == WORDS[0].hash


def test_revisions_are_told_newest_first_and_a_late_withdrawal_gets_the_newest(
    engine: Engine, kept: Notices
) -> None:
    store(engine).keep(REVISED, script=OTHER_SCRIPT, at=NOON)

    assert kept.revisions("example", VERSION, "id") == [REVISED[0], WORDS[0]]
    assert kept.newest("example", VERSION, "en") == REVISED[1].hash
    assert kept.newest("example", "2020-01-01", "id") is None
    assert kept.versions("example") == {VERSION}


def test_the_same_words_are_kept_once_however_often_the_service_starts(
    engine: Engine, kept: Notices
) -> None:
    for _ in range(3):
        store(engine, WORDS).keep_all()

    assert rows(engine) == (2, 2)


def test_another_script_with_the_same_words_adds_no_notice(engine: Engine, kept: Notices) -> None:
    store(engine, WORDS, script=OTHER_SCRIPT).keep_all()

    assert rows(engine) == (2, 4)


# --- what is refused ---------------------------------------------------------------------------


def test_changed_words_are_refused_and_leave_nothing_behind(engine: Engine, kept: Notices) -> None:
    with pytest.raises(SettingsWrong) as refused:
        store(engine, OTHER_WORDS, script=OTHER_SCRIPT).keep_all()

    assert "example.toml: `notice.revision`" in str(refused.value)
    assert "`words.banner.title`" in str(refused.value)
    assert [f"in `{language}`" in str(refused.value) for language in ("id", "en")] == [True, True]
    assert rows(engine) == (2, 2)


def test_a_new_revision_or_version_may_say_it_in_other_words(engine: Engine, kept: Notices) -> None:
    added = with_service("lain", product="embed", category="analytics", retention="1 years")
    added["notice"]["version"] = "2027-01-01"

    store(engine, REVISED, script=OTHER_SCRIPT).keep_all()
    store(engine, of(a_site(added)), script="c" * 16).keep_all()

    assert rows(engine) == (6, 6)


def test_a_revision_that_adds_a_service_is_refused(engine: Engine, kept: Notices) -> None:
    added = with_service("lain", product="embed", category="analytics", retention="1 years")
    added["notice"]["revision"] = 2

    with pytest.raises(SettingsWrong, match="the service `lain` is new") as refused:
        store(engine, of(a_site(added))).keep_all()

    assert "expected a new version" in str(refused.value)
    assert str(refused.value).count("lain") == 1, "said once, not for each language"


def test_what_was_stored_before_may_be_shown_again_after_a_later_revision(
    engine: Engine, kept: Notices
) -> None:
    fewer = replace(SITE, services=SITE.services[:1], notice=replace(SITE.notice, revision=2))
    store(engine, of(fewer), script=OTHER_SCRIPT).keep_all()

    store(engine, WORDS).keep_all()

    assert store(engine).problems(WORDS) == []


def test_a_demo_keeps_the_new_words_beside_the_old(engine: Engine, kept: Notices) -> None:
    demo = store(engine, OTHER_WORDS, script=OTHER_SCRIPT, beside=True)

    demo.keep_all()

    assert demo.shown_by("example", SCRIPT, "id", version=VERSION) == WORDS[0].hash
    assert demo.shown_by("example", OTHER_SCRIPT, "id", version=VERSION) == OTHER_WORDS[0].hash


def test_a_question_beforehand_gets_the_same_answer_and_stores_nothing(
    engine: Engine, kept: Notices
) -> None:
    with pytest.raises(SettingsWrong) as refused:
        store(engine).keep(OTHER_WORDS, script=OTHER_SCRIPT, at=NOON)

    problems = store(engine).problems(OTHER_WORDS)

    assert "\n".join(map(str, problems)) == str(refused.value)
    assert rows(engine) == (2, 2)


def test_all_sites_are_told_of_at_once(engine: Engine) -> None:
    sites = {name: replace(SITE, id=name) for name in ("a", "b", "c")}
    first = {name: Edition(SCRIPT, of(site)) for name, site in sites.items()}
    Notices(engine, first, now=at_noon).keep_all()
    later = {
        name: Edition(OTHER_SCRIPT, tuple(map(in_other_words, of(sites[name]))))
        for name in ("a", "c")
    }

    with pytest.raises(SettingsWrong) as refused:
        Notices(engine, {**first, **later}, now=at_noon).keep_all()

    said = str(refused.value)
    assert ("a.toml" in said, "b.toml" in said, "c.toml" in said) == (True, False, True)


# --- a database that is away at the start --------------------------------------------------------


@pytest.fixture
def empty(empty_url: str) -> Any:
    """A database without tables: nothing can be read or stored yet."""
    engine = open_engine(empty_url)
    yield engine
    engine.dispose()


def test_a_start_without_the_database_goes_on_and_says_so(
    empty: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "izin"):
        keep_at_start(store(empty, WORDS))

    [record] = caplog.records
    assert record.message == "notices_not_stored"
    assert "notices" in vars(record)["cause"]


def test_the_words_are_stored_before_the_first_decision_once_the_database_is_there(
    empty: Engine,
) -> None:
    service = store(empty, WORDS)
    keep_at_start(service)
    with pytest.raises(StoreUnavailable):
        service.shown_by("example", SCRIPT, "id", version=VERSION)
    migrate(empty)

    found = service.shown_by("example", SCRIPT, "id", version=VERSION)

    assert found == WORDS[0].hash
    assert rows(empty) == (2, 2)


def test_words_that_turn_out_to_have_changed_take_no_decision(empty: Engine) -> None:
    service = store(empty, OTHER_WORDS, script=OTHER_SCRIPT)
    keep_at_start(service)
    migrate(empty)
    store(empty).keep(WORDS, script=SCRIPT, at=NOON)

    for _ in range(2):
        with pytest.raises(NoticeUnstored) as refused:
            service.shown_by("example", OTHER_SCRIPT, "id", version=VERSION)

    assert "`words.banner.title`" in str(refused.value.__cause__), "for the log"
    assert "title" not in refused.value.message
    assert rows(empty) == (2, 2)


def test_a_mistake_in_one_site_leaves_the_others_alone(empty: Engine) -> None:
    other = replace(SITE, id="other")
    editions = {
        "example": Edition(OTHER_SCRIPT, OTHER_WORDS),
        "other": Edition(SCRIPT, of(other)),
    }
    service = Notices(empty, editions, now=at_noon)
    migrate(empty)
    store(empty).keep(WORDS, script=SCRIPT, at=NOON)

    with pytest.raises(NoticeUnstored):
        service.shown_by("example", OTHER_SCRIPT, "id", version=VERSION)

    assert service.shown_by("other", SCRIPT, "id", version=VERSION) == of(other)[0].hash


def test_nothing_can_be_read_without_the_tables(empty: Engine) -> None:
    service = store(empty)

    for question in (
        lambda: service.find("0" * 64),
        lambda: service.newest("example", VERSION, "id"),
        lambda: service.versions("example"),
        lambda: service.problems(WORDS),
    ):
        with pytest.raises(StoreUnavailable):
            question()


# --- several at once -----------------------------------------------------------------------------


def at_once(engines: Sequence[Engine], words: Sequence[tuple[NoticeDocument, ...]]) -> int:
    """As many services start at one moment, each with words of its own; how many may."""
    barrier = Barrier(len(engines))

    def start(place: int) -> bool:
        service = store(engines[place], words[place], script=f"{place:016}")
        barrier.wait()
        with suppress(SettingsWrong):
            service.keep_all()
            return True
        return False

    with ThreadPoolExecutor(len(engines)) as threads:
        return sum(threads.map(start, range(len(engines))))


@pytest.fixture
def engines(engine: Engine, engine_url: str) -> Any:
    """The same database, reached by six processes' worth of connections."""
    opened = [open_engine(engine_url) for _ in range(6)]
    yield opened
    for each in opened:
        each.dispose()


def test_workers_that_start_at_once_store_the_same_words_once(
    engine: Engine, engines: Sequence[Engine]
) -> None:
    assert at_once(engines, [WORDS] * 6) == 6

    assert rows(engine) == (2, 12)


def test_of_workers_that_start_at_once_with_different_words_one_wins(
    engine: Engine, engines: Sequence[Engine]
) -> None:
    def words(place: int) -> tuple[NoticeDocument, ...]:
        site = a_site(changed("contact", address=f"Jalan {place}"))
        return of(site)

    assert at_once(engines, [words(place) for place in range(6)]) == 1

    assert rows(engine) == (2, 2)
