"""Large-sample standard errors of tau2, one formula per estimator (Viechtbauer 2005, 2010; Sidik and Jonkman 2005)."""

from __future__ import annotations

import numpy as np

from metawright.measures.arrays import Floats
from metawright.pooling.columns import Block, symmetric_sums, total, trace_of_square
from metawright.pooling.moments import mean_and_variance


def _moment_numerator(block: Block, tau2: Floats):
    """Standard deviation of Cochran's Q: ``sqrt(2 df + 4 tau2 C + 2 tau2^2 C2)``."""
    C2 = trace_of_square(block.e1, block.e2, block.e3)
    return np.sqrt(2.0 * block.df + 4.0 * tau2 * block.trace + 2.0 * tau2 * tau2 * C2)


def dersimonian_laird(block: Block, tau2: Floats):
    """``sd(Q)/C``."""
    return _moment_numerator(block, tau2) / block.trace


def hunter_schmidt(block: Block, tau2: Floats):
    """``sd(Q)/sum w``."""
    return _moment_numerator(block, tau2) / block.e1


def two_step(block: Block, tau2: Floats):
    """The second step's weights ``a`` taken as fixed: ``sqrt(2 tr(P_a V* P_a V*))/tr(P_a)``, V* = V + tau2."""
    first = np.maximum(0.0, (block.q - block.df) / block.trace)
    a = 1.0 / (block.v + first)
    e1, e2, e3 = symmetric_sums(a)
    # V* = diag(1/a) + (tau2 - first) I, and P diag(1/a) P = P.
    shift = tau2 - first
    trace = 2.0 * e2 / e1
    variance = 2.0 * (block.df + 2.0 * shift * trace + shift * shift * trace_of_square(e1, e2, e3))
    return np.sqrt(variance) / trace


def reml(block: Block, tau2: Floats):
    """``sqrt(2/tr(PP))``."""
    return np.sqrt(2.0 / trace_of_square(*symmetric_sums(1.0 / (block.v + tau2))))


def ml(block: Block, tau2: Floats):
    """``sqrt(2/sum w^2)``."""
    w = 1.0 / (block.v + tau2)
    return np.sqrt(2.0 / total(w * w))


def paule_mandel(block: Block, tau2: Floats):
    """``sqrt(2 k^2/df)/sum w``."""
    return np.sqrt(2.0 * block.k * block.k / block.df) / total(1.0 / (block.v + tau2))


def hedges(block: Block, tau2: Floats):
    """``sqrt(2 tr(AA) + 4 tau2 tr(A) + 2 tau2^2 df)/df`` with ``A = (I - 11'/k) diag(v)``."""
    k = block.k
    mean_v, _ = mean_and_variance(block)
    v = np.where(np.isfinite(block.v), block.v, 0.0)
    trace_aa = total(v * v) * (1.0 - 2.0 / k) + mean_v * mean_v
    return np.sqrt(2.0 * trace_aa + 4.0 * tau2 * block.df * mean_v + 2.0 * tau2 * tau2 * block.df) / block.df


def sidik_jonkman(block: Block, tau2: Floats):
    """``t0 sqrt(2 tr(PVPV) + 4 tau2 tr(PVP) + 2 tau2^2 tr(PP))/(k - 1)`` with ``w = 1/(v + t0)``."""
    _, squares = mean_and_variance(block)
    start = squares / block.k
    w = 1.0 / (block.v + start)
    e1, e2, e3 = symmetric_sums(w)
    trace = 2.0 * e2 / e1
    trace_pp = trace_of_square(e1, e2, e3)
    # V = diag(1/w) - t0 I, and P diag(1/w) P = P.
    shift = tau2 - start
    variance = 2.0 * (block.df + 2.0 * shift * trace + shift * shift * trace_pp)
    return np.where(block.equal, 0.0, start * np.sqrt(np.maximum(variance, 0.0)) / block.df)
