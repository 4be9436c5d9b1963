import numpy as np
import pytest
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from metawright.figures.cell.specification_curve import (
    COLUMNS,
    SINGLE,
    SpecificationCurve,
    bins_of,
)
from metawright.figures.cell.specification_data import specification_data
from metawright.figures.cell.specification_text import (
    curve_notes,
    specification_alt_text,
    specification_columns,
    specification_table,
)
from metawright.figures.kit.conclusions import BENEFIT, INCLUDES, TINTS
from metawright.figures.kit.page import REPORT_WIDTH
from metawright.figures.kit.save import save
from metawright.figures.kit.sheet import MARGIN, sheet
from tests.figures.drawn import strings
from tests.figures.made_sensitivity import ARMS, OUTCOMES, curve_of, specifications_of
from tests.figures.test_sensitivity_figures import check_page


def thousands(number=6000):
    """A cell with many specifications, a quarter of which exclude no effect, in an order that mixes both."""
    rows = []
    for i in range(number):
        estimate, half = 1.0 + i / number, 3.0 if i % 4 else 0.5
        rows.append({
            "scale": "MD", "used": "x", "k": 5, "estimate": estimate, "se": 1.0, "ci_low": estimate - half,
            "ci_high": estimate + half, "p": 0.5, "i2": 0.0, "tau2": 0.0, "excludes_zero": i % 4 == 0,
            "headline": "protocol" if i == 100 else "", "interval": "narrow" if i % 4 == 0 else "wide",
            "sample": f"s{i % 30}", "idle": "a|b",
        })  # fmt: skip
    axes = [
        {"axis": "interval", "label": "Interval", "levels": [{"level": x, "label": x} for x in ("narrow", "wide")]},
        {"axis": "sample", "label": "Sample", "levels": [{"level": f"s{i}", "label": f"s{i}"} for i in range(30)]},
        {"axis": "idle", "label": "Idle", "levels": [{"level": x, "label": x} for x in "ab"]},
    ]
    entry = {"period": "all", "own_scale": "MD", "status": "done", "axes": axes, "rows": rows, "summaries": []}
    return specification_data(OUTCOMES["als"], {"key": "all"}, entry, arms=ARMS["als"])


def sheet_of(shown):
    """The curve on a sheet of its own, with its notes."""
    curve = SpecificationCurve(shown, MARGIN, REPORT_WIDTH - 2 * MARGIN)
    return sheet("Specifications", (curve,), curve_notes(shown, len(curve.rows) > SINGLE), REPORT_WIDTH)


def area(figure, color):
    """Return the area of the rectangles of one colour."""
    total = 0.0
    for patch in figure.findobj(PathPatch):
        if patch.get_facecolor()[:3] == pytest.approx(tuple(int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))):
            points = patch.get_path().vertices[patch.get_path().codes != Path.CLOSEPOLY].reshape(-1, 4, 2)
            sides = np.ptp(points, axis=1)
            total += sides.prod(axis=1).sum()
    return total


def test_thousands_of_specifications_stay_readable_and_light(tmp_path):
    shown = thousands()
    figure = sheet_of(shown)
    check_page(figure)
    paths = [tmp_path / f"x.{kind}" for kind in ("svg", "pdf", "png")]
    save(figure, *paths, "t", "d")
    assert paths[0].stat().st_size < 150_000
    assert "25%" in strings(figure)
    assert "and 19 more" in strings(figure)
    assert any("Without any effect here: idle." in text for text in strings(figure))


def test_columns_share_their_width_between_conclusions():
    figure = sheet_of(thousands())
    # A quarter of every column has intervals of width 1, three quarters of width 6.
    assert area(figure, TINTS[BENEFIT]) / area(figure, TINTS[INCLUDES]) == pytest.approx(1 / (3 * 6), rel=0.02)


def test_every_specification_is_in_one_column():
    rows = thousands().rows
    bins = bins_of(rows)
    assert len(bins) == COLUMNS
    assert [row for one in bins for row in one.rows] == list(rows)
    assert len(bins_of(rows[:SINGLE])) == SINGLE


@pytest.mark.parametrize(
    ("name", "k"), [("als-long", None), ("cold-smd", 3), ("cold-or", None), ("dbs-3-months", None)]
)
def test_the_curve_is_readable(name, k):
    check_page(sheet_of(curve_of(name, k)))


def test_the_curve_runs_upwards_and_shares_add_up():
    shown = curve_of("cold-or")
    estimates = [row["estimate"] for row in shown.rows]
    assert np.all(np.diff(estimates) > -1e-8)
    out = sum(row["excludes_zero"] for row in shown.rows)
    assert f"{out} of {len(estimates)} specifications" in specification_alt_text(shown)
    curve = SpecificationCurve(shown, 4.0, 500.0)
    assert [state != INCLUDES for state in curve.states] == [row["excludes_zero"] for row in shown.rows]


def test_choices_stand_in_the_order_of_what_they_move():
    shown = curve_of("als-long")
    order = [one["axis"] for one in shown.summary["axes"]]
    shown_order = [group.axis for group in SpecificationCurve(shown, 4.0, 500.0).groups]
    assert shown_order == [axis for axis in order if axis in shown_order]


def test_the_table_holds_every_specification():
    shown = curve_of("cold-or")
    rows = specification_table(shown)
    assert len(rows) == specifications_of("cold-or")["specifications"]
    assert all(tuple(row) == specification_columns(shown) for row in rows)


def test_without_specifications_the_reason_is_written():
    entry = {
        "period": "all",
        "own_scale": "MD",
        "status": "single_study",
        "reason": "one trial",
        "axes": [],
        "rows": [],
    }
    shown = specification_data(OUTCOMES["als"], {"key": "all"}, entry)
    assert "Not drawn: one trial." in specification_alt_text(shown)
    assert specification_table(shown) == []
