"""The shape of a site's file: its keys and their types, as ``site.schema.json`` has them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from .problem import Problem, nearest, shown
from .site import NECESSARY


@cache
def schema() -> dict[str, Any]:
    """Every key of a site's file with its type, default and meaning: also the docs' source."""
    document: dict[str, Any] = json.loads(
        (Path(__file__).parent / "site.schema.json").read_text("utf-8")
    )
    return document


def _is_whole(_: Any, value: Any) -> bool:
    # For JSON Schema 184.0 is an integer, and in the notice it would stand as another number of
    # days than 184.
    return isinstance(value, int) and not isinstance(value, bool)


_types = Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_whole)
Validator = extend(Draft202012Validator, type_checker=_types)  # type: ignore[no-untyped-call]


def problems_of_shape(document: Any, file: str) -> Iterator[Problem]:
    errors = Validator(schema()).iter_errors(document)
    for error in sorted(errors, key=lambda error: [str(part) for part in error.absolute_path]):
        yield from _translated(error, file)


def _translated(error: ValidationError, file: str) -> Iterator[Problem]:
    path = [str(part) for part in error.absolute_path]
    rule: Any = error.schema
    value: Any = error.validator_value
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = rule["properties"]
        for key in error.instance.keys() - known.keys():
            yield unknown_key(path, key, error.instance[key], known, file)
    elif error.validator == "required":
        instance: Any = error.instance
        for key in value:
            if key not in instance:
                missing = rule["properties"].get(key, {})
                yield _missing(path, key, instance, _missed(missing), file)
    else:
        near = ""
        if error.validator == "type" and value == "object" and isinstance(error.instance, list):
            name = ".".join(path)
            once = f"`[{name}]`, in single brackets and once"
            yield Problem(file, name, f"`[[{name}]]`, or a list", once)
            return
        if error.validator == "enum" and isinstance(error.instance, str):
            near = nearest(error.instance, value)
        yield Problem(file, ".".join(path), shown(error.instance), _expected(error), near)


def unknown_key(path: list[str], key: str, value: Any, known: Any, file: str) -> Problem:
    """A key that its table does not know; where it is known elsewhere, to which place it goes."""
    at = ".".join([*path, key])
    if place := _place_of(path, key, value):
        inside = f"it inside `[{'.'.join(path)}]`" if path else "it above the first [table]"
        return Problem(file, at, inside, place)
    expected = "one of " + ", ".join(f"`{name}`" for name in known)
    return Problem(file, at, "an unknown key", expected, nearest(key.lower(), known))


def _place_of(path: list[str], key: str, value: Any) -> str:
    rules = schema()["properties"]
    if path and key in rules:
        return f"it as a table of its own, `[{key}]`" if _is_table(rules[key]) else ABOVE
    if not path and isinstance(value, dict) and "product" in value:
        return f"it among the services, `[services.{key}]`"
    tables = [name for name, rule in rules.items() if key in rule.get("properties", {})]
    return f"it inside `[{tables[0]}]`" if len(tables) == 1 else ""


def _is_table(rule: Any) -> bool:
    return bool(rule.get("type") == "object")


def _missing(path: list[str], key: str, instance: Any, expected: str, file: str) -> Problem:
    """A key that is not where it belongs: perhaps it stands after a [table], which then has it."""
    holder = "" if path or _is_table(schema()["properties"][key]) else _last_with(key, instance)
    if not holder:
        return Problem(file, ".".join([*path, key]), "nothing", expected)
    if holder.startswith("services.") and key in keys_of_services():
        own = f"{expected}, above the first [table]: the one in `[{holder}]` belongs to that table"
        return Problem(file, key, "nothing", own)
    return Problem(file, f"{holder}.{key}", f"it inside `[{holder}]`", ABOVE)


def keys_of_services() -> Any:
    return schema()["properties"]["services"]["additionalProperties"]["properties"]


def _last_with(key: str, document: Any) -> str:
    """The last table that has this key: what was written at the file's end."""
    services = document.get("services")
    among = {f"services.{name}": each for name, each in services.items()} if services else {}
    tables = {**document, **among} if isinstance(services, dict | None) else document
    return next((name for name, each in reversed(tables.items()) if _has(each, key)), "")


def _has(table: Any, key: str) -> bool:
    return isinstance(table, dict) and key in table


def missing_keys(document: Any) -> set[str]:
    return {key for key in schema()["required"] if key not in document}


def _missed(rule: Any) -> str:
    """What a key that is not there would say; of a table, the keys that it needs."""
    if "description" in rule:
        return _sentence(rule["description"])
    needed = ", ".join(f"`{name}`" for name in rule.get("required", ()))
    return f"a table with {needed}" if needed else "a value"


def _expected(error: ValidationError) -> str:
    value: Any = error.validator_value
    rule: Any = error.schema
    match error.validator:
        case "type":
            return " or ".join(
                TYPE_NAMES[name] for name in ([value] if isinstance(value, str) else value)
            )
        case "enum":
            return "one of " + ", ".join(f"`{name}`" for name in value)
        case "pattern":
            return str(rule["$comment"])  # the pattern in words
        case "minimum" | "maximum":
            return f"a number from {rule.get('minimum')} to {rule.get('maximum')}"
        case "minItems":
            return "at least one item"
        case "minLength":
            return "a text that is not empty"
        case "maxLength":
            return f"at most {value} characters"
        case "uniqueItems":
            return "no item twice"
        case "maxProperties":
            return f"at most {value}"
    return f"{error.validator} {value}"


ABOVE = "it above the first [table]: what follows a [table] belongs to that table"
TYPE_NAMES = {
    "string": "text in quotes",
    "integer": "a whole number",
    "array": "a list in square brackets",
    "object": "a table",
    "boolean": "`true` or `false`",
}


def _sentence(meaning: str) -> str:
    return meaning[0].lower() + meaning[1:].rstrip(".")


def asked(document: Any) -> tuple[str, ...]:
    default = schema()["properties"]["categories"]["default"]
    return tuple(name for name in document.get("categories", default) if name != NECESSARY)


def with_defaults(table: str, document: Any) -> dict[str, Any]:
    rules = schema()["properties"][table]["properties"]
    defaults = {name: rule["default"] for name, rule in rules.items() if "default" in rule}
    return {**defaults, **document.get(table, {})}
