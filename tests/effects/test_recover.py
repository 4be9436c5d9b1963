"""Rows that lack a mean or an SD: what fills them, in which order, with which lineage, and what is refused."""

import math

import pytest
from scipy import stats

from metawright.extraction.clean import clean_extraction
from metawright.reading.p_values import PValue, read_p_value
from metawright.reading.sheets import read_sheet
from tests.effects.rows import reasons, traced, used

COLUMNS = (
    "study", "outcome", "timepoint", "arm", "n", "mean", "sd", "se", "ci_low", "ci_high", "median", "q1", "q3", "min",
    "max", "p_value", "t_value", "f_value", "estimate", "value_type", "sd_baseline", "sd_final", "arm_label",
)  # fmt: skip
HEADER = ",".join(COLUMNS)

# Lunetta 2016, month 6: both arms as reported
FIRST = {"n": 30, "mean": 32.8, "sd": 6.5}
SECOND = {"n": 30, "mean": 28.7, "sd": 7.5}
POOLED = math.sqrt((29 * 6.5**2 + 29 * 7.5**2) / 58)
T, P = stats.ttest_ind_from_stats(32.8, 6.5, 30, 28.7, 7.5, 30)


def line(arm, study="A", time="3 m", **cells):
    row = {"study": study, "outcome": "score", "timepoint": time, "arm": arm, **cells}
    return ",".join(str(row.get(name, "")) for name in COLUMNS)


def hidden(cells, **instead):
    return {**{name: value for name, value in cells.items() if name != "sd"}, **instead}


def arms(first, second):
    return line("experimental", **first), line("control", **second)


def half_width(cells, level=0.975):
    return float(stats.t.ppf(level, cells["n"] - 1)) * cells["sd"] / math.sqrt(cells["n"])


def interval(cells):
    return {"ci_low": repr(cells["mean"] - half_width(cells)), "ci_high": repr(cells["mean"] + half_width(cells))}


@pytest.mark.parametrize(
    ("first", "second", "route", "sds"),
    [
        ({"se": repr(6.5 / math.sqrt(30))}, {"se": repr(7.5 / math.sqrt(30))}, "S1", (6.5, 7.5)),
        (interval(FIRST), interval(SECOND), "S2", (6.5, 7.5)),
        ({"t_value": repr(float(T))}, {}, "S4", (POOLED, POOLED)),
        ({"t_value": repr(-float(T))}, {"t_value": repr(-float(T))}, "S4", (POOLED, POOLED)),
        ({}, {"f_value": repr(float(T) ** 2)}, "S4", (POOLED, POOLED)),
        ({"p_value": repr(float(P))}, {}, "S4", (POOLED, POOLED)),
        ({"p_value": f"p={float(P)!r}"}, {"p_value": repr(float(P))}, "S4", (POOLED, POOLED)),
    ],
)
def test_hidden_sds_are_found_again(protocol, first, second, route, sds):
    result = traced(protocol, HEADER, *arms(hidden(FIRST, **first), hidden(SECOND, **second)))
    assert [line["route"] for line in result.recovered] == [route, route]
    assert [line["value"] for line in result.recovered] == pytest.approx(sds, rel=1e-8)
    (row,) = used(result)
    assert row["imputed"] is True
    assert row["y"] == 32.8 - 28.7
    assert row["v"] == pytest.approx(sds[0] ** 2 / 30 + sds[1] ** 2 / 30, rel=1e-8)


def test_reported_sds_are_never_touched(protocol):
    cells = {"se": 9, "ci_low": 30, "ci_high": 40, "p_value": "0.5", "median": 33, "q1": 20, "q3": 40}
    result = traced(protocol, HEADER, *arms({**FIRST, **cells}, {**SECOND, **cells}))
    assert result.recovered == []
    (row,) = used(result)
    assert (row["imputed"], row["v"]) == (False, 6.5**2 / 30 + 7.5**2 / 30)


