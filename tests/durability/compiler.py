"""Which C compiler makes the disk that can fail.

`python -m tests.durability.compiler` makes sure that there is one and says which.
"""

from __future__ import annotations

import shutil
import sys

from tests import debian

COMMANDS = ("cc", "gcc", "clang")
PACKAGES = ("gcc", "libc6-dev")


class NoCompiler(RuntimeError):
    """There is no C compiler here. The tests that need one are never skipped for that."""


def find() -> str:
    """The path of a C compiler. Raises NoCompiler, which says what to do."""
    for path in map(shutil.which, COMMANDS):
        if path:
            return path
    raise NoCompiler(
        "no C compiler found: run `python -m tests.durability.compiler`, "
        "or install one of " + ", ".join(COMMANDS)
    )


def ensure() -> str:
    """The path of a C compiler, installed first if need be; exits with advice if that fails."""
    for install in (None, _install_from_debian):
        if install is not None:
            install()
        try:
            return find()
        except NoCompiler:
            continue
    sys.exit(
        "No C compiler, and none could be installed. Either\n"
        f"  as root:  apt-get install -y --no-install-recommends {' '.join(PACKAGES)}\n"
        f"or put one of {', '.join(COMMANDS)} on PATH."
    )


def _install_from_debian() -> None:
    debian.install(*PACKAGES)


if __name__ == "__main__":
    print(ensure())
