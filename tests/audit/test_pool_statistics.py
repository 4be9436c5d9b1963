"""Q, I² by either definition, weights and ranges of a printed pool: no correct paper is accused, whatever its method."""

import math

import numpy as np
import pytest

from metawright.audit.claims.heterogeneity import i2_of_tau2, pooled_in_range, q_i2_p, weights
from metawright.audit.claims.intervals import interval_symmetry
from metawright.audit.claims.material import Cells, Material
from metawright.audit.claims.printed import not_above
from metawright.audit.claims.spread import implied_sd
from metawright.audit.reconstruct import reconstruct
from metawright.measures.registry import measure_of
from metawright.pooling.fit import fit
from metawright.pooling.tables import pool_tables
from metawright.words.numbers import back_transform, is_ratio

Z = 1.959963984540054
TABLES = ([4, 10, 1, 30], [40, 100, 30, 400], [9, 15, 5, 45], [42, 98, 31, 390])
DL, REML = ({"key": "printed", "track": "protocol", "tau2_method": name, "interval": "z"} for name in ("DL", "REML"))
RULE = {"key": "rule", "track": "protocol", "rule": {"fixed": {"tau2_method": "FE"}, "random": {"tau2_method": "DL"}}}


def shown(value, measure, digits=2):
    """A number as a paper prints it."""
    return f"{back_transform(value, measure):.{digits}f}"


def printed(measure, result, y, v, model, declared=DL, scale=None, **more):
    """The material of one claim about a pool, and its forest plot, as a careful paper prints them."""
    ends = {"estimate": result.estimate, "ci_low": result.ci_low, "ci_high": result.ci_high}
    claim = Cells(claim="C1", outcome="o", period="p", k=str(len(y)), model=model)
    claim.update({name: shown(value, measure) for name, value in ends.items()} | more)
    s = np.sqrt(v)
    rows = zip(y, y - Z * s, y + Z * s, result.weights, strict=True)
    trials = [
        Cells(claim="C1", study=f"T{place}", weight=f"{weight:.1f}")
        | {name: shown(value, measure) for name, value in zip(ends, numbers, strict=True)}
        for place, (*numbers, weight) in enumerate(rows)
    ]
    return Material(
        protocol={
            "outcomes": {"o": {"measure": measure, "label": "o", "scale": scale}},
            "periods": [{"key": "p", "label": "p"}],
            "models": [declared],
        },
        claims=[claim],
        claim_trials=trials,
        studies=[{"study": f"T{place}", "label": f"T{place}"} for place in range(len(y))],
    )


def severities(check, material):
    return [getattr(found, "severity", "not run") for found in check(material)]


def tables_of(measure):
    pooled = pool_tables(*TABLES, measure, "FE", "z")
    effect = measure_of(measure).effect_of(*TABLES)
    return pooled, effect.y, effect.v


@pytest.mark.parametrize("measure", ["MH_RR", "MH_OR", "PETO"])
def test_weights_of_mantel_and_haenszel_are_not_held_against_the_intervals(measure):
    material = printed(measure, *tables_of(measure), "fixed")
    assert severities(weights, material) == ["pass"]
    assert severities(pooled_in_range, material) == ["pass"]


@pytest.mark.parametrize("said", ["", "mantel_haenszel", "inverse_variance"])
def test_a_fixed_effect_of_a_binary_outcome_is_inverse_variance_only_if_it_says_so(said):
    # the numbers are Mantel and Haenszel's, and the protocol calls the measure RR
    pooled, y, v = tables_of("MH_RR")
    found = severities(weights, printed("RR", pooled, y, v, "fixed", weighting=said))
    assert found == {"": ["not run", "pass"], "mantel_haenszel": ["pass"], "inverse_variance": ["error"]}[said]


def test_a_fixed_effect_by_inverse_variance_that_says_so_is_in_order():
    pooled, y, v = tables_of("RR")
    material = printed("RR", pooled, y, v, "fixed", weighting="inverse_variance")
    assert severities(weights, material) == ["pass"]


