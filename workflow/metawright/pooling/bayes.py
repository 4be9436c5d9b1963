"""Bayesian random-effects meta-analysis by quadrature over tau: no sampler, no seed.

Given tau everything is normal (Rover 2020). With ``w_i = 1/(v_i + tau^2)`` and the prior ``mu ~ N(m0, S0^2)``::

    P = sum w + 1/S0^2        M = (sum w y + m0/S0^2)/P             (flat prior: without the S0 terms)
    log p(tau | y) = log p(tau) + (sum log w - log P - sum w (y - M)^2 - (M - m0)^2/S0^2)/2 + const
    mu | tau, y         ~ N(M, 1/P)
    new trial | tau, y  ~ N(M, 1/P + tau^2)
    theta_i | tau, y    ~ N(B y_i + (1 - B) M, B v_i + (1 - B)^2/P)        B = tau^2/(tau^2 + v_i)

so that every posterior is a mixture of normals with the weights of the quadrature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from metawright.measures.arrays import Floats
from metawright.pooling.documents import PoolOfTrials, Posteriors, ScaledPrior
from metawright.pooling.priors import MeanPrior, TauPrior, tau_prior
from metawright.pooling.quadrature import (
    MOST_POINTS,
    POINTS,
    SPACING,
    Quadrature,
    conditional_on_tau,
    grid_range,
    integrate,
)
from metawright.reading.protocol import MeanPrior as NormalMean

# The spacing is halved until mean, sd and limits move by less than this part of the posterior's scale.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Shrinkage:
    """Posterior of the trials' own effects, arrays of shape ``(k,)``."""

    mean: np.ndarray
    sd: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray


@dataclass(frozen=True)
class TauCurve:
    """Prior and posterior density of tau for a plot, arrays of shape ``(points,)``; tau starts above 0."""

    tau: np.ndarray
    prior: np.ndarray
    posterior: np.ndarray


@dataclass(frozen=True)
class Posterior:
    """What the trials and the priors say together; NaN = does not exist or does not apply.

    Attributes
    ----------
    k : int
        Trials.
    tau_prior, mean_prior : str
        The priors in words.
    level : float
        Probability of the intervals.
    mean, median, sd : float
        Of mu. Mean and sd are NaN where their integral diverges (a flat prior of mu, a heavy-tailed one of tau, one
        or two trials).
    ci_low, ci_high : float
        Equal-tailed interval of mu.
    shortest_low, shortest_high : float
        Shortest interval of mu.
    p_above_zero : float
        ``P(mu > 0)``.
    mid, p_above_mid, p_below_minus_mid : float
        Minimal important difference, ``P(mu > mid)`` and ``P(mu < -mid)``; NaN without one.
    pi_low, pi_high, new_above_zero : float
        Equal-tailed predictive interval of a new trial's true effect, and the probability that it exceeds 0.
    tau_mean, tau_median, tau_upper : float
        Of tau; `tau_upper` is exceeded with probability ``1 - level``.
    shrinkage : Shrinkage
    tau_curve : TauCurve
    points : int
        Quadrature points used.
    converged : bool
        Halving the spacing changed nothing beyond the tolerance.
    remarks : tuple of str
    """

    k: int
    tau_prior: str
    mean_prior: str
    level: float
    mean: float
    median: float
    sd: float
    ci_low: float
    ci_high: float
    shortest_low: float
    shortest_high: float
    p_above_zero: float
    mid: float
    p_above_mid: float
    p_below_minus_mid: float
    pi_low: float
    pi_high: float
    new_above_zero: float
    tau_mean: float
    tau_median: float
    tau_upper: float
    shrinkage: Shrinkage
    tau_curve: TauCurve
    points: int
    converged: bool
    remarks: tuple[str, ...] = field(default=())


