"""Numbers as people read them: the one place where anything is rounded.

Everything upstream carries float64 at full precision. Here a number becomes text: rounded half away from
zero on its shortest decimal representation (so that 2.675 gives 2.68, which binary rounding does not), with a
true minus sign, ratios back from the logarithm, and P values in the style of a journal.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any, TypeGuard

from metawright.measures.registry import measure_of
from metawright.measures.scales import IDENTITY, Scale

#: In place of a measure: numbers that are printed as they stand.
PLAIN = ""

MINUS = "\N{MINUS SIGN}"

# Wide enough for any float64 written out in full.
_EXACT = Context(prec=700)


@dataclass(frozen=True)
class Style:
    """How a journal prints numbers: one preset of the protocol's `report: preset`.

    Attributes
    ----------
    interval : {"revman", "to"}
        Limits in tables and figures: `[0.04, 6.15]`, or `(0.04 to 6.15)` behind an estimate.
    p : {"journal", "jama"}
        P values in sentences and tables, see `p_value`.
    figure_p : {"revman", "journal", "jama"}
        P values in the lines of a forest plot.
    spaced : bool
        `P = 0.04`, or `P=0.04` without.
    lead : str
        What stands before the limits in a sentence.
    """

    interval: str
    p: str
    figure_p: str
    spaced: bool
    lead: str = "95% CI"


#: The presets, by what the protocol calls them.
PRESETS = {
    "revman": Style(interval="revman", p="journal", figure_p="revman", spaced=True),
    "bmj": Style(interval="to", p="journal", figure_p="journal", spaced=False),
    "jama": Style(interval="to", p="jama", figure_p="jama", spaced=True, lead="95% CI,"),
    "plain": Style(interval="to", p="journal", figure_p="journal", spaced=True),
}
_STYLE: ContextVar[Style] = ContextVar("style", default=PRESETS["revman"])


@contextmanager
def preset(name: str) -> Iterator[Style]:
    """Print numbers in the style of a preset within a `with` block; outside of any, as `revman`.

    Raises
    ------
    ValueError
        When there is no preset of that name.
    """
    if name not in PRESETS:
        raise ValueError(f"unknown preset: {name!r}; known are {', '.join(PRESETS)}")
    token = _STYLE.set(PRESETS[name])
    try:
        yield PRESETS[name]
    finally:
        _STYLE.reset(token)


def preset_of(protocol: Mapping[str, Any]) -> str:
    """Return the name of the preset that a protocol asks for, `revman` where it asks for none."""
    return (protocol.get("report") or {}).get("preset", "revman")


def current_style() -> Style:
    """Return the style in which numbers are printed here."""
    return _STYLE.get()


def scale_of(measure: str) -> Scale:
    """Return the scale of the numbers of *measure*, which may be `PLAIN`."""
    return IDENTITY if measure == PLAIN else measure_of(measure).scale


def is_ratio(measure: str) -> bool:
    """Return whether the numbers of *measure* stand on the natural-log scale in every file."""
    return scale_of(measure).ratio


def back_transform(value: float | None, measure: str) -> float | None:
    """Return *value* on the scale on which people read *measure*.

    `exp` for ratio measures, `tanh` for Fisher's z, unchanged otherwise; None and NaN stay as they are. A logarithm
    beyond float64 gives infinity.
    """
    if value is None or math.isnan(value):
        return value
    return scale_of(measure).printed(value)


def null_value(measure: str) -> float:
    """Return the value of no effect on the scale on which people read *measure*: 1 for ratios, else 0."""
    return scale_of(measure).null


def round_half_away(value: float, decimals: int = 2) -> Decimal:
    """Round half away from zero on the shortest decimal representation of the float64 *value*.

    Parameters
    ----------
    value : float
        Any finite number.
    decimals : int
        Digits after the decimal point; never negative.

    Returns
    -------
    Decimal
        With exactly *decimals* digits after the point; a zero has no sign.
    """
    exact = Decimal(repr(float(value)))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=_EXACT)
    return abs(rounded) if rounded.is_zero() else rounded


def minus(text: str) -> str:
    """Return *text*, one number as written in a file, with a true minus sign in front."""
    return MINUS + text[1:] if text.startswith("-") else text


def _is_known(value: float | None) -> TypeGuard[float]:
    return value is not None and value == value


def format_number(value: float | None, decimals: int = 2, missing: str = "") -> str:
    """Return *value* with *decimals* digits after the point and a true minus sign.

    None and NaN give *missing*; an infinite value gives the sign for infinity.
    """
    return missing if value is None or value != value else _rounded(float(value), decimals)


@lru_cache(maxsize=2**14)
def _rounded(value: float, decimals: int) -> str:
    """Return what `round_half_away` does as text, without decimal arithmetic unless it matters.

    Python rounds the exact binary value. Between that and its shortest decimal representation lies no number of
    `decimals + 1` digits, which would be a shorter representation or a closer one: rounding differs at ties alone,
    and where the gaps between floats reach the last digit.
    """
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    shortest = repr(value)
    if decimals <= 6 and -1e9 < value < 1e9 and "e" not in shortest:
        digits = len(shortest) - shortest.index(".") - 1
        if digits != decimals + 1 or shortest[-1] != "5":
            text = f"{value:.{decimals}f}"
            return text if text[0] != "-" else minus(text) if text.strip("-0.") else text[1:]
    return minus(format(round_half_away(value, decimals), "f"))


def format_as_recorded(value: float | None, most: int = 2, missing: str = "") -> str:
    """Return *value* with the decimals that it was recorded with, at most *most* of them.

    A mean of 32.8 stays 32.8 and a mean recovered from other numbers does not print sixteen digits.
    """
    if not _is_known(value) or math.isinf(value):
        return format_number(value, most, missing)
    exponent = Decimal(repr(float(value))).normalize().as_tuple().exponent
    recorded = max(0, -exponent) if isinstance(exponent, int) else 0
    return format_number(value, min(recorded, most), missing)


def format_estimate(value: float | None, measure: str, decimals: int = 2, missing: str = "") -> str:
    """Return an effect as people read it: back-transformed for *measure*, then rounded."""
    return format_number(back_transform(value, measure), decimals, missing)


def format_ci(low: float | None, high: float | None, measure: str, decimals: int = 2, style: str = "") -> str:
    """Return the limits of an interval, back-transformed for *measure*.

    Parameters
    ----------
    low, high : float or None
        Limits on the scale of the files (logarithms for ratios); empty text when one is missing.
    style : {"revman", "to"}, optional
        `[0.04, 6.15]` as RevMan prints it, or `0.04 to 6.15` as most journals ask; left out, the preset's.
    """
    if not _is_known(low) or not _is_known(high):
        return ""
    ends = [format_estimate(limit, measure, decimals) for limit in (low, high)]
    return f"{ends[0]} to {ends[1]}" if (style or current_style().interval) == "to" else f"[{ends[0]}, {ends[1]}]"


def format_effect(
    estimate: float | None, low: float | None, high: float | None, measure: str, decimals: int = 2
) -> str:
    """Return `3.10 [0.04, 6.15]`, or `3.10 (0.04 to 6.15)`: an effect with its interval, in the preset's style."""
    interval = format_ci(low, high, measure, decimals)
    if interval and current_style().interval == "to":
        interval = f"({interval})"
    return f"{format_estimate(estimate, measure, decimals)} {interval}".strip()


