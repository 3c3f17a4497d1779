"""The keys of a running process: one of each list signs, and all that the file holds by now verify.

Processes restart one by one, and the first signs with a key that the others have not read. So none
calls a signature unknown before it has looked at the file again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

from .core.errors import SettingsWrong, TokenForged
from .core.site import Site
from .core.token import Token, read_token
from .keys import Keys, load_keys

log = logging.getLogger("izin.keys")

State = tuple[int, ...] | None


class Keyring:
    """The token and session keys. The last of each signs, from the start of the process to its end;
    the others verify, and grow with the file.

    What is taken out of the file goes on counting here until the restart, as `keys drop` says.
    """

    def __init__(
        self, token: Sequence[bytes], session: Sequence[bytes] = (), *, file: Path | None = None
    ) -> None:
        """The keys of the start, oldest first, and where later ones are looked for."""
        self.token = tuple(token)
        self.session = tuple(session)
        self._file = file
        self._guard = threading.Lock()
        self._seen: State = None

    def __repr__(self) -> str:
        return f"<Keyring of {len(self.token)} and {len(self.session)} keys>"

    def read(self, text: str, site: Site) -> Token:
        """The token behind ``text`` at any age, signed with any key that the file holds by now.

        Raises what ``read_token`` raises.
        """
        known = self.token
        try:
            return read_token(text, site, known)
        except TokenForged:
            self.look_again()
            if self.token == known:
                raise
        return read_token(text, site, self.token)

    def look_again(self) -> None:
        """Learn the keys that were added to the file. Unless it was changed since this was last
        asked, that costs a look at its date: forged signatures come as often as anybody likes."""
        if self._file is None:
            return
        with self._guard:
            seen = _state(self._file)
            if seen == self._seen or seen is None:
                return
            self._seen = seen
            try:
                found = load_keys(self._file, production=True)  # nothing weak, and nothing is made
            except (SettingsWrong, OSError) as error:
                log.error("keys_unread", extra={"cause": type(error).__name__})
                return
            self._learn(found)

    def _learn(self, found: Keys) -> None:
        before = self.token, self.session
        self.token = _with(self.token, found.token)
        self.session = _with(self.session, found.session)
        if before != (self.token, self.session):
            log.info("keys_learned")


def _with(known: tuple[bytes, ...], found: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The new ones in front: what signs stands last."""
    return (*(key for key in found if key not in known), *known)


def _state(file: Path) -> State:
    try:
        told = file.stat()
    except OSError:
        return None
    # Not when its contents were changed: a mode that was set right later counts too.
    return told.st_dev, told.st_ino, told.st_ctime_ns, told.st_size
