"""From the bytes of an owner's file to TOML, or to what the editor or the hand did to it."""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from .problem import Problem

WHOLE = "(the file)"
SAVE_AS = "text in UTF-8: save it again so (in many editors “Save as”, then “Encoding”)"
WIDE = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
"""Longer marks first: that of UTF-32 begins with that of UTF-16."""

QUOTES = re.compile("[\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\u2032\u2033`]")
ODD_SPACES = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\u00a0\u00ad\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]"
)
"""They look like a space or like nothing, and TOML knows none of them."""
KEY = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
PAIR = re.compile(rf"\s*({KEY}(?:\s*\.\s*{KEY})*)\s*=\s*(.*?)\s*")
COMMENT = re.compile(r"""((?:[^"'#]|"(?:[^"\\]|\\.)*"|'[^']*')*)#.*""")
"""A value and what is written behind it, if every quote is closed."""
ADDRESS = re.compile(r"[^\[{\"'#]*?(\w+)\s*:\s*\S.*")
WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)")


class Unreadable(Exception):
    """A file that is no text in UTF-8, or no TOML; ``problem`` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def decoded(raw: bytes, file: str) -> str:
    """The text of a file, however its lines end and whether a mark stands at its beginning or not.

    Raises ``Unreadable`` for every encoding but UTF-8.
    """
    for mark, name in WIDE.items():
        if raw.startswith(mark):
            raise Unreadable(Problem(file, WHOLE, f"text in {name}", SAVE_AS))
    if b"\0" in raw:
        raise Unreadable(Problem(file, WHOLE, "text in UTF-16, or no text at all", SAVE_AS))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = f"a letter that is not UTF-8 (the byte 0x{raw[error.start]:02X})"
        raise Unreadable(Problem(file, WHOLE, found, SAVE_AS, line=line)) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parsed(text: str, file: str) -> dict[str, Any]:
    """The file as data, with TOML's own dates as text, so that one schema can describe it whole.

    Raises ``Unreadable`` with the first fault.
    """
    try:
        document: dict[str, Any] = _plain(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(_fault(text, str(error), file)) from None
    except RecursionError:
        found = "lists or tables nested deeper than any key needs"
        raise Unreadable(Problem(file, WHOLE, found, "valid TOML 1.0")) from None
    return document


def lines_of(text: str) -> dict[str, int]:
    """In which line each key of a file stands, by its path with dots; of valid TOML alone."""
    lines: dict[str, int] = {}
    table, elements = "", dict[str, int]()
    statement: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not statement and (not line.strip() or line.lstrip().startswith("#")):
            continue
        statement.append(line)
        try:
            found = tomllib.loads("\n".join(statement))
        except tomllib.TOMLDecodeError:
            continue  # a value that goes on in the next line
        first = number - len(statement) + 1
        if statement[0].lstrip().startswith("["):
            table = _table(found, elements)
            _note(lines, table, first)
        else:
            for key, value in _paths(_plain(found)):
                at = next((n for n, row in enumerate(statement) if value and value in row), 0)
                _note(lines, f"{table}.{key}".lstrip("."), first + at)
        statement = []
    return lines


def line_at(lines: dict[str, int], key: str) -> int:
    """The line of a key, or of the table in which it is missing; 0 for the file as a whole."""
    while key and key not in lines:
        key = key.rpartition(".")[0]
    return lines.get(key, 0)


def _note(lines: dict[str, int], path: str, number: int) -> None:
    for end in [place for place, sign in enumerate(path) if sign == "."] + [len(path)]:
        lines.setdefault(path[:end], number)


def _table(found: dict[str, Any], elements: dict[str, int]) -> str:
    """The path that a table's header opens; of a list of tables, with the place in it."""
    path, inner = "", found
    while inner:
        [(name, value)] = inner.items()
        path = f"{path}.{name}".lstrip(".")
        if isinstance(value, list):
            elements[path] = elements.get(path, -1) + 1
            return f"{path}.{elements[path]}"
        if path in elements:
            path = f"{path}.{elements[path]}"
        inner = value
    return path


