"""Hazard ratios as contrast rows: real data, metafor's numbers, and the words of a ratio of hazards."""

import math
import shutil
import subprocess

import pytest

from metawright.exchange.formats.wide import read_wide
from metawright.exchange.tables import Table
from metawright.measures.registry import measure_of
from metawright.reading.sheets import Row
from tests.exchange.exports import export, read
from tests.exchange.pipeline import arms_and_effects, pools

#: Overall survival under purine antagonists against alkylators in chronic lymphocytic leukaemia (Steurer 2006): log hazard
#: ratio and standard error, the rounded hazard ratio with its limits, patients of both arms.
TRIALS = [
    ("FCG on CLL", -0.592, 0.345, (0.5532, 0.2813, 1.0878)),
    ("Leporrier", -0.0791, 0.0787, (0.9239, 0.7919, 1.078)),
    ("Rai", -0.237, 0.144, (0.789, 0.595, 1.0463)),
    ("Robak", 0.163, 0.312, (1.177, 0.6386, 2.1695)),
]
PROTOCOL = """title: Purine antagonists for chronic lymphocytic leukaemia
outcomes:
  death: {label: Death, measure: HR, direction: lower_is_better}
models:
  - {key: FE-z, track: protocol, tau2_method: FE, interval: z}
  - {key: REML-HKSJ, track: recommended, tau2_method: REML, interval: HKSJ}
"""
HEAD = "study,outcome,arm,estimate,se,ci_low,ci_high\n"


def with_errors():
    return HEAD + "".join(f"{study},death,contrast,{y},{se},,\n" for study, y, se, _ in TRIALS)


def with_intervals():
    logs = [[math.log(value) for value in numbers] for *_, numbers in TRIALS]
    lines = (
        f"{trial[0]},death,contrast,{y!r},,{low!r},{high!r}\n"
        for trial, (y, low, high) in zip(TRIALS, logs, strict=True)
    )
    return HEAD + "".join(lines)


def test_a_fixed_effect_by_hand_and_by_metafor(review_folder):
    found = pools(review_folder(with_errors(), PROTOCOL))[0]
    weights = [1 / se**2 for _, _, se, _ in TRIALS]
    by_hand = sum(w * y for w, (_, y, _, _) in zip(weights, TRIALS, strict=True)) / sum(weights)
    model = found["models"][0]
    assert found["measure"] == "HR" and found["k"] == 4
    assert model["estimate"] == pytest.approx(by_hand, rel=1e-12)
    assert model["se"] == pytest.approx(sum(weights) ** -0.5, rel=1e-12)
    assert (model["estimate"], model["se"]) == pytest.approx((-0.12042567200045391, 0.06617520785946165), rel=1e-12)
    assert model["q"] == pytest.approx(3.624681071302631, rel=1e-12)


def test_an_interval_gives_the_standard_error(review_folder):
    _, tables = arms_and_effects(review_folder(with_intervals(), PROTOCOL))
    used = [row for row in tables["death"][1] if row["used"] == "true"]
    for row, (_, y, se, _) in zip(used, TRIALS, strict=True):
        assert float(row["y"]) == pytest.approx(y, abs=2e-3)
        assert math.sqrt(float(row["v"])) == pytest.approx(se, rel=5e-3)


def test_printed_ratios_are_read_as_such_where_a_row_says_so(review_folder):
    head = HEAD.replace("\n", ",effect_scale\n")
    lines = "".join(f"{study},death,contrast,{r},,{low},{high},ratio\n" for study, _, _, (r, low, high) in TRIALS)
    _, tables = arms_and_effects(review_folder(head + lines, PROTOCOL))
    used = [row for row in tables["death"][1] if row["used"] == "true"]
    assert [float(row["y"]) for row in used] == [math.log(numbers[0]) for *_, numbers in TRIALS]


def test_arms_are_refused_with_words(review_folder):
    text = "study,outcome,arm,n,events,estimate,se\na,death,experimental,10,2,,\na,death,control,10,3,,\nb,death,contrast,,,-0.1,0.2\n"
    _, tables = arms_and_effects(review_folder(text, PROTOCOL))
    reasons = {row["reason"] for row in tables["death"][0] if row["arm"] != "contrast"}
    assert reasons == {"the measure HR takes contrast rows (an estimate), not arms"}


def test_no_test_for_events_and_no_ratio_of_risks_belongs_to_it():
    measure = measure_of("HR")
    assert measure.small_study == () and measure.risks is None and not measure.reversible and not measure.simulated_as
    assert measure.scale.null == 1.0 and measure.is_ratio


def test_revman_reads_hazard_ratios_as_ratios(review_folder, tmp_path):
    out = export(review_folder(with_errors(), PROTOCOL), tmp_path / "out")
    settings = read(out / "revman" / "demo-overall-estimates-and-settings.csv")[0]
    assert (settings["Data type"], settings["Effect measure"]) == ("Contrast level", "Hazard Ratio")
    assert settings["Log-scale data"] == "true" and settings["Statistical method"] == "IV"
    pooled = float(read(out / "expected.csv")[0]["estimate"])
    assert float(settings["Mean"]) == pytest.approx(math.exp(pooled))
    assert [row["GIV SE"] for row in read(out / "revman" / "demo-data-rows.csv")] == [str(se) for _, _, se, _ in TRIALS]


def test_a_table_that_names_it_is_read_as_hazard_ratios():
    names = ("study", "measure", "yi", "sei")
    cells = [dict(zip(names, (study, "HR", str(y), str(se)), strict=True)) for study, y, se, _ in TRIALS]
    table = Table("hr.csv", names, tuple(Row(place, row) for place, row in enumerate(cells, start=2)))
    assert [one["measure"] for one in read_wide(table, "hr").outcomes.values()] == ["HR"]


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="Rscript is not installed")
def test_metafor_agrees(review_folder, tmp_path):
    """`reproduce.R` fits every model again and ends with status 1 where a number is off by more than 1e-8."""
    out = export(review_folder(with_errors(), PROTOCOL), tmp_path / "out")
    done = subprocess.run(["Rscript", str(out / "reproduce.R")], capture_output=True, text=True)
    if "there is no package called" in done.stderr:
        pytest.skip("the R package metafor is not installed")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The table is reproduced." in done.stdout
