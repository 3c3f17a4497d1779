"""The command ``audit``, as somebody runs it who has only installed the package."""

from __future__ import annotations

import configparser
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

import banner
from banner import create_app
from banner.paths import ROOT
from banner.settings import Settings
from banner.store.engine import open_engine
from banner.store.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PALE = "<style>:root { --izin-accent: #eeeeee; --izin-on-accent: #ffffff }</style>"
PATIENT = ("--seconds", "90")
PAGES = {
    "/good": "",
    "/pale": PALE,
    "/none": None,
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo, on a port of its own, and beside it pages of ours that carry its script."""
    folder = tmp_path_factory.mktemp("demo")
    listening = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = Settings(
        url=origin,
        database_url=f"sqlite:///{folder / 'izin.sqlite3'}",
        keys=str(folder / "keys.json"),
        demo="1",
        stand_in="/stand-in/",
    )
    engine = open_engine(settings.database_url)
    migrate(engine)
    engine.dispose()
    app = create_app(settings)

    def with_pages(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path not in PAGES:
            return app(environ, start_response)
        head = PAGES[path]
        script = '<script async src="/v1/netmarks.js"></script>'
        html = "<!doctype html><title>Toko</title>" + (script + head if head is not None else "")
        return Response(html, content_type="text/html")(environ, start_response)

    with listening:
        server = make_server("127.0.0.1", 0, with_pages, threaded=True, fd=listening.fileno())
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield origin
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package alone, as pip puts it into a folder: without `static`, `translations`, tests."""
    folder, source = tmp_path_factory.mktemp("installed"), Path(banner.__file__).parent.parent
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    files = [*(source / "banner").rglob("*.py")]
    for package, patterns in setup["options.package_data"].items():
        for pattern in patterns.replace(",", " ").split():
            files += (source / package.replace(".", "/")).glob(pattern)
    for file in files:
        place = folder / file.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, place)
    return folder


def audit(
    installed: Path, *words: str, before: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    program = (
        f"{before}\nimport banner\nassert banner.__file__.startswith({str(installed)!r})\n"
        "from banner.cli.audit import audit\naudit()"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=installed,
        env={**os.environ, "PYTHONPATH": str(installed), **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_the_demo_is_as_easy_to_refuse_as_to_accept(installed: Path, address: str) -> None:
    found = audit(installed, f"{address}/id/", *PATIENT)

    assert found.returncode == 0, found.stdout + found.stderr
    lines = found.stdout.splitlines()
    assert lines[0].split()[:4] == ["language", "system", "window", "layer"]
    assert len(lines) == 1 + 16 + 2
    assert lines[-1].startswith("Refusing is as easy as accepting")


def test_as_json_everything_that_was_measured_is_told(installed: Path, address: str) -> None:
    found = audit(installed, f"{address}/good", "--json", *PATIENT)

    told = json.loads(found.stdout)
    assert found.returncode == 0
    assert (told["faults"], told["early"]) == ([], [])
    assert {(each["language"], each["scheme"], each["width"], each["layer"])
            for each in told["measured"]} == {
        (language, scheme, width, layer)
        for language in ("id", "en") for scheme in ("light", "dark")
        for width in (1280, 320) for layer in ("banner", "dialog")
    }  # fmt: skip
    assert told["measured"][0]["answers"]["refuse"]["text"] == "Reject all"


def test_a_page_that_pales_the_buttons_ends_with_1_and_the_figures(
    installed: Path, address: str
) -> None:
    found = audit(installed, f"{address}/pale", *PATIENT)

    assert found.returncode == 1
    assert "wrong: en light 1280 x 800, banner: the words of refuse have a contrast of 1.16" in (
        found.stdout
    )


def test_a_page_without_a_banner_ends_with_2(installed: Path, address: str) -> None:
    found = audit(installed, f"{address}/none", "--seconds", "2")

    assert found.returncode == 2
    assert "no banner of Izin's has appeared" in found.stderr


def test_a_page_that_is_not_there_ends_with_3(installed: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    found = audit(installed, f"http://127.0.0.1:{port}/")

    assert found.returncode == 3
    assert "cannot be looked at: " in found.stderr
    assert "Traceback" not in found.stderr


def test_without_a_browser_it_says_how_to_get_one(installed: Path, tmp_path: Path) -> None:
    found = audit(
        installed,
        "http://127.0.0.1:9/",
        PATH=str(tmp_path),
        PLAYWRIGHT_BROWSERS_PATH=str(tmp_path),
    )

    assert found.returncode == 3
    assert "no Chromium found: run `python -m playwright install chromium`" in found.stderr


def test_without_playwright_it_says_how_to_get_it(installed: Path) -> None:
    missing = "import sys; sys.modules['playwright'] = sys.modules['playwright.sync_api'] = None"

    found = audit(installed, "http://127.0.0.1:9/", before=missing)

    assert found.returncode == 3
    assert "Playwright is missing: run `pip install 'izin[audit]'`" in found.stderr
