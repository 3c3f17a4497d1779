"""The shape of what is known about a product; the facts themselves are in ``banner/tags``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Step = list[object]
"""One thing that the script in the page may do, as data (``docs/protocol.md``, the release)."""

Options = Mapping[str, object]
"""What the owner set for a service, already checked against the product's options."""


@dataclass(frozen=True, slots=True)
class StoredItem:
    """Something that a product leaves in the browser.

    ``name`` may end in ``*``. ``kept`` is a number and a unit such as ``"184 days"``, or empty when
    it is kept until somebody deletes it or only the provider knows; ``confirmed`` is false where
    the figure comes from other people's lists and not from the provider or a test.
    ``removed_by`` says who can delete it: the page, or ``nobody`` when it belongs to a domain of
    the provider's own.
    """

    name: str
    kept: str = ""
    confirmed: bool = True
    domain: str = "site"
    kind: Literal["cookie", "storage"] = "cookie"
    removed_by: Literal["page", "nobody"] = "page"


@dataclass(frozen=True, slots=True)
class Option:
    """One key that the owner may set for a service of this product."""

    help: str
    pattern: str
    expected: str
    required: bool = False
    placeholder: str | None = None
    """What stands in an example; still there in production, it is an error."""


@dataclass(frozen=True, slots=True)
class Product:
    """Everything that the gate, the clean-up, the dialog and the tests know about a product.

    ``category`` is ``None`` where only the owner can say what the product is used for.
    ``signals`` are the Consent Mode signals that a grant of this product turns to ``granted``.
    """

    id: str
    name: str
    provider: str
    category: str | None
    options: Mapping[str, Option]
    steps: Callable[[Options], list[Step]]
    hosts: tuple[str, ...] = ()
    stored: tuple[StoredItem, ...] = ()
    signals: tuple[str, ...] = ()
    consent_mode: bool = False
    policy: str = ""
    opt_out: str = ""
    transfers: bool = True
