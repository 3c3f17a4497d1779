from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

import banner
from banner.core.canonical import fingerprint
from banner.core.checkpoint import public_key, read_checkpoint, vkey_of
from banner.core.decision import SURFACES
from banner.core.evidence import STATES, evidence_of, leaf_of_record
from banner.core.merkle import check_inclusion, leaf_hash
from banner.core.receipt import receipt_file, signed_part
from banner.core.record import Kind, Record, make_record
from banner.paths import ROOT
from banner.script.notice import notices_of
from banner.tags import PRODUCTS
from tests.builders import ANALYTICS, NOON, SITE, a_decision, a_record
from tests.receipts import ORIGIN, SEED, VKEY, a_receipt, an_identified_record, copy_of

SCHEMAS = Path(banner.__file__).parent / "schemas"
RECORD = "9b2c1d1e-6a57-4c11-8a44-3f6f0d3c5a01"
EARLIER = "1f0e2d3c-4b5a-4697-8877-665544332211"


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))


def validator(name: str) -> Draft202012Validator:
    names = [path.name for path in SCHEMAS.glob("*.json")]
    resources = [
        (each, Resource.from_contents(schema(each.removesuffix(".schema.json")))) for each in names
    ]
    return Draft202012Validator(schema(name), registry=Registry().with_resources(resources))


def wrong(name: str, value: Any) -> list[str]:
    """What the schema has against ``value``, as it comes back from JSON."""
    return [error.message for error in validator(name).iter_errors(copy_of(value))]


# --- the record --------------------------------------------------------------------------------

grants = some.sets(some.sampled_from([*SITE.categories, *SITE.service_ids]))


@settings(max_examples=150)
@given(
    granted=grants,
    surface=some.sampled_from(SURFACES),
    receipt=some.booleans(),
    gpc=some.booleans(),
    before=some.none() | some.tuples(grants, some.booleans()),
    clock=some.sampled_from(["", "2001-01-01T00:00:00Z", "2026-11-25T10:00:00.123456Z"]),
)
def test_every_record_that_can_be_made_is_valid_evidence(
    granted: set[str],
    surface: str,
    receipt: bool,
    gpc: bool,
    before: tuple[set[str], bool] | None,
    clock: str,
) -> None:
    previous = None
    if before:
        previous = made(a_decision(*before[0], receipt=before[1]), id=EARLIER)
    decision = a_decision(*granted, surface=surface, receipt=receipt, gpc=gpc, client_time=clock)

    record = made(decision, previous=previous)

    assert wrong("record", evidence_of(record)) == []


def made(decision: Any, *, id: str = RECORD, previous: Record | None = None) -> Record:
    # What is for once replaces nothing (`consent.py`).
    previous = None if decision.is_for_once else previous
    return make_record(
        decision, SITE, id=id, at=NOON, previous=previous, salt=b"s" * 32, notice_hash="0" * 64
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("choices.categories.analytics", None),
        ("choices.categories.analytics", "yes"),
        ("event.time", "2026-11-25 10:00"),
        ("event.kind", "accepted"),
        ("notice.sha256", "0"),
        ("principal_id", "someone@example.org"),
        ("address", "203.0.113.7"),
        ("event.user_agent", "Firefox"),
        ("retained_until", None),
    ],
)
def test_evidence_with_anything_else_in_it_is_not_valid(path: str, value: Any) -> None:
    evidence = copy_of(evidence_of(an_identified_record(id=RECORD)))
    *names, last = path.split(".")
    place = evidence
    for name in names:
        place = place[name]
    place[last] = value

    assert wrong("record", evidence)


def test_no_field_of_the_evidence_can_be_left_out() -> None:
    evidence = evidence_of(an_identified_record(id=RECORD))

    for name in evidence:
        assert wrong("record", {key: value for key, value in evidence.items() if key != name})


