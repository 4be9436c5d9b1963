"""Periods that share trials: reference values, identities, composition, and what cannot be said."""

import numpy as np
import pytest

from metawright.files.documents import json_text
from metawright.heterogeneity.cluster_robust import robust_contrast
from metawright.heterogeneity.periods import (
    PHI,
    RHO,
    compare_periods,
    naive_difference,
    period_difference,
    period_differences,
    pooled_difference,
)
from metawright.heterogeneity.stacked import fit_stack, stack, stacked_reml
from metawright.heterogeneity.subgroups import common_subgroups
from metawright.pooling.tau2 import estimate_tau2

# Made-up trials: A, B and E in both periods, C and D in one each.
ROWS = [
    *(("A", "one", 2.0, 1.0), ("A", "two", 3.0, 1.44), ("B", "one", 0.5, 0.64), ("B", "two", 1.5, 0.81)),
    *(("C", "one", 1.0, 2.25), ("D", "two", 4.0, 1.96), ("E", "one", -0.5, 1.21), ("E", "two", 2.5, 1.69)),
]
L = np.array([-1.0, 1.0])


def build(rows=ROWS, periods=("one", "two")):
    return stack(*zip(*rows, strict=True), periods)


def mappings(rows=ROWS):
    return [dict(zip(("study", "period", "y", "v"), row, strict=True)) for row in rows]


@pytest.mark.parametrize(
    ("rho", "earlier", "later", "difference", "se", "robust_se", "df", "low", "high"),
    [
        (0.0, 0.7337, 2.4597, 1.7261, 0.7686, 0.6197, 2.697, -0.378, 3.830),
        (0.5, 0.8448, 2.4707, 1.6259, 0.5660, 0.5805, 2.309, -0.578, 3.829),
        (0.9, 0.9177, 2.4468, 1.5291, 0.2694, 0.5676, 2.014, -0.896, 3.954),
    ],
)
def test_reference_values_without_heterogeneity(rho, earlier, later, difference, se, robust_se, df, low, high):
    """Confirmed with metafor's rma.mv and clubSandwich."""
    found = period_difference(build(), rho)
    assert (found.earlier, found.later) == pytest.approx((earlier, later), abs=5e-5)
    assert (found.difference, found.se, found.robust_se) == pytest.approx((difference, se, robust_se), abs=5e-5)
    assert (found.robust_df, found.robust_ci_low, found.robust_ci_high) == pytest.approx((df, low, high), abs=5e-4)
    assert "degrees of freedom" in found.robust_note and found.tau2_source == "none"


@pytest.mark.parametrize(
    ("phi", "difference", "se"), [(0.0, 1.8219, 0.9416), (0.5, 1.7336, 0.7914), (1.0, 1.5791, 0.5742)]
)
def test_reference_values_with_heterogeneity(phi, difference, se):
    found = fit_stack(build(), 0.5, 1.0, phi)
    assert (L @ found.beta, np.sqrt(L @ found.covariance @ L)) == pytest.approx((difference, se), abs=5e-5)


def test_full_precision_values_of_metafor_and_clubsandwich():
    """rma.mv(struct = "CS") with fixed rho 0.3, phi 0.5, tau2 1; linear_contrast(vcov = "CR2")."""
    found = fit_stack(build(), 0.3, 1.0, 0.5)
    robust = robust_contrast(found, L)
    assert L @ found.beta == pytest.approx(1.74680331530482347, rel=1e-10)
    assert np.sqrt(L @ found.covariance @ L) == pytest.approx(0.85828138162203271, rel=1e-10)
    assert (robust.se, robust.df) == pytest.approx((0.60319642893583048, 2.69025543904905229), rel=1e-9)


@pytest.fixture
def independent():
    rng = np.random.default_rng(5)
    period = rng.permutation(["one"] * 6 + ["two"] * 5)
    y = rng.normal(0.0, 1.5, 11)
    return [(f"T{i}", str(period[i]), float(y[i]), float(v)) for i, v in enumerate(rng.uniform(0.1, 2.0, 11))]