def test_a_mantel_haenszel_pool_beyond_its_trials_is_a_note():
    # 0/100 against 1/100 is printed as 0.33 with 0.5 added; its exact share of the sums is 0
    cells = ([0, 1], [100, 1000], [1, 3], [100, 1000])
    pooled = pool_tables(*cells, "MH_RR", "FE", "z", mh_exact=True)
    effect = measure_of("MH_RR").effect_of(*cells)
    material = printed("MH_RR", pooled, effect.y, effect.v, "fixed")
    assert material.claims[0]["estimate"] == "0.25"
    (found,) = pooled_in_range(material)
    assert found.severity == "note"
    assert "0.25 lies outside" in found.verdict
    said = printed("RR", pooled, effect.y, effect.v, "fixed", weighting="inverse_variance")
    assert severities(pooled_in_range, said) == ["error"]


def trials(rng, k, measure):
    y = rng.normal(0.3, 0.25, k) if is_ratio(measure) else rng.normal(3.0, 2.0, k)
    v = rng.uniform(0.02, 0.3, k) if is_ratio(measure) else rng.uniform(0.5, 6.0, k)
    return y, v


@pytest.mark.parametrize("measure", ["MD", "OR"])
@pytest.mark.parametrize(("method", "model"), [("FE", "fixed"), ("DL", "random"), ("REML", "random"), ("PM", "random")])
@pytest.mark.parametrize("by_tau2", [False, True])
def test_two_hundred_correct_pools_are_not_accused(measure, method, model, by_tau2):
    rng = np.random.default_rng(19)
    said = {"tau2_method": method} if model == "random" else {"weighting": "inverse_variance"}
    for _ in range(200):
        y, v = trials(rng, int(rng.integers(2, 9)), measure)
        result = fit(y, v, method, "z")
        i2 = result.i2 if by_tau2 and model == "random" else result.i2_q
        statistics = {"q": f"{result.q:.2f}", "q_df": str(len(y) - 1), "i2": f"{i2:.0f}", "q_p": f"{result.q_p:.2f}"}
        material = printed(measure, result, y, v, model, **statistics, **said, tau2=f"{result.tau2:.4f}")
        for check in (q_i2_p, weights, pooled_in_range, interval_symmetry):
            found = [one for one in check(material) if getattr(one, "severity", "pass") != "pass"]
            assert not found, (found, material)


def heterogeneous(i2, declared=DL, model="random", **more):
    """A REML pool with I² as given beside its own Q: 48.2% by Q and 46.7% by tau², say."""
    y, v = np.array([0.1, 0.9, 0.2, 1.1, 0.4]), np.array([0.09, 0.07, 0.04, 0.12, 0.06])
    result = fit(y, v, "REML", "z")
    statistics = {"q": f"{result.q:.2f}", "i2": i2(result), "q_p": f"{result.q_p:.3f}"}
    return printed("MD", result, y, v, model, declared, **statistics | more), result


def test_either_definition_of_i2_is_accepted():
    tau2 = {"tau2": f"{heterogeneous(lambda r: '')[1].tau2:.4f}"}
    by_q, result = heterogeneous(lambda r: f"{r.i2_q:.1f}", REML, **tau2)
    by_tau2, _ = heterogeneous(lambda r: f"{r.i2:.1f}", REML, **tau2)
    assert abs(result.i2 - result.i2_q) > 0.5
    assert severities(q_i2_p, by_q) == severities(q_i2_p, by_tau2) == ["pass"]
    low, high = i2_of_tau2(by_tau2, by_tau2.claims[0])
    assert low < result.i2 < high
    (found,) = q_i2_p(by_tau2)
    assert "is that of tau²" in found.verdict


@pytest.mark.parametrize(
    ("declared", "model", "more", "severity"),
    [
        (DL, "random", {}, "error"),
        (DL, "fixed", {}, "error"),
        (RULE, "", {}, "error"),
        (REML, "random", {}, "note"),
        (DL, "random", {"tau2_method": "PM"}, "note"),
        (REML, "random", {"tau2_method": "DL"}, "error"),
        ({"key": "other"}, "random", {}, "note"),
    ],
)
def test_an_i2_that_fits_neither_is_an_error_only_where_both_definitions_are_one(declared, model, more, severity):
    material, result = heterogeneous(lambda r: f"{r.i2_q + 20:.1f}", declared, model, **more)
    (found,) = q_i2_p(material)
    assert found.severity == severity
    assert f"I² {result.i2_q + 20:.1f}" in found.verdict