def test_lineage_names_row_route_and_inputs(protocol):
    result = traced(protocol, HEADER, *arms(hidden(FIRST, se=1.25), SECOND))
    (entry,) = result.recovered
    assert entry == {
        "row": 2,
        "study": "A",
        "outcome": "score",
        "timepoint": "3 m",
        "arm": "experimental",
        "column": "sd",
        "route": "S1",
        "formula": "standard error times the root of n",
        "inputs": "se 1.25; n 30",
        "value": 1.25 * math.sqrt(30),
        "flags": "",
        "grid": "",
    }


def test_a_bound_of_p_is_taken_as_its_limit_and_flagged(protocol):
    result = traced(protocol, HEADER, *arms(hidden(FIRST, p_value='"< 0,05"'), hidden(SECOND)))
    assert {(entry["route"], entry["flags"]) for entry in result.recovered} == {("S5", "conservative_bound")}
    assert result.recovered[0]["value"] == pytest.approx(7.9328, abs=5e-5)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"p_value": "NS"}, "gives no bound"),
        ({"p_value": ">0.05"}, "gives no bound"),
        ({"p_value": "0.000"}, "gives no test statistic"),
        ({"p_value": "significant"}, "is not understood"),
        ({"mean": 28.7, "p_value": "1.0"}, "gives no test statistic"),
        ({"mean": 28.7, "p_value": "0.99"}, "0 says nothing"),
        ({"ci_low": 1, "ci_high": 7}, "does not hold the mean"),
        ({"median": 33}, "a median alone"),
        ({"value_type": "change", "sd_baseline": 6, "sd_final": 7}, "declared correlation"),
    ],
)
def test_what_gives_no_spread_is_listed_with_the_reason(protocol, cells, words):
    second = hidden(SECOND) | {name: cells[name] for name in ("value_type",) if name in cells}
    result = traced(protocol, HEADER, *arms(hidden(FIRST) | cells, second))
    assert used(result) == []
    assert reasons(result)[2].startswith("not reported: sd")
    assert words in reasons(result)[2]


@pytest.mark.parametrize(
    "instead", [{"p_value": P}, {"t_value": T}, {"se": 1.2}, {"ci_low": 30.0, "ci_high": 35.6}], ids=str
)
def test_a_spread_from_an_adjusted_analysis_is_flagged(protocol, instead):
    for kind, wanted in (("adjusted", True), ("final", False)):
        both = [hidden(cells, value_type=kind, **instead) for cells in (FIRST, {**SECOND, "mean": 32.0})]
        lines = traced(protocol, HEADER, *arms(*both)).recovered
        assert lines and all(("from_adjusted" in line["flags"].split(";")) is wanted for line in lines)


def test_a_contrast_that_is_adjusted_flags_the_spread_of_its_arms(protocol):
    given = line("contrast", estimate=4.1, se=1.8, value_type="adjusted")
    rows = [*arms(hidden(FIRST), hidden(SECOND)), given]
    lines = traced(protocol, HEADER, *rows, outcome_block={"measure": "SMD"}).recovered
    assert [(one["route"], one["flags"]) for one in lines] == [("S3", "from_adjusted")] * 2


def test_adjusted_values_among_others_are_logged(protocol):
    one = [{**cells, "value_type": "adjusted"} for cells in (FIRST, SECOND)]
    other = [
        line(arm, "B", value_type="final", **cells) for arm, cells in (("experimental", FIRST), ("control", SECOND))
    ]
    found = traced(protocol, HEADER, *arms(*one), *other).choices
    (logged,) = [row for row in found if row["policy"] == "adjusted and unadjusted values"]
    assert (logged["candidates"], logged["chosen"]) == ("A adjusted; B not adjusted", "all")
    assert not [row for row in traced(protocol, HEADER, *arms(*one)).choices if "adjusted" in row["policy"]]


def test_rows_that_disagree_are_not_used(protocol):
    result = traced(protocol, HEADER, *arms(hidden(FIRST, p_value="0.03"), hidden(SECOND, p_value="0.04")))
    assert "different P values" in reasons(result)[2]


