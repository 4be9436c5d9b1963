"""Every figure of the catalogue, drawn from what is shipped: as declared, by its rule, with words and the columns."""

import csv
import subprocess
import sys
from dataclasses import replace
from functools import cache

import pytest
from matplotlib.figure import Figure as Drawn

from metawright.checking.folder import read_reviews
from metawright.figures.catalogue import (
    FIGURES,
    Of,
    UnknownFigureError,
    drawn_by,
    figure_named,
    figures_of,
)
from metawright.figures.cell.sensitivity_data import sensitivity_data
from metawright.figures.forest.data import forest_data
from metawright.figures.kit.publish import KINDS, drawing_of
from metawright.figures.outcome.periods_data import periods_data
from metawright.figures.review.claims_data import claims_data
from metawright.figures.review.verdicts_data import verdicts_data
from metawright.figures.sweep.data import sweep_data
from metawright.figures.sweep.wanted import grid_figure_names
from metawright.figures.wanted import figure_names, known_of
from metawright.files.documents import read_json
from metawright.files.tables import cell, read_table
from metawright.reading.schemas import load_schema
from metawright.simulation.gather import PERFORMANCE_COLUMNS, gather_performance
from metawright.simulation.grids import grids_of, read_simulation
from metawright.simulation.plan import plan_sweep
from metawright.simulation.shard import read_shard, simulate_shard
from metawright.simulation.streams import BLOCK
from tests.conftest import RESOURCES, ROOT, SCHEMAS
from tests.figures.made_sensitivity import shown_of
from tests.workflow.conftest import copy_house

#: No shipped review says how many participants each trial lost; `made_sensitivity` adds that to trials of one.
NOT_SHIPPED = {"missing_data"}
SWEEP = "few-small-trials"
NAMES = [one.name for one in FIGURES]


@cache
def reviews():
    folders = sorted(str(path.parent) for path in RESOURCES.glob("*/protocol.yaml"))
    return read_reviews({"reviews": folders}, SCHEMAS)


