"""One table for two verifiers: what each file is, by the rules of ``docs/evidence.md``.

``tests/test_verifiers.py`` runs it on the script, ``tests/browser/test_verify_page.py`` on the
page, and each on generated cases too. Who changes one verifier changes this table first.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from hypothesis import strategies as some

from banner.core.canonical import canonical, fingerprint
from banner.core.checkpoint import public_key, sign_note, vkey_of
from banner.core.evidence import evidence_of
from banner.core.merkle import node_hash
from banner.core.receipt import receipt_file
from tests.receipts import (
    NOTICE,
    ORIGIN,
    OTHER_SEED,
    SEED,
    VKEY,
    a_ledger,
    a_receipt,
    an_identified_record,
    changed,
    leaf_of,
    other_leaves,
    resigned,
)

AUTHENTIC, UNCONFIRMED, NOT, NONE, NO_KEY = (
    "authentic", "unconfirmed", "not authentic", "no receipt", "no key"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    verdict: str
    content: bytes
    keys: str = VKEY
    checkpoint: str | None = None


def script_says(script: ModuleType, case: Case) -> str:
    """What ``static/verify.py`` finds, by the same steps as its command."""
    try:
        keys = script.read_keys(case.keys)
    except script.Wrong:
        return NO_KEY
    try:
        receipt = script.read_receipt(case.content)
    except script.Wrong:
        return NONE
    return str(script.verdict_of(script.answers(receipt, keys, case.checkpoint)))


PAGE_SAYS = """cases => cases.map(([content, key, note]) => {
  const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  const told = (error, verdict) => (asWrong(error).code === "e.mistake" ? String(error) : verdict);
  let keys, receipt;
  try { keys = readKeys(key); } catch (error) { return told(error, "no key"); }
  try { receipt = readReceipt(bytes); } catch (error) { return told(error, "no receipt"); }
  const found = checked(receipt, keys, note === null ? undefined : note);
  const mistake = found.find(({ error }) => error && error.code === "e.mistake");
  if (mistake) return "a mistake in " + mistake.name;
  const verdict = verdictOf(found);
  if (verdict !== "bad") contents(receipt);
  return { ok: "authentic", unconfirmed: "unconfirmed", bad: "not authentic" }[verdict];
})"""
"""What ``static/verify.html`` finds, by its own functions; contents are put together as well."""


def for_page(case: Case) -> list[str | None]:
    return [base64.b64encode(case.content).decode(), case.keys, case.checkpoint]


# --- receipts that say odd things, and hold ------------------------------------------------------


def a_signed_note(
    *, size: int = 5, root: bytes | None = None, more: str = "", name: str = ORIGIN
) -> str:
    """A checkpoint with ``more`` lines after its root, signed over all of it."""
    root = a_ledger(other_leaves(5)).root if root is None else root
    text = f"{name}\n{size}\n{base64.b64encode(root).decode()}\n{more}"
    return sign_note(text, name, SEED)


def a_whole(
    record: Mapping[str, Any] | None = None,
    *,
    notice: Any = NOTICE,
    position: int = 2,
    size: int = 5,
    more: str = "",
    origin: str = ORIGIN,
) -> Any:
    """A receipt that is right all through, whatever its record and its notice are and however large
    its ledger is: the hashes beside the way up are made up."""
    evidence = dict(record or evidence_of(an_identified_record()))
    evidence["notice"] = {**evidence["notice"], "sha256": fingerprint(notice)}
    salt = an_identified_record().salt
    proof, root = _way_up(leaf_of(evidence, salt), position, size)
    receipt = a_receipt()
    receipt |= {"record": evidence, "receipt_id": evidence["record_id"], "notice": notice}
    receipt["ledger"] = {
        "origin": origin,
        "position": position,
        "size": size,
        "proof": [each.hex() for each in proof],
        "checkpoint": a_signed_note(size=size, root=root, more=more, name=origin),
    }
    return resigned(receipt, SEED)


def _way_up(leaf: bytes, position: int, size: int) -> tuple[list[bytes], bytes]:
    """A proof of the right length, and where it leads: RFC 9162, 2.1.3.2, read backwards."""
    at, last, found = position, size - 1, leaf
    proof: list[bytes] = []
    while last > 0:
        proof.append(bytes([len(proof)]) * 32)
        if at & 1 or at == last:
            found = node_hash(proof[-1], found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, proof[-1])
        at, last = at >> 1, last >> 1
    return proof, found


def with_record(**members: Any) -> dict[str, Any]:
    return {**evidence_of(an_identified_record()), **members}


def nested(levels: int, *, around: Any = None, of_objects: bool = False) -> Any:
    value: Any = around or ({} if of_objects else [])
    for _ in range(levels - 1):
        value = {"a": value} if of_objects else [value]
    return value


def more(value: Any) -> bytes:
    """A receipt whose record says one thing more."""
    return receipt_file(a_whole(with_record(more=value)))


def noticed(notice: Any) -> bytes:
    return receipt_file(a_whole(notice=notice))


def written(old: str, new: str, content: bytes = b"") -> bytes:
    """The file with something in it written otherwise."""
    text = (content or receipt_file(a_receipt())).decode()
    assert old in text
    return text.replace(old, new, 1).encode("utf-8", "surrogatepass")


def noted(note: str) -> bytes:
    """The receipt with this for a checkpoint."""
    return receipt_file(changed("ledger.checkpoint", note))


def line(name: str, content: bytes) -> str:
    """A signature's line."""
    return f"— {name} {base64.b64encode(content).decode()}\n"


