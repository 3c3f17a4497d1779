"""A site's notice as a document: the words on screen, and the facts that hold for every record.

With a record it has every mandatory field of ISO/IEC TS 27560:2023, as the W3C's guide lays them
out (Consent Records and Receipts, 15 February 2026).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.notice import CONTROLLER, SCHEMA, NoticeDocument, make_notice
from ..core.product import Product
from ..core.site import Site
from . import notice_facts as facts
from .embeds import embed_words
from .texts import FIRST_LAYER, dialog_texts, first_layer, texts_of

VOCABULARY = "https://w3id.org/dpv/2.3"


def notices_of(site: Site, products: Mapping[str, Product]) -> tuple[NoticeDocument, ...]:
    """What the site shows now, one document for each of its languages."""
    return tuple(make_notice(_content(site, products, language)) for language in site.languages)


def _content(site: Site, products: Mapping[str, Product], language: str) -> dict[str, Any]:
    notice, evidence, texts = site.notice, site.evidence, texts_of(site, language)
    services, recipients = facts.services(site, products), facts.recipients(site, products)
    return {
        # Left out for the others: it would give every notice another hash.
        **({"audience": site.audience} if site.has_children else {}),
        "schema": SCHEMA,
        "vocabulary": VOCABULARY,
        "site": site.id,
        "version": notice.version,
        "revision": notice.revision,
        "effective": notice.effective.isoformat(),
        "language": language,
        "changes": notice.changes.get(language, ""),
        "policy": notice.policy[language],
        "words": _words(site, products, language),
        "jurisdiction": evidence.jurisdiction,
        "law": facts.LAWS.get(facts.law_of(site), ""),
        "lawful_basis": facts.lawful_basis(site),
        "controllers": [CONTROLLER],
        "parties": [facts.controller(site, language), *recipients],
        "purposes": facts.purposes(site, services, recipients, language),
        "services": services,
        "recipients": [party["id"] for party in recipients],
        "storage_locations": list(evidence.stored_in),
        "processing_locations": facts.locations(site, services),
        "validity": f"P{site.choice_days}D",
        "retention": f"P{site.record_days}D",
        "collection_method": {"type": "dpv:Collect", "by": "web banner"},
        "withdrawal_method": {
            "type": "dpv:WithdrawConsent",
            "at": f"/v1/{site.id}/preferences",
            "words": texts("withdraw.how"),
        },
        "rights": {
            "type": "dpv:DataSubjectRight",
            "articles": facts.RIGHTS.get(facts.law_of(site), []),
            "words": texts("dialog.rights"),
        },
        "authority": evidence.authority.get(language) or texts("authority.default"),
    }


def _words(site: Site, products: Mapping[str, Product], language: str) -> dict[str, Any]:
    """By surface (``core/decision.py``): what was read where the choice was made."""
    texts = texts_of(site, language)
    return {
        "banner": _banner_words(site, products, language),
        "dialog": dialog_texts(site, products, language),
        "embed": embed_words(site, language),
        "page": {name: texts(f"page.{name}") for name in ("heading", "legend", "noscript")},
    }


def _banner_words(site: Site, products: Mapping[str, Product], language: str) -> dict[str, str]:
    """What stands in the banner while it asks; ``other`` offers the next language, if any."""
    told = dict(zip(FIRST_LAYER, first_layer(site, products, language), strict=True))
    following = site.languages[(site.languages.index(language) + 1) % len(site.languages)]
    return {
        "region": told["banner.region"],
        "title": told["banner.title"],
        "body": told["banner.body"],
        "policy": told["banner.policy"],
        "other": texts_of(site, following)("language.name") if following != language else "",
        "refuse": told["button.refuse"],
        "accept": told["button.accept"],
        "customise": told["button.customise"],
    }
