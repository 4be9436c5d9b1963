"""Drapery, radial, bubble and L'Abbé plots: what is drawn lies where the numbers say."""

import math
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.patches import Circle
from scipy.special import stdtrit

from metawright.figures.cell.bubble import bubble_alt_text, bubble_figure, bubble_table, weights
from metawright.figures.cell.drapery import drapery_alt_text, drapery_table, p_curve
from metawright.figures.cell.radial import radial_alt_text, radial_points
from metawright.figures.forest.presets import PRESETS
from metawright.figures.outcome.labbe import (
    LABBE_COLUMNS,
    labbe_alt_text,
    labbe_figure,
    labbe_reason,
    labbe_table,
    risk_under_treatment,
)
from tests.figures.drawn import outside, overlaps, strings, texts_of
from tests.figures.forest_numbers import als_forest
from tests.figures.made_sensitivity import shown_of


def test_p_curves_cross_005_where_the_intervals_end():
    for name in ("bcg", "als-long", "cold-or"):
        shown = shown_of(name)
        for row in shown.headlines():
            ends = np.array([row["ci_low"], row["ci_high"]])
            df = None if row["interval"] == "z" else shown.document["k"] - 1.0
            assert p_curve(ends, row["estimate"], row["se"], df) == pytest.approx([0.05, 0.05], rel=1e-8)
            null = p_curve(np.zeros(1), row["estimate"], row["se"], df)[0]
            assert null == pytest.approx(row["p"], rel=1e-8)


def test_a_t_curve_is_wider_than_a_normal_one():
    at = stdtrit(3.0, 0.975)
    assert p_curve(np.array([at]), 0.0, 1.0, 3.0)[0] == pytest.approx(0.05, rel=1e-10)
    assert p_curve(np.array([at]), 0.0, 1.0, None)[0] < 0.002


def test_the_drapery_table_peaks_at_the_estimates():
    shown = shown_of("cold-or")
    rows = drapery_table(shown)
    peaks = [row["effect"] for row in rows if row["line"] == "trial" and row["p"] == 1.0]
    assert peaks == pytest.approx([one["y"] for one in shown.document["trials"]])
    assert "curves of P values that peak from 0.19 to 10.00" in drapery_alt_text(shown)


def test_radial_points_are_effects_by_precision():
    shown = shown_of("bcg")
    fixed, random = shown.headlines()
    for model in (fixed, random):
        points = radial_points(shown, model)
        for point, one in zip(points, shown.document["trials"], strict=True):
            assert point["standardised"] / point["precision"] == pytest.approx(one["y"])
            assert point["precision"] ** -2 == pytest.approx(one["v"] + (model["tau2"] or 0.0))
            residual = (one["y"] - model["estimate"]) / math.sqrt(one["v"] + (model["tau2"] or 0.0))
            assert point["outside"] == (abs(residual) > 1.959963984540054)
    text = radial_alt_text(shown)
    far = sum(point["outside"] for point in radial_points(shown, random))
    assert f"{far or 'none'} of 13 trials" in text


def moderated(label="Latitude", k=13):
    """A cell with one fitted and one refused moderator, as the sensitivity stage writes them."""
    shown = shown_of("bcg", k)
    x = [44.0, 55, 42, 52, 13, 44, 19, 13, -27, 42, 18, 33, 33][:k]
    line = [13.0, 30.0, 55.0]
    fit = {
        "column": "latitude", "label": label, "status": "done", "reason": "", "unknown": [], "k": k,
        "trials": [{"study": one["study"], "value": value, "y": one["y"], "v": one["v"]}
                   for one, value in zip(shown.document["trials"], x, strict=True)],
        "estimate": [0.25, -0.029], "se": [0.2, 0.007], "ci_low": [-0.2, -0.044], "ci_high": [0.7, -0.014],
        "p": [0.3, 0.0006], "tau2": 0.07,
        "line": {"x": line, "estimate": [0.25 - 0.029 * value for value in line],
                 "ci_low": [-0.2 - 0.029 * value for value in line], "ci_high": [0.7 - 0.029 * value for value in line]},
    }  # fmt: skip
    refused = {"column": "year", "label": "Year", "status": "not_possible", "reason": "the same in all trials"}
    block = {"status": "done", "reason": "", "columns": [fit, fit | {"label": f"{label} again"}, refused]}
    return replace(shown, document={**shown.document, "moderators": block}), fit


@pytest.mark.parametrize(
    "label", ["Latitude", "A very long name of a property of the trials that no panel is wide enough for"]
)
def test_bubbles_have_areas_by_weight(label):
    shown, fit = moderated(label)
    figure = bubble_figure(shown)
    assert overlaps(figure) == []
    assert outside(figure) == []
    shares = weights(fit)
    assert sum(shares) == pytest.approx(100.0)
    radii = sorted(disc.get_radius() for disc in figure.findobj(Circle))
    assert len(radii) == 2 * len(shares)
    assert (radii[-1] / radii[-3]) ** 2 == pytest.approx(max(shares) / sorted(shares)[-2])
    assert f"{label}: slope −0.029 [−0.044, −0.014], P < 0.001, 13 trials." in bubble_alt_text(shown)
    assert {row["line"] for row in bubble_table(shown)} == {"trial", "slope", "fitted"}


@pytest.mark.parametrize("house", PRESETS)
def test_labbe_panels_hold_every_trial_with_counts(cold, house):
    data = replace(cold, preset=house)
    figure = labbe_figure(data)
    assert overlaps(figure) == []
    assert outside(figure) == []
    assert len(figure.findobj(Circle)) == 6
    rows = labbe_table(data)
    assert len(rows) == 6
    assert all(set(row) == set(LABBE_COLUMNS) for row in rows)
    assert rows[0]["experimental_risk"] == pytest.approx(87 / 118)
    text = labbe_alt_text(data)
    assert "Day 1: of 6 trials 5 have a higher event rate under experimental and 1 a higher one under control" in text


def test_labbe_discs_lie_at_their_event_rates(cold):
    figure = labbe_figure(cold)
    ticks = {text[0]: text for text in texts_of(figure)}
    found = sorted(disc.center[0] for disc in figure.findobj(Circle))
    left = (ticks["25%"][1] + ticks["25%"][3]) / 2  # either axis has one: the last one read is of the vertical axis
    across = [t for t in texts_of(figure) if t[0] in ("0%", "100%")]
    low, high = (max((t[1] + t[3]) / 2 for t in across if t[0] == name) for name in ("0%", "100%"))
    rates = sorted(row["control_risk"] for row in labbe_table(cold))
    assert found == pytest.approx([low + rate * (high - low) for rate in rates], abs=0.05)
    assert left < high


@pytest.mark.parametrize(
    ("measure", "control", "effect", "treated"),
    [("OR", 0.5, math.log(3.0), 0.75), ("MH_RR", 0.2, math.log(2.0), 0.4), ("RR", 0.8, math.log(2.0), 1.0),
     ("RD", 0.2, 0.1, 0.3), ("MH_RD", 0.05, -0.1, 0.0), ("PETO", 0.25, 0.0, 0.25)],
)  # fmt: skip
def test_the_curve_of_a_pooled_effect(measure, control, effect, treated):
    assert risk_under_treatment(control, effect, measure) == pytest.approx(treated)


def test_labbe_says_why_there_is_nothing_to_draw(als):
    assert labbe_reason(als) == "the arms have no counts of events"
    assert labbe_table(als) == []
    assert "Not drawn" in labbe_alt_text(als_forest(pools={}))
    assert "The arms have no counts of events." in strings(labbe_figure(als))