def odd(path: str, value: Any) -> bytes:
    """Another value in one place, and signed all the same."""
    receipt = resigned(changed(path, value), SEED)
    if path.startswith("signature"):  # which signing has just overwritten
        changed(path, value, receipt)
    return receipt_file(receipt)


def _without_numbers() -> bytes:
    receipt = changed("receipt_id", None)
    del receipt["record"]["record_id"]
    return receipt_file(resigned(receipt, SEED))


MARK = bytes.fromhex(VKEY.split("+")[1])
NOTE = str(a_receipt()["ledger"]["checkpoint"])
OURS = NOTE.split("\n\n")[1]
OTHER_KEY = vkey_of(ORIGIN, public_key(OTHER_SEED))
REAL = receipt_file(a_receipt())
WITNESS = line("saksi.example.org", b"w" * 76)
EVERY = "".join(map(chr, range(256))) + "\u2028\U0010ffff"

FILES = {
    "a real one": (AUTHENTIC, REAL),
    "without a blank": (AUTHENTIC, canonical(a_receipt())),
    "with the ends of lines of mail": (AUTHENTIC, REAL.replace(b"\n", b"\r\n")),
    "with blanks around it": (AUTHENTIC, b"\r\n\t " + REAL + b"\r\n\r\n"),
    "with a byte order mark": (NONE, b"\xef\xbb\xbf" + REAL),
    "a hard blank before it": (NONE, "\xa0".encode() + REAL),
    "in UTF-16": (NONE, REAL.decode().encode("utf-16")),
    "a surrogate in UTF-8": (NONE, written("Pilihan", "\ud800")),
    "a name twice": (NONE, written('"salt": ', '"salt": "x", "salt": ')),
    "a name twice, the same value": (NONE, written('"more": 1', '"more": 1, "more": 1', more(1))),
    "a name twice, written otherwise": (
        NONE,
        written('"more": 1', '"more": 1, "\\u006dore": 1', more(1)),
    ),
    "a name that means something": (AUTHENTIC, more({"__proto__": {"a": 1}, "constructor": None})),
    "names that are numbers": (AUTHENTIC, more({"10": 1, "9": 2, "": 3, "a b": 4})),
    "names that run together": (
        NONE,
        written('"algorithm": "Ed25519",\n    "key": ', '"algorithm,key": '),
    ),
    "half a character": (NONE, written("Pilihan", "\\ud800")),
    "halves that make one": (AUTHENTIC, written("🍪", "\\ud83c\\udf6a")),
    "what is written in two ways": (AUTHENTIC, more(EVERY)),
    "an escape that there is not": (NONE, written("Pilihan", "\\'")),
    "a line within a text": (NONE, written("Pilihan", "Pili\nhan")),
}
"""By what is odd about each: what it is, and the file."""

