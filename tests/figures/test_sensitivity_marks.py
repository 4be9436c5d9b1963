"""Where marks lie and what they say, read back from what was drawn."""

import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle

from metawright.figures.cell.leave_one_out import leave_one_out_alt_text, leave_one_out_lines, leave_one_out_table
from metawright.figures.cell.method_ladder import distinct_lines
from metawright.figures.cell.refit_lines import changes
from metawright.figures.cell.sensitivity import sensitivity_figure
from metawright.figures.kit.axis import value_axis
from metawright.figures.kit.conclusions import BENEFIT, COLORS, HARM, INCLUDES, conclusion
from metawright.figures.kit.interval_table import Drawn, IntervalTable, Line, table_axis
from metawright.figures.kit.page import Page, figure_style
from metawright.figures.kit.panel import Panel, label_points
from metawright.words.numbers import scale_of
from tests.figures.drawn import strings, texts_of
from tests.figures.made_sensitivity import shown_of


def row(low, high, estimate=None):
    return {"estimate": (low + high) / 2 if estimate is None else estimate, "ci_low": low, "ci_high": high}


@pytest.mark.parametrize(
    ("low", "high", "direction", "expected"),
    [
        (1, 2, "higher_is_better", BENEFIT),
        (1, 2, "lower_is_better", HARM),
        (-2, -1, "higher_is_better", HARM),
        (-2, -1, "lower_is_better", BENEFIT),
        (-1, 2, "higher_is_better", INCLUDES),
        (0, 2, "higher_is_better", INCLUDES),
        (2, 2, "higher_is_better", INCLUDES),
        (None, None, "higher_is_better", INCLUDES),
    ],
)
def test_what_an_interval_says(low, high, direction, expected):
    assert conclusion({"ci_low": low, "ci_high": high}, direction) == expected


def test_when_leaving_a_trial_out_changes_the_conclusion():
    assert changes(row(1, 3), row(-1, 3), "higher_is_better") == "conclusion"
    assert changes(row(-1, 3), row(-3, 1), "higher_is_better") == "side"
    assert changes(row(-1, 3), row(-1, 4), "higher_is_better") == ""
    assert changes(row(-1, 3), row(None, None, 1) | {"estimate": None}, "higher_is_better") == ""


def one_interval(*rows):
    """Return the figure of a table with these intervals and its scale."""
    subject = shown_of("als-long").subject
    lines = [Line(f"line {place}", (Drawn(values),)) for place, values in enumerate(rows)]
    table = IntervalTable(subject, lines, (), table_axis(lines, "MD"), 4.0, 300.0)
    with figure_style():
        page = Page(310, table.height + 5)
        table.draw(page, 0.0)
    return page.figure, table.scale


def test_marks_lie_at_their_numbers_and_are_hollow_where_nothing_is_excluded():
    figure, scale = one_interval(row(1.0, 3.0), row(-1.0, 4.0), row(-4.0, -2.0))
    boxes = [p for p in figure.findobj(Rectangle) if type(p) is Rectangle and p is not figure.patch]
    middles = [p.get_x() + p.get_width() / 2 for p in boxes]
    assert middles == pytest.approx([scale.position(value) for value in (2.0, 1.5, -3.0)])
    hollow = [p.get_facecolor()[:3] == (1, 1, 1) for p in boxes]
    assert hollow == [False, True, False]
    lines = {tuple(line.get_xdata()): line.get_color() for line in figure.findobj(Line2D)}
    assert lines[scale.position(1.0), scale.position(3.0)] == COLORS[BENEFIT]
    assert lines[scale.position(-4.0), scale.position(-2.0)] == COLORS[HARM]


def test_a_very_long_interval_ends_in_arrows_at_the_axis():
    figure, scale = one_interval(row(1.0, 3.0), row(-1.0, 4.0), row(-400.0, 402.0))
    arrows = [p.get_xy() for p in figure.findobj(Polygon) if len(p.get_xy()) == 4]
    assert sorted(float(xy[0, 0]) for xy in arrows) == pytest.approx([scale.left, scale.right])
    assert scale.axis.high < 20


def test_the_ladder_repeats_nothing_in_the_panel():
    shown = shown_of("als-long")
    rungs = [rung for rung in shown.document["method_ladder"]["rungs"] if not rung["same_as"]]
    lines = distinct_lines(shown)
    assert len(lines) == len(rungs)
    assert lines[0].label == "Fixed effect = review’s rule = DL, PM, REML; Wald"


def test_leave_one_out_says_what_changes():
    shown = shown_of("cold-or")
    table = {(r["track"], r["omitted"]): r for r in leave_one_out_table(shown)}
    assert table["recommended", "Study 9"]["changes"] == "conclusion"
    assert table["protocol", "Study 9"]["changes"] == ""
    changed = {line.label: line.strong for line in leave_one_out_lines(shown) if line.strong}
    assert changed == {"Without Study 9": {"recommended"}}
    assert "The conclusion differs without Study 9." in leave_one_out_alt_text(shown)


def test_one_of_two_trials_is_marked_as_no_change():
    shown = shown_of("als-long")
    assert {row["changes"] for row in leave_one_out_table(shown)} == {""}
    assert not any(line.strong for line in leave_one_out_lines(shown))
    text = leave_one_out_alt_text(shown)
    assert "Each omission leaves one trial alone, whose conclusion is not compared" in text
    assert "conclusion differs" not in text


def test_a_panel_of_many_trials_names_those_that_matter():
    shown = shown_of("dbs-12-months")
    found = strings(sensitivity_figure(shown))
    assert sum(text.startswith("Without ") for text in found) == 13
    assert any(text.startswith("12 others: ") for text in found)
    omitted = shown.leave_one_out["models"][1]["omitted"]
    whole = shown.headlines()[1]["estimate"]
    most = max(omitted, key=lambda one: abs(one["estimate"] - whole))
    assert f"Without {most['study']}" in found


def test_names_find_places_without_touching():
    axis = value_axis(0.0, 10.0)
    panel = Panel(0.0, 0.0, 200.0, 150.0, axis, axis)
    points = [(100.0 + 3 * i, 70.0 + 2 * i) for i in range(10)]
    placed = label_points(points, [f"Trial number {i}" for i in range(10)], panel)
    with figure_style():
        page = Page(200, 150)
        for x, y, name, align in placed:
            page.text(x, y, name, size=7.0, align=align)
    boxes = texts_of(page.figure)
    assert 3 <= len(boxes) < 10
    assert not any(
        a[1] < b[3] and b[1] < a[3] and a[2] < b[4] and b[2] < a[4] for i, a in enumerate(boxes) for b in boxes[:i]
    )
    assert all(box[1] >= 0 and box[3] <= 200 for box in boxes)


@pytest.mark.parametrize("measure", ["", "MD", "OR", "ZCOR"])
@pytest.mark.parametrize(("low", "high"), [(-0.3, 0.9), (0.31, 0.33), (-3.0, 2.0), (-1.9, -1.0)])
def test_ticks_of_any_stretch_are_few_and_inside(low, high, measure):
    axis = value_axis(low, high, scale_of(measure))
    places = [place for place, _ in axis.ticks]
    assert 1 <= len(places) <= 7
    assert places == sorted(places)
    assert all(low - 1e-9 <= place <= high + 1e-9 for place in places)
    assert len({label for _, label in axis.ticks}) == len(places)
