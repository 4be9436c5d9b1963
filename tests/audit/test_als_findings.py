"""Every known finding about the published ALS review, by its number: found by a check, curated, or missed with a reason.

The list is that of an audit by hand (F01 to F58). A finding is named by the check that finds it, and by words or
numbers that its verdict must hold. The test fails when one is lost.
"""

import csv

import pytest

from tests.audit.als import audit_folder

CHECK, CURATED = "check", "curated"

# number -> (how, severity, [(id of the finding, [what its verdict or numbers must hold]), ...])
KNOWN = {
    "F01": (CHECK, "inconsistency", [("V09.trials_cited.C01", ["2 trials", "3 cited", "14 and 15"])]),
    "F02": (CHECK, "inconsistency", [("V09.trials_cited.C07", ["5 trials", "4 cited", "for 14", "not proven"])]),
    "F03": (CHECK, "inconsistency", [("V09.number_of_trials.S03", ["9", "8"]), ("V14.countries.S12", ["Netherlands"])]),
    "F04": (CHECK, "inconsistency", [("V13.points_to.S26", ["Figure 4 shows: ALSFRS-R", "Figure 1"])]),
    "F05": (CHECK, "omission", [("V24.flow.open", ["1,270", "278", "records_screened"])]),
    "F06": (CHECK, "inconsistency", [("V09.trials_marked.C03.plowman2019", ["FVC%", "table is incomplete"])]),
    "F07": (CHECK, "omission", [("V09.trials_marked.empty", ["Drory", "Pinto", "C01 and C02"])]),
    "F08": (CHECK, "omission", [("V11.eligible_but_absent.ALSFRS.short", ["Pinto", "4 months", "before the control arm"])]),
    "F09": (CHECK, "inconsistency", [("V11.eligible_but_absent.FVC.medium", ["Lunetta", "Dal Bello-Haas", "Zucchi", "no pool"])]),
    "F10": (CHECK, "inconsistency", [("V11.eligible_but_absent.ALSFRS.long", ["Drory", "9 months", "exclusion with a reason"])]),
    "F11": (CHECK, "omission", [("V11.time_point_rule.periods", ["6w/3 m", "2m/4m", "9 m/12 m", "18 m", "4 to 5 and 8 to 9"])]),
    "F12": (CHECK, "ambiguity", [("V25.clock.follow_up", ["Lunetta", "Zucchi", "12"])]),
    "F13": (CHECK, "omission", [("V06.q_i2_p.all", ["C01, C02, C03, C04 and C07", "heterogeneous"])]),
    "F14": (CHECK, "ambiguity", [("rule.selection_rule.gap", ["k = 3: Q from 4.00 to 4.61"])]),
    "F15": (CHECK, "omission", [("V26.announced_items.sensitivity_analysis", ["announced, none reported"])]),
    "F16": (CHECK, "ambiguity", [("V04.significance.C06", ["P = 0.05"]), ("V04.significance.C09", ["P >= 0.05"])]),
    "F17": (CHECK, "inconsistency", [("V20.claimed_against_recomputed.C06",
            ["3.10 [0.04, 6.15], P = 0.0467", "3.11 [0.05, 6.17], P = 0.0466", "excludes", "no significance", "borderline"])]),
    "F18": (CHECK, "inconsistency", [("V12.counts.S14", ["Braga", "high"])]),
    "F19": (CHECK, "inconsistency", [("V12.counts.S15", ["7 of 8 low"])]),
    "F20": (CHECK, "inconsistency", [("V12.counts.S16", ["Braga 2018 (12) is high", "Drory 2001 (15) is unclear"])]),
    "F21": (CHECK, "inconsistency", [("V12.quality.S18", ["A: 2, B: 6", "Braga 2018 (12) has 3 domains", "does not follow from the table"])]),
    "F22": (CHECK, "inconsistency", [("V12.blinding.kalron2021.performance", ["blinding is difficult", "stretching"])]),
    "F23": (CHECK, "inconsistency", [("V12.blinding.zucchi2019.detection", ["less favourable than the report"]),
            ("V12.blinding.pinto2012.performance", ["less favourable than the report"])]),
    "F24": (CHECK, "ambiguity", [("V12.vocabulary.other.No", ["read as low"])]),
    "F25": (CHECK, "inconsistency", [("V25.baseline.S20", ["Braga", "FVC", "P = 0.02"])]),
    "F26": (CHECK, "error", [("V25.size.zucchi2019.n_control", ["32", "33"]),
            ("V10.arm_sums.totals_by_reports", ["control 165 instead of 164", "total 331 instead of 330"])]),
    "F27": (CHECK, "error", [("V25.unit.kalron2021.disease_duration", ["8.1", "6.4", "months", "years"])]),
    "F28": (CHECK, "inconsistency", [("V25.most_within.S40", ["20.4", "20.7", "20.9", "4 of 8"])]),
    "F29": (CHECK, "error", [("V25.intervention.plowman2019", ["expiratory", "Sham", "outside the printed inclusion"])]),
    "F30": (CHECK, "error", [("V25.intervention.pinto2012", ["inspiratory", "Sham", "outside the printed inclusion"])]),
    "F31": (CHECK, "note", [("V25.intervention.lunetta2016", ["merges aerobic, anaerobic and passive"])]),
    "F32": (CHECK, "error", [("V25.contaminated_control.C02.pinto2012", ["8 m", "early against delayed start"])]),
    "F33": (CHECK, "note", [("V25.off_treatment.zucchi2019", ["2.3 months", "off treatment"])]),
    "F34": (CHECK, "note", [("V10.analysed_of_randomised.trials", ["8 of 13", "10 of 14", "28 of 32", "18 of 25", "24 of 26"])]),
    "F35": (CHECK, "inconsistency", [(f"E00{n}", [words]) for n, words in
            ((1, "0.457 to 0.464"), (2, "0.76 to 0.766"), (3, "0.633 to 0.639"), (4, "0.0931 to 0.0949"), (5, "0.55 to 0.555"))]),
    "F36": (CHECK, "note", [("V25.country.dalbellohaas2007", ["Canada as printed", "four US centres", "inference"])]),
    "F37": (CHECK, "inconsistency", [("V25.treatment_length.S41", ["Drory", "next longest is 8"])]),
    "F38": (CHECK, "omission", [("V11.eligible_but_absent.ALSFRS-R.short", ["Braga", "3 months"]),
            ("V11.eligible_but_absent.FVC.short", ["Braga", "3 months"])]),
    "F39": (CHECK, "pass", [("V01.p_from_interval.C01", ["0.0298 to 0.0313"]), ("V01.p_from_interval.C02", ["0.000139 to 0.000152"]),
            ("V01.p_from_interval.C03", ["0.245 to 0.252"]), ("V01.p_from_interval.C04", ["0.00733 to 0.00777"]),
            ("V01.p_from_interval.C07", ["0.152 to 0.155"]),
            *((f"V02.interval_symmetry.C0{n}", ["lies 0"]) for n in (1, 2, 3, 4, 7))]),
    "F40": (CHECK, "pass", [(f"V05.reference_distribution.C0{n}", ["fits a normal (Wald)", t])
            for n, t in ((1, "0.0451 to 0.0455"), (2, "0.014 to"), (3, "0.156 to 0.16"), (4, "0.0277 to 0.0281"), (7, "0.113 to"))]),
    "F41": (CHECK, "note", [("V22.difference_in_words.S38", ["1.29", "0.38 (correlation 0)", "0.11 (correlation 0.7)", "no evidence"])]),
    "F42": (CHECK, "note", [("V22.difference_in_words.S39", ["2.10", "0.17", "0.057", "0.015", "undecidable"])]),
    "F43": (CHECK, "note", [("V21.multiplicity.family", ["C02 0.00087", "C04 0.038", "C01 0.12", "C06 0.15", "0.31", "C01 does not"])]),
    "F44": (CHECK, "pass", [("V15.implied_sd.C01", ["3.99 (14, 15)", "5.54 (14, 15, 16)"]), ("V15.implied_sd.C02", ["5.8 "]),
            ("V15.implied_sd.C03", ["6.87"]), ("V15.implied_sd.C04", ["7.88"]), ("V15.implied_sd.C07", ["17.2", "18.3"])]),
    "F45": (CHECK, "note", [("V23.same_trials_elsewhere.C01.cochrane2013", ["3.21 [0.46, 5.96], n = 43", "1.60 times", "1.21 times"])]),
    "F46": (CHECK, "note", [("V20.claimed_against_recomputed.C04",
            ["2.60 [-0.23, 5.42], P = 0.0718", "rests on what is not available", "whatever the missing trials are", "0.771", "1.86"])]),
    "F47": (CHECK, "pass", [("V19.p_of_arms.lunetta2016.ALSFRS-R.T180_6_months", ["0.0231 to 0.0324"]),
            ("V19.p_of_arms.lunetta2016.ALSFRS-R.T360_12_months", ["0.0314 to 0.0424"])]),
    "F48": (CHECK, None, [("E006", ["447/13 = 34.38, 448/13 = 34.46"]),
            ("V16.whole_numbers.pinto2012.mean_age", ["742/13 = 57.08 and 743/13 = 57.15"])]),
    "F49": (CHECK, "inconsistency", [("V09.one_topic_two_statements.number_of_included_studies", ["a large number", "a small number"])]),
    "F50": (CHECK, "inconsistency", [("V04.conclusion.S35", ["C03", "1.11 [-0.77, 3.00]"])]),
    "F51": (CHECK, "inconsistency", [("V23.first.S36", ["Meng 2020", "NRE-210052"])]),
    "F52": (CHECK, "inconsistency", [("V23.cited_review.S37", ["P = .05", "unclear", "does not conclude what is stated"])]),
    "F53": (CHECK, "ambiguity", [("V26.search.search", ["published systematic reviews", "without operators", "cannot be repeated"])]),
    "F54": (CHECK, "note", [("V26.guidance.methods", ["Handbook 5.1.0 is of 2011", "RevMan 5.3"])]),
    "F55": (CHECK, "omission", [("V26.announced_items.absent", ["certainty", "small-study", "harms", "survival", "protocol"])]),
    "F56": (CHECK, "pass", [("V10.arm_sums.totals", ["166", "164", "330"]), ("V14.tally.countries", ["2 + 2 + 2 + 1 + 1 = 8"])]),
    "F57": (CHECK, "pass", [("V12.grade_rule.grades", ["A: 2, B: 6"])]),
    "F58": (CHECK, "note", [("V23.trials_own_results.C02", ["Drory", "Pinto", "Dal Bello-Haas 2007 (14) did", "most of its trials alone are not"])]),
}  # fmt: skip

