"""Numbers that are well formed and hardly true: each check takes clean rows and yields findings, and changes nothing.

A row is a line of `arms.csv` (see `metawright.extraction.clean`) with two keys more: `printed`, its numbers as text,
and `raw`, its cells as typed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import sqrt
from statistics import median

from metawright.extraction.documents import CheckedRow
from metawright.extraction.findings import Finding
from metawright.extraction.grim import decimals, grim, grimmer, printed_interval
from metawright.extraction.p_values import fits, p_interval, student_and_welch, totals_that_fit
from metawright.files.known import known
from metawright.measures.registry import measure_of
from metawright.reading.protocol import Outcome
from metawright.reading.vocabulary import fold

_LIMIT_OF_SE = 1 / 3  # an SD below a third of its peers', whose SD * sqrt(n) is like theirs, is taken for an SE
_LIKE_PEERS = (0.5, 2.0)


def _finding(row: CheckedRow, severity: str, check: str, column: str, expected: str, message: str) -> Finding:
    value = row["printed"].get(column, row["raw"].get(column, "").strip())
    return Finding(severity, check, row["row"], row["study"], row["outcome"], column, value, expected, message)


def n_above_randomised(rows: Iterable[CheckedRow]) -> Iterator[Finding]:
    """More participants analysed than randomised: impossible."""
    for row in rows:
        analysed, randomised = row["n"], row["n_randomised"]
        if analysed is not None and randomised is not None and analysed > randomised:
            message = f"{analysed} participants analysed, but only {randomised} randomised"
            yield _finding(row, "error", "n_analysed", "n", f"at most {randomised}", message)


def outside_the_scale(rows: Iterable[CheckedRow], outcomes: Mapping[str, Outcome]) -> Iterator[Finding]:
    """A mean off the scale, or an SD larger than the scale allows at that mean: impossible.

    On a scale from a to b, SD² <= (b - m)(m - a) n / (n - 1). A change score runs from a - b to b - a. Printed numbers
    stand for all that round to them. Where n is not known, the bound is that of two people, the widest.
    """
    for row in rows:
        low, high = _range(row, outcomes)
        if row["mean"] is None or row["arm"] == "contrast":
            continue
        first, last = map(float, printed_interval(row["printed"]["mean"]))
        if (low is not None and last < low) or (high is not None and first > high):
            span = f"{'' if low is None else f'{low:g}'} to {'' if high is None else f'{high:g}'}".strip()
            message = f"a mean of {row['printed']['mean']} lies off the scale ({span})"
            yield _finding(row, "error", "mean_in_scale", "mean", span, message)
        elif row["sd"] is not None and low is not None and high is not None and row["n"] != 1:
            centre = min(max((low + high) / 2, first), last)
            n = known(row["n"]) if _n_known(row) else 2
            factor = n / (n - 1)
            largest = sqrt(max(0.0, (high - centre) * (centre - low) * factor))
            if float(printed_interval(row["printed"]["sd"])[0]) > largest:
                message = f"no data from {low:g} to {high:g} with this mean have an SD above {largest:.4g}"
                yield _finding(row, "error", "sd_in_scale", "sd", f"at most {largest:.4g}", message)


def impossible_for_whole_numbers(rows: Iterable[CheckedRow], outcomes: Mapping[str, Outcome]) -> Iterator[Finding]:
    """A mean (GRIM) or an SD (GRIMMER) that whole numbers cannot have, where n analysed is known.

    Adjusted means are no means of the data and are left out.
    """
    for row in rows:
        scale = outcomes[row["outcome"]].get("scale")
        if (
            not scale
            or not scale.get("integer")
            or row["mean"] is None
            or not _n_known(row)
            or row["value_type"] == "adjusted"
        ):
            continue
        mean, n = row["printed"]["mean"], int(known(row["n"]))
        if not grim(mean, n):
            total = int(Fraction(mean) * n // 1)
            near = [f"{number}/{n} = {number / n:.{decimals(mean)}f}" for number in (total, total + 1)]
            message = (
                f"{mean} is not the mean of {n} whole numbers ({', '.join(near)}): another n, or a slip of typing?"
            )
            yield _finding(row, "inconsistency", "grim", "mean", " or ".join(near), message)
        elif row["sd"] is not None:
            low, high = _range(row, outcomes)
            bounds: tuple[int | None, int | None] = (None, None)
            if low is not None and high is not None and float(low).is_integer() and float(high).is_integer():
                bounds = (int(low), int(high))
            sd = row["printed"]["sd"]
            if not grimmer(mean, sd, n, *bounds):
                message = f"no {n} whole numbers with the mean {mean} have the SD {sd}: another n, or a slip of typing?"
                yield _finding(row, "inconsistency", "grimmer", "sd", "", message)


def se_given_as_sd(rows: Sequence[CheckedRow], outcomes: Mapping[str, Outcome]) -> Iterator[Finding]:
    """An SD below a third of the other trials' median SD that, times sqrt(n), is like theirs: a standard error?"""
    for row in rows:
        if row["sd"] is None or not row["n"] or measure_of(outcomes[row["outcome"]]["measure"]).unit != "outcome":
            continue  # others do not have all trials on one scale
        peers = [
            other["sd"]
            for other in rows
            if other["sd"] is not None
            and (other["outcome"], _is_change(other)) == (row["outcome"], _is_change(row))
            and fold(other["study"]) != fold(row["study"])
        ]
        if len(peers) < 2:
            continue
        usual, as_sd = median(peers), row["sd"] * sqrt(row["n"])
        if row["sd"] < usual * _LIMIT_OF_SE and _LIKE_PEERS[0] * usual <= as_sd <= _LIKE_PEERS[1] * usual:
            peers_say = f"the other trials' median SD is {usual:.4g}, and SD * sqrt(n) is {as_sd:.4g}"
            message = f"this looks like a standard error: {peers_say}"
            yield _finding(row, "inconsistency", "se_as_sd", "sd", f"about {usual:.4g}", message)


