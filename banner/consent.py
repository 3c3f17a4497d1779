"""THE PATH: request, validate, **record**, **sign**, **release**. Never in another order.

No token without a committed record, no release without a verified token. Every fault ends in
*held*.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .core.decision import Decision, check_against
from .core.errors import RecordUnknown, TokenRefused, TokenSuperseded
from .core.product import Granted, Product
from .core.record import Record, make_record
from .core.release import Release, make_release
from .core.signals import Signals, honoured
from .core.site import Site
from .core.token import Token, check_current, read_token, sign_token
from .store.records import Records


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser gets for a decision: all three follow from the one committed record."""

    token: str | None
    """``None`` when the choice was for once: nothing is to be remembered of it."""
    record: str | None
    release: Release


@dataclass(frozen=True, slots=True)
class Consent:
    """The path and what it needs; time and ids come from outside so that tests can turn them."""

    records: Records
    keys: Sequence[bytes]
    products: Mapping[str, Product]
    now: Callable[[], int]
    """The service's clock: milliseconds since 1970 UTC."""
    new_id: Callable[[], str]

    def submit(self, decision: Decision, site: Site, signals: Signals) -> Answer:
        """Record a decision, then sign it, then release what it grants.

        Raises a ``DecisionRefused`` (nothing is recorded) or ``StoreUnavailable`` (nothing is
        signed). The same event again gives the same answer, until a later decision replaces it:
        then it gives that one's.
        """
        previous = self._previous(decision, site)
        check_against(decision, site, shown_before=previous.notice if previous else None)
        made = make_record(
            honoured(decision, site, signals),
            site,
            id=self.new_id(),
            at=self.now(),
            previous=self._replaced(previous, decision),
        )
        record = self.records.add(made)
        if record.id != made.id:
            # Sent again, and perhaps replaced since: then the answer is what counts now, or an
            # old yes would come back over a newer no.
            record = self.records.newest_after(record)
        token = sign_token(record, self.keys)
        release = self._release(token, site, signals)
        granted = record.id if record.granted else None
        return Answer(None if decision.is_for_once else token, granted, release)

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

    def _release(self, token: str, site: Site, signals: Signals) -> Release:
        """The release of a fresh answer; a replayed one may have been overtaken since."""
        try:
            return self.release(token, site, signals)
        except TokenRefused:
            return self._opened(frozenset(), site, signals)

    def _opened(self, granted: Granted, site: Site, signals: Signals) -> Release:
        at = self.now() // 1000
        return make_release(granted, site, self.products, signals=signals, at=at)

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
