"""SQLite's files are their owner's alone, whatever the umask says."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from banner.store.engine import open_engine
from banner.store.files import close_to_others, database_file, open_to_others
from banner.store.migrate import migrate


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=["000", "022", "077"])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


@pytest.mark.usefixtures("umask")
def test_what_sqlite_makes_is_for_its_owner_alone(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new' / 'izin.sqlite3'}")

    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE more (a)"))
        there = modes(tmp_path / "new")
    engine.dispose()

    assert there == {"izin.sqlite3": 0o600, "izin.sqlite3-wal": 0o600, "izin.sqlite3-shm": 0o600}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_an_engine_that_asks_nothing_makes_nothing(tmp_path: Path) -> None:
    open_engine(f"sqlite:///{tmp_path / 'izin.sqlite3'}").dispose()

    assert not modes(tmp_path)


def test_what_an_older_version_left_open_is_found_and_closed(tmp_path: Path) -> None:
    database = tmp_path / "izin.sqlite3"
    for end, mode in (("", 0o644), ("-wal", 0o640), ("-shm", 0o600)):
        file = tmp_path / f"izin.sqlite3{end}"
        file.touch()
        file.chmod(mode)

    found = open_to_others(database)
    close_to_others(database)

    assert [file.name for file in found] == ["izin.sqlite3", "izin.sqlite3-wal"]
    assert {*modes(tmp_path).values()} == {0o600}


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=ro&uri=true", "postgresql://x/y"],
)
def test_what_is_in_no_file_of_ours_has_none(url: str) -> None:
    assert database_file(url) is None
