"""The notice as a document: the exact words and facts that a visitor was shown, named by hash.

``docs/protocol.md`` has its members, ``banner/schemas/notice.schema.json`` its shape.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .canonical import canonical, fingerprint

SCHEMA = "izin/notice/1"
CONTROLLER = "controller"
"""The id of the controller among a document's parties."""

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NoticeDocument:
    """The words of one site in one language, as they are stored for good."""

    hash: str
    """SHA-256 of ``body`` in UTF-8, in hex."""
    site: str
    version: str
    revision: int
    locale: str
    body: str
    """Canonical JSON (``canonical.py``)."""

    @property
    def content(self) -> dict[str, Any]:
        """``body``, read."""
        content: dict[str, Any] = json.loads(self.body)
        return content


def make_notice(content: Content) -> NoticeDocument:
    return NoticeDocument(
        hash=fingerprint(content),
        site=content["site"],
        version=content["version"],
        revision=content["revision"],
        locale=content["language"],
        body=canonical(content).decode("utf-8"),
    )
