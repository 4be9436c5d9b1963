"""What went into each effect: the numbers of `inputs.csv` give the effect again, and say how they came about."""

import pytest

from metawright.effects.rows import INPUT_COLUMNS
from metawright.measures.registry import measure_of
from tests.effects.rows import traced, used

HEADER = "study,outcome,timepoint,arm,arm_label,n,mean,sd,se,events"
ARMS = (
    "T,score,3 m,experimental,low,10,32,6,,",
    "T,score,3 m,experimental,high,12,33,,2,",
    "T,score,3 m,control,,31,29,6,,",
)


def lines_of(result):
    return {(line["study"], line["arm"]): line for line in result.inputs}


def again(lines, study):
    """The mean difference that the lines give."""
    cells = [lines[study, arm][name] for arm in ("experimental", "control") for name in ("n", "mean", "sd")]
    effect = measure_of("MD").effect_of(*cells)
    return float(effect.y), float(effect.v)


@pytest.mark.parametrize("multi_arm", ["combine", "split_control"])
def test_combined_and_divided_arms_give_the_effect_again(protocol, multi_arm):
    result = traced(protocol, HEADER, *ARMS, multi_arm=multi_arm)
    lines = lines_of(result)
    for effect in used(result):
        assert again(lines, effect["study"]) == pytest.approx((effect["y"], effect["v"]), rel=1e-14)
    assert all(set(line) == set(INPUT_COLUMNS) for line in result.inputs)


def test_a_combined_arm_has_its_mean_and_names_its_rows_and_what_was_recovered(protocol):
    line = lines_of(traced(protocol, HEADER, *ARMS))["T", "experimental"]
    assert (line["n"], line["row_ids"], line["made"], line["recovered"]) == (22, "2;3", "combined", "sd S1")
    assert line["mean"] == pytest.approx((10 * 32 + 12 * 33) / 22)


def test_a_share_of_the_control_says_so(protocol):
    lines = lines_of(traced(protocol, HEADER, *ARMS, multi_arm="split_control"))
    shares = [lines[f"T ({name})", "control"] for name in ("low", "high")]
    assert [(line["n"], line["mean"], line["made"]) for line in shares] == [(15.5, 29.0, "share of 2")] * 2
    assert [lines[f"T ({name})", "experimental"]["recovered"] for name in ("low", "high")] == ["", "sd S1"]


def test_a_shared_control_of_events_is_divided_too(protocol):
    rows = (
        "T,cured,3 m,experimental,low,10,,,,4",
        "T,cured,3 m,experimental,high,12,,,,6",
        "T,cured,3 m,control,,30,,,,8",
    )
    lines = lines_of(traced(protocol, HEADER, *rows, outcome="cured", multi_arm="split_control"))
    assert (lines["T (low)", "control"]["events"], lines["T (low)", "control"]["n"]) == (4, 15)


def test_what_was_done_with_the_effect_as_a_whole(protocol):
    rows = ("X,score,1 m,experimental,,20,10,2,,", "X,score,1 m,control,,20,9,3,,")
    crossed = traced(
        protocol, HEADER, *rows, crossover={"use": "paired", "rho": 0.5}, designs={"x": {"crossover": True}}
    )
    assert [line["made"] for line in crossed.inputs] == ["paired", "paired"]
    turned = traced(protocol, HEADER, *rows, outcome_block={"reversed_studies": ["X"]})
    assert [line["made"] for line in turned.inputs] == ["sign turned", "sign turned"]


def test_an_average_of_time_points_lists_every_one(protocol):
    period = next(one for one in protocol["periods"] if one["key"] == "short")
    period.update(pick="average_with_rho", rho=0.7)
    rows = [f"A,score,{m} m,{arm},,20,{10 + m},2,," for m in (1, 3) for arm in ("experimental", "control")]
    lines = traced(protocol, HEADER, *rows).inputs
    assert [(line["timepoint"], line["arm"], line["made"]) for line in lines] == [
        (f"{m} m", arm, "averaged") for m in (1, 3) for arm in ("experimental", "control")
    ]


def test_a_contrast_has_one_line(protocol):
    header = "study,outcome,timepoint,arm,estimate,se,p_value"
    (line,) = traced(protocol, header, "A,score,3 m,contrast,2.5,,0.02").inputs
    assert (line["arm"], line["estimate"], line["recovered"]) == ("contrast", 2.5, "se S4")
    assert line["se"] is not None
