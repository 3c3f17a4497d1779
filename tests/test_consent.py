"""The path: request, validate, record, sign, release. On both databases."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select

from banner.consent import Answer, Consent
from banner.core.decision import Decision
from banner.core.errors import (
    ChoiceContradictory,
    EventConflict,
    NoticeStale,
    RecordUnknown,
    StoreUnavailable,
    TokenExpired,
    TokenForged,
    TokenStale,
    TokenSuperseded,
)
from banner.core.record import Record
from banner.core.release import Release, make_release
from banner.core.signals import NO_SIGNALS, Signals
from banner.core.site import Country, Site
from banner.core.token import read_token, sign_token
from banner.keyring import Keyring
from banner.store.append import Appending
from banner.store.notices import Notices
from banner.store.records import Records
from banner.store.schema import records as table
from banner.store.schema import stops
from banner.store.stops import Stops
from banner.store.writer import Act, Commit, Outcome, Writer
from banner.tags import PRODUCTS
from tests.builders import ANALYTICS, KEYS, NOON, OTHER_EVENT, a_decision, a_site, with_service
from tests.service import Clock, Rows

SITE = a_site()
WORDS = "0" * 64
THIRD_EVENT = "c5a0b1f2-0000-4000-8000-000000000003"


def with_notice(version: str, site: Site = SITE) -> Site:
    return replace(site, notice=replace(site.notice, version=version))


class AnyScript(Notices):
    """The words of every script are known, and those of the site's present notice alone."""

    def __init__(self) -> None: ...

    def shown_by(self, site: str, script: str, locale: str, *, version: str) -> str | None:
        return WORDS if version == SITE.notice.version else None

    def newest(self, site: str, version: str, locale: str) -> str | None:
        return None


def a_consent(
    engine: Engine,
    clock: Clock,
    *,
    keys: tuple[bytes, ...] = KEYS,
    commit: Commit | None = None,
    records: Records | None = None,
) -> Consent:
    numbers = itertools.count(1)
    return Consent(
        records=records or Records(engine),
        writer=Writer(commit or Appending(engine)),
        notices=AnyScript(),
        keyring=Keyring(keys),
        products=PRODUCTS,
        now=clock,
        new_id=lambda: f"record-{next(numbers)}",
    )


@pytest.fixture
def consent(engine: Engine, clock: Clock) -> Iterator[Consent]:
    consent = a_consent(engine, clock)
    yield consent
    consent.writer.drain()


@pytest.fixture
def granted(consent: Consent) -> Answer:
    """Analytics, granted a moment ago."""
    return consent.submit(a_decision(*ANALYTICS), SITE, NO_SIGNALS)


def token_of(answer: Answer) -> str:
    assert answer.token
    return answer.token


def opens_nothing(release: Release) -> bool:
    return not (release["first"] or release["update"] or release["services"] or release["held"])


def withdrawal(previous: str = "", **overrides: object) -> Decision:
    return replace(a_decision(event=OTHER_EVENT, previous=previous), **overrides)  # type: ignore[arg-type]


# --- the order -----------------------------------------------------------------------------


def broken(_: Sequence[Act]) -> Sequence[Outcome]:
    raise StoreUnavailable("the record could not be stored")


class Unread(Records):
    """A store that nobody reads."""

    def find(self, record_id: str) -> Record | None:
        raise AssertionError("nothing was recorded, so nothing is looked up")


def noted(act: Callable[..., Any], diary: list[str], word: str) -> Callable[..., Any]:
    def run(*arguments: Any, **options: Any) -> Any:
        diary.append(word)
        return act(*arguments, **options)

    return run


