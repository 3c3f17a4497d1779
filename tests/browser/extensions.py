"""Browser extensions that answer for the visitor, with Izin's rules alone.

What answers runs as a content script does, in every document from its start and in a world of its
own: it sees the page's elements and none of the page's variables. autoconsent's engine comes from
npm, and around it is only what the rest of the extension would answer. Consent-O-Matic's engine is
on no registry and was not run: a reader of our own carries out what its format says.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from playwright.sync_api import Page

from banner.paths import ROOT

RULES = ROOT / "docs" / "extensions"
AUTOCONSENT = ROOT / "node_modules" / "@duckduckgo" / "autoconsent"
RULE_READER = ROOT / "tests" / "browser" / "rule_reader.js"

# No rule here asks for anything of the page's own world, where an `eval` is carried out.
_BACKGROUND_OF_AUTOCONSENT = """
const answers = ANSWERS;
window.autoconsentSendMessage = async (message) => {
  tellTest(JSON.stringify(message));
  const answer = message.type === "eval"
    ? { type: "evalResp", id: message.id, result: false }
    : answers[message.type];
  if (answer) setTimeout(() => autoconsentReceiveMessage(answer));
};
"""


class Extension:
    """What an engine on the visitor's page has said, oldest first."""

    def __init__(self, page: Page, name: str, source: str) -> None:
        self._page = page
        self.messages: list[Any] = []
        session = page.context.new_cdp_session(page)
        session.on("Runtime.bindingCalled", self._hear)
        session.send("Page.enable")
        session.send("Runtime.enable")
        session.send("Runtime.addBinding", {"name": "tellTest", "executionContextName": name})
        session.send(
            "Page.addScriptToEvaluateOnNewDocument",
            {"source": f"(() => {{\n{source}\n}})();", "worldName": name},
        )

    def wait_for(self, beginning: str, *, limit: float = 15.0) -> Any:
        """The first message whose type, or which itself, begins like this."""
        until = time.monotonic() + limit
        while not (found := self._said(beginning)):
            assert time.monotonic() < until, f"no {beginning} among {self.messages}"
            self._page.wait_for_timeout(50)
        return found[0]

    def has_said(self, beginning: str) -> bool:
        return bool(self._said(beginning))

    def _said(self, beginning: str) -> list[Any]:
        return [each for each in self.messages if _type(each).startswith(beginning)]

    def _hear(self, event: Mapping[str, str]) -> None:
        if event["name"] == "tellTest":
            self.messages.append(json.loads(event["payload"]))


def _type(message: Any) -> str:
    return str(message["type"]) if isinstance(message, dict) else str(message)


def rule(name: str) -> Any:
    """Izin's rule for the extension of this name."""
    return json.loads((RULES / f"{name}.json").read_text("utf-8"))


def autoconsent(
    page: Page,
    *,
    action: str | None = "optOut",
    rules: Sequence[Any] | None = None,
    guesses: bool = False,
    test_after: str = "autoconsentDone",
) -> Extension:
    """DuckDuckGo's autoconsent, which refuses (`optOut`), accepts (`optIn`) or only looks (None).

    By default it has our rule alone. If it `guesses`, it looks for buttons that refuse by their
    words where no rule fits. Its self-test runs after the message `test_after`.
    """
    answers = {
        "init": {
            "type": "initResp",
            "config": {"autoAction": action, "heuristicMode": "reject" if guesses else "off"},
            "rules": {"autoconsent": [rule("autoconsent")] if rules is None else rules},
        },
        test_after: {"type": "selfTest"},
    }
    background = _BACKGROUND_OF_AUTOCONSENT.replace("ANSWERS", json.dumps(answers))
    engine = (AUTOCONSENT / "dist" / "autoconsent.playwright.js").read_text("utf-8")
    return Extension(page, "autoconsent", background + engine)


def rules_of_autoconsent() -> Sequence[Any]:
    """All rules that autoconsent itself comes with."""
    found: Sequence[Any] = json.loads((AUTOCONSENT / "rules" / "rules.json").read_text("utf-8"))[
        "autoconsent"
    ]
    return found


def consent_o_matic(page: Page, *, granted: str = "") -> Extension:
    """Consent-O-Matic's rule, for a visitor who has granted these of its categories: `"AB"`.

    A is preferences, B performance and analytics, D storing information, E content, F
    advertising, X other. At first, and so by default, it grants none.
    """
    rules, letters = json.dumps(rule("consent-o-matic")), json.dumps(dict.fromkeys(granted, True))
    call = f"answer({rules}, {letters}, (message) => tellTest(JSON.stringify(message)));"
    return Extension(page, "consent-o-matic", RULE_READER.read_text("utf-8") + call)
