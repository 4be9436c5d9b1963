"""The drawn forest plot: nothing overlaps, nothing is cut, everything lies where it belongs."""

import math

import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle

from metawright.figures.forest.data import forest_data
from metawright.figures.forest.plot import forest_figure
from metawright.figures.kit.fonts import ELLIPSIS
from metawright.figures.kit.page import REPORT_WIDTH
from tests.figures.drawn import outside, overlaps, strings, texts_of
from tests.figures.forest_numbers import OUTCOME, als_forest
from tests.figures.made_pools import pool


def lone(measure="MD", direction="higher_is_better", y=0.5, v=0.04, **outcome):
    block = OUTCOME | {"key": "o", "measure": measure, "direction": direction} | outcome
    return forest_data(block, [], [pool("o", "all", measure, [("only", y, v, 10, 12, "")])], [], [])


def long_arms():
    arms = {"experimental": ["cognitive behavioural therapy with booster sessions"], "control": ["waiting list"]}
    return als_forest(arm_labels=arms)


@pytest.mark.parametrize("which", ["als", "cold", "crowd", "one trial", "no data", "long arms", "narrow"])
def test_no_text_touches_another_or_the_edge_of_the_page(which, request):
    width = 140 * 72 / 25.4 if which == "narrow" else REPORT_WIDTH
    makers = {
        "one trial": lone,
        "no data": lambda: als_forest(pools={}),
        "long arms": long_arms,
        "narrow": als_forest,
    }
    data = makers[which]() if which in makers else request.getfixturevalue(which)
    figure = forest_figure(data, width)
    assert overlaps(figure) == []
    assert outside(figure) == []


def test_height_grows_with_the_trials_and_the_width_stays(als, crowd):
    small, large = forest_figure(als).get_size_inches(), forest_figure(crowd).get_size_inches()
    assert small[0] == large[0] == pytest.approx(180 / 25.4)
    assert large[1] > 3 * small[1]


def test_long_names_are_broken_then_cut(crowd):
    found = strings(forest_figure(crowd))
    assert any(text.startswith("Schmidt-") for text in found)
    assert any(text.endswith(ELLIPSIS) for text in found)
    assert "O’Leary–Müller_Straße 100%" in " ".join(found)


@pytest.mark.parametrize(
    ("direction", "left", "right"),
    [
        ("higher_is_better", "Favours usual care", "Favours exercise"),
        ("lower_is_better", "Favours exercise", "Favours usual care"),
    ],
)
def test_favours_labels_stand_on_the_side_of_the_direction(direction, left, right):
    found = {text[0]: text for text in texts_of(forest_figure(als_forest(outcome=OUTCOME | {"direction": direction})))}
    null = found["0"]
    middle = (null[1] + null[3]) / 2
    assert found[left][3] < middle < found[right][1]


def squares(figure):
    return [patch for patch in figure.findobj(Rectangle) if type(patch) is Rectangle and patch is not figure.patch]


def test_areas_of_squares_are_proportional_to_weights(als):
    areas = sorted(square.get_width() * square.get_height() for square in squares(forest_figure(als)))
    weights = sorted(t.weight for s in als.sections for t in s.pooled if t.weight is not None)
    assert len(areas) == len(weights) + 1  # the trial that is not pooled has a square too
    assert areas[-1] / areas[-2] == pytest.approx(weights[-1] / weights[-2])
    assert areas[1] / areas[-1] == pytest.approx(weights[0] / weights[-1])


def plot_ends(figure):
    """Return the left and right end of the axis: its thick line at the bottom."""
    lines = [line.get_xydata() for line in figure.findobj(Line2D) if line.get_linewidth() == 0.7]
    level = [xy for xy in lines if xy[0, 1] == xy[1, 1] and xy[0, 0] > 100]
    (x0, _), (x1, _) = level[-1]
    return x0, x1


def test_all_marks_stay_within_the_plot(crowd, als):
    for data in (crowd, als):
        figure = forest_figure(data)
        left, right = plot_ends(figure)
        for patch in figure.findobj(Polygon):
            xs = patch.get_xy()[:, 0]
            assert left - 1e-6 <= xs.min() and xs.max() <= right + 1e-6


def test_an_interval_beyond_the_axis_ends_in_arrows(als):
    """HKSJ of two trials runs far beyond the axis: a clipped diamond with an arrow at either end, twice."""
    figure = forest_figure(als)
    left, right = plot_ends(figure)
    tips = [patch.get_xy()[0, 0] for patch in figure.findobj(Polygon) if len(patch.get_xy()) == 4]
    assert sum(math.isclose(x, left) for x in tips) == 2
    assert sum(math.isclose(x, right) for x in tips) == 2


def test_the_diamond_spans_its_interval(cold):
    figure = forest_figure(cold)
    left, right = plot_ends(figure)
    ticks = {text[0]: (text[1] + text[3]) / 2 for text in texts_of(figure) if text[0] in ("0.2", "20")}
    per_unit = (ticks["20"] - ticks["0.2"]) / math.log(100)
    null = ticks["0.2"] + per_unit * math.log(5)
    model = cold.sections[0].model
    diamond = next(
        p.get_xy() for p in figure.findobj(Polygon) if p.get_facecolor()[:3] == (0, 0, 0) and len(p.get_xy()) == 5
    )
    assert diamond[0, 0] == pytest.approx(null + per_unit * model["ci_low"], abs=0.01)
    assert diamond[2, 0] == pytest.approx(null + per_unit * model["ci_high"], abs=0.01)
    assert left < diamond[0, 0] < diamond[2, 0] < right


def test_the_published_result_is_a_hollow_diamond_with_its_name(als):
    figure = forest_figure(als)
    hollow = [p for p in figure.findobj(Polygon) if p.get_facecolor()[:3] == (1, 1, 1)]
    assert len(hollow) == 2
    assert strings(figure).count("published") == 2


def test_the_minimal_important_difference_is_a_dotted_line_on_the_side_of_benefit():
    def dotted(direction):
        data = lone(direction=direction, minimal_important_difference={"value": 0.4})
        figure = forest_figure(data)
        null = next((t[1] + t[3]) / 2 for t in texts_of(figure) if t[0] == "0")
        (x,) = {line.get_xydata()[0, 0] for line in figure.findobj(Line2D) if line.get_linestyle() == "--"}
        assert any("minimal important difference (0.4)" in text for text in strings(figure))
        return x - null

    assert dotted("higher_is_better") > 0 > dotted("lower_is_better")


def test_no_formula_is_made_of_a_name(crowd):
    """Dollar signs are text."""
    from matplotlib.text import Text

    assert not any(text.get_parse_math() for text in forest_figure(crowd).findobj(Text) if text.get_text())
