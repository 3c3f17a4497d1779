"""Add-ons of the machine's do not answer for a visitor of the tests."""

from __future__ import annotations

import json

import pytest

from tests.browser.engines.firefox import Firefox, Preferences
from tests.browser.world import World

NAME = "everybody@izin.example"
MANIFEST = json.dumps(
    {
        "manifest_version": 2,
        "name": "For everybody",
        "version": "1",
        "browser_specific_settings": {"gecko": {"id": NAME}},
    }
)
UNSIGNED: Preferences = {"xpinstall.signatures.required": False, "extensions.autoDisableScopes": 0}
EVERYWHERE: Preferences = {**UNSIGNED, "extensions.enabledScopes": 15}


@pytest.mark.parametrize(
    ("preferences", "runs"),
    [(UNSIGNED, []), (EVERYWHERE, [NAME])],
    ids=["as the walks start it", "as visitors start it"],
)
def test_firefox_starts_without_the_add_ons_of_all_users(
    served_world: World, preferences: Preferences, runs: list[str]
) -> None:
    firefox = Firefox(served_world.port, add_ons={NAME: MANIFEST}, preferences=preferences)
    try:
        found = firefox.add_ons()
    finally:
        firefox.close()

    assert [each for each in found if each == NAME] == runs
    assert runs or found == []