def test_switched_off_nothing_is_recovered_and_the_reason_says_so(protocol):
    rows = arms(hidden(FIRST, se=1.2), SECOND)
    result = traced(protocol, HEADER, *rows, imputation={**protocol["imputation"], "enabled": False})
    assert (used(result), result.recovered) == ([], [])
    assert reasons(result)[2] == "not reported: sd (route S1 would give it, but imputation is off)"
    result = traced(protocol, HEADER, *rows, imputation={**protocol["imputation"], "routes": ["S2"]})
    assert "S1 would give it, but the protocol does not allow it" in reasons(result)[2]


QUANTILES = {"n": 25, "median": 22, "q1": 18, "q3": 27}


def test_quantiles_give_mean_and_sd(protocol):
    result = traced(protocol, HEADER, *arms(QUANTILES, {"n": 25, "median": 22, "min": 10, "max": 40}))
    found = {(entry["row"], entry["column"]): entry for entry in result.recovered}
    assert found[2, "mean"]["value"] == pytest.approx(22.3578, abs=5e-5)
    assert found[2, "sd"]["value"] == pytest.approx(7.0751, abs=5e-5)
    assert found[3, "mean"]["value"] == pytest.approx(22.7905, abs=5e-5)
    assert found[3, "sd"]["value"] == pytest.approx(7.6366, abs=5e-5)
    assert {(entry["route"], entry["flags"]) for entry in found.values()} == {("S7", "from_quantiles")}


def test_skewed_quantiles_are_excluded_unless_wanted(protocol):
    rows = arms({"n": 25, "median": 19, "q1": 18, "q3": 27}, QUANTILES)
    result = traced(protocol, HEADER, *rows)
    assert used(result) == []
    assert "skewed" in reasons(result)[2]
    result = traced(protocol, HEADER, *rows, imputation={**protocol["imputation"], "exclude_skewed": False})
    assert len(used(result)) == 1
    assert result.recovered[0]["flags"] == "from_quantiles;skewed"


def test_a_reported_spread_comes_before_quantiles(protocol):
    result = traced(protocol, HEADER, *arms(QUANTILES | {"se": 1.5}, SECOND))
    assert {entry["column"]: entry["route"] for entry in result.recovered} == {"mean": "S7", "sd": "S1"}


def test_change_from_baseline_with_a_declared_correlation_and_its_grid(protocol):
    rows = (
        line("experimental", time="baseline", n=30, mean=30, sd=6.5, value_type="baseline"),
        line("experimental", n=30, mean=-2, value_type="change", sd_final=7.5),
        line("control", n=30, mean=-4, sd=6, value_type="change"),
    )
    result = traced(protocol, HEADER, *rows, imputation={**protocol["imputation"], "rho": 0.7})
    (entry,) = result.recovered
    assert (entry["row"], entry["route"], entry["value"]) == (3, "S6", pytest.approx(5.5, abs=5e-5))
    grid = dict(part.split("=") for part in entry["grid"].split(";"))
    assert {rho: round(float(sd), 4) for rho, sd in grid.items()} == {
        "0.3": 8.3217, "0.5": 7.0534, "0.7": 5.5, "0.9": 3.2787,
    }  # fmt: skip
    assert len(used(result)) == 1


def test_a_contrast_in_an_smd_gives_both_arms_their_sd(protocol):
    protocol["outcomes"]["score"]["measure"] = "SMD"
    se = POOLED * math.sqrt(2 / 30)
    half = float(stats.t.ppf(0.975, 58)) * se
    for spread in ({"se": repr(se)}, {"ci_low": repr(4.1 - half), "ci_high": repr(4.1 + half)}):
        rows = (*arms(hidden(FIRST), hidden(SECOND)), line("contrast", estimate=4.1, **spread))
        result = traced(protocol, HEADER, *rows)
        assert [entry["route"] for entry in result.recovered] == ["S3", "S3"]
        assert [entry["value"] for entry in result.recovered] == pytest.approx([POOLED, POOLED], rel=1e-8)
        (row,) = used(result)
        assert row["row_ids"] == "2;3"
        assert row["y"] == pytest.approx(0.5766, abs=5e-5)


def test_a_contrast_that_is_no_difference_of_the_means_is_left_as_it_is(protocol):
    protocol["outcomes"]["score"]["measure"] = "SMD"
    rows = (*arms(hidden(FIRST), hidden(SECOND)), line("contrast", estimate=0.58, se=0.26))
    result = traced(protocol, HEADER, *rows)
    assert result.recovered == []
    assert [row["row_ids"] for row in used(result)] == ["4"]


