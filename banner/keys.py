"""The secret keys: made once, kept in one file that only its owner can read."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from .core.errors import SettingsWrong

KEY_BYTES = 32
SAMPLE = "replace-this-sample-key"


@dataclass(frozen=True, slots=True)
class Keys:
    """Each list is oldest to newest: the last one signs, all of them verify."""

    token: tuple[bytes, ...] = field(repr=False)
    session: tuple[bytes, ...] = field(repr=False)


def load_keys(path: Path, *, production: bool) -> Keys:
    """Read the keys, making them first where that is allowed.

    Raises ``SettingsWrong`` when, in production, the file is missing, readable by others, or holds
    a key that is short or the sample one. Messages never repeat a key.
    """
    if not path.exists():
        if production:
            raise SettingsWrong(f"no keys at {path}: make them with `flask --app wsgi keys`")
        with contextlib.suppress(FileExistsError):  # another worker was quicker
            make_keys(path)
    if production and path.stat().st_mode & 0o077:
        raise SettingsWrong(f"{path} can be read by others: chmod 600")
    try:
        lists = json.loads(path.read_text("utf-8"))
        keys = Keys(**{name: tuple(map(_decoded, lists[name])) for name in ("token", "session")})
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SettingsWrong(f"{path} is not a file of keys: see `flask --app wsgi keys`") from None
    if not keys.token or not keys.session:
        raise SettingsWrong(f"{path} has an empty list of keys")
    if production and any(len(key) < KEY_BYTES for key in (*keys.token, *keys.session)):
        raise SettingsWrong(f"{path} holds a key shorter than {KEY_BYTES} bytes, or the sample one")
    return keys


def make_keys(path: Path) -> None:
    """Write new keys to ``path`` with mode 0600. Raises ``FileExistsError`` if there are any."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lists = {name: [_encoded(secrets.token_bytes(KEY_BYTES))] for name in ("token", "session")}
    # Not the process id: in containers on one volume every service is process 1.
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(lists, file, indent=1)
    try:
        os.link(draft, path)  # whole or not at all, and never over another worker's keys
    finally:
        draft.unlink()


def _encoded(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode()


def _decoded(text: str) -> bytes:
    return b"" if text == SAMPLE else base64.urlsafe_b64decode(text)
