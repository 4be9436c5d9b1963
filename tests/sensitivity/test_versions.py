"""Versions of the data: built by the functions that make the effects, and only where a choice can matter."""

import pytest

from metawright.appraisal.risk_of_bias import risk_of_bias
from metawright.effects.compute import trace_effects
from metawright.extraction.designs import designs_of, mark_contaminated
from metawright.files.documents import plain
from metawright.heterogeneity.periods_document import periods_document
from metawright.sensitivity.examination.multiverse import SPECIFICATION_COLUMNS, multiverses, specification_rows
from metawright.sensitivity.versions import Source, axes_of_data, cell_of_version, judgements, versions
from tests.effects.rows import cleaned
from tests.sensitivity.cases import KEEP, MODELS, settings

HEADER = "study,outcome,timepoint,arm,n,n_randomised,mean,sd,sd_baseline,sd_final,value_type"
PLAIN = [
    "A,score,3 m,exercise,20,,10,2,,,final",
    "A,score,3 m,usual care,20,,9,2.5,,,final",
    "B,score,3 m,exercise,18,,12,3,,,final",
    "B,score,3 m,usual care,25,,10,2,,,final",
]
LATER = ["A,score,1 m,exercise,22,,9,2,,,final", "A,score,1 m,usual care,21,,9,2,,,final"]
TABLES = [("A", "exercise", 20, 5), ("A", "usual care", 22, 9), ("B", "exercise", 30, 0), ("B", "usual care", 31, 4)]
JUDGED = {"a": {"without_high": True, "best_grade": False}, "b": {"without_high": False, "best_grade": False}}


def source(protocol, *lines, judged=None, designs=None, outcome=None, imputation=None, **block) -> Source:
    rules = {name: protocol[name] for name in ("imputation", "multi_arm", "crossover")}
    rules |= {"contaminated": KEEP, "imputation": {**rules["imputation"], **(imputation or {})}}
    arms = mark_contaminated(cleaned(protocol, HEADER, *lines), designs or {})
    choices = {**protocol["outcomes"]["score"], **(outcome or {})}
    multiverse = settings(multiverse=block)["multiverse"]
    return Source(arms, choices, protocol["periods"], rules, designs or {}, multiverse, judged)


def numbers(choice):
    return list(zip(choice.trials.studies, choice.trials.y.tolist(), choice.trials.v.tolist(), strict=True))


def test_plain_rows_leave_measure_and_variance_to_choose(protocol):
    assert axes_of_data(source(protocol, *PLAIN)) == {"measure": ("MD", "SMD"), "variance": ("unpooled", "pooled")}
    assert axes_of_data(source(protocol, *PLAIN, outcome={"measure": "SMD"})) == {}
    assert axes_of_data(source(protocol, *PLAIN, measures=["ROM", "OR"]))["measure"] == ("MD", "ROM")


def test_every_version_is_what_the_effects_would_be_if_the_protocol_said_so(protocol):
    rows = [*PLAIN, *LATER]
    made = source(protocol, *rows)
    assert axes_of_data(made)["pick"] == ("latest", "earliest", "longest_complete_n")
    for version in versions(made, "short"):
        block = {**protocol["outcomes"]["score"], **{name: version.choices[name] for name in ("measure", "variance")}}
        periods = [{**period, "pick": version.choices["pick"]} for period in protocol["periods"]]
        traced = trace_effects(made.arms, block, periods, made.rules, {})
        wanted = [(row["study"], row["y"], row["v"]) for row in traced.effects if row["used"]]
        assert numbers(version) == wanted, version.choices
        assert version.scale == version.choices["measure"]


