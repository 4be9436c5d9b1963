from dataclasses import replace
from itertools import pairwise

import pytest
from matplotlib.patches import Circle

from metawright.figures.kit.page import PAGE_HEIGHT
from metawright.figures.outcome.periods import periods_figure
from metawright.figures.outcome.periods_text import PERIODS_COLUMNS, periods_alt_text, periods_table
from metawright.figures.review.verdicts import verdicts_figure, verdicts_pages
from metawright.figures.review.verdicts_data import verdicts_data
from metawright.figures.review.verdicts_text import VERDICTS_COLUMNS, verdicts_alt_text, verdicts_table
from tests.figures.drawn import strings, texts_of
from tests.figures.made_sensitivity import ARMS, OUTCOMES, periods_of, verdicts_of
from tests.figures.test_sensitivity_figures import check_page

ALS = ("short", "medium", "long")
DBS = ("3-months", "6-months", "12-months", "long-term")


@pytest.mark.parametrize(("block", "keys"), [("als", ALS), ("dbs", DBS), ("dbs", DBS[:2])])
@pytest.mark.parametrize("pools", [True, False])
def test_periods_are_readable(block, keys, pools):
    shown = periods_of(block, keys, pools)
    check_page(periods_figure(shown))
    assert all(tuple(row) == PERIODS_COLUMNS for row in periods_table(shown))


def test_every_trial_stands_in_every_period_that_it_is_in():
    shown = periods_of("dbs", DBS)
    trials = sum(pool["k"] for pool in shown.pools.values())
    dots = [c for c in periods_figure(shown).findobj(Circle) if c.get_radius() == 1.6]
    assert len(dots) == trials
    assert sum(row["line"] == "trial" for row in periods_table(shown)) == trials


def test_of_many_pairs_neighbours_and_the_ends_are_drawn_and_all_are_in_the_table():
    shown = periods_of("dbs", DBS)
    pairs = {(pair["earlier"], pair["later"]) for pair in shown.shown_pairs()}
    assert pairs == {*pairwise(DBS), (DBS[0], DBS[-1])}
    assert len({(r["earlier"], r["later"]) for r in periods_table(shown) if r["line"] == "difference"}) == 6
    assert "Further pairs and correlations are in the table." in " ".join(strings(periods_figure(shown)))


def test_what_the_naive_test_says_stands_beside():
    found = strings(periods_figure(periods_of("als", ALS)))
    assert found.count("as if independent") == 3
    assert "one trial in both" in periods_alt_text(periods_of("als", ALS))


def test_one_period_has_nothing_to_compare():
    shown = periods_of("als", ("medium",))
    assert "Fewer than two periods have data." in strings(periods_figure(shown))
    assert periods_table(shown) == []


def test_all_verdicts_stand_on_one_page():
    shown = verdicts_of(["als-short", "als-medium", "als-long", "cold-or", "dbs-3-months", "dbs-long-term"])
    figure = verdicts_figure(shown)
    check_page(figure)
    rows = verdicts_table(shown)
    assert [row["period"] for row in rows] == ["short", "medium", "long", "all", "3-months", "long-term"]
    assert all(tuple(row) == VERDICTS_COLUMNS for row in rows)
    found = strings(figure)
    assert "◐ on track and choices" in found and "◐ on choices and trials" in found
    assert "one trial" in found
    text = verdicts_alt_text(shown)
    assert "ALS Functional Rating Scale, revised, 9–12 months: two trials, depends on" in text


def test_many_verdicts_stand_on_pages_with_the_same_columns():
    few = verdicts_of(["als-short", "als-medium", "als-long", "cold-or", "dbs-3-months", "dbs-long-term"])
    assert verdicts_pages(few) == []
    pages = verdicts_pages(replace(few, outcomes=20 * few.outcomes))
    assert len(pages) > 2
    places = set()
    for page in pages:
        check_page(page)
        assert page.get_size_inches()[1] * 72 < 1.1 * PAGE_HEIGHT
        places |= {round(box[1], 2) for box in texts_of(page) if box[0] == "Verdict"}
    assert len(places) == 1
    heads = [text for page in pages for text in strings(page) if text.startswith("ALS Functional Rating Scale")]
    assert len(heads) == 20


def test_an_outcome_without_data_has_no_axis():
    empty = {
        "outcome": "ALSFRS-R", "period": "all", "status": "awaiting_data", "k": 0, "verdict": "awaiting_data",
        "depends_on": [], "tracks": {"protocol": None, "recommended": None}, "multiverse": None, "bayesian": [],
    }  # fmt: skip
    shown = verdicts_data([empty], [OUTCOMES["als"]], [], arms=ARMS["als"])
    found = strings(verdicts_figure(shown))
    assert "no data" in found
    assert not any(text.startswith("Favours") for text in found)