NUMBERS = {
    "the largest": (AUTHENTIC, more(2**53 - 1)),
    "the smallest": (AUTHENTIC, more(1 - 2**53)),
    "2**53": (NONE, more(2**53)),
    "2**53 + 1": (NONE, more(2**53 + 1)),
    "below all": (NONE, more(-(2**63))),
    "with a point": (NONE, written('"more": 1', '"more": 1.0', more(1))),
    "with a sign": (NONE, written('"more": 0', '"more": -0', more(0))),
    "with an exponent": (NONE, written('"more": 1', '"more": 1e0', more(1))),
    "none": (NONE, written('"more": 1', '"more": NaN', more(1))),
    "without an end": (NONE, written('"more": 1', '"more": -Infinity', more(1))),
}

KINDS = {
    "true in the record": (AUTHENTIC, more(True)),
    "1 for true, changed after": (NOT, written('"more": true', '"more": 1', more(True))),
    "true for a position": (NONE, odd("ledger.position", True)),
    "true for a size": (NONE, odd("ledger.size", True)),
    "null for a position": (NONE, odd("ledger.position", None)),
    "a text for a position": (NONE, odd("ledger.position", "2")),
    "an object for the proof": (NONE, odd("ledger.proof", {"length": 3})),
    "null for hashes of the proof": (NOT, odd("ledger.proof", [None, None, None])),
    "a list for the checkpoint": (NOT, odd("ledger.checkpoint", [NOTE])),
    "a list for the salt": (NOT, odd("salt", [a_receipt()["salt"]])),
    "a list for the key": (NOT, odd("signature.key", [VKEY])),
    "a list for the algorithm": (NOT, odd("signature.algorithm", ["Ed25519"])),
    "null for the signature": (NOT, odd("signature.value", None)),
    "null for the site": (NOT, odd("record.site", None)),
    "null for the notice's hash": (NOT, odd("record.notice.sha256", None)),
    "null for both numbers": (NONE, receipt_file(a_whole(with_record(record_id=None)))),
    "1 for both numbers": (NONE, receipt_file(a_whole(with_record(record_id=1)))),
    "1 and true for the numbers": (
        NONE,
        receipt_file(a_whole(with_record(record_id=1)) | {"receipt_id": True}),
    ),
    "a list for both numbers": (NONE, receipt_file(a_whole(with_record(record_id=["record-1"])))),
    "null for a number, and no other": (NONE, _without_numbers()),
}
"""Equal in value to one of two languages, or to its careless reader."""

DEPTHS = {
    # The receipt is the first level and its record the second.
    "62 lists in the record": (AUTHENTIC, more(nested(62))),
    "62 lists around a number": (AUTHENTIC, more(nested(62, around=[1]))),
    "63 lists in the record": (NONE, more(nested(63))),
    "62 objects in the record": (AUTHENTIC, more(nested(62, of_objects=True))),
    "63 objects in the record": (NONE, more(nested(63, of_objects=True))),
    "200 lists in the record": (NONE, more(nested(200))),
    "100,000 lists": (NONE, written('"salt": ', '"more": ' + "[" * 100_000 + ', "salt": ')),
}

