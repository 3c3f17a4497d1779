"""Rebuilds every log from what is stored, and says which record, leaf or checkpoint is wrong.

It trusts nothing that is stored, and whoever holds the ledger's key only as far as a checkpoint
goes that is kept elsewhere: see ``docs/evidence.md`` for what can be found and what cannot.
"""

from .check import check_ledger
from .claims import Outside
from .finding import Finding, Keys

__all__ = ["Finding", "Keys", "Outside", "check_ledger"]