def smallest(name):
    """The review with the least data for a figure, what it is of there, and the name of its files."""
    found = []
    for review in reviews().values():
        for file in figure_names(review, details=True):
            kind, *of = file.split(".")
            if kind == name and (trials := known_of(review, *of).trials):
                found.append((trials, review.name, of, file))
    return min(found)[1:]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Three of the shipped reviews, of which the workflow has drawn every figure once, where there is least to draw."""
    cases = [smallest(one.name) for one in FIGURES if one.of is not Of.SWEEP and one.name not in NOT_SHIPPED]
    copy = copy_house(ROOT, tmp_path_factory.mktemp("catalogue") / "house", *sorted({review for review, *_ in cases}))
    copy.build("--quiet", "all", "--", *(f"results/{review}/figures/{file}.csv" for review, _, file in cases))
    return copy


@pytest.fixture(scope="module")
def sweep():
    """A few scenarios of the shipped sweep: its plan and the rows of its table."""
    text = (ROOT / "config" / "simulation.yaml").read_text()
    content, problems = read_simulation(text, load_schema(SCHEMAS, "simulation"), "simulation.yaml")
    assert problems == []
    block = content["grids"][SWEEP]
    assert set(grid_figure_names(SWEEP, block)) == {f"{SWEEP}.{one.name}" for one in figures_of(Of.SWEEP)}
    few = {"k": [3], "i2": [0, 50], "size_pattern": ["equal"]}
    content["grids"] = {SWEEP: {**block, "data": {**block["data"], **few}, "replicates": BLOCK}}
    plan = plan_sweep(grids_of(content), [], "c", 60.0, lambda scenario, setup: 0.01)
    shards = {name: read_shard(simulate_shard(plan, name).splitlines()) for name in plan["shards"]}
    rows = gather_performance(plan, shards.__getitem__)
    return plan, [{key: cell(row[key]) for key in PERFORMANCE_COLUMNS} for row in rows]


def of_cell(results, review, outcome, period):
    protocol = review.protocol
    block = next(one for one in protocol["periods"] if one["key"] == period)
    documents = [
        read_json(results / "sensitivity" / f"{outcome}.{period}{kind}.json") for kind in ("", ".leave_one_out")
    ]
    multiverse = results / "sensitivity" / f"{outcome}.multiverse.json"
    entries = read_json(multiverse)["periods"] if multiverse.is_file() else []
    more = {"specifications": next((one for one in entries if one["period"] == period), None)}
    return sensitivity_data(
        protocol["outcomes"][outcome], block, *documents, review.labels, arms=protocol["arms"], **more
    )


def pools_of(results, review, outcome):
    return [read_json(results / "pooling" / f"{outcome}.{period}.json") for period in review.periods]


def of_forest(results, review, outcome):
    protocol = review.protocol
    arms, effects, inputs = (
        read_table(results / file)
        for file in (
            f"extraction/{outcome}.arms.csv",
            f"effects/{outcome}.effects.csv",
            f"effects/{outcome}.inputs.csv",
        )
    )
    models = {"model": review.headline("protocol"), "recommended": review.headline("recommended")}
    pools = pools_of(results, review, outcome)
    outcome = protocol["outcomes"][outcome]
    return forest_data(outcome, protocol["periods"], pools, arms, effects, inputs=inputs, **models)


def of_periods(results, review, outcome):
    document = read_json(results / "heterogeneity" / f"{outcome}.periods.json")
    pools = pools_of(results, review, outcome)
    protocol = review.protocol
    return periods_data(protocol["outcomes"][outcome], protocol["periods"], document, pools=pools)


def of_certainty(results, review):
    weights = read_json(results / "appraisal" / "certainty.json")["weights"]
    return [entry for entry in weights if entry["model"] == review.headline("protocol")]


def overview_of(gather, results, review, file, key=None):
    entries = read_json(results / file)
    blocks = list(review.protocol["outcomes"].values())
    return gather(entries[key] if key else entries, blocks, review.protocol["periods"])


#: What the figures of a step are drawn from, by the class or the file that the catalogue names.
GATHERED = {
    "metawright.figures.cell.sensitivity_data.SensitivityData": of_cell,
    "metawright.figures.forest.records.ForestData": of_forest,
    "metawright.figures.outcome.periods_data.PeriodsData": of_periods,
    "appraisal/certainty.json": of_certainty,
    "appraisal/risk_of_bias.json": lambda results, review: read_json(results / "appraisal" / "risk_of_bias.json"),
    "appraisal/screening.json": lambda results, review: read_json(results / "appraisal" / "screening.json"),
    "claims": lambda *given: overview_of(claims_data, *given, "audit/claims_check.json"),
    "verdicts": lambda *given: overview_of(verdicts_data, *given, "sensitivity/verdicts.json", "verdicts"),
}


@pytest.fixture
def shown(house, request, name):
    """What a figure of the catalogue is drawn from."""
    figure = figure_named(name)
    if figure.of is Of.SWEEP:
        plan, rows = request.getfixturevalue("sweep")
        return sweep_data(rows, plan, SWEEP, figure.caption)
    if name in NOT_SHIPPED:
        return shown_of("als-long")
    review, of, _ = smallest(name)
    gather = GATHERED[name if name in GATHERED else figure.step.data]
    return gather(house.folder / "results" / review, reviews()[review], *of)


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_drawn_with_words_and_the_columns_that_it_declares(name, shown):
    drawing = drawing_of(figure_named(name).module)
    assert isinstance(drawing.figure(shown), Drawn)
    assert drawing.title(shown).strip()
    words = drawing.alt_text(shown)
    assert words.strip()
    assert "Not drawn" not in words
    rows = list(drawing.table(shown))
    columns = list(drawing.columns_of(shown))
    assert len(set(columns)) == len(columns)
    assert {key for row in rows for key in row} == set(columns)
    # the class of what it shows is the one of the record
    data = figure_named(name).step.data
    assert "/" in data or data == f"{type(shown).__module__}.{type(shown).__qualname__}"


@pytest.mark.parametrize(
    "name", [one.name for one in FIGURES if one.of is not Of.SWEEP and one.name not in NOT_SHIPPED]
)
def test_the_rules_draw_it_with_all_its_files(house, name):
    review, _, file = smallest(name)
    folder = house.folder / "results" / review / "figures"
    assert all((folder / f"{file}.{kind}").stat().st_size for kind in KINDS)
    with (folder / f"{file}.csv").open(newline="") as stream:
        assert len(list(csv.reader(stream))) > 1


def test_every_step_is_a_rule_that_takes_its_figures_from_the_catalogue():
    rules = "".join(path.read_text() for path in (ROOT / "workflow" / "rules").glob("*.smk"))
    for step in {one.step for one in FIGURES}:
        assert f'code("{step.name}")' in rules
        assert step.of is Of.SWEEP or f'modules("{step.name}")' in rules
        assert drawn_by(step.name)
    assert drawn_by("pool") == ()


def test_records_are_complete_and_each_is_of_its_own():
    assert len(set(NAMES)) == len(NAMES)
    assert len({one.module for one in FIGURES}) == len(FIGURES)
    assert all(one.caption and one.place and not one.caption.endswith(".") for one in FIGURES)
    assert figure_named("radial.cured.short") is figure_named("radial")
    with pytest.raises(UnknownFigureError, match="unknown figure 'pie'; known: forest"):
        figure_named("pie.ALSFRS-R")


def test_figures_of_snakemakes_own_report_have_a_caption_there():
    captions = {path.stem for path in (ROOT / "workflow" / "report").glob("*.rst")}
    assert captions >= {one.name for one in FIGURES if one.overview}
    assert not captions & {one.name for one in FIGURES if not one.overview}


def test_who_asks_which_figures_there_are_loads_no_drawing_library():
    program = (
        "import sys; import metawright.figures.wanted, metawright.figures.step_code, metawright.report.placed;"
        "assert not {'matplotlib', 'numba'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("name", [one.name for one in figures_of(Of.CELL) if one.least and not one.needs])
def test_a_figure_of_a_cell_says_something_from_the_least_number_of_trials_on(name):
    figure = figure_named(name)
    drawing = drawing_of(figure.module)
    assert "Not drawn" not in drawing.alt_text(shown_of("bcg", figure.least))
    if name in ("sensitivity", "cumulative", "gosh", "radial", "funnel"):
        assert "Not drawn" in drawing.alt_text(shown_of("bcg", figure.least - 1))


def test_what_a_review_has_follows_from_its_records():
    als = reviews()["als-exercise"]
    names = figure_names(als, details=True)
    assert names[: len(als.outcomes)] == [f"forest.{outcome}" for outcome in als.outcomes]
    assert {"risk_of_bias", "claims", "prisma_flow", "verdicts", "periods.ALSFRS-R"} <= set(names)
    assert not any(name.startswith(("funnel.", "radial.", "bubble.", "labbe.")) for name in names)
    main = figure_names(als, details=False)
    assert set(names) - set(main) == {name for name in names if name.count(".") == 2}
    assert "claims" not in figure_names(replace(als, files={}), details=True)
    assert "verdicts" not in figure_names(replace(als, most={}), details=True)
    with_missing = replace(als, counted={("ALSFRS-R", "long")})
    assert set(figure_names(with_missing, details=True)) - set(names) == {"missing_data.ALSFRS-R.long"}
