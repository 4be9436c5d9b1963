"""What the manual repeats from the schemas is derived from them, and its examples are valid."""

import re

import pytest
import yaml

from metawright.checking.protocol import read_protocol
from metawright.reading.columns import COLUMNS, VALUE_TYPES
from metawright.reading.schemas import check_document, check_table, load_schema
from metawright.reading.sheets import read_sheet
from metawright.reading.yaml_lines import read_yaml


@pytest.fixture(scope="module")
def document(tool):
    return tool("document")


@pytest.fixture(scope="module")
def manual(root):
    return (root / "config" / "README.md").read_text()


def test_the_manual_is_derived_from_the_schemas(document, manual):
    assert manual == document.tables(manual, document.load_schemas()), "run `make docs`"


def test_the_schema_of_results_is_derived_from_the_types(root, tool):
    published = (root / "docs" / "results.schema.json").read_text()
    assert published == tool("results_schema").text(), "run `make docs`"


def test_every_schema_has_its_place_in_the_manual(document, manual):
    assert set(document.load_schemas()) == set(re.findall(r"<!-- keys: (\w+) -->", manual))


def test_every_key_is_described(document):
    def keys(part, path=()):
        for name, item in part.get("properties", {}).items():
            yield (*path, name), item
            yield from keys(item, (*path, name))
        for name, item in part.get("$defs", {}).items():
            yield from keys(item, (*path, name))

    for name, schema in document.load_schemas().items():
        for path, item in keys(schema):
            assert item.get("description") or "$ref" in item, (name, path)


def test_the_extraction_schema_names_the_columns_that_are_read(schemas):
    properties = load_schema(schemas, "extraction")["properties"]
    assert list(properties) == list(COLUMNS)
    assert tuple(properties["value_type"]["enum"]) == VALUE_TYPES


def examples(manual, kind):
    for heading, body in re.findall(
        r"^## `(?:config/)?(\w+)\.\w+`\n(.*?)(?=^## |\Z)", manual, re.DOTALL | re.MULTILINE
    ):
        for text in re.findall(rf"```{kind}\n(.*?)```", body, re.DOTALL):
            yield heading, text


def test_yaml_examples_are_valid(manual, schemas):
    seen = set()
    for name, text in examples(manual, "yaml"):
        seen.add(name)
        assert check_document(read_yaml(text, name), load_schema(schemas, name), name) == []
        if name == "protocol":
            assert read_protocol(text, load_schema(schemas, name), name)[1] == []
    assert seen == {"config", "protocol", "screening", "simulation"}


def test_csv_examples_are_valid(manual, schemas):
    seen = set()
    for name, text in examples(manual, "csv"):
        seen.add(name)
        sheet = read_sheet(text.encode(), f"{name}.csv")
        assert check_table(sheet, load_schema(schemas, name)) == []
        assert set(sheet.columns) <= set(load_schema(schemas, name)["properties"]) or name == "studies"
    audited = {"statements", "trial_reports", "other_reviews", "claim_trials", "curated_findings"}
    assert seen == {"extraction", "studies", "awaiting", "risk_of_bias", "certainty", "claims", "citations", *audited}


def test_the_shipped_configuration_is_valid(root, schemas):
    config = yaml.safe_load((root / "config" / "config.yaml").read_text())
    for folder in config["reviews"]:
        assert (root / folder / "protocol.yaml").is_file()
