"""The record: the committed evidence of one decision. It never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .decision import Decision
from .site import Site

DAY = 86_400_000
Kind = Literal["granted", "refused", "changed", "withdrawn", "once"]


@dataclass(frozen=True, slots=True)
class Record:
    id: str
    site: str
    event: str
    recorded_at: int
    """The service's clock, in milliseconds since 1970 UTC."""
    valid_until: int
    kind: Kind
    notice: str
    locale: str
    surface: str
    categories: Mapping[str, bool]
    services: Mapping[str, bool]
    gpc: bool
    client_time: str
    previous: str | None
    """The record that this one replaces."""
    principal: str | None = None
    """What holds one browser's records together, at random and for this site alone. A refusal has
    none, unless it takes back a grant or the visitor asks for a receipt."""
    receipt: bool = False
    """Did the visitor ask for a receipt?"""
    notice_hash: str = ""
    """SHA-256 of the notice's document (``core/notice.py``), in hex."""
    script: str = ""
    """The version of the script that asked; empty for the page without JavaScript."""
    keep_until: int = 0
    """When the record is erased, in milliseconds since 1970 UTC."""
    salt: bytes = field(default=b"", repr=False)
    """Without it nobody can guess the record from its leaf in the ledger."""

    @property
    def granted(self) -> tuple[str, ...]:
        return tuple(name for name, choice in self.choices.items() if choice)

    @property
    def refused(self) -> tuple[str, ...]:
        return tuple(name for name, choice in self.choices.items() if not choice)

    @property
    def choices(self) -> Mapping[str, bool]:
        return {**self.categories, **self.services}

    def says_the_same_as(self, other: Record) -> bool:
        """Is ``other`` the same act, sent again? The server's own time and id do not count."""
        return all(
            getattr(self, name) == getattr(other, name)
            for name in ("site", "event", "notice", "locale", "surface", "categories", "services",
                         "gpc", "client_time", "previous", "script", "receipt")
        )  # fmt: skip


def make_record(
    decision: Decision,
    site: Site,
    *,
    id: str,
    at: int,
    previous: Record | None,
    salt: bytes,
    notice_hash: str,
    is_same_browser: bool = True,
) -> Record:
    """The evidence of ``decision``, made at ``at`` (milliseconds), which replaces ``previous``.

    ``salt`` is 32 random bytes; ``notice_hash`` names the words that were shown. Unless it
    ``is_same_browser`` that made ``previous``, for certain, the record is not put with that one's.
    """
    valid_until = at + site.choice_seconds * 1000
    return Record(
        id=id,
        site=site.id,
        event=decision.event,
        recorded_at=at,
        valid_until=valid_until,
        kind=_kind(decision, previous),
        notice=decision.notice,
        locale=decision.locale,
        surface=decision.surface,
        # Sorted, so that the same act gives the same token however often it is sent.
        categories=dict(sorted(decision.categories.items())),
        services=dict(sorted(decision.services.items())),
        gpc=decision.gpc,
        client_time=decision.client_time,
        previous=previous.id if previous else None,
        principal=_principal(decision, previous if is_same_browser else None, id),
        receipt=decision.receipt,
        notice_hash=notice_hash,
        script=decision.script,
        keep_until=at + site.record_days * DAY,
        salt=salt,
    )


def _principal(decision: Decision, previous: Record | None, id: str) -> str | None:
    if previous and previous.principal:
        return previous.principal
    return id if decision.receipt or (decision.grants and not decision.is_for_once) else None


def _kind(decision: Decision, previous: Record | None) -> Kind:
    if decision.is_for_once:
        return "once"
    if previous is None:
        return "granted" if decision.grants else "refused"
    return "changed" if decision.grants else "withdrawn"
