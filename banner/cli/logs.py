"""The ledger as the commands use it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Engine

from ..core.checkpoint import Checkpoint, parse_checkpoint, read_checkpoint
from ..core.errors import CheckpointRefused
from ..core.log_name import read_log_name
from ..keys import load_keys
from ..ledger import Ledger, host_of
from ..ledger.check import Outside
from ..settings import Settings
from .common import now


def the_ledger(settings: Settings, engine: Engine) -> Ledger:
    """With what the settings say is kept outside."""
    keys = load_keys(settings.keys_file, production=settings.is_production)
    return Ledger(
        engine,
        keys=keys.ledger,
        host=host_of(settings.origin),
        now=now,
        outside=settings.checkpoint_path,
    )


def genuine(outside: Sequence[Outside], ledger: Ledger, site: str) -> list[Checkpoint]:
    """Those that a key of this service has signed for the site's log."""
    return [each for each in _genuine(outside, ledger) if _site_of(each) == site]


def sites_of(outside: Sequence[Outside], ledger: Ledger) -> set[str]:
    """The sites whose logs they are of."""
    return {_site_of(each) for each in _genuine(outside, ledger)} - {""}


def _genuine(outside: Sequence[Outside], ledger: Ledger) -> Iterator[Checkpoint]:
    for each in outside:
        try:
            origin = parse_checkpoint(each.note).origin
            yield read_checkpoint(each.note, ledger.vkeys_named(origin))
        except CheckpointRefused:
            continue  # the check of the log says why


def _site_of(checkpoint: Checkpoint) -> str:
    name = read_log_name(checkpoint.origin)
    return name.site if name else ""
