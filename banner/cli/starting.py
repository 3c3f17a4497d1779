"""What has to hold before a worker may begin: asked at the start, and again before a reload."""

from __future__ import annotations

import logging
import os
import sys

from .. import logs
from ..core.errors import SettingsWrong, StoreUnavailable
from ..core.site import Site
from ..keys import load_keys
from ..script.compose import compose
from ..settings import Settings, read_settings
from ..site_files import sites_to_serve
from ..store.records import Records
from ..tags import PRODUCTS
from .common import the_database
from .notices import refuse_changed_words

READY = "ready"
"""What a rehearsal says at its end. Its status alone proves nothing: a server that waits for all
its children may have taken it."""

log = logging.getLogger("izin")


def sites_that_can_start(settings: Settings) -> dict[str, Site]:
    """The sites to serve. Raises ``SettingsWrong`` or ``StoreUnavailable`` for whatever a worker
    would stumble over."""
    load_keys(settings.keys_file, production=settings.is_production)
    sites = sites_to_serve(settings.sites_folder, production=settings.is_production)
    with the_database(settings) as engine:
        Records(engine).check()
    refuse_changed_words(settings, sites)
    return sites


def rehearse() -> None:
    """Do what a new worker does before it answers, in a process of its own that stores nothing.

    Why it would not start is written to the log, a line for each fault.
    """
    settings = read_settings(os.environ)
    logs.set_up(settings.log_level, for_people=not settings.is_production)
    try:
        for site in sites_that_can_start(settings).values():
            compose(site, PRODUCTS, stand_in=settings.stand_in)
    except (SettingsWrong, StoreUnavailable) as error:
        for line in str(error).splitlines():
            log.error("reload_refused", extra={"cause": line})
        sys.exit(1)
    print(READY)
