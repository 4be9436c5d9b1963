"""The document behind the report."""

import copy

import pytest

from metawright.pooling.position import position
from metawright.pooling.tracks import compare_tracks
from metawright.report.characteristics import characteristics
from metawright.report.lineage import count_rows, unused_rows
from metawright.report.results import SCHEMA_VERSION, gather_results
from metawright.report.software import versions
from tests.report.als_review import ARMS, EFFECTS, PROTOCOL, als_documents, als_results, cell_of


def test_cells_stand_in_the_protocols_order_whatever_the_files_order():
    results = als_results(pools=[documents[0] for documents in reversed(als_documents())])
    places = [(cell["outcome"], cell["period"]) for cell in results["cells"]]
    assert places == [(o, p) for o in ("ALSFRS", "ALSFRS-R", "FVC") for p in ("short", "medium", "long")]
    assert results["schema_version"] == SCHEMA_VERSION


def test_missing_pool_is_an_error_that_names_the_cell():
    pools = [documents[0] for documents in als_documents()][:-1]
    with pytest.raises(ValueError, match="no pool for outcome FVC in period long"):
        als_results(pools=pools)


def test_numbers_keep_full_precision():
    row = cell_of(als_results(), "ALSFRS-R", "long")["tracks"]["protocol"]
    assert row["estimate"] == pytest.approx(3.0987738948693897, rel=1e-12)
    assert row["ci_low"] == pytest.approx(0.04494162274223745, rel=1e-10)


def test_conclusion_differs_where_one_interval_includes_the_null():
    comparison = cell_of(als_results(), "ALSFRS-R", "long")["comparison"]
    assert comparison["conclusion_differs"] is True
    assert comparison["significance_differs"] is True
    assert comparison["sign_differs"] is False
    assert cell_of(als_results(), "ALSFRS-R", "medium")["comparison"]["conclusion_differs"] is False
    assert cell_of(als_results(), "ALSFRS", "short")["comparison"]["conclusion_differs"] is None


def test_opposite_signs_differ_even_without_significance():
    one = {"estimate": 0.4, "ci_low": -1.0, "ci_high": 2.0}
    found = compare_tracks(one, one | {"estimate": -0.1}, "MD")
    assert found["conclusion_differs"] is True
    assert "opposite sides of 0 (no difference)" in found["words"]


def test_one_track_alone_is_not_compared():
    assert compare_tracks({"estimate": 1.0, "ci_low": 0.5, "ci_high": 2.0}, None, "MD")["conclusion_differs"] is None


@pytest.mark.parametrize(
    ("low", "high", "where"),
    [
        (0.1, 2.0, "above"),
        (-2.0, -0.1, "below"),
        (-1.0, 1.0, "includes"),
        (0.0, 1.0, "includes"),
        (-1.0, 0.0, "includes"),
        (2.0, 2.0, "degenerate"),
        (None, None, "none"),
    ],
)
def test_position_of_an_interval(low, high, where):
    assert position({"estimate": 1.0, "ci_low": low, "ci_high": high}) == where


def test_optional_files_that_are_absent_are_named():
    results = als_results(studies=None, awaiting=None, claims=None, citations=None)
    assert results["missing"] == [
        "studies.csv",
        "awaiting.csv",
        "claims.csv",
        "citations.csv",
        "risk_of_bias.csv",
        "screening.yaml",
    ]
    assert results["labels"]["lunetta2016"] == "lunetta2016"
    assert results["studies"] is None


def test_counts_add_up():
    counts = als_results()["counts"]
    assert (counts["pooled"], counts["single_study"], counts["awaiting_data"], counts["cells"]) == (2, 1, 6, 9)
    assert counts["rows"] == counts["rows_used"] + counts["rows_not_used"] == 7
    assert counts["conclusion_differs"] == 1
    assert counts["participants_control"] == 8 * 33
    assert counts["participants_experimental"] is None


def test_incomplete_cells_know_their_trials():
    cell = cell_of(als_results(), "ALSFRS-R", "short")
    assert cell["incomplete"] is True
    assert {row["study"]: row["published"] for row in cell["awaiting"]} == {
        "kalron2021": True,
        "lunetta2016": True,
        "plowman2019": True,
        "braga2018": False,
    }


def test_pooled_trials_carry_the_rows_that_they_came_from():
    study = cell_of(als_results(), "ALSFRS-R", "long")["studies"][0]
    assert [arm["row"] for arm in study["arms"]] == ["4", "5"]


def test_gathering_does_not_change_its_inputs():
    documents = als_documents()
    before = copy.deepcopy(documents)
    pools, heterogeneity, leave_one_out = zip(*documents, strict=True)
    given = {"pools": pools, "heterogeneity": heterogeneity, "leave_one_out": leave_one_out}
    gather_results("x", PROTOCOL, **given, arms=ARMS, effects=EFFECTS, cleaning_log=[], software=[])
    assert documents == before


def test_every_unused_row_is_listed_once_with_its_reason():
    listed = unused_rows(ARMS, EFFECTS)
    assert [(item["rows"], item["reason"]) for item in listed] == [
        (["14", "15"], "18 months lies outside the periods"),
        (["18"], "baseline value"),
    ]


def test_arms_of_one_contrast_are_listed_together():
    effects = [
        {"study": "a", "outcome": "O", "used": "false", "reason": "r", "timepoint": "t", "row_ids": row} for row in "67"
    ]
    assert [(item["rows"], item["arm"]) for item in unused_rows([], effects)] == [(["6", "7"], "")]


def test_rows_of_two_cells_count_once():
    arms = [{"row": "2"}, {"row": "3"}]
    effects = [{"used": "true", "row_ids": "2;3"}, {"used": "true", "row_ids": "2;3"}]
    assert count_rows(arms, effects) == {"rows": 2, "rows_used": 2, "rows_not_used": 0}


def test_characteristics_set_printed_beside_corrected():
    study = {"study": "a", "label": "A", "doi": "10.1/x", "n": "33", "n_as_printed": "32", "n_source": "abstract"}
    study |= {"unit": "months", "unit_as_printed": "mos", "unit_source": "as printed", "empty": ""}
    found = characteristics([study])
    assert [column["key"] for column in found["columns"]] == ["n", "unit"]
    number, unit = found["rows"][0]["cells"]
    assert number == {"value": "33", "as_printed": "32", "source": "abstract", "differs": True}
    assert unit["differs"] is False
    assert found["rows"][0]["reference"]["doi"] == "10.1/x"


def test_characteristics_that_the_protocol_asks_for_keep_its_order_and_labels():
    wanted = [{"column": "b", "label": "Second"}, {"column": "missing"}, {"column": "a"}]
    found = characteristics([{"study": "s", "a": "1", "b": "2"}], wanted)
    assert [column["label"] for column in found["columns"]] == ["Second", "A"]


def test_versions_name_what_is_installed_and_skip_the_rest():
    found = {item["name"]: item["version"] for item in versions(("numpy", "no-such-package"))}
    assert set(found) == {"python", "numpy"}
