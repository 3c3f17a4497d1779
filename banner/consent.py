"""THE PATH: request, validate, **record**, **sign**, **release**. Never in another order.

No token without a committed record, no release without a verified token. Every fault ends in
*held*.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from . import metrics
from .core.decision import Decision, check_against
from .core.errors import NoticeStale, RecordUnknown, TokenRefused, TokenSuperseded
from .core.product import Granted, Product
from .core.record import Record, make_record
from .core.release import Release, Releases
from .core.signals import Signals, honoured
from .core.site import Site
from .core.stop import stop_of
from .core.token import Token, check_current, read_token, sign_token
from .store.append import Add, Together
from .store.erasing import erasure_of
from .store.notices import Notices
from .store.records import Records
from .store.writer import Writer


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser gets for a decision: all three follow from the one committed record."""

    token: str | None
    """``None`` when the choice was for once: nothing is to be remembered of it."""
    record: str | None
    release: Release
    granted: Granted
    """What counts after it."""


@dataclass(frozen=True, slots=True)
class Consent:
    """The path and what it needs; time and ids come from outside so that tests can turn them."""

    records: Records
    writer: Writer
    notices: Notices
    keys: Sequence[bytes] = field(repr=False)
    products: Mapping[str, Product]
    now: Callable[[], int]
    """The service's clock: milliseconds since 1970 UTC."""
    new_id: Callable[[], str]
    new_salt: Callable[[], bytes] = lambda: secrets.token_bytes(32)
    _releases: Releases = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_releases", Releases(self.products))

    def submit(self, decision: Decision, site: Site, signals: Signals) -> Answer:
        """Record a decision, then sign it, then release what it grants.

        Raises a ``DecisionRefused`` (nothing is recorded) or ``StoreUnavailable`` (nothing is
        signed). The same event again gives the same answer, until a later decision replaces it:
        then it gives that one's.
        """
        previous = self._previous(decision, site)
        check_against(decision, site, shown_before=previous.notice if previous else None)
        replaced = self._replaced(previous, decision)
        made = make_record(
            honoured(decision, site, signals),
            site,
            id=self.new_id(),
            at=self.now(),
            previous=replaced,
            salt=self.new_salt(),
            notice_hash=self._words_shown(decision, site),
        )
        stop = stop_of(made, replaced, id=made.id, hours=site.stops.hours)
        record = self.writer.write(Add(made, stop))
        assert isinstance(record, Record), "the outcome of adding a record"
        if record is not made:
            metrics.replayed(site.id)
            # Sent again, and perhaps replaced since: then the answer is what counts now, or an
            # old yes would come back over a newer no.
            record = self.records.newest_after(record)
        token = sign_token(record, self.keys)
        release = (
            self._opened(frozenset(record.granted), site, signals)
            if record is made  # committed and signed a moment ago
            else self._still_open(token, site, signals)
        )
        told = record.id if record.granted or record.receipt else None
        metrics.acknowledged(site.id)
        token_kept = None if record.kind == "once" else token
        return Answer(token_kept, told, release, frozenset(record.granted))

    def erase(self, records: Iterable[Record], reason: str, site: Site) -> int:
        """Erase the evidence of ``records``; how many there were. What they granted is over, and
        whoever has to be told of a withdrawal is told of this.

        All of them, or none. Raises ``StoreUnavailable``; then it is safe to ask again.
        """
        at, hours = self.now(), site.stops.hours
        acts = tuple(
            erasure_of(record, self.records, at=at, reason=reason, hours=hours)
            for record in records
        )
        count = self.writer.write(Together(acts)) if acts else 0
        assert isinstance(count, int), "the outcome of erasures that belong together"
        return count

    def read(self, text: str, site: Site) -> Token:
        """The token behind ``text``, if it still counts. Raises a ``TokenRefused`` if not."""
        token = read_token(text, site, self.keys)
        check_current(token, site, now=self.now() // 1000)
        if token.granted:
            self._check_evidence(token, site)
        return token

    def release(self, text: str, site: Site, signals: Signals) -> Release:
        """What a presented token opens. Raises a ``TokenRefused`` for one that opens nothing."""
        return self._opened(self.read(text, site).granted, site, signals)

    def _still_open(self, token: str, site: Site, signals: Signals) -> Release:
        """The release of an answer that is given again: it may have been overtaken since."""
        try:
            return self.release(token, site, signals)
        except TokenRefused:
            return self._opened(frozenset(), site, signals)

    def _opened(self, granted: Granted, site: Site, signals: Signals) -> Release:
        return self._releases.of(granted, site, signals=signals, at=self.now() // 1000)

    def _words_shown(self, decision: Decision, site: Site) -> str:
        """The hash of the notice that the visitor saw: stored before any decision under it."""
        version = decision.notice
        shown = self.notices.shown_by(site.id, decision.script, decision.locale, version=version)
        if shown is not None:
            return shown
        if version == site.notice.version:
            raise NoticeStale("this script is not one of this notice's", current=version)
        # Only a late withdrawal names another version (`check_against`), and it must not fail.
        return self.notices.newest(site.id, version, decision.locale) or ""

    def _check_evidence(self, token: Token, site: Site) -> None:
        record = self.records.find(token.record) if token.record else None
        if record is None or record.site != site.id:
            raise RecordUnknown("there is no record of this choice")
        if self.records.is_superseded(record.id):
            raise TokenSuperseded("a later choice has replaced it")

    def _previous(self, decision: Decision, site: Site) -> Token | None:
        """The token that the decision says it replaces; one that is not genuine counts as none."""
        if not decision.previous or decision.is_for_once:
            return None
        try:
            return read_token(decision.previous, site, self.keys)
        except TokenRefused:
            return None

    def _replaced(self, token: Token | None, decision: Decision) -> Record | None:
        record = self.records.find(token.record) if token and token.record else None
        if record and record.event == decision.event:
            # The act sent again, by a browser that holds its answer: it does not replace itself.
            return self.records.find(record.previous) if record.previous else None
        return record