def test_measures_of_tables_share_their_effects_and_are_each_what_the_protocol_would_make(protocol):
    score = {**protocol["outcomes"]["score"], "measure": "OR"}
    protocol = {**protocol, "outcomes": {"score": score}}
    lines = [f"{study},score,3 m,{arm},{n},{events}" for study, arm, n, events in TABLES]
    rules = {**{name: protocol[name] for name in ("imputation", "multi_arm", "crossover")}, "contaminated": KEEP}
    arms = cleaned(protocol, "study,outcome,timepoint,arm,n,events", *lines)
    made = Source(arms, score, protocol["periods"], rules, {}, settings(multiverse={})["multiverse"])
    measures = ("OR", "MH_OR", "PETO")
    for measure in measures:
        cell = cell_of_version(made, "short", {"measure": measure})
        traced = trace_effects(arms, {**score, "measure": measure}, protocol["periods"], rules, {})
        wanted = [(row["study"], row["y"], row["v"]) for row in traced.effects if row["used"]]
        found = [(trial["study"], trial["y"], trial["v"]) for trial in cell.trials]
        assert found == wanted and len(wanted) == 2
        assert cell.measure == measure and cell.counts.shape == (4, 2)
    assert cell_of_version(made, "short", {}).measure == "OR"
    assert len(made.made) == 2


def test_recovered_values_and_their_correlations(protocol):
    lines = [*PLAIN, "C,score,3 m,exercise,20,,2,,2,2,change", "C,score,3 m,usual care,20,,1,,2,2,change"]
    open_ = source(protocol, *lines, imputation={"rho": 0.7})
    assert axes_of_data(open_)["imputation"] == ("declared", "none", "rho=0.3", "rho=0.5", "rho=0.7", "rho=0.9")
    cells = {
        level: cell_of_version(open_, "short", {"imputation": level}) for level in axes_of_data(open_)["imputation"]
    }
    assert [cells[level].k for level in cells] == [3, 2, 3, 3, 3, 3]
    assert cells["declared"].v[2] == cells["rho=0.7"].v[2] < cells["rho=0.3"].v[2]
    # the change of equal SDs: 2 sd² (1 - rho), in both arms
    assert cells["rho=0.3"].v[2] == pytest.approx(2 * (2 * 4 * 0.7) / 20, rel=1e-12)
    # without a declared correlation the route is closed, and the grid is what opens it
    closed = source(protocol, *lines)
    assert cell_of_version(closed, "short", {}).k == 2
    assert cell_of_version(closed, "short", {"imputation": "rho=0.5"}).k == 3
    # final and change values have other SDs: no SMD of both
    mixed = "final and change values cannot share a pool of SMDs"
    for version in versions(open_, "short"):
        refused = version.choices["measure"] == "SMD" and version.choices["imputation"] != "none"
        assert version.reason == (mixed if refused else ""), version.choices


def test_participants_randomised(protocol):
    lines = [line.replace(",18,,", ",18,24,") for line in PLAIN]
    made = source(protocol, *lines)
    assert axes_of_data(made)["participants"] == ("analysed", "randomised")
    analysed, randomised = (cell_of_version(made, "short", {"participants": p}) for p in ("analysed", "randomised"))
    assert randomised.v[1] == pytest.approx(9 / 24 + 4 / 25) and analysed.v[1] == pytest.approx(9 / 18 + 4 / 25)
    assert analysed.v[0] == randomised.v[0]


def test_exclusions(protocol):
    third = [line.replace("A,", "C,", 1) for line in PLAIN[:2]]
    judged = JUDGED | {"c": {"without_high": True, "best_grade": False}}
    made = source(protocol, *PLAIN, *third, judged=judged)
    found = {version.choices["risk_of_bias"]: version.trials.studies for version in versions(made, "short")}
    assert found == {"all": ("A", "B", "C"), "without_high": ("A", "C"), "best_grade": ()}
    designs = designs_of([{"study": "B", "contaminated_from": "2"}])
    made = source(protocol, *PLAIN, *third, designs=designs)
    found = {version.choices["contaminated"]: version.trials.studies for version in versions(made, "short")}
    assert found == {"keep": ("A", "B", "C"), "drop": ("A", "C")}


def test_a_single_trial_that_is_left_is_no_specification(protocol):
    """Its interval is of another kind than that of a pool, so that the two are not compared."""
    made = source(protocol, *PLAIN, judged=JUDGED)
    found = {version.choices["risk_of_bias"]: version for version in versions(made, "short")}
    assert found["all"].trials.k == 2 and found["without_high"].trials is None
    assert found["without_high"].reason.startswith("one trial is left")


