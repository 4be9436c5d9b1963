"""What the comparison of two arms gives: routes S3, S4 and S5.

The statistics may stand in either arm's row or in a contrast row of the same time point. One standard deviation is
recovered for both arms: it is what the comparison tells.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from metawright.effects.recovery.difference import common_sd, se_from_difference_interval
from metawright.effects.recovery.recovered import Recovered, adjusted
from metawright.effects.recovery.statistic import se_from_statistic, t_from_f, t_from_p, z_from_p
from metawright.extraction.documents import ArmRow
from metawright.files.known import known
from metawright.reading.p_values import PValue, read_p_value


def common_spread(experimental: ArmRow, control: ArmRow, contrast: ArmRow | None) -> Recovered | str:
    """Return the SD that two arms share, or the words that say why the comparison does not give it."""
    n1, n2 = experimental["n"], control["n"]
    if n1 is None or n2 is None or n1 + n2 < 3:
        return ""
    sizes = {"n_experimental": n1, "n_control": n2}
    means = experimental["mean"], control["mean"]
    flags = adjusted(experimental, control, contrast)
    of_contrast = _of_contrast(means, contrast, sizes)
    if of_contrast:
        return replace(of_contrast, flags=flags) if isinstance(of_contrast, Recovered) else of_contrast
    first, second = means
    if first is None or second is None:
        return ""
    se = standard_error(first - second, [experimental, control, *([contrast] if contrast else [])], n1, n2)
    if not isinstance(se, Recovered):
        return se
    value = float(common_sd(se.value, n1, n2))
    formula = f"{se.formula}, over the root of 1/n + 1/n"
    return Recovered(se.route, value, formula, {**se.inputs, **sizes}, (*se.flags, *flags))


def standard_error(difference: float, rows: Sequence[ArmRow], n1: float | None, n2: float | None) -> Recovered | str:
    """Return the standard error of a difference from the t, F or P of its test (S4), or from a bound of P (S5).

    Parameters
    ----------
    difference : float
        What was tested.
    rows : sequence of mappings
        Rows that may hold `t_value`, `f_value` or `p_value`.
    n1, n2 : int or None
        Participants of the arms; None: the test counts as normal.
    """
    t, words = _statistic(rows)
    if words:
        return words
    p = PValue("")
    if t is None:
        p, words = _p_value(rows)
        if words or not p.relation:
            return words
        tested = known(p.p)
        said = f"P {p.relation} {tested:g}"
        if n1 is not None and n2 is not None and n1 + n2 > 2:
            t = ("t", float(t_from_p(tested, n1, n2)), said)
        else:
            t = ("z", float(z_from_p(tested)), said)
    name, statistic, origin = t
    value = float(se_from_statistic(difference, statistic))
    if not math.isfinite(value):
        return "a difference or a statistic of 0 says nothing about the spread"
    inputs = {"difference": difference, name: statistic, "from": origin}
    bound = p.relation == "<"
    formula = f"difference over its {name}{' at the bound of P' if bound else ''}"
    return Recovered("S5" if bound else "S4", value, formula, inputs, ("conservative_bound",) if bound else ())


def _of_contrast(
    means: tuple[float | None, float | None], contrast: ArmRow | None, sizes: Mapping[str, float]
) -> Recovered | str:
    """S3: from a contrast row that holds the mean difference of the two arms with its SE or interval."""
    if contrast is None or contrast["estimate"] is None:
        return ""
    first, second = means
    if first is not None and second is not None and not _same(contrast["estimate"], first, second):
        return ""
    formula = "over the root of 1/n + 1/n"
    if contrast["sd"] is not None:
        return Recovered("S3", contrast["sd"], "SD of the comparison, common to both arms", {"row": contrast["row"]})
    if contrast["se"] is not None:
        value, inputs = contrast["se"], {"se": contrast["se"], **sizes}
        words = f"standard error of the difference {formula}"
    elif contrast["ci_low"] is not None and contrast["ci_high"] is not None:
        low, high = contrast["ci_low"], contrast["ci_high"]
        level = 95.0 if contrast["ci_level"] is None else contrast["ci_level"]
        value = float(se_from_difference_interval(low, high, sizes["n_experimental"], sizes["n_control"], level))
        inputs = {"ci_low": low, "ci_high": high, "ci_level": level, **sizes}
        words = f"width of the difference's interval over twice its t, {formula}"
    else:
        return ""
    if not value > 0:
        return "the interval of the difference has no width"
    return Recovered(
        "S3",
        float(common_sd(value, sizes["n_experimental"], sizes["n_control"])),
        words,
        {"row": contrast["row"], **inputs},
    )


def _same(estimate: float, first: float, second: float) -> bool:
    """Whether an estimate is the difference of two means, within the rounding of the three."""
    tolerance = math.fsum(0.5 * 10.0 ** -_decimals(value) for value in (estimate, first, second))
    return abs(estimate - (first - second)) <= tolerance * (1 + 1e-9)


def _decimals(value: float) -> int:
    text = repr(float(value)).removesuffix(".0")
    return len(text.partition(".")[2]) if "e" not in text else 15


def _statistic(rows: Sequence[ArmRow]) -> tuple[tuple[str, float, str] | None, str]:
    """Return (name, t, where from), or words if the rows disagree."""
    found = {abs(row["t_value"]): ("t", abs(row["t_value"]), "t") for row in rows if row["t_value"] is not None}
    if not found:
        found = {
            row["f_value"]: ("t", float(t_from_f(row["f_value"])), f"F {row['f_value']:g}")
            for row in rows
            if row["f_value"] is not None
        }
    if len(found) > 1:
        return None, "the rows of this comparison give different test statistics"
    return next(iter(found.values()), None), ""


def _p_value(rows: Sequence[ArmRow]) -> tuple[PValue, str]:
    """Return the P value of the rows, or words if it cannot be used."""
    found = {read_p_value(row["p_value"]): row["p_value"] for row in rows if row["p_value"]}
    found.pop(PValue(""), None)
    if len(found) > 1:
        return PValue(""), "the rows of this comparison give different P values"
    if not found:
        return PValue(""), ""
    (p, text), *_ = found.items()
    if p.relation == "?":
        return p, f"P value '{text}' is not understood"
    if p.relation in ("ns", ">"):
        return p, f"P value '{text}' gives no bound that could be used"
    if p.p is None or not 0 < p.p < 1:
        return p, f"P value '{text}' gives no test statistic"
    return p, ""
