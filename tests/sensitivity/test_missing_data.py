"""Missing participants: closed forms, tipping points, extremes, and what is not possible."""

import math

import numpy as np
import pytest

from metawright.measures.mean_difference import mean_difference
from metawright.measures.registry import measure_of
from metawright.pooling.cell import Cell
from metawright.pooling.fit import fit
from metawright.pooling.rule import Rule, fit_rule
from metawright.pooling.tables import pool_tables
from metawright.sensitivity.missing import Arm, missingness
from metawright.sensitivity.missing_data import Lambdas, imdom_arm, imdom_difference, missing_data, tipping_point
from metawright.sensitivity.missing_events import extreme_counts, imor_arm, imor_effect, missing_events

NAN = np.nan
FE = {"key": "FE-z", "tau2_method": "FE", "interval": "z"}
REML = {"key": "REML-HKSJ", "track": "recommended", "tau2_method": "REML", "interval": "HKSJ"}
RULE = {
    "key": "published",
    "rule": {
        "p_above": 0.1,
        "i2_below": 50,
        "combine": "and",
        "on_discordance": "error",
        "fixed": {"tau2_method": "FE", "interval": "z"},
        "random": {"tau2_method": "DL", "interval": "z"},
    },
}


def arm(n, randomised, mean=NAN, sd=NAN, events=NAN):
    return Arm(*np.broadcast_arrays(*(np.atleast_1d(np.asarray(x, float)) for x in (n, randomised, mean, sd, events))))


def rows(trials, **changes):
    """Rows of arms.csv: per trial a pair of (n, randomised, mean, sd) or (n, randomised, events)."""
    found = []
    for index, pair in enumerate(trials):
        for place, (role, values) in enumerate(zip(("experimental", "control"), pair, strict=True)):
            names = ("n", "n_randomised", "mean", "sd") if len(values) == 4 else ("n", "n_randomised", "events")
            row = {"row": 2 * index + place + 2, "arm": role, "flags": "", "value_type": "final", "mean": None}
            found.append(row | {"sd": None, "events": None} | dict(zip(names, values, strict=True)) | changes)
    return found


def cell(trials, measure="MD", direction="higher_is_better"):
    outcome = {"key": "score", "measure": measure, "direction": direction, "variance": "unpooled"}
    outcome |= {"zero_scope": "events", "mh_exact": False}
    own = tuple({"study": chr(65 + i), "row_ids": f"{2 * i + 2};{2 * i + 3}"} for i in range(len(trials)))
    return Cell(outcome, "all", own, np.zeros(len(trials)), np.ones(len(trials)), None)


CONTINUOUS = [
    ((18, 32, 30.16, 9.78), (19, 33, 28.94, 10.87)),
    ((28, 30, 34.0, 7.0), (27, 30, 27.5, 7.5)),
    ((40, 45, 33.0, 8.0), (41, 44, 29.0, 8.0)),
]
EVENTS = [((40, 50, 12), (42, 50, 20)), ((60, 70, 20), (61, 70, 31)), ((30, 30, 6), (25, 31, 9))]


def sides(trials):
    return [arm(*zip(*(pair[place] for pair in trials), strict=True)) for place in (0, 1)]


def test_one_trial_by_hand():
    experimental, control = arm(18, 32, 30.16, 9.78), arm(19, 33, 28.94, 10.87)
    for rho, se in ((0.0, 3.6260), (0.5, 3.5221), (1.0, 3.4151)):
        y, v = imdom_difference(experimental, control, Lambdas(-3.0, 0.0, 2.0, 2.0, rho))
        assert (y[0], math.sqrt(v[0])) == pytest.approx((-0.0925, se), abs=5e-5)


@pytest.mark.parametrize("variance", ["unpooled", "pooled"])
def test_without_assumptions_it_is_the_analysis_of_those_observed(variance):
    experimental, control = sides(CONTINUOUS)
    y, v = imdom_difference(experimental, control, variance=variance)
    cells = [x for one in (experimental, control) for x in (one.n, one.mean, one.sd)]
    plain = mean_difference(*cells, variance=variance)
    assert y == pytest.approx(plain.y) and v == pytest.approx(plain.v)


def test_variance_of_an_arm_is_that_of_its_sampling():
    """Sample arms whose missing differ by lambda and watch the estimator."""
    rng = np.random.default_rng(11)
    N, share, sd, mu, sd_mu = 60, 0.3, 8.0, -4.0, 1.5
    n = rng.binomial(N, 1 - share, 200_000)
    lambdas = rng.normal(mu, sd_mu, n.size)
    means = rng.normal(0.0, sd / np.sqrt(n)) + (1 - n / N) * lambdas
    mean, variance = imdom_arm(round(N * (1 - share)), N, 0.0, sd, mu, sd_mu)
    assert np.mean(means) == pytest.approx(mean, abs=0.02)
    assert np.var(means) == pytest.approx(variance, rel=0.02)


