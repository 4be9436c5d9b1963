"""The rows of the tables that the effects stage writes, with numbers as numbers."""

from typing import TypedDict


class EffectRow(TypedDict):
    """A row of `effects.csv`: one effect that is used, or one raw row that is not, with the reason.

    A raw row outside all periods has none. `y` and `v` are the effect and its sampling variance (ratios on the natural
    log scale).
    """

    outcome: str
    period: str | None
    study: str
    measure: str
    y: float | None
    v: float | None
    n: float | None
    n_experimental: float | None
    n_control: float | None
    used: bool
    reason: str
    timepoint: str
    timepoint_months: float | None
    row_ids: str
    imputed: bool


class InputRow(TypedDict):
    """A row of `inputs.csv`: what went into an effect that is used, one arm (or contrast) of one time point.

    `made` is empty for the numbers of one row as they are; else words joined by `;`: `combined` (several arms as one),
    `share of m` (one of m equal shares of an arm), `paired` (a cross-over), `averaged` (several time points in one
    effect), `sign turned`. `recovered` names column and route, joined by `;`.
    """

    outcome: str
    period: str
    study: str
    timepoint: str
    arm: str
    n: float | None
    mean: float | None
    sd: float | None
    events: float | None
    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    ci_level: float | None
    row_ids: str
    made: str
    recovered: str


class RecoveredRow(TypedDict):
    """A row of `recovered.csv`: a value that the file did not hold, with the route and formula that gave it."""

    row: int
    study: str
    outcome: str
    timepoint: str
    arm: str
    column: str
    route: str
    formula: str
    inputs: str
    value: float
    flags: str
    grid: str


class ChoiceRow(TypedDict):
    """A row of `choices.csv`: a choice that made one estimate out of several, or that set a row aside."""

    study: str
    outcome: str
    period: str
    policy: str
    candidates: str
    chosen: str
    tie: bool
    reason: str


#: Columns of the tables, in their order.
EFFECT_COLUMNS = tuple(EffectRow.__annotations__)
INPUT_COLUMNS = tuple(InputRow.__annotations__)
RECOVERED_COLUMNS = tuple(RecoveredRow.__annotations__)
CHOICE_COLUMNS = tuple(ChoiceRow.__annotations__)