def arms_swapped(rows: Sequence[CheckedRow], words: Mapping[str, str]) -> Iterator[Finding]:
    """Arms that may be exchanged: by the free column `arm_label`, or by numbers randomised that change sides.

    *words* are the folded words that mean an arm, with its role.
    """
    sizes: dict[tuple[str, object], dict[str, CheckedRow]] = {}
    for row in rows:
        label = row["raw"].get("arm_label", "")
        meant = words.get(fold(label))
        if meant and meant != row["arm"] and row["arm"] != "contrast":
            message = f"the label '{label.strip()}' means the {meant} arm, and the row says {row['arm']}"
            yield _finding(row, "inconsistency", "arms_swapped", "arm_label", row["arm"], message)
        if row["arm"] in ("experimental", "control") and row["n_randomised"] is not None:
            sizes.setdefault((fold(row["study"]), _time(row)), {})[row["arm"]] = row
    first: dict[str, tuple[float, float]] = {}
    for (study, _), arms in sizes.items():
        if len(arms) == 2:
            pair = known(arms["experimental"]["n_randomised"]), known(arms["control"]["n_randomised"])
            earlier = first.setdefault(study, pair)
            if pair != earlier and pair == earlier[::-1]:
                row = arms["experimental"]
                message = f"randomised were {pair[0]} and {pair[1]}, in earlier rows {earlier[0]} and {earlier[1]}"
                expected = str(earlier[0])
                yield _finding(row, "inconsistency", "arms_swapped", "n_randomised", expected, message)


def repeated_numbers(rows: Sequence[CheckedRow]) -> Iterator[Finding]:
    """Equal rows, and equal numbers where chance hardly makes them: in two trials, two arms or two time points."""
    for row in rows:
        if row["reason"].startswith("equal to row"):
            message = f"the row is {row['reason']} and is not used a second time"
            yield _finding(row, "note", "repeated_row", "", "", message)
    yield from _repeated_in_trials(rows)
    by_arm: dict[tuple[object, ...], CheckedRow] = {}
    for row in rows:
        if not _is_telling(row) or row["reason"].startswith("equal to row"):
            continue
        numbers = row["printed"]["mean"], row["printed"]["sd"]
        same = (fold(row["study"]), row["outcome"], *numbers)
        other = by_arm.setdefault(same, row)
        if other is not row:
            what = "time point" if other["arm"] == row["arm"] else "arm"
            message = f"mean and SD are those of another {what} of the trial (row {other['row']})"
            yield _finding(row, "note", "repeated_numbers", "mean", "", message)


