"""Put together what one site's pages load: the script, and the dialog of each language."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..core.consent_mode import queue_of
from ..core.notice import NoticeDocument
from ..core.product import Product
from ..core.release import make_ahead, make_release
from ..core.signals import NO_SIGNALS
from ..core.site import Site
from ..paths import STATIC
from .address import AT_HOME, Address
from .embeds import embed_texts
from .explain import explain_texts, panel_texts
from .look import banner_css, dressed
from .minify import Packed, minify_js, pack
from .notice import notices_of
from .queue import queue_facts
from .stand_in import redirected
from .texts import (
    FIRST_LAYER,
    PINNED_LAYER,
    button_texts,
    dialog_texts,
    faults,
    first_layer,
    notes,
    texts_of,
)

CORE = (
    "page",
    "tag_path",
    "choice",
    "gate",
    "call",
    "mark",
    "container",
    "after",
    "outbox",
    "queue",
    "api",
    "ahead",
    "pinned",
    "begin",
)
"""The files of ``static/core`` in the order in which data flows through them."""


def _no_texts(_: Site, __: Mapping[str, Product], ___: str) -> None:
    return None


PARTS: Mapping[str, Callable[[Site, Mapping[str, Product], str], Any]] = {
    "button": button_texts,
    "aside": _no_texts,
    "dialog": dialog_texts,
    "marked": _no_texts,
    "mend": _no_texts,
    "reached": _no_texts,
    "embeds": embed_texts,
    "notes": notes,
    "fault": faults,
    "follow": _no_texts,
    "uncover": _no_texts,
    "explain": explain_texts,
    "panel": panel_texts,
    "queue": queue_facts,
    "ends": _no_texts,
}
"""What is loaded only once somebody needs it: a file of ``static``, its style sheet if it has one,
and the function that gives its texts."""

FILES_OF: Mapping[str, tuple[str, ...]] = {
    "marked": ("runs", "roots", "place"),
    "explain": ("runs",),
}
"""The other files of ``static`` whose functions a part calls."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """All files of one site, ready to be served."""

    script: Packed
    etag: str
    address: Address
    """Whom the script talks to."""
    pinned: Packed
    """The same script, which loads its parts only with the contents that they have now."""
    pin: str
    """Stands in the address of the pinned script, and changes with every byte of it."""
    version: str
    """Changes with every word and tag: it says which notices were shown."""
    notices: tuple[NoticeDocument, ...]
    """One for each language of the site."""
    parts: Mapping[str, Packed]
    """By address below the site's: ``<version>/dialog.id.js``. One version for all of them."""


def compose(
    site: Site,
    products: Mapping[str, Product],
    *,
    address: Address = AT_HOME,
    stand_in: str = "",
) -> Bundle:
    parts = {
        f"{name}.{language}.js": pack(_part(name, site, products, language))
        for name in PARTS
        for language in site.languages
    }
    tags = _tags(site, products)
    notices = notices_of(site, products)
    contents = [*(part.plain for part in parts.values()), tags]
    version = digest(b"".join([*contents, *(each.hash.encode() for each in notices)]))
    config = _config(site, products, version, address, stand_in)
    script = pack(_plain(site, products, config))
    sealed = {**config, "integrity": _integrity(parts)}
    left_out = _not_needed(site, products, config)
    pinned = pack(_script(site, products, sealed, left_out, PINNED_LAYER))
    return Bundle(
        script=script,
        etag=digest(script.plain),
        address=address,
        pinned=pinned,
        pin=digest(pinned.plain),
        version=version,
        notices=notices,
        parts={f"{version}/{name}": part for name, part in parts.items()},
    )


def compose_at(
    address: Address, bundle: Bundle, site: Site, products: Mapping[str, Product], *, stand_in: str
) -> Packed:
    """The script of ``bundle`` for pages that reach the service at another ``address``."""
    return pack(_plain(site, products, _config(site, products, bundle.version, address, stand_in)))


def _plain(site: Site, products: Mapping[str, Product], config: Mapping[str, Any]) -> str:
    left_out = _not_needed(site, products, config)
    return _script(site, products, config, {*left_out, "pinned"}, FIRST_LAYER)


def _tags(site: Site, products: Mapping[str, Product]) -> bytes:
    """All that can be released: after a change of it no page may go on with what it has kept."""
    everything = frozenset({*site.categories, *site.service_ids})
    release = make_release(everything, site, products, signals=NO_SIGNALS, at=0)
    return json.dumps([release, repr(site.country)]).encode()


def digest(content: bytes) -> str:
    """Sixteen characters that change with the content and are safe in an address."""
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest())[:16].decode()


