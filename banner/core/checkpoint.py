"""Signed checkpoints: a log's name, size and root, in a form that any verifier reads.

Written from the C2SP specifications signed-note v1.1.0 and tlog-checkpoint v1.0.0.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from .errors import CheckpointRefused
from .merkle import HASH_BYTES

ED25519 = b"\x01"
KEY_ID_BYTES = 4
PUBLIC_BYTES = 32
MOST_SIGNATURES = 100
"""Others may add theirs; the specification asks a reader to bear at least 16."""

NAME = re.compile(r"[^\s+]+")
SIGNATURE_LINE = re.compile(r"— ([^\s+]+) (\S+)")
SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
TOO_LARGE = 1 << 63
BETWEEN = re.compile(r"(?<=\n)\n(?!— )")
"""An empty line that is not the one inside a note."""
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
"""And halves of characters, which no file in UTF-8 has: there is no text to be signed."""
BLANKS = "\t\n\r \xa0\ufeff"
"""What mail and editors put around a text, a byte order mark among them."""

KeyId = tuple[str, bytes]
"""A key's name and its four bytes: what a signature line names it by."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    origin: str
    """The log's name, which is the name of its key too."""
    size: int
    root: bytes
    note: str
    """The signed text that says so."""


def public_key(seed: bytes) -> bytes:
    """The 32 bytes of the Ed25519 public key of a 32-byte seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def vkey_of(name: str, public: bytes) -> str:
    """The key as it is published: name, key id, and the key with its algorithm."""
    _refuse_name(name)
    key = base64.b64encode(ED25519 + public).decode()
    return f"{name}+{_key_id(name, public).hex()}+{key}"


def read_vkey(vkey: str) -> tuple[str, bytes]:
    """The name and the 32 bytes of a published key. Raises ``CheckpointRefused``."""
    name, _, rest = vkey.partition("+")
    key = _from_base64(rest.partition("+")[2])
    if (
        key is None
        or len(key) != 1 + PUBLIC_BYTES
        or key[:1] != ED25519
        or not NAME.fullmatch(name)
    ):
        raise CheckpointRefused("this is not a published Ed25519 key")
    if vkey != vkey_of(name, key[1:]):
        raise CheckpointRefused("this published key does not have its own key id")
    return name, key[1:]


def sign_note(text: str, name: str, seed: bytes) -> str:
    """``text``, which ends with a newline, with the signature of the key of this name."""
    _refuse_name(name)
    if not text.endswith("\n") or CONTROL.search(text):
        raise CheckpointRefused("a note is lines of text, each with its end")
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(text.encode())
    value = base64.b64encode(_key_id(name, public_key(seed)) + signature).decode()
    return f"{text}\n— {name} {value}\n"


def open_note(note: str, vkeys: Iterable[str]) -> str:
    """The text of ``note``, if one of these keys has signed it.

    Signatures of other keys count for nothing. Raises ``CheckpointRefused`` when no signature is
    left, or when one that names a given key is not that key's.
    """
    known = {(name, _key_id(name, key)): key for name, key in map(read_vkey, vkeys)}
    text, signatures = _parted(note)
    _refuse_unsigned(text, signatures, known)
    return text


def sign_checkpoint(origin: str, size: int, root: bytes, seed: bytes) -> str:
    """The note that binds the log's present size to its root; the key has the log's name."""
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    return sign_note(text, origin, seed)


def read_checkpoint(note: str, vkeys: Iterable[str]) -> Checkpoint:
    """What ``note`` promises, if a key with the log's own name has signed it.

    Raises ``CheckpointRefused`` in every other case, with the reason.
    """
    checkpoint = parse_checkpoint(note)
    open_note(note, [vkey for vkey in vkeys if read_vkey(vkey)[0] == checkpoint.origin])
    return checkpoint


def parse_checkpoint(note: str) -> Checkpoint:
    """What ``note`` says, whoever says it. Raises ``CheckpointRefused`` if it is no checkpoint."""
    text, _ = _parted(note)
    lines = text.split("\n")[:-1]
    if len(lines) < 3 or not all(lines):
        raise CheckpointRefused("a checkpoint has a name, a size and a root, one to a line")
    origin, size, root = lines[0], SIZE.fullmatch(lines[1]), _from_base64(lines[2])
    if not size or int(size[0]) >= TOO_LARGE:
        raise CheckpointRefused("the checkpoint's size is not a number below 2**63")
    if root is None or len(root) != HASH_BYTES:
        raise CheckpointRefused("the checkpoint's root is not a SHA-256 hash in base64")
    return Checkpoint(origin, int(size[0]), root, note)


def as_kept(text: str) -> str:
    """Notes as they were signed: mail and editors change the ends of lines, and add blanks there
    and around it (``docs/evidence.md``)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip(BLANKS) for line in lines).strip(BLANKS) + "\n"


def notes_in(text: str) -> list[str]:
    """The notes of a file that holds several, with an empty line after each. What is damaged
    stays, in pieces that are no notes."""
    return [each for each in BETWEEN.split(text) if each] or [text]


def _parted(note: str) -> tuple[str, list[tuple[KeyId, bytes]]]:
    """The text, and its signatures with the keys that they name."""
    body, blank, signatures = note.rpartition("\n\n")
    if not blank or not signatures.endswith("\n") or CONTROL.search(note):
        raise CheckpointRefused("this is not a signed note")
    return f"{body}\n", [_signature(line) for line in signatures[:-1].split("\n")]


def _signature(line: str) -> tuple[KeyId, bytes]:
    found = SIGNATURE_LINE.fullmatch(line)
    value = _from_base64(found[2]) if found else None
    if not found or value is None or len(value) <= KEY_ID_BYTES:
        raise CheckpointRefused("a line of this note is not a signature")
    return (found[1], value[:KEY_ID_BYTES]), value[KEY_ID_BYTES:]


def _refuse_unsigned(
    text: str, signatures: list[tuple[KeyId, bytes]], known: Mapping[KeyId, bytes]
) -> None:
    if len(signatures) > MOST_SIGNATURES:
        raise CheckpointRefused(f"the note has more than {MOST_SIGNATURES} signatures")
    ours = [(known[key], value) for key, value in signatures if key in known]
    if not ours:
        raise CheckpointRefused("no known key has signed this")
    for key, value in ours:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(value, text.encode())
        except (InvalidSignature, ValueError):
            raise CheckpointRefused("the signature is not that of the key that it names") from None


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:KEY_ID_BYTES]


def _refuse_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise CheckpointRefused("a key's name has no spaces and no plus")


def _from_base64(text: str) -> bytes | None:
    """The bytes, or ``None`` when it is not base64 as it has to be written, to the last bit."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return value if base64.b64encode(value).decode() == text else None
