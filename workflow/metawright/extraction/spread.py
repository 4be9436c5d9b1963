"""What the raw cells of spread must keep among themselves before anything is recovered from them."""

from collections.abc import Iterator
from itertools import pairwise

from metawright.extraction.documents import ArmRow
from metawright.reading.p_values import read_p_value

_ORDER = ("min", "q1", "median", "q3", "max")


def spread_problems(arm: ArmRow) -> Iterator[tuple[str, str, str]]:
    """Yield (column, value, what is wrong) for quantiles out of order, impossible P values and correlations.

    Parameters
    ----------
    arm : Mapping
        A row of `arms.csv`: its quantiles, `p_value`, and the three standard deviations of a change score.
    """
    given = [(name, number) for name in _ORDER if (number := arm[name]) is not None]
    for (low, smaller), (high, larger) in pairwise(given):
        if smaller > larger:
            what = f"is above {high} ({larger:g}); the order is min, q1, median, q3, max"
            yield low, f"{smaller:g}", what
    p = read_p_value(arm["p_value"]).p
    if p is not None and p > 1:
        yield "p_value", arm["p_value"], "is above 1; a P value lies between 0 and 1"
    change, before, after = (arm[name] for name in ("sd", "sd_baseline", "sd_final"))
    if arm["value_type"] != "change" or change is None or before is None or after is None:
        return
    if min(before, after) > 0:
        correlation = (before**2 + after**2 - change**2) / (2 * before * after)
        if abs(correlation) > 1:
            what = (
                f"does not fit sd_baseline ({before:g}) and sd_final ({after:g}): the correlation between them would "
                f"be {correlation:.2f}; it lies between -1 and 1"
            )
            yield "sd", f"{change:g}", what
