"""The ledger: one log for each site, signed as it grows, checked and exported whole."""

from .ledger import Ledger, host_of

__all__ = ["Ledger", "host_of"]
