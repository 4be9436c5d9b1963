"""Standardised mean difference. Arm 1 is the experimental, arm 2 the control arm; ``N = n1 + n2``."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from metawright.measures.estimable import NO_SPREAD, SMALL_ARM, Effect, effect, floats
from metawright.measures.kinds import CONTINUOUS
from metawright.measures.mean_difference import pooled_variance
from metawright.measures.record import Measure, Simulation, Stated
from metawright.measures.scales import IDENTITY


def small_sample_factor(m: ArrayLike, exact: bool = True):
    """Hedges' factor J for m degrees of freedom.

    Exact: ``Gamma(m/2)/(sqrt(m/2) Gamma((m-1)/2))``; approximate: ``1 - 3/(4m - 1)`` (Hedges and Olkin 1985).
    """
    from scipy import special  # takes long to load: not before it is needed

    m = np.asarray(m, dtype=np.float64)
    if exact:
        return np.exp(special.gammaln(m / 2) - np.log(m / 2) / 2 - special.gammaln((m - 1) / 2))
    return 1.0 - 3.0 / (4.0 * m - 1.0)


def standardised_mean_difference(
    n1: ArrayLike, m1: ArrayLike, s1: ArrayLike, n2: ArrayLike, m2: ArrayLike, s2: ArrayLike, smd: str = "revman"
) -> Effect:
    """Standardised mean difference ``g = J (m1 - m2)/sp`` (Hedges and Olkin 1985).

    Parameters
    ----------
    n1, m1, s1, n2, m2, s2 : array_like
        As for `mean_difference`.
    smd : {"revman", "exact"}
        ``revman``: ``J = 1 - 3/(4N - 9)``, ``v = N/(n1 n2) + g^2/(2 (N - 3.94))``;
        ``exact``: J by the gamma function, ``v = 1/n1 + 1/n2 + g^2/(2N)`` (metafor's default).

    Returns
    -------
    Effect
        Not estimable when an arm has fewer than two patients or both standard deviations are 0.
    """
    cells = n1, m1, s1, n2, m2, s2 = floats(n1, m1, s1, n2, m2, s2)
    if smd not in ("revman", "exact"):
        raise ValueError(f"smd is 'revman' or 'exact', not {smd!r}")
    N = n1 + n2
    with np.errstate(divide="ignore", invalid="ignore"):
        g = small_sample_factor(N - 2, smd == "exact") * (m1 - m2) / np.sqrt(pooled_variance(n1, s1, n2, s2))
        size = N if smd == "exact" else N - 3.94
        v = N / (n1 * n2) + g**2 / (2 * size)
        return effect(g, v, cells, ((n1 < 2) | (n2 < 2), SMALL_ARM), ((s1 == 0) & (s2 == 0), NO_SPREAD))


MEASURES = (
    Measure(
        key="SMD",
        kind=CONTINUOUS,
        scale=IDENTITY,
        unit="sd",
        effect=standardised_mean_difference,
        options=("smd",),
        small_study=("egger_sized",),
        simulation=Simulation(
            drawn="means",
            cost=0.07,
            variance=lambda n1, n2, theta, sd, control_risk: 1.0 / n1 + 1.0 / n2 + theta**2 / (2.0 * (n1 + n2)),
        ),
        simulated_as="SMD",
        name="standardised mean difference",
        short="SMD",
        title="Std. Mean Difference",
        null_meaning="no difference",
        work="hedges1985",
        variance_stated=Stated(
            {
                "revman": (
                    "Standardised mean differences are Hedges’ g with the small-sample correction and the variance of "
                    "Review Manager."
                ),
                "exact": (
                    "Standardised mean differences are Hedges’ g with the exact small-sample correction and the "
                    "large-sample variance."
                ),
            },
            "smd",
        ),
        reversible=True,
        revman_type="Continuous",
        revman_effect="Std. Mean Difference",
        revman="SMD",
        metafor="SMD",
        r="""if (s$smd == "exact") {
  escalc(measure = "SMD", n1i = d$n1i, m1i = d$m1i, sd1i = d$sd1i, n2i = d$n2i, m2i = d$m2i, sd2i = d$sd2i,
         vtype = "LS")
} else {
  # RevMan: g = d (1 - 3/(4N - 9)), variance N/(n1 n2) + g^2/(2 (N - 3.94)); metafor has no such option
  N <- d$n1i + d$n2i
  sp <- sqrt(((d$n1i - 1) * d$sd1i^2 + (d$n2i - 1) * d$sd2i^2) / (N - 2))
  g <- (d$m1i - d$m2i) / sp * (1 - 3 / (4 * N - 9))
  list(yi = g, vi = N / (d$n1i * d$n2i) + g^2 / (2 * (N - 3.94)))
}""",
    ),
)
