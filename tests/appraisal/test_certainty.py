"""What a cell brings to its rating, what people decided about it, and how both are handed on."""

from dataclasses import fields

import pytest

from metawright.appraisal.certainty import certainty_of_cell
from metawright.appraisal.decisions import check_decisions, decisions_of
from metawright.appraisal.documents import RatingInputs
from metawright.appraisal.rate import SUMMARY_COLUMNS, rate_review, summary_table
from metawright.appraisal.rated_cell import design, inputs_of_cell, overall_judgement
from metawright.appraisal.rating.engine import rate
from metawright.appraisal.rating.inputs import Inputs, read_inputs
from metawright.appraisal.rating.settings import settings_of, thresholds
from metawright.appraisal.risk_of_bias import risk_of_bias
from metawright.checking.folder import read_review
from metawright.checking.protocol import read_protocol
from metawright.pooling.fit import fit
from metawright.pooling.tracks import rated as rated_model
from metawright.reading.problems import BadInput
from metawright.reading.schemas import load_schema
from metawright.reading.sheets import read_sheet

Y, V = [1.0, 3.0, 2.0, 6.0], [1.0, 0.5, 2.0, 1.0]
FE = {"key": "FE-z", "track": "protocol", "tau2_method": "FE", "interval": "z"}
HKSJ = {"key": "REML-HKSJ", "track": "recommended", "tau2_method": "REML", "interval": "HKSJ"}
RANDOMISED = {"": "randomised"}


def judged(*words):
    """The judgements of RoB 1 on trials a, b, c and so on: those of the four ruling domains, then performance."""
    domains = ("random_sequence", "allocation_concealment", "detection", "attrition", "performance")
    rows = [
        {"study": study, "domain": domain, "judgement": word, "support": ""}
        for study, levels in zip("abcdefghij", words, strict=False)
        for domain, word in zip(domains, levels.split(" "), strict=True)
    ]
    return risk_of_bias(rows, [], {})


LOW, HIGH, UNCLEAR = "low low low low high", "high high low low low", "low unclear low low low"
CLEAN = "low low low low low"


