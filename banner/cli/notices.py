"""What the words shown so far mean for the sites' files: said before a deploy stumbles over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sqlalchemy import Engine, inspect
from sqlalchemy.exc import DBAPIError

from ..core.errors import SettingsWrong, StoreUnavailable
from ..core.problem import Problem, note
from ..core.site import Site
from ..script.notice import notices_of
from ..settings import Settings
from ..store.engine import open_engine
from ..store.files import database_file
from ..store.notices import Notices
from ..tags import PRODUCTS


def problems_with_notices(settings: Settings, sites: Mapping[str, Site]) -> list[Problem]:
    """Words that have changed without a new version or revision. A database without notices has
    nothing to say; one that cannot be read is noted."""
    if settings.demo or not _can_be_there(settings.database_url):
        return []
    engine = open_engine(settings.database_url)
    try:
        if not inspect(engine).has_table("notices"):
            return []
        return [each for site in sites.values() for each in _problems(engine, site, settings)]
    except (DBAPIError, StoreUnavailable):
        sentence = "the words could not be compared with those shown so far: no database"
        return [note(str(settings.sites_folder), "notice", sentence)]
    finally:
        engine.dispose()


def _can_be_there(url: str) -> bool:
    """To open a database of SQLite's is to make it."""
    file = database_file(url)
    return file is None or file.exists()


def _problems(engine: Engine, site: Site, settings: Settings) -> Iterator[Problem]:
    stored = Notices(engine, now=lambda: 0)
    file = str(settings.sites_folder / f"{site.id}.toml")
    for problem in stored.problems(notices_of(site, PRODUCTS)):
        yield replace(problem, file=file)
    versions = stored.versions(site.id)
    if versions and site.notice.version not in versions and not site.notice.changes:
        yield note(
            file,
            "notice.changes",
            "everyone is asked again under this version, and not told what is new in it",
        )


def refuse_changed_words(settings: Settings, sites: Mapping[str, Site]) -> None:
    """Raises ``SettingsWrong``, once, for what every worker would stumble over."""
    problems = problems_with_notices(settings, sites)
    if wrong := [str(problem) for problem in problems if problem.severity == "error"]:
        raise SettingsWrong("\n".join(["the words shown have changed:", *wrong]))
