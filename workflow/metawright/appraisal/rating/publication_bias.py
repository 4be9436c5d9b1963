"""Publication bias: suggested only where a test that fits the measure and the adjusted interval both point to it."""

from metawright.appraisal.rating.domain import Finding
from metawright.appraisal.rating.inputs import Inputs
from metawright.appraisal.rating.settings import Settings
from metawright.sensitivity.small_study.assess import MINIMUM


def publication_bias(inputs: Inputs, settings: Settings) -> Finding:
    """Suggest no level or one, never two; under ten trials nothing is judged and no test is named."""
    if inputs.k < MINIMUM:
        return Finding(None, remarks=(f"not judged: fewer than {MINIMUM} trials",))
    if inputs.egger_p is None:
        return Finding(None, remarks=("not judged: no test for small-study effects fits or was made",))
    numbers = {"p": inputs.egger_p, "shrinks": inputs.shrinks}
    test = f"{inputs.test}: P = {inputs.egger_p:.3f}"
    if inputs.egger_p >= settings.egger_below:
        return Finding(0, remarks=(test,), numbers=numbers)
    if inputs.shrinks is None:
        return Finding(None, remarks=(test, "not judged: the adjusted estimate is not known"), numbers=numbers)
    if inputs.shrinks:
        return Finding(1, (test, "the adjusted interval reaches the line"), numbers=numbers)
    return Finding(0, remarks=(test, "the adjusted interval does not reach the line"), numbers=numbers)
