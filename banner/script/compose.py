"""Put together what one site's pages load: the script, and the dialog of each language."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..core.product import Product
from ..core.site import Look, Site
from ..paths import STATIC
from .minify import Packed, minify_css, minify_js, pack
from .texts import FIRST_LAYER, dialog_texts, first_layer, texts_of

CORE = ("page", "choice", "gate", "outbox", "api")
"""The files of ``static/core`` in the order in which data flows through them."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """All files of one site, ready to be served."""

    script: Packed
    etag: str
    dialogs: Mapping[str, Packed]
    """By file name: ``dialog.id.<hash>.js``."""


def compose(site: Site, products: Mapping[str, Product]) -> Bundle:
    dialogs = {language: pack(_dialog(site, products, language)) for language in site.languages}
    names = {
        language: f"dialog.{language}.{digest(packed.plain)}.js"
        for language, packed in dialogs.items()
    }
    script = pack(_script(site, products, names))
    return Bundle(
        script=script,
        etag=digest(script.plain),
        dialogs={names[language]: packed for language, packed in dialogs.items()},
    )


def digest(content: bytes) -> str:
    """Sixteen characters that change with the content and are safe in an address."""
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest())[:16].decode()


def _script(site: Site, products: Mapping[str, Product], dialogs: Mapping[str, str]) -> str:
    """The core runs; what only an undecided page needs waits in functions nobody calls."""
    core = "\n".join(_source(f"core/{name}.js") for name in CORE)
    return minify_js(
        "(function(config, lazy, banner) {\n"
        '"use strict";\n'
        f"{_numbered(core)}\n"
        f"}})({_data(_config(site))},\n"
        f"function() {{ return {_data(_lazy(site, products, dialogs))}; }},\n"
        f"{_numbered(_function('banner.js'))});\n"
    )


def _numbered(source: str) -> str:
    """The sources name texts by key; a list and its positions are smaller on the wire."""
    for position, key in enumerate(FIRST_LAYER):
        source = source.replace(f'"{key}"', str(position))
    return source


def _dialog(site: Site, products: Mapping[str, Product], language: str) -> str:
    text, css = dialog_texts(site, products, language), _css("dialog.css", site.look)
    return minify_js(f"({_function('dialog.js')})({_data(text)}, {_data(css)});\n")


def _config(site: Site) -> dict[str, Any]:
    """What the core needs on every page. Nothing here is a tag: those come with the release."""
    return {
        "site": site.id,
        "languages": site.languages,
        "notice": site.notice.version,
        "seconds": site.choice_seconds,
        "domain": site.cookie_domain or "",
        "categories": {
            category: [service.id for service in site.services if service.category == category]
            for category in site.categories
        },
        "control": {language: texts_of(site, language)("control") for language in site.languages},
        "buttonStyle": "" if site.look.button == "none" else _css("button.css", site.look),
    }


def _lazy(
    site: Site, products: Mapping[str, Product], dialogs: Mapping[str, str]
) -> dict[str, Any]:
    """What only a page that asks, or that deletes, needs."""
    css = _css("izin.css", site.look)
    if site.look.layout == "box":
        css += _css("box.css", site.look)
    return {
        "texts": {language: first_layer(site, language) for language in site.languages},
        "policy": site.notice.policy,
        "css": css,
        "dialogs": dialogs,
        "stored": {service.id: _stored(products[service.product]) for service in site.services},
    }


def _stored(product: Product) -> dict[str, list[str]]:
    """The names that the page itself can delete."""
    mine = [item for item in product.stored if item.removed_by == "page"]
    return {
        "cookies": [item.name for item in mine if item.kind == "cookie"],
        "storage": [item.name for item in mine if item.kind == "storage"],
    }


def _css(name: str, look: Look) -> str:
    css = _source(name)
    values = {
        "ON_ACCENT": look.on_accent,
        "ACCENT": look.accent,
        "RADIUS": f"{look.radius}px",
        "CORNER": "auto 8px 8px auto" if look.button == "right" else "auto auto 8px 8px",
    }
    for word, value in values.items():
        css = css.replace(word, value)
    return minify_css(css)


def _function(name: str) -> str:
    """The file's one function, without the comments around it."""
    source = _source(name)
    return source[source.index("\nfunction ") + 1 :].strip()


@cache
def _source(name: str) -> str:
    return (STATIC / name).read_text("utf-8")


def _data(value: object) -> str:
    """JSON that is also JavaScript, wherever it stands: nothing in it can end a script."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