NO_WORDS: dict[str, Any] = {
    "purposes": [None, 1, {"id": "analytics", "name": {}}, {"id": {}, "name": []}],
    "services": {"0": 1},
    "parties": [{"id": 1, "name": {"a": []}}, None, [], "x"],
    "controllers": [1, None, "x"],
    "recipients": {"a": 1},
    "words": None,
    "withdrawal_method": {"words": {"toString": 1}},
}
NOTICES = {
    "null": (NONE, noticed(None)),
    "a list": (NONE, noticed([])),
    "a text": (NONE, noticed("ya")),
    "true": (NONE, noticed(True)),
    "empty": (AUTHENTIC, noticed({})),
    "without words": (AUTHENTIC, noticed(NO_WORDS)),
    "of a record without words": (
        AUTHENTIC,
        receipt_file(
            a_whole(
                with_record(
                    choices={"categories": [True], "services": "x"},
                    principal_id={"a": 1},
                    event={"kind": {}, "time": ["T"], "state": {"valueOf": 1}, "valid_until": 7},
                )
            )
        ),
    ),
    "of a record with no more than has to be": (
        AUTHENTIC,
        receipt_file(
            a_whole({"schema": "izin/record/1", "record_id": "", "site": "example", "notice": {}})
        ),
    ),
    "of a record of a kind that is another of the page's texts": (
        AUTHENTIC,
        receipt_file(a_whole(with_record(event={"kind": "constructor"}))),
    ),
}

PLACES = ((0, 2**31), (2**31, 2**31 + 1), (2**32 - 1, 2**32), (2**32, 2**32 + 1),
          (2**31 + 5, 2**33 + 7), (12_345_678_901, 2**45 + 3), (10**15 - 1, 10**15),
          (0, 2**53 - 1), (2**53 - 2, 2**53 - 1), (2**52, 2**53 - 1))  # fmt: skip
LARGE = {
    f"leaf {position} of {size}": (
        AUTHENTIC,
        receipt_file(a_whole(position=position, size=size)),
    )
    for position, size in PLACES
} | {
    "a leaf that is 2**32 places off": (
        NOT,
        receipt_file(changed("ledger.position", 5 + 2**32, a_whole(position=5, size=2**33))),
    ),
    "leaf 0 of 2**53": (NONE, receipt_file(a_whole(position=0, size=2**53))),
    "leaf 2**53": (NONE, receipt_file(a_whole(position=2**53, size=2**53 + 1))),
}

