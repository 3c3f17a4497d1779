"""What a log says in the open, beside records and erasures (``docs/evidence.md``).

Each is one leaf, with a body that anyone may be shown. None of them names a person: a stop request
is named by its random id, and what it says is behind a salt.
"""

from __future__ import annotations

import hashlib

from .canonical import canonical
from .evidence import moment
from .stop import Stop, message_of

EDITION = "edition"
STOP = "stop"
PASSED_ON = "passed-on"
CONTINUATION = "continuation"

Body = dict[str, object]


def about(kind: str, body: Body) -> str:
    """What a statement is about: a log says one thing of each kind about it. Raises ``KeyError``
    for what is no statement."""
    if kind == EDITION:
        # Words that no script is known to have shown are told of by their hash alone.
        return f"{body['script']} {body['locale']}" if body["script"] else str(body["notice"])
    return str(body[{STOP: "stop", PASSED_ON: "stop", CONTINUATION: "origin"}[kind]])


def edition(*, script: str, locale: str, notice: str) -> Body:
    """The script of this version shows the notice of this hash; no script, for words that were
    stored before the log said so."""
    return {"script": script, "locale": locale, "notice": notice}


def stop(asked: Stop, salt: bytes) -> Body:
    """A withdrawal has to be passed on."""
    return {"stop": asked.id, "record": asked.record, "sha256": hash_of_stop(asked, salt)}


def hash_of_stop(asked: Stop, salt: bytes) -> str:
    return hashlib.sha256(salt + canonical(message_of(asked))).hexdigest()


def passed_on(stop_id: str, *, at: int) -> Body:
    """A receiver's answer, or the owner, says that a withdrawal was passed on."""
    return {"stop": stop_id, "time": moment(at)}


def continuation(*, origin: str, continues: str, size: int, last: str | None, at: int) -> Body:
    """From here on the log has the name ``origin``. Its first ``size`` leaves are those of the log
    ``continues``. ``last`` is the newest checkpoint that is known of any log of the site: what that
    covers beyond is lost."""
    return {
        "origin": origin,
        "continues": continues,
        "size": size,
        "last": last,
        "time": moment(at),
    }
