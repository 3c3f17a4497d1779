"""The docs say what the code does: every setting, key, option, command, route and code is in them.

The tables of docs/reference.md are made from the code. ``python -m tests.test_docs`` renews them.
"""

from __future__ import annotations

import configparser
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import unquote
from urllib.request import Request, urlopen

import click
import pytest
from flask import Flask

from banner.cli import COMMANDS
from banner.core import errors
from banner.core.decision import FIELDS, parse_decision
from banner.core.product import Option
from banner.core.release import Release
from banner.core.site_shape import schema
from banner.paths import ROOT, STATIC
from banner.settings import Settings
from banner.tags import PRODUCTS
from banner.web.errors import status_of
from tests.browser.screenshots import FOLDER, names
from tests.builders import read

README = ROOT / "README.md"
REFERENCE = ROOT / "docs" / "reference.md"
HOSTING = ROOT / "docs" / "hosting.md"
PROTOCOL = ROOT / "docs" / "protocol.md"
DEPENDENCIES = ROOT / "docs" / "dependencies.md"
ADRS = ROOT / "docs" / "adr"
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "banner").rglob("*.md")]
)

# --- the tables that are made from the code --------------------------------------------------


def row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").strip() for cell in cells) + " |"


def head(*cells: str) -> list[str]:
    return [row(*cells), "|" + "---|" * len(cells)]


def settings() -> Iterator[str]:
    yield from head("variable", "default", "meaning")
    for field in fields(Settings):
        default = str(field.default).replace(str(ROOT), "<checkout>")
        shown = f"`{default}`" if default else "empty"
        yield row(f"`IZIN_{field.name.upper()}`", shown, field.metadata["help"])


def commands() -> Iterator[str]:
    yield from head("command", "what it does")
    for name, command in sorted(_commands().items()):
        yield from _rows_of(name, command)


def _rows_of(name: str, command: click.Command) -> Iterator[str]:
    """The command, its options, and the commands below it; a bare group is no command."""
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    if not isinstance(command, click.Group) or command.invoke_without_command:
        words = [name, *(f"<{argument.name}>" for argument in arguments)]
        yield row(f"`{' '.join(words)}`", " ".join((command.help or "").split()))
    for option in command.params:
        if isinstance(option, click.Option):
            default = f" Default `{option.default}`." if option.show_default else ""
            more = " Required." if option.required else default
            yield row(f"`{name} {option.opts[0]}`", (option.help or "") + more)
    if isinstance(command, click.Group):
        for below, each in sorted(command.commands.items()):
            yield from _rows_of(f"{name} {below}", each)


def _commands() -> Mapping[str, click.Command]:
    return {str(command.name): command for command in COMMANDS}


def keys() -> Iterator[str]:
    yield from head("key", "value", "default", "meaning")
    yield from _keys_of(schema(), "")


def _keys_of(table: Mapping[str, Any], path: str, word: str = "required") -> Iterator[str]:
    for name, rule in table["properties"].items():
        needed = word if name in table.get("required", ()) else ""
        each = rule.get("additionalProperties")
        if isinstance(each, dict) and "properties" in each:
            yield row(f"`[{path}{name}.<id>]`", "tables", needed, rule["description"])
            yield from _keys_of(each, f"{path}{name}.<id>.")
        elif "properties" in rule.get("items", {}):
            yield row(f"`[[{path}{name}]]`", "tables", needed, rule["description"])
            yield from _keys_of(rule["items"], f"{path}{name}.", "required in it")
        elif "properties" in rule:
            yield from _keys_of(rule, f"{path}{name}.", needed or f"required in `[{path}{name}]`")
        else:
            default = f"`{json.dumps(rule['default'])}`" if "default" in rule else needed
            yield row(f"`{path}{name}`", _value(rule), default, rule["description"])