def cell(y=Y, v=V, model=HKSJ, n=1000, measure="MD", excluded=(), **changes):
    names = "abcdefghijklmnop"[: len(y)]
    kept = [place for place, name in enumerate(names) if name not in excluded]
    result = fit([y[place] for place in kept], [v[place] for place in kept], model["tau2_method"], model["interval"])
    numbers = ("estimate", "se", "ci_low", "ci_high", "p", "i2", "tau2", "tau2_method", "interval", "df")
    row = {name: getattr(result, name) for name in numbers} | {"model": model["key"], "track": model["track"]}
    weights = dict(zip(kept, result.weights, strict=True))
    sizes = {"n": n, "n_experimental": n // 2, "n_control": n - n // 2}
    row |= {"weights": [weights.get(place) for place in range(len(y))], "pi_low": None, "pi_high": None}
    row |= sizes | {"k": len(kept), "excluded": list(excluded)}
    studies = [
        {"study": s, "y": e, "v": w, "ci_low": e - 1.96 * w**0.5, "ci_high": e + 1.96 * w**0.5, "flags": "",
         "value_type": "final"}
        for s, e, w in zip(names, y, v, strict=True)
    ]  # fmt: skip
    return {"outcome": "score", "period": "short", "measure": measure, "status": "pooled", "k": len(y), **sizes,
            "studies": studies, "models": [row | changes]}  # fmt: skip


def rated(settings, pool, **known):
    outcome = {"direction": "higher_is_better", "minimal_important_difference": {"value": known.pop("mid", None)}}
    known = {"allocations": RANDOMISED, "appraisal": judged(*[CLEAN] * 4)} | known
    return certainty_of_cell(pool, outcome, settings, **known)


def test_the_headline_is_rated_the_same_in_every_review():
    rows = [{"model": "a", "track": None}, {"model": "b", "track": "protocol"}, {"model": "c", "track": "recommended"}]
    assert rated_model(rows)["model"] == "c"
    assert rated_model(rows[:2])["model"] == "b"
    assert rated_model(rows[:1])["model"] == "a"
    assert rated_model([]) is None


def test_trials_and_people_are_those_that_the_rated_model_pooled(settings):
    found = rated(settings, cell(excluded=("d",), n=120))
    assert (found["k"], found["n"], found["inputs"]["k"]) == (3, 120, 3)
    assert found["inputs"]["eligible_trials"] == 3


def test_inputs_can_be_rated_again(settings):
    found = rated(settings, cell(), appraisal=judged(LOW, HIGH, CLEAN, UNCLEAR), mid=1.0)
    assert rate(read_inputs(found["inputs"]), settings).document()["levels"] == found["levels"]


def test_overall_judgements_of_rob_1_by_rule():
    studies = {study["study"]: study for study in judged(CLEAN, UNCLEAR, HIGH, LOW, "    ")["studies"]}
    found = [overall_judgement(studies[study], "RoB1") for study in "abcd"]
    assert found == ["low", "unclear", "high", "high"]
    assert overall_judgement(studies["e"], "RoB1") is None
    two = {"judgements": {}, "overall": "high", "overall_printed": "some concerns"}
    assert overall_judgement(two, "RoB2") == "some concerns"
    assert overall_judgement(two | {"overall_printed": None}, "RoB2") == "high"


def test_weights_by_overall_judgement(settings):
    inputs = inputs_of_cell(cell(model=FE), {}, settings, model=FE, appraisal=judged(CLEAN, HIGH, UNCLEAR))
    assert inputs.rob.weights == pytest.approx({"low": 100 / 4.5, "high": 200 / 4.5, "unclear": 50 / 4.5, "not judged": 100 / 4.5})  # fmt: skip
    assert inputs.rob.two_high == pytest.approx(200 / 4.5)


def test_the_pool_without_trials_at_high_risk_is_held_against_that_of_all(settings):
    y, v = [1.0, 1.1, 0.9, 3.0], [0.1, 0.1, 0.1, 0.1]
    words = (CLEAN, CLEAN, CLEAN, "high low low low low")
    same = inputs_of_cell(cell(y, v, FE), {}, settings, model=FE, appraisal=judged(*words))
    assert same.rob.same_without_high is True
    turned = inputs_of_cell(cell([0.1, 0.1, -0.1, 3.0], v, FE), {}, settings, model=FE, appraisal=judged(*words))
    assert turned.rob.same_without_high is False
    assert inputs_of_cell(cell(y, v, FE), {}, settings, appraisal=judged(*words)).rob.same_without_high is None


def test_the_wald_limits_of_two_trials_are_those_of_the_same_model(settings):
    """Zucchi and Lunetta at 9 to 12 months: 0.04 to 6.15 beside the t interval -15.18 to 21.38."""
    pool = cell([4.2, 1.22], [3.8506666666666667, 6.569524621212119], HKSJ, n=125)
    arms = [{"study": s, "arm": "control", "sd": sd} for s, sd in (("a", "10.48"), ("b", "8"), ("z", "99"))]
    inputs = inputs_of_cell(pool, {}, settings, arms=arms, allocations=RANDOMISED)
    assert inputs.df == 1
    assert inputs.wald == pytest.approx((0.0449, 6.1526), abs=1e-4)
    assert (inputs.ci_low, inputs.ci_high) == pytest.approx((-15.1777, 21.3752), abs=1e-4)
    assert inputs.sd == pytest.approx(9.24)
    assert [study.y for study in inputs.studies] == [4.2, 1.22]


def test_sides_and_overlap_of_the_trials(settings):
    inputs = inputs_of_cell(cell([2.0, 2.2, -2.0], [0.04, 0.04, 0.04], FE), {}, settings)
    assert (inputs.overlap, inputs.opposite_weight) == ("none", pytest.approx(100 / 3))
    inputs = inputs_of_cell(cell([2.0, 2.2, 6.0], [0.04, 0.04, 0.04], FE), {}, settings)
    assert (inputs.overlap, inputs.opposite_weight, inputs.line) == ("some", 0.0, None)
    outcome = {"minimal_important_difference": {"value": 3.0, "source": "panel"}}
    inputs = inputs_of_cell(cell([2.0, 2.2, 6.0], [0.04, 0.04, 0.04], FE), outcome, settings)
    assert (inputs.line, inputs.opposite_weight) == (3.0, pytest.approx(200 / 3))


def test_a_prediction_interval_without_spread_says_nothing(settings):
    limits = {"pi_low": -1.0, "pi_high": 5.0}
    assert inputs_of_cell(cell(tau2=0.0, **limits), {}, settings).pi_low is None
    assert inputs_of_cell(cell(tau2=0.1, **limits), {}, settings).pi_low == -1.0


def test_ratios_go_in_on_their_natural_scale(settings):
    inputs = inputs_of_cell(cell([-0.5, -0.7], [0.04, 0.04], FE, measure="RR"), {}, settings)
    assert inputs.estimate == pytest.approx(0.5488, abs=1e-4)
    assert inputs.studies[0].y == -0.5


def test_the_allocation_is_that_of_the_trials_and_never_assumed(settings):
    assert design(["randomised", "uncontrolled", "non_randomised"]) == "uncontrolled"
    assert design(["randomised", "non_randomised"]) == "non_randomised"
    assert design(["randomised", None]) is None
    mixed = rated(settings, cell(), allocations={"": "randomised", "c": "non_randomised"})
    assert (mixed["start"], mixed["inputs"]["design"]) == ("low", "non_randomised")
    unknown = rated(settings, cell(), allocations={"a": "randomised", "": None})
    assert unknown["words"] == "not rated: allocation of the trials not declared"
    assert rated(settings, cell(), allocations={}, start="high")["rating_status"] == "suggested"


def test_tests_for_small_study_effects_need_the_adjusted_interval(settings):
    line = {"limit_estimate": 0.5, "limit_ci_low": -0.5, "limit_ci_high": 1.5}
    block = {"status": "done", "read": ["egger"], "egger": {"p": 0.03}, "pet_peese": {"chosen": "PET", "pet": line}}
    y, v = [2.0 + 0.1 * n for n in range(10)], [0.1] * 10
    found = rated(settings, cell(y, v), small_study=block, appraisal=judged(*[CLEAN] * 10))
    assert found["levels"]["publication_bias"] == 1
    assert found["domains"]["publication_bias"]["triggers"][0] == "Egger's test: P = 0.030"
    clear = block | {"pet_peese": {"chosen": "PET", "pet": line | {"limit_ci_low": 0.2}}}
    assert rated(settings, cell(y, v), small_study=clear)["levels"]["publication_bias"] == 0
    assert rated(settings, cell(y, v), small_study=block | {"read": []})["levels"]["publication_bias"] is None
    # the gate counts the trials that the rated model pools
    nine = rated(settings, cell(y, v, excluded=("j",)), small_study=block)["domains"]["publication_bias"]
    assert (nine["suggested"], nine["remarks"]) == (None, ["not judged: fewer than 10 trials"])


def test_egger_suggests_nothing_about_a_ratio(settings):
    """Its P is small here; Harbord's decides about odds ratios, Peters' about risk ratios, none about differences."""
    line = {"limit_estimate": 0.5, "limit_ci_low": -0.5, "limit_ci_high": 1.5}
    tests = {
        "egger": {"p": 0.001},
        "harbord": {"p": 0.04},
        "peters": {"p": 0.6},
        "pet_peese": {"chosen": "PET", "pet": line},
    }
    pool = cell([0.3] * 10, [0.1] * 10, FE, measure="OR")
    entries = [
        rated(settings, pool, small_study=tests | {"status": "done", "read": read})["domains"]["publication_bias"]
        for read in (["harbord", "peters"], ["peters"], [])
    ]
    assert [entry["suggested"] for entry in entries] == [1, 0, None]
    assert entries[0]["triggers"][0] == "Harbord's test: P = 0.040"


def test_contaminated_controls_are_listed_and_not_judged(settings):
    pool = cell()
    pool["studies"][0]["flags"] = "contaminated"
    entry = rated(settings, pool, flags=["b: outside the inclusion criteria"])["domains"]["indirectness"]
    assert entry["suggested"] is None
    assert [text.partition(":")[0] for text in entry["remarks"]] == ["not judged", "b", "a"]


def test_a_row_about_the_period_comes_before_one_about_all_of_them_and_the_file_before_the_protocol():
    row = {
        "outcome": "score",
        "period": "",
        "domain": "indirectness",
        "levels": "1",
        "reason": "r",
        "by": "AB",
        "date": "",
    }
    (found,) = decisions_of("score", "short", rows=[row | {"period": "short", "levels": "2"}, row])
    assert (found.levels, found.by) == (2, "AB")
    assert decisions_of("score", "long", rows=[row | {"period": "short"}]) == []
    override = {"outcome": "score", "domain": "indirectness", "levels": 3, "reason": "old"}
    assert decisions_of("score", "short", [override])[0].levels == 3
    assert decisions_of("score", "short", [override], [row])[0].levels == 1


def test_faults_of_certainty_csv_are_named_all_at_once(review_folder, schemas):
    table = (
        "outcome,period,domain,levels,reason,by\nscore,,start,2,r,AB\nscore,,imprecision,high,r,AB\n"
        "scoer,,imprecision,1,r,AB\nscore,short,inconsistency,1,r,AB\nscore,short,inconsistency,2,r,AB\n"
    )
    sheet = read_sheet(table.encode(), "certainty.csv")
    assert [(one.row, one.column) for one in check_decisions(sheet)] == [(2, "levels"), (3, "levels"), (6, "domain")]
    extraction = "study,outcome,timepoint,arm,n,mean,sd\na,score,3 m,exercise,10,1,1\na,score,3 m,usual care,10,1,1\n"
    folder = review_folder(extraction, certainty=table)
    with pytest.raises(BadInput) as refused:
        read_review(folder, schemas)
    found = {(one.row, one.column) for one in refused.value.problems}
    assert found == {(2, "levels"), (3, "levels"), (4, "outcome"), (6, "domain")}


def test_an_override_without_a_reason_is_refused(schemas):
    text = (
        "title: T\noutcomes: {a: {measure: MD, direction: higher_is_better}}\n"
        "models: [{key: m, tau2_method: FE, interval: z}]\n"
        "certainty: {overrides: [{outcome: a, domain: imprecision, levels: 1}]}\n"
    )
    _, problems = read_protocol(text, load_schema(schemas, "protocol"), "protocol.yaml")
    assert any("reason" in problem.what for problem in problems)


@pytest.fixture
def one_outcome(protocol):
    protocol["periods"] = protocol["periods"][:1]
    protocol["outcomes"] = {"score": protocol["outcomes"]["score"]}
    protocol["certainty"]["allocation"] = "randomised"
    return protocol


def test_the_summary_of_findings_has_suggested_and_decided_levels(one_outcome):
    given = {"awaiting": [{"study": "x", "outcome": "score", "period": "short", "claim": "C1"}]}
    ratings = rate_review(one_outcome, [cell()], judged(*[CLEAN] * 4), **given)
    (row,) = summary_table(ratings)
    assert set(row) == set(SUMMARY_COLUMNS)
    assert row["participants"] == "1000 (4 trials)"
    assert row["effect"].startswith("MD ")
    assert (row["status"], row["certainty"]) == ("provisional", f"{row['suggested']} (provisional: 4 of 5 trials)")
    assert "without 1 trial awaiting data" in row["notes"]
    assert {entry["model"] for entry in ratings["weights"]} == {"REML-HKSJ"}
    decision = {"outcome": "score", "domain": "indirectness", "levels": "1", "reason": "other doses", "by": "AB"}
    (decided,) = summary_table(rate_review(one_outcome, [cell()], judged(*[CLEAN] * 4), decisions=[decision]))
    assert (decided["basis"], decided["levels_indirectness"], decided["suggested_indirectness"]) == ("mixed", 1, None)
    assert "indirectness: 1 down, decided by AB: other doses" in decided["notes"]


def test_why_no_cell_is_rated_is_said_once(one_outcome):
    one_outcome["periods"].append({"key": "long", "label": "long"})
    pools = [cell(), cell() | {"period": "long"}]
    ratings = rate_review(one_outcome, pools, None)
    assert ratings["not_rated"] == "risk of bias not assessed"
    assert [row["certainty"] for row in ratings["summary_of_findings"]] == ["not rated: risk of bias not assessed"] * 2
    person = {"outcome": "score", "period": "long", "domain": "risk_of_bias", "levels": "0", "reason": "r", "by": "AB"}
    assert rate_review(one_outcome, pools, None, decisions=[person])["not_rated"] is None


def test_no_data_is_no_rating(one_outcome):
    row = {"model": "m", "track": "protocol", "estimate": None, "k": 0, "n": None}
    empty = {"outcome": "score", "period": "short", "measure": "MD", "status": "awaiting_data", "k": 0,
             "n": None, "studies": [], "models": [row]}  # fmt: skip
    waiting = [{"study": study, "outcome": "score", "period": "short", "claim": ""} for study in "xy"]
    (found,) = rate_review(one_outcome, [empty], None, awaiting=waiting)["cells"]
    assert (found["rating"], found["suggested"], found["incomplete"]) == (None, None, True)
    assert found["words"] == "no usable numbers; 2 trials awaiting"


def test_every_threshold_has_its_meaning_and_its_standing(protocol, schemas):
    block = load_schema(schemas, "protocol")["properties"]["certainty"]
    choices = protocol["certainty"] | {"information_size": 800}
    found = {one["key"]: one for one in thresholds(choices, block)}
    assert set(found) == set(settings_of(choices).__dataclass_fields__)
    assert [key for key, one in found.items() if not one["default"]] == ["information_size"]
    assert all(": " in one["meaning"] for one in found.values())


def test_the_type_of_the_inputs_is_that_of_their_fields():
    assert tuple(RatingInputs.__annotations__) == tuple(field.name for field in fields(Inputs))