def test_a_refusal_with_an_identifier_that_nobody_asked_for_is_not_valid() -> None:
    refusal = a_record(id=RECORD)

    assert wrong("record", evidence_of(refusal)) == []
    assert wrong("record", evidence_of(replace(refusal, principal=RECORD)))
    asked = replace(refusal, principal=RECORD, receipt=True)
    assert wrong("record", evidence_of(asked)) == []


def test_the_schema_knows_every_kind_state_and_surface() -> None:
    event = schema("record")["properties"]["event"]["properties"]

    assert set(event["kind"]["enum"]) == set(get_args(Kind)) == STATES.keys()
    assert set(event["state"]["enum"]) == set(STATES.values())
    assert event["surface"]["enum"] == list(SURFACES)


# --- the receipt -------------------------------------------------------------------------------


def a_real_receipt(language: str = "id") -> Any:
    [notice] = [each for each in notices_of(SITE, PRODUCTS) if each.locale == language]
    record = an_identified_record(id=RECORD, locale=language, notice_hash=notice.hash)
    return a_receipt(record, notice=notice.content)


@pytest.mark.parametrize("language", SITE.languages)
def test_a_receipt_with_a_real_notice_is_valid(language: str) -> None:
    assert wrong("receipt", a_real_receipt(language)) == []


def test_every_field_of_the_standard_is_where_the_docs_say() -> None:
    receipt = a_real_receipt()
    text = (ROOT / "docs" / "evidence.md").read_text("utf-8").split("### ISO/IEC TS 27560")[1]
    paths = re.findall(r"`([a-z_]+(?:\.\w+)*)`", text)

    for path in paths:
        place = receipt
        for name in path.split("."):
            place = place[int(name)] if name.isdigit() else place[name]
        assert place not in (None, "", [], {}), path
    assert len(paths) > 30


@pytest.mark.parametrize("name", ["record", "receipt", "notice"])
def test_the_schemas_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))


def test_a_receipt_holds_the_record_and_what_proves_it() -> None:
    record = an_identified_record()

    receipt = a_receipt(record, position=3, size=6)

    leaf = leaf_hash(leaf_of_record(receipt["record"], bytes.fromhex(receipt["salt"])))
    checkpoint = read_checkpoint(receipt["ledger"]["checkpoint"], [VKEY])
    proof = [bytes.fromhex(each) for each in receipt["ledger"]["proof"]]
    assert receipt["record"] == evidence_of(record)
    assert receipt["receipt_id"] == record.id
    assert receipt["record"]["notice"]["sha256"] == fingerprint(receipt["notice"])
    assert (checkpoint.origin, checkpoint.size) == (ORIGIN, 6)
    assert check_inclusion(leaf, 3, 6, proof, checkpoint.root)


def test_the_signature_stays_while_the_place_in_the_ledger_moves_on() -> None:
    first, later = a_receipt(size=3), a_receipt(size=9)

    assert first["signature"] == later["signature"]
    assert first["ledger"] != later["ledger"]
    assert signed_part(first) == signed_part(later)


def test_the_key_is_named_after_the_ledger() -> None:
    assert a_receipt()["signature"]["key"] == vkey_of(ORIGIN, public_key(SEED))


def test_the_file_can_be_read_by_people_and_says_the_same() -> None:
    receipt = a_real_receipt()

    content = receipt_file(receipt)

    assert json.loads(content) == receipt
    assert content.endswith(b"}\n")
    assert "“" in a_receipt()["notice"]["texts"]["title"]
    assert "“".encode() in receipt_file(a_receipt())
    assert SEED.hex().encode() not in content


def test_a_refusal_for_which_a_receipt_was_asked_has_one() -> None:
    record = a_record(id=RECORD, receipt=True, principal=RECORD)

    receipt = a_receipt(record)

    assert receipt["record"]["event"]["state"] == "dpv:ConsentRefused"
    assert not any(receipt["record"]["choices"]["categories"].values())
    assert set(ANALYTICS) < {
        *receipt["record"]["choices"]["categories"],
        *receipt["record"]["choices"]["services"],
    }