def effect_decimals(limits: Iterable[tuple[float | None, float | None]], measure: str) -> int:
    """Return how many decimals the effects of one table or figure share: 2, or more where 2 would hide them.

    Parameters
    ----------
    limits : iterable of pairs
        The intervals shown together, on the scale of the files.

    Returns
    -------
    int
        2 to 5: enough to tell the ends of a middling interval apart by at least ten units of the last digit.
        Ratios always have 2.
    """
    widths = sorted(
        high - low
        for low, high in limits
        if _is_known(low) and _is_known(high) and math.isfinite(high - low) and high > low
    )
    if is_ratio(measure) or not widths:
        return 2
    return min(5, max(2, 1 - math.floor(math.log10(widths[len(widths) // 2]))))


def format_tau2(tau2: float | None) -> str:
    """Return tau2, one of its limits or its standard error with two decimals; a smaller one with two digits.

    Of risk differences and ratios of means 0.000033 is much, and 0.00 would say that there is nothing. Ten decimals at
    most: what is smaller is an error of arithmetic.
    """
    if tau2 is not None and 5e-11 <= tau2 < 0.005:
        return format_number(tau2, min(10, 1 - math.floor(math.log10(tau2))))
    return format_number(tau2, 2)


def format_percent(value: float | None, decimals: int = 0, missing: str = "") -> str:
    """Return *value*, already in percent, as `46%`."""
    text = format_number(value, decimals)
    return f"{text}%" if text else missing


def p_value(p: float | None, style: str = "", missing: str = "") -> str:
    """Return a P value without the letter P: `0.047`, `<0.001`, `>0.99`.

    Parameters
    ----------
    p : float or None
        Two-sided P value, 0 to 1.
    style : {"journal", "jama", "revman"}, optional
        Left out, the preset's for sentences and tables. `journal`: three decimals below 0.1, two above,
        `<0.001`, `>0.99`; further decimals when rounding would print 0.050 for a value below 0.05. `jama`: the
        same without the leading zero. `revman`: two decimals, or the first significant digit where that is
        later, `<0.00001`.
    """
    style = style or current_style().p
    if style not in ("journal", "jama", "revman"):
        raise ValueError(f"unknown style of P values: {style!r}")
    if not _is_known(p):
        return missing
    if style == "revman":
        if p < 0.00001:
            return "<0.00001"
        rounded = round_half_away(p, max(2, -math.floor(math.log10(p))))
        # 0.0096 has its first digit in the third place but rounds to 0.01: two decimals after all.
        return format(rounded.quantize(Decimal("0.01")) if rounded >= Decimal("0.01") else rounded, "f")
    text = _journal_p(p)
    return text.replace("0.", ".", 1) if style == "jama" else text


def _journal_p(p: float) -> str:
    if p < 0.001:
        return "<0.001"
    if p > 0.99:
        return ">0.99"
    decimals = 3 if p < 0.1 else 2
    while p < 0.05 and round_half_away(p, decimals) >= Decimal("0.05"):
        decimals += 1
    return format_number(p, decimals)


def format_p(p: float | None, style: str = "", missing: str = "") -> str:
    """Return a P value with its letter: `P = 0.047`, `P < 0.001`, `P=0.047`; see `p_value` for the styles."""
    text = p_value(p, style)
    if not text:
        return missing
    sign, digits = (text[0], text[1:]) if text[0] in "<>" else ("=", text)
    return f"P {sign} {digits}" if current_style().spaced else f"P{sign}{digits}"
