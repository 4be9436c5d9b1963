"""One cell of the outcome x period table: the trials that are pooled there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from metawright.extraction.vocabulary import BINARY
from metawright.files.tables import number, truth


@dataclass(frozen=True)
class Cell:
    """The effects of one outcome in one period.

    Attributes
    ----------
    outcome : dict
        Block of the completed protocol.
    period : str
        Key of the period.
    trials : tuple of dict
        Rows of `effects.csv` that are used, numbers as numbers, in pool order.
    y, v : ndarray, shape (k,)
        Effects and sampling variances.
    counts : ndarray, shape (4, k), or None
        Binary outcomes: events and participants of the experimental arm, then of the control arm. None where a
        trial gave a contrast instead.
    """

    outcome: dict
    period: str
    trials: tuple[dict, ...]
    y: np.ndarray
    v: np.ndarray
    counts: np.ndarray | None

    @property
    def k(self) -> int:
        """Number of trials."""
        return len(self.trials)

    @property
    def measure(self) -> str:
        """The protocol's word for the effect measure."""
        return self.outcome["measure"]

    @property
    def status(self) -> str:
        """`pooled`, `single_study` or `awaiting_data`."""
        return "pooled" if self.k > 1 else "single_study" if self.k else "awaiting_data"

    def total(self, arm: str) -> int | None:
        """Return the participants of an arm (`experimental` or `control`) over all trials that state them."""
        sizes = [trial[f"n_{arm}"] for trial in self.trials if trial[f"n_{arm}"] is not None]
        return sum(sizes) if sizes else None

    def without(self, index: int) -> "Cell":
        """Return the cell without the trial at *index*."""
        kept = [place for place in range(self.k) if place != index]
        return replace(
            self,
            trials=tuple(self.trials[place] for place in kept),
            y=self.y[kept],
            v=self.v[kept],
            counts=None if self.counts is None else self.counts[:, kept],
        )


def cell_of(effects: Iterable[Mapping], arms: Iterable[Mapping], outcome: Mapping, period: str) -> Cell:
    """Return one cell.

    Parameters
    ----------
    effects : iterable of mappings
        Rows of the outcome's `effects.csv`, as text.
    arms : iterable of mappings
        Rows of its `arms.csv` (see `metawright.extraction.arms`), for the counts of binary outcomes.
    outcome : Mapping
        Block of the completed protocol.
    period : str
        Key of the period.
    """
    trials = tuple(
        {
            "study": row["study"],
            "y": float(row["y"]),
            "v": float(row["v"]),
            "n_experimental": int(row["n_experimental"]) if row["n_experimental"] else None,
            "n_control": int(row["n_control"]) if row["n_control"] else None,
            "timepoint": row["timepoint"],
            "timepoint_months": number(row["timepoint_months"]),
            "row_ids": row["row_ids"],
            "imputed": truth(row["imputed"]),
        }
        for row in effects
        if truth(row["used"]) and row["period"] == period
    )
    y = np.array([trial["y"] for trial in trials])
    v = np.array([trial["v"] for trial in trials])
    counts = _counts(trials, arms) if outcome["measure"] in BINARY else None
    return Cell(dict(outcome), period, trials, y, v, counts)


def _counts(trials: Iterable[Mapping], arms: Iterable[Mapping]) -> np.ndarray | None:
    by_row = {row["row"]: row for row in arms}
    columns = []
    for trial in trials:
        rows = {by_row[int(row)]["arm"]: by_row[int(row)] for row in trial["row_ids"].split(";")}
        if "contrast" in rows:
            return None
        columns.append([rows[arm][name] for arm in ("experimental", "control") for name in ("events", "n")])
    return np.array(columns, dtype=float).reshape(-1, 4).T
