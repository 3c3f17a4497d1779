"""The record: the committed evidence of one decision. It never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .decision import Decision
from .site import Site

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
                         "gpc", "client_time", "previous")
        )  # fmt: skip


def make_record(
    decision: Decision, site: Site, *, id: str, at: int, previous: Record | None
) -> Record:
    """The evidence of ``decision``, made at ``at`` (milliseconds), which replaces ``previous``."""
    return Record(
        id=id,
        site=site.id,
        event=decision.event,
        recorded_at=at,
        valid_until=at + site.choice_seconds * 1000,
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
    )


def _kind(decision: Decision, previous: Record | None) -> Kind:
    if decision.is_for_once:
        return "once"
    if previous is None:
        return "granted" if decision.grants else "refused"
    return "changed" if decision.grants else "withdrawn"
