"""Several arms of one trial as one, and one estimate from several correlated ones."""

import numpy as np
from numpy.typing import ArrayLike


def combine_arms(n: ArrayLike, mean: ArrayLike, sd: ArrayLike):
    """Return size, mean and SD of all participants of several arms together; the same in any order, and exact.

    ``n = sum n_i``, ``m = sum n_i m_i/n``, ``sd^2 = [sum (n_i - 1) s_i^2 + sum n_i (m_i - m)^2]/(n - 1)``.

    Parameters
    ----------
    n, mean, sd : array_like, shape (arms, ...)
        Arms on axis 0.

    References
    ----------
    Cochrane Handbook for Systematic Reviews of Interventions, 6.5.2.10.
    """
    n, mean, sd = (np.asarray(value, dtype=np.float64) for value in (n, mean, sd))
    total = n.sum(axis=0)
    # sorted, so that the last bit does not hang on the order either
    m = np.sort(n * mean, axis=0).sum(axis=0) / total
    squares = np.sort((n - 1.0) * sd**2 + n * (mean - m) ** 2, axis=0).sum(axis=0)
    return total, m, np.sqrt(squares / (total - 1.0))


def average_estimates(y: ArrayLike, v: ArrayLike, rho: float):
    """Return mean and variance of m estimates of the same patients, equally correlated.

    ``y = mean(y_j)``, ``v = sum_jl rho_jl s_j s_l/m^2``, ``rho_jj = 1``.

    Parameters
    ----------
    y, v : array_like, shape (m, ...)
        Estimates and variances on axis 0.
    rho : float
        Correlation of any two of them.

    References
    ----------
    Borenstein, Hedges, Higgins and Rothstein 2009, chapter 24.
    """
    y, v = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    s = np.sqrt(v)
    return y.mean(axis=0), ((1.0 - rho) * v.sum(axis=0) + rho * s.sum(axis=0) ** 2) / y.shape[0] ** 2
