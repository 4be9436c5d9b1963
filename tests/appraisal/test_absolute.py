"""What ratios mean in people: against risks worked out by hand, and edges."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metawright.appraisal.absolute import absolute_effect, absolute_words, baseline_risk, more_or_fewer
from metawright.measures.registry import measure_of


def arm(study, arm, n, events, period="p"):
    return {"outcome": "o", "period": period, "study": study, "arm": arm, "n": n, "events": events}


INPUTS = [
    arm("a", "experimental", "50", "30"), arm("a", "control", "100", "20"), arm("b", "control", "200", "60"),
    arm("c", "control", "40", "36"), arm("d", "control", "40", ""), arm("e", "control", "10", "9", "q"),
]  # fmt: skip


def pooled(ratio, low, high):
    return {"estimate": log(ratio), "ci_low": log(low), "ci_high": log(high)}


def test_the_risk_is_the_median_of_the_control_arms_unless_declared():
    assert baseline_risk(INPUTS, "o", "p") == (0.3, "median of the control arms of 3 trials")
    assert baseline_risk(INPUTS, "o", "q") == (0.9, "control arm of 1 trial")
    assert baseline_risk(INPUTS, "x", "p") is None
    declared = [{"outcome": "o", "period": "q", "risk": 0.1, "source": "registry"}]
    assert baseline_risk(INPUTS, "o", "q", declared) == (0.1, "registry")
    assert baseline_risk(INPUTS, "o", "p", declared)[0] == 0.3


@pytest.mark.parametrize(
    ("measure", "ratio", "risk", "expected"),
    [("RR", 0.5, 0.2, 0.1), ("OR", 0.5, 0.2, 1 / 9), ("PETO", 2.0, 0.5, 2 / 3), ("MH_RR", 9.0, 0.2, 1.0)],
)
def test_risks_by_hand(measure, ratio, risk, expected):
    assert measure_of(measure).risks.treated(ratio, risk) == pytest.approx(expected, rel=1e-12)


def test_per_thousand_with_the_limits():
    found = absolute_effect(pooled(0.5, 0.25, 1.0), "RR", (0.2, "here"))
    assert found["difference"] == pytest.approx(-100)
    assert found["difference_low"] == pytest.approx(-150)
    assert found["difference_high"] == pytest.approx(0, abs=1e-9)
    assert absolute_words(found) == "100 fewer per 1,000 [150 fewer, 0] at 200 per 1,000 (here)"


def test_what_has_no_absolute_effect():
    row = pooled(0.5, 0.25, 1.0)
    assert absolute_effect(row, "MD", (0.2, "here")) is None
    assert absolute_effect(row, "OR", None) is None
    assert absolute_effect({"estimate": None}, "OR", (0.2, "here")) is None
    assert absolute_words(None) == ""
    assert [more_or_fewer(value) for value in (0.4, 1.6, -1234.0)] == ["0", "2 more", "1,234 fewer"]


@given(st.floats(0.01, 100), st.floats(0.001, 0.999))
def test_a_risk_stays_one_and_odds_have_their_ratio(ratio, risk):
    with_ = measure_of("OR").risks.treated(ratio, risk)
    assert 0 < with_ < 1
    assert with_ / (1 - with_) / (risk / (1 - risk)) == pytest.approx(ratio, rel=1e-6)
    assert measure_of("RR").risks.treated(ratio, risk) <= 1
