"""Firefox, driven over Marionette: the wire that is built into it, below every other driver."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.browser.engines.processes import PATIENCE, Program
from tests.browser.engines.webdriver import WebDriver, WebDriverError

COMMAND = "firefox-esr"
PACKAGE = "firefox-esr"

# Firefox switches most of its own traffic off once it is driven (RecommendedPreferences in its
# source); this is the rest, and what it would ask for before. Nothing here changes what a page may
# keep or send: Total Cookie Protection and all the others stay as visitors have them.
_PREFERENCES: dict[str, bool | int | str] = {
    "app.normandy.enabled": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    # Add-ons of the profile alone, which has none: what is installed for all users of a machine,
    # such as Debian's packages of ad blockers, must not answer for a visitor.
    "extensions.enabledScopes": 1,
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",  # it takes that for nobody
}

# With this Firefox believes the address above, and ends itself at a connection that leaves here.
_ENVIRONMENT = {"MOZ_DISABLE_NONLOCAL_CONNECTIONS": "1"}

_FORBID = "Services.prefs.setIntPref('network.cookie.cookieBehavior', arguments[0])"
_ALLOW = "Services.prefs.clearUserPref('network.cookie.cookieBehavior')"

_FORGET = """
const done = arguments[arguments.length - 1];
Services.clearData.deleteData(Ci.nsIClearDataService.CLEAR_ALL, { onDataDeleted: () => done() });
"""

_ADD_ONS = """
const done = arguments[arguments.length - 1];
AddonManager.getActiveAddons(["extension"]).then(({ addons }) =>
  done(addons.filter((each) => !each.isBuiltin && !each.isSystem).map((each) => each.id)));
"""

_USERS_ADD_ONS = Path(".mozilla", "extensions", "{ec8030f7-c20a-464f-9b0e-13a3a9e97384}")
"""Below the home folder; Firefox's own id."""

Preferences = Mapping[str, bool | int | str]


class Marionette:
    """`<length>:<JSON>` in both directions; a command is `[0, number, name, parameters]`."""

    def __init__(self, port: int) -> None:
        self._connection = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._answers = self._connection.makefile("rb")
        self._numbers = itertools.count(1)
        self._receive()  # who it is

    def send(self, command: str, **parameters: object) -> Any:
        return self.say(f"WebDriver:{command}", **parameters)

    def say(self, command: str, **parameters: object) -> Any:
        """Send what is Marionette's own. Raises WebDriverError."""
        message = json.dumps([0, next(self._numbers), command, parameters]).encode()
        self._connection.sendall(b"%d:" % len(message) + message)
        _, _, error, value = self._receive()
        if error:
            raise WebDriverError(error["error"], error["message"])
        return value["value"] if isinstance(value, dict) and value.keys() == {"value"} else value

    def close(self) -> None:
        self._answers.close()
        self._connection.close()

    def _receive(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            byte = self._answers.read(1)
            if not byte:
                raise ConnectionError("Firefox has ended")
            length += byte
        return json.loads(self._answers.read(int(length[:-1])))


class Firefox:
    """One Firefox for all visitors: its start takes longer than forgetting the one before."""

    name = "Firefox"

    def __init__(
        self,
        proxy: int,
        *,
        add_ons: Mapping[str, str] | None = None,
        preferences: Preferences | None = None,
    ) -> None:
        """`proxy` is the loopback port through which it finds every host.

        `add_ons` are put where all of a user's profiles find them: the manifest of each, by its id.
        """
        self._folder = Path(tempfile.mkdtemp(prefix="izin-firefox-"))
        profile = self._folder / "profile"
        profile.mkdir()
        _write_preferences(profile, proxy, preferences or {})
        for name, manifest in (add_ons or {}).items():
            _put_add_on(self._folder, name, manifest)
        self._program = Program(
            [
                COMMAND, "--headless", "--no-remote", "--profile", str(profile),
                "--marionette", "--remote-allow-system-access",
            ],
            environment=os.environ | _ENVIRONMENT | {"HOME": str(self._folder)},
        )  # fmt: skip
        try:
            self._wire = Marionette(self._program.until(lambda: _port(profile), "port"))
            session = self._wire.send("NewSession", acceptInsecureCerts=True)
        except BaseException:
            self._end()
            raise
        self.version: str = session["capabilities"]["browserVersion"]

    def visitor(self, *, keeps_nothing: bool = False) -> WebDriver:
        if keeps_nothing:
            self._of_the_browser("ExecuteScript", _FORBID, 2)  # BEHAVIOR_REJECT
        return WebDriver(self._wire, end=self._forget)

    def add_ons(self) -> list[str]:
        """The ids of the add-ons that run, without what Firefox itself is made of."""
        found: list[str] = self._of_the_browser("ExecuteAsyncScript", _ADD_ONS)
        return found

    def close(self) -> None:
        self._wire.close()
        self._end()

    def _forget(self) -> None:
        self._wire.send("Navigate", url="about:blank")
        self._of_the_browser("ExecuteScript", _ALLOW)
        self._of_the_browser("ExecuteAsyncScript", _FORGET)

    def _of_the_browser(self, command: str, script: str, *arguments: object) -> Any:
        """Run it in Firefox itself and not in a page."""
        self._wire.say("Marionette:SetContext", value="chrome")
        try:
            return self._wire.send(command, script=script, args=list(arguments))
        finally:
            self._wire.say("Marionette:SetContext", value="content")

    def _end(self) -> None:
        self._program.end()
        shutil.rmtree(self._folder, ignore_errors=True)


def _port(profile: Path) -> int | None:
    try:
        return int((profile / "MarionetteActivePort").read_text())
    except (OSError, ValueError):
        return None


def _put_add_on(home: Path, name: str, manifest: str) -> None:
    folder = home / _USERS_ADD_ONS / name
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(manifest, "utf-8")


def _write_preferences(profile: Path, proxy: int, more: Preferences) -> None:
    preferences = _PREFERENCES | {
        "marionette.port": 0,
        "network.proxy.type": 1,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": proxy,
        "network.proxy.ssl": "127.0.0.1",
        "network.proxy.ssl_port": proxy,
        "network.proxy.allow_hijacking_localhost": True,
        **more,
    }
    lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in preferences.items())
    (profile / "user.js").write_text("".join(lines), "utf-8")
