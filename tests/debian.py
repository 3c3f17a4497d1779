"""Installing what the tests need from Debian, where that can be done without asking anybody."""

from __future__ import annotations

import os
import shutil
import subprocess


def install(*packages: str) -> None:
    """As root on a system with apt-get; else nothing. Whoever calls looks whether it has helped."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *command], env=environment, check=False)
