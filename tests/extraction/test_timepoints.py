"""Time points as people write them."""

import pytest

from metawright.extraction.timepoints import months, period_of, time_of

PERIODS = [
    {"key": "short", "from": 0, "to": 4, "closed": "both", "timepoints": []},
    {"key": "medium", "from": 5, "to": 8, "closed": "left", "timepoints": ["At Discharge"]},
    {"key": "late", "from": 12, "to": None, "closed": "left", "timepoints": []},
]


@pytest.mark.parametrize(
    ("label", "month"),
    [
        ("3 m", 3.0),
        ("12 weeks", 3.0),
        ("week 12", 3.0),
        ("10w", 10 * 7 / 30.4375),
        ("6 weeks", 6 * 7 / 30.4375),
        ("T180", 6.0),
        ("T180 (6 months)", 6.0),
        ("T360 (12 months)", 12.0),
        ("6-m follow-up", 6.0),
        ("3mo", 3.0),
        ("1 year", 12.0),
        ("17.5 m", 17.5),
        ("day 1", 1 / 30.4375),
        ("day 2", 2 / 30.4375),
        ("6\u2013month follow\u2010up", 6.0),
        ("month\u00a03", 3.0),
        ("T90", 3.0),
        ("t 365", 12.0),
        ("48 h", 2 / 30.4375),
        ("week 12 (day 84)", 3.0),
        ("6 months after randomisation", 6.0),
    ],
)
def test_a_label_names_its_month(label, month):
    assert months(label) == pytest.approx(month, rel=1e-15)


@pytest.mark.parametrize(
    "label",
    [
        "",
        "baseline",
        "long term",
        "6",
        "2-3",
        "6 w, 3 m",
        "end of treatment",
        "visit 2",
        "2-3 months",
        "day 2-3",
        "6, 12 weeks",
        "T1",
        "T12",
        "T180-T360",
        "> 6 months",
        "up to 12 m",
        "-3 m",
        "12 ± 2 weeks",
        "T" + "9" * 5000,
        "9" * 400 + " m",
    ],
)
def test_a_label_without_one_time_names_none(label):
    assert months(label) is None


@pytest.mark.parametrize(
    ("month", "period"),
    [
        (0.0, "short"),
        (4.0, "short"),
        (4.5, None),
        (5.0, "medium"),
        (8.0, None),
        (11.9, None),
        (12.0, "late"),
        (99.0, "late"),
    ],
)
def test_bounds_of_a_period(month, period):
    assert period_of("some label", month, PERIODS) == period


def test_a_listed_label_wins_over_its_month():
    assert period_of(" at  discharge ", None, PERIODS) == "medium"
    assert period_of("At discharge", 3.0, PERIODS) == "medium"


@pytest.mark.parametrize(
    ("label", "clock", "treatment", "month"),
    [
        ("6-m follow-up", "randomisation", 6.0, 6.0),
        ("6-m follow-up", "end_of_treatment", 6.0, 12.0),
        ("3 months post-treatment", "end_of_treatment", 2.5, 5.5),
        ("6 m", "end_of_treatment", 6.0, 6.0),
        ("T180", "end_of_treatment", 6.0, 6.0),
        ("End of treatment", "randomisation", 2.5, 2.5),
    ],
)
def test_a_follow_up_counts_from_what_the_clock_says(label, clock, treatment, month):
    assert time_of(label, clock, treatment).month == month


@pytest.mark.parametrize("label", ["6-m follow-up", "end of treatment"])
def test_without_the_length_of_the_treatment_the_reason_is_named(label):
    time = time_of(label, "end_of_treatment", None)
    assert time.month is None
    assert "treatment_months" in time.reason
