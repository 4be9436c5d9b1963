"""Sufficient statistics of the replicates: counts and sums that merge without rounding, a few kB per scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from metawright.pooling.prediction import prediction_interval
from metawright.simulation.draw import Draw
from metawright.simulation.exact import as_text, exact, from_text, rounded
from metawright.simulation.models import Result
from metawright.simulation.setup import Setup

if TYPE_CHECKING:
    from metawright.simulation.documents import StatisticsDocument

#: Whole numbers per model, first the denominators of `metawright.simulation.performance`. `only_*`: the
#: model alone, not the reference, covers theta or excludes 0; `ref_*`: the reference alone.
COUNTS = (
    "results", "tau2_estimates", "predictions", "evaluated", "compared", "covered", "rejected",
    "converged", "random", "discordant", "undecided", "tau2_zero", "new_covered", "only_covered", "ref_covered",
    "only_rejected", "ref_rejected",
)  # fmt: skip
#: Sums per model over the replicates with a result; numbers at the end are powers.
SUMS = (
    "error", "error2", "error3", "error4", "se", "se2", "width", "width2", "median_width", "median_width_variance",
    "tau2_error", "tau2_error2", "tau2_error4", "new_width", "new_width2", "width_gap", "width_gap2",
)  # fmt: skip
_COUNT = {name: place for place, name in enumerate(COUNTS)}
_SUM = {name: place for place, name in enumerate(SUMS)}


@dataclass
class Statistics:
    """What is kept of the replicates of one scenario.

    Attributes
    ----------
    blocks, replicates : int
        How many have been added.
    counts, sums : dict of list of int
        Per model, in the order of `COUNTS` and of `SUMS`; sums in the units of `metawright.simulation.exact`.
    """

    blocks: int = 0
    replicates: int = 0
    counts: dict[str, list[int]] = field(default_factory=dict)
    sums: dict[str, list[int]] = field(default_factory=dict)

    def add(self, other: Statistics) -> None:
        """Add the replicates of another part; order and grouping of the parts change nothing."""
        self.blocks += other.blocks
        self.replicates += other.replicates
        for mine, theirs in ((self.counts, other.counts), (self.sums, other.sums)):
            for key, values in theirs.items():
                known = mine.get(key)
                mine[key] = list(values) if known is None else [a + b for a, b in zip(known, values, strict=True)]

    def count(self, model: str, name: str) -> int:
        """Return one count of a model."""
        return self.counts[model][_COUNT[name]]

    def sum(self, model: str, name: str) -> float:
        """Return one sum of a model, rounded once."""
        return rounded(self.sums[model][_SUM[name]])

    @property
    def document(self) -> StatisticsDocument:
        """The statistics as text and whole numbers, without loss."""
        return {
            "blocks": self.blocks,
            "replicates": self.replicates,
            "counts": self.counts,
            "sums": {key: " ".join(map(as_text, values)) for key, values in self.sums.items()},
        }


def statistics_of(document: StatisticsDocument) -> Statistics:
    """Return the statistics of a document."""
    sums = {key: [from_text(text) for text in texts.split(" ")] for key, texts in document["sums"].items()}
    return Statistics(document["blocks"], document["replicates"], dict(document["counts"]), sums)


def block_statistics(results: Mapping[str, Result], drawn: Draw, setup: Setup, theta: float, tau2: float) -> Statistics:
    """Summarise one block.

    Parameters
    ----------
    results : mapping
        From `metawright.simulation.models.run_models`.
    drawn : Draw
        The block.
    setup : Setup
    theta, tau2 : float
        The true values.
    """
    replicates = drawn.new_effect.size
    out = Statistics(1, replicates)
    views = {model.key: _View(results[model.key], theta) for model in setup.models}
    reference = views[setup.reference]
    for model in setup.models:
        counts: dict[str, int] = dict.fromkeys(COUNTS, 0)
        sums: dict[str, float] = dict.fromkeys(SUMS, 0.0)
        result = results[model.key]
        _of_effect(views[model.key], counts, sums)
        if result.random is not None and result.discordant is not None:
            undecided = result.discordant & np.isnan(views[model.key].width)
            counts["evaluated"] = _count(np.isfinite(drawn.v).sum(axis=0) > 1)
            counts["random"] = _count(result.random)
            counts["discordant"] = _count(result.discordant)
            counts["undecided"] = _count(undecided)
        if model.has_tau2:
            _of_tau2(views[model.key], tau2, counts, sums)
            _of_new_effect(views[model.key], setup, drawn.new_effect, counts, sums)
        if model.key != setup.reference:
            _against(views[model.key], reference, counts, sums)
        out.counts[model.key] = [counts[name] for name in COUNTS]
        out.sums[model.key] = [exact(float(sums[name])) for name in SUMS]
    return out


def _count(x: np.ndarray) -> int:
    return int(np.count_nonzero(x))


class _View:
    """The columns of one model; `usable` is None where every replicate has a result."""

    def __init__(self, result: Result, theta: float) -> None:
        self.fit = fit = result.fit
        with np.errstate(invalid="ignore"):
            self.covered = (fit.ci_low <= theta) & (theta <= fit.ci_high)
            self.rejected = fit.excludes_null
            self.width = fit.ci_high - fit.ci_low
            self.error = fit.estimate - theta
        usable = np.isfinite(self.width)
        self.usable = None if usable.all() else usable

    def only(self, x: np.ndarray) -> np.ndarray:
        """`x` of the replicates with a result."""
        return x if self.usable is None else x[self.usable]


def _of_effect(view: _View, counts: dict[str, int], sums: dict[str, float]) -> None:
    error, se, width = view.only(view.error), view.only(view.fit.se), view.only(view.width)
    counts["results"] = error.size
    counts["covered"] = _count(view.covered)
    counts["rejected"] = _count(view.rejected)
    counts["converged"] = _count(view.only(view.fit.converged))
    squares = error * error
    sums["error"], sums["error2"] = error.sum(), squares.sum()
    sums["error3"], sums["error4"] = (squares * error).sum(), (squares * squares).sum()
    sums["se"], sums["se2"] = se.sum(), (se * se).sum()
    sums["width"], sums["width2"] = width.sum(), (width * width).sum()
    if width.size:
        # summed over blocks weighted by their replicates
        median, variance = _median(width)
        sums["median_width"], sums["median_width_variance"] = width.size * median, width.size**2 * variance


def _median(x: np.ndarray) -> tuple[float, float]:
    """Median, and its variance from the order statistics two standard errors of the rank to either side."""
    step = np.sqrt(x.size)
    low, high = (max(0, min(x.size - 1, int(x.size / 2 + sign * step))) for sign in (-1, 1))
    middle = x.size // 2
    ordered = np.partition(x, sorted({low, middle, high}))
    return float(ordered[middle]), float(((ordered[high] - ordered[low]) / 4.0) ** 2)


def _of_tau2(view: _View, tau2: float, counts: dict[str, int], sums: dict[str, float]) -> None:
    estimates = view.only(view.fit.tau2)
    estimates = estimates[np.isfinite(estimates)]  # a replicate may have one trial left
    error = estimates - tau2
    squares = error * error
    counts["tau2_estimates"] = estimates.size
    counts["tau2_zero"] = _count(estimates == 0)
    sums["tau2_error"], sums["tau2_error2"] = error.sum(), squares.sum()
    sums["tau2_error4"] = (squares * squares).sum()


def _of_new_effect(
    view: _View, setup: Setup, new_effect: np.ndarray, counts: dict[str, int], sums: dict[str, float]
) -> None:
    predicted = prediction_interval(view.fit, setup.prediction_interval, setup.level)
    width = np.asarray(predicted.high - predicted.low)
    there = np.isfinite(width)
    counts["predictions"] = _count(there)
    if not counts["predictions"]:
        return
    counts["new_covered"] = _count((predicted.low <= new_effect) & (new_effect <= predicted.high))
    width = width[there]
    sums["new_width"], sums["new_width2"] = width.sum(), (width * width).sum()


def _against(view: _View, reference: _View, counts: dict[str, int], sums: dict[str, float]) -> None:
    """Compare with the reference where both have a result."""
    both = np.isfinite(view.width) & np.isfinite(reference.width)
    counts["compared"] = _count(both)
    for name in ("covered", "rejected"):
        mine, other = getattr(view, name) & both, getattr(reference, name) & both
        counts[f"only_{name}"] = _count(mine & ~other)
        counts[f"ref_{name}"] = _count(other & ~mine)
    gap = (view.width - reference.width)[both]
    sums["width_gap"], sums["width_gap2"] = gap.sum(), (gap * gap).sum()