#: Parts of findings that need reading beyond the files; they ship with their source.
CURATED_PARTS = {"F03": ("R01", "van Groenestijn"), "F53": ("R02", "stands alone")}

#: Known, and found by nothing: with the reason.
MISSED: dict[str, str] = {}


@pytest.fixture(scope="module")
def audit(root, schemas):
    return audit_folder(root / "resources" / "als-exercise", schemas)


@pytest.fixture(scope="module")
def findings(audit):
    return {row["id"]: row for row in audit.findings}


def test_every_number_is_accounted_for():
    assert set(KNOWN) | set(MISSED) == {f"F{number:02}" for number in range(1, 59)}
    assert not set(KNOWN) & set(MISSED)


@pytest.mark.parametrize("number", KNOWN)
def test_it_is_found(findings, number):
    _, severity, expected = KNOWN[number]
    for key, words in expected:
        assert key in findings, f"{number} is lost: nothing is called {key}"
        finding = findings[key]
        assert finding["origin"] in ("check", "rows")
        assert severity in (None, finding["severity"]), (number, key)
        for word in words:
            assert word in finding["message"], (number, key, word)


@pytest.mark.parametrize("number", CURATED_PARTS)
def test_what_needs_reading_is_curated_with_its_source_and_told_apart(findings, number):
    key, word = CURATED_PARTS[number]
    finding = findings[key]
    assert word in finding["message"]
    assert (finding["origin"], finding["check"], finding["code"]) == ("curated", "curated", "")
    assert finding["rests_on"]


