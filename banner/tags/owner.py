"""What only the owner can know of a service that may be anything: the options to tell it, so that
visitors can read it and a withdrawal can delete it."""

from __future__ import annotations

from ..core.product import Option, Options, StoredItem

ADDRESS = r"https://[^\s\"'<>]+"

# At least three characters before a `*`, and none that would take Izin's own choice with it.
NAME = r"(?!izi|__H|__S)([A-Za-z0-9_.:/@$!~|-]{3,100}\*?|[A-Za-z0-9_.:/@$!~|-]{1,2})"
NAMES = "names such as `_pk_id*`: `*` only at the end of three characters or more, none of Izin's"

WHO: dict[str, Option] = {
    "host": Option(
        help="The host that the visitor's data goes to, as told to visitors.",
        pattern=r"[a-z0-9.-]{3,253}",
        expected="a host name such as `www.youtube-nocookie.com`",
    ),
    "provider": Option(
        help="Who receives the data: the company's name.",
        pattern=r".{1,120}",
        expected="a company's name",
    ),
    "address": Option(
        help="The provider's postal address, for the evidence of a choice.",
        pattern=r".{1,200}",
        expected="an address in one line",
    ),
    "countries": Option(
        help="Where the provider processes the data, for the evidence of a choice.",
        kind="texts",
        pattern=r"[A-Z]{2}",
        expected="countries by their ISO 3166 codes, such as `SG`",
    ),
    "policy": Option(
        help="The provider's privacy policy.",
        pattern=ADDRESS,
        expected="an address that begins with https://",
    ),
}


def leaves(advice: str = "") -> dict[str, Option]:
    """The options for what it leaves in the browser; ``advice`` for an owner who names nothing."""
    return {
        "cookies": Option(
            help="The cookies that it leaves on the site's own domain: told and deleted.",
            kind="texts",
            pattern=NAME,
            expected=NAMES,
            advice=advice,
        ),
        "storage": Option(
            help="The keys that it leaves in the site's own storage: told and deleted.",
            kind="texts",
            pattern=NAME,
            expected=NAMES,
        ),
    }


LEAST_DATA = ("pd:IPAddress", "pd:UserAgent", "pd:BrowsingBehaviour")
"""What any request to another host tells of a visitor."""

UNTOLD = (
    "what it leaves in the browser is neither told nor deleted at a withdrawal until named here"
)


def stored_by_owners_word(options: Options) -> tuple[StoredItem, ...]:
    return (
        *(StoredItem(name, purpose="owner") for name in _names(options, "cookies")),
        *(StoredItem(name, kind="storage", purpose="owner") for name in _names(options, "storage")),
    )


def _names(options: Options, key: str) -> tuple[str, ...]:
    names = options.get(key, ())
    assert isinstance(names, tuple), "an option of several texts, read by core/site_file.py"
    return names
