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

from metawright.heterogeneity.matrices import eigen_symmetric, inner, product, solve_positive, times
from metawright.heterogeneity.stacked import StackFit

# Eigenvalues of B below this part of the trace of D M D' are zeros.
NEGLIGIBLE = 1e-10
#: Fewer trials than this have no robust result.
LEAST_TRIALS = 3


@dataclass(frozen=True)
class RobustContrast:
    """Standard error and degrees of freedom of ``L beta``, one or one per working model; NaN where not available."""

    se: float | np.ndarray
    df: float | np.ndarray

    def critical(self, level: float) -> np.ndarray:
        """Two-sided Student t quantile for the (fractional) degrees of freedom."""
        return np.asarray(special.stdtrit(self.df, (1.0 + level) / 2.0), dtype=np.float64)


def robust_contrast(fit: StackFit, contrast: np.ndarray) -> RobustContrast:
    """CR2 standard error and Satterthwaite degrees of freedom of a contrast.

    Parameters
    ----------
    fit : StackFit
        Its covariance matrix is the working model; one or W of them.
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
    shape = fit.beta.shape[:-1]
    se, df = np.full(shape, np.nan), np.full(shape, np.nan)
    if len(fit.stack.trials) >= LEAST_TRIALS:
        score, own, shared = _influences(fit, contrast)
        for model in np.ndindex(shape):
            C, g = fit.covariance[model], shared[model]
            P = np.diag(own[model]) - product(product(g, C), g.T)
            trace = np.trace(P)
            if trace > NEGLIGIBLE * np.sum(own[model]):
                se[model] = np.sqrt(np.sum(np.square(score[model])))
                df[model] = trace**2 / np.sum(P * P)
    return RobustContrast(se, df) if shape else RobustContrast(float(se), float(df))


def _influences(fit: StackFit, contrast: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``g_i e_i``, ``g_i M_i g_i'`` and ``X_i' g_i'`` of every trial: ``(..., N)`` twice and ``(..., N, P)``."""
    X, shape = fit.stack.design, (*fit.beta.shape[:-1], len(fit.stack.trials))
    C = fit.covariance[..., None, :, :]
    towards = times(C, contrast)
    score, own, shared = np.empty(shape), np.empty(shape), np.empty((*shape, X.shape[1]))
    for group, M, L in zip(fit.stack.groups, fit.working, fit.root, strict=True):
        x = X[group.rows]
        D = np.swapaxes(L, -1, -2)
        B = product(product(D, M - product(product(x, C), np.swapaxes(x, -1, -2))), L)
        values, vectors = eigen_symmetric(0.5 * (B + np.swapaxes(B, -1, -2)))
        spread = np.trace(product(product(D, M), L), axis1=-2, axis2=-1)
        kept = values > NEGLIGIBLE * spread[..., None]
        root = np.where(kept, 1.0 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
        A = product(product(L, product(vectors * root[..., None, :], np.swapaxes(vectors, -1, -2))), D)
        g = times(np.swapaxes(solve_positive(M, A), -1, -2), times(x, towards))
        score[..., group.trials] = inner(g, fit.residual[..., group.rows])
        own[..., group.trials] = inner(g, times(M, g))
        shared[..., group.trials, :] = times(np.swapaxes(x, -1, -2), g)
    return score, own, shared
