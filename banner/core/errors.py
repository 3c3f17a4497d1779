"""The errors of Izin: a small tree, each with a stable code and the facts behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class IzinError(Exception):
    """Anything that Izin refuses, with a code that callers may rely on.

    ``detail`` holds facts that are safe to show to anyone: never a token, a key or an address.
    """

    code: ClassVar[str] = "izin_error"

    def __init__(self, message: str, **detail: object) -> None:
        super().__init__(message)
        self.message = message
        self.detail: Mapping[str, object] = detail


class SiteUnknown(IzinError):
    code = "site_unknown"


class ScriptUnknown(IzinError):
    """A pinned script that this service has not: one of other words, tags or version."""

    code = "script_unknown"


class OriginRefused(IzinError):
    """The request comes from a page that this site's owner has not named."""

    code = "origin_refused"


class TooManyRequests(IzinError):
    """More than the owner lets one network, or one site, ask for in a while.

    ``detail`` says after how many seconds it is worth asking again (``retry_seconds``).
    """

    code = "too_many_requests"


class StoreUnavailable(IzinError):
    """The record could not be committed, so nothing may be signed or released."""

    code = "store_unavailable"


class Draining(IzinError):
    """The service is about to stop: send nothing new here."""

    code = "draining"


class NoticeUnstored(StoreUnavailable):
    """The words shown are not stored, so no decision under them may be recorded."""

    code = "notice_unstored"


class SettingsWrong(IzinError):
    """The service must not start with these settings."""

    code = "settings_wrong"


# --- the ledger ----------------------------------------------------------------------------


class CheckpointRefused(IzinError):
    """A text that is no checkpoint, or one that none of the given keys has signed."""


class LedgerBroken(IzinError):
    """The stored log contradicts itself or what was signed of it: nothing more is signed."""

    code = "ledger_broken"


class LedgerPlace(IzinError):
    """The log has no such leaf, or has not had this size yet."""

    code = "ledger_place"


class LedgerEmpty(IzinError):
    """Nothing has been recorded, so nothing has been signed."""

    code = "ledger_empty"


class QueryRefused(IzinError):
    """A parameter of the address is missing, given twice, or no whole number."""

    code = "query_refused"


# --- what a browser may send wrongly -------------------------------------------------------


class BodyRefused(IzinError):
    """The request's body is not a decision."""


class ContentTypeWrong(BodyRefused):
    code = "content_type_wrong"


class BodyTooLarge(BodyRefused):
    code = "body_too_large"


class BodyMalformed(BodyRefused):
    code = "body_malformed"


class KeyDuplicate(BodyRefused):
    """The same key twice: two readers could see two different decisions."""

    code = "key_duplicate"


class FieldUnknown(BodyRefused):
    code = "field_unknown"


class FieldMissing(BodyRefused):
    code = "field_missing"


class FieldType(BodyRefused):
    code = "field_type"


class FieldValue(BodyRefused):
    code = "field_value"


class DecisionRefused(IzinError):
    """The body is well formed, but it is not a decision about this site's present notice."""


class CategoryUnknown(DecisionRefused):
    code = "category_unknown"


class CategoryMissing(DecisionRefused):
    code = "category_missing"


class ServiceUnknown(DecisionRefused):
    code = "service_unknown"


class ServiceMissing(DecisionRefused):
    code = "service_missing"


class ChoiceContradictory(DecisionRefused):
    """A service is granted while its category is refused."""

    code = "choice_contradictory"


class NoticeStale(DecisionRefused):
    code = "notice_stale"


class EventConflict(DecisionRefused):
    """This event is recorded already, with other contents."""

    code = "event_conflict"


# --- why a token opens nothing -------------------------------------------------------------


class TokenRefused(IzinError):
    """The token opens nothing: the visitor counts as undecided."""


class TokenMissing(TokenRefused):
    code = "token_missing"


class TokenConflict(TokenRefused):
    """Two different values of the cookie in one request: somebody else wrote one of them."""

    code = "token_conflict"


class TokenForged(TokenRefused):
    code = "token_forged"


class TokenForeign(TokenRefused):
    """Genuine, but signed for another site."""

    code = "token_foreign"


class TokenVersion(TokenRefused):
    code = "token_version"


class TokenExpired(TokenRefused):
    code = "token_expired"


class TokenStale(TokenRefused):
    """Given under another version of the notice."""

    code = "token_stale"


class TokenSuperseded(TokenRefused):
    """A later decision of the same visitor has replaced it."""

    code = "token_superseded"


class RecordUnknown(TokenRefused):
    """No evidence, no tag: the record behind this token is not in the store."""

    code = "record_unknown"
