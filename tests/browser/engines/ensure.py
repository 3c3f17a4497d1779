"""The engines that the walks are made in.

`python -m tests.browser.engines.ensure` makes sure that there are all three and says which.
"""

from __future__ import annotations

import shutil
import sys

from tests import debian
from tests.browser import chromium
from tests.browser.engines import firefox, webkit

COMMANDS = (firefox.COMMAND, *webkit.COMMANDS)
PACKAGES = (firefox.PACKAGE, *webkit.PACKAGES)

_NOWHERE = 9
"""The port of the discard protocol: nothing listens on it."""


def missing() -> list[str]:
    """The programs that are not on PATH."""
    return [command for command in COMMANDS if not shutil.which(command)]


def ensure() -> None:
    """Install what is missing; exit with advice if that fails. An engine is never left out."""
    if missing():
        debian.install(*PACKAGES)
    if not missing():
        return
    sys.exit(
        f"Not found, and not to be installed from here: {', '.join(missing())}. The walks are made "
        "in Firefox ESR and WebKitGTK as Debian ships them. As root:\n"
        f"  apt-get install -y --no-install-recommends {' '.join(PACKAGES)}"
    )


def versions() -> list[str]:
    """What each engine calls itself once it has started, so that it is known here if one cannot."""
    found = [chromium.version(chromium.find_whole())]
    for start in (firefox.Firefox, webkit.WebKit):
        engine = start(_NOWHERE)
        engine.close()
        found.append(f"{engine.name} {engine.version}")
    return found


if __name__ == "__main__":
    chromium.ensure()
    ensure()
    print("\n".join(versions()))
