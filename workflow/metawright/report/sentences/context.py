"""What every sentence about a cell needs to know, and the phrases that they share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from metawright.measures.registry import measure_of
from metawright.pooling.model_names import model_name
from metawright.pooling.position import OUTSIDE, position
from metawright.words.names import dashed, favoured_arm, favouring, join, null_words
from metawright.words.numbers import (
    back_transform,
    current_style,
    effect_decimals,
    format_ci,
    format_estimate,
    format_number,
    format_p,
    null_value,
)

if TYPE_CHECKING:
    from metawright.pooling.documents import ModelResult
    from metawright.reading.protocol import Outcome, Period
    from metawright.report.documents import ReportCell, ResultRow, Results


# What a given estimate points to where the review has no words for the arms.
SIDES = ("improvement", "deterioration")


@dataclass(frozen=True)
class Context:
    """One cell of the report with the words around it.

    Attributes
    ----------
    results : mapping
        The document of `metawright.report.results.gather_results`.
    cell : mapping
        One of its cells.
    """

    results: Results
    cell: ReportCell

    @cached_property
    def outcome(self) -> Outcome:
        """The outcome as the protocol declares it."""
        return self.results["protocol"]["outcomes"][self.cell["outcome"]]

    @cached_property
    def period(self) -> Period:
        """The period as the protocol declares it."""
        return next(p for p in self.results["protocol"]["periods"] if p["key"] == self.cell["period"])

    @property
    def tracks(self) -> dict[str, ModelResult]:
        """The headlines that there are, by track."""
        both = self.cell["tracks"]
        pairs = (("protocol", both.get("protocol")), ("recommended", both.get("recommended")))
        return {key: row for key, row in pairs if row is not None}

    @property
    def arms(self) -> dict[str, str]:
        """What the two arms are called."""
        words = self.results["arm_words"]
        return {"experimental": words["experimental"], "control": words["control"]}

    @property
    def measure(self) -> str:
        """The effect measure."""
        return self.cell["measure"]

    @property
    def k(self) -> int:
        """Number of trials in the pool."""
        return self.cell["k"]

    def k_of(self, row: ResultRow | None) -> int:
        """Return the number of trials that a model pools: those of the cell, less those that it leaves out."""
        return self.k - len((row or {}).get("excluded") or ())

    @property
    def null(self) -> str:
        """The null value as a sentence names it: "0", or "1" for ratios."""
        return null_words(self.measure)

    @cached_property
    def decimals(self) -> int:
        """Decimals of the effects of this outcome, the same in every period."""
        cells = [cell for cell in self.results["cells"] if cell["outcome"] == self.cell["outcome"]]
        rows = [study for cell in cells for study in cell["studies"]]
        return effect_decimals([(row["ci_low"], row["ci_high"]) for row in rows], self.measure)

    @cached_property
    def where(self) -> tuple[str, str]:
        """Label of the outcome and of the period; no period for a review without them."""
        label = self.outcome.get("label") or self.cell["outcome"]
        whole = len(self.results["protocol"]["periods"]) == 1 and self.cell["period"] == "all"
        return label, "" if whole else dashed(self.period.get("label") or self.cell["period"])

    @property
    def cell_label(self) -> str:
        """Outcome and period as a sentence names them."""
        outcome, period = self.where
        return f"{outcome} ({period})" if period else outcome

    def names(self, studies: Iterable[str]) -> str:
        """Return study keys as a list of labels in a sentence."""
        return join(self.results["labels"].get(study, study) for study in studies)

    def estimate(self, value: float | None) -> str:
        """Return one effect or limit, back-transformed and rounded."""
        return format_estimate(value, self.measure, self.decimals)

    def interval(self, row: ResultRow) -> str:
        """Return the limits of a row as `0.04 to 6.15`."""
        return format_ci(row["ci_low"], row["ci_high"], self.measure, self.decimals, style="to")

    def effect(self, row: ResultRow) -> str:
        """Return `3.10 (95% CI 0.04 to 6.15; P = 0.047)`."""
        p = format_p(row.get("p"))
        return f"{self.estimate(row['estimate'])} ({current_style().lead} {self.interval(row)}{'; ' + p if p else ''})"

    @property
    def measure_words(self) -> str:
        """The measure in a sentence: "the mean difference", "the estimate" where effects were given."""
        return measure_of(self.measure).noun

    def model(self, row: ResultRow) -> str:
        """Return a row's model in words."""
        return model_name(row.get("tau2_method"), row.get("interval"))

    def side(self, estimate: float | None) -> str:
        """Return whom an estimate favours: "exercise", "the control arm"; "" at the null value, or without one.

        Estimates that were given without words for the arms have a good and a bad side only.
        """
        if estimate is None:
            return ""
        role = favoured_arm(estimate, self.outcome.get("direction", "higher_is_better"))
        arms = self.arms
        if role and not measure_of(self.measure).kind.of_arms and arms.get("experimental") == "experimental":
            return "improvement" if role == "experimental" else "deterioration"
        return favouring(role, arms) if role else ""

    def verdict(self, row: ResultRow) -> str:
        """Return the clause that follows an effect: whom it favours and what its interval includes."""
        where, arm = position(row), self.side(row["estimate"])
        if where in OUTSIDE:
            towards = f"in the direction of {arm}" if arm in SIDES else f"in favour of {arm}"
            return f"{towards}, and the interval excludes {self.null}{self._edge(row)}"
        verb = "points to" if arm in SIDES else "favours"
        point = f"the estimate {verb} {arm}" if arm else f"the estimate is exactly {self.null}"
        if 0.0 in (row["ci_low"], row["ci_high"]):
            return f"{point}, and the interval ends exactly at {self.null}"
        return f"{point}, and the interval includes {self.null}{self._edge(row)}"

    def _edge(self, row: ResultRow) -> str:
        """Say where a limit stands that rounding prints as the null value itself."""
        null = format_number(null_value(self.measure), self.decimals)
        for word, limit in (("lower", row["ci_low"]), ("upper", row["ci_high"])):
            value = back_transform(limit, self.measure)
            if value is not None and format_number(value, self.decimals) == null and limit != 0:
                digits = next(
                    (
                        n
                        for n in range(self.decimals + 1, 16)
                        if format_number(value, n) != format_number(float(null), n)
                    ),
                    16,
                )
                return f" ({word} limit before rounding: {format_number(value, digits)})"
        return ""


def single_trial_row(context: Context) -> ModelResult | None:
    """Return the model row that has the result of a cell's one trial; None where every model leaves it out."""
    return next((row for row in context.cell["models"] if row.get("estimate") is not None), None)
