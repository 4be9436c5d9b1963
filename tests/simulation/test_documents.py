"""The types of a completed simulation file agree with its schema: the same keys, and those required that are always there."""

import pytest

from metawright.reading.schemas import load_schema
from metawright.simulation.documents import GridBlock, GridRule, NamedPool, SimulationFile, SweepArchive, TargetError


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        (SimulationFile, ()),
        (SweepArchive, ("properties", "archive")),
        (GridBlock, ("$defs", "grid")),
        (TargetError, ("$defs", "grid", "properties", "replicates")),
        (GridRule, ("$defs", "grid", "properties", "models", "items", "properties", "rule")),
        (NamedPool, ("$defs", "data", "properties", "trials", "items")),
    ],
)
def test_types_of_the_simulation_file(schemas, kind, place):
    schema = load_schema(schemas, "simulation")
    for key in place:
        schema = schema[key]
    parts = schema["properties"]
    assert set(kind.__annotations__) == set(parts)
    always = {name for name, part in parts.items() if "default" in part} | set(schema.get("required", ()))
    assert set(kind.__required_keys__) == always
