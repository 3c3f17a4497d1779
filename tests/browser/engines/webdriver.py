"""WebDriver (https://www.w3.org/TR/webdriver2/), as much of it as the walks need.

Firefox and WebKitGTK speak the same commands over different wires, so this is written once. A
library is not used for it: those that there are want a program between them and Firefox that
Debian does not have.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, Protocol

from tests.browser.engines.driver import Cookie, Key

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the specification's, the same for everybody

_KEYS = {"Tab": "\ue004", "Shift": "\ue008", "Escape": "\ue00c", "Enter": "\ue007", "Space": " "}

# What may have a role, by role: the engine is asked what it makes of each.
_CANDIDATES = {
    "button": "button",
    "checkbox": "input[type=checkbox]",
    "dialog": "dialog",
    "region": "section",
    "switch": "input",
}

_SHOWN = """
const [within, candidates] = arguments;
const search = (root) => [...root.querySelectorAll("*")].flatMap((element) => [
  ...(element.matches(candidates) && element.checkVisibility() ? [element] : []),
  ...(element.shadowRoot ? search(element.shadowRoot) : []),
]);
return [...document.querySelectorAll(within)].flatMap((element) => [
  ...(element.shadowRoot ? search(element.shadowRoot) : []),
  ...search(element),
]);
"""


class WebDriverError(Exception):
    """The browser's refusal, with the specification's word for it first."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Wire(Protocol):
    """Carries commands by their name in Marionette, the specification's in one word."""

    def send(self, command: str, **parameters: object) -> Any:
        """The answer's value. Raises WebDriverError."""


class WebDriver:
    """A Driver over a wire to a session that has begun. `end` is called at the end."""

    def __init__(self, wire: Wire, *, end: Callable[[], None]) -> None:
        self._wire = wire
        self._end = end

    def open(self, url: str) -> None:
        self._wire.send("Navigate", url=url)

    def back(self) -> None:
        # Not the command of that name: it waits for a load, and a page from memory has none.
        self.run("setTimeout(() => history.back())")

    def run(self, script: str, *arguments: object) -> Any:
        return self._wire.send("ExecuteScript", script=script, args=list(arguments))

    def is_shown(self, role: str, name: str, *, within: str) -> bool:
        return self._find(role, name, within) is not None

    def press(self, role: str, name: str, *, within: str) -> None:
        found = self._find(role, name, within)
        assert found is not None, f"no {role} {name!r} is shown in {within}"
        self._wire.send("ElementClick", id=found)

    def type(self, key: Key) -> None:
        keys = [_KEYS[each] for each in key.split("+")]
        actions = [{"type": "keyDown", "value": each} for each in keys]
        actions += [{"type": "keyUp", "value": each} for each in reversed(keys)]
        self._wire.send(
            "PerformActions", actions=[{"type": "key", "id": "keyboard", "actions": actions}]
        )

    def cookies(self) -> list[Cookie]:
        return [Cookie.of(each) for each in self._wire.send("GetCookies")]

    def close(self) -> None:
        self._end()

    def _find(self, role: str, name: str, within: str) -> str | None:
        for each in self.run(_SHOWN, within, _CANDIDATES[role]):
            element = each[_ELEMENT]
            # What has left the page meanwhile is not shown.
            with contextlib.suppress(WebDriverError):
                if (
                    self._wire.send("GetComputedRole", id=element) == role
                    and self._wire.send("GetComputedLabel", id=element) == name
                ):
                    return str(element)
        return None
