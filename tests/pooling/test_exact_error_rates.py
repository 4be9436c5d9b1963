"""Exact type I errors of balanced pools: by quadrature through the engine to 1e-6, and by simulation."""

import numpy as np
import pytest
from scipy import special

from metawright.pooling.fit import fit_models
from metawright.pooling.rule import Rule, fit_rule
from tests.oracle.reading import FOLDER, table

CELLS = table(FOLDER / "exact_type1.csv")
IDS = [f"k={row['k']},I2={row['I2']}" for row in CELLS]
MODELS = {
    "FE": [("FE", "z")],
    "DL": [("DL", "z"), ("REML", "z"), ("PM", "z"), ("HE", "z")],
    "SJ": [("SJ", "z")],
    "HKSJ": [("DL", "HKSJ"), ("REML", "HKSJ")],
    "mHKSJ": [("PM", "mHKSJ")],
    "hybrid": [("REML", "hybrid")],
}
RULES = {"rule_gapFE": Rule(on_discordance="fixed"), "rule_gapDL": Rule(on_discordance="random")}


def half_widths(y, v):
    """Half width of every method, with its column of the table."""
    fits = fit_models(y, v, [model for models in MODELS.values() for model in models])
    for column, models in MODELS.items():
        for model in models:
            yield column, (fits[model].ci_high - fits[model].ci_low) / 2, fits[model].estimate
    for column, rule in RULES.items():
        result = fit_rule(y, v, rule).fit
        yield column, (result.ci_high - result.ci_low) / 2, result.estimate


def quadrature(d, v):
    """Nodes S and weights of the law of the sample variance, d S ~ chi2_d, split where a half width has a kink."""
    z, t = special.ndtri(0.975), special.stdtrit(d, 0.975)
    kinks = [v, 2 * v, v * special.chdtri(d, 0.1) / d, v * z * z / (t * t), 0.3, 1.0, 3.0]
    top = special.chdtri(d, 1e-17) / d
    edges = np.sqrt(d * np.array([0.0, *sorted(x for x in kinks if x < top), top]))
    node, weight = np.polynomial.legendre.leggauss(24)
    half = np.diff(edges) / 2
    u = (half[:, None] * node + (edges[:-1] + half)[:, None]).ravel()
    density = np.exp((1 - d / 2) * np.log(2) + (d - 1) * np.log(u) - u * u / 2 - special.gammaln(d / 2))
    return u * u / d, (half[:, None] * weight).ravel() * density


@pytest.mark.parametrize("row", CELLS, ids=IDS)
def test_exact_error_rates(row):
    """Effects with mean 0 and sample variance S: the half width of the engine, integrated over the law of S."""
    k, v = int(row["k"]), 1.0 - float(row["I2"])
    S, weight = quadrature(k - 1, v)
    pattern = np.linspace(-1, 1, k) / np.std(np.linspace(-1, 1, k), ddof=1)
    y = pattern[:, None] * np.sqrt(S)
    for column, half, estimate in half_widths(y, np.full(y.shape, v)):
        assert np.abs(estimate).max() < 1e-12
        error = np.sum(weight * 2 * special.ndtr(-half * np.sqrt(k)))
        assert error == pytest.approx(float(row[column]), abs=1e-6), column


def test_simulated_error_rates():
    """4,000 pools per cell drawn as the sweep draws them; all cells together within a Bonferroni bound."""
    replicates = 4000
    z_max, compared = 0.0, 0
    for number, row in enumerate(CELLS):
        k, i2 = int(row["k"]), float(row["I2"])
        y = np.random.Generator(np.random.Philox([77, number])).normal(size=(k, replicates))
        for column, half, estimate in half_widths(y, np.full(y.shape, 1.0 - i2)):
            expected = float(row[column])
            rate = np.mean(np.abs(estimate) > half)
            deviation = abs(rate - expected) / np.sqrt(max(expected * (1 - expected), 1e-4) / replicates)
            z_max, compared = max(z_max, deviation), compared + 1
    assert compared == 35 * 12
    assert z_max < -special.ndtri(0.005 / compared)
