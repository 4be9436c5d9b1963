"""Small reviews through Snakemake up to pooled.csv: recovery, several arms, contaminated controls, averages, cross-over."""

import csv
import math

import pytest

from tests.workflow.conftest import copy_house

pytestmark = pytest.mark.slow

MODELS = """\
models:
  - {key: FE-z, track: protocol, tau2_method: FE, interval: z}
  - {key: REML-HKSJ, track: recommended, tau2_method: REML, interval: HKSJ}
"""
OUTCOME = "title: A test\noutcomes:\n  score: {measure: MD, direction: higher_is_better}\n"

FULL = """\
study,outcome,timepoint,arm,n,mean,sd,se,ci_low,ci_high,p_value
A,score,3 m,experimental,30,32.8,6.5,,,,
A,score,3 m,control,30,28.7,7.5,,,,
"""
PARTIAL = FULL + "B,score,3 m,experimental,25,30,,1.3,,,\nB,score,3 m,control,25,28,,,25.5,30.5,\n"

ARMS = """\
study,outcome,timepoint,arm,arm_label,n,mean,sd
T,score,3 m,experimental,low,10,32,6
T,score,3 m,experimental,middle,10,33,6.5
T,score,3 m,experimental,high,10,30,7
T,score,3 m,control,,31,29,6
"""
DELAYED = """\
study,outcome,timepoint,arm,n,mean,sd
A,score,6 m,experimental,30,12,3
A,score,6 m,control,30,10,3
P,score,8 m,experimental,30,16,3
P,score,8 m,control,30,10,3
"""
ZUCCHI = """\
study,outcome,timepoint,arm,n,mean,sd
Z,score,9 m,experimental,32,32.23,9.15
Z,score,9 m,control,33,31.52,9.73
Z,score,12 m,experimental,32,30.16,9.78
Z,score,12 m,control,33,28.94,10.87
"""
CROSSED = "study,outcome,timepoint,arm,n,mean,sd\nX,score,1 m,experimental,20,10,2\nX,score,1 m,control,20,9,3\n"

REVIEWS = {
    "recovered": (PARTIAL, "", None),
    "unrecovered": (PARTIAL, "imputation: {enabled: false}\n", None),
    "reported": (FULL, "", None),
    "combined": (ARMS, "", None),
    "split": (ARMS, "multi_arm: split_control\n", None),
    "delayed": (DELAYED, "", "study,contaminated_from\nP,4\n"),
    "kept": (DELAYED, "contaminated: {recommended: keep}\n", "study,contaminated_from\nP,4\n"),
    "averaged": (ZUCCHI, "periods:\n  - {key: long, from: 9, to: 12, pick: average_with_rho, rho: 0.7}\n", None),
    "crossed": (CROSSED, "crossover: {rho: 0.5}\n", "study,design\nX,randomised cross-over\n"),
}


@pytest.fixture(scope="module")
def tables(root, tmp_path_factory):
    """Every table of every review, by review and path."""
    folder = tmp_path_factory.mktemp("units")
    for name, (extraction, more, studies) in REVIEWS.items():
        (folder / name).mkdir()
        (folder / name / "protocol.yaml").write_text(OUTCOME + more + MODELS)
        (folder / name / "extraction.csv").write_text(extraction)
        if studies:
            (folder / name / "studies.csv").write_text(studies)
    house = copy_house(root, folder / "house", "als-exercise")
    paths = [f"results/{name}/{file}" for name in REVIEWS for file in ("pooling/pooled.csv", "effects/effects.csv")]
    house.build("--config", f"review={[str(folder / name) for name in REVIEWS]}", "--", *paths)

    def read(review, path):
        with (house.folder / "results" / review / path).open() as file:
            return list(csv.DictReader(file))

    return read


def models(tables, review):
    return {row["model"]: row for row in tables(review, "pooling/pooled.csv")}


def test_recovered_values_enter_the_pool_marked(tables):
    assert models(tables, "recovered")["FE-z"]["k"] == "2"
    effects = tables("recovered", "effects/effects.csv")
    assert [(row["study"], row["used"], row["imputed"]) for row in effects] == [
        ("A", "true", "false"),
        ("B", "true", "true"),
    ]
    lines = tables("recovered", "effects/recovered.csv")
    assert [(line["row"], line["column"], line["route"]) for line in lines] == [("4", "sd", "S1"), ("5", "sd", "S2")]
    assert float(lines[0]["value"]) == pytest.approx(1.3 * 5)
    v = (6.5**2 + float(lines[1]["value"]) ** 2) / 25
    assert float(effects[1]["v"]) == pytest.approx(v, rel=1e-14)


def test_switched_off_the_pool_is_that_of_the_reported_rows(tables):
    off, reported = (models(tables, review) for review in ("unrecovered", "reported"))
    assert off == reported
    rows = tables("unrecovered", "effects/effects.csv")
    assert [row["used"] for row in rows] == ["true", "false", "false"]
    assert all("imputation is off" in row["reason"] for row in rows[1:])
    assert tables("unrecovered", "effects/recovered.csv") == []


def test_arms_combined_or_split(tables):
    combined, split = (models(tables, review)["FE-z"] for review in ("combined", "split"))
    assert (combined["k"], combined["status"], combined["n_experimental"], combined["n_control"]) == (
        "1",
        "single_study",
        "30",
        "31",
    )
    assert float(combined["estimate"]) == pytest.approx(2.6667, abs=5e-5)
    assert (split["k"], split["n_experimental"], split["n_control"]) == ("3", "30", "31")
    studies = [row["study"] for row in tables("split", "effects/effects.csv")]
    assert studies == ["T (low)", "T (middle)", "T (high)"]
    assert tables("split", "effects/choices.csv")[0]["policy"] == "multi_arm: split_control"


def test_contaminated_rows_by_track(tables):
    rows = models(tables, "delayed")
    assert [(rows[key]["k"], rows[key]["status"]) for key in ("FE-z", "REML-HKSJ")] == [
        ("2", "pooled"),
        ("1", "single_study"),
    ]
    assert float(rows["REML-HKSJ"]["estimate"]) == 2.0
    assert rows["FE-z"]["n_experimental"] == "60"
    assert rows["REML-HKSJ"]["n_experimental"] == "30"
    flags = {row["study"]: row["flags"] for row in tables("delayed", "extraction/score.arms.csv")}
    assert flags == {"A": "", "P": "contaminated"}
    assert models(tables, "kept")["REML-HKSJ"]["k"] == "2"


def test_average_of_time_points(tables):
    row = models(tables, "averaged")["FE-z"]
    assert float(row["estimate"]) == pytest.approx(0.965, abs=5e-5)
    assert float(row["se"]) == pytest.approx(2.2616, abs=5e-5)


def test_crossover(tables):
    row = models(tables, "crossed")["FE-z"]
    assert float(row["se"]) == pytest.approx(math.sqrt((4 + 9 - 6) / 20), rel=1e-14)
