"""What a rating is about: an effect, an important effect, or little or no effect; and the line that decides it.

Everything here stands on the analysis scale: the logarithm for ratios.
"""

from dataclasses import dataclass
from math import exp, inf, log

from metawright.appraisal.rating.inputs import Inputs, Threshold
from metawright.appraisal.rating.settings import Settings
from metawright.files.known import known
from metawright.measures import kinds, risks
from metawright.measures.registry import all_measures, measures_of_kind

EFFECT = "an effect"
IMPORTANT = "important effect"
LITTLE = "little or no effect"

#: Measures whose information is events, rates included, which have no pool in this program.
EVENTS = (*(one.key for one in all_measures() if one.information == "events"), "IRR", "MH_IRR")
#: Measures on a ratio scale.
RATIOS = tuple(dict.fromkeys([*(one.key for one in all_measures() if one.is_ratio), *EVENTS]))
ODDS = tuple(one.key for one in all_measures() if one.risks is risks.ODDS)
RISK_DIFFERENCES = tuple(one.key for one in all_measures() if one.risks is risks.DIFFERENCE)
BINARY = tuple(one.key for one in measures_of_kind(kinds.BINARY))
MEANS = tuple(one.key for one in measures_of_kind(kinds.CONTINUOUS))
#: Measures in standard deviations, and in the unit of the outcome.
IN_SDS = tuple(one.key for one in all_measures() if one.unit == "sd")
IN_UNITS = tuple(one.key for one in all_measures() if one.unit == "outcome")
#: One group alone: nothing is compared.
ONE_ARM = ("PR", "PLO", "PAS", "PFT", "MN", "MNLN", "IR", "IRLN", "IRFT")

#: Lower and upper limit.
_Band = tuple[float, float]


@dataclass(frozen=True)
class Scale:
    """A result on the scale of its decision, and the bands of that scale.

    Attributes
    ----------
    estimate, low, high : float
        The result; with one degree of freedom the Wald limits, where they are known.
    t : (float, float) or None
        Then the limits of the t interval.
    ratio : bool
        Whether the scale is logarithmic.
    appreciable, little : (float, float) or None
        Limits of an appreciable effect and of little or no effect; None where the measure has none.
    mid : float or None
        The declared threshold of importance, above 0.
    """

    estimate: float
    low: float
    high: float
    t: tuple[float, float] | None
    ratio: bool
    appreciable: tuple[float, float] | None
    little: tuple[float, float] | None
    mid: float | None

    @property
    def holds_null(self) -> bool:
        """Whether the interval includes no effect."""
        return self.low <= 0.0 <= self.high

    @property
    def target(self) -> str:
        """What the rating is about; see the module."""
        if self.mid is not None:
            return IMPORTANT if abs(self.estimate) >= self.mid else LITTLE
        return LITTLE if self.holds_null and _within(self.low, self.high, self.little) else EFFECT

    @property
    def lines(self) -> tuple[float, ...]:
        """The lines that trials and intervals are held against: one, or both limits of little or no effect."""
        if self.target == LITTLE:
            return (-self.mid, self.mid) if self.mid is not None else self.little or (0.0,)
        if self.target == IMPORTANT:
            mid = known(self.mid)
            return (mid if self.estimate >= 0 else -mid,)
        return (0.0,)

    def side(self, value: float) -> int:
        """Return on which side of the line(s) a value lies: -1, 0 or 1; on a single line: 0."""
        lines = self.lines
        if len(lines) == 2:
            return (value > lines[1]) - (value < lines[0])
        if self.target == IMPORTANT:
            # an estimate equal to the threshold counts as beyond it
            return 1 if (value >= lines[0] if lines[0] > 0 else value <= lines[0]) else -1
        return (value > lines[0]) - (value < lines[0])

    def opposite(self, one: float, other: float) -> bool:
        """Whether two values lie on different sides; a value on a single line is on neither."""
        sides = {self.side(one), self.side(other)}
        if len(self.lines) == 1:
            sides.discard(0)
        return len(sides) == 2

    def crosses(self, low: float, high: float) -> bool:
        """Whether an interval reaches over a line."""
        if len(self.lines) == 2:
            return low < self.lines[0] or high > self.lines[1]
        return low < self.lines[0] < high


