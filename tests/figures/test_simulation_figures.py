"""Figures of the sweep: drawn whole on their sheets, told in words that carry their numbers, and with their tables."""

import pytest

from metawright.figures.catalogue import Of, figure_named, figures_of
from metawright.figures.kit.publish import KINDS, drawing_of
from metawright.figures.sweep.data import alike, grid_data, level_label, sweep_data
from metawright.figures.sweep.layout import MOST_ROWS, panels
from metawright.figures.sweep.trust import trusted
from metawright.figures.sweep.wanted import grid_figure_names
from metawright.files.tables import cell
from metawright.reading.schemas import load_schema
from metawright.report.sweep import render_sweep
from metawright.simulation.gather import PERFORMANCE_COLUMNS, gather_performance
from metawright.simulation.grids import grids_of, read_simulation
from metawright.simulation.plan import plan_sweep
from metawright.simulation.shard import read_shard, simulate_shard
from tests.figures.drawn import outside, overlaps, texts_of

SWEEP = """
seed: 3
grids:
  small:
    aims: Do figures hold together?
    data:
      k: [2, 3, 20]
      n: [10]
      size_pattern: [equal, one_larger]
      theta: [0, 0.5]
      i2: [0, 50, 90]
    models:
      [FE-z, DL-z, PM-z, REML-z, SJ-z, DL-HKSJ, REML-HKSJ, REML-mHKSJ, REML-IQWiG6, REML-hybrid, {key: rule, rule: {}}]
    replicates: 10000
  single:
    data: {k: [4], tau2: [0, 0.05], timepoint_correlation: [null, 0.7], misreported_sd: [0, 0.1], distribution: [t3]}
    models: [FE-z, REML-HKSJ]
"""


@pytest.fixture(scope="module")
def sweep(root):
    """Content, plan and rows of a small sweep, run in this process."""
    content, problems = read_simulation(SWEEP, load_schema(root / "workflow" / "schemas", "simulation"), "s.yaml")
    assert problems == []
    plan = plan_sweep(grids_of(content), [], "c", 60.0, lambda scenario, setup: 0.01)
    shards = {name: read_shard(simulate_shard(plan, name).splitlines()) for name in plan["shards"]}
    rows = [
        {key: cell(row[key]) for key in PERFORMANCE_COLUMNS} for row in gather_performance(plan, shards.__getitem__)
    ]
    return content, plan, rows


def kinds(content):
    grids = content["grids"].items()
    return [tuple(name.split(".")) for grid, block in grids for name in grid_figure_names(grid, block)]


def drawn(kind, rows, plan, grid):
    """A figure's drawing, and what it shows."""
    figure = figure_named(kind)
    return drawing_of(figure.module), sweep_data(rows, plan, grid, figure.caption)


def test_figures_follow_from_what_a_grid_declares(sweep):
    content, _, _ = sweep
    found = kinds(content)
    assert [kind for name, kind in found if name == "small"] == [one.name for one in figures_of(Of.SWEEP)]
    single = {kind for name, kind in found if name == "single"}
    assert single >= {"type1", "nested_loop", "trust", "zip"}
    assert not single & {"coverage", "power"}
    block = {"data": {"theta": [0.5]}, "estimands": ["theta"], "performance": ["bias"]}
    names = grid_figure_names("g", block)
    assert "g.zip" in names
    assert not {"g.type1", "g.coverage", "g.nested_loop", "g.power", "g.trust"} & set(names)


def test_every_figure_stays_on_its_sheet(sweep):
    content, plan, rows = sweep
    for name, kind in kinds(content):
        drawing, shown = drawn(kind, rows, plan, name)
        figure = drawing.figure(shown)
        assert outside(figure) == [], (name, kind)
        assert overlaps(figure) == [], (name, kind)
        assert drawing.title(shown) in drawing.alt_text(shown)
        assert name in drawing.title(shown)
        assert list(drawing.table(shown))


