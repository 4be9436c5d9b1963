"""The ALS review by hand: real numbers of two trials, published claims, trials awaiting data."""

from metawright.audit.published import check_in_cell, claims_of, main_claim
from metawright.report.results import gather_results
from tests.report.cells_by_hand import MODELS, empty_pool, mean_difference, pair_pool, single_pool

PERIODS = [
    {"key": "short", "label": "0-4 months", "from": 0, "to": 4, "closed": "both", "pick": "latest"},
    {"key": "medium", "label": "5-8 months", "from": 5, "to": 8, "closed": "both", "pick": "latest"},
    {"key": "long", "label": "9-12 months", "from": 9, "to": 12, "closed": "both", "pick": "latest"},
]
OUTCOMES = {
    "ALSFRS": {"label": "ALS Functional Rating Scale", "measure": "MD", "direction": "higher_is_better"},
    "ALSFRS-R": {"label": "ALSFRS-R", "measure": "MD", "direction": "higher_is_better"},
    "FVC": {"label": "Forced vital capacity, % predicted", "measure": "MD", "direction": "higher_is_better"},
}
PROTOCOL = {
    "title": "Exercise training in ALS",
    "question": "Does more intensive exercise slow functional decline?",
    "source": "Zhou B, et al. Front Neurol 2022;13:986882. doi:10.3389/fneur.2022.986882",
    "outcomes": {key: outcome | {"key": key} for key, outcome in OUTCOMES.items()},
    "periods": PERIODS,
    "arms": {"experimental": ["exercise", "E"], "control": ["usual care", "C"]},
    "models": MODELS,
    "clock": "randomisation",
    "prediction_interval": "model",
    "appraisal": {"instrument": "RoB1", "domains": {}},
    "report": {"authors": [], "characteristics": []},
}
LUNETTA_6 = mean_difference("lunetta2016", (32.8, 6.5, 30), (28.7, 7.5, 30), timepoint="T180", months=6.0)
LUNETTA_12 = mean_difference("lunetta2016", (27.5, 7.6, 30), (23.3, 7.6, 30), timepoint="T360", months=12.0, rows="4;5")
ZUCCHI_3 = mean_difference("zucchi2019", (34.87, 8.49, 32), (36.39, 8.01, 33), timepoint="3 months", months=3.0)
ZUCCHI_6 = mean_difference("zucchi2019", (33.08, 9.76, 32), (33.08, 9.42, 33), timepoint="6 months", months=6.0)
ZUCCHI_12 = mean_difference(
    "zucchi2019", (30.16, 9.78, 32), (28.94, 10.87, 33), timepoint="12 months", months=12.0, rows="12;13"
)


def claim(key, outcome, period, section, k, refs, numbers, words):
    estimate, low, high, op, p = numbers
    row = {"claim": key, "outcome": outcome, "period": period, "section": section, "k": k, "refs_cited": refs}
    row |= {"refs_expanded": refs, "estimate": estimate, "ci_low": low, "ci_high": high, "p_op": op, "p": p}
    return row | {"words": words, "quote": "", "note": ""}


CLAIMS = [
    claim(
        "C01",
        "ALSFRS",
        "short",
        "results",
        "2",
        "14;15;16",
        ("2.40", "0.23", "4.58", "=", "0.03"),
        "slower decline",
    ),
    claim(
        "C03",
        "ALSFRS-R",
        "short",
        "results",
        "4",
        "11;13;16;18",
        ("1.11", "-0.77", "3.00", "=", "0.25"),
        "no",
    ),
    claim(
        "C04",
        "ALSFRS-R",
        "medium",
        "results",
        "3",
        "12;13;18",
        ("3.21", "0.85", "5.56", "=", "0.008"),
        "slower",
    ),
    claim("C05", "ALSFRS-R", "long", "results", "2", "13;18", ("", "", "", "", ""), "no difference"),
    claim("C06", "ALSFRS-R", "long", "discussion", "2", "", ("", "", "", "=", "0.05"), "showed no significance"),
    claim(
        "C09",
        "ALSFRS-R",
        "short;long",
        "abstract",
        "",
        "",
        ("", "", "", ">=", "0.05"),
        "no significant difference",
    ),
]
CITATIONS = [
    {"ref": "11", "study": "kalron2021"},
    {"ref": "12", "study": "braga2018"},
    {"ref": "13", "study": "lunetta2016"},
    {"ref": "14", "study": "dalbellohaas2007"},
    {"ref": "15", "study": "drory2001"},
    {"ref": "16", "study": "plowman2019"},
    {"ref": "18", "study": "zucchi2019"},
]


def waiting(study, outcome, period, claim=""):
    row = {"study": study, "outcome": outcome, "period": period, "missing": "mean, SD and n per arm"}
    return row | {"timepoint": "", "why_needed": "", "what_is_known": "", "claim": claim}


