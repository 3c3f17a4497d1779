from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import Signer

from banner.core.decision import TOKEN
from banner.core.errors import (
    TokenExpired,
    TokenForeign,
    TokenForged,
    TokenStale,
    TokenVersion,
)
from banner.core.site import Site
from banner.core.token import Token, check_current, read_token, sign_token
from tests.builders import ANALYTICS, KEYS, NOON, a_record, a_site, the_biggest_site

SITE = a_site()
SECONDS = NOON // 1000
OLD, NEW = b"o" * 32, b"n" * 32


def payload_of(token: str) -> dict[str, Any]:
    """What a page reads, with no key and nothing to inflate."""
    text = token.split(".")[0]
    fields: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return fields


def signed(fields: dict[str, Any], *, site: Site = SITE, key: bytes = KEYS[0]) -> str:
    """A genuine signature of ours, under whatever we like: only for tests with the key in hand."""
    payload = base64.urlsafe_b64encode(json.dumps(fields).encode()).rstrip(b"=")
    signer = Signer(
        key,
        salt=f"izin.token.v1.{site.id}",
        key_derivation="hmac",
        digest_method=hashlib.sha256,
    )
    return signer.sign(payload).decode()


# --- what it says --------------------------------------------------------------------------


def test_a_token_says_what_was_recorded() -> None:
    record = a_record(*ANALYTICS)

    token = read_token(sign_token(record, KEYS), SITE, KEYS)

    assert token == Token(
        site="example",
        notice="2026-11-22",
        issued=SECONDS,
        record="record-1",
        granted=frozenset(ANALYTICS),
        refused=frozenset({"preferences", "advertising", "floodlight", "adsense", "peta"}),
    )


def test_a_page_reads_the_token_as_flat_json_without_a_key() -> None:
    fields = payload_of(sign_token(a_record(*ANALYTICS), KEYS))

    assert fields == {
        "v": 1,
        "site": "example",
        "notice": "2026-11-22",
        "issued": SECONDS,
        "record": "record-1",
        "granted": "analytics google-analytics",
        "refused": "advertising preferences adsense floodlight peta",
    }


def test_a_refusal_carries_no_identifier() -> None:
    record = a_record()

    text = sign_token(record, KEYS)

    assert "record" not in payload_of(text)
    assert record.event not in json.dumps(payload_of(text))
    assert read_token(text, SITE, KEYS).record is None


def test_the_same_record_gives_the_same_token() -> None:
    assert sign_token(a_record(*ANALYTICS), KEYS) == sign_token(a_record(*ANALYTICS), KEYS)


def test_the_biggest_token_fits_into_a_cookie_and_into_previous() -> None:
    site = the_biggest_site()
    record = a_record(*site.categories, *site.service_ids, site=site, id="r" * 36)

    token = sign_token(record, KEYS)

    assert len(f"__Secure-izin-{site.id}={token}") < 4096
    assert TOKEN.match(token)


# --- who signed it -------------------------------------------------------------------------

GENUINE = sign_token(a_record(*ANALYTICS), KEYS)
PAYLOAD, SIGNATURE = GENUINE.split(".")
EVERYTHING = base64.urlsafe_b64encode(
    json.dumps({**payload_of(GENUINE), "granted": "advertising adsense"}).encode()
).decode()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(".", id="a dot"),
        pytest.param(PAYLOAD, id="no signature"),
        pytest.param(PAYLOAD + ".", id="an empty signature"),
        pytest.param("." + SIGNATURE, id="no payload"),
        pytest.param(EVERYTHING.rstrip("=") + "." + SIGNATURE, id="another payload"),
        pytest.param(EVERYTHING.rstrip("=") + ".AAAA", id="another payload, made-up signature"),
        pytest.param(PAYLOAD + "." + SIGNATURE[:-2], id="half a signature"),
        pytest.param(PAYLOAD + "." + ("B" if SIGNATURE[0] == "A" else "A") + SIGNATURE[1:],
                     id="one character of the signature"),
        pytest.param(PAYLOAD.swapcase() + "." + SIGNATURE, id="the payload's case"),
        pytest.param(PAYLOAD + "=." + SIGNATURE, id="padding on the payload"),
        pytest.param(" " + GENUINE, id="a space before"),
        pytest.param(GENUINE + "." + SIGNATURE, id="two signatures"),
        pytest.param(GENUINE.replace(".", "\x00"), id="a NUL for the dot"),
        pytest.param("\ud800" + GENUINE, id="half a character"),
        pytest.param("é" + GENUINE, id="a letter that is not ASCII"),
        pytest.param(sign_token(a_record(*ANALYTICS), [b"x" * 32]), id="another key"),
        pytest.param(
            sign_token(a_record(*ANALYTICS, site=a_site(id="other")), KEYS), id="another site's"
        ),
        pytest.param(
            Signer(KEYS[0], salt="izin.token.v1.example").sign(PAYLOAD.encode()).decode(),
            id="itsdangerous as it comes: SHA-1",
        ),
        pytest.param(
            Signer(KEYS[0], salt="izin.token.v2.example", key_derivation="hmac",
                   digest_method=hashlib.sha256).sign(PAYLOAD.encode()).decode(),
            id="the next version's salt",
        ),
    ],
)  # fmt: skip
def test_what_we_did_not_sign_for_this_site_is_forged(text: str) -> None:
    with pytest.raises(TokenForged):
        read_token(text, SITE, KEYS)


