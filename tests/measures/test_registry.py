"""Every measure goes through every place that speaks of measures, and no place knows one by itself."""

import ast
import copy
import dataclasses
import math

import numpy as np
import pytest

from metawright.audit.claims.printed import printed_pool
from metawright.exchange import revman_rows
from metawright.exchange.reproduce_script import reproduce_script
from metawright.figures.forest.data import forest_data
from metawright.figures.forest.plot import forest_figure
from metawright.figures.kit.axis import effect_axis, value_axis
from metawright.measures.record import Stated
from metawright.measures.registry import (
    UnknownMeasureError,
    all_measures,
    measure_keys,
    measure_of,
    measure_on_scale,
    simulated_keys,
    simulation_of,
)
from metawright.reading.schemas import load_schema
from metawright.report.html import render_html
from metawright.report.latex import render_latex
from metawright.report.methods.section import methods_section
from metawright.report.page.axis import ticks_of
from metawright.report.word import render_word
from metawright.sensitivity.refit import Trials
from metawright.sensitivity.small_study.assess import SmallStudy, assess
from metawright.simulation.cost import seconds_per_block
from metawright.simulation.draw import draw
from metawright.simulation.scenario import Scenario
from metawright.simulation.setup import Setup, model_of
from metawright.words.names import measure_name, measure_short, null_meaning, null_words
from metawright.words.numbers import back_transform, format_effect, is_ratio, null_value
from metawright.words.references import library
from tests.exchange.exports import export
from tests.exchange.pipeline import arms_and_effects, pools
from tests.figures.drawn import strings
from tests.report.als_review import als_results
from tests.report.rendering import HTML, LATEX, templates

