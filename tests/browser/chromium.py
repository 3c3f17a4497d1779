"""Which Chromium the browser tests drive, and with which flags.

`python -m tests.browser.chromium` makes sure that there is one and says which.
"""

from __future__ import annotations

import shutil
import subprocess
import sys

from playwright.sync_api import Playwright, sync_playwright

from banner.audit import browsers
from banner.audit.browsers import COMMANDS, NoBrowser
from tests import debian

SHELL = "chromium-headless-shell"
PACKAGES = ("chromium", SHELL, "fonts-dejavu-core")

# Chromium obeys only the last `--disable-features`, and ours comes after Playwright's, so its
# list is repeated here. Left out on purpose: ThirdPartyStoragePartitioning, which visitors have.
_FEATURES_OF_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
_FEATURES_THAT_CALL_HOME = (
    "AutofillServerCommunication",
    "CertificateTransparencyComponentUpdater",
    "DialMediaRouteProvider",
    "EnterpriseRealTimeUrlCheck",
    "GlobalMediaControls",
    "InterestFeedContentSuggestions",
    "MediaRemoting",
    "OptimizationGuideModelDownloading",
    "OptimizationGuideOnDeviceModel",
    "OptimizationHintsFetching",
    "PrivacySandboxAttestationsHigherComponentRegistration",
    "SafeBrowsingHashPrefixRealTimeLookups",
    "SearchEngineChoiceTrigger",
    "Translate",
)
# Parts of the window that are web pages themselves, behind the address bar: each new visitor would
# load them anew, for half a second of processor time.
_FEATURES_OF_THE_WINDOW = ("InitialWebUI", "WebUIOmniboxPopup", "WebUIReloadButton")

# What Chromium 156 asks for at start whatever the flags: a component update on demand, and which
# accounts are signed in (Playwright's SkipListAccountsWithoutGaiaCookies is not in it yet).
# These names do not resolve, so that a page cannot reach them either: no tag of ours does.
_UNRESOLVED = ("accounts.google.com", "update.googleapis.com")

FLAGS: tuple[str, ...] = (
    "--disable-features="
    + ",".join(_FEATURES_OF_PLAYWRIGHT + _FEATURES_THAT_CALL_HOME + _FEATURES_OF_THE_WINDOW),
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-field-trial-config",
    "--disable-quic",
    "--disable-search-engine-choice-screen",
    "--disable-sync",
    "--disable-variations-seed-fetch",
    "--media-router=0",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-sandbox",
    "--no-service-autorun",
    "--safebrowsing-disable-auto-update",
)


def find(playwright: Playwright | None = None) -> str:
    """The path of the Chromium that most tests drive: the shell without a window, if there is one.

    It has Chromium's engine and network whole. What it lacks is drawn around the page, and costs
    some tenths of a second of processor time for each visitor. Raises NoBrowser, as `find_whole`
    does.
    """
    return shutil.which(SHELL) or find_whole(playwright)


def find_whole(playwright: Playwright | None = None) -> str:
    """The path of a Chromium as visitors have it: Playwright's own before the system's.

    Pass the running Playwright if there is one: a second cannot be started beside it. Raises
    NoBrowser, which says what to do: the browser tests are never skipped for that.
    """
    if playwright is not None:
        return browsers.find(playwright)
    with sync_playwright() as started:
        return browsers.find(started)


def arguments(port: int, fingerprint: str | None = None) -> list[str]:
    """The flags with which every host name and port leads to the sink at `port`.

    Except two names that only Chromium itself asks for, which lead nowhere.

    With the `fingerprint` of the sink's key its certificate counts as a good one. Without it
    certificate errors are ignored, and then Chromium keeps nothing in its HTTP cache: a test
    that a returning page asks for nothing would fail for the wrong reason.
    """
    trust = (
        f"--ignore-certificate-errors-spki-list={fingerprint}"
        if fingerprint
        else "--ignore-certificate-errors"
    )
    rules = [f"MAP {host} ^NOTFOUND" for host in _UNRESOLVED] + [f"MAP * 127.0.0.1:{port}"]
    return [*FLAGS, "--host-resolver-rules=" + ",".join(rules), trust]


def ensure() -> str:
    """The path of a Chromium, installed first if need be; exits with advice if that fails."""
    for install in (None, _install_from_debian, _install_from_playwright):
        if install is not None:
            install()
        try:
            whole = find_whole()
        except NoBrowser:
            continue
        if shutil.which(SHELL) or install is not None:
            return whole
    sys.exit(
        "No Chromium, and none could be installed. Either\n"
        f"  as root:  apt-get install -y --no-install-recommends {' '.join(PACKAGES)}\n"
        "  or:       python -m playwright install --with-deps chromium\n"
        f"or put one of {', '.join(COMMANDS)} on PATH."
    )


def version(path: str) -> str:
    """What the browser calls itself."""
    answer = subprocess.run([path, "--version", "--no-sandbox"], capture_output=True, text=True)
    return answer.stdout.strip()


def _install_from_debian() -> None:
    debian.install(*PACKAGES)


def _install_from_playwright() -> None:
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


if __name__ == "__main__":
    ensure()
    for found in dict.fromkeys((find_whole(), find())):
        print(found, version(found))