def test_no_error_that_is_not_known(audit):
    """What the audit calls an error or an inconsistency of the ALS review is on the list, or is said here."""
    known = {key for _, _, expected in KNOWN.values() for key, _ in expected}
    further = {
        "V09.trials_marked.C01.plowman2019",  # the other half of F01
        "V11.eligible_but_absent.FVC.long",  # F09 for the months 9 to 12
    }
    grave = {row["id"] for row in audit.findings if row["severity"] in ("error", "inconsistency")}
    assert grave - known == further


def test_quotes_stand_in_the_statements_and_every_finding_has_a_place(audit):
    for row in audit.findings:
        assert row["quote"] or row["location"] or row["file"] or row["claim"] or row["study"], row["id"]


def test_checks_that_cannot_run_say_what_is_missing(audit):
    not_run = {(item["code"], item["about"]): item["missing"] for item in audit.document["not_run"]}
    assert "claim_trials.csv" in not_run["V07", "C04"]
    assert "numbers of Drory" in not_run["V20", "C01"]
    assert all(not_run.values())


def test_claims_beside_our_pools(audit):
    rows = {(row["claim"], row["period"]): row for row in audit.check_rows}
    assert rows["C01", "short"]["status"] == "not_checkable"
    assert (rows["C04", "medium"]["status"], rows["C04", "medium"]["available"], rows["C04", "medium"]["expected"]) == (
        "partly_checkable", 2, 3,
    )  # fmt: skip
    assert rows["C04", "medium"]["hksj"] == "impossible"
    best = rows["C06", "long"]["first_that_fits"]
    assert best.startswith("rule (FE-z), n as printed in the review's table, time points zucchi2019 12 months")
    assert best.endswith("3.11 [0.05, 6.17], P = 0.0466")


def test_the_two_versions_of_zucchi_are_both_used(audit):
    claims = {item["claim"]: item for item in audit.feasible["claims"]}
    assert [item["n"] for item in claims["C04"]["sets"]] == ["as the review's table prints them", "as extracted"]
    assert [round(item["remainder"]["estimate"]["value"], 2) for item in claims["C04"]["sets"]] == [4.55, 4.61]


def test_ids_are_unique_and_the_same_in_every_run(audit, root, schemas):
    ids = [row["id"] for row in audit.findings]
    assert len(ids) == len(set(ids))
    again = audit_folder(root / "resources" / "als-exercise", schemas)
    assert again.findings == audit.findings


def test_statements_quote_the_paper_where_they_can_be_compared(root):
    with (root / "resources" / "als-exercise" / "statements.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    without = [row["id"] for row in rows if not row["quote"] and row["value"] != "absent"]
    assert without == []
    assert len({row["id"] for row in rows}) == len(rows)


def test_verdicts_say_what_follows_and_accuse_nobody(audit):
    words = "overstat pessimis selective doubtful fraud fabricat manipulat mislead suspicious careless sloppy"
    for row in audit.findings:
        said = f"{row['message']} {row['check']}".casefold()
        assert not [word for word in words.split() if word in said], row["id"]