EVERY = pytest.mark.parametrize("measure", all_measures(), ids=measure_keys())
WORD = templates("report.word.j2", "word")
#: Rows of three trials by what a measure is computed from: n, mean, sd, events, estimate, se.
ARMS = [
    (("40", "12.5", "3.1", "9"), ("41", "14.2", "3.3", "15")),
    (("25", "11.0", "2.9", "4"), ("22", "13.9", "3.0", "7")),
]
CONTRASTS = [("0.31", "0.12", "40"), ("0.12", "0.2", "28"), ("-0.05", "0.15", "55")]
COLUMNS = ("study", "outcome", "arm", "n", "mean", "sd", "events", "estimate", "se")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A review with one outcome per measure."""
    made = tmp_path_factory.mktemp("reviews") / "every"
    made.mkdir()
    blocks = "".join(f"  {one.key}: {{measure: {one.key}, direction: lower_is_better}}\n" for one in all_measures())
    models = "  - {key: FE-z, track: protocol, tau2_method: FE, interval: z}\n"
    models += "  - {key: DL-z, tau2_method: DL, interval: z}\n"
    models += "  - {key: REML-HKSJ, track: recommended, tau2_method: REML, interval: HKSJ}\n"
    (made / "protocol.yaml").write_text(f"title: Every measure\noutcomes:\n{blocks}models:\n{models}")
    lines = [",".join(COLUMNS)]
    for one in all_measures():
        if one.kind.of_arms:
            for place, arms in enumerate([*ARMS, *ARMS[:1]]):
                for role, (n, mean, sd, events) in zip(("experimental", "control"), arms, strict=True):
                    lines.append(f"S{place},{one.key},{role},{n},{mean},{sd},{events},,")
        else:
            for place, (estimate, se, n) in enumerate(CONTRASTS):
                cells = f",,,,{estimate},{se}" if one.contrast.or_interval else f"{n},,,,{estimate},"
                lines.append(f"S{place},{one.key},contrast,{cells}")
    (made / "extraction.csv").write_text("\n".join(lines) + "\n")
    return made


def renamed(document, key):
    """A copy of a document in which every outcome has the measure *key*."""
    if isinstance(document, dict):
        return {name: key if name == "measure" else renamed(part, key) for name, part in document.items()}
    return [renamed(part, key) for part in document] if isinstance(document, list | tuple) else copy.copy(document)


@EVERY
def test_a_record_is_whole(measure):
    for name in (
        "key",
        "name",
        "short",
        "title",
        "noun",
        "null_meaning",
        "comparable",
        "revman_type",
        "revman_effect",
        "metafor",
    ):
        assert getattr(measure, name), name
    assert measure.work in ("", *library())
    assert measure_of(measure.plain).plain == measure.plain
    assert measure.simulated_as in ("", *simulated_keys()) and set(measure.companions) <= set(measure_keys())
    assert set(measure.small_study) <= {field.name for field in dataclasses.fields(SmallStudy)}
    assert measure_on_scale(measure.comparable).scale is measure.scale
    assert (measure.effect is None) != measure.kind.of_arms
    assert bool(measure.r) == (measure.kind.of_arms or not measure.contrast.or_interval)
    assert "{of}" in measure.introduced


@EVERY
def test_the_options_are_choices_of_the_protocol(measure, schemas):
    outcome = load_schema(schemas, "protocol")["$defs"]["outcome"]["properties"]
    stated = measure.variance_stated
    for option in (*measure.options, *filter(None, [stated.option])):
        assert option in outcome or option == "double_zero"
    if stated.option:
        known = outcome[stated.option].get("enum", [False, True])
        assert next(iter(stated.sentences)) == outcome[stated.option]["default"] and set(stated.sentences) == set(known)


@EVERY
def test_scales_lead_there_and_back(measure):
    scale = measure.scale
    for value in (scale.null, 0.3, 0.9):
        assert scale.has(value) and scale.printed(scale.stored(value)) == pytest.approx(value, abs=1e-12)
    assert scale.stored(scale.null) == 0.0
    assert null_value(measure.key) == scale.null and is_ratio(measure.key) is scale.ratio


def test_unknown_measures_are_refused_everywhere():
    for ask in (
        measure_of, measure_name, measure_short, null_words, null_meaning, is_ratio, null_value,
        lambda key: back_transform(1.0, key), lambda key: format_effect(1.0, 0.5, 2.0, key),
        lambda key: effect_axis([1.0], [], [], key), lambda key: ticks_of((-1.0, 1.0), key),
        lambda key: printed_pool({"estimate": "1", "ci_low": "0.5", "ci_high": "2"}, key),
    ):  # fmt: skip
        with pytest.raises(UnknownMeasureError, match="unknown measure 'XX'; known: MD"):
            ask("XX")


def test_a_measure_that_no_sweep_draws_is_refused():
    assert [simulation_of(key) for key in simulated_keys()] == [measure_of(key).simulation for key in simulated_keys()]
    with pytest.raises(ValueError, match="HR is not drawn by sweeps; those that are: MD"):
        simulation_of("HR")


def test_schemas_know_every_measure(schemas):
    protocol = load_schema(schemas, "protocol")
    assert protocol["$defs"]["measure"]["enum"] == list(measure_keys())
    grid = load_schema(schemas, "simulation")["$defs"]["data"]["properties"]["measure"]
    assert grid["items"]["enum"] == list(simulated_keys()) and grid["default"][0] in simulated_keys()


@EVERY
def test_the_report_has_words_for_it_in_every_format(measure):
    results = renamed(als_results(), measure.key)
    texts = {part["heading"]: " ".join(part["paragraphs"]) for part in methods_section(results)}
    stated = texts["Outcomes and effect measures"].replace("\u00a0", " ")
    assert measure.introduced.partition("{")[0].strip() in stated
    assert measure.weighing.stated in stated
    page = render_html(results, HTML, {}, {})
    article = render_latex(results, LATEX, ())
    word = render_word(results, WORD, {}, {})
    for text in (page, word):
        assert measure.short in text and measure.name in text.replace("Mean", "mean")
    assert measure.name.partition("–")[2] or measure.name in article
    for text in (page, article, word, stated):
        for key in {"MH_", "_OR", "_RR", "_RD", "GIV", "ZCOR", "PETO"}:
            assert f" the {key}" not in text
    assert f"excludes {null_words(measure.key)}" in page or f"includes {null_words(measure.key)}" in page


@EVERY
def test_figures_have_heads_and_axes_for_it(measure, folder):
    review, tables = arms_and_effects(folder)
    arms, effects = tables[measure.key]
    block = review.protocol["outcomes"][measure.key]
    found = [one for one in pools(folder) if one["outcome"] == measure.key]
    assert found[0]["status"] == "pooled" and found[0]["k"] == 3
    data = forest_data(block, [], found, arms, effects, model="FE-z", recommended="REML-HKSJ")
    drawn = " ".join(strings(forest_figure(data)))
    assert measure.title in drawn
    short = measure.weighing if "FE" in measure.weighing.estimators else measure_of(measure.plain).weighing
    assert f"{short.short}, Fixed" in drawn
    axis = effect_axis([-0.2, 0.5], [-0.4, 0.9], [], measure.key)
    assert any(abs(place) < 1e-12 for place, _ in axis.ticks) and axis.low < 0 < axis.high
    assert (dict(axis.ticks)[0.0], null_words(measure.key)) in (("0", "0"), ("1", "1"))
    assert len(value_axis(-0.4, 0.9, measure.scale).ticks) > 1
    marks = ticks_of((-0.4, 0.9), measure.key)
    assert len(marks) > 1 and all(len(text) <= 5 for _, text in marks)


def test_exports_have_rows_for_every_measure(folder, tmp_path):
    review, _ = arms_and_effects(folder)
    for pool in pools(folder):
        measure = measure_of(pool["measure"])
        block = review.protocol["outcomes"][pool["outcome"]] | {"label": "x"}
        row = revman_rows.settings([pool], "FE-z", 1, block, review.protocol["periods"])[0]
        assert row["Effect measure"] == measure.revman_effect and row["Data type"] == measure.revman_type
        assert row["Log-scale data"] is measure.is_ratio and row["Statistical method"] == measure.weighing.revman
        own = next(one for one in pool["models"] if one["model"] == "FE-z")["estimate"]
        assert row["Mean"] == pytest.approx(math.exp(own) if measure.is_ratio else own)
    out = export(folder, tmp_path)
    text = (out / "reproduce.R").read_text()
    for measure in all_measures():
        assert f"\n  {measure.key} = list(metafor = " in text
    with pytest.raises(ValueError, match="needs one line"):
        reproduce_script("")


@EVERY
def test_small_study_tests_that_are_read_fit_the_measure(measure):
    """No test for events is read for what has none, and what is said about Egger's test names the measure."""
    y, v = [0.1 * i for i in range(-5, 6)], [0.01 * i + 0.05 for i in range(11)]
    found = assess(Trials(y, v, tuple(f"s{i}" for i in range(11)), None, measure.key), [])
    assert found.status == "assessed" and found.peters is None and found.harbord is None
    assert set(found.read) <= set(measure.small_study)
    said = " ".join(found.remarks)
    assert ("Egger's and Begg's" in said) is ("egger" not in measure.small_study)
    if not measure.kind.of_arms:
        assert "binary" not in said and "events" not in said


