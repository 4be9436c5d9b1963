"""What moved since an earlier run."""

import copy
import json

import pytest

from metawright.report.changes import what_changed
from metawright.report.html import render_html
from metawright.report.tables.changes import changes_section
from tests.report.examined_review import examined_review
from tests.report.rendering import HTML


@pytest.fixture(scope="module")
def now():
    return json.loads(json.dumps(examined_review()))


def cell_of(results, outcome="score", period="short"):
    return next(one for one in results["cells"] if (one["outcome"], one["period"]) == (outcome, period))


def test_the_same_results_did_not_move(now):
    changes = what_changed(copy.deepcopy(now), now)
    assert not any(changes[name] for name in ("rows", "effects", "pools", "verdicts", "ratings"))
    assert changes["same"]["pools"] == 8
    section = changes_section(now, changes)
    assert section == {
        "sentences": ["Nothing moved since the earlier results: rows, effects, pools and verdicts are the same."],
        "tables": [],
    }


def test_a_number_of_one_trial_moves_what_rests_on_it(now):
    before = copy.deepcopy(now)
    cell = cell_of(before)
    cell["studies"][0]["arms"][0]["mean"] = "10.5"
    cell["studies"][0]["y"] -= 1.5
    cell["models"][0].update(estimate=-0.25, ci_low=-1.0, ci_high=0.5)
    cell["verdict"]["verdict"], cell["verdict"]["depends_on"] = "depends", ["trials"]
    changes = what_changed(before, now)
    (row,) = changes["rows"]
    assert row["cells"] == [
        {"column": "mean", "before": "10.5", "after": cell_of(now)["studies"][0]["arms"][0]["mean"]}
    ]
    (effect,) = changes["effects"]
    assert effect["after"]["y"] - effect["before"]["y"] == pytest.approx(1.5)
    (pool,) = changes["pools"]
    assert (pool["model"], pool["what"], pool["turned"]) == ("FE-z", "changed", ["includes", "above"])
    section = changes_section(now, changes)
    assert "rows: 1 changed; effects: 1 changed; pooled results: 1 changed" in section["sentences"][0]
    assert "compatible with no effect before, above no effect now" in section["sentences"][1]
    names = [one["name"] for one in section["tables"]]
    assert names[0] == "changed-pools"
    assert set(names) >= {"changed-effects", "changed-rows"}
    moved = next(one for one in section["tables"] if one["name"] == "changed-effects")["rows"][0][-1]["text"]
    assert moved == "+1.500"


def test_what_came_and_what_went(now):
    before = copy.deepcopy(now)
    cell = cell_of(before)
    gone = copy.deepcopy(cell["studies"][1]) | {"study": "old"}
    for arm in gone["arms"]:
        arm["study"] = "old"
    cell["studies"] = [*cell["studies"][:-1], gone]
    cell["models"].append(cell["models"][0] | {"model": "dropped"})
    changes = what_changed(before, now)
    assert [one["what"] for one in changes["effects"]] == ["added", "gone"]
    assert {one["what"] for one in changes["rows"]} == {"added", "gone"}
    assert [(one["model"], one["what"]) for one in changes["pools"]] == [("dropped", "gone")]
    page = render_html(now, HTML, {}, {}, None, changes)
    assert 'id="changed-pools"' in page
    assert '<a href="#changes">What changed</a>' in page
    assert 'id="changes"' not in render_html(now, HTML, {}, {})


def test_noise_of_another_machine_is_no_change_and_ratios_move_by_a_factor(now):
    before = copy.deepcopy(now)
    row = cell_of(before, "cured")["models"][0]
    row["estimate"] *= 1 + 1e-13
    assert not what_changed(before, now)["pools"]
    row["estimate"] -= 0.1
    table = changes_section(now, what_changed(before, now))["tables"][0]
    assert table["rows"][0][4]["text"] == "× 1.105"


@pytest.mark.parametrize("document", [[], {}, {"cells": 3}, "text"])
def test_another_document_is_refused(now, document):
    with pytest.raises(ValueError, match=r"results\.json of Metawright"):
        what_changed(document, now)


def test_older_documents_without_verdicts_or_ratings_are_compared_as_far_as_they_go(now):
    before = {"cells": [{"outcome": one["outcome"], "period": one["period"]} for one in now["cells"]]}
    changes = what_changed(
        before, now | {"certainty": {"cells": [{"outcome": "score", "period": "short", "rating": None}]}}
    )
    assert {one["what"] for one in changes["pools"]} == {"added"}
    assert changes["ratings"][0]["after"] == {"words": "not rated"}
    assert changes_section(now, changes)["tables"]
