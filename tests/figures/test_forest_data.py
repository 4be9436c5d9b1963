import math

import pytest

from metawright.figures.forest.data import forest_data
from tests.figures.forest_numbers import ARMS, CLAIMS, OUTCOME, als_forest, claim
from tests.figures.made_pools import arm_rows, pool, pools_from_arms


def section(data, period):
    return next(section for section in data.sections if section.period == period)


def test_sections_follow_the_protocol_and_say_what_they_hold(als):
    assert [s.period for s in als.sections] == ["short", "medium", "long"]
    assert [s.status for s in als.sections] == ["single_study", "pooled", "pooled"]
    assert als.sectioned
    assert als.layout == "continuous"
    assert als.arms == {"experimental": "exercise", "control": "usual care"}


def test_a_trial_carries_its_raw_numbers_its_effect_and_its_weight(als):
    lunetta = section(als, "medium").trials[0]
    assert (lunetta.study, lunetta.label, lunetta.kind) == ("lunetta2016", "Lunetta 2016", "trial")
    arm = lunetta.arms["experimental"]
    assert (arm.mean, arm.sd, arm.n, arm.n_assumed) == (32.8, 6.5, 30, True)
    assert lunetta.effect.estimate == pytest.approx(4.1)
    assert lunetta.weight == pytest.approx(63.3, abs=0.05)


def test_trials_awaiting_data_stand_in_their_section_alone(als):
    assert [t.label for t in section(als, "short").awaiting] == ["Kalron 2021", "Lunetta 2016"]
    assert [t.label for t in section(als, "medium").awaiting] == ["Braga 2018"]
    assert section(als, "long").awaiting == ()


def test_a_trial_in_the_pool_is_not_awaited():
    awaiting = [{"study": "lunetta2016", "outcome": "ALSFRS-R", "period": "long", "missing": "n analysed"}]
    assert section(als_forest(awaiting=awaiting), "long").awaiting == ()


def test_claims_are_those_of_the_cell_alone_each_once():
    data = als_forest(claims=[*CLAIMS, claim("medium", "3.21", "0.85", "5.56"), claim("medium", p="0.01")])
    assert [c.estimate for c in section(data, "medium").claims] == ["3.21"]
    assert section(data, "medium").claims[0].effect.low == 0.85
    assert [(c.effect, c.p) for c in section(data, "long").claims] == [(None, "= 0.05")]


def test_printed_ratios_are_put_on_the_scale_of_the_files():
    outcome = OUTCOME | {"key": "x", "measure": "OR"}
    claims = [claim("short", "2.0", "0.5", "8", outcome="x"), claim("short", "2", "0", "8", outcome="x", p="0.3")]
    data = forest_data(outcome, [{"key": "short"}], [pool("x", "short", "OR", [])], [], [], claims=claims)
    effects = [c.effect for c in data.sections[0].claims]
    assert len(effects) == 1  # a lower limit of 0 has no logarithm
    assert effects[0].estimate == pytest.approx(math.log(2))
    assert effects[0].high == pytest.approx(math.log(8))


def test_a_period_without_any_file_is_an_empty_section():
    data = als_forest(pools={}, awaiting=[], claims=[])
    assert [s.status for s in data.sections] == ["awaiting_data"] * 3
    assert data.layout == "continuous"


def test_a_review_without_periods_has_no_sections(cold):
    data = forest_data(OUTCOME, [{"key": "all", "label": "All time points"}], [], [], [])
    assert not data.sectioned
    assert cold.sectioned


def test_rows_without_an_effect_are_shown_with_their_reason_in_the_order_of_the_file(cold):
    names = [(t.study, t.kind) for t in cold.sections[0].trials]
    assert ("Study 4", "unused") in names
    rows = arm_rows("o", [("b", "all", {r: {"mean": 1.0, "sd": 1.0, "n": 9} for r in ARMS})], start=4)
    rows = arm_rows("o", [("a", "all", {r: {"mean": 1.0, "sd": 0.0, "n": 9} for r in ARMS})]) + rows
    pools = pools_from_arms("o", "MD", rows[2:])
    common = {"outcome": "o", "period": "all", "used": "false"}
    effects = [
        common | {"study": "a", "row_ids": "2", "reason": "not estimable: both SDs are 0"},
        common | {"study": "a", "row_ids": "3", "reason": "not estimable: both SDs are 0"},
        common | {"study": "b", "row_ids": "9", "reason": "the period takes another time point"},
    ]
    outcome = OUTCOME | {"key": "o"}
    first, second = forest_data(outcome, [], pools.values(), rows, effects).sections[0].trials
    assert (first.study, first.kind, first.note) == ("a", "unused", "not estimable: both SDs are 0")
    assert first.arms["control"].mean == 1.0
    assert (second.study, second.kind) == ("b", "trial")


def test_arms_of_several_rows_show_their_total_and_no_single_mean():
    arms = {"experimental": {"mean": 1.0, "sd": 1.0, "n": 9, "events": 2}, "control": {"mean": 2.0, "sd": 1.0, "n": 9}}
    rows = arm_rows("o", [("a", "all", arms)])
    rows.append(rows[0] | {"row": "4", "mean": "3.0"})
    pools = [pool("o", "all", "MD", [("a", 1.0, 1.0, None, 9, "2;3;4")])]
    trial = forest_data(OUTCOME | {"key": "o"}, [], pools, rows, []).sections[0].trials[0]
    assert trial.arms["experimental"].mean is None
    assert (trial.arms["experimental"].n, trial.arms["experimental"].events) == (18, 4)
    assert trial.arms["control"].mean == 2.0


def test_without_a_protocol_track_another_model_takes_its_place(als_pools):
    data = als_forest(model=None)
    assert (data.model, data.recommended) == ("REML-HKSJ", None)
    assert section(data, "long").model["interval"] == "HKSJ"
    assert section(data, "long").recommended is None
    assert als_forest(model=None, recommended=None).model == "as-published"


def test_an_unknown_model_is_an_error():
    with pytest.raises(KeyError):
        als_forest(model="no-such-model")


def test_contrasts_have_no_arms():
    pools = [pool("o", "all", "GIV", [("a", -3.0, 1.0, None, None, "2"), ("b", -2.0, 1.0, None, None, "3")])]
    data = forest_data(OUTCOME | {"key": "o", "measure": "GIV"}, [], pools, [], [], model="DL-z")
    assert data.layout == "generic"
    assert data.sections[0].trials[0].se == 1.0