NOTES = {
    "signed by others too": (AUTHENTIC, noted(NOTE + WITNESS)),
    "signed by somebody with letters of their own": (
        AUTHENTIC,
        noted(NOTE + line("сведок.example/ж", b"w" * 76)),
    ),
    "another kind of signature under the log's own name": (
        AUTHENTIC,
        noted(NOTE + line(ORIGIN, b"\xfe\x01\x02\x03" + b"s" * 72)),
    ),
    "the same before ours": (
        AUTHENTIC,
        noted(NOTE.replace("\n\n", "\n\n" + line(ORIGIN, b"mark" + b"s" * 2420))),
    ),
    "a very short one under the log's own name": (AUTHENTIC, noted(NOTE + line(ORIGIN, b"mark!"))),
    "an older key's": (AUTHENTIC, noted(NOTE + line(ORIGIN, b"k" * 68))),
    "ours twice": (AUTHENTIC, noted(NOTE + OURS)),
    "our mark over another length": (NOT, noted(NOTE + line(ORIGIN, MARK + b"s" * 72))),
    "our mark over nonsense": (NOT, noted(NOTE + line(ORIGIN, MARK + b"s" * 64))),
    "no more than a mark": (NOT, noted(NOTE + line("saksi", b"mark"))),
    "a line that is no signature": (NOT, noted(NOTE + "hello\n")),
    "a signature that is no base64": (NOT, noted(NOTE + "— saksi ????????\n")),
    "a signature with one digit too many": (NOT, noted(NOTE + "— saksi AAAAAAAB=\n")),
    "a signature without its end": (NOT, noted(NOTE + "— saksi AAAAAAA\n")),
    "a name with a plus": (NOT, noted(NOTE + line("sak+si", b"w" * 68))),
    "a name with a hard blank": (NOT, noted(NOTE + line("sak\xa0si", b"w" * 68))),
    "a name with a wide blank": (NOT, noted(NOTE + line("sak\u3000si", b"w" * 68))),
    "a name with an odd end of a line": (NOT, noted(NOTE + line("sak\x85si", b"w" * 68))),
    "a name with a byte order mark": (AUTHENTIC, noted(NOTE + line("sak\ufeffsi", b"w" * 68))),
    "another dash": (NOT, noted(NOTE.replace("—", "–"))),
    "100 signatures": (AUTHENTIC, noted(NOTE + line("s", b"w" * 68) * 99)),
    "101 signatures": (NOT, noted(NOTE + line("s", b"w" * 68) * 100)),
    "lines after the root": (AUTHENTIC, receipt_file(a_whole(more="more\nBahasa é\n"))),
    "a line after the root that looks like a signature": (
        AUTHENTIC,
        receipt_file(a_whole(more=line(ORIGIN, b"w" * 68))),
    ),
    "an empty line after the root": (NOT, receipt_file(a_whole(more="more\n\nmore\n"))),
    "a line after the root that was put in": (NOT, noted(NOTE.replace("\n\n", "\nmore\n\n"))),
    "a tab": (NOT, noted(NOTE.replace("\n\n", "\na\tb\n\n"))),
    "no end of the last line": (NOT, noted(NOTE.rstrip("\n"))),
    "one end too many": (NOT, noted(f"{NOTE}\n")),
    "the ends of lines of mail": (NOT, noted(NOTE.replace("\n", "\r\n"))),
    "two checkpoints": (NOT, noted(f"{NOTE}\n{NOTE}")),
    "half a character": (NONE, noted(NOTE).replace(b"\\n5\\n", b"\\n5\\ud800\\n", 1)),
    "a size with a nought before it": (NOT, noted(NOTE.replace("\n5\n", "\n05\n"))),
    "a size below nought": (NOT, noted(NOTE.replace("\n5\n", "\n-5\n"))),
    "digits of another script": (NOT, noted(NOTE.replace("\n5\n", "\n٥\n"))),
}
"""The checkpoint within a receipt, which no mail has been at: it stands there as it was signed."""

NAMES = {
    "of one part": ("example", "example", NOT),
    "without a host": ("/example", "example", NOT),
    "of three parts": ("izin.example.co.id/20261130074500/example", "example", AUTHENTIC),
    "that ends in a slash": ("izin.example.co.id/example/", "example", NOT),
    "of another site": ("izin.example.co.id/other", "example", NOT),
    "that ends like the site": ("izin.example.co.id/an-example", "example", NOT),
    "with a port": ("izin.example.co.id:8443/example", "example", AUTHENTIC),
    "of a site with a slash": ("izin.example.co.id/b/example", "b/example", NOT),
    "of no site": ("izin.example.co.id/", "", AUTHENTIC),
    "of a site that is null": ("izin.example.co.id/None", None, NOT),
}
"""The log's name, the record's site, and what that is."""


def named(origin: str, site: str | None, verdict: str) -> Case:
    content = receipt_file(a_whole(with_record(site=site), origin=origin))
    return Case(verdict, content, keys=vkey_of(origin, public_key(SEED)))


def _kept(after: str) -> str:
    """The real checkpoint with lines after its root, signed anew."""
    return sign_note(NOTE.partition("\n\n")[0] + "\n" + after, ORIGIN, SEED)


