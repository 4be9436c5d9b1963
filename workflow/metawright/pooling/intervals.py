"""Confidence intervals for the pooled effect, given the estimate's variance and the dispersion factor q.

With random-effects weights ``w = 1/(v + tau2)``: ``V = 1/sum w``, ``q = sum w (y - mu)^2/(k - 1)``.

======= ======================== ========== ==========================================================
key     standard error           quantile   source
======= ======================== ========== ==========================================================
z       sqrt(V)                  normal     DerSimonian and Laird 1986
t       sqrt(V)                  t, k - 1   metafor ``test = "t"``
HKSJ    sqrt(q V)                t, k - 1   Hartung and Knapp 2001
mHKSJ   sqrt(max(1, q) V)        t, k - 1   Knapp and Hartung 2003
IQWiG6  HKSJ, or mHKSJ where the HKSJ interval is narrower than Wald's with DL; IQWiG 2022
hybrid  HKSJ or z with the same tau2, whichever is wider; Jackson 2017, "hybrid 2"
HC      see `henmi_copas`
======= ======================== ========== ==========================================================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from metawright.files.known import known
from metawright.measures.arrays import Bools, Floats
from metawright.pooling.quantiles import normal, per_df, student


@dataclass(frozen=True, kw_only=True)
class IntervalMethod:
    """One interval: every fact about it.

    Attributes
    ----------
    key : str
        The protocol's word.
    name : str
        In a sentence, ending in "interval".
    column : str
        Beside an estimator's key, as in "REML, HKSJ".
    drawn : str
        In the ladder of methods.
    se : callable, optional
        ``se(variance, q_factor, wald_is_wider)``: the standard error, where ``wald_is_wider(se)`` holds the interval
        against Wald's; None for an interval that is made as a whole and has its own centre (HC).
    of_t : bool
        Its quantile is that of t with k - 1 degrees of freedom.
    falls_back : bool
        It is Wald's where that is wider.
    against_dl : bool
        Wald's, with which it is compared, has the DL estimate of tau2.
    hartung_knapp : bool
        One of the intervals with Hartung and Knapp's standard error.
    work : str
        Key of the reference; empty where none is needed.
    in_ladder : bool
        The ladder of methods, shown for every pool, has it.
    cost : float
        Microseconds per replicate of a sweep, beside what all intervals cost.
    revman : str
        Review Manager's word.
    r : str
        A statement of R that sets `se` and `free`, the degrees of freedom, from Wald's standard error `wald`, the
        quantiles `z` and `t`, the dispersion `factor` and `df`; empty where these stay Wald's, or for HC.
    """

    key: str
    name: str
    column: str = ""
    drawn: str = ""
    se: Callable[[Floats, Floats, Callable[[Floats], Bools]], Floats] | None = None
    of_t: bool = True
    falls_back: bool = False
    against_dl: bool = False
    hartung_knapp: bool = False
    work: str = ""
    in_ladder: bool = False
    cost: float = 0.0
    revman: str = ""
    r: str = ""

    def __post_init__(self) -> None:  # noqa: D105
        for name in ("column", "drawn", "revman"):
            object.__setattr__(self, name, getattr(self, name) or self.key)

    @property
    def brief(self) -> str:
        """Its name without the word "interval"."""
        return self.name.replace(" interval", "")


class UnknownIntervalError(ValueError):
    """There is no interval of that name."""

    def __init__(self, key: object) -> None:
        super().__init__(f"unknown interval {key!r}; known: {', '.join(INTERVALS)}")


def interval_method(key: str) -> IntervalMethod:
    """Return an interval's record.

    Raises
    ------
    UnknownIntervalError
        If there is none of that name.
    """
    try:
        return METHODS[key]
    except KeyError:
        raise UnknownIntervalError(key) from None


def interval_keys() -> tuple[str, ...]:
    """Return the protocol's words for the intervals."""
    return INTERVALS


def _wald(variance: Floats, q_factor: Floats, wald_is_wider: Callable[[Floats], Bools]):
    return np.sqrt(variance)


def _hartung_knapp(variance: Floats, q_factor: Floats, wald_is_wider: Callable[[Floats], Bools]):
    return np.sqrt(q_factor * variance)


