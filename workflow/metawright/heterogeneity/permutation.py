"""P values of a meta-regression by permuting the covariates over the trials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from metawright.heterogeneity.matrices import inner, inverse_positive, product, solve_positive, times
from metawright.heterogeneity.meta_regression import INTERVALS, _checked, _scaled, design
from metawright.heterogeneity.regression_tau2 import tau2_of_design, tau2_of_designs

#: Up to this many trials every permutation counts, above it a sample.
EXACT_UP_TO = 8
SAMPLE = 10_000
# Designs fitted at a time, which bounds the memory.
CHUNK = 2_000
# Statistics this close, relative to the observed one, are ties.
TIE = 1e-6


@dataclass(frozen=True)
class Permutation:
    """Permutation P values.

    Attributes
    ----------
    names : tuple of str
        The covariates, without the intercept.
    p : ndarray
        Share of permutations in which the covariate's ``|statistic|`` is at least the observed one.
    model_p : float
        The same for all covariates together.
    count : int
        Permutations, the observed order included.
    exact : bool
        All distinct permutations; else a sample, whose P is ``(1 + hits)/(1 + draws)``.
    """

    names: tuple[str, ...]
    p: np.ndarray
    model_p: float
    count: int
    exact: bool


def permutation_test(
    y,
    v,
    covariates: Mapping[str, np.ndarray],
    tau2_method: str = "REML",
    interval: str = "HKSJ",
    sample: int = SAMPLE,
    seed: int = 1,
) -> Permutation:
    """Permute the covariates' rows over the trials and refit, tau2 included.

    Parameters
    ----------
    y, v, covariates, tau2_method, interval
        As for `metawright.heterogeneity.meta_regression.meta_regression`.
    sample : int
        Random permutations where there are more than eight trials.
    seed : int
        Key of the Philox generator, whose raw numbers are sorted: the same on every machine.

    References
    ----------
    Higgins and Thompson 2004; Follmann and Proschan 1999.
    """
    if interval not in INTERVALS:
        raise ValueError(f"a meta-regression takes the interval z or HKSJ, not {interval!r}")
    y, v = _checked(y, v)
    X, names = design(covariates, y.size)
    Z, _ = _scaled(X)
    tau2_of_design(Z, y, v, "DL" if tau2_method == "FE" else tau2_method)
    exact = y.size <= EXACT_UP_TO
    orders = _every_order(Z) if exact else _random_orders(y.size, sample, seed)
    statistics = [_statistics(Z[part], y, v, tau2_method, interval) for part in _parts(orders)]
    each = np.concatenate([a for a, _ in statistics])
    model = np.concatenate([b for _, b in statistics])
    hits = (each >= each[0] * (1.0 - TIE)).mean(axis=0)
    # Row 0 is the observed order: its own hit is the 1 in (1 + hits)/(1 + draws).
    return Permutation(names[1:], hits, float((model >= model[0] * (1.0 - TIE)).mean()), len(orders), exact)


def _parts(orders: np.ndarray):
    return (orders[start : start + CHUNK] for start in range(0, len(orders), CHUNK))


def _every_order(Z: np.ndarray) -> np.ndarray:
    """All distinct arrangements of the rows, the observed one first: equal rows are interchangeable."""
    k = Z.shape[0]
    _, first, kind = np.unique(Z, axis=0, return_index=True, return_inverse=True)
    kind = kind.reshape(-1)
    arranged = np.unique(np.array(list(permutations(kind.tolist()))), axis=0)
    observed = np.flatnonzero((arranged == kind).all(axis=1))
    order = np.concatenate([observed, np.delete(np.arange(len(arranged)), observed)])
    return first[arranged[order]].reshape(-1, k)


def _random_orders(k: int, sample: int, seed: int) -> np.ndarray:
    raw = np.random.Philox(key=seed).random_raw(sample * k).reshape(sample, k)
    return np.concatenate([np.arange(k)[None, :], np.argsort(raw, axis=1, kind="stable")])


def _statistics(X, y, v, tau2_method: str, interval: str) -> tuple[np.ndarray, np.ndarray]:
    """``|b/se|`` ``(R, covariates)`` and the joint statistic ``(R,)`` of many designs ``(R, k, p)``."""
    k, p = X.shape[1:]
    tau2 = tau2_of_designs(X, y, v, tau2_method)
    w = 1.0 / (v + tau2[:, None])
    XW = np.swapaxes(X, 1, 2) * w[:, None, :]
    C = inverse_positive(product(XW, X))
    b = times(C, times(XW, y))
    if interval == "HKSJ":
        r = y - times(X, b)
        C = C * ((w * r * r).sum(axis=1) / (k - p))[:, None, None]
    se = np.sqrt(np.diagonal(C, axis1=1, axis2=2))[:, 1:]
    slopes = b[:, 1:]
    joint = inner(slopes, solve_positive(C[:, 1:, 1:], slopes[..., None])[..., 0])
    return np.abs(slopes) / se, joint
