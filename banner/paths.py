"""Where the files beside the package are: the one place that knows.

``static/``, ``translations/`` and ``sites/`` stand beside the package in a checkout or an image.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
TRANSLATIONS = ROOT / "translations"
SITES = ROOT / "sites"
EXAMPLE = SITES / "example.toml"
INSTANCE = ROOT / "instance"
MIGRATIONS = Path(__file__).resolve().parent / "store" / "migrations"