def _value(rule: Mapping[str, Any]) -> str:
    if "enum" in rule:
        return " or ".join(f"`{value}`" for value in rule["enum"])
    if rule["type"] == "array":
        words = [f"`{value}`" for value in rule["items"].get("enum", ())]
        return "list of " + (", ".join(words) or "texts")
    if rule["type"] == "boolean":
        return "`true` or `false`"
    if rule["type"] == "integer":
        return f"{rule['minimum']} to {rule['maximum']}"
    if isinstance(rule["type"], list):
        return "text or table"
    return str(rule["$comment"]) if "pattern" in rule else "text"


def products() -> Iterator[str]:
    columns = ("`product`", "what it is", "its category", "key", "value", "default", "meaning")
    yield from head(*columns)
    for product in PRODUCTS.values():
        first = (f"`{product.id}`", product.name, product.category or "yours to say")
        for name, option in product.options.items():
            yield row(*first, f"`{name}`", _expected(option), _default(option), option.help)
            first = ("", "", "")


def _expected(option: Option) -> str:
    if option.within_consent:
        return f"{option.expected}, at most those of `lifetimes.choice_days`"
    return f"one or more: {option.expected}" if option.kind == "texts" else option.expected


def _default(option: Option) -> str:
    if option.default is not None:
        return f"`{json.dumps(option.default)}`"
    return "required" if option.required else ""


TABLES: Mapping[str, Callable[[], Iterator[str]]] = {
    "settings": settings,
    "commands": commands,
    "keys": keys,
    "products": products,
}


