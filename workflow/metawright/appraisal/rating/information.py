"""How much information there is, held against the size that one adequately powered trial would need (OIS)."""

from dataclasses import dataclass
from math import ceil, log

from metawright.appraisal.rating.inputs import Inputs
from metawright.appraisal.rating.settings import Settings
from metawright.appraisal.rating.target import BINARY, EVENTS, IN_SDS, MEANS, ODDS, RATIOS, Scale, control_risk
from metawright.files.known import all_known, known
from metawright.pooling.quantiles import normal

#: Pools of so few trials lose two levels where the number of participants is not known.
FEW = 2


@dataclass(frozen=True)
class Information:
    """Information of a pool.

    Attributes
    ----------
    ois : float
        What is needed: participants, or events.
    have : float or None
        What is there; None: not known.
    events : bool
        Whether events are counted.
    by : str
        How the need was computed, in words.
    """

    ois: float
    have: float | None
    events: bool
    by: str

    @property
    def ratio(self) -> float | None:
        """Information as a share of what is needed; None where it is not known."""
        return None if self.have is None else self.have / self.ois

    @property
    def unit(self) -> str:
        """What is counted, in words."""
        return "events" if self.events else "participants"

    def below(self, share: float) -> bool:
        """Whether it is less than a share of the need; what is not known never counts as enough."""
        return self.ratio is None or self.ratio < share


def information(inputs: Inputs, settings: Settings) -> Information:
    """Return the optimal information size of a cell and what it has of it.

    Binary outcomes: two proportions, the lesser of the control risk and its complement reduced by the relative
    reduction; hazard and rate ratios: events by Schoenfeld's formula; continuous outcomes: by the declared MID and the
    SD, else the conventional number. Two-sided error and power as set.
    """
    z2 = (normal(1.0 - settings.alpha) + normal(2.0 * settings.power - 1.0)) ** 2
    measure, cut = inputs.measure, settings.relative_reduction
    if measure in EVENTS:
        return Information(4.0 * z2 / log(1.0 - cut) ** 2, inputs.events, True, f"a relative reduction of {cut:.0%}")
    if measure in BINARY:
        risk = control_risk(inputs, settings)
        lesser = min(risk, 1.0 - risk)
        if lesser <= 0.0:
            return Information(settings.information_size, inputs.n, False, "by convention: no control risk to reduce")
        other = (1.0 - cut) * lesser
        arm = z2 * (lesser * (1.0 - lesser) + other * (1.0 - other)) / (lesser - other) ** 2
        assumed = " (assumed)" if inputs.control_risk is None else ""
        by = f"a relative reduction of {cut:.0%} at a control risk of {risk:.1%}{assumed}"
        return Information(2 * ceil(arm), inputs.n, False, by)
    sd = 1.0 if measure in IN_SDS else inputs.sd
    if inputs.mid is not None and inputs.mid.value and sd and measure not in RATIOS:
        arm = 2.0 * z2 * (sd / inputs.mid.value) ** 2
        return Information(2 * ceil(arm), inputs.n, False, "the declared MID and the SD")
    return Information(settings.information_size, inputs.n, False, "by convention")


def by_information(inputs: Inputs, scale: Scale, found: Information, settings: Settings) -> tuple[int, list[str]]:
    """Step B: levels that too little information takes, and why.

    Limits far apart take two levels as well, whatever the information: the shortcut for ratios.
    """
    if found.ratio is None:
        levels, why = (2 if inputs.k <= FEW else 1), [f"the number of {found.unit} is not known"]
    else:
        levels = 0 if found.ratio >= 1.0 else 1 if found.ratio >= settings.half_information else 2
        said = f"{found.have:,.10g} {found.unit}, {_percent(found.ratio)} of {ceil(found.ois - 1e-9):,} ({found.by})"
        why = [said] if levels else []
    if limits := _far_apart(inputs, scale, settings):
        levels, why = 2, [*why, limits]
    return levels, why


def _far_apart(inputs: Inputs, scale: Scale, settings: Settings) -> str:
    """Say that the limits of a ratio lie far apart; empty where they do not."""
    if inputs.measure not in RATIOS or inputs.measure in MEANS:
        return ""
    if scale.t and not inputs.wald:
        return ""
    low, high = all_known(known(inputs.wald) if scale.t else (inputs.ci_low, inputs.ci_high))
    most = settings.wide_odds_ratio if inputs.measure in ODDS else settings.wide_ratio
    if low > 0 and high / low <= most:
        return ""
    apart = f"{high / low:.3g}-fold apart" if low > 0 else "without a lower limit above 0"
    return f"limits {apart} (more than {most:g})"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%" if share < 9.995 else "more than 999%"