def integrity_of(content: bytes) -> str:
    """What a browser compares with, once it has undone the encoding (W3C SRI, section 3.5)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def _integrity(parts: Mapping[str, Packed]) -> dict[str, str]:
    """Of each part, as the core names it: ``dialog.id``."""
    return {name.removesuffix(".js"): integrity_of(part.plain) for name, part in parts.items()}


def _script(
    site: Site,
    products: Mapping[str, Product],
    config: Mapping[str, Any],
    left_out: set[str],
    texts: tuple[str, ...],
) -> str:
    """The core runs; what only an undecided page needs waits in functions nobody calls."""
    core = "\n".join(_source(f"core/{name}.js") for name in CORE if name not in left_out)
    # As a text it costs less than as a setting, and without one what needs it is left out.
    core = core.replace("config.layer", as_data(_queue(site, products)))
    script = in_any_page(
        "(function(config, lazy, banner) {\n"
        '"use strict";\n'
        f"{_numbered(core, texts)}\n"
        f"}})({as_data(config)},\n"
        f"function() {{ return {as_data(_lazy(site, products, texts))}; }},\n"
        f"{_numbered(function_of('banner.js'), texts)});\n"
    )
    language = site.languages[0]
    page = f"{config['at']}/preferences?lang={language}"
    words = texts_of(site, language)("control")
    return minify_js(
        f"try {{\n{script}\n}} catch (error) {{\n"
        f"({function_of('unable.js')})(error, {as_data(page)}, {as_data(words)});\n}}"
    )


def in_any_page(source: str) -> str:
    """The source, minified, with a `document` that no name in the page can hide."""
    return minify_js(
        "(function(unhidden) {\n"
        "const document = unhidden(window.document);\n"
        f"{source}\n"
        f"}})({function_of('document.js')});\n"
    )


def _not_needed(site: Site, products: Mapping[str, Product], config: Mapping[str, Any]) -> set[str]:
    """The files of the core without which this site's script is the same, and smaller."""
    left_out = set()
    ahead = make_ahead(site, products)
    if not ahead:
        left_out.add("ahead")
    if "own" not in config:
        left_out.add("tag_path")
    steps = _tags(site, products).decode() + json.dumps(ahead)
    for name, kind in (("call", "call"), ("mark", "mark"), ("container", "ends")):
        if f'["{kind}", ' not in steps:
            left_out.add(name)
    if not (site.country and site.country.platform):
        left_out.add("after")
    return left_out


def _numbered(source: str, texts: tuple[str, ...]) -> str:
    """The sources name texts by key; a list and its positions are smaller on the wire."""
    for position, key in enumerate(texts):
        source = source.replace(f'"{key}"', str(position))
    return source


def _part(name: str, site: Site, products: Mapping[str, Product], language: str) -> str:
    data = [as_data(PARTS[name](site, products, language))]
    if (STATIC / f"{name}.css").exists():
        data.append(as_data(dressed(site.look, name)))
    files = (*FILES_OF.get(name, ()), name)
    functions = "\n".join(function_of(f"{file}.js") for file in files)
    return in_any_page(f"{functions}\n{name}({', '.join(data)});\n")


def _config(
    site: Site, products: Mapping[str, Product], version: str, address: Address, stand_in: str
) -> dict[str, Any]:
    """What the core needs on every page. Nothing here is a tag: those come with the release, except
    where the owner has asked for Google's advanced mode."""
    ahead = make_ahead(site, products)
    return {
        **({"ahead": redirected(ahead, stand_in)} if ahead else {}),
        "site": site.id,
        "at": address.of(site.id),
        **({"own": own} if (own := address.seen_in_tags(site)) else {}),
        "languages": site.languages,
        "notice": site.notice.version,
        "seconds": site.choice_seconds,
        "domain": site.cookie_domain or "",
        "categories": {
            category: [service.id for service in site.services if service.category == category]
            for category in site.categories
        },
        "button": site.look.button != "none",
        "version": version,
    }


def _queue(site: Site, products: Mapping[str, Product]) -> str:
    """The name of the queue of Google's tags; empty where none of them is in the site's file."""
    reads = any(products[service.product].consent_mode for service in site.services)
    return queue_of(site) if reads else ""


def _lazy(site: Site, products: Mapping[str, Product], texts: tuple[str, ...]) -> dict[str, Any]:
    """What only a page that asks needs."""
    return {
        "texts": {
            language: first_layer(site, products, language, texts) for language in site.languages
        },
        "policy": site.notice.policy,
        "css": banner_css(site.look),
    }


def function_of(name: str) -> str:
    """The file's one function, without the comments around it."""
    source = _source(name)
    return source[source.index("\nfunction ") + 1 :].strip()


@cache
def _source(name: str) -> str:
    return (STATIC / name).read_text("utf-8")


def as_data(value: object) -> str:
    """JSON that is also JavaScript, wherever it stands: nothing in it can end a script."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
