"""The name of a site's log, which begins every checkpoint and every public key.

``<host>/<site>`` at first. A log that was put back from a copy may lack what its checkpoints cover,
so it goes on under a new name, ``<host>/<begun>/<site>``: two logs of one name never differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

FORM = re.compile(r"([^/]+)/(?:([1-9][0-9]{13})/)?([^/]+)")


@dataclass(frozen=True, slots=True)
class LogName:
    host: str
    site: str
    begun: int = 0
    """When the log got its name, as 14 digits in UTC; 0 for a site's first log."""

    def __str__(self) -> str:
        parts = (self.host, str(self.begun), self.site) if self.begun else (self.host, self.site)
        return "/".join(parts)

    def next(self, milliseconds: int) -> LogName:
        """The name from this moment on: of a later second, whatever the clock says."""
        moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
        now = int(moment.strftime("%Y%m%d%H%M%S"))
        return LogName(self.host, self.site, max(now, self.begun + 1))


def read_log_name(origin: str) -> LogName | None:
    """``None`` for the name of no log of ours."""
    found = FORM.fullmatch(origin)
    return LogName(found[1], found[3], int(found[2] or 0)) if found else None
