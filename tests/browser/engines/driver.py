"""What the walks need of a browser, and no more: each engine does it in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

Key = Literal["Tab", "Shift+Tab", "Escape", "Enter", "Space"]


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie that the page's host gets."""

    name: str
    value: str
    host: str
    """The host that it was set for, or the domain: without a dot before it."""
    is_host_only: bool

    @classmethod
    def of(cls, found: dict[str, Any]) -> Cookie:
        """As every engine tells it: a dot before the domain when it is not of one host alone."""
        domain: str = found["domain"]
        return cls(
            found["name"],
            found["value"],
            host=domain.removeprefix("."),
            is_host_only=not domain.startswith("."),
        )


class Driver(Protocol):
    """One visitor's only window, with cookies and storage of their own, until `close()`.

    Controls are found as assistive technology finds them, by the role and the accessible name
    that the engine itself computes, inside of `within`, a CSS selector, and of its shadow trees.
    """

    def open(self, url: str) -> None:
        """Go there, and wait until it has loaded."""

    def back(self) -> None:
        """One page back in the history. Waits for nothing: a page from memory does not load."""

    def run(self, script: str, *arguments: object) -> Any:
        """What this body of a function returns on the page; `arguments` is its arguments."""

    def is_shown(self, role: str, name: str, *, within: str) -> bool: ...

    def press(self, role: str, name: str, *, within: str) -> None:
        """Press what is shown there now, with the pointer, as a visitor does."""

    def type(self, key: Key) -> None: ...

    def cookies(self) -> list[Cookie]:
        """Those of the page's host and of its parents, HttpOnly ones too."""

    def close(self) -> None: ...


class Engine(Protocol):
    """A browser that has started, until `close()`."""

    name: str
    version: str

    def visitor(self, *, keeps_nothing: bool = False) -> Driver:
        """A new visitor; one who `keeps_nothing` has forbidden cookies and storage.

        There is one visitor at a time: close the one before.
        """

    def close(self) -> None: ...