def _check(y: ArrayLike, v: ArrayLike, prior: TauPrior) -> tuple[np.ndarray, np.ndarray]:
    y, v = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    if y.ndim != 1 or y.shape != v.shape:
        raise ValueError(f"y and v need one shape (k,), got {y.shape} and {v.shape}")
    if not (v > 0).all():
        raise ValueError("variances have to be positive; an absent study has v = inf")
    present = np.isfinite(v)
    if not present.any():
        raise ValueError("no trial is present")
    if not np.isfinite(y[present]).all():
        raise ValueError("effects have to be finite; an absent study has v = inf")
    k = int(present.sum())
    if prior.family == "flat" and k <= 2:
        raise ValueError(f"a flat prior of tau needs three trials or more, got {k}: the posterior would be improper")
    return y, v


def posterior(
    y: Floats,
    v: Floats,
    prior: TauPrior,
    mean_prior: MeanPrior | None = None,
    *,
    mid: float | None = None,
    level: float = 0.95,
    curve_points: int = 200,
) -> Posterior:
    """Posterior of the mean effect, of tau, of a new trial and of each trial's own effect.

    Parameters
    ----------
    y, v : array_like, shape (k,)
        Effects and sampling variances; an absent study has ``v = inf`` (its shrinkage estimate is NaN).
    prior : TauPrior
        From `metawright.pooling.priors`, in the unit of the effects.
    mean_prior : MeanPrior, optional
        Normal prior of mu; default flat.
    mid : float, optional
        Minimal important difference, above 0, in the unit of the effects.
    level : float
        Probability of the intervals.
    curve_points : int
        Points of `tau_curve`.

    Returns
    -------
    Posterior

    Raises
    ------
    ValueError
        Shapes that differ, a variance that is not positive, no trial; a flat prior of tau with two trials or
        fewer; a `mid` that is not positive.

    References
    ----------
    Rover 2020 (bayesmeta); Friede 2017 (few trials).
    """
    mean_prior = mean_prior or MeanPrior()
    all_y, all_v = _check(y, v, prior)
    if mid is not None and not mid > 0:
        raise ValueError(f"a minimal important difference has to be positive, got {mid}")
    present = np.isfinite(all_v)
    y, v = all_y[present], all_v[present]
    k = y.size
    # the likelihood falls with tau to this power, and so do moments of mu where its prior is flat
    power = float(k - 1 if mean_prior.flat else k)
    exists = [prior.converges(order - power) for order in (0.0, 1.0, 2.0)]
    order = max(index for index in range(3) if exists[index])
    has_mean, has_sd = (exists[index] or not mean_prior.flat for index in (1, 2))
    start, end = grid_range(y, v, prior, mean_prior, order)
    points = max(POINTS, int(np.ceil((end - start) / SPACING)))
    tails = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
    before = None
    while True:
        nodes = integrate(y, v, prior, mean_prior, start, end, points)
        mixture = nodes.mixture()
        middle, sd = mixture.first_moment(), mixture.standard_deviation()
        # only now: a moment may live in a tail whose weight no quantile feels
        mixture = mixture.pruned()
        limits = mixture.quantiles([*tails, 0.5])
        now = np.array([middle if has_mean else 0.0, sd if has_sd else 0.0, *limits[:2], nodes.quantile(level)])
        scale = 0.25 * (limits[1] - limits[0])
        converged = before is not None and bool(np.abs(now - before).max() < TOLERANCE * scale)
        if converged or 2 * points > MOST_POINTS:
            break
        before, points = now, 2 * points
    new = nodes.mixture(1.0 / nodes.given.precision + nodes.tau**2).pruned()
    new_low, new_high = new.quantiles(tails)
    shortest = mixture.shortest(level)
    remarks: list[str] = []
    if not has_sd:
        missing = "standard deviation of the mean effect does" if has_mean else "mean and standard deviation do"
        remarks.append(f"the posterior {missing} not exist with this prior and so few trials; read the median")
    if not converged:
        remarks.append("halving the spacing of the quadrature still changed the result")
    return Posterior(
        k=k,
        tau_prior=prior.words,
        mean_prior=mean_prior.words,
        level=level,
        mean=middle if has_mean else np.nan,
        median=float(limits[2]),
        sd=sd if has_sd else np.nan,
        ci_low=float(limits[0]),
        ci_high=float(limits[1]),
        shortest_low=shortest[0],
        shortest_high=shortest[1],
        p_above_zero=float(mixture.above(0.0)),
        mid=np.nan if mid is None else float(mid),
        p_above_mid=np.nan if mid is None else float(mixture.above(mid)),
        p_below_minus_mid=np.nan if mid is None else float(mixture.below(-mid)),
        pi_low=float(new_low),
        pi_high=float(new_high),
        new_above_zero=float(new.above(0.0)),
        tau_mean=float((nodes.weight * nodes.tau).sum()) if exists[1] else np.nan,
        tau_median=nodes.quantile(0.5),
        tau_upper=nodes.quantile(level),
        shrinkage=_shrinkage(all_y, all_v, nodes, tails),
        tau_curve=_curve(y, v, nodes, prior, mean_prior, curve_points),
        points=nodes.tau.size,
        converged=converged,
        remarks=tuple(remarks),
    )