def test_a_contrast_of_an_md_gives_the_effect_itself(protocol):
    rows = (*arms(hidden(FIRST), hidden(SECOND)), line("contrast", estimate=4.2, se=1.8))
    result = traced(protocol, HEADER, *rows)
    (row,) = used(result)
    assert (row["y"], row["imputed"], result.recovered) == (4.2, False, [])
    assert "not reported: sd" in reasons(result)[2]


def test_a_contrast_with_a_p_value_gets_its_standard_error(protocol):
    result = traced(protocol, HEADER, line("contrast", n=60, estimate=4.1, p_value=0.0298))
    (row,) = used(result)
    assert math.sqrt(row["v"]) == pytest.approx(1.8405, abs=5e-5)
    assert (row["imputed"], result.recovered[0]["column"]) == (True, "se")
    result = traced(protocol, HEADER, line("contrast", estimate=4.1, p_value=0.0298))
    assert math.sqrt(used(result)[0]["v"]) == pytest.approx(4.1 / stats.norm.isf(0.0149), rel=1e-8)


def test_sds_are_borrowed_only_when_declared(protocol):
    others = [line(arm, study, n=n, mean=1, sd=sd) for study, n, sd in (("B", 11, 2), ("C", 31, 4)) for arm in ("experimental", "control")]  # fmt: skip
    rows = (*others, *arms(hidden(FIRST), hidden(SECOND)))
    assert len(used(traced(protocol, HEADER, *rows))) == 2
    routes = [*protocol["imputation"]["routes"], "S8"]
    result = traced(protocol, HEADER, *rows, imputation={**protocol["imputation"], "routes": routes})
    assert {(entry["route"], entry["flags"], round(entry["value"], 9)) for entry in result.recovered} == {
        ("S8", "imputed_sd", round(math.sqrt((10 * 4 + 30 * 16) / 40), 9))
    }
    assert [row["imputed"] for row in used(result)] == [False, False, True]


def test_the_p_of_a_crossover_or_of_three_arms_is_not_used(protocol):
    rows = arms(hidden(FIRST, p_value="0.03"), hidden(SECOND))
    result = traced(protocol, HEADER, *rows, designs={"a": {"crossover": True}})
    assert "cross-over" in reasons(result)[2]
    three = (
        line("experimental", arm_label="low", **hidden(FIRST, p_value="0.03")),
        line("experimental", arm_label="high", **hidden(FIRST)),
        line("control", **hidden(SECOND)),
    )
    assert "not identified" in reasons(traced(protocol, HEADER, *three))[2]


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"q1": 9, "median": 5, "q3": 12}, "q1", "is above median"),
        ({"min": 3, "max": 1}, "min", "is above max"),
        ({"p_value": "1.2"}, "p_value", "between 0 and 1"),
        (
            {"sd": 15, "sd_baseline": 6, "sd_final": 7, "value_type": "change"},
            "sd",
            "correlation between them would be",
        ),
    ],
)
def test_impossible_cells_are_refused(protocol, cells, column, words):
    text = f"{HEADER}\n{line('experimental', n=20, mean=1, **cells)}\n"
    (problem,) = clean_extraction(read_sheet(text.encode(), "extraction.csv"), protocol).problems
    assert (problem.row, problem.column) == (2, column)
    assert words in problem.what


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.03", PValue("=", 0.03)),
        (".03", PValue("=", 0.03)),
        ("P = 0,03", PValue("=", 0.03)),
        ("p<0.05", PValue("<", 0.05)),
        ("≤ 0.01", PValue("<", 0.01)),
        ("> 0.05", PValue(">", 0.05)),
        ("1e-4", PValue("=", 1e-4)),
        ("n.s.", PValue("ns")),
        ("", PValue("")),
        ("significant", PValue("?")),
        ("0.03 0.05", PValue("?")),
    ],
)
def test_p_values_as_printed(text, expected):
    assert read_p_value(text) == expected
