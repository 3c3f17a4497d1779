"""nginx in front of the service, with the files of `docs/hosting.md` as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from banner.paths import ROOT
from tests import debian
from tests.browser.tls import write_pem

PATIENCE_SECONDS = 20
MAIN = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{site}
}}
"""


def documented(heading: str) -> str:
    """The first file of nginx's under this heading."""
    text = (ROOT / "docs" / "hosting.md").read_text("utf-8")
    found = re.search(r"```nginx\n(.*?)```", text.partition(f"\n### {heading}\n")[2], re.DOTALL)
    assert found, f"the documentation has no nginx under {heading}"
    return found[1]


@contextmanager
def nginx(folder: Path, site: str, *, service: int) -> Iterator[int]:
    """Run with a documented file; gives the port of its TLS. Only ports and places of files that
    are this machine's are changed."""
    program = shutil.which("nginx") or _installed()
    secure, plain = _free_port(), _free_port()
    pem = folder / "nginx.pem"
    write_pem(pem)
    here = {
        r"listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
        r"listen 80;": f"listen 127.0.0.1:{plain};",
        r"127\.0\.0\.1:8000": f"127.0.0.1:{service}",
        r"(ssl_certificate(?:_key)?\s+)[^;]+;": rf"\1{pem};",
    }
    for pattern, replacement in here.items():
        site = re.sub(pattern, replacement, site)
    user = "user root;" if os.geteuid() == 0 else ""
    file = folder / "nginx.conf"
    file.write_text(MAIN.format(user=user, folder=folder, site=site), "utf-8")
    process = subprocess.Popen([program, "-p", folder, "-c", file], stderr=subprocess.PIPE)
    try:
        _wait_for(secure, process)
        yield secure
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_SECONDS)


def trusting() -> ssl.SSLContext:
    """Whoever asks it: the certificate is made for one test."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _installed() -> str:
    debian.install("nginx")
    program = shutil.which("nginx")
    assert program, "these tests need nginx: install it with your system's packages"
    return program


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()[1].decode()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("nginx does not listen")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
