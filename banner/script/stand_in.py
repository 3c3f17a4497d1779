"""For demos and tests: released tags go to a stand-in of ours and not to their providers."""

from __future__ import annotations

from ..core.product import Step
from ..core.release import Release


def redirected(release: Release, stand_in: str) -> Release:
    """The same release with ``stand_in`` in place of ``https://``; unchanged when it is empty."""
    if not stand_in:
        return release
    services = {
        name: [_redirected(step, stand_in) for step in steps]
        for name, steps in release["services"].items()
    }
    return {**release, "services": services}


def _redirected(step: Step, stand_in: str) -> Step:
    kind, *rest = step
    if kind != "script":
        return step
    source, properties, *more = rest
    assert isinstance(properties, dict)
    # What asks for a provider's cross-origin headers does not fit a script of our own origin.
    kept = {name: value for name, value in properties.items() if name != "crossOrigin"}
    return [kind, str(source).replace("https://", stand_in, 1), kept, *more]