@pytest.mark.parametrize(("i2", "severity"), [("48.2", "pass"), ("46.7", "note")])
def test_pignon_2000_prints_either_i2(i2, severity):
    # 65 trials, Q = 123.6708, REML: 48.2% by Q, 46.7% by tau²; without the trials the second cannot be computed
    material, _ = heterogeneous(lambda r: i2, REML, k="65", q="123.67", q_p="")
    assert severities(q_i2_p, material) == [severity]


def test_a_wrong_p_of_q_stays_an_error_whatever_the_model():
    material, _ = heterogeneous(lambda r: f"{r.i2_q:.0f}", REML, q_p="0.6")
    assert severities(q_i2_p, material) == ["error"]


def test_a_weight_is_held_to_half_a_unit_of_its_own_digits():
    y, v = np.array([1.0, 2.0]), np.array([1.0, 4.0])
    material = printed("MD", fit(y, v, "FE", "z"), y, v, "fixed")
    for trial, weight in zip(material.claim_trials, ("80.0", "20.0"), strict=True):
        assert trial["weight"] == weight
    (found,) = weights(material)
    assert found.computed["T0"] == pytest.approx((79.877, 80.122), abs=1e-3)  # intervals with two decimals allow that
    for pair, severity in ((("80.1", "19.9"), "pass"), (("80.2", "19.8"), "error")):
        for trial, weight in zip(material.claim_trials, pair, strict=True):
            trial["weight"] = weight
        assert severities(weights, material) == [severity]


@pytest.mark.parametrize(
    ("estimate", "low", "high", "severity"),
    [
        ("2.0", "1.00", "3.09", "pass"),  # the middle 2.045 is 2.0 to one decimal
        ("2.00", "1.00", "3.02", "pass"),  # one unit of the last digit
        ("2.00", "1.00", "3.03", "inconsistency"),
        ("2.00", "1", "3.0", "pass"),
        ("2.60", "1", "4.0", "pass"),  # the middle is 2.225 to 2.775
        ("2.00", "1", "4.0", "inconsistency"),
        ("2.01", "1.00", "3.0", "pass"),
        ("2.04", "1.00", "3.0", "inconsistency"),  # the middle is 1.97 to 2.03: a decimal more does not help
    ],
)
def test_each_number_of_an_interval_has_its_own_precision(estimate, low, high, severity):
    numbers = {"estimate": estimate, "ci_low": low, "ci_high": high}
    y, v = np.array([1.0, 2.0]), np.array([1.0, 4.0])
    material = printed("MD", fit(y, v, "FE", "z"), y, v, "fixed", **numbers)
    assert severities(interval_symmetry, material) == [severity]


def test_tolerance_for_binary_fractions_is_a_share_of_the_numbers():
    assert not_above(0.1 + 0.2, 0.3)
    assert not_above(1e9 + 1e-3, 1e9)
    assert not not_above(4e-10, 1e-10)


@pytest.mark.parametrize(("model", "found"), [("fixed", ["error"]), ("", ["note"]), ("random", ["not run"])])
def test_the_sd_that_a_pool_implies_is_an_error_under_a_fixed_effect_alone(model, found):
    y, v = np.array([1.0, 30.0]), np.array([1.0, 1.0])
    material = printed("MD", fit(y, v, "DL", "z"), y, v, model, scale={"min": 0, "max": 40})
    material.claims[0]["refs_expanded"] = "1;2"
    material.studies[:] = [{"study": f"T{n}", "label": "", "n_experimental": "50", "n_control": "50"} for n in (0, 1)]
    material = Material(**{**vars(material), "citations": [{"ref": "1", "study": "T0"}, {"ref": "2", "study": "T1"}]})
    assert severities(implied_sd, material) == found


@pytest.mark.parametrize(
    ("measure", "model", "said", "sets"),
    [
        ("MD", "fixed", "", 1),
        ("MD", "", "", 1),
        ("MD", "random", "", 0),
        ("RR", "fixed", "", 0),
        ("RR", "fixed", "inverse_variance", 1),
        ("MH_RR", "fixed", "", 0),
    ],
)
def test_feasible_sets_are_those_of_fixed_effects_by_inverse_variance(measure, model, said, sets):
    y, v = np.array([0.5, 0.6, 0.4]), np.array([0.04, 0.05, 0.06])
    material = printed(measure, fit(y, v, "FE", "z"), y, v, model, weighting=said)
    assert len(reconstruct(material)["claims"]) == sets
    assert math.isfinite(float(material.claims[0]["estimate"]))