KEPT = {
    "as it was signed": (AUTHENTIC, NOTE),
    "with the ends of lines of mail": (AUTHENTIC, NOTE.replace("\n", "\r\n")),
    "with the ends of lines of old": (AUTHENTIC, NOTE.replace("\n", "\r")),
    "with a byte order mark": (AUTHENTIC, f"\ufeff{NOTE}"),
    "without its last end": (AUTHENTIC, NOTE.rstrip("\n")),
    "with more ends": (AUTHENTIC, f"\r\n\n{NOTE}\n\r\n"),
    "with blanks at the ends of lines": (AUTHENTIC, NOTE.replace("\n", " \xa0\t\n")),
    "with blanks before a line": (UNCONFIRMED, NOTE.replace("\n5", "\n 5")),
    "with lines that are quoted": (UNCONFIRMED, "> " + NOTE.replace("\n", "\n> ")),
    "with empty lines between all": (UNCONFIRMED, NOTE.replace("\n", "\n\n")),
    "with another kind of signature": (AUTHENTIC, NOTE + line(ORIGIN, b"mark" + b"s" * 60)),
    "with another kind of signature first": (
        AUTHENTIC,
        NOTE.replace("\n\n", "\n\n" + line(ORIGIN, b"mark" + b"s" * 96)),
    ),
    "with a wrong one beside ours": (UNCONFIRMED, NOTE + line(ORIGIN, MARK + b"s" * 64)),
    "with lines after its root": (AUTHENTIC, _kept("more\nand more\n")),
    "with lines after its root, by mail": (AUTHENTIC, _kept("more\n").replace("\n", "\r\n")),
    "with an empty line after its root": (UNCONFIRMED, _kept("more\n\nmore\n")),
    "empty": (UNCONFIRMED, ""),
    "nothing but blanks": (UNCONFIRMED, " \r\n\t"),
    "two of them": (UNCONFIRMED, f"{NOTE}\n{NOTE}"),
    "of another root": (UNCONFIRMED, a_signed_note()),
    "of no leaves": (UNCONFIRMED, a_signed_note(size=0)),
    "of 2**53 leaves": (UNCONFIRMED, a_signed_note(size=2**53)),
    "of 5 more than 2**53 leaves": (UNCONFIRMED, a_signed_note(size=2**53 + 5)),
    "of the most leaves": (UNCONFIRMED, a_signed_note(size=2**63 - 1)),
    "of more leaves than there can be": (UNCONFIRMED, a_signed_note(size=2**63)),
    "of 20 digits": (UNCONFIRMED, a_signed_note(size=10**19)),
    "of another key": (UNCONFIRMED, a_ledger(other_leaves(5), seed=OTHER_SEED).note),
    "a receipt": (UNCONFIRMED, REAL.decode()),
}
"""A checkpoint from elsewhere, as mail and editors leave it."""

KEYS = {
    "as it is shown": (AUTHENTIC, f"{VKEY}\n"),
    "with the ends of lines of mail": (AUTHENTIC, f"{OTHER_KEY}\r\n{VKEY}\r\n"),
    "with a byte order mark": (AUTHENTIC, f"\ufeff{VKEY}"),
    "with hard blanks": (AUTHENTIC, f"\xa0{VKEY}\xa0{OTHER_KEY}\xa0"),
    "with a tab": (AUTHENTIC, f"\t{VKEY}\t{OTHER_KEY}"),
    "twice": (AUTHENTIC, f"{VKEY} {VKEY}"),
    "parted by a wide blank": (NO_KEY, f"{VKEY}\u3000{OTHER_KEY}"),
    "parted by an odd control": (NO_KEY, f"{VKEY}\x1c{OTHER_KEY}"),
    "parted by a comma": (NO_KEY, f"{VKEY},{OTHER_KEY}"),
    "quoted": (NO_KEY, f"> {VKEY}"),
    "nothing": (NO_KEY, ""),
    "nothing but blanks": (NO_KEY, " \n"),
    "another": (NOT, OTHER_KEY),
    "under another name": (NOT, vkey_of("izin.example.org/example", public_key(SEED))),
    "of low order": (NOT, vkey_of(ORIGIN, (1).to_bytes(32, "little"))),
    "that is no point": (NO_KEY, vkey_of(ORIGIN, b"\x02" + b"\0" * 31)),
    "of another kind": (NO_KEY, VKEY.replace("+A", "+B")),
}

