"""Hold a document or a table against its JSON Schema and say all that is wrong in plain words."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from metawright.reading.characters import fold
from metawright.reading.problems import Problem, did_you_mean, one_of
from metawright.reading.protocol import Protocol
from metawright.reading.sheets import Sheet
from metawright.reading.tables import SCHEMAS
from metawright.reading.yaml_lines import Document

#: A JSON Schema, or a part of one: its keys hold whatever they hold.
Schema = dict[str, Any]

_TYPES = {
    "object": "a block of keys",
    "array": "a list",
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "empty",
}


def load_schema(folder: Path, name: str) -> Schema:
    """Return the schema `<name>.schema.yaml` of *folder*, with the words that it takes from the code.

    A part may say ``x-enum-from: metawright.module:function`` in place of an `enum`: what the function returns are the
    words that are known there, so that a schema does not list what is declared elsewhere.
    """
    return _with_enums(yaml.load((folder / f"{name}.schema.yaml").read_text(encoding="utf-8"), Loader=_FAST))


@cache
def protocol_defaults() -> Protocol:
    """Return the defaults of a protocol: one without outcomes and models, completed from its schema."""
    empty = {"title": "", "outcomes": {}, "models": []}
    # A test holds the type against the schema.
    return cast(Protocol, with_defaults(empty, load_schema(SCHEMAS, "protocol")))


def _with_enums(part: Any) -> Any:
    """Return a part of a schema with an `enum` wherever it says where one comes from."""
    if isinstance(part, list):
        return [_with_enums(item) for item in part]
    if not isinstance(part, dict):
        return part
    full = {key: _with_enums(item) for key, item in part.items()}
    if isinstance(part.get("x-enum-from"), str):
        module, _, function = full.pop("x-enum-from").partition(":")
        full["enum"] = list(getattr(import_module(module), function)())
    return full


def check_document(document: Document, schema: Schema, file: str) -> list[Problem]:
    """Return every departure of a YAML document from its schema, each with line, key, value and expectation.

    Of a document that is no YAML the one fault alone: what it would hold is not known.
    """
    problems = list(document.problems)
    if problems and not document.content:
        return problems
    for error in Draft202012Validator(schema).iter_errors(document.content):
        for path, value, what in _explain(error):
            name = ".".join(str(part) for part in path)
            problems.append(Problem(file, document.line(path), name, value, what))
    return problems


def check_table(sheet: Sheet, schema: Schema) -> list[Problem]:
    """Return every departure of a table from its schema: missing columns once, bad cells by row, keys given twice.

    `x-key` of the schema names the columns that together may stand only once.
    """
    problems = list(sheet.problems)
    missing = [name for name in schema.get("required", []) if name not in sheet.columns]
    for name in missing:
        hint = did_you_mean(name, sheet.columns)
        problems.append(Problem(sheet.file, 1, name, "", f"this column is missing{hint}"))
    validator = Draft202012Validator(schema)
    for row in sheet.rows:
        cells = {name: text for name, text in row.cells.items() if text}
        for error in validator.iter_errors(cells):
            if error.validator == "required":
                absent = [name for name in error.validator_value if name not in cells and name not in missing]
                # jsonschema reports one error per absent name; the set in BadInput merges them
                problems += [Problem(sheet.file, row.number, name, "", "empty; a value is needed") for name in absent]
                continue
            for path, value, what in _explain(error):
                problems.append(Problem(sheet.file, row.number, str(path[0]) if path else "", value, what))
    return problems + _given_twice(sheet, schema.get("x-key", ()))


def _given_twice(sheet: Sheet, key: Sequence[str]) -> list[Problem]:
    """Return the rows whose key an earlier row has: what they say beside it would be lost, or count twice."""
    problems, first = [], {}
    for row in sheet.rows:
        cells = [row.cells.get(name, "") for name in key]
        folded = tuple(map(fold, cells))
        if any(folded) and folded in first:
            what = f"stands in row {first[folded]} already ({', '.join(key)}); keep one of the two rows"
            problems.append(Problem(sheet.file, row.number, key[0], cells[0], what))
        first.setdefault(folded, row.number)
    return problems


def with_defaults(value: Any, schema: Schema, root: Schema | None = None) -> Any:
    """Return *value* with the defaults that the schema states, at any depth."""
    root = root or schema
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    if isinstance(value, dict):
        known = schema.get("properties", {})
        other = schema.get("additionalProperties")
        full = {}
        for key, item in value.items():
            part = known.get(key, other if isinstance(other, Mapping) else {})
            full[key] = with_defaults(item, part, root)
        for key, part in known.items():
            if key not in full and "default" in part:
                full[key] = with_defaults(part["default"], part, root)
        return full
    if isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        return [with_defaults(item, schema["items"], root) for item in value]
    return value


def _explain(error: ValidationError) -> Iterator[tuple[list[str | int], str, str]]:
    """Yield (path, value, words) for one error of the validator."""
    path = list(error.absolute_path)
    rule, expected, seen, schema = _parts(error)
    shown = _shown(seen)
    if rule == "additionalProperties":
        known = list(schema.get("properties", {}))
        for key in sorted(set(seen) - set(known)):
            hint = did_you_mean(key, known) or f"; known keys here: {', '.join(known)}"
            yield [*path, key], "", f"'{key}' is not a known key{hint}"
    elif rule == "required":
        for key in expected:
            if error.message.startswith(repr(key)):
                others = [name for name in seen if name not in schema.get("properties", {})]
                yield path, "", f"the key '{key}' is missing here{did_you_mean(key, others)}"
    elif rule == "type":
        names = [expected] if isinstance(expected, str) else expected
        words = " or ".join(_TYPES[name] for name in names)
        yield path, shown, f"{'is wrong here' if shown else _kind(seen) + ' stands here'}; expected {words}"
    elif rule == "enum":
        hint = did_you_mean(shown, map(str, expected))
        yield path, shown, f"is not known here; expected {one_of(map(str, expected))}{hint}"
    elif rule == "pattern" or rule == "propertyNames":
        words = schema.get("x-expected", f"text of the form {expected}")
        yield path, shown, f"has not the expected form: {words}"
    elif rule in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"):
        words = {
            "minimum": "at least",
            "exclusiveMinimum": "above",
            "maximum": "at most",
            "exclusiveMaximum": "below",
        }[rule]
        yield path, shown, f"is out of range; expected {words} {expected}"
    elif rule == "minItems" or rule == "minProperties":
        yield path, "", f"at least {expected} entr{'y' if expected == 1 else 'ies'} expected here"
    elif rule in ("oneOf", "anyOf"):
        yield path, shown, schema.get("x-expected", "does not fit any of the forms allowed here")
    else:
        yield path, shown, error.message


def _parts(error: Any) -> tuple[str, Any, Any, Schema]:
    """Return the keyword that refuses, its value, what is refused, and the part of the schema."""
    # Of any type: the stubs say that each may be unset, which in an error that a validator found it is not.
    return error.validator, error.validator_value, error.instance, error.schema


def _shown(value: object) -> str:
    return "" if isinstance(value, dict | list) or value is None else str(value)


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    return "a block of keys" if isinstance(value, dict) else "a list" if isinstance(value, list) else "a value"


_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
