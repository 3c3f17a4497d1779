"""The owner's files: read all of them, and say everything that is wrong at once."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from .core.errors import SettingsWrong
from .core.problem import Problem, note
from .core.site import Site
from .core.site_file import Reading, read_site
from .core.site_text import WHOLE
from .i18n import languages
from .paths import EXAMPLE
from .tags import PRODUCTS

AS_SHIPPED = "this is the example as it came, and not served: copy it, and fill in the copy"
NEARLY = re.compile(r"\.toml(\.txt)?\Z", re.IGNORECASE)
NOT_READ = "this file is not read, because its name does not end in `.toml`"


def sites_to_serve(folder: Path, *, production: bool) -> dict[str, Site]:
    """Every site in ``folder``. Raises ``SettingsWrong`` with all errors of all files."""
    sites, problems = load_sites(folder, production=production)
    if wrong := [problem for problem in problems if problem.severity == "error"]:
        raise SettingsWrong("\n".join(["the sites cannot be served:", *map(str, wrong)]))
    return sites


def load_sites(folder: Path, *, production: bool) -> tuple[dict[str, Site], list[Problem]]:
    """Every ``*.toml`` in ``folder`` with all problems; in production warnings are errors."""
    sites: dict[str, Site] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            raw = path.read_bytes()
        except OSError as error:
            found = f"a file that cannot be read ({error.strerror})"
            problems.append(Problem(str(path), WHOLE, found, "one that the service may read"))
            continue
        reading = read_site(
            raw,
            site_id=path.stem,
            file=str(path),
            products=PRODUCTS,
            languages=languages(),
        )
        if path.resolve() == EXAMPLE and _is_nobodys(reading):
            problems.append(note(str(path), "name", AS_SHIPPED))
            continue
        problems += reading.problems
        if reading.site:
            sites[reading.site.id] = reading.site
    if not sites and all(problem.severity == "note" for problem in problems):
        problems = [Problem(str(folder), "(the folder)", "no file", "one `.toml` for each site")]
    problems += _nearly_named(folder)
    if production:
        problems = [_for_production(problem) for problem in problems]
    return sites, problems


def _nearly_named(folder: Path) -> list[Problem]:
    """Files that somebody may take for a site's: editors add `.txt`, and hide it."""
    near = [path for path in sorted(folder.glob("*")) if NEARLY.search(path.name)]
    return [
        note(str(path), "(the file's name)", NOT_READ) for path in near if path.suffix != ".toml"
    ]


def _is_nobodys(reading: Reading) -> bool:
    """Is the name still to be filled in? Whoever has written theirs wants their site served."""
    return any(each.key == "name" and each.severity == "warning" for each in reading.problems)


def _for_production(problem: Problem) -> Problem:
    return replace(problem, severity="error") if problem.severity == "warning" else problem
