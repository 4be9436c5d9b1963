"""The estimators of the between-study variance tau2: one record holds every fact about each.

FE (common effect) is among them: a model without a tau2, whose value is 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from metawright.measures.arrays import Bools, Floats
from metawright.pooling import generalised_q, likelihood, moments, tau2_se
from metawright.pooling.columns import Block


@dataclass(frozen=True, kw_only=True)
class Estimator:
    """One estimator of tau2.

    Attributes
    ----------
    key : str
        The protocol's word.
    name : str
        In a sentence.
    solve : callable
        ``solve(block)``: tau2 and whether the iteration met its criterion, each ``(R,)``.
    se : callable, optional
        ``se(block, tau2)``: its large-sample standard error; None where there is no tau2.
    work : str
        Key of the reference; empty where none is needed.
    random : bool
        Effects vary; False for FE alone.
    cost : float
        Microseconds per trial and replicate of a sweep.
    in_ladder : bool
        The ladder of methods, shown for every pool, has it.
    revman : tuple of str
        Words of Review Manager that mean it.
    r : str
        An expression of R for tau2, of effects `y` and variances `v`.
    """

    key: str
    name: str
    solve: Callable[[Block], tuple[np.ndarray, np.ndarray]]
    se: Callable[[Block, Floats], Floats] | None = None
    work: str = ""
    random: bool = True
    cost: float = 0.012
    in_ladder: bool = False
    revman: tuple[str, ...] = ()
    r: str = ""


class UnknownEstimatorError(ValueError):
    """There is no estimator of that name."""

    def __init__(self, key: object) -> None:
        super().__init__(f"unknown tau2 method {key!r}; known: {', '.join(ESTIMATORS)}")


def estimator_of(key: str) -> Estimator:
    """Return an estimator.

    Raises
    ------
    UnknownEstimatorError
        If there is none of that name.
    """
    try:
        return ESTIMATORS[key]
    except KeyError:
        raise UnknownEstimatorError(key) from None


def estimator_keys() -> tuple[str, ...]:
    """Return the protocol's words for the estimators."""
    return tuple(ESTIMATORS)


def _closed(estimator: Callable[[Block], Floats], block: Block) -> tuple[Floats, Bools]:
    return estimator(block), np.ones(block.k.shape, dtype=bool)


def _paule_mandel(block: Block):
    return generalised_q.solve(block, block.df)


def _none(block: Block):
    return np.zeros(block.k.shape), np.ones(block.k.shape, dtype=bool)


def _of_metafor(method: str) -> str:
    return f'fit(y, v, method = "{method}")$tau2'


ESTIMATORS = {
    one.key: one
    for one in (
        Estimator(key="FE", name="fixed effect", solve=_none, random=False, cost=0.0, r="0"),
        Estimator(
            key="DL",
            name="DerSimonian–Laird",
            solve=partial(_closed, moments.dersimonian_laird),
            se=tau2_se.dersimonian_laird,
            work="dersimonian1986",
            in_ladder=True,
            revman=("DL", "DerSimonian and Laird"),
            r=_of_metafor("DL"),
        ),
        Estimator(
            key="DL2",
            name="two-step DerSimonian–Laird",
            solve=partial(_closed, moments.two_step_dersimonian_laird),
            se=tau2_se.two_step,
            work="dersimonian2007",
            # metafor's generalised Q estimator with the weights of DL
            r='fit(y, v, method = "GENQ", weights = 1 / (v + fit(y, v, method = "DL")$tau2))$tau2',
        ),
        Estimator(
            key="PM",
            name="Paule–Mandel",
            solve=_paule_mandel,
            se=tau2_se.paule_mandel,
            work="paule1982",
            cost=0.02,
            in_ladder=True,
            r=_of_metafor("PM"),
        ),
        Estimator(
            key="REML",
            name="REML",
            solve=partial(likelihood.of_block, restricted=True),
            se=tau2_se.reml,
            work="viechtbauer2005",
            cost=0.042,
            in_ladder=True,
            revman=("REML", "Restricted maximum likelihood"),
            r=_of_metafor("REML"),
        ),
        Estimator(
            key="ML",
            name="maximum likelihood",
            solve=partial(likelihood.of_block, restricted=False),
            se=tau2_se.ml,
            work="viechtbauer2005",
            cost=0.042,
            r=_of_metafor("ML"),
        ),
        Estimator(
            key="SJ",
            name="Sidik–Jonkman",
            solve=partial(_closed, moments.sidik_jonkman),
            se=tau2_se.sidik_jonkman,
            work="sidik2005",
            in_ladder=True,
            r=_of_metafor("SJ"),
        ),
        Estimator(
            key="HE",
            name="Hedges",
            solve=partial(_closed, moments.hedges),
            se=tau2_se.hedges,
            work="viechtbauer2005",
            r=_of_metafor("HE"),
        ),
        Estimator(
            key="HS",
            name="Hunter–Schmidt",
            solve=partial(_closed, moments.hunter_schmidt),
            se=tau2_se.hunter_schmidt,
            work="viechtbauer2005",
            r=_of_metafor("HS"),
        ),
        Estimator(
            key="EB",
            name="empirical Bayes",
            solve=_paule_mandel,
            se=tau2_se.paule_mandel,
            work="paule1982",
            cost=0.02,
            r=_of_metafor("EB"),
        ),
    )
}