def test_a_token_that_names_another_site_is_foreign() -> None:
    text = signed({**payload_of(GENUINE), "site": "other"})

    with pytest.raises(TokenForeign):
        read_token(text, SITE, KEYS)


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_a_token_of_another_version_is_told_apart(version: object) -> None:
    text = signed({**payload_of(GENUINE), "v": version})

    with pytest.raises(TokenVersion):
        read_token(text, SITE, KEYS)


def test_after_a_rotation_the_old_key_still_verifies_and_the_new_one_signs() -> None:
    old = sign_token(a_record(*ANALYTICS), [OLD])
    new = sign_token(a_record(*ANALYTICS), [OLD, NEW])

    assert read_token(old, SITE, [OLD, NEW]).granted == frozenset(ANALYTICS)
    assert read_token(new, SITE, [NEW]).granted == frozenset(ANALYTICS)
    with pytest.raises(TokenForged):
        read_token(new, SITE, [OLD])


def test_a_retired_key_verifies_nothing() -> None:
    old = sign_token(a_record(*ANALYTICS), [OLD])

    with pytest.raises(TokenForged):
        read_token(old, SITE, [NEW])


@pytest.mark.parametrize("last", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
def test_the_malleable_last_character_changes_nothing_that_is_said(last: str) -> None:
    """43 characters hold 258 bits and a signature has 256: four texts are one signature."""
    altered = GENUINE[:-1] + last

    try:
        token = read_token(altered, SITE, KEYS)
    except TokenForged:
        return

    assert token == read_token(GENUINE, SITE, KEYS)


NAMES = st.lists(
    st.sampled_from([*SITE.categories, *SITE.service_ids]), unique=True, max_size=7
).map(tuple)
KEY = st.binary(min_size=32, max_size=32)


@given(granted=NAMES, key=KEY, at=st.integers(0, 2**42))
def test_whatever_is_signed_is_read_again(granted: tuple[str, ...], key: bytes, at: int) -> None:
    record = a_record(*granted, recorded_at=at)

    token = read_token(sign_token(record, [key]), SITE, [key])

    assert token.granted == set(granted) == set(record.granted)
    assert token.refused == set(record.refused)
    assert token.issued == at // 1000


@given(key=KEY, other=KEY, ids=st.lists(st.from_regex(r"[a-z0-9][a-z0-9-]{0,31}", fullmatch=True),
                                        min_size=2, max_size=2, unique=True))  # fmt: skip
def test_a_token_of_one_site_or_key_is_never_read_under_another(
    key: bytes, other: bytes, ids: list[str]
) -> None:
    here, there = (a_site(id=id) for id in ids)
    text = sign_token(a_record(*ANALYTICS, site=here), [key])

    with pytest.raises(TokenForged):
        read_token(text, there, [key])
    if other != key:
        with pytest.raises(TokenForged):
            read_token(text, here, [other])


@given(st.text(max_size=60) | st.from_regex(TOKEN))
def test_any_text_at_all_is_forged(text: str) -> None:
    with pytest.raises(TokenForged):
        read_token(text, SITE, KEYS)


# --- does it still count -------------------------------------------------------------------

LIFE = SITE.choice_seconds
TOKEN_NOW = read_token(GENUINE, SITE, KEYS)


@pytest.mark.parametrize(
    "age",
    [
        pytest.param(-300, id="issued by a clock 300 s ahead"),
        pytest.param(0, id="issued now"),
        pytest.param(LIFE - 1, id="a second before the end of its life"),
    ],
)
def test_a_token_counts_for_its_whole_life(age: int) -> None:
    check_current(TOKEN_NOW, SITE, now=SECONDS + age)


@pytest.mark.parametrize(
    "age",
    [
        pytest.param(-301, id="issued by a clock 301 s ahead"),
        pytest.param(LIFE, id="at the end of its life"),
        pytest.param(LIFE + 300, id="no leeway at the end"),
        pytest.param(10 * LIFE, id="years later"),
    ],
)
def test_a_token_of_another_time_is_expired(age: int) -> None:
    with pytest.raises(TokenExpired):
        check_current(TOKEN_NOW, SITE, now=SECONDS + age)


def test_a_token_of_another_notice_is_stale_and_the_present_one_is_named() -> None:
    site = replace(SITE, notice=replace(SITE.notice, version="2027-01-01"))

    with pytest.raises(TokenStale) as caught:
        check_current(TOKEN_NOW, site, now=SECONDS)

    assert caught.value.detail == {"current": "2027-01-01"}
