"""What departs from the published schema of `results.json`."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

PUBLISHED = Path(__file__).parents[2] / "docs" / "results.schema.json"


@cache
def validator() -> Draft202012Validator:
    schema = json.loads(PUBLISHED.read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def departures(results: dict) -> list[str]:
    """Every departure of a document from the schema, as `path: what`."""
    return sorted({text for error in validator().iter_errors(results) for text in _leaves(error)})


def _leaves(error: ValidationError) -> Iterator[str]:
    """The faults behind one error: of a choice, those of the form that it comes closest to."""
    if error.context:
        deepest = max(len(inner.absolute_path) for inner in error.context)
        for inner in error.context:
            if len(inner.absolute_path) == deepest:
                yield from _leaves(inner)
    else:
        yield f"{'.'.join(map(str, error.absolute_path))}: {error.message}"
