"""The section on the review's own configuration: its numbers are those of the simulation."""

import numpy as np
import pytest

from metawright.pooling.cell import Cell
from metawright.report.html import render_html
from metawright.report.latex import render_latex
from metawright.report.sections.own_configuration import own_configuration
from metawright.simulation.own_configuration import own_configuration as simulate
from metawright.simulation.words import own_sentences
from tests.report.als_review import als_results
from tests.report.rendering import HTML, LATEX


def simulated(replicates):
    """What the models do with the trials of one pool of the ALS review."""
    plain = als_results()
    models = plain["protocol"]["models"]
    pools = [
        simulate(
            pool(outcome, period["key"], [(14, 11), (13, 14)] if number == 0 else []), models, replicates=replicates
        )
        for number, (outcome, period) in enumerate(
            (outcome, period) for outcome in plain["protocol"]["outcomes"] for period in plain["protocol"]["periods"]
        )
    ]
    headlines = ("as-published", "REML-HKSJ")
    return {"rule": headlines[0], "recommended": headlines[1], **own_sentences(pools, *headlines), "pools": pools}


@pytest.fixture(scope="module")
def results():
    return als_results(own_configuration=simulated(20_000))


def pool(outcome, period, sizes):
    trials = tuple({"study": f"t{place}", "n_experimental": a, "n_control": b} for place, (a, b) in enumerate(sizes))
    empty = np.zeros(len(sizes))
    return Cell({"key": outcome, "measure": "MD"}, period, trials, empty, empty + 1.0, None)


def test_the_table_prints_what_was_simulated(results):
    section = own_configuration(results)
    (row,) = section["table"]["rows"]
    (simulated,) = [one for one in results["own_configuration"]["pools"] if one["status"] == "simulated"]
    by_level = {one["i2"]: {row["key"]: row for row in one["models"]} for one in simulated["scenarios"]}
    rule = [f"{100 * by_level[i2]['as-published']['type1'][0]:.1f}" for i2 in (0, 50, 75)]
    assert [one["text"] for one in row[1:4]] == rule
    assert row[4]["text"] == f"{100 * by_level[50]['as-published']['random_chosen'][0]:.1f}"
    assert row[5]["text"] == f"{100 * by_level[50]['REML-HKSJ']['type1'][0]:.1f}"
    assert row[6]["text"] == f"{by_level[50]['REML-HKSJ']['width_ratio']:.1f} ×"
    assert "two trials, 11 to 14 per arm" in row[0]["note"]
    assert 12 < float(rule[1]) < 15.5
    assert section["table"]["notes"][1].startswith("Not simulated, with fewer than two trials of known size: ")


def test_page_and_article_say_it(results):
    page = render_html(results, HTML, {}, {})
    assert 'href="#own-configuration-section"' in page
    assert "the protocol’s model would find a significant effect in" in page
    assert "times as wide as the common-effect model’s" in page
    assert "was simulated" in page
    article = render_latex(results, LATEX, {})
    assert r"\label{sec:own-configuration-section}" in article
    assert r"\cite{morris2019}" in article


def test_nothing_is_said_where_nothing_was_simulated(results):
    without = als_results()
    assert own_configuration(without) is None
    assert "own-configuration" not in render_html(without, HTML, {}, {})
    nothing = {**results["own_configuration"], "pools": results["own_configuration"]["pools"][1:]}
    assert own_configuration(als_results(own_configuration=nothing)) is None
