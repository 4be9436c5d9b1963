"""The between-study variance tau2: one entry for every estimator.

===== ================================ ========================
key   estimator                        computed in
===== ================================ ========================
DL    DerSimonian and Laird 1986       `moments`
DL2   two-step DL, 2007                `moments`
HE    Hedges                           `moments`
HS    Hunter and Schmidt               `moments`
SJ    Sidik and Jonkman 2005           `moments`
PM    Paule and Mandel 1982            `generalised_q`
EB    empirical Bayes, the same root   `generalised_q`
REML  restricted maximum likelihood    `likelihood`
ML    maximum likelihood               `likelihood`
===== ================================ ========================

FE (common effect) has no tau2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from metawright.pooling import generalised_q, likelihood, moments
from metawright.pooling.columns import Block, as_columns, block_slices, prepare
from metawright.pooling.tau2_se import SE


def _closed(estimator, block):
    return estimator(block), np.ones(block.k.shape, dtype=bool)


def _paule_mandel(block: Block):
    return generalised_q.solve(block, block.df)


_ESTIMATORS = {
    "DL": partial(_closed, moments.dersimonian_laird),
    "DL2": partial(_closed, moments.two_step_dersimonian_laird),
    "PM": _paule_mandel,
    "REML": partial(likelihood.of_block, restricted=True),
    "ML": partial(likelihood.of_block, restricted=False),
    "SJ": partial(_closed, moments.sidik_jonkman),
    "HE": partial(_closed, moments.hedges),
    "HS": partial(_closed, moments.hunter_schmidt),
    "EB": _paule_mandel,
}

#: Keys that a model may name; FE has no tau2.
TAU2_METHODS = ("FE", *_ESTIMATORS)


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
    if method == "FE":
        return np.zeros(block.k.shape), np.ones(block.k.shape, dtype=bool)
    if method not in _ESTIMATORS:
        raise ValueError(f"unknown tau2 method {method!r}; known: {', '.join(TAU2_METHODS)}")
    value, converged = _ESTIMATORS[method](block)
    return block.where_several(value, np.nan), converged


def estimate_tau2(y, v, method: str = "REML") -> Tau2:
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
    See the table at the top of the module; Veroniki 2016 for an overview.
    """
    y, v, tail = as_columns(y, v)
    value, se = np.empty(y.shape[1]), np.empty(y.shape[1])
    converged = np.empty(y.shape[1], dtype=bool)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for part in block_slices(*y.shape):
            block = prepare(y[:, part], v[:, part])
            value[part], converged[part] = tau2_of_block(block, method)
            if method == "FE":
                value[part] = se[part] = np.nan
            else:
                se[part] = block.where_several(SE[method](block, value[part]), np.nan)
    if tail == ():
        return Tau2(method, float(value[0]), float(se[0]), bool(converged[0]))
    return Tau2(method, value.reshape(tail), se.reshape(tail), converged.reshape(tail))
