"""SQLite on a disk that loses its power: what was not synced is gone."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from banner.paths import ROOT
from tests.durability import reckoning
from tests.durability.conftest import Start, Tell
from tests.durability.crowd import Crowd
from tests.durability.disk import Disk
from tests.durability.running import Running

CUTS = 3
LOAD_SECONDS = 0.5
NAME = "izin.sqlite3"


@pytest.mark.parametrize("torn", [0, 7], ids=["nothing-unsynced-survives", "some-of-it-survives"])
def test_what_was_acknowledged_survives_a_loss_of_power(
    start: Start, tell: Tell, tmp_path: Path, torn: int
) -> None:
    disk = Disk(tmp_path, torn=torn)
    running = start_on(disk, start)
    crowd = Crowd(running.port)

    for _ in range(CUTS):
        cut_power(disk, running, crowd)
        survivor = shutil.copytree(disk.folder, tmp_path / "survivor", dirs_exist_ok=True) / NAME
        reckoning.reckon(crowd, f"sqlite:///{survivor}")
        reckoning.check_integrity(survivor)
        running.start()
        reckoning.settle(crowd, running)

    reckoning.verify_ledger(running)
    tell(f"{CUTS} losses of power{', torn writes' if torn else ''}", crowd)


def test_the_disk_of_these_tests_finds_a_service_that_does_not_sync(
    start: Start, tmp_path: Path
) -> None:
    disk = Disk(tmp_path)
    running = start_on(disk, start, checkout=a_careless_copy(tmp_path / "copy"))
    crowd = Crowd(running.port)

    cut_power(disk, running, crowd)

    survived = reckoning.stored(f"sqlite:///{disk.folder / NAME}").records
    assert crowd.told.keys() - survived.keys(), "nothing was lost, so nothing would be found"


def start_on(disk: Disk, start: Start, **options: Path) -> Running:
    """The service on this disk; what it has made of an empty database is safe."""
    url = f"sqlite:///{disk.folder / NAME}"
    running = start(url, environment=disk.environment, **options)
    running.kill()
    disk.settle()
    running.start()
    return running


def cut_power(disk: Disk, running: Running, crowd: Crowd) -> None:
    """Cut it under load. The service is gone with it."""
    before = len(crowd.told)
    with crowd.deciding():
        time.sleep(LOAD_SECONDS)
        crowd.wait_for(crowd.told)
        running.kill()
    assert len(crowd.told) > before, "the power was cut before anything was acknowledged"
    disk.lose_power()


def a_careless_copy(folder: Path) -> Path:
    """The service with one word changed: it commits without syncing its WAL."""
    for name in ("banner", "static", "translations"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "wsgi.py", folder)
    engine = folder / "banner" / "store" / "engine.py"
    careful = engine.read_text("utf-8")
    careless = careful.replace("synchronous=FULL", "synchronous=NORMAL")
    assert careless != careful, "the word has moved"
    engine.write_text(careless.replace("``synchronous=NORMAL``", "``synchronous=FULL``"), "utf-8")
    return folder
