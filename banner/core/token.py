"""The token: what the browser keeps of a record, signed, and readable without a key.

``base64url(flat JSON).signature``. Not ``URLSafeTimedSerializer``: it compresses, which a page
cannot undo in a few bytes and which costs more than the signature. The time of issue is inside,
because itsdangerous refuses a token of a clock that runs two seconds ahead.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from itsdangerous import BadSignature, Signer

from .errors import TokenExpired, TokenForeign, TokenForged, TokenStale, TokenVersion
from .record import Record
from .site import Site

VERSION = 1
CLOCK_LEEWAY_SECONDS = 300
RECORD = re.compile(r"[A-Za-z0-9-]{1,36}\Z")

_write = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Token:
    """What a genuine token says. Its text is malleable, so it is never used as a key."""

    site: str
    notice: str
    issued: int
    """Seconds since 1970 UTC, by the service's clock."""
    record: str | None
    """The record of a grant; a refusal carries no identifier, unless a receipt was asked for."""
    granted: frozenset[str]
    refused: frozenset[str]


def sign_token(record: Record, keys: Sequence[bytes]) -> str:
    """The token of a committed record, signed with the last of ``keys``."""
    return _signer(record.site, tuple(keys)).sign(_payload(record)).decode()


def record_named_in(text: str) -> str | None:
    """The id of the record that ``text`` names, whoever may have signed it."""
    try:
        payload = text.partition(".")[0].encode()
        fields = json.loads(base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):
        return None
    found = fields.get("record") if isinstance(fields, dict) else None
    return found if isinstance(found, str) and RECORD.match(found) else None


def says_what_was_signed(text: str, record: Record) -> bool:
    """Are the words of ``text`` those of the record's own token, up to the signature?"""
    return text.startswith(f"{_payload(record).decode()}.")


def _payload(record: Record) -> bytes:
    fields: dict[str, object] = {
        "v": VERSION,
        "site": record.site,
        "notice": record.notice,
        "issued": record.recorded_at // 1000,
    }
    if record.granted or record.receipt:
        fields["record"] = record.id
    fields |= {"granted": " ".join(record.granted), "refused": " ".join(record.refused)}
    return base64.urlsafe_b64encode(_write(fields).encode()).rstrip(b"=")


def read_token(text: str, site: Site, keys: Sequence[bytes]) -> Token:
    """The token behind ``text`` if it was signed for this site with one of ``keys``, at any age.

    Raises ``TokenForged``, ``TokenForeign`` or ``TokenVersion``.
    """
    try:
        payload = _signer(site.id, tuple(keys)).unsign(text.encode("ascii", "replace"))
    except BadSignature:
        raise TokenForged("the signature does not match") from None
    fields = json.loads(base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
    if fields["v"] != VERSION:
        raise TokenVersion("made by another version of Izin")
    if fields["site"] != site.id:
        raise TokenForeign("signed for another site")
    return Token(
        site=fields["site"],
        notice=fields["notice"],
        issued=fields["issued"],
        record=fields.get("record"),
        granted=frozenset(fields["granted"].split()),
        refused=frozenset(fields["refused"].split()),
    )


def check_current(token: Token, site: Site, *, now: int) -> None:
    """Raise ``TokenExpired`` or ``TokenStale`` unless the token counts at ``now`` (seconds)."""
    if not -CLOCK_LEEWAY_SECONDS <= now - token.issued < site.choice_seconds:
        raise TokenExpired("given too long ago, or by a clock that runs ahead")
    if token.notice != site.notice.version:
        raise TokenStale("the notice has changed since", current=site.notice.version)


class _Signer(Signer):
    """Derives each key once: it takes longer than the signature."""

    @cache  # noqa: B019 - as many as there are sites and keys, and they live as long
    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        return super().derive_key(secret_key)


@lru_cache(256)
def _signer(site_id: str, keys: tuple[bytes, ...]) -> Signer:
    """One salt for each site and version: a token of another site is a forgery here.

    itsdangerous signs with SHA-1 and a plain concatenation unless it is told otherwise.
    """
    return _Signer(
        keys,
        salt=f"izin.token.v{VERSION}.{site_id}",
        key_derivation="hmac",
        digest_method=hashlib.sha256,
    )
