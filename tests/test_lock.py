"""`requirements.txt`: what production installs, in tested versions and by hash."""

from __future__ import annotations

import configparser
import re

import pytest

from banner.paths import ROOT

LOCK = (ROOT / "requirements.txt").read_text("utf-8")
ENTRY = re.compile(
    r"^([a-z0-9.-]+)==(\S+)(?: ; [^\\\n]+)?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.M
)
LOCKED = {name: version for name, version, _ in ENTRY.findall(LOCK)}
ONLY_THERE = {"setuptools"}
"""What installs Izin itself; `pip freeze` leaves it out of constraints.txt."""


def normal(name: str) -> str:
    """As the registry compares names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def constraints() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]
    return {normal(name): version for name, version in pairs}


def needed() -> set[str]:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    lines = setup["options"]["install_requires"].split()
    return {normal(re.split(r"[\[<>=]", line)[0]) for line in lines}


def test_every_line_is_a_version_with_its_hashes() -> None:
    rest = ENTRY.sub("", LOCK)

    assert [line for line in rest.splitlines() if line and not line.startswith("#")] == []


def test_all_that_the_service_needs_is_in_it_and_both_servers() -> None:
    assert {*needed(), "granian", "gunicorn", "setuptools"} <= LOCKED.keys()


@pytest.mark.parametrize("name", sorted(LOCKED.keys() - ONLY_THERE))
def test_the_version_is_the_one_that_the_tests_passed_with(name: str) -> None:
    tested = constraints()

    # What another system alone needs was not there to be tested.
    elsewhere = re.search(rf"^{re.escape(name)}==\S+ ; \S+ (<|==) '(3\.11\.3|win32)'", LOCK, re.M)
    assert elsewhere or LOCKED[name] == tested.get(name), "make lock"


def test_it_names_no_registry() -> None:
    assert "://" not in LOCK
    assert "index-url" not in LOCK