def test_a_block_of_assumptions_holds_the_single_ones():
    experimental, control = sides(CONTINUOUS)
    y, v = imdom_difference(experimental, control, Lambdas(np.array([-3.0, 0.0, 5.0]), np.array([0.0, 1.0, -1.0])))
    one = imdom_difference(experimental, control, Lambdas(5.0, -1.0))
    assert y.shape == (3, 3) and (y[:, 2] == one[0]).all() and (v[:, 2] == one[1]).all()


@pytest.mark.parametrize("model", [FE, REML, RULE], ids=lambda model: model["key"])
@pytest.mark.parametrize("path", ["experimental", "symmetric"])
def test_tipping_point_is_where_the_conclusion_first_changes(model, path):
    experimental, control = sides(CONTINUOUS)
    found = tipping_point(experimental, control, model, 48.0, path, Lambdas(sd_experimental=1.0, sd_control=1.0))

    def state(difference):
        mu = (difference, 0.0) if path == "experimental" else (difference / 2, -difference / 2)
        y, v = imdom_difference(experimental, control, Lambdas(*mu, 1.0, 1.0))
        if model is RULE:
            result = fit_rule(y, v, Rule(on_discordance="error")).fit
        else:
            result = fit(y, v, model["tau2_method"], model["interval"])
        if result is None:
            return "undecided"
        return "excludes" if result.ci_low > 0 or result.ci_high < 0 else "includes"

    assert found.becomes == state(found.difference) != state(0.0)
    assert found.becomes == {"FE-z": "includes", "REML-HKSJ": "excludes", "published": "undecided"}[model["key"]]
    inside = found.difference - math.copysign(0.011, found.difference)
    assert state(inside) == state(0.0)
    for difference in np.arange(0.05, abs(inside), 0.25):
        assert state(difference) == state(-difference) == state(0.0)


def test_tipping_point_of_one_trial_in_closed_form():
    """FE, one arm incomplete, no spread: the lower limit is 0 where m + pi d = z se(d)."""
    experimental, control = arm(40, 50, 5.0, 6.0), arm(50, 50, 0.0, 6.0)
    found = tipping_point(experimental, control, FE, 60.0)
    grid = np.linspace(-60.0, 0.0, 600_001)
    mean = 5.0 + 0.2 * grid
    se = np.sqrt(36 / 40 + 36 / 50 + 0.2 * 0.8 / 50 * grid**2)
    exact = grid[mean > 1.959963984540054 * se].min()
    assert exact - 0.011 <= found.difference <= exact
    assert found.ci_low <= 0 < found.ci_high and found.becomes == "includes"


def test_no_tipping_point_within_the_range():
    found = tipping_point(arm(49, 50, 20.0, 6.0), arm(49, 50, 0.0, 6.0), FE, 30.0)
    assert np.isnan(found.difference) and found.becomes == "" and found.reach == 30.0


def test_a_cell_of_mean_differences():
    result = missing_data(cell(CONTINUOUS), rows(CONTINUOUS), [FE, REML, RULE], bounds=(0.0, 48.0), sd_lambda=1.0)
    assert (result["status"], result["reach"]) == ("done", 48.0)
    assert [trial["low"] for trial in result["trials"]] == [True, False, False]
    assert result["trials"][0]["analysed_experimental"] == 18 / 32
    for entry in result["models"]:
        grid, middle = entry["grid"], len(entry["grid"]["lambda"]) // 2
        assert grid["lambda"][middle] == 0.0 and grid["estimate"].shape == (21, 21)
        assert grid["estimate"][middle, middle] == entry["observed"]["estimate"]
        # the first axis is the experimental arm
        assert grid["estimate"][-1, middle] > grid["estimate"][0, middle]
        assert entry["worst"]["estimate"] < entry["observed"]["estimate"] < entry["best"]["estimate"]
    lower = missing_data(cell(CONTINUOUS, direction="lower_is_better"), rows(CONTINUOUS), [FE], bounds=(0.0, 48.0))
    best, worst = (lower["models"][0][name]["estimate"] for name in ("best", "worst"))
    assert best < worst
    experimental, control = sides(CONTINUOUS)
    mean = experimental.mean * (1 - experimental.missing)
    y, v = imdom_difference(
        experimental, control, Lambdas((0.0 - experimental.mean)[:, None], (48.0 - control.mean)[:, None])
    )
    assert y[:, 0] == pytest.approx(mean - control.mean * (1 - control.missing) - 48.0 * control.missing)
    assert best == pytest.approx(fit(y[:, 0], v[:, 0], "FE", "z").estimate)


def test_changes_are_not_bounded_by_the_scale():
    result = missing_data(cell(CONTINUOUS), rows(CONTINUOUS, value_type="change"), [FE], bounds=(0.0, 48.0))
    assert result["models"][0]["best"] is None and result["reach"] < 20.0