def _knapp_hartung(variance: Floats, q_factor: Floats, wald_is_wider: Callable[[Floats], Bools]):
    return np.sqrt(np.maximum(1.0, q_factor) * variance)


def _iqwig(variance: Floats, q_factor: Floats, wald_is_wider: Callable[[Floats], Bools]):
    se = np.sqrt(q_factor * variance)
    return np.where(wald_is_wider(se), np.sqrt(np.maximum(1.0, q_factor) * variance), se)


METHODS = {
    one.key: one
    for one in (
        IntervalMethod(
            key="z",
            name="Wald interval",
            column="Wald",
            drawn="Wald",
            se=_wald,
            of_t=False,
            in_ladder=True,
            revman="Wald",
        ),
        IntervalMethod(key="t", name="t interval", se=_wald, revman="Wald (t)", r="free <- df"),
        IntervalMethod(
            key="HKSJ",
            name="Hartung–Knapp interval",
            drawn="H–K",
            se=_hartung_knapp,
            hartung_knapp=True,
            work="hartung2001",
            in_ladder=True,
            r="se <- sqrt(factor) * wald; free <- df",
        ),
        IntervalMethod(
            key="mHKSJ",
            name="modified Hartung–Knapp interval",
            drawn="modified H–K",
            se=_knapp_hartung,
            hartung_knapp=True,
            work="knapp2003",
            in_ladder=True,
            r="se <- sqrt(max(1, factor)) * wald; free <- df",
        ),
        IntervalMethod(
            key="IQWiG6",
            name="Hartung–Knapp interval with the IQWiG safeguard",
            se=_iqwig,
            against_dl=True,
            hartung_knapp=True,
            r=(
                "plain <- z * sqrt(1 / sum(1 / (v + dl(q, w0, df))))\n"
                "se <- sqrt(if (t * sqrt(factor) * wald < plain) max(1, factor) else factor) * wald; free <- df"
            ),
        ),
        IntervalMethod(
            key="hybrid",
            name="wider of Hartung–Knapp and Wald interval",
            se=_hartung_knapp,
            falls_back=True,
            hartung_knapp=True,
            work="jackson2017",
            r="if (t * sqrt(factor) * wald >= z * wald) { se <- sqrt(factor) * wald; free <- df }",
        ),
        IntervalMethod(key="HC", name="Henmi–Copas interval", work="henmi2010", cost=250.0),
    )
}

#: Keys that a model may name.
INTERVALS = tuple(METHODS)


@dataclass(frozen=True)
class Interval:
    """Standard error, critical value and degrees of freedom (NaN: normal) per replicate, each ``(R,)``."""

    se: np.ndarray
    critical: np.ndarray
    df: np.ndarray


def interval(
    name: str,
    variance: np.ndarray,
    q_factor: np.ndarray,
    df: np.ndarray,
    level: float,
    dl_variance: np.ndarray | None = None,
) -> Interval:
    """Standard error and quantile of one interval.

    Parameters
    ----------
    name : str
        A key of the module's table except HC.
    variance, q_factor : ndarray, shape (R,)
        V and q of the module's text.
    df : ndarray, shape (R,)
        k - 1; where it is below 1 the interval is z, whatever its name.
    level : float
        Confidence level, for instance 0.95.
    dl_variance : ndarray, shape (R,), optional
        V with the DL estimate of tau2, needed by IQWiG6.

    Raises
    ------
    ValueError
        If `name` is unknown.
    """
    method = interval_method(name)
    if method.se is None:
        raise ValueError(f"unknown interval of a standard error: {name!r}")
    z = normal(level)
    if not method.of_t:
        se = method.se(variance, q_factor, lambda se: np.zeros(se.shape, dtype=bool))
        return Interval(se, np.full(variance.shape, z), np.full(variance.shape, np.nan))
    t = per_df(student, df, level)
    several = df >= 1

    def wald_is_wider(se: Floats) -> Bools:
        return t * se < z * np.sqrt(known(dl_variance) if method.against_dl else variance)

    se = method.se(variance, q_factor, wald_is_wider)
    if method.falls_back:
        several &= ~wald_is_wider(se)
    if several.all():
        return Interval(se, t, df)
    return Interval(np.where(several, se, np.sqrt(variance)), np.where(several, t, z), np.where(several, df, np.nan))
