"""The commands: ``flask --app wsgi …``.

Flask finds them by the entry points in ``setup.cfg`` and does not load the service for them: they
are needed most when it cannot start.
"""

from .audit import audit
from .backup import backup, restore
from .csp import csp
from .keys import keys
from .ledger import ledger
from .records import prune, records
from .serving import check, migrate, serve
from .stops import stops

COMMANDS = (
    check, csp, migrate, keys, serve, ledger, records, prune, stops, backup, restore, audit,
)  # fmt: skip
