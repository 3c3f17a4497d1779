"""A disk that can lose its power, fill up and fail: what `disk.c` does, for a test."""

from __future__ import annotations

import mmap
import shutil
import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.durability import compiler

ENDLESS = 2**62
"""Bytes: more than any test writes."""


class Disk:
    """The disk under `folder`, which must be empty; the service runs with its `environment`.

    `torn` is the seed by which some of what was not synced survives a loss of power all the same;
    0: nothing does. `sync_microseconds` is how long each sync takes.
    """

    def __init__(self, folder: Path, *, torn: int = 0, sync_microseconds: int = 0) -> None:
        self.folder = folder / "disk"
        self.folder.mkdir()
        self._shadow = folder / "survives"
        self._shadow.mkdir()
        self._library = _compiled(folder)
        self._torn = torn
        self._sync_microseconds = sync_microseconds
        self._control_path = folder / "disk.control"
        self._control_path.write_bytes(struct.pack("qq", ENDLESS, False))
        with self._control_path.open("r+b") as file:
            self._control = mmap.mmap(file.fileno(), 0)

    @property
    def environment(self) -> Mapping[str, str]:
        """With which a process writes through this disk."""
        torn = {"DISK_TORN": str(self._torn)} if self._torn else {}
        return {
            "LD_PRELOAD": str(self._library),
            "DISK_FOLDER": str(self.folder),
            "DISK_SHADOW": str(self._shadow),
            "DISK_CONTROL": str(self._control_path),
            **torn,
        }

    @property
    def slowness(self) -> Mapping[str, str]:
        """With which syncing only takes longer: nothing is copied, and what is synced really is."""
        return {
            "LD_PRELOAD": str(self._library),
            "DISK_FOLDER": str(self.folder),
            "DISK_SYNC_MICROSECONDS": str(self._sync_microseconds),
        }

    def settle(self) -> None:
        """All that is on it now is safe. While nobody writes."""
        shutil.rmtree(self._shadow, ignore_errors=True)
        shutil.copytree(self.folder, self._shadow)

    def lose_power(self) -> None:
        """Only what survives a loss of power is left. After the service was killed."""
        shutil.rmtree(self.folder)
        shutil.copytree(self._shadow, self.folder)

    def leave_room(self, *, bytes: int) -> None:
        """From now on its files can grow by so much and no more."""
        self._set(0, bytes)

    def fail_syncs(self, fail: bool) -> None:
        self._set(1, int(fail))

    def _set(self, place: int, value: int) -> None:
        self._control[8 * place : 8 * place + 8] = struct.pack("q", value)


def _compiled(folder: Path) -> Path:
    source = Path(__file__).with_name("disk.c")
    library = folder / "disk.so"
    subprocess.run(
        [compiler.find(), "-shared", "-fPIC", "-O2", "-Wall", "-o", library, source, "-ldl"],
        check=True,
    )
    return library
