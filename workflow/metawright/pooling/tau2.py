"""The between-study variance tau2 by each of the estimators of `metawright.pooling.estimators`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from metawright.pooling.columns import Block, as_columns, block_slices, prepare
from metawright.pooling.estimators import estimator_keys, estimator_of

#: Keys that a model may name; FE has no tau2.
TAU2_METHODS = estimator_keys()


@dataclass(frozen=True)
class Tau2:
    """A between-study variance.

    Attributes
    ----------
    method : str
        Key of the estimator.
    value : float or ndarray
        tau2; NaN with fewer than two studies and for FE.
    se : float or ndarray
        Large-sample standard error; NaN where `value` is, and for FE.
    converged : bool or ndarray of bool
        The iteration met its criterion; True for closed forms.
    """

    method: str
    value: float | np.ndarray
    se: float | np.ndarray
    converged: bool | np.ndarray


def tau2_of_block(block: Block, method: str) -> tuple[np.ndarray, np.ndarray]:
    """tau2 and convergence for one prepared block, each ``(R,)``; FE gives zeros.

    Raises
    ------
    ValueError
        If `method` is not one of `TAU2_METHODS`.
    """
    estimator = estimator_of(method)
    value, converged = estimator.solve(block)
    return block.where_several(value, np.nan) if estimator.random else value, converged


def estimate_tau2(y: ArrayLike, v: ArrayLike, method: str = "REML") -> Tau2:
    """Estimate tau2 and its standard error.

    Parameters
    ----------
    y, v : array_like, shape (k,) or (k, ...)
        Effects and sampling variances, studies on axis 0; an absent study has ``v = inf``.
    method : str
        One of `TAU2_METHODS`.

    Returns
    -------
    Tau2
        Floats for shape ``(k,)``, arrays of the replicate axes otherwise.

    Notes
    -----
    Cut at 0, never capped above. REML and ML are the global maximum of their likelihood. With two studies
    DL = DL2 = PM = REML = HE = ``max(0, ((y1 - y2)^2 - v1 - v2)/2)``.

    References
    ----------
    See `metawright.pooling.estimators`; Veroniki 2016 for an overview.
    """
    standard_error = estimator_of(method).se
    y, v, tail = as_columns(y, v)
    value, se = np.empty(y.shape[1]), np.empty(y.shape[1])
    converged = np.empty(y.shape[1], dtype=bool)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for part in block_slices(*y.shape):
            block = prepare(y[:, part], v[:, part])
            value[part], converged[part] = tau2_of_block(block, method)
            if standard_error is None:
                value[part] = se[part] = np.nan
            else:
                se[part] = block.where_several(standard_error(block, value[part]), np.nan)
    if tail == ():
        return Tau2(method, float(value[0]), float(se[0]), bool(converged[0]))
    return Tau2(method, value.reshape(tail), se.reshape(tail), converged.reshape(tail))