@pytest.mark.parametrize("key", simulated_keys())
def test_sweeps_draw_it(key):
    scenario = Scenario(measure=key, k=3, i2=50)
    drawn = draw(scenario, np.random.default_rng(1), 20)
    assert drawn.y.shape == (3, 20)
    assert seconds_per_block(scenario, Setup(0, (model_of("FE-z"),), "FE-z")) > 0
    assert (scenario.true_variances > 0).all()


#: Where a key of a measure may stand as a word of the program, and what it means there.
ALLOWED = {
    "audit/claims/announced.py": {"OR"},  # an operator of a search strategy
    "figures/sweep/data.py": {"SMD"},  # the label of the factor `smd` of a grid
}


def test_no_other_place_knows_a_measure_by_its_key(root):
    """Literals that equal a key, or that measures' keys begin with, in the library outside `measures/`."""
    words = {*measure_keys(), "MH_", *(alias for one in all_measures() for alias in one.metafor_aliases)}
    library = root / "workflow" / "metawright"
    found = {}
    for path in sorted(library.rglob("*.py")):
        name = path.relative_to(library).as_posix()
        if name.startswith("measures/"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value in words:
                found.setdefault(name, set()).add(node.value)
    assert all(words <= ALLOWED.get(name, set()) for name, words in found.items()), found


def test_templates_and_rules_know_no_measure_by_its_key(root):
    words = [f'"{key}"' for key in measure_keys()] + [f"'{key}'" for key in measure_keys()]
    folder = root / "workflow"
    for path in [*folder.rglob("*.smk"), *folder.rglob("*.j2"), *folder.rglob("*.js"), folder / "Snakefile"]:
        text = path.read_text(encoding="utf-8")
        assert not [word for word in words if word in text], path


def test_a_sentence_follows_the_choice():
    stated = Stated({"a": "first", "b": "second"}, "choice")
    assert [stated.of(one) for one in ({}, {"choice": "a"}, {"choice": "b"})] == ["first", "first", "second"]
    with pytest.raises(KeyError):
        stated.of({"choice": "c"})
