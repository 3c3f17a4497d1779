"""The secret keys: kept in one file that only its owner can read, and renewed there."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

from .core.errors import SettingsWrong

KEY_BYTES = 32
SAMPLE = "replace-this-sample-key"


@dataclass(frozen=True, slots=True)
class Keys:
    """Each list is oldest to newest: the last one signs, all of them verify."""

    token: tuple[bytes, ...] = field(repr=False)
    session: tuple[bytes, ...] = field(repr=False)
    ledger: tuple[bytes, ...] = field(repr=False)
    """Ed25519 seeds of exactly 32 bytes: checkpoints and receipts."""
    webhook: tuple[bytes, ...] = field(repr=False)
    """HMAC keys, shared with whoever is told of a withdrawal."""


LISTS = tuple(each.name for each in fields(Keys))
LATER = ("ledger", "webhook")
"""The lists that a file from before them lacks. Without the others it is no file of keys."""


def load_keys(path: Path, *, production: bool) -> Keys:
    """Read the keys, making what is missing first where that is allowed.

    Raises ``SettingsWrong`` when, in production, the file or one of its lists is missing, or it is
    readable by others, or holds a key that is short or the sample one. Messages never repeat a key.
    """
    if not path.exists():
        if production:
            raise SettingsWrong(f"no keys at {path}: make them with `flask --app wsgi keys`")
        with contextlib.suppress(FileExistsError):  # another worker was quicker
            make_keys(path)
    if production and path.stat().st_mode & 0o077:
        raise SettingsWrong(f"{path} can be read by others: chmod 600")
    if missing := [name for name in LATER if name not in _read(path)]:
        if production:
            raise SettingsWrong(
                f"{path} has no {' and no '.join(missing)} key: add it with `flask --app wsgi keys`"
            )
        complete_keys(path)
    keys = Keys(**_decoded(path, _read(path)))
    if production and any(len(key) < KEY_BYTES for name in LISTS for key in getattr(keys, name)):
        raise SettingsWrong(f"{path} holds a key shorter than {KEY_BYTES} bytes, or the sample one")
    return keys


def make_keys(path: Path) -> None:
    """Write new keys to ``path`` with mode 0600. Raises ``FileExistsError`` if there are any."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _drafted(path, {name: [_new_key()] for name in LISTS}) as draft:
        os.link(draft, path)  # whole or not at all, and never over another worker's keys


def complete_keys(path: Path) -> list[str]:
    """Add the lists that an older file lacks, with a new key each; returns their names."""
    with _changing(path) as lists:
        missing = [name for name in LATER if name not in lists]
        lists |= {name: [_new_key()] for name in missing}
    return missing


def rotate_keys(path: Path, names: Sequence[str]) -> None:
    """Put a new key at the end of each list: it signs from the next start on. Running processes
    verify with it as soon as they need to (``keyring``)."""
    with _changing(path) as lists:
        for name in names:
            lists[name] = [*lists.get(name, ()), _new_key()]


def drop_keys(path: Path, name: str, *, keep: int) -> int:
    """Take all but the newest ``keep`` keys (1 or more) out of a list; returns how many went.

    What they have signed counts for nothing from the next start on.
    """
    with _changing(path) as lists:
        before = lists.get(name, [])
        if len(before) > keep:
            lists[name] = before[-keep:]
    return max(0, len(before) - keep)


@contextlib.contextmanager
def _changing(path: Path) -> Iterator[dict[str, list[str]]]:
    """The lists, to be changed in place: by one process at a time, whole or not at all."""
    path = path.resolve()  # or a link would be replaced and not what it leads to
    try:
        with _alone(path):
            lists = _read(path)
            before = dict(lists)
            yield lists
            if lists != before:
                with _drafted(path, lists) as draft:
                    os.replace(draft, path)
                _sync(path.parent)
    except OSError as error:
        raise SettingsWrong(f"{path} cannot be changed: {error.strerror}") from None


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    while True:
        with path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # Whoever held the lock before may have put another file there.
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                yield
                return


@contextlib.contextmanager
def _drafted(path: Path, lists: dict[str, list[str]]) -> Iterator[Path]:
    """The lists in a file beside ``path``, whole on the disk; gone afterwards."""
    # Not the process id: in containers on one volume every service is process 1.
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            if path.exists() and os.geteuid() == 0:
                # What root changes must stay readable for the user that serves.
                os.fchown(descriptor, path.stat().st_uid, path.stat().st_gid)
            json.dump(lists, file, indent=1)
            file.flush()
            os.fsync(descriptor)
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Keep the new name through a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> dict[str, list[str]]:
    """The lists as they stand in the file. Raises ``SettingsWrong`` if it is none of keys."""
    try:
        lists = json.loads(path.read_text("utf-8"))
    except ValueError:
        lists = None
    if not isinstance(lists, dict) or not lists.keys() >= {*LISTS} - {*LATER}:
        raise _no_keys(path)
    _decoded(path, lists)
    return lists


def _decoded(path: Path, lists: dict[str, list[str]]) -> dict[str, tuple[bytes, ...]]:
    try:
        keys = {name: tuple(map(_key_of, lists[name])) for name in LISTS if name in lists}
    except (ValueError, TypeError):
        raise _no_keys(path) from None
    if not all(keys.values()):
        raise SettingsWrong(f"{path} has an empty list of keys")
    if any(len(seed) != KEY_BYTES for seed in keys.get("ledger", ())):
        raise SettingsWrong(f"{path} holds a ledger key that is not {KEY_BYTES} bytes long")
    return keys


def _no_keys(path: Path) -> SettingsWrong:
    return SettingsWrong(f"{path} is not a file of keys: see `flask --app wsgi keys`")


def _new_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _key_of(text: str) -> bytes:
    return b"" if text == SAMPLE else base64.urlsafe_b64decode(text)
