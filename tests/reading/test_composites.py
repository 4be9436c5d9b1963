"""Cells that hold more than one number."""

import pytest

from metawright.reading.cells import Habits
from metawright.reading.composites import read_value

PLAIN = Habits()
COMMA = Habits(decimal=",")


def numbers(text, column="value", habits=PLAIN):
    parts, reading = read_value(text, column, habits)
    assert not reading.error, reading.error
    assert not [part.error for part in parts.values() if part.error]
    return {name: part.number for name, part in parts.items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("32.8 ± 6.5", {"mean": 32.8, "sd": 6.5}),
        ("\u221232.8\u00a0±\u20096.5*", {"mean": -32.8, "sd": 6.5}),
        ("mean 32.8 (±6.5)", {"mean": 32.8, "sd": 6.5}),
        ("32.8 [SD 6.5]", {"mean": 32.8, "sd": 6.5}),
        ("32.8, SD: 6.5", {"mean": 32.8, "sd": 6.5}),
        ("32.8 (SE 1.2)", {"mean": 32.8, "se": 1.2}),
        ("32.8 ± 1.2 (SEM)", {"mean": 32.8, "se": 1.2}),
        ("12.3 [10.1 to 14.5]", {"mean": 12.3, "ci_low": 10.1, "ci_high": 14.5}),
        ("12.3 (90% CI 10.2, 14.5)", {"mean": 12.3, "ci_low": 10.2, "ci_high": 14.5, "ci_level": 90}),
        ("12.3, 95% CI: 10.1\u201314.5", {"mean": 12.3, "ci_low": 10.1, "ci_high": 14.5, "ci_level": 95}),
        ("-1.2 (95% CI -3.4--0.1)", {"mean": -1.2, "ci_low": -3.4, "ci_high": -0.1, "ci_level": 95}),
        ("22 (IQR 18-27)", {"median": 22, "q1": 18, "q3": 27}),
        ("median 22 [Q1, Q3: 18; 27]", {"median": 22, "q1": 18, "q3": 27}),
        ("22 (range 10 to 40)", {"median": 22, "min": 10, "max": 40}),
        ("NR", {}),
    ],
)
def test_what_a_cell_says_of_itself(text, expected):
    assert numbers(text) == expected


@pytest.mark.parametrize(
    ("pairs", "names"), [("iqr", ("q1", "q3")), ("range", ("min", "max")), ("ci", ("ci_low", "ci_high"))]
)
@pytest.mark.parametrize("text", ["22 (18-27)", "22 [18, 27]", "22 [18 to 27]"])
def test_what_the_protocol_declares(text, pairs, names):
    found = numbers(text, habits=Habits(pairs=pairs))
    assert [found[name] for name in names] == [18, 27]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("32,8 ± 6,5", {"mean": 32.8, "sd": 6.5}),
        ("32,8 (6,5)", {"mean": 32.8, "sd": 6.5}),
        ("12,3 [10,1; 14,5]", {"mean": 12.3, "ci_low": 10.1, "ci_high": 14.5}),
        ("12,3 [10,1, 14,5]", {"mean": 12.3, "ci_low": 10.1, "ci_high": 14.5}),
    ],
)
def test_decimal_commas(text, expected):
    assert numbers(text, habits=COMMA) == expected


@pytest.mark.parametrize(
    ("text", "column", "habits"),
    [
        ("22 (18-27)", "value", Habits()),
        ("22 [18, 27]", "value", Habits()),
        ("22 [18,27]", "value", Habits(pairs="iqr")),  # one number or two?
        ("22 (18,27)", "value", COMMA),
        ("12.3 [10.1 to 14.9]", "value", Habits()),  # not symmetric
        ("22 [18 to 26]", "value", Habits()),  # whole numbers may be symmetric by chance
        ("12.3 [13.1 to 14.5]", "value", Habits(pairs="ci")),
        ("22 (27-18)", "value", Habits(pairs="iqr")),
        ("-1.2 (-3.4 -0.1)", "value", Habits(pairs="ci")),
        ("22 (IQR 9)", "value", Habits()),
        ("32.8 (6.5]", "value", Habits()),
        ("85% (5%)", "value", Habits()),
        ("32.8 ± 6.5", "mean", Habits()),
        ("32.8 (6.5)", "median", Habits()),
        ("22 (IQR 18-27)", "mean", Habits()),
        ("2-Mar", "value", Habits()),
    ],
)
def test_what_may_mean_two_things_is_refused(text, column, habits):
    parts, reading = read_value(text, column, habits)
    assert parts == {} or any(part.error for part in parts.values())
    assert reading.error or any(part.error for part in parts.values())


def test_a_mean_or_median_may_hold_what_it_names():
    assert numbers("32.8 (SD 6.5)", "mean") == {"mean": 32.8, "sd": 6.5}
    assert numbers("22 (IQR 18-27)", "median") == {"median": 22, "q1": 18, "q3": 27}
    assert numbers("85% (5%)", habits=Habits(unit="percent of predicted")) == {"mean": 85, "sd": 5}
    assert numbers("32.8 points ± 6.5 points", habits=Habits(unit="points")) == {"mean": 32.8, "sd": 6.5}
