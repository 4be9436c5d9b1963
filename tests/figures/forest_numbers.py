"""Numbers to draw forest plots from: two real reviews, and names that are hard to place."""

from metawright.figures.forest.data import forest_data
from tests.figures.made_pools import arm_rows, pools_from_arms

PERIODS = [
    {"key": "short", "label": "0-4 months"},
    {"key": "medium", "label": "5-8 months"},
    {"key": "long", "label": "9-12 months"},
]
ARMS = {"experimental": ["experimental", "E", "exercise"], "control": ["control", "C", "usual care"]}
LUNETTA = {
    "medium": {"experimental": {"mean": 32.8, "sd": 6.5, "n": 30}, "control": {"mean": 28.7, "sd": 7.5, "n": 30}},
    "long": {"experimental": {"mean": 27.5, "sd": 7.6, "n": 30}, "control": {"mean": 23.3, "sd": 7.6, "n": 30}},
}
ZUCCHI = {
    "short": {"experimental": {"mean": 34.87, "sd": 8.49, "n": 32}, "control": {"mean": 36.39, "sd": 8.01, "n": 33}},
    "medium": {"experimental": {"mean": 33.08, "sd": 9.76, "n": 32}, "control": {"mean": 33.08, "sd": 9.42, "n": 33}},
    "long": {"experimental": {"mean": 30.16, "sd": 9.78, "n": 32}, "control": {"mean": 28.94, "sd": 10.87, "n": 33}},
}
STUDIES = [
    {"study": f"{name.lower().replace(' ', '').replace('-', '')}{year}", "label": f"{name} {year}"}
    for name, year in (("Kalron", 2021), ("Braga", 2018), ("Lunetta", 2016), ("Plowman", 2019), ("Zucchi", 2019))
]
AWAITING = [
    {"study": study, "outcome": "ALSFRS-R", "period": period, "missing": "mean, SD and n per arm", "claim": "C03"}
    for study, period in (("kalron2021", "short"), ("lunetta2016", "short"), ("braga2018", "medium"))
]


def claim(period, estimate="", low="", high="", p="", k="3", outcome="ALSFRS-R", op="="):
    return {"claim": "C", "outcome": outcome, "period": period, "k": k, "p_op": op, "p": p} | {
        "estimate": estimate,
        "ci_low": low,
        "ci_high": high,
    }


CLAIMS = [
    claim("short", "1.11", "-0.77", "3.00", "0.25", "4"),
    claim("medium", "3.21", "0.85", "5.56", "0.008"),
    claim("long", p="0.05", k="2"),
    claim("short;medium", p="0.05", op="<"),
]


def als_rows():
    cells = [
        (name, period, arms)
        for name, trial in (("lunetta2016", LUNETTA), ("zucchi2019", ZUCCHI))
        for period, arms in trial.items()
    ]
    return arm_rows("ALSFRS-R", cells, flags="n_assumed_randomised")


OUTCOME = {
    "key": "ALSFRS-R",
    "label": "ALS Functional Rating Scale, revised",
    "measure": "MD",
    "direction": "higher_is_better",
    "unit": "points",
    "minimal_important_difference": {"value": None, "source": "not established"},
}


def als_forest(pools=None, outcome=OUTCOME, **changes):
    """The ALSFRS-R plot, with other pools or other tables where a test asks for them."""
    rows = als_rows()
    given = {
        "model": "as-published",
        "recommended": "REML-HKSJ",
        "arm_labels": ARMS,
        "awaiting": AWAITING,
        "claims": CLAIMS,
        "studies": STUDIES,
    }
    pools = pools_from_arms("ALSFRS-R", outcome["measure"], rows) if pools is None else pools
    return forest_data(outcome, PERIODS, list(pools.values()), rows, [], **(given | changes))


# Sneezing at least halved on day 1 (D'Agostino 1998): experimental events, n, control events, n.
SNEEZING = {
    "Study 1": (87, 118, 91, 118),
    "Study 2": (16, 50, 12, 49),
    "Study 3": (4, 6, 1, 10),
    "Study 5": (20, 23, 19, 23),
    "Study 6": (15, 36, 11, 42),
    "Study 9": (92, 166, 83, 175),
}

LONG_NAMES = (
    "Schmidt-Hohenstein-Oppenheimer and the Very Long Named Collaborative Study Group Investigators 2021 (part B)",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "Σωκράτης & Παπαδόπουλος 2011",
    "王小明 在肌萎缩侧索硬化症患者中的运动训练随机对照试验研究 2020",
    "O’Leary–Müller_Straße 100% $x^2$ <b>",
)
