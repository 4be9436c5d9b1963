"""Contrast rows: the scale on which they were typed, intervals off their estimate, impossible magnitudes."""

import math

import numpy as np
import pytest

from metawright.checking.protocol import read_protocol
from metawright.extraction.clean import clean_extraction
from metawright.extraction.contrasts import contrast_findings, impossible
from metawright.measures.registry import all_measures
from metawright.reading.schemas import load_schema
from metawright.reading.sheets import read_sheet
from tests.conftest import SCHEMAS

HEADER = "study,outcome,arm,estimate,ci_low,ci_high,se,n,effect_scale\n"
PROTOCOL = """\
title: t
outcomes:
  o: {{measure: {measure}, direction: lower_is_better{scale}}}
models:
  - {{key: FE-z, track: protocol, tau2_method: FE, interval: z}}
"""

# seven hazard ratios of a public question; the lower limit of the sixth was typed 1.33 for 3.50
HAZARD_RATIOS = [
    ("1.78", "0.84", "3.76"), ("1.2", "0.37", "3.93"), ("1.14", "0.3", "4.25"), ("2.99", "1.66", "5.39"),
    ("2.9", "1.39", "6.01"), ("4.64", "1.33", "6.16"), ("2.75", "1.16", "6.54"),
]  # fmt: skip
FIR = 5


def cleaned(lines, measure="OR", scale=""):
    protocol, problems = read_protocol(
        PROTOCOL.format(measure=measure, scale=scale), load_schema(SCHEMAS, "protocol"), "protocol.yaml"
    )
    assert not problems
    text = HEADER + "".join(f"S{number},o,contrast,{line}\n" for number, line in enumerate(lines, start=1))
    found = clean_extraction(read_sheet(text.encode(), "extraction.csv"), protocol)
    rows = [{**arm, "printed": printed} for arm, printed in zip(found.arms, found.printed, strict=True)]
    return found, list(contrast_findings(rows, protocol["outcomes"]))


def line(numbers, se="", n="", scale=""):
    return ",".join((*numbers, se, n, scale))


def logs(numbers, digits=10):
    return tuple(f"{math.log(float(text)):.{digits}f}" for text in numbers)


@pytest.mark.parametrize("measure", ["OR", "GIV"])
@pytest.mark.parametrize("digits", [2, 3, 4, 10, 16])
def test_logarithms_of_printed_ratios_are_flagged_where_one_limit_is_a_slip(measure, digits):
    # the digits of the logarithms are not those of the paper: 0.5766133643 stands for 1.775 to 1.785
    found, findings = cleaned([line(logs(numbers, digits)) for numbers in HAZARD_RATIOS], measure)
    assert found.problems == []
    (finding,) = findings
    assert (finding.check, finding.severity, finding.row, finding.column) == (
        "interval_centre",
        "inconsistency",
        FIR + 2,
        "estimate",
    )
    assert "1.2" in finding.message and "standard errors off" in finding.message


def test_how_far_off_the_slip_of_the_public_case_is():
    _, findings = cleaned([line(logs(numbers)) for numbers in HAZARD_RATIOS], "GIV")
    assert "lies 1.24 standard errors off" in findings[0].message  # metafor: 1.24
    _, findings = cleaned([line(numbers, scale="ratio") for numbers in HAZARD_RATIOS])
    assert [(finding.row, finding.value, finding.expected) for finding in findings] == [
        (FIR + 2, "4.64", "about 2.862")
    ]


@pytest.mark.parametrize("measure", ["OR", "RR", "ROM", "MH_OR", "PETO", "GIV"])
def test_ratios_as_printed_are_refused_with_the_mend(measure):
    found, _ = cleaned([line(numbers) for place, numbers in enumerate(HAZARD_RATIOS) if place != FIR], measure)
    (problem,) = found.problems
    assert (problem.row, problem.column, problem.value) == (2, "estimate", "1.78")
    for words in ("only after a logarithm", "`ratio`", "effect_scale", "rows 2, 3, 4, 5, 6, 7", "`log`", measure):
        assert words in problem.what


