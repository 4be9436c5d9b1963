"""Rating up: when studies without randomisation would be eligible. People decide; the program only says so."""

from metawright.appraisal.rating.inputs import Inputs
from metawright.appraisal.rating.settings import Settings
from metawright.appraisal.rating.target import BINARY, ODDS, RISK_DIFFERENCES, control_risk, risk_difference

#: Relative effects from which one and two levels are allowed, as risk ratios; several studies must stand behind them.
LARGE, VERY_LARGE, STUDIES = 2.0, 5.0, 2


def eligible_up(inputs: Inputs, levels_down: int, settings: Settings) -> int:
    """Return how many levels a rating could be raised by for a large effect: 0, 1 or 2."""
    if inputs.design != "non_randomised" or levels_down or inputs.k < STUDIES or not inputs.estimate:
        return 0
    if inputs.measure not in BINARY or inputs.measure in RISK_DIFFERENCES or inputs.estimate <= 0:
        return 0
    ratio = inputs.estimate
    if inputs.measure in ODDS:
        risk = control_risk(inputs, settings)
        ratio = (risk + risk_difference(ratio, risk, inputs.measure)) / risk
    folded = max(ratio, 1.0 / ratio)
    return 2 if folded > VERY_LARGE else 1 if folded > LARGE else 0
