"""What a figure of one outcome in one period is about: its names, measure, direction and arms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from metawright.measures.registry import measure_of
from metawright.measures.scales import Scale
from metawright.reading.protocol import Outcome
from metawright.words.names import arm_words, dashed, measure_name, sentence
from metawright.words.numbers import effect_decimals, format_effect, is_ratio

TRACK_NAMES = {"protocol": "Review’s protocol", "recommended": "Recommended", None: "Other model"}
IN_SENTENCE = {"protocol": "the review’s protocol", "recommended": "the recommended model", None: "another model"}


class PeriodName(TypedDict):
    """What a figure needs of a period; every period of the protocol has it."""

    key: str
    label: str


#: The whole of a review without periods, or all periods of an outcome.
ALL: PeriodName = {"key": "all", "label": ""}


class Limits(TypedDict):
    """The ends of an interval; None where there is none."""

    ci_low: float | None
    ci_high: float | None


class Result(Limits):
    """A result as an entry of any document has it: an estimate with its interval, None where there is none."""

    estimate: float | None


@dataclass(frozen=True)
class Subject:
    """One outcome in one period.

    Attributes
    ----------
    outcome, period : str
        Keys.
    label, period_label : str
        Their names; the period's is empty in a review without periods.
    measure, direction, unit : str
        As the protocol has them.
    arms : dict
        The words for `experimental` and `control`.
    labels : mapping
        Names of trials by their keys.
    mid : float or None
        Minimal important difference, above 0, on the scale of the files.
    """

    outcome: str
    period: str
    label: str
    period_label: str
    measure: str
    direction: str
    unit: str
    arms: Mapping[str, str]
    labels: Mapping[str, str] = field(default_factory=dict)
    mid: float | None = None

    def study(self, key: str) -> str:
        """Return what a trial is called in print."""
        return self.labels.get(key) or key

    def title(self, words: str) -> str:
        """Return the title of a figure: what it shows, of which outcome, when."""
        unit = f" ({self.unit})" if self.unit else ""
        stop = "" if words.endswith("?") else ":"
        return f"{words}{stop} {self.label}{unit}" + (f", {self.period_label}" if self.period_label else "")

    @property
    def scale(self) -> Scale:
        """The scale of its effects."""
        return measure_of(self.measure).scale

    @property
    def effect(self) -> str:
        """The measure as the head of a column: `Mean difference`."""
        return sentence(measure_name(self.measure))

    @property
    def mid_position(self) -> float | None:
        """Where the minimal important difference lies, on the side of benefit; None for ratios."""
        if self.mid is None or is_ratio(self.measure):
            return None
        return self.mid if self.direction == "higher_is_better" else -self.mid

    def decimals(self, rows: Sequence[Limits]) -> int:
        """Return the decimals that the effects of *rows* share."""
        return effect_decimals([(row["ci_low"], row["ci_high"]) for row in rows], self.measure)

    def text(self, row: Result, decimals: int) -> str:
        """Return the effect of a row with its interval; one without width is called degenerate."""
        if row["estimate"] is None:
            return "no result"
        if row["ci_low"] is not None and row["ci_low"] == row["ci_high"]:
            return format_effect(row["estimate"], None, None, self.measure, decimals) + " [degenerate]"
        return format_effect(row["estimate"], row["ci_low"], row["ci_high"], self.measure, decimals)


def subject_of(
    outcome: Outcome,
    period: PeriodName,
    labels: Mapping[str, str] | None,
    arms: Mapping[str, Sequence[str] | str] | None,
) -> Subject:
    """Gather a subject from the protocol's blocks.

    Parameters
    ----------
    outcome, period : mappings
        Blocks of the protocol with their `key`.
    labels : mapping, optional
        Names of trials by their keys.
    arms : mapping, optional
        The protocol's `arms`.
    """
    mid = (outcome.get("minimal_important_difference") or {}).get("value")
    name = period.get("label") or ("" if period["key"] == "all" else period["key"])
    return Subject(
        outcome=outcome["key"],
        period=period["key"],
        label=outcome.get("label") or outcome["key"],
        period_label=dashed(name),
        measure=outcome["measure"],
        direction=outcome.get("direction") or "higher_is_better",
        unit=outcome.get("unit") or "",
        arms=arm_words(arms),
        labels=dict(labels or {}),
        mid=None if mid is None else abs(float(mid)),
    )
