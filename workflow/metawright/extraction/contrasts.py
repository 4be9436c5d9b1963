"""Contrast rows: on which scale an estimate and its interval were typed, and whether they can be what they say.

A confidence interval lies symmetric about its estimate on the scale on which it was computed: as typed for differences,
after a logarithm for ratios. Every typed number stands for all that round to it, so that rounding accuses nobody.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, isclose, log

from metawright.extraction.documents import PrintedRow
from metawright.extraction.findings import Finding
from metawright.extraction.grim import decimals
from metawright.files.known import all_known, known
from metawright.measures.registry import measure_of
from metawright.reading.protocol import Outcome

#: What `effect_scale` may say: estimate and limits are natural logarithms, or ratios as papers print them.
SCALES = ("log", "ratio")

#: The columns that `effect_scale` is about.
ON_SCALE = ("estimate", "ci_low", "ci_high")

#: Effects beyond these are slips: of the decimal mark, of the thousands, of the logarithm.
LARGEST_SMD, LARGEST_RATIO = 10.0, 1000.0

# Units of estimates that cannot lie outside -1 and 1, with the mend.
_BOUNDED = {
    "correlation": "type r itself, not Fisher's z and not percent",
    "risk": "type 0.12 for 12 percentage points",
}
_Z = 1.959963984540054
_TINY = 1e-12
_MOST = 12

Range = tuple[float, float]


def beyond_bounds(estimate: float | None, measure: str | None) -> str:
    """Return what is wrong with a correlation or a risk difference outside -1 and 1; else empty."""
    if estimate is None or not measure or abs(estimate) <= 1 or measure_of(measure).unit not in _BOUNDED:
        return ""
    declared = measure_of(measure)
    return f"is no {measure_of(declared.plain).name}, which lies between -1 and 1; {_BOUNDED[declared.unit]}"


@dataclass(frozen=True)
class _Interval:
    """An estimate and its limits as typed, all above 0 or not, and where its middle lies."""

    row: PrintedRow
    typed: tuple[str, str, str]
    numbers: tuple[float, float, float]

    @property
    def positive(self) -> bool:
        return min(self.numbers) > 0

    def off(self, logged: bool) -> float:
        """Distance of the middle from the estimate, on either scale."""
        estimate, low, high = map(log, self.numbers) if logged else self.numbers
        return (low + high) / 2 - estimate

    def width(self, logged: bool) -> float:
        _, low, high = map(log, self.numbers) if logged else self.numbers
        return high - low

    def centred(self, logged: bool, ratio: bool = False) -> bool:
        """Whether some numbers that round to the typed ones lie symmetric, as typed or after a logarithm.

        With *ratio* the typed numbers may be logarithms of printed ratios, and stand for what rounds to those.
        """
        ranges = [_rounded(text) for text in self.typed]
        if logged:
            ranges = [(log(max(first, _TINY)), log(last)) for first, last in ranges]
        elif ratio:
            ranges = [_joined(*pair) for pair in zip(ranges, _of_printed_ratios(self.typed), strict=True)]
        (first, last), low, high = ranges
        return _at_most(first, (low[1] + high[1]) / 2) and _at_most((low[0] + high[0]) / 2, last)


def _rounded(text: str) -> Range:
    value, half = float(text), 0.5 * 10.0 ** -decimals(text)
    return value - half, value + half


def _joined(one: Range, other: Range | None) -> Range:
    return one if other is None else (min(one[0], other[0]), max(one[1], other[1]))


def _of_printed_ratios(typed: Sequence[str]) -> list[Range | None]:
    """Return what typed logarithms stand for, if each is that of a ratio with at most three decimals.

    `0.5766133643` is the logarithm of 1.78, which stands for 1.775 to 1.785. All three have the decimals of the finest.
    """
    tried = [_decimals_of_ratio(text) for text in typed]
    if None in tried:
        return [None] * len(typed)
    places = all_known(tried)
    half = 0.5 * 10.0 ** -max(places)
    ratios = [round(exp(float(text)), max(places)) for text in typed]
    return [(log(max(ratio - half, _TINY)), log(ratio + half)) for ratio in ratios]


def _decimals_of_ratio(text: str) -> int | None:
    value, half = float(text), 0.5 * 10.0 ** -decimals(text)
    if decimals(text) < 2 or abs(value) > 10:
        return None
    for places in range(4):
        ratio = round(exp(value), places)
        if ratio > 0 and _at_most(abs(log(ratio) - value), half):
            return places
    return None


def _at_most(one: float, other: float) -> bool:
    return one <= other or isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def _by_outcome(rows: Iterable[PrintedRow]) -> dict[str, list[PrintedRow]]:
    """Return the contrast rows of each outcome."""
    found: dict[str, list[PrintedRow]] = {}
    for row in rows:
        if row["arm"] == "contrast" and row["value_type"] != "baseline":
            found.setdefault(row["outcome"], []).append(row)
    return found


def _intervals(rows: Iterable[PrintedRow]) -> list[_Interval]:
    """Return the contrast rows that have an estimate and both limits; a ratio not above 0 is refused elsewhere."""
    found = []
    for row in rows:
        estimate, low, high = (row["printed"].get(name, "") for name in ON_SCALE)
        if estimate and low and high and float(low) < float(high):
            one = _Interval(row, (estimate, low, high), (float(estimate), float(low), float(high)))
            found += [one] if one.positive or row["effect_scale"] != "ratio" else []
    return found


@dataclass(frozen=True)
class _Scales:
    """The intervals of an outcome whose rows do not say their scale, by what their digits say.

    Attributes
    ----------
    ratios : list
        Symmetric only after a logarithm: ratios as printed.
    others : list
        Not above 0, or symmetric only as typed: logarithms, or differences.
    unclear : list
        Symmetric both ways, within their rounding.
    """

    ratios: list[_Interval]
    others: list[_Interval]
    unclear: list[_Interval]

    @property
    def unmistakable(self) -> bool:
        return bool(self.ratios) and not self.others


def _scales(intervals: Iterable[_Interval]) -> _Scales:
    scales = _Scales([], [], [])
    for one in intervals:
        if one.row["effect_scale"]:
            continue
        as_typed = one.centred(logged=False, ratio=True)
        after = one.positive and one.centred(logged=True)
        if after and not as_typed:
            scales.ratios.append(one)
        elif after and as_typed:
            scales.unclear.append(one)
        elif as_typed or not one.positive:
            scales.others.append(one)
    return scales


def _is_declared(measure: str) -> bool:
    """Whether the review says what an effect is counted in: a difference, or a logarithm."""
    return measure_of(measure).unit == "declared"


def may_be_ratio(measure: str) -> bool:
    """Return whether the effects of a measure are logarithms of ratios, or can be."""
    return measure_of(measure).is_ratio or _is_declared(measure)


def ratios_as_printed(rows: Sequence[PrintedRow], outcomes: Mapping[str, Outcome]) -> Iterator[tuple[int, str, str]]:
    """Yield (row, estimate as typed, what is wrong) for outcomes whose ratios were typed as papers print them.

    Refused is what the file itself makes unmistakable: intervals lopsided as typed and symmetric after a logarithm,
    all above 0, and none of the outcome that speaks against it. Of `GIV`, which need not be ratios, two at least.

    Parameters
    ----------
    rows : sequence of mappings
        Clean rows, each with `printed`: its numbers as text.
    outcomes : mapping
        Blocks of the completed protocol.
    """
    for key, mine in _by_outcome(rows).items():
        measure = (outcomes[key]["measure"] if key in outcomes else "") or ""
        if not measure or not may_be_ratio(measure):
            continue
        scales = _scales(_intervals(mine))
        if not scales.unmistakable or (_is_declared(measure) and len(scales.ratios) < 2):
            continue
        first, several = scales.ratios[0], len(scales.ratios) > 1
        what = (
            f"({first.typed[1]} to {first.typed[2]}) lies symmetric in its interval only after a logarithm: a ratio as "
            f"printed, where {measure} takes natural logarithms. Write `ratio` into the column effect_scale of "
            f"{_rows_in_words(scales.ratios)}{', which all are like that' if several else ''}, or `log` where "
            "these are logarithms all the same"
        )
        if scales.unclear:
            what += f"; of {_rows_in_words(scales.unclear)} the digits do not tell: say it there too"
        yield first.row["row"], first.typed[0], what


def _rows_in_words(intervals: Sequence[_Interval]) -> str:
    numbers = [str(one.row["row"]) for one in intervals]
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    more = len(numbers) - _MOST
    return f"rows {', '.join(numbers[:_MOST])}{f' and {more} more' if more > 0 else ''}"


def contrast_findings(rows: Sequence[PrintedRow], outcomes: Mapping[str, Outcome]) -> Iterator[Finding]:
    """Yield what contrast rows can hardly be: off-centre intervals, ratios not logged, impossible magnitudes.

    Parameters
    ----------
    rows : sequence of mappings
        Clean rows with `printed`, as the other checks of `metawright.extraction.plausibility` take them.
    outcomes : mapping
        Blocks of the completed protocol.
    """
    for key, mine in _by_outcome(rows).items():
        outcome = outcomes[key]
        measure = outcome["measure"]
        intervals = _intervals(mine) if measure_of(measure).contrast.or_interval else []
        if intervals:
            yield from _off_centre(intervals, measure)
            yield from _scale_in_doubt(intervals, measure)
        for row in mine:
            if row["estimate"] is not None:
                yield from _magnitude(row, outcome, measure)


def _off_centre(intervals: Sequence[_Interval], measure: str) -> Iterator[Finding]:
    for one in intervals:
        logged = one.row["effect_scale"] == "ratio"
        if one.centred(logged, ratio=may_be_ratio(measure)):
            continue
        off, width = one.off(logged), one.width(logged)
        errors = abs(off) / (width / (2 * _Z))
        place = f"the estimate lies {errors:.3g} standard errors off the middle of {one.typed[1]} to {one.typed[2]}"
        place += ", taken as ratios" if logged else ""
        check, tail = "interval_centre", ": a slip of typing in one of the three?"
        if not logged and one.positive and one.centred(logged=True):
            tail = ", and in the middle after a logarithm: a ratio as printed?"
            if may_be_ratio(measure):
                check = "ratio_not_logged"
                tail += " Then write `ratio` into effect_scale"
        middle = off + (log(one.numbers[0]) if logged else one.numbers[0])
        expected = f"about {exp(middle) if logged else middle:.4g}"
        yield _finding(one.row, "inconsistency", check, one.typed[0], expected, f"{place}{tail}")


def _scale_in_doubt(intervals: Sequence[_Interval], measure: str) -> Iterator[Finding]:
    """A ratio measure all of whose intervals lie above 0 and are symmetric either way: logarithms, or not?"""
    scales = _scales(intervals)
    if not measure_of(measure).is_ratio or scales.ratios or scales.others or not scales.unclear:
        return
    first = scales.unclear[0]
    message = (
        f"the digits do not tell whether {_rows_in_words(scales.unclear)} hold ratios as printed or logarithms; "
        "they are read as logarithms: write `log` or `ratio` into effect_scale"
    )
    yield _finding(first.row, "ambiguity", "effect_scale", first.typed[0], "log or ratio", message)


def _magnitude(row: PrintedRow, outcome: Outcome, measure: str) -> Iterator[Finding]:
    estimate, typed = known(row["estimate"]), row["printed"].get("estimate", "")
    scale = outcome.get("scale")
    low, high = (scale.get("min"), scale.get("max")) if scale else (None, None)
    words = impossible(estimate, measure)
    if words:
        yield _finding(row, "error", "magnitude", typed, words[1], words[0])
    elif measure_of(measure).unit == "outcome" and low is not None and high is not None and abs(estimate) > high - low:
        message = f"no difference on a scale from {low:g} to {high:g} is above {high - low:g}"
        yield _finding(row, "error", "difference_in_scale", typed, f"at most {high - low:g}", message)


def impossible(estimate: float, measure: str) -> tuple[str, str] | None:
    """Return why an effect cannot be as large as it is, and what would be expected; None where it can.

    Parameters
    ----------
    estimate : float
        Ratios as natural logarithms.
    measure : str
    """
    if measure_of(measure).unit == "sd" and abs(estimate) > LARGEST_SMD:
        message = f"a standardised mean difference of {estimate:.4g} is impossible: a decimal mark or a unit lost?"
        return message, f"within -{LARGEST_SMD:g} and {LARGEST_SMD:g}"
    if measure_of(measure).is_ratio and abs(estimate) > log(LARGEST_RATIO) * (1 + 1e-12):
        shown = f"{exp(min(abs(estimate), 700)):.4g}"
        ratio = shown if estimate > 0 else f"1/{shown}"
        message = f"a ratio of {ratio} is impossible: a decimal mark lost, or a ratio where its logarithm belongs?"
        return message, f"a ratio from 1/{LARGEST_RATIO:g} to {LARGEST_RATIO:g}"
    return None


def _finding(row: PrintedRow, severity: str, check: str, value: str, expected: str, message: str) -> Finding:
    return Finding(severity, check, row["row"], row["study"], row["outcome"], "estimate", value, expected, message)
