"""What the figure of an outcome's periods is drawn from: the pools over time and the differences between them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from metawright.figures.kit.subject import ALL, PeriodName, Result, Subject, subject_of
from metawright.heterogeneity.documents import PeriodDifferenceEntry, PeriodPair, PeriodsDocument
from metawright.pooling.documents import ModelResult, Pool
from metawright.pooling.tracks import headlines
from metawright.reading.protocol import Outcome
from metawright.words.names import dashed

ALL_RHO = 3  # up to this many pairs every correlation is shown, beyond it three of them
SOME = (0.0, 0.5, 0.9)
PHI = 0.5


class ShownDifference(NamedTuple):
    """The differences of two periods under one correlation, as results and with their P values."""

    rho: float
    fixed: Result
    fixed_p: float | None
    random: Result | None
    random_p: float | None


@dataclass(frozen=True)
class PeriodsData:
    """One outcome over its periods.

    Attributes
    ----------
    subject : Subject
    periods : sequence of (key, label)
        In the protocol's order.
    document : mapping
        `heterogeneity/<outcome>.periods.json`.
    pools : dict of str to mapping
        Pooling files by period; empty where they are not known.
    """

    subject: Subject
    periods: Sequence[tuple[str, str]]
    document: PeriodsDocument
    pools: Mapping[str, Pool]

    @property
    def reason(self) -> str:
        """Why there is nothing to draw; empty where there is."""
        if self.compared():
            return ""
        return self.document["reason"] or "fewer than two periods have data"

    def label(self, period: str) -> str:
        """Return what a period is called in print."""
        return dict(self.periods).get(period, period)

    def headline(self, period: str) -> list[ModelResult]:
        """Return the headline of each track in a pooled period, the review's protocol first."""
        pool = self.pools.get(period)
        return headlines(pool["models"]) if pool is not None and pool["status"] == "pooled" else []

    def compared(self) -> list[PeriodPair]:
        """Return the pairs of periods that were compared."""
        return [pair for pair in self.document["pairs"] if pair["status"] == "compared"]

    def shown_pairs(self) -> list[PeriodPair]:
        """Return the pairs that the figure shows: all, or of many the neighbours and the first with the last."""
        pairs = self.compared()
        if len(pairs) <= ALL_RHO:
            return pairs
        order = [key for key, _ in self.periods if any(key in (pair["earlier"], pair["later"]) for pair in pairs)]
        place = {key: number for number, key in enumerate(order)}
        steps = (1, len(order) - 1)
        return [pair for pair in pairs if place.get(pair["later"], 0) - place.get(pair["earlier"], 0) in steps]

    def shown_differences(self, pair: PeriodPair) -> list[ShownDifference]:
        """Return per correlation the fixed-effect and the random-effects difference that the figure shows."""
        rows = []
        for fixed in (one for one in pair["differences"] if one["model"] == "FE"):
            if len(self.compared()) > ALL_RHO and not any(abs(fixed["rho"] - rho) < 1e-9 for rho in SOME):
                continue
            random = [one for one in pair["differences"] if one["model"] == "RE" and one["rho"] == fixed["rho"]]
            middle = min(random, key=lambda one: abs((one["phi"] or 0.0) - PHI), default=None)
            shown = ShownDifference(fixed["rho"], result_of(fixed), fixed["p"], None, None)
            rows.append(shown if middle is None else shown._replace(random=result_of(middle), random_p=middle["p"]))
        return rows


def result_of(entry: PeriodDifferenceEntry) -> Result:
    """Return a difference as the result that it is."""
    return {"estimate": entry["difference"], "ci_low": entry["ci_low"], "ci_high": entry["ci_high"]}


def periods_data(
    outcome: Outcome,
    periods: Sequence[PeriodName],
    document: PeriodsDocument,
    *,
    arms: Mapping[str, Sequence[str] | str] | None = None,
    pools: Iterable[Pool] = (),
    labels: Mapping[str, str] | None = None,
) -> PeriodsData:
    """Gather the figure of one outcome's periods.

    Parameters
    ----------
    outcome : mapping
        The outcome's block of the protocol with its `key`.
    periods : sequence of mappings
        The protocol's periods in order.
    document : mapping
        `heterogeneity/<outcome>.periods.json`.
    arms : mapping, optional
        The protocol's `arms`.
    pools : iterable of mappings, optional
        The pooling files of the outcome: with them the figure shows the results over time, trials included.
    labels : mapping, optional
        Names of trials by their keys.
    """
    subject = subject_of(outcome, ALL, labels, arms)
    named = [(block["key"], dashed(block.get("label") or block["key"])) for block in periods]
    found = {pool["period"]: pool for pool in pools if pool["outcome"] == outcome["key"]}
    return PeriodsData(subject, named, document, found)
