"""The audit of published claims: silent on reviews in order, and each planted fault is found at its place."""

import csv
import io
import json

import pytest

from metawright.audit.claims.timepoints import time_list
from metawright.audit.claims.wording import expected_sign
from tests.audit.als import audit_folder
from tests.audit.clean import clean_reviews, table

REVIEWS = clean_reviews()
MD, OR, SMD, RR = REVIEWS
ALARMS = ("error", "inconsistency", "ambiguity", "omission", "note")


@pytest.fixture
def audit_of(review_folder, schemas):
    """Audit one of the clean reviews after some cells of its tables, or its screening, were changed."""

    made = []

    def run(name, changes=(), screening=None, **more):
        protocol, files = REVIEWS[name]
        files = dict(files)
        for file, key, column, value in changes:
            rows = list(csv.DictReader(io.StringIO(files[file])))
            named = next(iter(rows[0]))
            hit = [
                row
                for row in rows
                if all(row[c] == v for c, v in (key if isinstance(key, dict) else {named: key}).items())
            ]
            assert hit, (file, key)
            for row in hit:
                row[column] = value
            files[file] = table(rows)
        if screening:
            for old, new in screening.items():
                assert old in files["screening"]
                files["screening"] = files["screening"].replace(old, new)
        for file, rows in more.items():
            files[file] = table([*csv.DictReader(io.StringIO(files.get(file, ""))), *rows])
        extraction = files.pop("extraction")
        folder = review_folder(extraction, protocol, name=f"demo{len(made)}", **files)
        made.append(folder)
        return audit_folder(folder, schemas)

    return run


def alarms(audit):
    return {row["id"]: row for row in audit.findings if row["severity"] in ALARMS}


@pytest.mark.parametrize("name", REVIEWS)
def test_no_false_alarm_on_a_review_in_order(audit_of, name):
    audit = audit_of(name)
    assert {key: row["message"] for key, row in alarms(audit).items()} == {}
    passed = {row["code"] for row in audit.findings}
    assert {
        "V01",
        "V02",
        "V04",
        "V05",
        "V06",
        "V07",
        "V08",
        "V09",
        "V10",
        "V12",
        "V13",
        "V14",
        "V20",
        "V24",
        "V25",
    } <= passed


@pytest.mark.parametrize("name", REVIEWS)
def test_a_careful_paper_is_reproduced(audit_of, name):
    audit = audit_of(name)
    rows = [row for row in audit.check_rows if row["main"]]
    assert rows
    assert {row["status"] for row in rows} == {"reproduced"}


def number(name, claim, column):
    rows = list(csv.DictReader(io.StringIO(REVIEWS[name][1]["claims"])))
    return next(row[column] for row in rows if row["claim"] == claim)