def _paths(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each path inside a value, with the text that shows in which of its lines it stands."""
    if isinstance(value, dict | list):
        for name, item in value.items() if isinstance(value, dict) else enumerate(value):
            inner = f"{path}.{name}".lstrip(".")
            yield inner, item if isinstance(item, str) else ""
            yield from _paths(item, inner)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def _fault(text: str, message: str, file: str) -> Problem:
    """What the reader of TOML stumbled over, in words of the file."""
    rows = text.split("\n")
    where = WHERE.search(message)
    number = int(where[1]) if where and where[1] else len(rows)
    while number > 1 and not rows[number - 1].strip():
        number -= 1  # it is the end of the text before that is missing
    words = WHERE.sub("", message)
    column = int(where[2]) if where and where[2] else 0
    if problem := _unended(rows, number, column, words, file):
        return problem
    row = rows[number - 1]
    pair = PAIR.fullmatch(row)
    found, expected = _told(row, _bare(pair[2]) if pair else None, words)
    return Problem(file, pair[1] if pair else WHOLE, found, expected, line=number)


def _is_odd(row: str) -> bool:
    return bool(QUOTES.search(row) or ODD_SPACES.search(row))


def _bare(value: str) -> str:
    """A value without the comment behind it."""
    behind = COMMENT.fullmatch(value)
    return behind[1].rstrip() if behind else value


def _unended(rows: list[str], number: int, column: int, words: str, file: str) -> Problem | None:
    """A list, a table in braces or a text that has no end, or two items without a comma.

    The reader notices where a comma or the end would have to stand: after an item, or in a later
    row, at what comes next. ``column`` is 0 at the end of the file.
    """
    row = rows[number - 1]
    first = _begins(rows, number)
    begun = PAIR.fullmatch(rows[first - 1])
    if begun is None or _is_odd(row):
        return None
    key, value = begun[1], begun[2]
    if value.startswith(("'''", '"""')) and not column:
        end = f"`{value[:3]}` once more at its end"
        return Problem(file, key, "a text that is not closed", end, line=first)
    if not value.startswith(("[", "{")):
        return None
    goes_on = first < number and (PAIR.fullmatch(row) or row.startswith("["))
    if goes_on or not column:
        end = "`]` at the end of a list, `}` at that of a table"
        return Problem(file, key, "a bracket that is not closed", end, line=first)
    if not words.startswith("Unclosed"):
        return None
    if first < number and not row[: column - 1].strip():
        found = f"`{_bare(row.strip())}` after an item without a comma"
        return Problem(file, key, found, "a comma between the items of a list", line=number)
    found = f"`{_bare(value if first == number else row.strip())}`"
    end = "`]` at their end" if value.startswith("[") else "`}` at the end of the same line"
    return Problem(file, key, found, f"a comma between its items, and {end}", line=number)


def _begins(rows: list[str], number: int) -> int:
    """The row in which the statement begins that goes wrong in row ``number``."""
    for first in range(number, 1, -1):
        try:
            tomllib.loads("\n".join(rows[: first - 1]))
        except tomllib.TOMLDecodeError:
            continue
        return next((at for at in range(first, number) if _says(rows[at - 1])), number)
    return 1


def _says(row: str) -> bool:
    return bool(row.strip()) and not row.lstrip().startswith("#")


def _told(row: str, value: str | None, words: str) -> tuple[str, str]:
    if words.startswith(("Cannot overwrite", "Cannot mutate", "Cannot redefine")):
        return "it again", "it once"
    if words.startswith("Cannot declare"):
        return f"the table `{row.strip()}` again", "each table once, with all its keys"
    if quote := QUOTES.search(row):
        return f"`{quote[0]}`", 'straight quotes: `"`'
    if space := ODD_SPACES.search(row):
        return f"a sign that cannot be seen (U+{ord(space[0]):04X})", "ordinary spaces"
    if row.lstrip().startswith(("//", ";", "/*", "<!--", "--")):
        return f"`{row.strip()}`", "`#` in front of a comment"
    if "'\\'" in words or "hex value" in words:
        return "a `\\` in a text", "`\\\\` for each, or single quotes around the text"
    if value is None:
        return _without_a_value(row, words)
    if value == "":
        return "no value", "a value after `=`"
    if value[-1] in ",;":
        return f"`{value[-1]}` after the value", "nothing more in the line, or a `# comment`"
    if value[0] in "\"'":
        return f"`{value}`", "one text in quotes, with the same quote at its end, and no other"
    if value.lower().split()[0] in ("true", "false", "yes", "no", "on", "off", "ya", "tidak"):
        return f"`{value}`", "`true` or `false`, in small letters"
    if value[0].isdigit():
        return f"`{value}`", "a whole number, or a date such as `2026-11-22`, or text in quotes"
    if value[0] == "{":
        return (
            f"`{value}`",
            'a table in one line, such as `{id = "…", en = "…"}`: no comma at its end',
        )
    if value[0] == "[":
        return f"`{value}`", 'a list such as `["id", "en"]`: a comma between its items'
    return f"`{value}`", "text in quotes"


def _without_a_value(row: str, words: str) -> tuple[str, str]:
    if row.lstrip().startswith("["):
        return f"`{row.strip()}`", "a table's name alone in square brackets, such as `[notice]`"
    if ADDRESS.fullmatch(row):
        return f"`{row.strip()}`", "`=` between a key and its value"
    if '"' in row or "'" in row:
        return f"`{row.strip()}` ({words})", "`key = value`, and a comma between items of a list"
    return f"`{row.strip()}` ({words})", "`key = value`, a `[table]` or a `# comment`"
