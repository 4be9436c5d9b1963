"""Derive docs/results.schema.json, the JSON Schema of `results.json`, from the types in `metawright.report.documents`.

`make docs` writes the file. Objects are closed: a key that is not declared there is refused.
pydantic could derive a schema from a `TypedDict`, but below Python 3.12 only from that of `typing_extensions`, which
the library would then need at run time for nothing else.
"""

import json
import re
import sys
import types
from pathlib import Path
from typing import Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

from metawright.report.documents import OPEN, Results
from metawright.report.results import SCHEMA_VERSION

TARGET = Path(__file__).parent.parent / "docs" / "results.schema.json"
_SIMPLE = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    type(None): {"type": "null"},
    object: {},
}


def results_schema() -> dict:
    """Return the JSON Schema of `results.json`."""
    definitions: dict[str, dict] = {}
    root = _object(Results, definitions)
    root["properties"]["schema_version"] = {"const": SCHEMA_VERSION}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:metawright:results:{SCHEMA_VERSION}",
        "title": f"results.json, version {SCHEMA_VERSION}",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def _object(kind: type, definitions: dict[str, dict]) -> dict:
    """Return the closed schema of a `TypedDict`."""
    properties = {name: _schema(hint, definitions) for name, hint in get_type_hints(kind, include_extras=True).items()}
    schema = {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name in kind.__required_keys__],
        "additionalProperties": {"type": "string"} if kind in OPEN else False,
    }
    words = re.sub(r"\s+", " ", kind.__doc__ or "").strip()
    return schema if words.startswith("dict() ->") or not words else {"description": words, **schema}


def _schema(hint: object, definitions: dict[str, dict]) -> dict:
    """Return the schema of an annotation; that of a `TypedDict` is put among the definitions, by its name."""
    if hint in _SIMPLE:
        return dict(_SIMPLE[hint])
    if is_typeddict(hint):
        if hint.__name__ not in definitions:
            definitions[hint.__name__] = {}
            definitions[hint.__name__] = _object(hint, definitions)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Required, NotRequired):
        return _schema(parts[0], definitions)
    if origin is Literal:
        return {"enum": list(parts)}
    if origin is list:
        return {"type": "array", "items": _schema(parts[0], definitions)}
    if origin is tuple:
        return {
            "type": "array",
            "prefixItems": [_schema(part, definitions) for part in parts],
            "items": False,
            "minItems": len(parts),
        }
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(parts[1], definitions)}
    if origin in (Union, types.UnionType):
        return _either([_schema(part, definitions) for part in parts])
    raise TypeError(f"no JSON Schema for {hint!r}")


def _either(choices: list[dict]) -> dict:
    """Return one schema for several; simple types share one list."""
    if all(set(choice) == {"type"} for choice in choices):
        return {"type": [choice["type"] for choice in choices]}
    return {"anyOf": choices}


def text() -> str:
    """Return the file's content."""
    return json.dumps(results_schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(TARGET.write_text(text(), encoding="utf-8") and None)
