"""Any other script that the owner wants released with a category."""

from __future__ import annotations

from ..core.product import Option, Options, Product, Step


def steps(options: Options) -> list[Step]:
    return [["script", options["src"], {}, options["src"]]]


SCRIPT = Product(
    id="script",
    name="Script",
    provider="",
    category=None,
    options={
        "src": Option(
            help="The script's address.",
            pattern=r"https://[^\s\"'<>]+",
            expected="an address that begins with https://",
            required=True,
        ),
        "provider": Option(
            help="Who receives the data: the company's name.",
            pattern=r".{1,120}",
            expected="a company's name",
        ),
        "policy": Option(
            help="The provider's privacy policy.",
            pattern=r"https://[^\s\"'<>]+",
            expected="an address that begins with https://",
        ),
    },
    steps=steps,
)
