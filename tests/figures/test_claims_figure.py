"""Published and recomputed pools side by side: what is drawn, said and tabulated, and that nothing touches."""

import copy

import pytest
from matplotlib.patches import Polygon

from metawright.figures.review.claims import claims_figure
from metawright.figures.review.claims_data import claims_data
from metawright.figures.review.claims_text import CLAIMS_COLUMNS, claims_alt_text, claims_table_rows
from tests.figures.drawn import strings
from tests.figures.test_sensitivity_figures import check_page

OUTCOMES = [
    {"key": "score", "label": "The score", "measure": "MD", "direction": "higher_is_better", "unit": "points"},
    {"key": "event", "label": "The event", "measure": "RR", "direction": "lower_is_better"},
]
PERIODS = [{"key": "short", "label": "0-4 months"}, {"key": "long", "label": "5-8 months"}]
ARMS = {"experimental": ["exercise"], "control": ["usual care"]}


def interval(estimate, low, high):
    return {"estimate": estimate, "ci_low": low, "ci_high": high}


def entry(
    outcome, period, claim, status, published, pooled, own, *, available=2, expected=3, reason="compared", main=True
):
    return {
        "claim": claim, "outcome": outcome, "period": period, "main": main, "measure": "MD" if outcome == "score" else "RR",
        "check": {"status": status, "available": available, "expected": expected, "reason": reason},
        "published": dict(zip(("estimate", "ci_low", "ci_high", "p_op", "p"), published, strict=True)),
        "pooled_published": pooled, "pooled_recomputed": own and own | {"p": 0.04},
    }  # fmt: skip


ENTRIES = [
    entry("score", "short", "C1", "reproduced", ("1.00", "-0.50", "2.50", "=", "0.19"), interval(1.0, -0.5, 2.5), interval(1.0, -0.5, 2.5), available=3),
    entry("score", "long", "C2", "partly_checkable", ("", "", "", ">=", "0.05"), None, interval(2.0, 0.1, 3.9), reason="p_only"),
    entry("score", "long", "C9", "not_checkable", ("", "", "", "", ""), None, None, main=False),
    entry("event", "short", "C3", "not_reproduced", ("0.50", "0.25", "1.00", "", ""), interval(-0.69, -1.39, 0.0), interval(0.2, -0.4, 0.8), available=3),
    entry("event", "long", "C4", "not_checkable", ("0.80", "0.60", "1.10", "=", "0.2"), interval(-0.22, -0.51, 0.1), None, available=0, reason="no_data"),
]  # fmt: skip


def shown(entries=ENTRIES, outcomes=OUTCOMES):
    return claims_data(entries, outcomes, PERIODS, arms=ARMS)


def test_two_diamonds_per_line_as_far_as_there_are_numbers():
    figure = claims_figure(shown())
    check_page(figure)
    diamonds = [p for p in figure.findobj(Polygon) if len(p.get_xy()) == 5 and p.get_edgecolor()[3] > 0]
    assert len(diamonds) == 6 + 2
    found = strings(figure)
    assert "● reproduced" in found
    assert "◐ partly checkable (P alone)" in found
    assert "× not reproduced" in found
    assert "– not checkable (0 of 3)" in found
    assert "P ≥ 0.05" in found
    assert "C9" not in found


def test_words_and_table_say_the_same():
    words = claims_alt_text(shown())
    assert "The score, 0–4 months, claim C1: published 1.00 [−0.50, 2.50], recomputed 1.00 [−0.50, 2.50], P = 0.040: reproduced." in words  # fmt: skip
    assert "claim C4: published 0.80 [0.60, 1.10], recomputed no data: not checkable (0 of 3)." in words
    rows = claims_table_rows(shown())
    assert all(tuple(row) == CLAIMS_COLUMNS for row in rows)
    assert rows[2]["recomputed_estimate"] == pytest.approx(1.2214027581601699)


def test_long_labels_and_wide_intervals_find_room():
    outcomes = copy.deepcopy(OUTCOMES)
    outcomes[0]["label"] = "A label that is much longer than what most people would call an outcome of a trial"
    entries = copy.deepcopy(ENTRIES)
    entries[0]["pooled_recomputed"] |= {"ci_low": -400.0, "ci_high": 410.0}
    check_page(claims_figure(shown(entries, outcomes)))


def test_no_claim_in_a_cell_leaves_a_line_that_says_so():
    assert any("No claim is about" in text for text in strings(claims_figure(shown([]))))
    assert "Not drawn" in claims_alt_text(shown([]))
    assert claims_table_rows(shown([])) == []
