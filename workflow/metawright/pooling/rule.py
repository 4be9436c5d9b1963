"""The model-selection rule of published protocols: fixed or random by the P value of Q and by I2.

It is a preliminary test on the same data, offered as "the protocol as published", never as a default.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import ArrayLike

from metawright.measures.arrays import Floats
from metawright.pooling.fit import Fit, fit_models
from metawright.pooling.quantiles import chi_square_upper, per_df

COMBINE = ("and", "or", "p_only", "i2_only")
ON_DISCORDANCE = ("fixed", "random", "error")

FIXED, RANDOM, UNDECIDED, NOT_EVALUATED = "fixed", "random", "undecided", ""


@dataclass(frozen=True)
class Rule:
    """A selection rule.

    ``hi_P = P_Q <= p_above``, ``hi_I = 100 I2_Q >= i2_below``.

    Attributes
    ----------
    p_above, i2_below : float
    combine : {"and", "or", "p_only", "i2_only"}
        ``and``: both high, random; both low, fixed; one high, discordant. ``or``: any high, random.
        ``p_only``, ``i2_only``: that one decides.
    on_discordance : {"fixed", "random", "error"}
        What a discordant pool gets; ``error``: no result, undecided.
    fixed, random : (tau2_method, interval)
        The two models.
    """

    p_above: float = 0.10
    i2_below: float = 50.0
    combine: str = "and"
    on_discordance: str = "fixed"
    fixed: tuple[str, str] = ("FE", "z")
    random: tuple[str, str] = ("DL", "z")

    def __post_init__(self):
        """Refuse unknown words."""
        if self.combine not in COMBINE:
            raise ValueError(f"combine is one of {', '.join(COMBINE)}, not {self.combine!r}")
        if self.on_discordance not in ON_DISCORDANCE:
            raise ValueError(f"on_discordance is one of {', '.join(ON_DISCORDANCE)}, not {self.on_discordance!r}")


@dataclass(frozen=True)
class RuleFit:
    """The outcome of a rule.

    Attributes
    ----------
    chosen : str or ndarray of str
        ``fixed``, ``random``, ``undecided`` (discordant under ``error``), or empty: one study, not evaluated.
    discordant : bool or ndarray of bool
        P and I2 disagree and the rule says ``and``.
    fit : Fit or None
        The chosen model's result. One review: the very `Fit` of the chosen candidate, None when undecided. A block:
        one `Fit` whose columns come from either candidate, NaN where undecided.
    fixed, random : Fit
        Both candidates.
    """

    chosen: str | np.ndarray
    discordant: bool | np.ndarray
    fit: Fit | None
    fixed: Fit
    random: Fit


def decide(q: ArrayLike, df: ArrayLike, rule: Rule) -> tuple[np.ndarray, np.ndarray]:
    """Apply the rule to Cochran's Q.

    Parameters
    ----------
    q, df : array_like, shape (R,) or scalar
        Q and its degrees of freedom; NaN or df < 1: not evaluated.
    rule : Rule

    Returns
    -------
    random, discordant : ndarray of bool, shape (R,)
        Whether the random model is due (for a discordant pool: as `on_discordance` says, False for ``error``), and
        whether the two criteria disagree in an ``and`` rule.
    """
    q, df = np.atleast_1d(np.asarray(q, dtype=np.float64)), np.atleast_1d(np.asarray(df, dtype=np.float64))
    evaluated = df >= 1
    whole = np.where(evaluated, df, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        # P_Q <= p_above, with one critical value per df instead of one P per replicate.
        high_p = q >= per_df(chi_square_upper, whole, rule.p_above)
        high_i2 = np.where(q > 0, np.maximum(0.0, 100.0 * (q - df) / q), 0.0) >= rule.i2_below
    if rule.combine == "and":
        discordant = high_p != high_i2
        random = np.where(discordant, rule.on_discordance == "random", high_p & high_i2)
    else:
        discordant = np.zeros(q.shape, dtype=bool)
        random = {"or": high_p | high_i2, "p_only": high_p, "i2_only": high_i2}[rule.combine]
    return random & evaluated, discordant & evaluated


def choose(fixed: Fit, random: Fit, rule: Rule) -> RuleFit:
    """Choose between two fits of the same pool; Q is that of the fixed model (for MH about its own estimate)."""
    is_random, discordant = decide(fixed.q, fixed.q_df, rule)
    undecided = discordant & (rule.on_discordance == "error")
    one = np.ndim(fixed.k) == 0
    shape = () if one else np.shape(fixed.k)
    evaluated = np.atleast_1d(fixed.k).reshape(-1) >= 2
    chosen = np.where(is_random, RANDOM, FIXED).astype(object)
    chosen[undecided] = UNDECIDED
    chosen[~evaluated] = NOT_EVALUATED
    if one:
        picked = {RANDOM: random, UNDECIDED: None}.get(chosen[0], fixed)
        return RuleFit(chosen[0], bool(discordant[0]), picked, fixed, random)
    merged = _merge(fixed, random, is_random.reshape(shape), undecided.reshape(shape))
    return RuleFit(chosen.reshape(shape), discordant.reshape(shape), merged, fixed, random)


_NAMES = ("tau2_method", "interval", "level", "v", "given_p", "given_weights")
_SHARED = ("k", "q", "q_df", "i2_q")


def _merge(fixed: Fit, random: Fit, is_random: np.ndarray, undecided: np.ndarray) -> Fit:
    """Columns of `random` where it was chosen, else of `fixed`; NaN where undecided."""
    columns: dict[str, np.ndarray] = {}
    for field in fields(Fit):
        name = field.name
        if name in _NAMES or name in _SHARED:
            continue
        values = np.where(is_random, *(np.asarray(getattr(one, name)) for one in (random, fixed)))
        blank = False if values.dtype == bool else np.nan
        columns[name] = np.where(undecided, blank, values)
    pair = [
        f"{a}|{b}" if a != b else a
        for a, b in ((fixed.tau2_method, random.tau2_method), (fixed.interval, random.interval))
    ]
    weights = p = None
    # Otherwise the merged tau2 (NaN for FE) gives the weights when they are asked for.
    if random.given_weights is not None or fixed.given_weights is not None or "HC" in pair[1]:
        weights = np.where(undecided, np.nan, np.where(is_random, random.weights, fixed.weights))
    if fixed.given_p is not None or random.given_p is not None:
        p = np.where(undecided, np.nan, np.where(is_random, random.p, fixed.p))
    return replace(fixed, tau2_method=pair[0], interval=pair[1], given_p=p, given_weights=weights, **columns)


def fit_rule(y: Floats, v: Floats, rule: Rule | None = None, level: float = 0.95) -> RuleFit:
    """Pool under both models of a rule and choose.

    Parameters
    ----------
    y, v : array_like, shape (k,) or (k, ...)
        As for `metawright.pooling.fit.fit`.
    rule : Rule, optional
        Default: fixed if P > 0.1 and I2 < 50%, DL with z if neither; fixed where they disagree.
    level : float

    Returns
    -------
    RuleFit
    """
    rule = rule or Rule()
    fits = fit_models(y, v, [rule.fixed, rule.random], level)
    return choose(fits[rule.fixed], fits[rule.random], rule)
