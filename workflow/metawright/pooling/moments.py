"""The closed-form estimators of tau2: DL, DL2, HE, HS, SJ.

Every function takes a prepared `Block` and returns tau2 of shape ``(R,)``, cut at 0. Columns with fewer than two
studies give values without meaning, which the caller replaces by NaN.
"""

from __future__ import annotations

import numpy as np

from metawright.pooling.columns import Block, pool_at, symmetric_sums, total
from metawright.pooling.compiled import kernels_for


def dersimonian_laird(block: Block) -> np.ndarray:
    """``max(0, (Q - df)/C)``, ``C = sum w - sum w^2/sum w`` (DerSimonian and Laird 1986)."""
    if kernels := kernels_for(*block.r.shape):
        return kernels.dersimonian_laird(block.q, block.k, block.e1, block.e2)
    return np.maximum(0.0, (block.q - block.df) / block.trace)


def two_step_dersimonian_laird(block: Block) -> np.ndarray:
    """The moment estimator with weights ``1/(v + tau2_DL)`` (DerSimonian and Kacker 2007).

    ``[Q_a - (sum av - sum a^2 v/sum a)]/C_a`` equals ``tau2_DL + (Q_a - df)/C_a``, because the expected value of
    Q_a at tau2_DL is df.
    """
    first = dersimonian_laird(block)
    e1, e2, _ = symmetric_sums(1.0 / (block.v + first))
    second = first + (pool_at(block, first).q - block.df) / (2.0 * e2 / e1)
    return np.maximum(0.0, second)


def mean_and_variance(block: Block) -> tuple[np.ndarray, np.ndarray]:
    """Mean of the sampling variances and sum of squares of the effects about their unweighted mean."""
    if kernels := kernels_for(*block.r.shape):
        return kernels.mean_and_variance(block.r, block.v, block.k)
    present = np.isfinite(block.v)
    mean_v = total(np.where(present, block.v, 0.0)) / block.k
    e = np.where(present, block.r - total(block.r) / block.k, 0.0)
    return mean_v, total(e * e)


def hedges(block: Block) -> np.ndarray:
    """``max(0, var(y) - mean(v))``, unweighted (Hedges)."""
    mean_v, squares = mean_and_variance(block)
    return np.maximum(0.0, squares / block.df - mean_v)


def hunter_schmidt(block: Block) -> np.ndarray:
    """``max(0, (Q - k)/sum w)`` (Hunter and Schmidt)."""
    return np.maximum(0.0, (block.q - block.k) / block.e1)


def sidik_jonkman(block: Block) -> np.ndarray:
    """``sum q (y - mu_q)^2/(k - 1)`` with ``q = 1/(v/t0 + 1)``, ``t0 = sum (y - ybar)^2/k`` (Sidik and Jonkman 2005).

    Equal to ``t0 Q(t0)/(k - 1)``; positive unless all effects are equal, then 0.
    """
    _, squares = mean_and_variance(block)
    start = squares / block.k
    return np.where(block.equal, 0.0, start * pool_at(block, start).q / block.df)
