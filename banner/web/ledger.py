"""The ledger in public: what is signed, by whom, and the proofs that anyone may ask for.

Nothing here can be tied to a visitor: leaves are hashes behind salts. So any page, tool or witness
may read it, without cookies, and a copy may be kept anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import Blueprint, Response, jsonify, request

from ..core.errors import QueryRefused
from ..core.statement import CONTINUATION
from ..ledger import Ledger
from .limits import spend
from .service import the_service

ledger = Blueprint("ledger", __name__, url_prefix="/v1/<site_id>/ledger")

NEWEST = "public, max-age=1"
"""Checkpoints are a second apart at the least."""
KEYS = "public, max-age=300"
FOR_EVER = "public, max-age=31536000, immutable"
PAGE = 100
"""Checkpoints in an answer: some 25 kB."""
WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
"""Below 2**63: what both databases can hold."""


@ledger.get("/checkpoint")
def the_checkpoint(site_id: str) -> Response:
    """The newest checkpoint: a C2SP signed note."""
    return _text(_ledger_of(site_id).checkpoint(site_id).note, NEWEST)


@ledger.get("/checkpoints")
def the_history(site_id: str) -> Response:
    """Every checkpoint that was signed, smallest first, a page at a time: whoever holds one from
    elsewhere looks whether everybody is shown the same."""
    log = _ledger_of(site_id)
    start = _numbers("from")[0] if request.args else 0
    page = log.history(site_id, start=start, limit=PAGE + 1)
    shown, more = page[:PAGE], page[PAGE:]
    text = "".join(f"{checkpoint.note}\n" for checkpoint in shown)
    # No checkpoint is ever added before the newest one: a full page stays as it is.
    response = _text(text, FOR_EVER if more else NEWEST)
    if more:
        response.headers["Link"] = f'<checkpoints?from={more[0].size}>; rel="next"'
    return response


@ledger.get("/names")
def the_names(site_id: str) -> Response:
    """The names that the log has had, oldest first, and what it says of each but the first: the
    body of a leaf, whose inclusion can be asked for."""
    log = _ledger_of(site_id)
    if request.args:
        raise QueryRefused("there is a parameter that nothing here reads", parameters=())
    later = [
        {"position": each.position, "statement": CONTINUATION, "body": each.body}
        for each in log.continuations(site_id)
    ]
    first = str(log.names(site_id)[0])
    return _kept(jsonify({"first": first, "continuations": later}), KEYS)


@ledger.get("/key")
def the_keys(site_id: str) -> Response:
    """The public keys that sign the log, oldest first, one a line; of a log that has had several
    names, those of the older ones before."""
    keys = _ledger_of(site_id).vkeys(site_id)
    return _text("".join(f"{key}\n" for key in keys), KEYS)


@ledger.get("/inclusion")
def the_inclusion(site_id: str) -> Response:
    """That a leaf is in the log of that size; hashes in hex, lowest first (RFC 6962, 2.1.1)."""
    log = _ledger_of(site_id)
    position, size = _numbers("position", "size")
    proof = log.inclusion(site_id, position, size)
    leaf = log.leaf(site_id, position)
    return _proof(proof, position=position, size=size, leaf=leaf.hash.hex())


@ledger.get("/consistency")
def the_consistency(site_id: str) -> Response:
    """That the log of size ``to`` begins with that of size ``from`` (RFC 6962, 2.1.2)."""
    log = _ledger_of(site_id)
    first, second = _numbers("from", "to")
    return _proof(log.consistency(site_id, first, second), **{"from": first, "to": second})


@ledger.after_request
def for_everyone(response: Response) -> Response:
    """Readable from anywhere, refusals included."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _ledger_of(site_id: str) -> Ledger:
    service = the_service()
    spend("read", service.site(site_id))
    return service.ledger


def _numbers(*names: str) -> list[int]:
    """The query's whole numbers. Raises ``QueryRefused`` for anything else in the query."""
    if request.args.keys() - set(names):
        raise QueryRefused("there is a parameter that nothing here reads", parameters=names)
    return [_number(name) for name in names]


def _number(name: str) -> int:
    values = request.args.getlist(name)
    if len(values) != 1 or not WHOLE_NUMBER.fullmatch(values[0]):
        raise QueryRefused("a parameter has to be one whole number", parameter=name)
    return int(values[0])


def _text(text: str, cache: str) -> Response:
    return _kept(Response(text, mimetype="text/plain"), cache)


def _proof(proof: Sequence[bytes], **place: object) -> Response:
    return _kept(jsonify({**place, "proof": [hash.hex() for hash in proof]}), FOR_EVER)


def _kept(response: Response, cache: str) -> Response:
    response.headers["Cache-Control"] = cache
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]