def test_a_decision_is_recorded_then_signed_then_released(
    engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    diary: list[str] = []
    monkeypatch.setattr("banner.consent.sign_token", noted(sign_token, diary, "sign"))
    released = noted(make_release, diary, "release")
    monkeypatch.setattr("banner.core.release.make_release", released)

    commit = noted(Appending(engine), diary, "record")
    consent = a_consent(engine, clock, commit=commit)
    consent.submit(a_decision(*ANALYTICS), SITE, NO_SIGNALS)
    consent.writer.drain()

    assert diary == ["record", "sign", "release"]


def test_what_cannot_be_recorded_is_not_signed(
    engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed: list[object] = []
    monkeypatch.setattr("banner.consent.sign_token", lambda *a: signed.append(a))

    consent = a_consent(engine, clock, commit=broken, records=Unread(engine))
    with pytest.raises(StoreUnavailable):
        consent.submit(a_decision(*ANALYTICS), SITE, NO_SIGNALS)
    consent.writer.drain()

    assert signed == []


def test_the_record_is_committed_when_its_token_is_answered(
    granted: Answer, engine: Engine
) -> None:
    elsewhere = Records(engine)

    token = read_token(token_of(granted), SITE, KEYS)

    assert token.record is not None
    record = elsewhere.find(token.record)
    assert record is not None
    assert set(record.granted) == token.granted
    assert set(record.refused) == token.refused
    assert record.recorded_at == NOON


def test_what_is_refused_leaves_no_row(consent: Consent, rows: Rows) -> None:
    with pytest.raises(ChoiceContradictory):
        consent.submit(a_decision("google-analytics"), SITE, NO_SIGNALS)

    assert rows.count() == 0


# --- the answer ----------------------------------------------------------------------------


def test_a_grant_is_answered_with_its_record_and_what_it_opens(granted: Answer) -> None:
    assert granted.record == "record-1"
    assert list(granted.release["services"]) == ["google-analytics"]


def test_a_refusal_is_recorded_and_answered_without_an_identifier(
    consent: Consent, rows: Rows
) -> None:
    answer = consent.submit(a_decision(), SITE, NO_SIGNALS)

    assert answer.record is None
    assert opens_nothing(answer.release)
    assert read_token(token_of(answer), SITE, KEYS).record is None
    assert [row["kind"] for row in rows.all()] == ["refused"]


def test_the_same_event_gives_the_same_answer_and_one_row(
    consent: Consent, granted: Answer, clock: Clock, rows: Rows
) -> None:
    clock.move(seconds=90)

    again = consent.submit(a_decision(*ANALYTICS), SITE, NO_SIGNALS)

    assert again == granted
    assert rows.count() == 1


def test_the_same_event_with_other_contents_is_refused(
    consent: Consent, granted: Answer, rows: Rows
) -> None:
    with pytest.raises(EventConflict):
        consent.submit(a_decision(*ANALYTICS, "preferences"), SITE, NO_SIGNALS)

    assert rows.count() == 1


def test_an_act_sent_again_with_its_own_answer_does_not_replace_itself(
    consent: Consent, granted: Answer, rows: Rows
) -> None:
    changed = a_decision(*ANALYTICS, "preferences", event=OTHER_EVENT, previous=token_of(granted))
    answer = consent.submit(changed, SITE, NO_SIGNALS)

    again = consent.submit(replace(changed, previous=token_of(answer)), SITE, NO_SIGNALS)

    assert again == answer
    assert [row["previous"] for row in rows.all()] == [None, "record-1"]


def test_a_token_opens_what_its_record_granted(consent: Consent, granted: Answer) -> None:
    assert consent.release(token_of(granted), SITE, NO_SIGNALS) == granted.release


def test_a_refusals_token_opens_nothing_and_counts_as_an_answer(consent: Consent) -> None:
    answer = consent.submit(a_decision(), SITE, NO_SIGNALS)

    assert consent.read(token_of(answer), SITE).granted == frozenset()
    assert opens_nothing(consent.release(token_of(answer), SITE, NO_SIGNALS))


# --- withdrawing ---------------------------------------------------------------------------


def test_a_withdrawal_is_recorded_as_one_and_names_what_it_replaces(
    consent: Consent, granted: Answer, rows: Rows
) -> None:
    answer = consent.submit(withdrawal(token_of(granted)), SITE, NO_SIGNALS)

    assert opens_nothing(answer.release)
    assert [(row["kind"], row["previous"]) for row in rows.all()] == [
        ("granted", None),
        ("withdrawn", "record-1"),
    ]


def test_a_superseded_token_opens_nothing(consent: Consent, granted: Answer) -> None:
    consent.submit(withdrawal(token_of(granted)), SITE, NO_SIGNALS)

    with pytest.raises(TokenSuperseded):
        consent.release(token_of(granted), SITE, NO_SIGNALS)


def test_a_narrower_choice_closes_what_the_wider_one_opened(
    consent: Consent, granted: Answer
) -> None:
    narrower = a_decision("preferences", event=OTHER_EVENT, previous=token_of(granted))

    answer = consent.submit(narrower, SITE, NO_SIGNALS)

    assert opens_nothing(answer.release)
    with pytest.raises(TokenSuperseded):
        consent.release(token_of(granted), SITE, NO_SIGNALS)


def test_a_grant_sent_again_after_its_withdrawal_is_answered_with_the_withdrawal(
    consent: Consent, granted: Answer, rows: Rows
) -> None:
    withdrawn = consent.submit(withdrawal(token_of(granted)), SITE, NO_SIGNALS)

    again = consent.submit(a_decision(*ANALYTICS), SITE, NO_SIGNALS)

    assert (again.token, again.record) == (token_of(withdrawn), None)
    assert opens_nothing(again.release)
    assert rows.count() == 2


def test_a_withdrawal_under_the_older_notice_is_recorded(
    consent: Consent, granted: Answer, rows: Rows
) -> None:
    answer = consent.submit(withdrawal(token_of(granted)), with_notice("2027-01-01"), NO_SIGNALS)

    assert opens_nothing(answer.release)
    assert [(row["kind"], row["notice"]) for row in rows.all()] == [
        ("granted", "2026-11-22"),
        ("withdrawn", "2026-11-22"),
    ]
    with pytest.raises(TokenSuperseded):
        consent.release(token_of(granted), SITE, NO_SIGNALS)


def test_a_withdrawal_of_a_service_that_the_site_has_since_dropped_is_recorded(
    consent: Consent, granted: Answer, rows: Rows
) -> None:
    today = with_notice("2027-01-01", replace(SITE, services=SITE.services[1:]))

    consent.submit(withdrawal(token_of(granted)), today, NO_SIGNALS)

    assert rows.count() == 2


def test_a_withdrawal_with_an_expired_token_is_recorded(
    consent: Consent, granted: Answer, clock: Clock, rows: Rows
) -> None:
    clock.move(days=400)

    consent.submit(withdrawal(token_of(granted)), with_notice("2027-01-01"), NO_SIGNALS)

    assert rows.count() == 2


@pytest.mark.parametrize(
    "previous",
    [
        pytest.param("", id="no token"),
        pytest.param("eyJ2IjoxfQ.c2lnbmF0dXJl", id="a made-up token"),
        pytest.param("anything", id="no token at all"),
    ],
)
def test_a_late_withdrawal_without_a_genuine_token_is_refused(
    consent: Consent, granted: Answer, rows: Rows, previous: str
) -> None:
    with pytest.raises(NoticeStale):
        consent.submit(withdrawal(previous), with_notice("2027-01-01"), NO_SIGNALS)

    assert rows.count() == 1


def test_a_late_withdrawal_with_a_token_of_another_site_is_refused(
    consent: Consent, rows: Rows
) -> None:
    other = replace(SITE, id="other")
    foreign = consent.submit(a_decision(*ANALYTICS), other, NO_SIGNALS)

    with pytest.raises(NoticeStale):
        consent.submit(withdrawal(token_of(foreign)), with_notice("2027-01-01"), NO_SIGNALS)

    assert rows.count() == 1


def test_a_grant_under_the_older_notice_is_refused_whatever_token_it_has(
    consent: Consent, granted: Answer, rows: Rows
) -> None:
    late = a_decision(*ANALYTICS, event=OTHER_EVENT, previous=token_of(granted))

    with pytest.raises(NoticeStale):
        consent.submit(late, with_notice("2027-01-01"), NO_SIGNALS)

    assert rows.count() == 1


# --- a previous token whose signature nobody here can verify --------------------------------

OTHER_KEYS = (b"o" * 32,)
"""Those of a host that has a newer file, or keys that were dropped."""


def signed_elsewhere(rows: Rows, **changes: Any) -> str:
    """The token of the newest row, as a process with other keys has signed it."""
    row = rows.all()[-1]
    values = {name: row[name] for name in Record.__dataclass_fields__ if name in row}
    return sign_token(Record(**{**values, **changes}), OTHER_KEYS)


def test_a_withdrawal_whose_previous_cannot_be_verified_ends_the_grant_that_it_names(
    consent: Consent, granted: Answer, rows: Rows, engine: Engine
) -> None:
    consent.submit(withdrawal(signed_elsewhere(rows)), SITE, NO_SIGNALS)

    first, second = rows.all()
    assert (second["kind"], second["previous"]) == ("withdrawn", "record-1")
    [told] = Stops(engine).open()
    assert told.stop.services == ("google-analytics",)
    assert told.stop.principal == first["principal"]
    with pytest.raises(TokenSuperseded):
        consent.release(token_of(granted), SITE, NO_SIGNALS)


def test_a_late_withdrawal_is_known_by_the_words_of_its_token_too(
    consent: Consent, granted: Answer, rows: Rows
) -> None:
    late = withdrawal(signed_elsewhere(rows))

    consent.submit(late, with_notice("2027-01-01"), NO_SIGNALS)

    assert rows.all()[-1]["previous"] == "record-1"


@pytest.mark.parametrize(
    "choice",
    [
        pytest.param(("nothing",), id="a withdrawal"),
        pytest.param(("preferences", "peta"), id="a part"),
        pytest.param((*ANALYTICS, "preferences"), id="more"),
    ],
)
def test_who_only_names_a_record_is_not_put_with_its_browser(
    consent: Consent, granted: Answer, rows: Rows, choice: tuple[str, ...]
) -> None:
    decision = a_decision(*choice, event=OTHER_EVENT, previous=signed_elsewhere(rows), receipt=True)

    consent.submit(decision, SITE, NO_SIGNALS)

    first, second = rows.all()
    assert second["previous"] == first["id"]
    assert second["principal"] == second["id"] != first["principal"]


def test_who_is_answered_again_never_gets_the_choice_of_somebody_who_only_named_theirs(
    consent: Consent, granted: Answer, rows: Rows
) -> None:
    more = a_decision(*ANALYTICS, "preferences", event=OTHER_EVENT, previous=signed_elsewhere(rows))
    consent.submit(more, SITE, NO_SIGNALS)

    again = consent.submit(a_decision(*ANALYTICS), SITE, NO_SIGNALS)

    assert again.record == "record-1"
    assert opens_nothing(again.release)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"recorded_at": NOON - 1000}, id="another second"),
        pytest.param({"notice": "2026-01-01"}, id="another notice"),
        pytest.param({"categories": {"analytics": False}}, id="another choice"),
        pytest.param({"id": "record-9"}, id="no such record"),
        pytest.param({"id": "\x00"}, id="no id"),
        pytest.param({"site": "other"}, id="another site"),
    ],
)
def test_words_that_are_not_those_of_a_record_end_nothing(
    consent: Consent, granted: Answer, rows: Rows, changes: dict[str, object]
) -> None:
    consent.submit(withdrawal(signed_elsewhere(rows, **changes)), SITE, NO_SIGNALS)

    assert [row["previous"] for row in rows.all()] == [None, None]
    assert consent.release(token_of(granted), SITE, NO_SIGNALS) == granted.release