def test_words_and_tables_carry_the_numbers(sweep):
    _, plan, rows = sweep
    drawing, shown = drawn("type1", rows, plan, "small")
    fe = [float(r["value"]) for r in rows if (r["grid"], r["model"], r["performance"]) == ("small", "FE-z", "type1")]
    assert (
        f"FE-z: {100 * min(fe):.1f}% to {100 * max(fe):.1f}%, highest at sizes: one trial ten times larger"
        in drawing.alt_text(shown)
    )
    table = list(drawing.table(shown))
    assert len(table) == 18 * 11
    assert {row["value"] for row in table if row["model"] == "FE-z"} == set(fe)
    drawing, shown = drawn("trust", rows, plan, "small")
    assert {row["performance"] for row in drawing.table(shown)} == {"coverage", "median_width"}
    drawing, shown = drawn("zip", rows, plan, "small")
    words, intervals = drawing.alt_text(shown), list(drawing.table(shown))
    covered = sum(row["covers"] for row in intervals if row["model"] == "FE-z")
    assert f"FE-z {covered / 4:.1f}% of 400" in words
    assert "k = 3" in words


def test_models_that_coincide_share_a_line(sweep):
    _, _, rows = sweep
    grid = grid_data(rows, "small").null.only(size_pattern=["equal"])
    groups = alike(grid, "type1")
    assert ["DL-z", "PM-z", "REML-z"] in groups
    assert ["FE-z"] in groups
    assert sorted(model for group in groups for model in group) == sorted(grid.models)


def test_the_trusted_model_is_the_narrowest_that_keeps_its_level(sweep):
    _, _, rows = sweep
    grid = grid_data(rows, "small").null.only(size_pattern=["equal"])
    chosen = {(s["k"], s["i2"]): trusted(grid, s) for s in grid.scenarios}
    assert chosen["3", "90.0"][0] == "DL-HKSJ"
    assert chosen["3", "90.0"][1] == pytest.approx(0.95, abs=0.01)
    assert chosen["20", "0.0"] is None or chosen["20", "0.0"][2] < 1.3
    nobody = grid_data([row | {"value": "0.5"} for row in rows if row["performance"] == "coverage"], "small")
    assert trusted(nobody, nobody.scenarios[0]) is None


def test_a_grid_of_many_factors_is_shown_in_part_and_says_so():
    row = dict.fromkeys(PERFORMANCE_COLUMNS, "")
    rows = [
        row | {"grid": "g", "scenario": f"{k}{i2}{n}", "k": k, "i2": i2, "n": n, "theta": "0.0", "reference": "FE-z",
               "level": "0.95", "model": "FE-z", "performance": "type1", "value": "0.05", "replicates": "10000"}
        for k in "23" for i2 in ("0.0", "50.0") for n in map(str, range(10, 20))
    ]  # fmt: skip
    plan = panels(grid_data(rows, "g"))
    assert (plan.x, plan.column, len(plan.rows), plan.hidden) == ("i2", "k", MOST_ROWS, 10 - MOST_ROWS)
    drawing, shown = drawn("type1", rows, {}, "g")
    assert any("4 more combinations of factors are not shown" in text for text, *_ in texts_of(drawing.figure(shown)))


def test_levels_have_names():
    assert level_label("i2", "50.0") == "I² = 50%"
    assert level_label("theta", "-0.5") == "θ = −0.5"
    assert level_label("size_pattern", "one_larger") == "sizes: one trial ten times larger"


def test_the_page_is_whole_and_by_itself(sweep, root, tmp_path):
    _, plan, rows = sweep
    drawing, shown = drawn("type1", rows, plan, "small")
    drawing.write({kind: tmp_path / f"f.{kind}" for kind in KINDS}, shown)
    words = (tmp_path / "f.txt").read_text().strip()
    templates = {
        path.relative_to(root / "workflow" / "templates").as_posix(): path.read_text()
        for path in (root / "workflow" / "templates").rglob("*.j2")
    }
    figures = {"small.type1": (tmp_path / "f.svg").read_text()}
    page = render_sweep(plan, rows, templates, figures, {"small.type1": words})
    assert page == render_sweep(plan, rows, templates, figures, {"small.type1": words})
    assert "Do figures hold together?" in page
    assert 'src="http' not in page
    assert "<script" not in page
    assert page.count("<svg") == 1
    assert words[:60] in page
