#!/usr/bin/env python3
"""Is a receipt authentic? Answers without a network, with Python 3.8 or newer and nothing else.

    python verify.py receipt.json --key "<public key>" [--checkpoint checkpoint.txt]

The public key must come from elsewhere than the receipt: the service shows its keys, of which
there may be several, at /v1/<site>/ledger/key, and a site's owner may print them. A checkpoint from
elsewhere (a mailbox, another host) shows that the service tells everyone of the same ledger.

Ends with 0 if everything holds, with 1 if anything does not. The format is laid down in
docs/evidence.md. Nothing here is shared with the service, so that one can find the other's faults.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any, NoReturn

MAX_BYTES = 1_000_000
MAX_DEPTH = 64
MAX_SIGNATURES = 100
BLANKS = "\t\n\r \xa0\ufeff"
"""What pasting and mail put around a text, and a byte order mark, which some editors put first."""


class Wrong(Exception):
    """Why something does not hold, in a sentence."""


# --- JSON, read strictly: two readers must never see two different receipts ------------------


def read_json(content: bytes) -> Any:
    """The value in ``content``. Raises ``Wrong`` for anything that could be read in two ways."""
    try:
        value = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_members,
            parse_int=_whole_number,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
        _refuse_deeper(value, MAX_DEPTH)
        canonical(value)  # half a character cannot be written
    except UnicodeError:
        raise Wrong("it is not UTF-8 text") from None
    except RecursionError:
        raise Wrong("it is nested too deeply") from None
    except ValueError as error:
        raise Wrong(f"it is not JSON: {error}") from None
    return value


def _refuse_deeper(value: Any, levels: int) -> None:
    """More lists and objects within one another than any receipt has: readers differ in how many
    they bear."""
    if not isinstance(value, (dict, list)):
        return
    if not levels:
        raise Wrong("it is nested too deeply")
    for each in value.values() if isinstance(value, dict) else value:
        _refuse_deeper(each, levels - 1)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Wrong("a name stands twice in one object")
    if not all(name.isascii() for name in found):
        raise Wrong("a name is not ASCII")
    return found


def _whole_number(text: str) -> int:
    if text == "-0" or len(text) > 17 or abs(int(text)) >= 2**53:
        raise Wrong("a number is too large, or a nought with a sign")
    return int(text)


def _no_number(text: str) -> NoReturn:
    raise Wrong("a number is not a whole number")


def canonical(value: Any) -> bytes:
    """The bytes of RFC 8785 for what ``read_json`` lets through."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def from_hex(text: Any, what: str) -> bytes:
    if not isinstance(text, str) or not re.fullmatch("[0-9a-f]{64}", text):
        raise Wrong(f"{what} is not 64 lower-case hexadecimal digits")
    return bytes.fromhex(text)


def any_base64(text: Any) -> bytes | None:
    """The bytes of base64, if it is written in the one way there is."""
    try:
        content = base64.b64decode(text, validate=True)
    except (TypeError, ValueError):
        return None
    return content if base64.b64encode(content).decode() == text else None


def from_base64(text: Any, length: int, what: str) -> bytes:
    content = any_base64(text)
    if content is None or len(content) != length:
        raise Wrong(f"{what} is not {length} bytes of base64")
    return content


# --- Ed25519 (RFC 8032, sections 5.1 and 6): slow and plain, for verifying alone --------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple  # X, Y, Z and T, with x = X/Z, y = Y/Z and xy = T/Z
NEUTRAL: Point = (0, 1, 1, 0)


def add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar: int, point: Point) -> Point:
    total = NEUTRAL
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point = add(point, point)
        scalar >>= 1
    return total