CHECKPOINTS = {name: Case(verdict, REAL, checkpoint=note) for name, (verdict, note) in KEPT.items()}
CASES = {
    **{
        f"{table}: {name}": Case(verdict, content)
        for table, files in (
            ("file", FILES),
            ("number", NUMBERS),
            ("kind", KINDS),
            ("depth", DEPTHS),
            ("notice", NOTICES),
            ("place", LARGE),
            ("checkpoint", NOTES),
        )
        for name, (verdict, content) in files.items()
    },
    **{f"log's name: {name}": named(*values) for name, values in NAMES.items()},
    **{f"kept checkpoint: {name}": case for name, case in CHECKPOINTS.items()},
    **{f"key: {name}": Case(verdict, REAL, keys=keys) for name, (verdict, keys) in KEYS.items()},
}


# --- generated -----------------------------------------------------------------------------------

PROTO = ("__proto__", "constructor", "toString", "length", "name", "id")
"""Names that mean something to one of the languages."""

_leaves = (
    some.none()
    | some.booleans()
    | some.integers(-(2**54), 2**54)
    | some.sampled_from([0, 1, -1, 2**53 - 1, 2**53, 1.0, 0.5, -0.0, 1e300])
    | some.text(max_size=4)
)
_values = some.recursive(
    _leaves,
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(some.text(max_size=3) | some.sampled_from(PROTO), inner, max_size=3)
    ),
    max_leaves=5,
)
_places = some.sampled_from(
    ("record.more", "record.event", "record.event.kind", "record.choices", "record.principal_id",
     "record.site", "record.record_id", "notice", "notice.purposes", "notice.words", "notice.more",
     "receipt_id", "schema", "ledger", "ledger.position", "ledger.size", "ledger.proof",
     "ledger.origin", "ledger.checkpoint", "signature", "signature.key", "signature.value", "salt")
)  # fmt: skip
_bits = some.sampled_from(
    ("", "0", "1", "-0", "1.0", "1e0", "true", "null", '"', "\\", "\\ud800", "{", "}", "[", "]",
     ",", ":", " ", "\r\n", "\ufeff", "\x00", "\x7f", "\x85", "\u2028", "é", "\n", "\\n",
     "— a AAAAAAA=\n")
)  # fmt: skip


@some.composite
def a_case(draw: Any) -> Case:
    """A file that is odd in one way; whoever made it has the key, so that most oddities are signed.
    Its verdict is what the other verifier says."""
    kind = draw(some.sampled_from(("whole", "place", "text", "note", "kept")))
    if kind == "whole":
        extra = draw(some.dictionaries(some.text(max_size=3) | some.sampled_from(PROTO), _values))
        notice = draw(some.just(NOTICE) | some.dictionaries(some.sampled_from(PROTO), _values))
        size = draw(some.sampled_from((1, 2, 7, 2**31 + 1, 2**40 + 3, 2**53 - 1)))
        position = draw(some.integers(0, size - 1))
        whole = a_whole(with_record(**extra), notice=notice, position=position, size=size)
        return Case("", json.dumps(whole, ensure_ascii=draw(some.booleans())).encode())
    if kind == "place":
        receipt = changed(draw(_places), draw(_values | some.just(float("nan"))))
        return Case("", json.dumps(receipt).encode())
    if kind == "text":
        return Case("", _spliced(draw, REAL.decode()).encode("utf-8", "replace"))
    if kind == "note":
        return Case("", noted(_spliced(draw, NOTE)))
    return Case("", REAL, checkpoint=_spliced(draw, NOTE))


def _spliced(draw: Any, text: str) -> str:
    """The text with something put in, or in the place of what stood there."""
    at, gone = draw(some.integers(0, len(text))), draw(some.integers(0, 2))
    return text[:at] + str(draw(_bits)) + text[at + gone :]
