"""The flow diagram and the weighted bars: nothing overlaps, and words and table say what is drawn."""

import pytest

from metawright.appraisal.flow import screening_flow
from metawright.figures.review.prisma_flow import (
    flow_boxes,
    prisma_flow_alt_text,
    prisma_flow_figure,
    prisma_flow_table,
)
from metawright.figures.review.risk_of_bias_weights import (
    weighted_bars_alt_text,
    weighted_bars_figure,
    weighted_bars_table,
)
from tests.appraisal.test_screening import WHOLE
from tests.figures.drawn import outside, overlaps, strings

ALS = {"database_results": 1548, "excluded_other": 278, "new_studies": 8}
LONG = WHOLE | {
    "dbr_excluded": {f"excluded because of a reason that takes many words, number {n}": n for n in range(9)}
}


def flow(counts):
    return screening_flow(counts, [{}] * 9, [], [], ())


@pytest.mark.parametrize("counts", [ALS, WHOLE, LONG, {}])
def test_no_text_touches_another_or_the_edge(counts):
    figure = prisma_flow_figure(flow(counts))
    assert overlaps(figure) == []
    assert outside(figure) == []


def test_what_is_not_known_is_said_and_no_zero_is_invented():
    words = prisma_flow_alt_text(flow(ALS))
    assert "Records screened (n not stated)" in words
    assert "Databases (n = 1,548)" in words
    assert "n = 0" not in words
    assert "Cannot be closed" in words
    assert "(n not stated)" in " ".join(strings(prisma_flow_figure(flow(ALS))))


def test_other_sources_have_a_column_only_where_they_have_counts():
    assert flow_boxes(ALS)[1] == []
    assert "Citation searching (n = 28)" in " ".join(flow_boxes(WHOLE)[1][0].lines)


def test_the_table_holds_every_count():
    rows = prisma_flow_table(flow(WHOLE))
    assert {row["count"] for row in rows} == set(WHOLE)
    assert [row["n"] for row in rows if row["reason"] == "not randomised"] == [70, 36]


def weighted(trials=2, domains=3):
    shares = {"low": 60.0, "unclear": 25.0, "high": 15.0, "not judged": 0.0}
    return {
        "outcome": "score", "period": "short", "outcome_label": "The score", "period_label": "0-4 months", "model": "FE-z",
        "trials": [{"study": f"t{n}", "label": f"Trial {n}", "weight": 100 / trials} for n in range(trials)],
        "domains": [{"key": f"d{n}", "label": f"Domain number {n}", "shares": shares} for n in range(domains)],
    }  # fmt: skip


@pytest.mark.parametrize("pools", [[], [weighted()], [weighted(30, 7), weighted()]])
def test_weighted_bars(pools):
    figure = weighted_bars_figure(pools)
    assert overlaps(figure) == []
    assert outside(figure) == []


def test_weighted_bars_in_words_and_as_a_table():
    words = weighted_bars_alt_text([weighted()])
    assert "Domain number 0: 60% low, 25% unclear, 15% high." in words
    assert "Trial 0 50%" in words
    assert sum(row["weight"] for row in weighted_bars_table([weighted()]) if row["domain"] == "d0") == 100