def test_trials_in_one_period_only_are_ordinary_subgroups(independent):
    """Without shared trials the joint model is that of subgroups with a common tau2, and the naive test is right."""
    data = build(independent)
    common = common_subgroups(data.y, data.v, [data.periods[i] for i in data.period], "REML", "z")
    for rho in (0.0, 0.7):
        tau2, converged = stacked_reml(data, rho, 0.5)
        assert converged and tau2 == pytest.approx(common.tau2, rel=1e-9)
        found = period_difference(data, rho, "RE", 0.5)
        assert found.difference == pytest.approx(common.estimate[1] - common.estimate[0], rel=1e-9)
        assert found.p == pytest.approx(common.difference.p, rel=1e-8)
    assert naive_difference(data).p == pytest.approx(period_difference(data, 0.0).p, rel=1e-10)


def test_common_tau2_of_identical_trials_with_perfect_correlation_of_true_effects():
    """Two equal, equally precise estimates per trial: tau2 is that of the trials' means with half the variance."""
    y, v = np.array([0.0, 1.0, 2.5, 4.0, 4.2, 6.0]), np.full(6, 0.8)
    rows = [(f"T{i}", period, float(y[i]), float(v[i])) for i in range(6) for period in ("one", "two")]
    tau2, _ = stacked_reml(build(rows), 0.0, 1.0)
    assert tau2 == pytest.approx(np.var(y, ddof=1) - 0.4, rel=1e-9)


@pytest.mark.parametrize("phi", [0.0, 0.5, 1.0])
def test_reml_is_the_highest_point_of_the_restricted_likelihood(phi):
    data = build()
    y, X = data.y, data.design

    def height(tau2):
        M = np.zeros((y.size, y.size))
        fit = fit_stack(data, 0.3, tau2, phi)
        for group, blocks in zip(data.groups, fit.working, strict=True):
            M[group.rows[:, :, None], group.rows[:, None, :]] = blocks
        W = np.linalg.inv(M)
        r = fit.residual
        return -0.5 * (np.linalg.slogdet(M)[1] + np.linalg.slogdet(X.T @ W @ X)[1] + r @ W @ r)

    tau2, converged = stacked_reml(data, 0.3, phi)
    assert converged
    grid = np.concatenate([np.linspace(0.0, 5.0, 400), tau2 + np.array([-1e-4, 1e-4])])
    assert max(height(t) for t in grid[grid >= 0]) <= height(tau2) + 1e-12


def test_tau2_comes_from_the_periods_when_trials_are_few():
    rows = [row for row in ROWS if row[0] != "C"]
    found = period_difference(build(rows), 0.5, "RE", 0.5)
    second = [row[2:] for row in rows if row[1] == "two"]
    first = [row[2:] for row in rows if row[1] == "one"]
    own = [estimate_tau2(*np.array(part).T, "REML").value for part in (first, second)]
    assert (found.tau2, found.tau2_source) == (max(own), "larger REML of the two periods")
    assert period_difference(build(), 0.5, "RE", 0.5).tau2_source == "REML"


def test_the_naive_test_errs_when_trials_are_shared():
    honest = [period_difference(build(), rho).p for rho in (0.0, 0.5, 0.9)]
    assert naive_difference(build()).p == pytest.approx(honest[0], rel=1e-10)
    assert honest[0] > honest[1] > honest[2]


def test_every_pair_is_compared_and_says_who_is_in_it():
    rows = [*ROWS, ("F", "three", 1.0, 1.0)]
    first, second, third = compare_periods(mappings(rows), ("one", "two", "three"))
    assert (first["shared"], first["only_earlier"], first["only_later"]) == (["A", "B", "E"], ["C"], ["D"])
    assert any("2 of 5 trials" in remark for remark in first["remarks"])
    assert [(one.model, one.rho, one.phi) for one in first["differences"] if one.model == "RE"] == [
        ("RE", rho, phi) for rho in (0.0, 0.3, 0.5, 0.7, 0.9) for phi in (0.0, 0.5, 1.0)
    ]
    assert sum(one.model == "FE" for one in first["differences"]) == 5
    for pair in (second, third):
        assert pair["shared"] == [] and {one.rho for one in pair["differences"]} == {0.0}
        assert "different trials" in pair["remarks"][0]


