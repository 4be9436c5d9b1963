"""Every figure of the sensitivity analyses, at every number of trials: readable, complete, explained."""

import json
import math
from dataclasses import replace

import pytest
from matplotlib.text import Text

from metawright.figures.catalogue import Of, figures_of
from metawright.figures.cell.leave_one_out import leave_one_out_table
from metawright.figures.cell.sensitivity import sensitivity_figure
from metawright.figures.cell.sensitivity_text import SENSITIVITY_COLUMNS, sensitivity_alt_text, sensitivity_table
from metawright.figures.kit.page import REPORT_WIDTH
from metawright.figures.kit.publish import drawing_of
from metawright.figures.kit.save import save
from tests.figures.drawn import outside, overlaps, strings
from tests.figures.forest_numbers import LONG_NAMES
from tests.figures.made_sensitivity import binary_missing, shown_of

FIGURES = {one.name: drawing_of(one.module) for one in figures_of(Of.CELL)}
CELLS = [("als-long", None), ("cold-smd", 3), ("cold-or", None), ("bcg", None), ("dbs-12-months", None)]
NAMES = ["k = 2", "k = 3", "k = 9, OR", "k = 13, RR", "k = 25"]
LEAST_TYPE = 7.0
A4 = 247.0 / 25.4  # inches that a figure may be tall


def drawable(drawing, shown):
    """Whether there is anything to draw, as the figure's words say."""
    return "Not drawn: " not in drawing.alt_text(shown)


def check_page(figure):
    assert overlaps(figure) == []
    assert outside(figure) == []
    sizes = {text.get_size() for text in figure.findobj(Text) if text.get_text()}
    assert min(sizes) >= LEAST_TYPE
    assert figure.get_size_inches()[0] == pytest.approx(REPORT_WIDTH / 72)
    assert figure.get_size_inches()[1] <= A4
    assert not any("…" in text for text in strings(figure))


@pytest.mark.parametrize("cell", CELLS, ids=NAMES)
@pytest.mark.parametrize("name", FIGURES)
def test_nothing_touches_is_cut_or_too_small(name, cell):
    shown, drawing = shown_of(*cell), FIGURES[name]
    check_page(drawing.figure(shown))
    assert drawing.title(shown) in drawing.alt_text(shown)
    rows = drawing.table(shown)
    assert bool(rows) == drawable(drawing, shown)
    assert all(set(row) <= set(drawing.columns) for row in rows)


@pytest.mark.parametrize("cell", CELLS, ids=NAMES)
def test_the_panel_is_readable_and_complete(cell):
    shown = shown_of(*cell)
    check_page(sensitivity_figure(shown))
    rows = sensitivity_table(shown)
    assert {row["panel"] for row in rows} == {"models", "without_each_trial", "specifications"}
    assert all(tuple(row) == SENSITIVITY_COLUMNS for row in rows)
    text = sensitivity_alt_text(shown)
    assert all(f" {letter}: " in text for letter in "ABC")


@pytest.mark.parametrize("name", ["sensitivity", "cumulative", "influence", "baujat"])
def test_long_names_and_large_numbers_find_room(name):
    plain = shown_of("bcg")
    names = [*LONG_NAMES, "A consortium of seventeen university hospitals and their district partners 2019"]
    labels = {trial["study"]: f"{names[i % len(names)]} {i}" for i, trial in enumerate(plain.document["trials"])}
    shown = replace(plain, subject=replace(plain.subject, labels=labels, measure="MD", unit="", label="A label " * 30))
    document = json.loads(json.dumps(plain.document), parse_float=lambda text: float(text) * 1234.5)
    without = json.loads(json.dumps(plain.leave_one_out), parse_float=lambda text: float(text) * 1234.5)
    shown = replace(shown, document=document, leave_one_out=without, specifications=None)
    figure = FIGURES[name].figure(shown)
    assert overlaps(figure) == []
    assert outside(figure) == []


@pytest.mark.parametrize("name", FIGURES)
def test_one_trial_gets_a_line_that_says_why(name):
    shown, drawing = shown_of("als-short"), FIGURES[name]
    figure = drawing.figure(shown)
    check_page(figure)
    if not drawable(drawing, shown):
        assert figure.get_size_inches()[1] < 0.6
        assert drawing.table(shown) == []


def test_the_panel_of_one_trial_says_why():
    shown = shown_of("als-short")
    assert "One trial: nothing is pooled" in strings(sensitivity_figure(shown))[-1]
    assert sensitivity_table(shown) == []


def test_which_figures_need_how_many_trials():
    known = (
        "sensitivity",
        "influence",
        "baujat",
        "posterior",
        "missing_data",
        "drapery",
        "cumulative",
        "gosh",
        "radial",
    )
    known += ("funnel", "bubble")

    def drawn(*cell):
        return {name for name in known if drawable(FIGURES[name], shown_of(*cell))}

    assert drawn("als-short") == {"posterior"}
    two = {"sensitivity", "influence", "baujat", "posterior", "missing_data", "drapery"}
    three = two - {"missing_data"} | {"cumulative", "gosh"}
    assert drawn("als-long") == two
    assert drawn("cold-smd", 3) == three
    assert drawn("cold-or") == three | {"radial"}
    assert drawn("bcg") == three | {"radial", "funnel"}


def test_missing_events_are_mapped_by_their_odds():
    plain = shown_of("cold-or")
    shown = replace(plain, document={**plain.document, "missing_data": binary_missing()})
    figure = FIGURES["missing_data"].figure(shown)
    check_page(figure)
    found = strings(figure)
    assert found.count("0.2") == found.count("5") == 4  # both axes of both maps
    assert any("odds of an event among the missing" in text for text in found)
    rows = [row for row in FIGURES["missing_data"].table(shown) if row["line"] == "map"]
    assert len(rows) == 2 * 9 * 9


def saved(folder, figure, run="a"):
    paths = [folder / f"{run}.{kind}" for kind in ("svg", "pdf", "png")]
    save(figure, *paths, "A title", "Its description")
    return [path.read_bytes() for path in paths]


def test_same_data_same_bytes(tmp_path):
    shown = shown_of("dbs-12-months")
    first, second = (saved(tmp_path, sensitivity_figure(shown), run) for run in "ab")
    assert first == second
    assert len(first[0]) < 150_000


@pytest.mark.parametrize(("name", "cell"), [("gosh", "bcg"), ("influence", "dbs-12-months")])
def test_files_of_large_pools_are_light(name, cell, tmp_path):
    assert len(saved(tmp_path, FIGURES[name].figure(shown_of(cell)))[0]) < 150_000


def test_ratios_are_read_as_ratios():
    shown = shown_of("bcg")
    found = strings(sensitivity_figure(shown))
    assert "1" in found and "0.5" in found
    whole = shown.headlines()[0]
    text = f"{math.exp(whole['estimate']):.2f} [{math.exp(whole['ci_low']):.2f}, {math.exp(whole['ci_high']):.2f}]"
    assert text in {row["shown"] for row in leave_one_out_table(shown) if not row["omitted"]}
    assert text in sensitivity_alt_text(shown)