def test_judgements_come_from_the_appraisal():
    rows = [
        *({"study": "A", "domain": name, "judgement": "low"} for name in ("d1", "d2")),
        *({"study": "B", "domain": name, "judgement": word} for name, word in (("d1", "low"), ("d2", "high"))),
        {"study": "C", "domain": "d1", "judgement": "low"},
    ]
    rule = {"A": "all_low", "otherwise": "B"}
    document = risk_of_bias(rows, [], {"grade": rule, "domains": {"d1": "1", "d2": "2"}})
    assert judgements(document, rule) == {
        "a": {"without_high": True, "best_grade": True},
        "b": {"without_high": False, "best_grade": False},
        # a domain that was not judged does not pass
        "c": {"without_high": False, "best_grade": False},
    }
    assert judgements(None, rule) is None


def test_a_contrast_is_not_turned_into_another_measure(protocol):
    header = "study,outcome,timepoint,arm,n,mean,sd,estimate,se"
    arms = cleaned(
        protocol, header,
        "A,score,3 m,exercise,20,10,2,,", "A,score,3 m,usual care,20,9,2,,", "B,score,3 m,contrast,,,,1.5,0.5",
    )  # fmt: skip
    made = source(protocol, *PLAIN)
    made = Source(arms, made.outcome, made.periods, made.rules, {}, made.settings)
    found = {version.choices["measure"]: version for version in versions(made, "short")}
    assert found["MD"].trials.k == 2
    assert found["SMD"].trials is None and found["SMD"].reason == "a trial gives its contrast, not its arms"


def test_the_document_of_an_outcome(protocol):
    found = plain(multiverses(source(protocol, *PLAIN, *LATER, judged=JUDGED), MODELS))
    short, long = found["periods"]
    assert long["status"] == "awaiting_data" and long["rows"] == [] and long["reason"] == "no data"
    assert short["declared"] == short["impossible"] + short["merged"] + short["specifications"]
    assert len(short["rows"]) == short["specifications"] and short["own_scale"] == "MD"
    axes = {axis["axis"]: [level["level"] for level in axis["levels"]] for axis in short["axes"]}
    assert list(axes) == ["measure", "pick", "variance", "risk_of_bias", "model", "tau2_method", "interval"]
    marked = {row["headline"]: row for row in short["rows"] if row["headline"]}
    assert set(marked) == {"protocol", "recommended"}
    assert "rule" in marked["protocol"]["model"] and marked["protocol"]["pick"].startswith("latest")
    assert "HKSJ" in marked["recommended"]["interval"].split("|") and marked["recommended"]["measure"] == "MD"
    rows = specification_rows(found)
    assert len(rows) == len(short["rows"]) and set(rows[0]) <= set(SPECIFICATION_COLUMNS)
    assert {summary["scale"] for summary in short["summaries"]} == {"MD", "SMD"}


def test_without_a_rule_there_is_no_rule_in_the_grid(protocol):
    found = multiverses(source(protocol, *PLAIN), MODELS[1:])["periods"][0]
    assert {level["level"] for axis in found["axes"] if axis["axis"] == "model" for level in axis["levels"]} == {
        "FE",
        "RE",
    }


def test_one_trial_costs_nothing(protocol):
    found = multiverses(source(protocol, *PLAIN[:2]), MODELS)["periods"][0]
    assert found["status"] == "single_study" and found["k"] == 1 and found["declared"] == 0


def effects(*rows):
    return [dict(zip(("study", "period", "y", "v", "used"), row, strict=True)) for row in rows]


def test_periods_are_compared_from_the_used_effects():
    periods, grid = [{"key": "short"}, {"key": "long"}], {"rho": [0, 0.5], "phi": [0]}
    outcome = {"key": "score", "measure": "MD"}
    rows = [("A", "short", "1", "1", "true"), ("A", "long", "2", "1", "true"), ("B", "long", "", "", "false")]
    found = periods_document(effects(*rows), outcome, periods, grid)
    assert found["status"] == "compared" and found["pairs"][0]["shared"] == ["A"]
    assert [one.rho for one in found["pairs"][0]["differences"]] == [0, 0.5]
    assert periods_document(effects(*rows[:1]), outcome, periods, grid)["status"] == "awaiting_data"
    assert periods_document(effects(*rows), outcome, periods[:1], grid)["status"] == "one_period"