def test_unknown_is_never_taken_for_complete():
    for change, words in (
        ({"flags": "n_assumed_randomised"}, "number analysed in the experimental arm is not stated"),
        ({"n_randomised": None}, "number randomised to the control arm is not stated"),
        ({"n_randomised": 10}, "more were analysed than randomised"),
        ({"sd": None}, "result of the control arm is not stated"),
        ({"arm": "contrast"}, "only a contrast"),
    ):
        result = missing_data(cell(CONTINUOUS), rows(CONTINUOUS, **change), [FE])
        assert result["status"] == "not_possible" and result["models"] == []
        assert words in result["trials"][0]["reason"]
    some = rows(CONTINUOUS)
    some[0]["flags"] = "n_assumed_randomised"
    known = missingness(cell(CONTINUOUS).trials, some)
    assert not known.possible and [bool(trial["reason"]) for trial in known.trials] == [True, False, False]
    assert np.isnan(known.experimental.missing[0]) and known.trials[0]["analysed_experimental"] is None


def test_statuses():
    assert missing_data(cell([]), [], [FE])["status"] == "awaiting_data"
    assert missing_events(cell([], "OR"), [], [FE])["status"] == "awaiting_data"
    assert missing_data(cell(CONTINUOUS, "SMD"), rows(CONTINUOUS), [FE])["status"] == "not_possible"
    whole = [((30, 30, 5.0, 2.0), (31, 31, 4.0, 2.0))]
    assert missing_data(cell(whole), rows(whole), [FE])["status"] == "nothing_missing"
    unknown = rows(EVENTS, flags="n_assumed_randomised")
    assert missing_events(cell(EVENTS, "OR"), unknown, [FE])["status"] == "not_possible"
    with pytest.raises(ValueError, match="range"):
        tipping_point(arm(1, 2, 0, 1), arm(1, 2, 0, 1), FE, 0.0)
    with pytest.raises(ValueError, match="correlation"):
        Lambdas(rho=2.0)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_imor_of_1_is_the_analysis_of_those_observed(measure):
    trials = [*EVENTS, ((40, 50, 0), (42, 50, 4)), ((20, 25, 0), (20, 25, 0))]
    known = missingness(cell(trials, measure).trials, rows(trials), binary=True)
    y, v = imor_effect(measure, known)
    e, c = known.experimental, known.control
    plain = measure_of(measure).effect_of(e.events, e.n, c.events, c.n).for_pooling()
    present = np.isfinite(plain[1])
    assert y[present] == pytest.approx(plain[0][present]) and v == pytest.approx(plain[1])


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_imor_of_0_and_of_infinity_are_the_extremes(measure):
    known = missingness(cell(EVENTS, measure).trials, rows(EVENTS), binary=True)
    for name, logs in (("experimental_events", (60.0, -60.0)), ("control_events", (-60.0, 60.0))):
        y, _ = imor_effect(measure, known, *logs)
        assert y == pytest.approx(measure_of(measure).effect_of(*extreme_counts(known)[name]).y)


def test_variance_of_a_risk_is_that_of_its_sampling():
    rng = np.random.default_rng(12)
    N, share, p, mu, sd = 400, 0.25, 0.3, 0.7, 0.15  # a small sd: the delta method is linear
    n = rng.binomial(N, 1 - share, 200_000)
    observed = rng.binomial(n, p) / n
    odds = np.exp(rng.normal(mu, sd, n.size)) * observed / (1 - observed)
    risks = n / N * observed + (1 - n / N) * odds / (1 + odds)
    found = imor_arm(0.3 * 300, 300, N, mu, sd)
    assert np.mean(risks) == pytest.approx(float(found.p), abs=1e-3)
    assert np.var(risks) == pytest.approx(float(found.variance), rel=0.03)


@pytest.mark.parametrize("measure", ["OR", "MH_RR", "RD", "PETO"])
def test_a_cell_of_events(measure):
    result = missing_events(cell(EVENTS, measure), rows(EVENTS), [FE, RULE])
    first, second = result["models"]
    assert result["status"] == "done" and [trial["low"] for trial in result["trials"]] == [False, False, False]
    e, c = sides([tuple((n, N, NAN, NAN, a) for n, N, a in pair) for pair in EVENTS])
    plain = pool_tables(e.events, e.n, c.events, c.n, measure)
    assert first["observed"]["estimate"] == plain.estimate
    assert first["worst"]["estimate"] < plain.estimate < first["best"]["estimate"]
    if measure == "PETO":
        assert first["grid"] is None
    else:
        middle = list(first["grid"]["imor"]).index(1.0)
        near = 1e-9 if measure != "MH_RR" else 0.05  # the grid of an MH measure pools trial-level effects
        assert first["grid"]["estimate"][middle, middle] == pytest.approx(plain.estimate, abs=near)
        assert first["grid"]["estimate"][-1, 0] > first["grid"]["estimate"][0, -1]
    assert second["observed"]["estimate"] == pytest.approx(plain.estimate, abs=0.05)
    worse = missing_events(cell(EVENTS, measure, "lower_is_better"), rows(EVENTS), [FE])["models"][0]
    assert (worse["best"], worse["worst"]) == (first["worst"], first["best"])


def test_imor_refuses_what_it_does_not_serve():
    known = missingness(cell(EVENTS, "OR").trials, rows(EVENTS), binary=True)
    with pytest.raises(ValueError, match="PETO"):
        imor_effect("PETO", known)
    with pytest.raises(ValueError, match="positive"):
        missing_events(cell(EVENTS, "OR"), rows(EVENTS), [FE], imors=[0.0])