def _repeated_in_trials(rows: Sequence[CheckedRow]) -> Iterator[Finding]:
    trials: dict[tuple[object, ...], dict[str, CheckedRow]] = {}
    for row in rows:
        trials.setdefault((fold(row["study"]), row["outcome"], _time(row)), {})[row["arm"]] = row
    seen: dict[tuple[object, ...], tuple[object, CheckedRow]] = {}
    for (study, outcome, _), arms in trials.items():
        numbers = _numbers_of(arms)
        if not numbers:
            continue
        other_study, other = seen.setdefault((outcome, *numbers), (study, next(iter(arms.values()))))
        row = next(iter(arms.values()))
        if other_study != study:
            message = f"all numbers are those of {other['study']} (row {other['row']}): two reports of one trial?"
            yield _finding(row, "inconsistency", "repeated_trial", "study", "", message)


def _numbers_of(arms: Mapping[str, CheckedRow]) -> tuple[object, ...]:
    """Return the numbers of a trial at a time point if equal ones elsewhere would tell something."""
    if "contrast" in arms:
        printed = arms["contrast"]["printed"]
        texts = printed.get("estimate", ""), printed.get("se", "")
        return texts if min(map(decimals, texts)) > 0 else ()
    if {"experimental", "control"} - set(arms):
        return ()
    both = [arms["experimental"], arms["control"]]
    if all(_is_telling(row) for row in both):
        return tuple((row["n"], row["mean"], row["sd"]) for row in both)
    if all(row["events"] and row["n"] and row["n"] >= 20 for row in both):
        return tuple((row["n"], row["events"]) for row in both)
    return ()


def p_against_arms(rows: Sequence[CheckedRow]) -> Iterator[Finding]:
    """A printed P that neither Student's nor Welch's test of the arms gives, whatever was rounded."""
    pairs: dict[tuple[object, ...], dict[str, CheckedRow]] = {}
    for row in rows:
        if row["arm"] in ("experimental", "control") and None not in (row["n"], row["mean"], row["sd"]):
            pairs.setdefault((fold(row["study"]), row["outcome"], _time(row)), {}).setdefault(row["arm"], row)
    for arms in pairs.values():
        if len(arms) < 2:
            continue
        both = [arms["experimental"], arms["control"]]
        n = [int(known(row["n"])) for row in both]
        means, sds = ([row["printed"][name] for row in both] for name in ("mean", "sd"))
        given = {row["raw"].get("p_value", "").strip(): row for row in reversed(both)}
        for text, row in sorted(given.items()):
            printed = p_interval(text)
            if printed is None or min(n) < 2 or fits(printed, means, sds, n):
                continue
            student, _ = student_and_welch(means, sds, n)
            fitting = totals_that_fit(printed, means, sds, n)
            sizes = f"; it would fit {_span(fitting)} participants in total" if fitting else ""
            stated = all(map(_n_known, both))
            count = f"{n[0]} and {n[1]} participants{'' if stated else ' (randomised; n analysed not stated)'}"
            message = f"the means and SDs of {count} give P from {student[0]:.3g} to {student[1]:.3g}{sizes}"
            expected = f"{student[0]:.3g} to {student[1]:.3g}"
            yield _finding(row, "inconsistency", "p_value", "p_value", expected, message)


def _span(numbers: Sequence[int]) -> str:
    return str(numbers[0]) if numbers[0] == numbers[-1] else f"{numbers[0]} to {numbers[-1]}"


def _range(row: CheckedRow, outcomes: Mapping[str, Outcome]) -> tuple[float | None, float | None]:
    """Return the range of a single value: the scale, or for a change the span of the scale to both sides."""
    scale = outcomes[row["outcome"]].get("scale")
    low, high = (scale.get("min"), scale.get("max")) if scale else (None, None)
    if not _is_change(row):
        return low, high
    return (None, None) if low is None or high is None else (low - high, high - low)


def _is_change(row: CheckedRow) -> bool:
    return row["value_type"] == "change"


def _is_telling(row: CheckedRow) -> bool:
    """Whether mean and SD have decimals enough that equal ones are no chance."""
    printed = row["printed"]
    return {"mean", "sd"} <= set(printed) and decimals(printed["mean"]) + decimals(printed["sd"]) >= 2


def _n_known(row: CheckedRow) -> bool:
    return row["n"] is not None and row["n"] > 1 and "n_assumed_randomised" not in row["flags"].split(";")


def _time(row: CheckedRow) -> object:
    """Return what tells two time points of a trial apart; a baseline is a time point of its own."""
    label = fold(row["timepoint"]) if row["timepoint_months"] is None else row["timepoint_months"]
    return row["value_type"] == "baseline", label