FAULTS = {
    # a P that neither distribution gives, on the same side of 0.05 and across
    "V01 same side": (RR, [("claims", "C1", "p", "0.06")], "V01.p_from_interval.C1", "inconsistency", "0.06"),
    "V01 across": (RR, [("claims", "C1", "p", "0.01")], "V01.p_from_interval.C1", "error", "0.01"),
    "V03": (MD, [("claims", "C1", "words", "significantly lower")], "V03.direction.C1", "error", "lower"),
    "V04 words": (MD, [("claims", "C1", "words", "no significant difference")], "V04.significance.C1", "inconsistency", "not significant by words"),
    "V04 threshold": (RR, [("claims", "A1", "p_op", ">="), ("claims", "A1", "words", "")], "V04.significance.A1", "ambiguity", ">= 0.05"),
    "V04 two places": (MD, [("claims", "A1", "p_op", ">"), ("claims", "A1", "words", "no significant difference")], "V04.one_result_two_places.score.early", "inconsistency", "C1"),
    "V06 I2": (OR, [("claims", "C1", "i2", "88")], "V06.q_i2_p.C1", "error", "I² 88"),
    "V06 df": (OR, [("claims", "C1", "q_df", "7")], "V06.q_i2_p.C1", "error", "7 degrees"),
    "V07 sum": (OR, [("claim_trials", {"study": "t0"}, "weight", "40.0")], "V07.weights.C1", "error", "sum to"),
    "V08": (SMD, [("claim_trials", {"claim": "C1"}, "estimate", "-1.00")], "V08.pooled_in_range.C1", "error", "outside"),
    "V09 k": (OR, [("claims", "C1", "k", "6"), ("claims", "C1", "q_df", "5")], "V09.trials_cited.C1", "inconsistency", "6 trials in words, 7 cited"),
    "V09 forest": (OR, [("claims", "C1", "k", "6"), ("claims", "C1", "q_df", "5")], "V09.forest_rows.C1", "inconsistency", "7 rows"),
    "V09 total": (OR, [("statements", {"kind": "number_of_studies"}, "value", "9")], "V09.number_of_trials.S1", "inconsistency", "9 trials here"),
    "V09 marked": (OR, [("studies", "t3", "outcomes_as_printed", "other")], "V09.trials_marked.C1.t3", "inconsistency", "lists other"),
    "V09 says": (OR, [("statements", "S17", "value", "small")], "V09.one_topic_two_statements.number", "inconsistency", "large and small"),
    "V10 sum": (OR, [("statements", {"refers_to": "total"}, "value", "9999")], "V10.arm_sums.totals", "error", "printed 9999"),
    "V10 pool": (OR, [("claims", "C1", "n_control", "5")], "V10.pool_totals.C1.control", "error", "5 in the control arms"),
    "V12 count": (OR, [("risk_of_bias", {"study": "t1", "domain": "sequence"}, "judgement", "high")], "V12.counts.S9", "inconsistency", "T1 (2) is high"),
    "V12 grade": (OR, [("risk_of_bias", {"study": "t1", "domain": "grade"}, "judgement", "B")], "V12.grade_rule.grades", "inconsistency", "printed B, the rule gives A"),
    "V12 word": (OR, [("risk_of_bias", {"study": "t1", "domain": "performance"}, "judgement", "perhaps")], "V12.vocabulary.performance.perhaps", "ambiguity", "not judged"),
    "V12 blinding": (OR, [("studies", "t1", "blinding", "not stated")], "V12.blinding.t1.performance", "inconsistency", "difficult"),
    "V13": (OR, [("statements", {"kind": "points_to"}, "refers_to", "Figure 3")], "V13.points_to.S15", "inconsistency", "Figure 3"),
    "V14 tally": (OR, [("statements", {"refers_to": "Italy"}, "value", "4")], "V14.tally.countries", "error", "sum to 8"),
    "V14 list": (OR, [("statements", {"kind": "countries"}, "value", "Italy; Norway; Peru")], "V14.countries.S7", "inconsistency", "Peru"),
    "V14 years": (OR, [("studies", "t0", "year", "1999")], "V14.years.S8", "inconsistency", "1999"),
    "V20": (MD, [("claims", "C1", column, value) for column, value in (("estimate", "9.00"), ("ci_low", "7.98"), ("ci_high", "10.02"), ("p", "0.001"), ("p_op", "<"))], "V20.claimed_against_recomputed.C1", "inconsistency", "not reproduced"),
    "V25 size": (OR, [("studies", "t0", "n_control", "7")], "V25.size.t0.n_control", "error", "7 by its report"),
    "V25 unit": (OR, [("studies", "t0", "disease_duration_unit", "years"), ("studies", "t0", "disease_duration_unit_as_printed", "mos")], "V25.unit.t0.disease_duration", "error", "years"),
    "V25 country": (OR, [("studies", "t0", "country_as_printed", "Spain"), *(("studies", f"t{n}", "country_as_printed", "") for n in range(1, 7))], "V25.country.t0", "inconsistency", "Spain as printed"),
    "V25 intervention": (OR, [("studies", "t0", "intervention_class", "massage")], "V25.intervention.t0", "error", "massage"),
    "V25 within": (OR, [("studies", f"t{n}", "disease_duration_control", "30") for n in range(5)], "V25.most_within.S18", "inconsistency", "5 of 7"),
    "V26": (OR, [("statements", {"value": "reported"}, "value", "announced")], "V26.announced_items.sensitivity_analysis", "omission", "none reported"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(audit_of, fault):
    name, changes, key, severity, words = FAULTS[fault]
    finding = alarms(audit_of(name, changes)).get(key)
    assert finding is not None
    assert finding["severity"] == severity
    assert words in finding["message"]
    assert finding["code"] == key.partition(".")[0] == fault.split()[0]


def test_an_interval_off_its_estimate(audit_of):
    high = float(number(MD, "C1", "ci_high"))
    found = alarms(audit_of(MD, [("claims", "C1", "ci_high", f"{high + 0.05:.2f}")]))
    assert found["V02.interval_symmetry.C1"]["severity"] == "inconsistency"
    found = alarms(audit_of(OR, [("claims", "C1", "ci_high", f"{float(number(OR, 'C1', 'ci_high')) + 0.1:.2f}")]))
    assert "logarithm" in found["V02.interval_symmetry.C1"]["message"]


def test_a_weight_that_its_interval_does_not_give(audit_of):
    rows = list(csv.DictReader(io.StringIO(REVIEWS[MD][1]["claim_trials"])))
    one, other = (row for row in rows if row["claim"] == "C1" and row["study"] in ("t0", "t1"))
    moved = [
        ("claim_trials", {"claim": "C1", "study": "t0"}, "weight", f"{float(one['weight']) + 6:.1f}"),
        ("claim_trials", {"claim": "C1", "study": "t1"}, "weight", f"{float(other['weight']) - 6:.1f}"),
    ]
    finding = alarms(audit_of(MD, moved))["V07.weights.C1"]
    assert "its interval gives" in finding["message"]
    assert "sum to" not in finding["message"]


def test_an_sd_that_no_scale_allows(audit_of):
    wide = [
        ("claims", "C1", "ci_low", "-57.00"),
        ("claims", "C1", "ci_high", "63.00"),
        ("claims", "C1", "estimate", "3.00"),
    ]
    assert alarms(audit_of(MD, wide))["V15.implied_sd.C1"]["severity"] == "error"


def test_an_eligible_trial_that_is_in_no_pool(audit_of):
    fewer = ";".join(str(n) for n in range(1, 6))
    changes = [("claims", key, "refs_expanded", fewer) for key in ("C1", "A1")]
    finding = alarms(audit_of(MD, changes))["V11.eligible_but_absent.score.early"]
    assert finding["severity"] == "omission"
    assert "T5 (6) at 3 m" in finding["message"]
    reason = {
        "id": "X1",
        "kind": "excluded_with_reason",
        "value": "too few",
        "study": "t5",
        "outcome": "score",
        "period": "early",
    }
    assert "V11.eligible_but_absent.score.early" not in alarms(audit_of(MD, changes, statements=[reason]))


def test_a_difference_in_words_is_tested(audit_of):
    said = {"id": "X1", "kind": "compares", "value": "early but not late", "refers_to": "C1;C2"}
    found = [row for row in audit_of(MD, statements=[said]).findings if row["code"] == "V22"]
    assert len(found) == 1
    by_rho = json.loads(found[0]["computed"])["by_correlation"]
    ends = [{name: float(number(MD, key, name)) for name in ("estimate", "ci_low", "ci_high")} for key in ("C1", "C2")]
    se = [(end["ci_high"] - end["ci_low"]) / (2 * 1.959963984540054) for end in ends]
    assert by_rho["0.0"]["se"] == pytest.approx((se[0] ** 2 + se[1] ** 2) ** 0.5)
    assert by_rho["0.7"]["se"] == pytest.approx((se[0] ** 2 + se[1] ** 2 - 1.4 * se[0] * se[1]) ** 0.5)


def test_a_flow_that_does_not_add_up(audit_of):
    finding = alarms(audit_of(OR, screening={"records_screened: 400": "records_screened: 390"}))
    assert finding["V24.flow.P1"]["severity"] == "error"
    assert "400 and 390" in finding["V24.flow.P1"]["message"]
    finding = alarms(audit_of(OR, screening={"records_screened: 400\n": ""}))
    assert finding["V24.flow.open"]["severity"] == "omission"


def test_baseline_and_change_make_the_final_mean(audit_of):
    said = {"study": "t0", "kind": "baseline_change_final", "source": "Table 2"}
    rows = [said | {"refers_to": "exercise", "value": "10.0; 3.0; 12.0"}]
    rows += [said | {"refers_to": "control", "value": "10.0; 2.0; 11.9"}]
    findings = {row["id"]: row for row in audit_of(SMD, trial_reports=rows).findings}
    assert findings["V18.baseline_plus_change.t0.exercise"]["severity"] == "inconsistency"
    assert findings["V18.baseline_plus_change.t0.control"]["severity"] == "pass"


def test_the_family_loses_what_holm_takes(audit_of):
    changes = [("claims", "C1", "ci_low", f"{float(number(MD, 'C1', 'estimate')) * 0.05:.2f}")]
    changes += [
        ("claims", "C1", "ci_high", f"{float(number(MD, 'C1', 'estimate')) * 1.95:.2f}"),
        ("claims", "C1", "p", "0.04"),
        ("claims", "C1", "p_op", "="),
    ]
    assert "C1 does not survive" in alarms(audit_of(MD, changes))["V21.multiplicity.family"]["message"]


def test_another_review_of_the_same_trials(audit_of):
    own = {name: number(OR, "C1", name) for name in ("estimate", "ci_low", "ci_high")}
    other = {
        "review": "z",
        "label": "Z 2020",
        "outcome": "score",
        "studies": "t0;t1",
        "n": "100",
        "source": "abstract",
        **own,
    }
    audit = audit_of(OR, other_reviews=[other])
    # a review without periods has the one period `all`, which its claims need not name
    other |= {"period": "all"}
    audit = audit_of(OR, other_reviews=[other])
    finding = {row["id"]: row for row in audit.findings}["V23.same_trials_elsewhere.C1.z"]
    assert finding["rests_on"] == "other reviews"
    assert "1.00 times the information" in finding["message"]


def test_a_review_without_claims_has_no_claim_findings(review_folder, schemas):
    protocol, files = REVIEWS[OR]
    audit = audit_folder(review_folder(files["extraction"], protocol), schemas)
    assert audit.findings == []
    assert audit.check_rows == []
    assert audit.feasible["claims"] == []


@pytest.mark.parametrize(
    ("words", "direction", "sign"),
    [
        ("slower decline", "higher_is_better", 1),
        ("slower decline", "lower_is_better", -1),
        ("significantly lower", "lower_is_better", -1),
        ("higher scores", "lower_is_better", 1),
        ("favours control", "higher_is_better", -1),
        ("no difference, slower or not", "higher_is_better", None),
        ("better or worse", "higher_is_better", None),
        ("statistical significance", "higher_is_better", None),
    ],
)
def test_the_sign_that_words_mean(words, direction, sign):
    assert expected_sign(words, direction) == sign


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("3, 6, 9, 12, 18, 24-m follow-up", [3, 6, 9, 12, 18, 24]),
        ("2m, 4m, 6m, 6-m follow-up", [2, 4, 6, 6]),
        ("8 weeks", [2]),
        ("monthly to 3 months", [1, 2, 3]),
        ("6 months (T180); 12 months (T360); 2 and 4 months as printed", [6, 12, 2, 4]),
        ("not known", []),
        ("", []),
    ],
)
def test_lists_of_time_points(text, months):
    assert [month for _, month in time_list(text)] == months