AWAITING = [
    waiting("drory2001", "ALSFRS", "short", "C01"),
    waiting("dalbellohaas2007", "ALSFRS", "short", "C01"),
    waiting("pinto2012", "ALSFRS", "short"),
    waiting("kalron2021", "ALSFRS-R", "short", "C03"),
    waiting("lunetta2016", "ALSFRS-R", "short", "C03"),
    waiting("plowman2019", "ALSFRS-R", "short", "C03"),
    waiting("braga2018", "ALSFRS-R", "short"),
    waiting("braga2018", "ALSFRS-R", "medium", "C04"),
    waiting("braga2018", "FVC", "medium"),
]
NAMES = {
    "kalron2021": "Kalron 2021",
    "braga2018": "Braga 2018",
    "lunetta2016": "Lunetta 2016",
    "dalbellohaas2007": "Dal Bello-Haas 2007",
    "drory2001": "Drory 2001",
    "plowman2019": "Plowman 2019",
    "pinto2012": "Pinto 2012",
    "zucchi2019": "Zucchi 2019",
}
STUDIES = [
    {
        "study": key,
        "label": label,
        "country": "Italy",
        "country_as_printed": "Italy",
        "country_source": "abstract",
    }
    | {"n_control": "33", "n_control_as_printed": "32", "n_control_source": "abstract", "title": "A & B_c"}
    for key, label in NAMES.items()
]


def arm_row(row, study, timepoint, arm, used="true", reason=""):
    cells = {"row": str(row), "study": study, "outcome": "ALSFRS-R", "timepoint": timepoint, "arm": arm}
    return cells | {
        "n": "30",
        "mean": "32.8",
        "sd": "6.5",
        "used": used,
        "reason": reason,
        "flags": "",
        "source": "",
    }


ARMS = [
    arm_row(2, "lunetta2016", "T180", "experimental"),
    arm_row(3, "lunetta2016", "T180", "control"),
    arm_row(4, "lunetta2016", "T360", "experimental"),
    arm_row(5, "lunetta2016", "T360", "control"),
    arm_row(14, "zucchi2019", "18 months", "experimental"),
    arm_row(15, "zucchi2019", "18 months", "control"),
    arm_row(18, "pinto2012", "baseline", "experimental", "false", "baseline value"),
]
EFFECTS = [
    {"outcome": "ALSFRS-R", "period": "medium", "study": "lunetta2016", "used": "true", "row_ids": "2;3"},
    {"outcome": "ALSFRS-R", "period": "long", "study": "lunetta2016", "used": "true", "row_ids": "4;5"},
    {"outcome": "ALSFRS-R", "period": "", "study": "zucchi2019", "used": "false", "row_ids": "14;15"}
    | {"reason": "18 months lies outside the periods", "timepoint": "18 months"},
]
SOFTWARE = [{"name": "python", "version": "3.11.7"}, {"name": "metawright", "version": "0.1.0"}]


def als_documents():
    return [
        empty_pool("ALSFRS", "short"),
        empty_pool("ALSFRS", "medium"),
        empty_pool("ALSFRS", "long"),
        single_pool("ALSFRS-R", "short", ZUCCHI_3),
        pair_pool("ALSFRS-R", "medium", LUNETTA_6, ZUCCHI_6),
        pair_pool("ALSFRS-R", "long", LUNETTA_12, ZUCCHI_12),
        empty_pool("FVC", "short"),
        empty_pool("FVC", "medium"),
        empty_pool("FVC", "long"),
    ]


def checks_of(pools, awaiting, claims, citations, **_):
    """What the audit says of the claims about pools."""
    refs = {row["ref"]: row["study"] for row in citations or ()}
    found = []
    for pool in pools:
        about = claims_of(claims or (), pool["outcome"], pool["period"], len(PERIODS))
        for one in about:
            check = check_in_cell(one, pool, about, awaiting or (), refs)
            place = {name: pool[name] for name in ("outcome", "period")}
            found.append(place | {"claim": one["claim"], "main": one == main_claim(about), "check": check})
    return found


def als_results(**changes):
    """Return `results.json` of the ALS review as a dict; *changes* replace inputs of `gather_results`."""
    pools, heterogeneity, leave_one_out = zip(*als_documents(), strict=True)
    given = {
        "pools": pools,
        "heterogeneity": heterogeneity,
        "leave_one_out": leave_one_out,
        "arms": ARMS,
        "effects": EFFECTS,
        "cleaning_log": [],
        "software": SOFTWARE,
        "studies": STUDIES,
        "awaiting": AWAITING,
        "claims": CLAIMS,
        "citations": CITATIONS,
        "risk_of_bias": None,
        "screening": None,
    }
    given |= changes
    return gather_results("als-exercise", PROTOCOL, **{"checks": checks_of(**given)} | given)


def cell_of(results, outcome, period):
    return next(cell for cell in results["cells"] if (cell["outcome"], cell["period"]) == (outcome, period))
