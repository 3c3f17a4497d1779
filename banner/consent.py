"""THE PATH: request, validate, **record**, **sign**, **release**. Never in another order.

No token without a committed record, no release without a verified token. If anything fails,
tags stay blocked.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
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
from .core.token import (
    Token,
    check_current,
    record_named_in,
    says_what_was_signed,
    sign_token,
)
from .keyring import Keyring
from .store.append import Add, Together
from .store.erasing import erasure_of
from .store.notices import Notices
from .store.records import Records
from .store.writer import Writer

log = logging.getLogger("izin.consent")

MOST_TOGETHER = 100
"""So many erasures are one transaction, which others' decisions wait for."""
MOST_STEPS = 10
"""And so many transactions one request, which holds a thread."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of erasing all that one browser has decided."""

    count: int
    is_all: bool
    """``False`` when there was more than is erased at once: then it is to be asked for again."""


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
class Replaced:
    """What a decision says that it replaces, as far as that is known."""

    record: Record | None = None
    notice: str | None = None
    """The notice's version under which it was chosen."""
    is_genuine: bool = True
    """Is it known by its signature, or only by its words?"""


@dataclass(frozen=True, slots=True)
class Consent:
    """The path and what it needs; time and ids come from outside so that tests can turn them."""

    records: Records
    writer: Writer
    notices: Notices
    keyring: Keyring
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
        before = self._replaced(decision, site)
        check_against(decision, site, shown_before=before.notice)
        replaced = self._unless_itself(before.record, decision)
        made = make_record(
            honoured(decision, site, signals),
            site,
            id=self.new_id(),
            at=self.now(),
            previous=replaced,
            salt=self.new_salt(),
            notice_hash=self._words_shown(decision, site),
            is_same_browser=before.is_genuine,
        )
        stop = stop_of(made, replaced, id=made.id, hours=site.stops.hours)
        record = self.writer.write(Add(made, stop))
        assert isinstance(record, Record), "the outcome of adding a record"
        if record is not made:
            metrics.replayed(site.id)
            # Sent again, and perhaps replaced since: then the answer is what counts now, or an
            # old yes would come back over a newer no.
            record = self._counting_now(record)
        token = sign_token(record, self.keyring.token)
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

        All of them, or none, in one transaction: no more than a few hundred. Raises
        ``StoreUnavailable``; then it is safe to ask again.
        """
        at, hours = self.now(), site.stops.hours
        acts = tuple(
            erasure_of(record, self.records, at=at, reason=reason, hours=hours)
            for record in records
        )
        count = self.writer.write(Together(acts)) if acts else 0
        assert isinstance(count, int), "the outcome of erasures that belong together"
        return count

    def erase_all(self, record: Record, reason: str, site: Site) -> Erased:
        """Erase the evidence of all that the browser of ``record`` has decided, as ``erase`` does.

        Up to ``MOST_TOGETHER`` records go all or not at all. More of them go in steps, the oldest
        first, so that nothing ever counts again that something later had replaced. ``record``
        goes last, unless it is replaced itself: until it is gone, whoever holds its token can ask
        again. Raises ``StoreUnavailable``; what was erased until then stays so.
        """
        if record.principal is None:  # from before there was a ledger
            return Erased(self.erase([record], reason, site), is_all=True)
        is_last = not self.records.is_superseded(record.id)
        count = 0
        for _ in range(MOST_STEPS):
            found = self.records.oldest_of(site.id, record.principal, most=MOST_TOGETHER + 1)
            if len(found) <= MOST_TOGETHER:
                return Erased(count + self.erase(found, reason, site), is_all=True)
            step = [each for each in found[:MOST_TOGETHER] if not is_last or each.id != record.id]
            count += self.erase(step, reason, site)
        return Erased(count, is_all=False)

    def read(self, text: str, site: Site) -> Token:
        """The token behind ``text``, if it still counts. Raises a ``TokenRefused`` if not."""
        token = self.keyring.read(text, site)
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

    def _replaced(self, decision: Decision, site: Site) -> Replaced:
        """What the decision replaces, known by its token."""
        if not decision.previous or decision.is_for_once:
            return Replaced()
        try:
            token = self.keyring.read(decision.previous, site)
        except TokenRefused:
            return self._known_by_its_words(decision.previous, site)
        return Replaced(self.records.find(token.record) if token.record else None, token.notice)

    def _known_by_its_words(self, text: str, site: Site) -> Replaced:
        """What a token stands for whose signature nobody here can verify (ADR 0019).

        A key that another host has and this one has not yet, or that was dropped: what its visitor
        takes back must end all the same. Who names a record in the words of its token, to the
        second, has had it in hand; that is enough to end it, and for nothing else.
        """
        named = record_named_in(text)
        record = self.records.find(named) if named else None
        is_known = record and record.site == site.id and says_what_was_signed(text, record)
        outcome = "linked" if is_known else "unknown"
        metrics.unverified(site.id, outcome)
        log.warning("previous_unverified", extra={"site": site.id, "kind": outcome})
        if not record or not is_known:
            return Replaced()
        return Replaced(record, record.notice, is_genuine=False)

    def _unless_itself(self, record: Record | None, decision: Decision) -> Record | None:
        if record and record.event == decision.event:
            # The act sent again, by a browser that holds its answer: it does not replace itself.
            return self.records.find(record.previous) if record.previous else None
        return record

    def _counting_now(self, record: Record) -> Record:
        """What has replaced a record that is asked for again: if the same browser has done it."""
        newest = self.records.newest_after(record)
        is_same = record.principal is None or newest.principal in (None, record.principal)
        return newest if is_same else record
