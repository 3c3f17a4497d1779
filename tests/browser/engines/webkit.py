"""WebKitGTK, driven by its own WebKitWebDriver, in its small browser on a screen of its own."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

from tests.browser.engines.processes import PATIENCE, Program
from tests.browser.engines.webdriver import WebDriver, WebDriverError

COMMANDS = ("WebKitWebDriver", "Xvfb")
PACKAGES = ("webkit2gtk-driver", "xvfb")

# Intelligent tracking prevention is a visitor's default in GNOME Web and in Safari, and not in the
# small browser that WebKitGTK brings for its tests.
_ARGUMENTS = ("--automation", "--enable-itp")
_KEEPING_NOTHING = ("--cookies-policy=never", "--enable-html5-local-storage=false")

_ROUTES = {
    "NewSession": ("POST", "/session"),
    "DeleteSession": ("DELETE", ""),
    "Navigate": ("POST", "/url"),
    "ExecuteScript": ("POST", "/execute/sync"),
    "ElementClick": ("POST", "/element/{id}/click"),
    "GetComputedLabel": ("GET", "/element/{id}/computedlabel"),
    "GetComputedRole": ("GET", "/element/{id}/computedrole"),
    "PerformActions": ("POST", "/actions"),
    "GetCookies": ("GET", "/cookie"),
}


class Http:
    """The wire of the specification: one request for each command."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, PATIENCE)
        self.session = ""
        """The path of the session, once there is one."""

    def send(self, command: str, **parameters: object) -> Any:
        method, route = _ROUTES[command]
        body = json.dumps(parameters) if method == "POST" else None
        self._connection.request(method, self.session + route.format(**parameters), body)
        answer = self._connection.getresponse()
        value = json.loads(answer.read())["value"]
        if answer.status != 200:
            raise WebDriverError(value["error"], value["message"])
        return value

    def close(self) -> None:
        self._connection.close()


class WebKit:
    """One WebKitWebDriver; each visitor is a new browser, which is how it forgets."""

    name = "WebKitGTK"

    def __init__(self, proxy: int) -> None:
        """`proxy` is the loopback port through which it finds every host."""
        self._proxy = proxy
        self._home = tempfile.mkdtemp(prefix="izin-webkit-")
        self._ending = contextlib.ExitStack()
        self._ending.callback(shutil.rmtree, self._home, ignore_errors=True)
        try:
            self._start()
        except BaseException:
            self._ending.close()
            raise

    def _start(self) -> None:
        self._port = _free_port()
        self._run(
            ["WebKitWebDriver", f"--port={self._port}"],
            environment=os.environ
            | {"DISPLAY": self._screen(), "GDK_BACKEND": "x11", "HOME": self._home},
        ).until(lambda: _is_open(self._port), "answer")
        visitor, capabilities = self._session()
        visitor.close()
        self.version: str = capabilities["browserVersion"]

    def _screen(self) -> str:
        """The name of a new screen, which Xvfb writes once it is there."""
        numbers = Path(self._home, "screen")
        with numbers.open("wb") as file:
            screen = self._run(
                ["Xvfb", "-displayfd", str(file.fileno()), "-screen", "0", "1280x1024x24",
                 "-nolisten", "tcp"],
                pass_fds=[file.fileno()],
            )  # fmt: skip
        return ":" + screen.until(lambda: _line(numbers), "screen")

    def _run(self, command: list[str], **options: Any) -> Program:
        program = Program(command, **options)
        self._ending.callback(program.end)
        return program

    def visitor(self, *, keeps_nothing: bool = False) -> WebDriver:
        visitor, _ = self._session(*(_KEEPING_NOTHING if keeps_nothing else ()))
        return visitor

    def close(self) -> None:
        self._ending.close()

    def _session(self, *arguments: str) -> tuple[WebDriver, dict[str, Any]]:
        wire = Http(self._port)
        proxy = f"http://127.0.0.1:{self._proxy}"
        wanted = {
            "acceptInsecureCerts": True,
            "webkitgtk:browserOptions": {"args": [*_ARGUMENTS, f"--proxy={proxy}", *arguments]},
        }
        answer = wire.send("NewSession", capabilities={"alwaysMatch": wanted})
        wire.session = f"/session/{answer['sessionId']}"

        def end() -> None:
            wire.send("DeleteSession")
            wire.close()

        return WebDriver(wire, end=end), answer["capabilities"]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _is_open(port: int) -> bool | None:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return None
    return True


def _line(file: Path) -> str | None:
    """A file's first line, once it is whole."""
    line, end, _ = file.read_text().partition("\n")
    return line if end else None