def _shrinkage(y: Floats, v: Floats, nodes: Quadrature, tails: Sequence[float]) -> Shrinkage:
    columns = np.full((4, y.size), np.nan)
    # theta_i has moments of every order whatever the prior: as tau grows it tends to N(y_i, v_i)
    for i in np.flatnonzero(np.isfinite(v)):
        share = nodes.tau**2 / (nodes.tau**2 + v[i])
        own = nodes.mixture(
            share * v[i] + (1.0 - share) ** 2 / nodes.given.precision, share * y[i] + (1.0 - share) * nodes.given.mean
        ).pruned()
        columns[:, i] = own.first_moment(), own.standard_deviation(), *own.quantiles(tails)
    return Shrinkage(*columns)


def _curve(y: Floats, v: Floats, nodes: Quadrature, prior: TauPrior, mean_prior: MeanPrior, points: int) -> TauCurve:
    """Densities up to the posterior's 99% point; they start one step above 0, where some priors are infinite."""
    end = nodes.quantile(0.99)
    tau = np.linspace(end / points, end, points)
    log_prior = prior.log_density(tau)
    likelihood = conditional_on_tau(y, v, tau, mean_prior).log_likelihood
    return TauCurve(tau, np.exp(log_prior), np.exp(log_prior + likelihood - nodes.log_constant))


def bayes(
    pool: PoolOfTrials,
    priors: Sequence[ScaledPrior],
    mean_prior: NormalMean | None = None,
    mid: float | None = None,
) -> Posteriors:
    """Posterior of one pool under several priors of tau.

    Parameters
    ----------
    pool : Mapping
        A pool as `metawright.pooling.pool.pool` leaves it: its trials are used.
    priors : sequence of mappings
        `key`, `family` and the parameters of the family; with `sd` the prior is one for standardised differences
        and this is the standard deviation that turns it into the unit of the effects.
    mean_prior : mapping, optional
        `mean` and `sd` of the normal prior of mu; default flat.
    mid : float, optional
        Minimal important difference.

    Returns
    -------
    dict
        Outcome, period, status, k, and under `posteriors` one entry per prior: `key`, `status` (`done` or
        `refused` with a `reason`), and the fields of `Posterior`. Without trials the list is empty.
    """
    entries: list[dict[str, object]] = []
    result: Posteriors = {
        "outcome": pool["outcome"],
        "period": pool["period"],
        "status": pool["status"],
        "k": pool["k"],
        "posteriors": entries,
    }
    if not pool["studies"]:
        return result
    y, v = (np.array([trial[name] for trial in pool["studies"]], dtype=float) for name in ("y", "v"))
    for block in priors:
        stated = {name: block.get(name) for name in ("scale", "loc", "df")}
        parameters = {name: value for name, value in stated.items() if value is not None}
        prior = tau_prior(block["family"], **parameters)
        sd = block.get("sd")
        if sd is not None:
            prior = prior.times(sd)
        if prior.family == "flat" and y.size <= 2:
            reason = "a flat prior of tau needs three trials or more"
            entries.append({"key": block["key"], "status": "refused", "reason": reason, "tau_prior": prior.words})
            continue
        found = posterior(y, v, prior, MeanPrior(mean_prior["mean"], mean_prior["sd"]) if mean_prior else None, mid=mid)
        entries.append({"key": block["key"], "status": "done", "reason": "", **vars(found)})
    return result