def scale_of(inputs: Inputs, settings: Settings) -> Scale:
    """Put a result on the scale on which it is rated (see `place`)."""
    limits = (inputs.ci_low, inputs.ci_high)
    t = None
    if two_trials_by_t(inputs):
        t, limits = limits, inputs.wald or limits
    absolute = _is_absolute(inputs)
    measure = RISK_DIFFERENCES[0] if absolute else inputs.measure
    ratio = measure in RATIOS
    mid = _mid(inputs.absolute_threshold if absolute else inputs.mid, ratio)

    def put(value: float | None) -> float:
        return to_rated_scale(known(value), inputs, settings)

    low, high = limits
    both = (put(t[0]), put(t[1])) if t else None
    return Scale(put(inputs.estimate), put(low), put(high), both, ratio, *_bands(measure, inputs.sd, settings), mid)


def to_rated_scale(value: float, inputs: Inputs, settings: Settings) -> float:
    """Return a natural value on the scale on which its cell is rated.

    That is the logarithm for ratios. A declared `absolute_threshold` is the threshold: ratios are then judged as
    differences in risk, at the control risk, or at the assumed one where that is not known.
    """
    if _is_absolute(inputs):
        return risk_difference(value, control_risk(inputs, settings), inputs.measure)
    return _log(value) if inputs.measure in RATIOS else value


def natural(value: float, measure: str) -> float:
    """Return a value of the analysis scale on the natural one: ratios back from the logarithm."""
    return exp(value) if measure in RATIOS else value


def _is_absolute(inputs: Inputs) -> bool:
    return inputs.absolute_threshold is not None and inputs.measure in (*BINARY, *EVENTS)


def two_trials_by_t(inputs: Inputs) -> bool:
    """Whether the interval is a t interval with one degree of freedom: that of two trials."""
    return inputs.df is not None and inputs.df <= 1


def control_risk(inputs: Inputs, settings: Settings) -> float:
    """Return the risk without the treatment, the assumed one where it is not known."""
    return settings.assumed_risk if inputs.control_risk is None else inputs.control_risk


def risk_difference(value: float, risk: float, measure: str) -> float:
    """Return the difference in risk that an effect makes at a risk; the effect on the natural scale."""
    if measure in RISK_DIFFERENCES:
        return value
    if measure in ODDS:
        return value * risk / (1.0 - risk + value * risk) - risk
    if measure in EVENTS:
        return 1.0 - (1.0 - risk) ** value - risk
    return min(1.0, value * risk) - risk


def placed(inputs: Inputs, settings: Settings) -> Scale | None:
    """Return the scale of a result; None where there is no result."""
    if None in (inputs.estimate, inputs.ci_low, inputs.ci_high):
        return None
    return scale_of(inputs, settings)


def _log(value: float) -> float:
    return log(value) if value > 0 else -inf


def _mid(mid: Threshold | None, ratio: bool) -> float | None:
    if mid is None or not mid.value:
        return None
    return abs(_log(mid.value)) if ratio else abs(mid.value)


def _within(low: float, high: float, band: tuple[float, float] | None) -> bool:
    return band is not None and band[0] <= low and high <= band[1]


def _bands(measure: str, sd: float | None, settings: Settings) -> tuple[_Band | None, _Band | None]:
    """Return the limits of an appreciable effect and of little or no effect; None where the measure has none."""
    if measure in RATIOS:
        (wide_low, wide_high), (low, high) = settings.appreciable_ratio, settings.little_ratio
        return (log(wide_low), log(wide_high)), (log(low), log(high))
    if measure in RISK_DIFFERENCES:
        wide, narrow = settings.appreciable_risk_difference, settings.little_risk_difference
    elif measure in IN_SDS:
        wide, narrow = settings.appreciable_smd, settings.little_smd
    elif measure in IN_UNITS and sd:
        wide, narrow = settings.appreciable_smd * sd, settings.little_smd * sd
    else:
        return None, None
    return (-wide, wide), (-narrow, narrow)
