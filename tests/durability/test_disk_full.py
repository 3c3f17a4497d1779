"""SQLite on a disk that is full, and on one whose syncs fail."""

from __future__ import annotations

import time
from pathlib import Path

from tests.durability import reckoning
from tests.durability.conftest import Start, Tell
from tests.durability.crowd import Crowd
from tests.durability.disk import ENDLESS, Disk
from tests.durability.running import Running
from tests.durability.test_power_loss import NAME, cut_power, start_on

LOAD_SECONDS = 0.5


def test_a_full_disk_is_told_and_loses_nothing(start: Start, tell: Tell, tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    running = start_on(disk, start)
    crowd = Crowd(running.port)

    with crowd.deciding():
        time.sleep(LOAD_SECONDS)
        disk.leave_room(bytes=150_000)
        crowd.wait_for(crowd.put_off)
        time.sleep(LOAD_SECONDS)
        while_full = len(crowd.told)
        time.sleep(LOAD_SECONDS)
        assert len(crowd.told) == while_full, "acknowledged on a full disk"
        disk.leave_room(bytes=ENDLESS)
        crowd.wait_for(crowd.told)

    judge(crowd, running, disk)
    tell("a full disk", crowd)


def test_a_disk_whose_syncs_fail_is_told_and_loses_nothing_with_the_power_either(
    start: Start, tmp_path: Path
) -> None:
    disk = Disk(tmp_path)
    running = start_on(disk, start)
    crowd = Crowd(running.port)

    with crowd.deciding():
        time.sleep(LOAD_SECONDS)
        disk.fail_syncs(True)
        crowd.wait_for(crowd.put_off)
        time.sleep(LOAD_SECONDS)
        disk.fail_syncs(False)
        crowd.wait_for(crowd.told)
    cut_power(disk, running, crowd)
    running.start()

    judge(crowd, running, disk)


def judge(crowd: Crowd, running: Running, disk: Disk) -> None:
    reckoning.settle(crowd, running)
    reckoning.check_integrity(disk.folder / NAME)
    reckoning.verify_ledger(running)
