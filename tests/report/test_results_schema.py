"""`results.json` has a published schema: derived from the types, closed, and kept by every build."""

import copy
import json

import pytest

from metawright.files.documents import plain
from metawright.report.results import SCHEMA_VERSION
from tests.report.als_review import als_results
from tests.report.examined_review import examined_review
from tests.report.results_schema import PUBLISHED, departures


@pytest.fixture(scope="module")
def examined():
    return plain(examined_review())


def test_the_schema_says_its_version_and_the_document_too(examined):
    schema = json.loads(PUBLISHED.read_text())
    assert schema["$id"].endswith(f":{SCHEMA_VERSION}")
    assert departures({**examined, "schema_version": SCHEMA_VERSION + 1}) == [
        f"schema_version: {SCHEMA_VERSION} was expected"
    ]


def test_a_review_with_every_examination_keeps_it(examined):
    assert departures(examined) == []


def test_a_key_that_is_not_declared_is_refused_at_any_depth(examined):
    changed = copy.deepcopy(examined)
    changed["cells"][0]["sensitivity"]["bayes"]["new"] = 1
    changed["counts"]["new"] = 1
    assert [line.partition(":")[0] for line in departures(changed)] == ["cells.0.sensitivity.bayes", "counts"]


def test_a_key_that_is_declared_is_required(examined):
    changed = copy.deepcopy(examined)
    del changed["cells"][0]["verdict"]
    assert departures(changed) == ["cells.0: 'verdict' is a required property"]


def test_claims_and_awaited_trials_may_have_further_columns():
    def about_rows(results):
        return [line for line in departures(results) if ".awaiting." in line or ".claims." in line]

    results = plain(als_results())
    cell = next(cell for cell in results["cells"] if cell["awaiting"] and cell["claims"])
    cell["awaiting"][0]["of our own"] = cell["claims"][0]["of our own"] = "text"
    assert about_rows(results) == []
    cell["claims"][0]["of our own"] = 1
    assert [line.rpartition(": ")[2] for line in about_rows(results)] == ["1 is not of type 'string'"]
