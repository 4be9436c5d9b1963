"""Numbers as people read them: the one place where anything is rounded.

Everything upstream carries float64 at full precision. Here a number becomes text: rounded half away from
zero on its shortest decimal representation (so that 2.675 gives 2.68, which binary rounding does not), with a
true minus sign, ratios back from the logarithm, and P values in the style of a journal.
"""

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal

from metawright.extraction.vocabulary import RATIOS

MINUS = "\N{MINUS SIGN}"

# Wide enough for any float64 written out in full.
_EXACT = Context(prec=700)


def is_ratio(measure: str) -> bool:
    """Return whether the numbers of *measure* stand on the natural-log scale in every file."""
    return measure in RATIOS


def back_transform(value: float | None, measure: str) -> float | None:
    """Return *value* on the scale on which people read *measure*.

    `exp` for ratio measures, `tanh` for Fisher's z (`ZCOR`), unchanged otherwise; None and NaN stay as they
    are. A logarithm beyond float64 gives infinity.
    """
    if value is None or math.isnan(value):
        return value
    if is_ratio(measure):
        return math.exp(value) if value < 709.0 else math.inf
    return math.tanh(value) if measure == "ZCOR" else value


def null_value(measure: str) -> float:
    """Return the value of no effect on the scale on which people read *measure*: 1 for ratios, else 0."""
    return 1.0 if is_ratio(measure) else 0.0


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


def _is_missing(value: float | None) -> bool:
    return value is None or math.isnan(value)


def format_number(value: float | None, decimals: int = 2, missing: str = "") -> str:
    """Return *value* with *decimals* digits after the point and a true minus sign.

    None and NaN give *missing*; an infinite value gives the sign for infinity.
    """
    if _is_missing(value):
        return missing
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    return minus(format(round_half_away(value, decimals), "f"))


def format_as_recorded(value: float | None, most: int = 2, missing: str = "") -> str:
    """Return *value* with the decimals that it was recorded with, at most *most* of them.

    A mean of 32.8 stays 32.8 and a mean recovered from other numbers does not print sixteen digits.
    """
    if _is_missing(value) or math.isinf(value):
        return format_number(value, most, missing)
    recorded = max(0, -Decimal(repr(float(value))).normalize().as_tuple().exponent)
    return format_number(value, min(recorded, most), missing)


def format_estimate(value: float | None, measure: str, decimals: int = 2, missing: str = "") -> str:
    """Return an effect as people read it: back-transformed for *measure*, then rounded."""
    return format_number(back_transform(value, measure), decimals, missing)


def format_ci(low: float | None, high: float | None, measure: str, decimals: int = 2, style: str = "revman") -> str:
    """Return the limits of an interval, back-transformed for *measure*.

    Parameters
    ----------
    low, high : float or None
        Limits on the scale of the files (logarithms for ratios); empty text when one is missing.
    style : {"revman", "to"}
        `[0.04, 6.15]` as RevMan prints it, or `0.04 to 6.15` as most journals ask.
    """
    if _is_missing(low) or _is_missing(high):
        return ""
    ends = [format_estimate(limit, measure, decimals) for limit in (low, high)]
    return f"{ends[0]} to {ends[1]}" if style == "to" else f"[{ends[0]}, {ends[1]}]"


def format_effect(
    estimate: float | None, low: float | None, high: float | None, measure: str, decimals: int = 2
) -> str:
    """Return `3.10 [0.04, 6.15]`: an effect with its interval, as in a forest plot."""
    return f"{format_estimate(estimate, measure, decimals)} {format_ci(low, high, measure, decimals)}".strip()


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
        if not (_is_missing(low) or _is_missing(high)) and math.isfinite(high - low) and high > low
    )
    if is_ratio(measure) or not widths:
        return 2
    return min(5, max(2, 1 - math.floor(math.log10(widths[len(widths) // 2]))))


def format_tau2(tau2: float | None) -> str:
    """Return tau2 with two decimals, four where two would print 0.00 for a value that is not zero."""
    return format_number(tau2, 4 if tau2 is not None and 0.00005 <= tau2 < 0.005 else 2)


def format_percent(value: float | None, decimals: int = 0, missing: str = "") -> str:
    """Return *value*, already in percent, as `46%`."""
    text = format_number(value, decimals)
    return f"{text}%" if text else missing


def p_value(p: float | None, style: str = "journal", missing: str = "") -> str:
    """Return a P value without the letter P: `0.047`, `<0.001`, `>0.99`.

    Parameters
    ----------
    p : float or None
        Two-sided P value, 0 to 1.
    style : {"journal", "jama", "revman"}
        `journal`: three decimals below 0.1, two above, `<0.001`, `>0.99`; further decimals when rounding
        would print 0.050 for a value below 0.05. `jama`: the same without the leading zero. `revman`: two
        decimals, or the first significant digit where that is later, `<0.00001`.
    """
    if style not in ("journal", "jama", "revman"):
        raise ValueError(f"unknown style of P values: {style!r}")
    if _is_missing(p):
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


def format_p(p: float | None, style: str = "journal", missing: str = "") -> str:
    """Return a P value with its letter: `P = 0.047`, `P < 0.001`; see `p_value` for the styles."""
    text = p_value(p, style)
    if not text:
        return missing
    return f"P {text[0]} {text[1:]}" if text[0] in "<>" else f"P = {text}"
