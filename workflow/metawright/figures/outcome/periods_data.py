"""What the figure of an outcome's periods is drawn from: the pools over time and the differences between them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from metawright.figures.kit.subject import Subject, subject_of
from metawright.pooling.tracks import headlines
from metawright.words.names import dashed

ALL_RHO = 3  # up to this many pairs every correlation is shown, beyond it three of them
SOME = (0.0, 0.5, 0.9)
PHI = 0.5


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
    document: Mapping
    pools: Mapping[str, Mapping]

    @property
    def reason(self) -> str:
        """Why there is nothing to draw; empty where there is."""
        if any(pair["status"] == "compared" for pair in self.document.get("pairs") or []):
            return ""
        return self.document.get("reason") or "fewer than two periods have data"

    def label(self, period: str) -> str:
        """Return what a period is called in print."""
        return dict(self.periods).get(period, period)

    def headline(self, period: str) -> list[Mapping]:
        """Return the headline of each track in a pooled period, the review's protocol first."""
        pool = self.pools.get(period)
        return headlines(pool["models"]) if pool is not None and pool["status"] == "pooled" else []

    def compared(self) -> list[Mapping]:
        """Return the pairs of periods that were compared."""
        return [pair for pair in self.document.get("pairs") or [] if pair["status"] == "compared"]

    def shown_pairs(self) -> list[Mapping]:
        """Return the pairs that the figure shows: all, or of many the neighbours and the first with the last."""
        pairs = self.compared()
        if len(pairs) <= ALL_RHO:
            return pairs
        order = [key for key, _ in self.periods if any(key in (pair["earlier"], pair["later"]) for pair in pairs)]
        place = {key: number for number, key in enumerate(order)}
        steps = (1, len(order) - 1)
        return [pair for pair in pairs if place.get(pair["later"], 0) - place.get(pair["earlier"], 0) in steps]

    def shown_differences(self, pair: Mapping) -> list[tuple[float, Mapping, Mapping | None]]:
        """Return per correlation the fixed-effect and the random-effects difference that the figure shows."""
        rows = []
        for fixed in (one for one in pair["differences"] if one["model"] == "FE"):
            if len(self.compared()) > ALL_RHO and not any(abs(fixed["rho"] - rho) < 1e-9 for rho in SOME):
                continue
            random = [one for one in pair["differences"] if one["model"] == "RE" and one["rho"] == fixed["rho"]]
            middle = min(random, key=lambda one: abs((one["phi"] or 0.0) - PHI), default=None)
            both = [one and {**one, "estimate": one["difference"]} for one in (fixed, middle)]
            rows.append((fixed["rho"], *both))
        return rows


def periods_data(
    outcome: Mapping,
    periods: Sequence[Mapping],
    document: Mapping,
    *,
    arms: Mapping | None = None,
    pools: Iterable[Mapping] = (),
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
    subject = subject_of(outcome, {"key": "all"}, labels, arms)
    named = [(block["key"], dashed(block.get("label") or block["key"])) for block in periods]
    found = {pool["period"]: pool for pool in pools if pool["outcome"] == outcome["key"]}
    return PeriodsData(subject, named, document, found)
