"""Does a printed P value fit the means, SDs and sizes of two arms? Intervals over rounding throughout."""

import re
from collections.abc import Sequence
from math import sqrt

from metawright.extraction.grim import printed_interval
from metawright.files.known import known
from metawright.reading.p_values import read_p_value

_NUMBER = re.compile(r"\d*[.,]?\d+(?:e-?\d+)?$")

Interval = tuple[float, float]


def p_interval(text: str) -> Interval | None:
    """Return what a printed P stands for: `0.03` is 0.025 to 0.035, `< 0.05` is 0 to 0.05, `NS` is 0.05 to 1.

    None where the text is no P value.
    """
    read = read_p_value(text.strip().rstrip("*"))
    if read.relation == "ns":
        return 0.05, 1.0
    if read.p is None or read.p > 1:
        return None
    if read.relation == "<":
        return 0.0, read.p
    if read.relation == ">":
        return read.p, 1.0
    low, high = printed_interval(known(_NUMBER.search(text.strip().rstrip("*").casefold()))[0].replace(",", "."))
    return max(0.0, float(low)), min(1.0, float(high))


def student_and_welch(means: Sequence[str], sds: Sequence[str], n: Sequence[int]) -> tuple[Interval, Interval]:
    """Return the two-sided P of Student's and of Welch's t test, each as an interval over the rounding of its inputs.

    Parameters
    ----------
    means, sds : sequences of two str
        As printed.
    n : sequence of two int
        Sizes of the arms, at least 2 each.
    """
    from scipy.special import stdtr

    (a_low, a_high), (b_low, b_high) = (tuple(map(float, printed_interval(text))) for text in means)
    (s_low, s_high), (r_low, r_high) = (tuple(max(0.0, float(x)) for x in printed_interval(text)) for text in sds)
    furthest = max(a_high - b_low, b_high - a_low)
    nearest = max(0.0, a_low - b_high, b_low - a_high)

    def p(difference: float, se: float, df: float) -> float:
        return 1.0 if difference == 0 else 0.0 if se == 0 else float(2 * stdtr(df, -difference / se))

    def student_se(s: float, r: float) -> float:
        return sqrt(((n[0] - 1) * s * s + (n[1] - 1) * r * r) / (n[0] + n[1] - 2) * (1 / n[0] + 1 / n[1]))

    df = n[0] + n[1] - 2
    student = (p(furthest, student_se(s_low, r_low), df), p(nearest, student_se(s_high, r_high), df))
    corners = [_welch_df(s, r, n) for s in (s_low, s_high) for r in (r_low, r_high)]
    small, large = sqrt(s_low**2 / n[0] + r_low**2 / n[1]), sqrt(s_high**2 / n[0] + r_high**2 / n[1])
    return student, (p(furthest, small, max(corners)), p(nearest, large, min(corners)))


def fits(printed: Interval, means: Sequence[str], sds: Sequence[str], n: Sequence[int]) -> bool:
    """Whether a printed P meets Student's or Welch's P of the arms."""
    return any(low <= printed[1] and printed[0] <= high for low, high in student_and_welch(means, sds, n))


def totals_that_fit(printed: Interval, means: Sequence[str], sds: Sequence[str], n: Sequence[int]) -> list[int]:
    """Return the total numbers of participants with which the printed P would fit, none of the arms above *n*."""
    return sorted(
        {
            first + second
            for first in range(2, n[0] + 1)
            for second in range(2, n[1] + 1)
            if fits(printed, means, sds, (first, second))
        }
    )


def _welch_df(s: float, r: float, n: Sequence[int]) -> float:
    """Welch-Satterthwaite; between the smaller arm's and Student's degrees of freedom, also where both SDs are 0."""
    a, b = s * s / n[0], r * r / n[1]
    return (a + b) ** 2 / (a * a / (n[0] - 1) + b * b / (n[1] - 1)) if a + b > 0 else float(n[0] + n[1] - 2)