def between(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", re.DOTALL)


def renew() -> None:
    """Write the tables into the reference anew."""
    text = REFERENCE.read_text("utf-8")
    for name, rows in TABLES.items():
        place = between(name).search(text)
        assert place, f"the reference has no place for the table of {name}"
        table = "\n".join(["", *rows(), "", ""])
        text = text[: place.start()] + table + text[place.end() :]
    REFERENCE.write_text(text, "utf-8")


@pytest.mark.parametrize("name", TABLES)
def test_the_references_table_is_what_the_code_says(name: str) -> None:
    found = between(name).search(REFERENCE.read_text("utf-8"))

    assert found, f"the reference has no place for the table of {name}"
    assert found[0].split("\n")[1:-2] == list(TABLES[name]()), "python -m tests.test_docs"


# --- what the protocol promises --------------------------------------------------------------


def test_every_route_is_in_the_protocol(app: Flask) -> None:
    words = {"site_id": "site", "language": "locale"}
    protocol = PROTOCOL.read_text("utf-8")
    promised = {
        (method, path.split("?")[0])
        for methods, path in re.findall(r"`((?:[A-Z]+ )+)(/[^` ]*)`", protocol)
        for method in methods.split()
    }

    served = {
        (method, re.sub(r"<(\w+)>", lambda name: f"<{words.get(name[1], name[1])}>", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert served == promised


def codes(kind: type[errors.IzinError]) -> Iterator[type[errors.IzinError]]:
    """Every error that a browser may get: those with a code of their own."""
    for error in kind.__subclasses__():
        yield from codes(error)
        if "code" in vars(error) and error is not errors.SettingsWrong:
            yield error


def test_every_error_code_is_in_the_protocol_with_its_status() -> None:
    rows = re.findall(r"^\| (\d{3}) \| (.*) \|$", PROTOCOL.read_text("utf-8"), re.MULTILINE)
    promised = {
        (int(status), code)
        for status, listed in rows
        for code in re.findall(r"`([a-z_]+)`", listed)
    }

    assert {(status_of(kind("")), kind.code) for kind in codes(errors.IzinError)} == promised


def test_the_decision_in_the_protocol_is_one_and_has_every_field() -> None:
    blocks = re.findall(r"```json\n(.*?)```", PROTOCOL.read_text("utf-8"), re.DOTALL)
    decision, release = blocks[0].replace("…", ""), json.loads(blocks[-1])

    parse_decision(decision.encode())

    assert json.loads(decision).keys() == FIELDS.keys()
    assert release.keys() - {"until"} == Release.__annotations__.keys() - {"until"}


def test_every_member_of_the_pages_api_is_in_the_protocol() -> None:
    types = (STATIC / "types.d.ts").read_text("utf-8")
    [izin] = re.findall(r"^interface Izin \{\n(.*?)^\}", types, re.DOTALL | re.MULTILINE)
    members = re.findall(r"^  (?:readonly )?(\w+)[(:]", izin, re.MULTILINE)
    table = PROTOCOL.read_text("utf-8").split("| member |")[1].split("\n\n")[0]
    promised = re.findall(r"`(\w+)(?:\([^`]*\))?`", "".join(re.findall(r"^\|(.*?)\|", table, re.M)))

    assert members == promised


# --- examples, pictures, decisions, dependencies ---------------------------------------------


def test_the_readmes_site_file_is_right_as_it_stands() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", README.read_text("utf-8"), re.DOTALL)

    assert read(example).problems == ()


@pytest.mark.parametrize("page", [README, HOSTING], ids=["README", "hosting"])
def test_the_command_for_gunicorn_serves(page: Path, tmp_path: Path) -> None:
    [line] = re.findall(r"^\.venv/bin/gunicorn .*$", page.read_text("utf-8"), re.MULTILINE)
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    words = line.replace("127.0.0.1:8000", address).split()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "IZIN_KEYS": str(tmp_path / "keys.json"),
        "IZIN_DATABASE_URL": f"sqlite:///{tmp_path / 'izin.sqlite3'}",
    }

    command = [sys.executable, "-m", "gunicorn", *words[1:]]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) as server:
        try:
            answer = _patiently(f"http://{address}/livez")
            told = _status(f"http://{address}/livez", SCRIPT_NAME="/jahat")
        finally:
            server.terminate()
            server.communicate(timeout=30)

    assert answer == b"ok\n"
    assert told == 200, "a visitor's header says nothing of the path"


def _status(address: str, **headers: str) -> int:
    try:
        with urlopen(Request(address, headers=headers), timeout=5) as response:
            return int(response.status)
    except HTTPError as error:
        return error.code


def _patiently(address: str, seconds: float = 30) -> bytes:
    until = time.monotonic() + seconds
    while True:
        try:
            with urlopen(address, timeout=5) as response:
                return bytes(response.read())
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def test_every_screenshot_is_there_and_is_shown() -> None:
    shown = {path.name for page in PAGES for path in targets(page) if path.parent == FOLDER}

    assert {path.name for path in FOLDER.glob("*.png")} == set(names())
    assert set(names()) <= shown


def test_every_decision_record_is_numbered_whole_and_listed() -> None:
    records = sorted(ADRS.glob("[0-9]*.md"))
    listed = set(targets(ADRS / "README.md"))

    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    assert set(records) <= listed
    for path in records:
        titles = re.findall(r"^## (.*)$", path.read_text("utf-8"), re.MULTILINE)
        assert titles == ["Context", "Decision", "Consequences"], path.name


def test_every_dependency_is_explained() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    wanted = setup["options"]["install_requires"] + setup["options.extras_require"]["test"]
    needed = {re.split(r"[\[>=<]", line)[0] for line in wanted.split()}

    explained = re.findall(r"^\| `([\w-]+)", DEPENDENCIES.read_text("utf-8"), re.MULTILINE)

    assert sorted(explained) == sorted(needed)


# --- links -------------------------------------------------------------------------------------

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def links(page: Path) -> list[str]:
    found = LINK.findall(CODE.sub("", page.read_text("utf-8")))
    return [link for link in found if not link.startswith(("http://", "https://", "mailto:"))]


def targets(page: Path) -> Iterator[Path]:
    for link in links(page):
        path = unquote(link.partition("#")[0])
        yield (page.parent / path).resolve() if path else page


def anchors(page: Path) -> set[str]:
    """The headings as GitHub and others make them into anchors."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link, path in zip(links(page), targets(page), strict=True):
        anchor = link.partition("#")[2]
        assert path.exists(), link
        assert path.is_relative_to(ROOT), link
        assert not anchor or anchor in anchors(path), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_names_a_folder_of_somebodys_machine(page: Path) -> None:
    assert not re.search(r"(?<![\w.])/(work|root|home|Users)/", page.read_text("utf-8"))


if __name__ == "__main__":
    renew()