def same_point(p: Point, q: Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def point_of(encoded: bytes) -> Point | None:
    """The point behind 32 bytes; ``None`` if it is none, or not written in the one way there is."""
    y, sign = int.from_bytes(encoded, "little") & (2**255 - 1), encoded[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign) or y >= P:
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Does ``signature`` (64 bytes) stand for ``message``? Under a key of low order nothing does:
    for such a key one signature fits many messages."""
    key, commitment = point_of(public), point_of(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if not key or not commitment or scalar >= ORDER or same_point(multiply(8, key), NEUTRAL):
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    return same_point(multiply(scalar, BASE), add(commitment, multiply(challenge, key)))


# --- signed notes (C2SP signed-note and tlog-checkpoint) ---------------------------------------


class Key:
    """A public key as C2SP writes it: ``<name>+<8 hex digits>+<base64>``."""

    def __init__(self, text: str) -> None:
        self.text = text
        form = re.fullmatch(r"([!-*,-~]+)\+([0-9a-f]{8})\+([0-9A-Za-z+/=]+)", text)
        if not form:
            raise Wrong("the key is not of the form <name>+<8 digits>+<base64>")
        self.name, content = form[1], from_base64(form[3], 33, "the key's last part")
        self.public, self.mark = content[1:], sha256(self.name.encode(), b"\n", content)[:4]
        if content[0] != 1 or form[2] != self.mark.hex() or not point_of(self.public):
            raise Wrong("the key is no Ed25519 key, or has been mistyped")


class Checkpoint:
    """What a signed note says of a ledger: its name, its size and its root.

    Lines after the root say more to others, and count here for nothing but the signature."""

    FORM = "(([^\n]+)\n(0|[1-9][0-9]{0,18})\n([^\n]+)\n(?:[^\n]+\n)*)\n((?:[^\n]+\n)+)"
    CONTROL = "[\x00-\x09\x0b-\x1f\ud800-\udfff]"
    LINE = "\u2014 ([^\\s+]+) ([0-9A-Za-z+/=]+)"

    def __init__(self, note: Any) -> None:
        form = re.fullmatch(self.FORM, note) if isinstance(note, str) else None
        if not form or len(note) > MAX_BYTES or re.search(self.CONTROL, note):
            raise Wrong("it is no signed checkpoint")
        if int(form[3]) >= 2**63:
            raise Wrong("its size is too large")
        self.text, self.origin, self.size = form[1], form[2], int(form[3])
        self.root = from_base64(form[4], 32, "its root")
        self.signatures = [self._signature(line) for line in form[5][:-1].split("\n")]
        if len(self.signatures) > MAX_SIGNATURES:
            raise Wrong(f"it has more than {MAX_SIGNATURES} signatures")

    def _signature(self, line: str) -> tuple:
        """The name of the key, its mark of four bytes, and what the key says it has signed."""
        form = re.fullmatch(self.LINE, line)
        value = any_base64(form[2]) if form else b""
        if not form or not value or len(value) < 5:
            raise Wrong("it is no signed checkpoint")
        return form[1], value[:4], value[4:]

    def check(self, keys: list[Key]) -> None:
        """Signatures of other keys, and of other kinds of key, are passed over: the mark, which is
        made of a key and its kind, tells. A key's own signatures have to hold, all of them."""
        signed = [
            len(value) == 64 and is_signed(key.public, self.text.encode(), value)
            for key in keys
            for name, mark, value in self.signatures
            if name == key.name == self.origin and mark == key.mark
        ]
        if not signed or not all(signed):
            raise Wrong("it is not signed with your key")


# --- the ledger (RFC 6962, section 2.1, by the algorithm of RFC 9162, section 2.1.3.2) ---------


def root_from(leaf: bytes, position: int, size: int, proof: list[bytes]) -> bytes:
    """The root that ``proof`` leads to from the hash of a leaf."""
    at, last, found = position, size - 1, leaf
    for other in proof:
        if not last:
            raise Wrong("the proof is too long")
        if at & 1 or at == last:
            found = sha256(b"\x01", other, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = sha256(b"\x01", found, other)
        at, last = at >> 1, last >> 1
    if last:
        raise Wrong("the proof is too short")
    return found


# --- the receipt -------------------------------------------------------------------------------

MEMBERS = {"schema", "receipt_id", "record", "salt", "notice", "ledger", "signature"}
LEDGER = {"origin", "position", "size", "proof", "checkpoint"}
SIGNATURE = {"algorithm", "key", "value"}


def check_form(receipt: Any) -> None:
    """Only a form: after it nothing of the receipt is believed yet."""
    _check_members(receipt, MEMBERS)
    _check_members(receipt["ledger"], LEDGER)
    _check_members(receipt["signature"], SIGNATURE)
    record, proof = receipt["record"], receipt["ledger"]["proof"]
    if not isinstance(record, dict) or not isinstance(record.get("notice"), dict):
        raise Wrong("it holds no record")
    if not isinstance(receipt["notice"], dict):
        raise Wrong("it holds no notice")
    if (receipt["schema"], record.get("schema")) != ("izin/receipt/1", "izin/record/1"):
        raise Wrong("it is no receipt of the version that can be verified here")
    number = receipt["receipt_id"]
    if not isinstance(number, str) or number != record.get("record_id"):
        raise Wrong("its number is not its record's")
    numbers = (receipt["ledger"]["position"], receipt["ledger"]["size"])
    if not isinstance(proof, list) or any(type(each) is not int or each < 0 for each in numbers):
        raise Wrong("it names no place in a ledger")


def _check_members(value: Any, names: set[str]) -> None:
    if not isinstance(value, dict) or value.keys() != names:
        raise Wrong("it does not have exactly the members of a receipt")


def check_notice(receipt: Any, keys: list[Key], note: Any = None) -> str:
    if sha256(canonical(receipt["notice"])).hex() != receipt["record"]["notice"].get("sha256"):
        raise Wrong("these are not the words that the record names")
    return "these are the words that the record names"


def check_ledger(receipt: Any, keys: list[Key], note: Any = None) -> str:
    ledger, checkpoint = receipt["ledger"], Checkpoint(receipt["ledger"]["checkpoint"])
    position, size = ledger["position"], ledger["size"]
    if position >= size:
        raise Wrong("the record's place is past the end")
    proof = [from_hex(each, "the proof") for each in ledger["proof"]]
    hidden = sha256(from_hex(receipt["salt"], "the salt"), canonical(receipt["record"]))
    root = root_from(sha256(b"\x00izin.record.1\n", hidden), position, size, proof)
    if (checkpoint.size, checkpoint.root) != (size, root):
        raise Wrong("the record does not stand at this place of it")
    return f"the record is entry {position + 1} of {size}"


def check_checkpoint(receipt: Any, keys: list[Key], note: Any = None) -> str:
    checkpoint = Checkpoint(receipt["ledger"]["checkpoint"])
    checkpoint.check(keys)
    if receipt["ledger"]["origin"] != checkpoint.origin:
        raise Wrong("it is of another ledger than the receipt says")
    host, _, site = checkpoint.origin.rpartition("/")
    if not host or site != receipt["record"].get("site"):
        raise Wrong("it is of another site than the record")
    return f"the ledger is signed by {checkpoint.origin}"


def check_signature(receipt: Any, keys: list[Key], note: Any = None) -> str:
    """Over everything but the place in the ledger, which has a signature of its own."""
    signature = receipt["signature"]
    key = next((each for each in keys if each.text == signature["key"]), None)
    if signature["algorithm"] != "Ed25519" or key is None:
        raise Wrong("it says that it is made with another key than yours")
    signed = {name: receipt[name] for name in MEMBERS - {"ledger", "signature"}}
    value = from_base64(signature["value"], 64, "it")
    if not is_signed(key.public, b"izin.receipt.1\n" + canonical(signed), value):
        raise Wrong("it does not belong to this receipt and this key")
    return f"the receipt is signed by {key.name}"


def check_comparison(receipt: Any, keys: list[Key], note: str) -> str:
    """Is the receipt's ledger the one of a checkpoint that came another way?"""
    mine, other = Checkpoint(receipt["ledger"]["checkpoint"]), Checkpoint(as_kept(note))
    other.check(keys)
    if mine.size != other.size:
        raise Wrong(
            f"impossible: the receipt is for {mine.size} entries, your checkpoint for {other.size}."
            f" Download the receipt again with ?size={other.size} at the end of its address"
        )
    if mine.root != other.root and mine.origin != other.origin:
        raise Wrong(f"your checkpoint is of another ledger: {other.origin}")
    if mine.root != other.root:
        raise Wrong("TWO DIFFERENT LEDGERS OF ONE SIZE ARE SIGNED: tell the authority")
    return "your checkpoint is of the same ledger"


# --- the answer --------------------------------------------------------------------------------

CHECKS = {
    "notice": check_notice,
    "ledger": check_ledger,
    "checkpoint": check_checkpoint,
    "signature": check_signature,
}


def read_keys(text: str) -> list[Key]:
    """The service may show several, one a line: older ones still verify."""
    return [Key(each) for each in re.split(f"[{BLANKS}]+", text.strip(BLANKS))]


def read_receipt(content: bytes) -> Any:
    if len(content) > MAX_BYTES:
        raise Wrong(f"it is longer than {MAX_BYTES} bytes")
    receipt = read_json(content)
    check_form(receipt)
    return receipt


def as_kept(note: str) -> str:
    """A checkpoint as it was signed: mail and editors change the ends of lines, and add blanks
    there and around it."""
    lines = note.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip(BLANKS) for line in lines).strip(BLANKS) + "\n"


def answers(receipt: Any, keys: list[Key], note: str | None) -> list[tuple]:
    """Of each check its name, whether it holds, and a sentence."""
    checks = {**CHECKS, "comparison": check_comparison} if note is not None else CHECKS
    return [_answer(name, check, receipt, keys, note) for name, check in checks.items()]


def _answer(name: str, check: Any, receipt: Any, keys: list[Key], note: str | None) -> tuple:
    try:
        return name, True, check(receipt, keys, note)
    except Wrong as wrong:
        return name, False, str(wrong)


def verdict_of(found: list[tuple]) -> str:
    wrong = {name for name, holds, _ in found if not holds}
    if wrong - {"comparison"}:
        return "not authentic"
    return "unconfirmed" if wrong else "authentic"


# --- the command -------------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Is a receipt authentic?")
    parser.add_argument("receipt", help="the file", type=Path)
    parser.add_argument("--key", required=True, help="the ledger's public key or keys")
    parser.add_argument("--checkpoint", help="a file with a checkpoint, from elsewhere", type=Path)
    given = parser.parse_args(arguments)
    try:
        keys = read_keys(given.key)
        receipt = read_receipt(_read(given.receipt))
        kept = _read(given.checkpoint).decode("utf-8", "replace") if given.checkpoint else None
    except Wrong as wrong:
        print(f"NOT AUTHENTIC: {wrong}")
        return 1
    found = answers(receipt, keys, kept)
    for name, holds, sentence in found:
        print(f"  {'ok   ' if holds else 'WRONG'}  {name}: {sentence}")
    verdict = verdict_of(found)
    if verdict == "not authentic":
        print("NOT AUTHENTIC: this file is not a valid receipt, or it has been changed")
        return 1
    print(json.dumps(receipt["record"], indent=2))  # in ASCII: nothing that a terminal obeys
    if verdict == "unconfirmed":
        print("AUTHENTIC, BUT YOUR CHECKPOINT DOES NOT CONFIRM IT")
        return 1
    print("AUTHENTIC: the receipt is genuine and unchanged")
    return 0


def _read(path: Path) -> bytes:
    """The file's bytes; of one that is too long, one byte too many."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        # In ASCII: a terminal may not be able to show the name.
        raise Wrong(f"{str(path)!a} cannot be read: {error.strerror}") from None


if __name__ == "__main__":
    sys.exit(main())
