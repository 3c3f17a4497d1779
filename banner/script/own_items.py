"""What Izin itself leaves in the browser: necessary, so never asked for, and told all the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core.cookie import cookie_name
from ..core.origin import Origin
from ..core.product import StoredItem
from ..core.site import Site
from ..i18n import Texts

OWN_SERVICE = "izin"
"""Its id and its product's in the declaration."""


@dataclass(frozen=True, slots=True)
class OwnItem:
    stored: StoredItem
    purpose: str
    removed: str
    """Keys of texts: what it is for, and what becomes of it."""

    def row(self, texts: Texts) -> list[str]:
        """As people read it, in the order of ``STORED_COLUMNS``."""
        item = self.stored
        storage = item.kind == "storage"
        words = {"": "stored.until_deleted", "session": "stored.kept.session"}
        return [
            texts("stored.storage", names=item.name) if storage else item.name,
            texts(self.purpose),
            texts("stored.this_site") if item.domain == "site" else item.domain,
            texts(words[item.kept]) if item.kept in words else texts.span(item.kept),
            texts(self.removed),
        ]


@dataclass(frozen=True, slots=True)
class Own:
    """Izin on one site, beside the services of others."""

    site: Site
    service: Origin
    """Where the choices are recorded."""
    form_cookie: str
    """The name of the cookie of the form without JavaScript."""

    @property
    def items(self) -> tuple[OwnItem, ...]:
        return (
            OwnItem(
                StoredItem(
                    cookie_name(self.site, secure=self.service.scheme == "https"),
                    f"{self.site.choice_days} days",
                    removed_by="nobody",
                ),
                "own.token.purpose",
                "own.token.removed",
            ),
            OwnItem(
                StoredItem(f"izin:{self.site.id}", kind="storage", removed_by="nobody"),
                "own.storage.purpose",
                "own.storage.removed",
            ),
            OwnItem(
                StoredItem(
                    self.form_cookie, "session", domain=self.service.host, removed_by="nobody"
                ),
                "own.form.purpose",
                "own.form.removed",
            ),
        )

    def told(self, texts: Texts) -> dict[str, Any]:
        """As people read it, with the keys of ``service_facts``."""
        fields = [
            ("provider", self.site.controller.name),
            ("hosts", self.service.host),
            ("data", texts("own.data")),
            ("retention", texts.span(f"{self.site.record_days} days")),
            ("basis", texts("own.basis")),
        ]
        return {
            "id": OWN_SERVICE,
            "name": texts("own.name"),
            "purpose": texts("own.purpose"),
            "fields": [[texts(f"field.{key}"), value] for key, value in fields],
            "stored": [item.row(texts) for item in self.items],
            "links": [],
        }

    def facts(self, texts: Mapping[str, Texts]) -> dict[str, Any]:
        """As data; ``texts`` by language."""
        return {
            "id": OWN_SERVICE,
            "product": OWN_SERVICE,
            "name": "Izin",
            "provider": self.site.controller.name,
            "hosts": [self.service.host],
            "retention": f"{self.site.record_days} days",
            "policy": "",
            "opt_out": "",
            "purpose": {language: each("own.purpose") for language, each in texts.items()},
            "stored": [
                item_facts(item.stored, {name: each(item.purpose) for name, each in texts.items()})
                for item in self.items
            ],
        }


def item_facts(item: StoredItem, purpose: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": item.name,
        "kind": item.kind,
        "domain": item.domain,
        "path": item.path,
        "kept": item.kept,
        "confirmed": item.confirmed,
        "removed_by": item.removed_by,
        "purpose": dict(purpose),
    }
