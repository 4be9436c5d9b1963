"""The types of a completed protocol agree with its schema: the same keys, and those required that are always there."""

from typing import get_args, get_type_hints, is_typeddict

import pytest

from metawright.appraisal.documents import ScreeningCounts
from metawright.audit.documents import Claim
from metawright.reading.protocol import NamedModel, Outcome, Period, Protocol, RuleModel
from metawright.reading.schemas import load_schema

#: What completing a protocol adds (see `metawright.checking.protocol.complete`).
ADDED = {Outcome: {"key", "label"}, Period: {"label"}}
#: A model is one of two forms, which the schema has in one block.
FORMS = {NamedModel: {"rule"}, RuleModel: {"tau2_method", "interval"}}
CHOSEN = {NamedModel: {"tau2_method", "interval"}, RuleModel: {"rule"}}


def objects(hint):
    """The `TypedDict`s that an annotation names."""
    if is_typeddict(hint):
        return [hint]
    return [found for part in get_args(hint) for found in objects(part)]


def resolved(schema, root):
    return root["$defs"][schema["$ref"].rsplit("/", 1)[1]] | schema if "$ref" in schema else schema


def inner(schema, root):
    """The block of keys that a list or a block of any keys holds, or the block itself."""
    schema = resolved(schema, root)
    if "items" in schema:
        return inner(schema["items"], root)
    other = schema.get("additionalProperties")
    return inner(other, root) if isinstance(other, dict) and "properties" not in schema else schema


def pairs(kind, schema, root):
    """Every `TypedDict` below *kind* with the part of the schema that it stands for."""
    yield kind, schema
    for name, hint in get_type_hints(kind).items():
        for found in objects(hint):
            yield from pairs(found, inner(schema["properties"][name], root), root)


def test_protocol(schemas):
    root = load_schema(schemas, "protocol")
    found = list(pairs(Protocol, root, root))
    assert len(found) > 30
    for kind, schema in found:
        keys = set(schema["properties"]) - FORMS.get(kind, set())
        assert set(kind.__annotations__) == keys | ADDED.get(kind, set()), kind.__name__
        always = {name for name, part in schema["properties"].items() if "default" in resolved(part, root)}
        always |= set(schema.get("required", ())) | ADDED.get(kind, set()) | CHOSEN.get(kind, set())
        assert set(kind.__required_keys__) == always & set(kind.__annotations__), kind.__name__


@pytest.mark.parametrize(("name", "kind"), [("screening", ScreeningCounts), ("claims", Claim)])
def test_files_of_a_review_folder(schemas, name, kind):
    schema = load_schema(schemas, name)
    assert set(kind.__annotations__) == set(schema["properties"])
    assert set(kind.__required_keys__) == set(schema.get("required", ()))
