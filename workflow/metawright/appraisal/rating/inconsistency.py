"""Inconsistency: how far the trials' estimates lie apart, and on which sides of the line."""

from metawright.appraisal.rating.domain import Finding
from metawright.appraisal.rating.inputs import Inputs
from metawright.appraisal.rating.settings import Settings
from metawright.appraisal.rating.target import Scale, natural, to_rated_scale
from metawright.files.known import known
from metawright.pooling.quantiles import normal


def inconsistency(inputs: Inputs, scale: Scale, settings: Settings) -> Finding:
    """Suggest the levels of inconsistency; I² alone decides nothing, and a single trial is never rated down."""
    if inputs.k < 2:
        return Finding(None, remarks=("does not apply to a single trial",))
    if inputs.k == 2:
        return _two(inputs, scale, settings)
    numbers = {"i2": inputs.i2, "overlap": inputs.overlap, "opposite_weight": inputs.opposite_weight}
    apart = inputs.overlap in ("some", "none")
    if inputs.i2 is None and not apart:
        return Finding(None, remarks=("I² is not known",), numbers=numbers)
    statistical = apart or known(inputs.i2) >= settings.i2_from
    if not statistical:
        return Finding(0, remarks=(f"{_i2(inputs)}, every pair of intervals overlaps",), numbers=numbers)
    crossed = inputs.k >= settings.prediction_from and _prediction_crosses(inputs, scale, settings)
    weight = inputs.opposite_weight
    said = (_i2(inputs), {"all": "intervals overlap", "some": "intervals do not all overlap"}.get(
        inputs.overlap, "most intervals across the line do not overlap"))  # fmt: skip
    if weight is None and not crossed:
        return Finding(None, remarks=(*said, "the weight on the other side of the line is not known"), numbers=numbers)
    if weight is not None:
        said = (*said, f"{weight:.0f}% of weight on the other side of the line")
    if crossed:
        said = (*said, "the prediction interval crosses the line")
    grave = inputs.i2 is not None and inputs.i2 >= settings.grave_i2_from and inputs.overlap == "none"
    if grave and weight is not None and weight >= settings.grave_opposite_weight:
        return Finding(2, said, numbers=numbers)
    if crossed or known(weight) >= settings.opposite_weight:
        return Finding(1, said, numbers=numbers)
    size = ("differ in size, not in direction",) if not weight else ()
    return Finding(0, remarks=(*said, *size), numbers=numbers)


def _two(inputs: Inputs, scale: Scale, settings: Settings) -> Finding:
    if len(inputs.studies) != 2:
        return Finding(None, remarks=("the results of the two trials are not known",))
    one, other = inputs.studies
    apart = abs(one.y - other.y) > normal(0.95) * (one.v + other.v) ** 0.5
    sides = [to_rated_scale(natural(study.y, inputs.measure), inputs, settings) for study in (one, other)]
    opposite = scale.opposite(*sides)
    words = "the two trials differ by more than chance and lie on opposite sides of the line"
    if apart and opposite:
        return Finding(1, (words,))
    same = "the two trials agree within chance" if not apart else "the two trials differ in size, not in direction"
    return Finding(0, remarks=(same,))


def _prediction_crosses(inputs: Inputs, scale: Scale, settings: Settings) -> bool:
    if inputs.pi_low is None or inputs.pi_high is None:
        return False
    return scale.crosses(*(to_rated_scale(limit, inputs, settings) for limit in (inputs.pi_low, inputs.pi_high)))


def _i2(inputs: Inputs) -> str:
    return "I² not known" if inputs.i2 is None else f"I² {inputs.i2:.0f}%"
