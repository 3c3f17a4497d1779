"""How a database would carry out what it was asked, read from its own plans.

A plan that reads a whole table, or all the rows of one site or one browser, grows with what is
stored, whatever a test's few rows cost.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import Column, Connection, Engine, LargeBinary, String, UniqueConstraint, event

from banner.paths import ROOT
from banner.store.schema import metadata

PACKAGE = ROOT / "banner"
ASKING = ("execute", "scalar", "scalars", "exec_driver_sql")
STATEMENTS = ("SELECT", "INSERT", "DELETE", "UPDATE", "WITH")
ROWS, FAR = 5000, 1_000_000
ALSO_UNIQUE = {"leaves": [{"record"}]}
"""What the code keeps to and no constraint does: `ledger verify` finds a record with two leaves."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A statement as the database was given it, and the function that did so."""

    sql: str
    parameters: Any
    function: str
    """As `store.records._found`."""


@dataclass
class Heard:
    """Everything that was asked, each statement once."""

    by_sql: dict[tuple[str, str], Asked] = field(default_factory=dict)

    @property
    def functions(self) -> set[str]:
        return {asked.function for asked in self.by_sql.values()}

    def __call__(self, _: Any, __: Any, sql: str, parameters: Any, ___: Any, is_many: bool) -> None:
        function = _function(sys._getframe())
        some = parameters[0] if is_many else parameters
        if function:
            self.by_sql.setdefault((function, sql), Asked(sql, some, function))


@contextmanager
def hearing() -> Iterator[Heard]:
    """What any engine is asked meanwhile, by any function of the package."""
    heard = Heard()
    event.listen(Engine, "before_cursor_execute", heard)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", heard)


def functions_that_ask() -> set[str]:
    """Every function of the package that gives a database something to carry out."""
    return {
        f"{_module(file)}.{node.name}"
        for file in PACKAGE.rglob("*.py")
        if "migrations" not in file.parts
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and any(map(_is_asking, ast.walk(node)))
    }


def _is_asking(node: ast.AST) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr in ASKING


def _function(frame: FrameType | None) -> str:
    """The innermost function of the package."""
    while frame:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(PACKAGE):
            return f"{_module(file)}.{frame.f_code.co_name}"
        frame = frame.f_back
    return ""


@cache
def _module(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE).with_suffix("").parts)


# --- rows that make a difference ---


def fill(connection: Connection) -> None:
    """Put thousands of rows of one site into every table: of few rows PostgreSQL reads any index,
    or none. SQLite's plans do not depend on that."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.tables.values():
        values = ", ".join(map(_value, table.columns))
        connection.exec_driver_sql(
            f"INSERT INTO {table} SELECT {values} FROM generate_series(1, {ROWS}) AS n"
            " ON CONFLICT DO NOTHING"
        )
    connection.exec_driver_sql("ANALYZE")


def _value(column: Column[Any]) -> str:
    if column.name == "site":
        return "'example'"
    if isinstance(column.type, String):
        return "'x' || n"
    if isinstance(column.type, LargeBinary):
        return "''::bytea"
    return {"BIGINT": str(f"{FAR} + n"), "SMALLINT": "1", "BOOLEAN": "mod(n, 2) = 0"}[
        str(column.type)
    ]


# --- plans ---------------------------------------------------------------------------------


def faults_of(connection: Connection, asked: Asked) -> list[str]:
    """Why the cost of a statement grows with what is stored; empty if it does not."""
    if not asked.sql.lstrip().upper().startswith(STATEMENTS):
        return []
    reads = _sqlite if connection.dialect.name == "sqlite" else _postgresql
    return list(reads(connection, asked))


def _sqlite(connection: Connection, asked: Asked) -> Iterator[str]:
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked.sql}", asked.parameters)
    names = _names(asked.sql)
    reads_some = False
    for told in [str(row.detail) for row in plan.all()]:
        read = re.match(r"(?:SCAN|SEARCH) (\w+)(?: USING .*\((.*)\))?", told)
        if read and read[1] in names:
            equal = set(re.findall(r"(\w+)=\?", read[2] or ""))
            is_one = _is_one_row(names[read[1]], equal)
            reads_some |= not is_one
            if told.startswith("SCAN") or not (is_one or _stops(asked.sql)):
                yield told
        elif told.endswith("B-TREE FOR ORDER BY") and reads_some:
            yield told


def _postgresql(connection: Connection, asked: Asked) -> Iterator[str]:
    explained = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {asked.sql}", asked.parameters)
    nodes = list(_nodes(explained.scalar_one()[0]["Plan"]))
    reads_some = False
    for node in [node for node in nodes if node.get("Relation Name") in metadata.tables]:
        if node["Node Type"] == "ModifyTable":
            continue
        condition = str(node.get("Index Cond", ""))
        is_one = _is_one_row(node["Relation Name"], set(re.findall(r"\w+", condition)))
        reads_some |= not is_one
        if not condition or not (is_one or _stops(asked.sql)):
            yield f"{node['Node Type']} on {node['Relation Name']}: {condition}"
    if reads_some and any(node["Node Type"] == "Sort" for node in nodes):
        yield "Sort"


def rows_read(connection: Connection, asked: Asked) -> int:
    """How many rows PostgreSQL does read for it."""
    explained = connection.exec_driver_sql(
        f"EXPLAIN (ANALYZE, FORMAT JSON) {asked.sql}", asked.parameters
    )
    return sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in _nodes(explained.scalar_one()[0]["Plan"])
        if node.get("Relation Name") in metadata.tables
    )


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for each in node.get("Plans", ()):
        yield from _nodes(each)


def _names(sql: str) -> dict[str, str]:
    """The tables of a statement by the names that it gives them."""
    known = "|".join(metadata.tables)
    found = re.findall(rf"\b({known})(?:\s+AS\s+(\w+))?", sql)
    return {alias or table: table for table, alias in found} | {each: each for each, _ in found}


def _is_one_row(table: str, equal: set[str]) -> bool:
    return any(columns <= equal for columns in _unique(table))


@cache
def _unique(table: str) -> list[set[str]]:
    found = metadata.tables[table]
    keys = [each.columns for each in found.constraints if isinstance(each, UniqueConstraint)]
    columns = [found.primary_key.columns, *keys]
    return [{column.name for column in each} for each in columns] + ALSO_UNIQUE.get(table, [])


def _stops(sql: str) -> bool:
    """Does the statement say itself how far an index is to be read?"""
    return bool(re.search(r"\bLIMIT\b|\bEXISTS\b|\bm(?:ax|in)\(", sql))
