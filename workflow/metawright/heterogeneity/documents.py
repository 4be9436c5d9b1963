"""What the heterogeneity stage leaves: of each cell its spread, of each outcome the comparison of its periods.

A number that does not apply is None (in memory also NaN, which files do not hold).
"""

from typing import NotRequired, TypedDict


class Tau2Entry(TypedDict):
    """tau² by one estimator, with its Q-profile interval, and I² and H² that follow from it."""

    method: str
    tau2: float | None
    se: float | None
    low: float | None
    high: float | None
    i2: float | None
    i2_low: float | None
    i2_high: float | None
    h2: float | None
    h2_low: float | None
    h2_high: float | None


class PredictionEntry(TypedDict):
    """A prediction interval of one model, by its name."""

    model: str
    name: str
    low: float | None
    high: float | None


class HeterogeneityDocument(TypedDict):
    """How far the trials of one cell differ. Of fewer than two trials only the lists, which are empty, and a remark."""

    outcome: str
    period: str
    status: str
    k: int
    q: NotRequired[float | None]
    q_df: NotRequired[float | None]
    q_p: NotRequired[float | None]
    h2_q: NotRequired[float | None]
    i2_q: NotRequired[float | None]
    i2_q_low: NotRequired[float | None]
    i2_q_high: NotRequired[float | None]
    typical_variance: NotRequired[float | None]
    tau2: list[Tau2Entry]
    q_profile_note: NotRequired[str]
    prediction: list[PredictionEntry]
    remarks: list[str]


class PeriodDifferenceEntry(TypedDict):
    """The difference of two periods under one correlation (see `metawright.heterogeneity.periods`)."""

    model: str
    rho: float
    phi: float | None
    tau2: float | None
    tau2_source: str
    converged: bool
    earlier: float | None
    later: float | None
    difference: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    statistic: float | None
    p: float | None
    robust_se: float | None
    robust_df: float | None
    robust_ci_low: float | None
    robust_ci_high: float | None
    robust_p: float | None
    robust_note: str


class NaiveDifferenceEntry(TypedDict):
    """The difference of two periods as if they shared no trial."""

    model: str
    difference: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    q: float | None
    p: float | None


class PeriodPair(TypedDict):
    """Two periods of one outcome compared, and the trials that they share."""

    earlier: str
    later: str
    status: str
    shared: list[str]
    only_earlier: list[str]
    only_later: list[str]
    differences: list[PeriodDifferenceEntry]
    naive: list[NaiveDifferenceEntry]
    remarks: list[str]


class PeriodsDocument(TypedDict):
    """Every pair of periods of one outcome. `status` is `compared`, `one_period` or `awaiting_data`."""

    outcome: str
    measure: str
    status: str
    reason: str
    pairs: list[PeriodPair]


class LadderRung(TypedDict):
    """One model of the ladder (see `metawright.heterogeneity.method_ladder.Rung`)."""

    key: str
    family: str
    tau2_method: str
    interval: str
    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    df: float | None
    p: float | None
    tau2: float | None
    i2: float | None
    pi_low: float | None
    pi_high: float | None
    p_above_zero: float | None
    excludes_zero: bool
    same_as: str
    flags: list[str]


class Agreement(TypedDict):
    """Q of a pool beside the Q below which its Hartung-Knapp interval excludes no effect."""

    q: float | None
    q_below: float | None
    probability: float | None


class MethodLadder(TypedDict):
    """Every usual model of one cell side by side."""

    outcome: str
    period: str
    status: str
    k: int
    rungs: list[LadderRung]
    agreement: Agreement | None
    distinct: int
    excluding: int
    remarks: list[str]