def test_of_a_single_row_giv_is_flagged_and_a_ratio_measure_refused():
    numbers = line(HAZARD_RATIOS[0])
    assert len(cleaned([numbers], "OR")[0].problems) == 1
    found, (finding,) = cleaned([numbers], "GIV")
    assert found.problems == []
    assert finding.check == "ratio_not_logged"
    assert "write `ratio`" in finding.message
    # a difference may be lopsided by chance or method: flagged, with what it looks like
    found, (finding,) = cleaned([numbers], "MD")
    assert found.problems == []
    assert finding.check == "interval_centre"
    assert "after a logarithm" in finding.message


def test_a_mixture_is_flagged_row_by_row_and_not_refused():
    lines = [line(logs(HAZARD_RATIOS[0])), line(logs(HAZARD_RATIOS[1])), line(HAZARD_RATIOS[2])]
    found, findings = cleaned(lines)
    assert found.problems == []
    assert [(finding.check, finding.row) for finding in findings] == [("ratio_not_logged", 4)]


def test_what_the_row_says_of_its_scale_is_believed():
    lines = [line(numbers, scale="log") for numbers in HAZARD_RATIOS[:2]]
    found, findings = cleaned(lines)
    assert found.problems == []
    assert [finding.check for finding in findings] == ["ratio_not_logged"] * 2


def test_narrow_intervals_whose_digits_do_not_tell_are_asked_about_once():
    lines = [line(("0.95", "0.93", "0.97")), line(("0.98", "0.96", "1.00"))]
    found, (finding,) = cleaned(lines)
    assert found.problems == []
    assert (finding.check, finding.severity, finding.row) == ("effect_scale", "ambiguity", 2)
    assert "rows 2, 3" in finding.message
    assert cleaned([f"{lines[0]}log", f"{lines[1]}ratio"])[1] == []
    # one interval that reaches below 0 says that they are logarithms
    assert cleaned([*lines, line(("0.10", "-0.20", "0.40"))])[1] == []
    # beside unmistakable ratios they are named in the refusal
    found, _ = cleaned([line(HAZARD_RATIOS[0]), *lines])
    assert "of rows 3, 4 the digits do not tell" in found.problems[0].what


def test_ratios_are_logged_on_reading_and_the_typed_numbers_stay():
    found, findings = cleaned([line(HAZARD_RATIOS[0], scale=" Ratio ")])
    assert found.problems == findings == []
    (arm,) = found.arms
    assert [arm[name] for name in ("estimate", "ci_low", "ci_high")] == [math.log(x) for x in (1.78, 0.84, 3.76)]
    assert arm["effect_scale"] == "ratio"
    entries = [entry for entry in found.log if entry["rule"] == "ratio_as_logarithm"]
    assert [(entry["column"], entry["before"]) for entry in entries] == [
        ("estimate", "1.78"),
        ("ci_low", "0.84"),
        ("ci_high", "3.76"),
    ]
    assert float(entries[0]["after"]) == arm["estimate"]


@pytest.mark.parametrize(
    ("measure", "content", "column", "words"),
    [
        ("OR", line(("0", "", ""), se="0.2", scale="ratio"), "estimate", "is not above 0"),
        ("OR", line(("1.2", "-0.4", "3.9"), scale="ratio"), "ci_low", "`log`"),
        ("OR", line(("1.2", "0.4", "3.9"), scale="rato"), "effect_scale", "did you mean 'ratio'"),
        ("MD", line(("1.2", "0.4", "3.9"), scale="ratio"), "effect_scale", "measure MD"),
        ("RD", line(("0.2", "0.1", "0.3"), scale="log"), "effect_scale", "is for ratios"),
        ("ZCOR", line(("1.2", "", ""), n="30"), "estimate", "between -1 and 1"),
        ("ZCOR", line(("-47", "", ""), n="30"), "estimate", "not percent"),
        ("RD", line(("12.5", "", ""), se="2"), "estimate", "0.12 for 12 percentage points"),
        ("MH_RD", line(("-1.01", "", ""), se="2"), "estimate", "between -1 and 1"),
    ],
)
def test_refused(measure, content, column, words):
    found, _ = cleaned([content], measure)
    (problem,) = found.problems
    assert (problem.row, problem.column) == (2, column)
    assert words in problem.what