def test_cells_without_data_and_single_trials():
    rows = [("A", "one", 1.0, 1.0), ("A", "two", 3.0, 1.0)]
    one, empty, other = compare_periods(mappings(rows), ("one", "two", "three"))
    assert [pair["status"] for pair in (one, empty, other)] == ["compared", "awaiting_data", "awaiting_data"]
    assert (empty["only_earlier"], empty["differences"]) == (["A"], [])
    first = one["differences"][0]
    assert first.difference == 2.0 and np.isnan(first.robust_se) and "fewer than 3" in first.robust_note
    assert {difference.model for difference in one["differences"]} == {"FE"}


def test_robust_result_needs_free_residuals():
    rows = [("A", "one", 1.0, 1.0), ("B", "two", 3.0, 1.0), ("B", "one", 0.0, np.inf), ("C", "two", 3.5, 1.0)]
    assert build(rows).trials == ("A", "B", "C")
    assert np.isfinite(period_difference(build(rows), 0.0).robust_se)
    alone = stack(["A", "B", "C"], ["one", "two", "three"], [1.0, 2.0, 3.0], [1.0] * 3, ("one", "two", "three"))
    assert np.isnan(robust_contrast(fit_stack(alone, 0.0), np.array([-1.0, 1.0, 0.0])).df)


@pytest.mark.parametrize(
    ("pools", "expected"),
    [
        ((2.40, 4.58 - 0.23, 5.00, 7.58 - 2.42), (0.131, 0.072, 0.034, 0.007)),
        ((1.11, 3.00 + 0.77, 3.21, 5.56 - 0.85), (0.172, 0.105, 0.057, 0.015)),
    ],
)
def test_published_pools_of_the_als_review(pools, expected):
    first, width1, second, width2 = pools
    z = 2 * 1.959963984540054
    found = pooled_difference(first, width1 / z, second, width2 / z, rho=(0.0, 0.3, 0.5, 0.7))
    assert found.p == pytest.approx(expected, abs=6e-4)
    assert found.depends and 0.0 < found.rho_needed < 0.7
    at = pooled_difference(first, width1 / z, second, width2 / z, rho=(found.rho_needed,))
    assert at.p[0] == pytest.approx(0.05, abs=1e-12)


def test_refusals():
    for rho, tau2, phi, words in ((1.0, 0.0, 0.0, "correlation"), (0.0, -1.0, 0.0, "tau2"), (0.0, 0.0, 1.5, "phi")):
        with pytest.raises(ValueError, match=words):
            fit_stack(build(), rho, tau2, phi)
    for rows, words in (
        ([*ROWS, ROWS[0]], "two rows"),
        (ROWS[:1], "no trial in period two"),
        ([("A", "one", 1.0, 0.0)], "positive"),
        ([("A", "one", np.nan, 1.0)], "finite"),
    ):
        with pytest.raises(ValueError, match=words):
            build(rows)
    with pytest.raises(ValueError, match="positive"):
        pooled_difference(1.0, 0.0, 2.0, 1.0)
    with pytest.raises(ValueError, match="between"):
        pooled_difference(1.0, 1.0, 2.0, 1.0, rho=(1.0,))


@pytest.mark.parametrize("seed", range(6))
def test_many_working_models_at_once_have_the_bits_of_one_after_the_other(seed):
    """Trials in both periods and in one of them, with several maxima of the likelihood or none above 0."""
    random = np.random.default_rng(seed)
    k = int(random.integers(2, 15))
    rows = [(f"trial {i}", period) for i in range(k) for period in "ab" if random.random() < 0.8 or i < 2]
    y, v = random.normal(size=len(rows)), np.exp(random.normal(-1.0, 1.5, len(rows)))
    data = stack(*zip(*rows, strict=True), y, v, "ab")
    models = [("FE", rho, 0.0) for rho in RHO] + [("RE", rho, phi) for rho in RHO for phi in PHI]
    together = period_differences(data, models)
    for model, found in zip(models, together, strict=True):
        assert json_text(found) == json_text(period_difference(data, model[1], model[0], model[2]))