@pytest.mark.parametrize("previous", ["e30.c2ln", "W10.c2ln", "bnVsbA.c2ln", "x", ".", "A" * 2000])
def test_a_previous_that_is_no_token_stops_no_refusal(
    consent: Consent, granted: Answer, rows: Rows, previous: str
) -> None:
    consent.submit(withdrawal(previous), SITE, NO_SIGNALS)

    assert rows.all()[-1]["kind"] == "refused"


def test_what_cannot_be_verified_is_told_in_the_log(
    consent: Consent, granted: Answer, rows: Rows, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("WARNING", "izin.consent"):
        consent.submit(withdrawal(signed_elsewhere(rows)), SITE, NO_SIGNALS)
        consent.submit(replace(withdrawal("made.up"), event=THIRD_EVENT), SITE, NO_SIGNALS)

    told = [(record.msg, vars(record)["site"], vars(record)["kind"]) for record in caplog.records]
    assert told == [
        ("previous_unverified", "example", "linked"),
        ("previous_unverified", "example", "unknown"),
    ]


def test_a_previous_that_is_not_genuine_counts_as_none(
    consent: Consent, granted: Answer, rows: Rows
) -> None:
    consent.submit(withdrawal("eyJ2IjoxfQ.c2lnbmF0dXJl"), SITE, NO_SIGNALS)

    assert [(row["kind"], row["previous"]) for row in rows.all()] == [
        ("granted", None),
        ("refused", None),
    ]
    assert consent.release(token_of(granted), SITE, NO_SIGNALS) == granted.release


# --- what opens nothing --------------------------------------------------------------------


def test_a_token_whose_record_is_erased_opens_nothing(
    consent: Consent, granted: Answer, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(delete(table))

    with pytest.raises(RecordUnknown):
        consent.release(token_of(granted), SITE, NO_SIGNALS)


def test_a_token_of_another_database_opens_nothing(
    consent: Consent, granted: Answer, engine: Engine, clock: Clock
) -> None:
    """Genuinely signed, but the evidence is not here: a restored backup, a copied key."""
    with engine.begin() as connection:
        connection.execute(table.update().values(site="other"))

    with pytest.raises(RecordUnknown):
        consent.release(token_of(granted), SITE, NO_SIGNALS)


def test_an_expired_token_opens_nothing(consent: Consent, granted: Answer, clock: Clock) -> None:
    clock.move(seconds=SITE.choice_seconds - 1)
    last_moment = consent.release(token_of(granted), SITE, NO_SIGNALS)
    clock.move(seconds=1)

    assert last_moment == granted.release
    with pytest.raises(TokenExpired):
        consent.release(token_of(granted), SITE, NO_SIGNALS)


def test_a_token_of_an_older_notice_opens_nothing(consent: Consent, granted: Answer) -> None:
    with pytest.raises(TokenStale):
        consent.release(token_of(granted), with_notice("2027-01-01"), NO_SIGNALS)


def test_a_token_of_another_site_opens_nothing(consent: Consent, granted: Answer) -> None:
    with pytest.raises(TokenForged):
        consent.release(token_of(granted), replace(SITE, id="other"), NO_SIGNALS)


def test_a_token_signed_with_a_retired_key_opens_nothing(
    engine: Engine, clock: Clock, granted: Answer
) -> None:
    rotated = a_consent(engine, clock, keys=(b"n" * 32,))

    with pytest.raises(TokenForged):
        rotated.release(token_of(granted), SITE, NO_SIGNALS)


def test_a_token_outlives_a_rotation_that_keeps_its_key(
    engine: Engine, clock: Clock, granted: Answer
) -> None:
    rotated = a_consent(engine, clock, keys=(*KEYS, b"n" * 32))

    assert rotated.release(token_of(granted), SITE, NO_SIGNALS) == granted.release


def test_a_service_added_after_the_choice_is_not_opened_by_it(
    consent: Consent, clock: Clock
) -> None:
    every = consent.submit(a_decision(*SITE.categories, *SITE.service_ids), SITE, NO_SIGNALS)
    today = a_site(with_service("baru", product="embed", category="analytics"))

    release = consent.release(token_of(every), today, NO_SIGNALS)

    assert "baru" in today.service_ids
    assert tuple(release["services"]) == ("google-analytics", "floodlight", "adsense")


def test_a_grant_is_not_released_while_the_store_cannot_be_asked(
    consent: Consent, granted: Answer, engine: Engine
) -> None:
    table.drop(engine)

    with pytest.raises(StoreUnavailable):
        consent.release(token_of(granted), SITE, NO_SIGNALS)


def test_two_tabs_that_replace_the_same_choice_are_both_recorded(
    consent: Consent, granted: Answer, rows: Rows
) -> None:
    consent.submit(withdrawal(token_of(granted)), SITE, NO_SIGNALS)

    consent.submit(withdrawal(token_of(granted), event=THIRD_EVENT), SITE, NO_SIGNALS)

    assert [row["previous"] for row in rows.all()] == [None, "record-1", "record-1"]


# --- what the browser and the country say --------------------------------------------------

EVERYTHING = (*SITE.categories, *SITE.service_ids)
GPC = Signals(gpc=True)
ABROAD = replace(SITE, country=Country("CF-IPCountry", "hold", ""))


def test_gpc_is_recorded_and_refuses_advertising_although_all_was_accepted(
    consent: Consent, rows: Rows
) -> None:
    answer = consent.submit(a_decision(*EVERYTHING), SITE, GPC)

    token = read_token(token_of(answer), SITE, KEYS)
    assert {"advertising", "floodlight", "adsense"} <= token.refused
    assert {"analytics", "google-analytics"} <= token.granted
    assert "adsense" not in answer.release["services"]
    [row] = rows.all()
    assert row["gpc"] is True


def test_advertising_alone_under_gpc_is_a_refusal_without_an_identifier(
    consent: Consent, rows: Rows
) -> None:
    answer = consent.submit(a_decision("advertising", "adsense"), SITE, GPC)

    assert answer.record is None
    assert read_token(token_of(answer), SITE, KEYS).record is None
    assert [row["kind"] for row in rows.all()] == ["refused"]


def test_an_older_grant_does_not_release_advertising_to_a_browser_that_now_sends_gpc(
    consent: Consent,
) -> None:
    answer = consent.submit(a_decision(*EVERYTHING), SITE, NO_SIGNALS)

    release = consent.release(token_of(answer), SITE, GPC)

    assert release["held"] == {"floodlight": "gpc", "adsense": "gpc", "advertising": "gpc"}
    assert list(release["services"]) == ["google-analytics"]


def test_an_older_grant_is_withdrawn_by_gpc_and_the_record_says_how(
    consent: Consent, rows: Rows
) -> None:
    answer = consent.submit(a_decision(*EVERYTHING), SITE, NO_SIGNALS)
    by_signal = a_decision(
        *EVERYTHING, event=OTHER_EVENT, previous=token_of(answer), surface="signal", gpc=True
    )

    consent.submit(by_signal, SITE, GPC)

    assert [(row["kind"], row["surface"], row["gpc"]) for row in rows.all()] == [
        ("granted", "banner", False),
        ("changed", "signal", True),
    ]
    with pytest.raises(TokenSuperseded):
        consent.release(token_of(answer), SITE, NO_SIGNALS)


def test_what_a_country_holds_is_granted_all_the_same_and_released_elsewhere(
    consent: Consent,
) -> None:
    decision = a_decision("advertising", "adsense", site=ABROAD)

    there = consent.submit(decision, ABROAD, Signals(country="DE"))
    here = consent.release(token_of(there), ABROAD, Signals(country="ID"))

    assert there.release["held"] == {"adsense": "country"}
    assert read_token(token_of(there), ABROAD, KEYS).granted == {"advertising", "adsense"}
    assert (here["held"], list(here["services"])) == ({}, ["adsense"])


# --- for once ------------------------------------------------------------------------------


def test_what_is_loaded_once_is_recorded_and_nothing_is_to_be_remembered(
    consent: Consent, rows: Rows
) -> None:
    answer = consent.submit(a_decision("preferences", "peta", surface="once"), SITE, NO_SIGNALS)

    assert answer.token is None
    assert answer.record == "record-1"
    assert [(row["kind"], row["surface"]) for row in rows.all()] == [("once", "once")]


def test_what_is_loaded_once_leaves_the_choice_as_it_was(
    consent: Consent, granted: Answer, rows: Rows
) -> None:
    once = a_decision(
        "preferences", "peta", event=OTHER_EVENT, surface="once", previous=token_of(granted)
    )

    consent.submit(once, SITE, NO_SIGNALS)

    assert [row["previous"] for row in rows.all()] == [None, None]
    assert consent.release(token_of(granted), SITE, NO_SIGNALS) == granted.release


# --- erasing -------------------------------------------------------------------------------


def test_what_is_erased_while_it_counts_is_told_like_a_withdrawal(
    consent: Consent, granted: Answer, engine: Engine
) -> None:
    record = consent.records.find(granted.record or "")
    assert record is not None

    count = consent.erase([record], "visitor", SITE)

    assert count == 1
    with engine.connect() as connection:
        (stop,) = connection.execute(select(stops)).mappings()
    assert stop["record"] == record.id
    assert json.loads(stop["withdrawn"])["services"] == ["google-analytics"]
    assert stop["due_at"] == NOON + 72 * 3_600_000


def test_what_has_been_replaced_is_erased_without_another_word(
    consent: Consent, granted: Answer, engine: Engine
) -> None:
    consent.submit(withdrawal(token_of(granted)), SITE, NO_SIGNALS)
    record = consent.records.find(granted.record or "")
    assert record is not None

    consent.erase([record], "visitor", SITE)

    with engine.connect() as connection:
        assert len(connection.execute(select(stops)).all()) == 1  # that of the withdrawal