@pytest.mark.parametrize("r", ["1", "-1", "1.00", "0.999"])
def test_a_perfect_correlation_is_no_slip(r):
    found, findings = cleaned([line((r, "", ""), n="30")], "ZCOR")
    assert found.problems == findings == []


def test_the_scale_is_for_contrast_rows(protocol):
    text = "study,outcome,timepoint,arm,n,events,effect_scale\nA,cured,3 m,control,20,3,ratio\n"
    found = clean_extraction(read_sheet(text.encode(), "extraction.csv"), protocol)
    assert [(problem.column, "contrast rows" in problem.what) for problem in found.problems] == [("effect_scale", True)]


@pytest.mark.parametrize(
    ("measure", "estimate", "scale", "check"),
    [
        ("SMD", "108108108108", "", "magnitude"),
        ("SMD", "-10.1", "", "magnitude"),
        ("SMD", "10", "", None),
        ("OR", "6.9", "", None),
        ("OR", "6.91", "", "magnitude"),
        ("RR", "-7", "", "magnitude"),
        ("GIV", "5000", "", None),
        ("MD", "5000", "", None),
        ("MD", "49", ", scale: {min: 0, max: 48}", "difference_in_scale"),
        ("MD", "-48", ", scale: {min: 0, max: 48}", None),
    ],
)
def test_magnitudes_that_no_trial_has(measure, estimate, scale, check):
    found, findings = cleaned([line((estimate, "", ""), se="0.21")], measure, scale)
    assert found.problems == []
    assert [(finding.check, finding.severity) for finding in findings] == ([(check, "error")] if check else [])


def test_a_ratio_of_a_thousand_is_the_bound_on_both_scales():
    lines = [line(numbers, scale="ratio") for numbers in (("1000", "500", "2000"), ("1001", "500.5", "2002"))]
    assert [finding.row for finding in cleaned(lines)[1]] == [3]
    assert impossible(-math.log(1e9), "OR")[0].startswith("a ratio of 1/1e+09 is impossible")
    assert all(impossible(800.0, measure) for measure in (one.key for one in all_measures() if one.is_ratio))


@pytest.mark.parametrize("measure", ["MD", "SMD", "OR", "GIV", "RD"])
@pytest.mark.parametrize("digits", [0, 1, 2, 3, 6])
def test_rounding_alone_accuses_nobody(measure, digits):
    rng = np.random.default_rng(digits)
    lines = []
    for _ in range(300):
        y, se = rng.normal(0, 0.3), rng.uniform(0.01, 0.2)
        lines.append(line(tuple(f"{value:.{digits}f}" for value in (y, y - 1.96 * se, y + 1.96 * se))))
    found, findings = cleaned(lines, measure)
    assert found.problems == []
    assert {finding.check for finding in findings} <= {"effect_scale"}


@pytest.mark.parametrize("digits", [1, 2, 3])
def test_ratios_of_any_precision_are_in_order_when_they_say_so(digits):
    rng = np.random.default_rng(digits)
    lines = []
    for _ in range(300):
        y, se = rng.normal(0, 0.6), rng.uniform(0.05, 0.6)
        numbers = tuple(f"{math.exp(value):.{digits}f}" for value in (y, y - 1.96 * se, y + 1.96 * se))
        if float(numbers[1]) > 0:
            lines.append(line(numbers, scale="ratio"))
    found, findings = cleaned(lines)
    assert found.problems == []
    assert findings == []
    unsaid, _ = cleaned([text.removesuffix("ratio") for text in lines])
    assert len(unsaid.problems) == 1
