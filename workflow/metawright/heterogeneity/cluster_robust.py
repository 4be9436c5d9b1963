"""Cluster-robust variance of a contrast between periods: CR2 with Satterthwaite degrees of freedom.

For trial i with working covariance ``M_i = D_i'D_i``, ``C = (X'WX)^-1`` and ``W = M^-1``::

    B_i = D_i [(I - H) M (I - H)']_ii D_i' = D_i (M_i - X_i C X_i') D_i'
    A_i = D_i' B_i^(-1/2) D_i                              (pseudo-inverse root)
    g_i = L C X_i' W_i A_i                                 Var = sum (g_i e_i)^2
    P_ij = g_i [M - X C X']_ij g_j'                        df = (tr P)^2/sum P_ij^2
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from metawright.heterogeneity.matrices import cholesky, eigen_symmetric, inner, product, solve_positive, times
from metawright.heterogeneity.stacked import StackFit

# Eigenvalues of B below this part of the trace of D M D' are zeros.
NEGLIGIBLE = 1e-10
#: Fewer trials than this have no robust result.
LEAST_TRIALS = 3


@dataclass(frozen=True)
class RobustContrast:
    """Standard error and degrees of freedom of ``L beta``; NaN where not available."""

    se: float
    df: float

    def critical(self, level: float) -> float:
        """Two-sided Student t quantile for the (fractional) degrees of freedom."""
        return float(special.stdtrit(self.df, (1.0 + level) / 2.0))


def robust_contrast(fit: StackFit, contrast: np.ndarray) -> RobustContrast:
    """CR2 standard error and Satterthwaite degrees of freedom of a contrast.

    Parameters
    ----------
    fit : StackFit
        Its covariance matrix is the working model.
    contrast : ndarray, shape (P,)
        L.

    Returns
    -------
    RobustContrast
        NaN with fewer than three trials, or where no residual is free.

    References
    ----------
    Pustejovsky and Tipton 2018 (clubSandwich).
    """
    data = fit.stack
    if len(data.trials) < LEAST_TRIALS:
        return RobustContrast(np.nan, np.nan)
    X, C = data.design, fit.covariance
    score, own, shared = [], [], []
    for rows, M in zip(data.blocks, fit.working, strict=True):
        x = X[rows]
        D = cholesky(M).T
        B = product(product(D, M - product(product(x, C), x.T)), D.T)
        values, vectors = eigen_symmetric(0.5 * (B + B.T))
        kept = values > NEGLIGIBLE * np.trace(product(product(D, M), D.T))
        root = np.where(kept, 1.0 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
        A = product(product(D.T, product(vectors * root, vectors.T)), D)
        g = times(solve_positive(M, A).T, times(x, times(C, contrast)))
        score.append(inner(g, fit.residual[rows]))
        own.append(inner(g, times(M, g)))
        shared.append(times(x.T, g))
    shared = np.array(shared)
    P = np.diag(own) - product(product(shared, C), shared.T)
    trace = np.trace(P)
    variance = float(np.sum(np.square(score)))
    if not trace > NEGLIGIBLE * np.sum(own):
        return RobustContrast(np.nan, np.nan)
    return RobustContrast(float(np.sqrt(variance)), float(trace**2 / np.sum(P * P)))
