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
        canonical(value)  # half a character cannot be written, what is nested too deeply neither
    except UnicodeError:
        raise Wrong("it is not UTF-8 text") from None
    except (ValueError, RecursionError) as error:
        raise Wrong(f"it is not JSON: {error}") from None
    return value


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


def from_base64(text: Any, length: int, what: str) -> bytes:
    """So many bytes of base64, written in the one way there is."""
    try:
        content = base64.b64decode(text, validate=True)
        is_right = len(content) == length and base64.b64encode(content).decode() == text
    except (TypeError, ValueError):
        is_right = False
    if not is_right:
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
    """What a signed note says of a ledger: its name, its size and its root."""

    FORM = "(([!-~]+)\n(0|[1-9][0-9]{0,14})\n([!-~]{44})\n)\n((?:\u2014 [!-~]+ [!-~]+\n)+)"

    def __init__(self, note: Any) -> None:
        form = re.fullmatch(self.FORM, note) if isinstance(note, str) else None
        if not form:
            raise Wrong("it is no signed checkpoint")
        self.text, self.origin, self.size = form[1], form[2], int(form[3])
        self.root = from_base64(form[4], 32, "its root")
        self.signatures = [line.split(" ")[1:] for line in form[5].splitlines()]

    def check(self, keys: list[Key]) -> None:
        ours = []
        for key in keys:
            for name, text in self.signatures:
                if name == key.name == self.origin:
                    value = from_base64(text, 68, "its signature")
                    ours += [(key, value[4:])] if value[:4] == key.mark else []  # or another key's
        signed = [is_signed(key.public, self.text.encode(), value) for key, value in ours]
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
    if (receipt["schema"], record.get("schema")) != ("izin/receipt/1", "izin/record/1"):
        raise Wrong("it is no receipt of the version that can be verified here")
    if receipt["receipt_id"] != record.get("record_id"):
        raise Wrong("its number is not its record's")
    numbers = (receipt["ledger"]["position"], receipt["ledger"]["size"])
    if not isinstance(proof, list) or any(type(each) is not int or each < 0 for each in numbers):
        raise Wrong("it names no place in a ledger")


def _check_members(value: Any, names: set[str]) -> None:
    if not isinstance(value, dict) or value.keys() != names:
        raise Wrong("it does not have exactly the members of a receipt")


def check_notice(receipt: Any, keys: list[Key]) -> str:
    if sha256(canonical(receipt["notice"])).hex() != receipt["record"]["notice"].get("sha256"):
        raise Wrong("these are not the words that the record names")
    return "these are the words that the record names"


def check_ledger(receipt: Any, keys: list[Key]) -> str:
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


def check_checkpoint(receipt: Any, keys: list[Key]) -> str:
    checkpoint = Checkpoint(receipt["ledger"]["checkpoint"])
    checkpoint.check(keys)
    if receipt["ledger"]["origin"] != checkpoint.origin:
        raise Wrong("it is of another ledger than the receipt says")
    if checkpoint.origin.rpartition("/")[2] != receipt["record"].get("site"):
        raise Wrong("it is of another site than the record")
    return f"the ledger is signed by {checkpoint.origin}"


def check_signature(receipt: Any, keys: list[Key]) -> str:
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
    mine, other = Checkpoint(receipt["ledger"]["checkpoint"]), Checkpoint(note)
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


# --- the command -------------------------------------------------------------------------------

CHECKS = {
    "notice": check_notice,
    "ledger": check_ledger,
    "checkpoint": check_checkpoint,
    "signature": check_signature,
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Is a receipt authentic?")
    parser.add_argument("receipt", help="the file", type=Path)
    parser.add_argument("--key", required=True, help="the ledger's public key or keys")
    parser.add_argument("--checkpoint", help="a file with a checkpoint, from elsewhere", type=Path)
    given = parser.parse_args(arguments)
    try:
        keys = [Key(text) for text in given.key.split() or [""]]
        receipt = read_json(_read(given.receipt))
        note = _read(given.checkpoint).decode("utf-8", "replace") if given.checkpoint else ""
        check_form(receipt)
    except Wrong as wrong:
        print(f"NOT AUTHENTIC: {wrong}")
        return 1
    wrong = [name for name, check in CHECKS.items() if not _tell(name, check, receipt, keys)]
    if wrong:
        print("NOT AUTHENTIC: this file is not a valid receipt, or it has been changed")
        return 1
    print(json.dumps(receipt["record"], indent=2))  # in ASCII: nothing that a terminal obeys
    if given.checkpoint and not _tell("comparison", check_comparison, receipt, keys, note):
        print("AUTHENTIC, BUT YOUR CHECKPOINT DOES NOT CONFIRM IT")
        return 1
    print("AUTHENTIC: the receipt is genuine and unchanged")
    return 0


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Wrong(f"{path} cannot be read: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise Wrong(f"{path} is longer than {MAX_BYTES} bytes")
    return content


def _tell(name: str, check: Any, *given: Any) -> bool:
    try:
        print(f"  ok     {name}: {check(*given)}")
    except Wrong as wrong:
        print(f"  WRONG  {name}: {wrong}")
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
