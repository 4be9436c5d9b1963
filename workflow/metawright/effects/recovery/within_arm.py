"""What a single arm's row gives: routes S1, S2, S6 and S7.

Each function returns a `Found`, or the words that say why there is none; empty words: the row has not got what the
route needs.
"""

import math

from metawright.effects.recovery.change import sd_of_change
from metawright.effects.recovery.interval import half_width_quantile, sd_from_interval
from metawright.effects.recovery.quantiles import (
    mean_from_five_numbers,
    mean_from_quartiles,
    mean_from_range,
    sd_from_five_numbers,
    sd_from_quartiles,
    sd_from_range,
)
from metawright.effects.recovery.recovered import Recovered, adjusted
from metawright.effects.recovery.skewness import five_numbers_are_skewed, quartiles_are_skewed, range_is_skewed
from metawright.effects.recovery.standard_error import sd_from_se
from metawright.extraction.documents import ArmRow
from metawright.files.known import known
from metawright.reading.protocol import Imputation

#: Below this many participants quantiles say too little.
FEWEST = 5

Attempt = Recovered | str
Limit = float | None


def from_se(row: ArmRow, settings: Imputation) -> Attempt:
    """S1: from the standard error of the mean."""
    if row["se"] is None:
        return ""
    n = known(row["n"])
    value = float(sd_from_se(row["se"], n))
    inputs = {"se": row["se"], "n": n}
    return Recovered("S1", value, "standard error times the root of n", inputs, adjusted(row))


def from_interval(row: ArmRow, settings: Imputation) -> Attempt:
    """S2: from the confidence interval of the mean."""
    low, high = row["ci_low"], row["ci_high"]
    if low is None or high is None:
        return ""
    n = known(row["n"])
    if n < 2:
        return "an interval of one participant has no t quantile"
    if low >= high:
        return "the confidence interval has no width"
    if row["mean"] is not None and not low <= row["mean"] <= high:
        return (
            "the confidence interval does not hold the mean; that of a difference between the arms belongs in a row of "
            "its own with arm `contrast`"
        )
    level = 95.0 if row["ci_level"] is None else row["ci_level"]
    quantile = float(half_width_quantile(n, level, settings["ci_quantile"]))
    value = float(sd_from_interval(low, high, n, level, settings["ci_quantile"]))
    inputs = {"ci_low": low, "ci_high": high, "ci_level": level, "quantile": quantile, "n": n}
    return Recovered(
        "S2", value, "root of n times the width of the interval over twice its quantile", inputs, adjusted(row)
    )


def from_change(row: ArmRow, baseline_sd: float | None, settings: Imputation) -> Attempt:
    """S6: SD of a change score from those at baseline and at the time point, with the declared correlation."""
    if row["value_type"] != "change":
        return ""
    before = baseline_sd if row["sd_baseline"] is None else row["sd_baseline"]
    after, rho = row["sd_final"], settings["rho"]
    if before is None or after is None:
        return ""
    if rho is None:
        return "the SD of a change needs a declared correlation (`imputation.rho`)"
    inputs = {"sd_baseline": before, "sd_final": after, "rho": rho}
    grid = ";".join(f"{r:g}={float(sd_of_change(before, after, r))!r}" for r in settings["rho_grid"])
    formula = "root of the two squared SDs' sum less twice rho times their product"
    return Recovered("S6", float(sd_of_change(before, after, rho)), formula, inputs, (), grid)


def from_quantiles(row: ArmRow, column: str, settings: Imputation) -> Attempt:
    """S7: mean or SD from the median with quartiles and/or range, after the test for skewness."""
    a, q1, median, q3, b = (row[name] for name in ("min", "q1", "median", "q3", "max"))
    n = known(row["n"])
    has_range, has_quartiles = a is not None and b is not None, q1 is not None and q3 is not None
    if not (has_range or has_quartiles) or (column == "mean" and median is None):
        return "a median alone gives no mean and no SD" if median is not None else ""
    if n < FEWEST:
        return f"quantiles of fewer than {FEWEST} participants give no SD"
    if (has_quartiles and known(q1) >= known(q3)) or (has_range and known(a) >= known(b)):
        return "the quartiles or the range have no width"
    skewed = None if median is None else _is_skewed(a, q1, median, q3, b, n)
    if skewed and settings["exclude_skewed"]:
        return "skewed: the quantiles reject symmetry (Shi 2023), and mean and SD would mislead"
    given = {"min": a, "q1": q1, "median": median, "q3": q3, "max": b, "n": n}
    inputs = {name: value for name, value in given.items() if value is not None}
    flags = ("from_quantiles", *(("symmetry_untested",) if skewed is None else ("skewed",) if skewed else ()))
    value, formula = (_mean if column == "mean" else _sd)(a, q1, median, q3, b, n)
    return Recovered("S7", float(value), formula, inputs, flags)


def _is_skewed(a: Limit, q1: Limit, median: float, q3: Limit, b: Limit, n: float) -> bool:
    if a is None or b is None:
        return bool(quartiles_are_skewed(known(q1), median, known(q3), n))
    if q1 is None or q3 is None:
        return bool(range_is_skewed(a, median, b, n))
    return bool(five_numbers_are_skewed(a, q1, median, q3, b, n))


def _mean(a: Limit, q1: Limit, median: Limit, q3: Limit, b: Limit, n: float) -> tuple[float, str]:
    if a is None or b is None:
        return float(
            mean_from_quartiles(known(q1), known(median), known(q3), n)
        ), "mean from median and quartiles (Luo 2018)"
    if q1 is None or q3 is None:
        return float(mean_from_range(a, known(median), b, n)), "mean from median and range (Luo 2018)"
    return float(
        mean_from_five_numbers(a, q1, known(median), q3, b, n)
    ), "mean from median, quartiles and range (Luo 2018)"


def _sd(a: Limit, q1: Limit, median: Limit, q3: Limit, b: Limit, n: float) -> tuple[float, str]:
    if a is None or b is None:
        return float(sd_from_quartiles(known(q1), known(q3), n)), "SD from quartiles (Wan 2014)"
    if q1 is None or q3 is None:
        return float(sd_from_range(a, b, n)), "SD from the range (Wan 2014)"
    return float(sd_from_five_numbers(a, q1, q3, b, n)), "SD from quartiles and range (Shi 2020)"


def usable(found: Attempt, row: ArmRow) -> Attempt:
    """Return *found*, or words where its value is no standard deviation or mean."""
    if isinstance(found, Recovered) and not math.isfinite(found.value):
        return f"route {found.route} gives no finite value"
    return found
