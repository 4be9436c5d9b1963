"""Risk of bias: whose weight the result rests on."""

from metawright.appraisal.rating.domain import Finding
from metawright.appraisal.rating.inputs import RiskOfBias
from metawright.appraisal.rating.settings import Settings

NOT_ASSESSED = "risk of bias not assessed"
#: What is not known cannot be all of the weight but for rounding.
_ALL = 100.0 - 1e-9


def withheld(rob: RiskOfBias | None, settings: Settings) -> str:
    """Say why a cell cannot be rated for want of judgements; empty where it can."""
    if rob is None or rob.not_judged >= _ALL:
        return NOT_ASSESSED
    if rob.not_judged > settings.not_judged_weight:
        return f"risk of bias more than {settings.not_judged_weight:g}% of the weight not judged"
    return ""


def risk_of_bias(rob: RiskOfBias | None, start_high: bool, controlled: bool, settings: Settings) -> Finding:
    """Suggest the levels of risk of bias.

    Parameters
    ----------
    rob : RiskOfBias or None
    start_high : bool
        ROBINS-I: whether the rating starts high, which takes a level more.
    controlled : bool
        Whether there is a comparison group; without one at least one level is taken.
    settings : Settings
    """
    if rob is None or withheld(rob, settings):
        words = "not judged" if rob is None else f"{rob.not_judged:.0f}% of weight not judged"
        return Finding(None, remarks=(words,))
    found = _robins(rob, start_high, settings) if rob.instrument == "ROBINS-I" else _trials(rob, settings)
    if found.levels == 0 and not controlled:
        found = Finding(1, ("no comparison group",), found.remarks, found.numbers)
    if rob.not_judged > 0.5:
        remarks = (*found.remarks, f"{rob.not_judged:.0f}% of weight not judged")
        found = Finding(found.levels, found.triggers, remarks, found.numbers)
    return found


def _trials(rob: RiskOfBias, settings: Settings) -> Finding:
    """RoB 1 and RoB 2."""
    high, low = rob.share("high"), rob.share("low")
    numbers = {"high": high, "low": low, "two_high": rob.two_high, "not_judged": rob.not_judged}
    said = f"{high:.0f}% of weight at high risk"
    if high >= settings.grave_weight and rob.two_high > settings.two_domains_weight:
        return Finding(2, (f"{said}, {rob.two_high:.0f}% in two domains or more",), numbers=numbers)
    if high > settings.risk_of_bias_weight:
        return Finding(1, (said,), numbers=numbers)
    if low < settings.low_weight:
        return Finding(1, (f"{low:.0f}% of weight at low risk",), ("close call",), numbers)
    if high > settings.some_high_weight:
        if rob.same_without_high:
            return Finding(0, remarks=(f"{said}; without those trials the conclusion is the same",), numbers=numbers)
        why = "was not computed" if rob.same_without_high is None else "changes it"
        return Finding(1, (f"{said}; the pool without those trials {why}",), numbers=numbers)
    return Finding(0, remarks=(said,), numbers=numbers)


def _robins(rob: RiskOfBias, start_high: bool, settings: Settings) -> Finding:
    most = settings.risk_of_bias_weight
    critical = rob.share("critical")
    serious = critical + rob.share("serious")
    moderate = serious + rob.share("moderate")
    numbers = {"critical": critical, "serious": serious, "moderate": moderate, "not_judged": rob.not_judged}
    extra = 1 if start_high else 0
    if critical > most:
        return Finding(2 + extra, (f"{critical:.0f}% of weight at critical risk",), numbers=numbers)
    if serious > most:
        return Finding(1 + extra, (f"{serious:.0f}% of weight at serious or critical risk",), numbers=numbers)
    if start_high and moderate > most:
        return Finding(1, (f"{moderate:.0f}% of weight at moderate risk or worse",), numbers=numbers)
    return Finding(0, remarks=(f"{serious:.0f}% of weight at serious or critical risk",), numbers=numbers)
