"""One cell of the outcome x period table: the trials that are pooled there."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum

import numpy as np

from metawright.extraction.designs import CONTAMINATED
from metawright.extraction.documents import ArmRow
from metawright.files.known import known
from metawright.files.sums import total
from metawright.files.tables import TextRow, number, truth
from metawright.measures.kinds import BINARY
from metawright.measures.registry import measure_of
from metawright.pooling.documents import CellTrial
from metawright.reading.protocol import Contaminated, Outcome


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

    outcome: Outcome
    period: str
    trials: tuple[CellTrial, ...]
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
        column = "n_experimental" if arm == "experimental" else "n_control"
        sizes = [n for trial in self.trials if (n := trial[column]) is not None]
        if not sizes:
            return None
        people = total(sizes)
        return people if isinstance(people, int) else round(people)

    @property
    def participants(self) -> int | None:
        """The participants of all trials, each person once; None unless every trial states them."""
        sizes = [n for trial in self.trials if (n := trial["n"]) is not None]
        return round(total(sizes)) if sizes and len(sizes) == self.k else None

    def without(self, index: int) -> "Cell":
        """Return the cell without the trial at *index*."""
        return self.only([place for place in range(self.k) if place != index])

    def places_of(self, model: Mapping[str, object], contaminated: Contaminated | None = None) -> list[int]:
        """Return which trials a model pools.

        Parameters
        ----------
        model : Mapping
            A model of the completed protocol.
        contaminated : mapping, optional
            Per track (`other` for a model without one) `keep` or `drop`: whether it pools trials whose control arm had
            had the experimental treatment. Left out, every model pools every trial.
        """
        track = model.get("track") or "other"
        if not contaminated or {**contaminated}.get(str(track), "keep") == "keep":
            return list(range(self.k))
        return [
            place for place, trial in enumerate(self.trials) if CONTAMINATED not in trial.get("flags", "").split(";")
        ]

    def only(self, kept: Sequence[int]) -> "Cell":
        """Return the cell with the trials at the places *kept* alone."""
        kept = list(kept)
        if kept == list(range(self.k)):
            return self
        return replace(
            self,
            trials=tuple(self.trials[place] for place in kept),
            y=self.y[kept],
            v=self.v[kept],
            counts=None if self.counts is None else self.counts[:, kept],
        )


def cell_of(effects: Iterable[TextRow], arms: Iterable[ArmRow], outcome: Outcome, period: str) -> Cell:
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
    by_row = {row["row"]: row for row in arms}
    trials: tuple[CellTrial, ...] = tuple(
        {
            "study": row["study"],
            "y": float(row["y"]),
            "v": float(row["v"]),
            "n": _size(row["n"]),
            "n_experimental": _size(row["n_experimental"]),
            "n_control": _size(row["n_control"]),
            "timepoint": row["timepoint"],
            "timepoint_months": number(row["timepoint_months"]),
            "row_ids": row["row_ids"],
            "imputed": truth(row["imputed"]),
            "value_type": _words(found.get("value_type", "") for found in _rows(row["row_ids"], by_row)),
            "flags": _words(found.get("flags", "") for found in _rows(row["row_ids"], by_row)),
        }
        for row in effects
        if truth(row["used"]) and row["period"] == period
    )
    y = np.array([trial["y"] for trial in trials])
    v = np.array([trial["v"] for trial in trials])
    counts = _counts(trials, by_row) if measure_of(outcome["measure"]).kind is BINARY else None
    return Cell({**outcome}, period, trials, y, v, counts)


def _size(text: str) -> int | float | None:
    """Participants of an arm; a share of a divided arm need not be whole."""
    size = float(text) if text else None
    return int(size) if size is not None and size.is_integer() else size


def _rows(row_ids: str, by_row: Mapping[int, ArmRow]) -> list[ArmRow]:
    numbers = (int(number) for number in row_ids.split(";"))
    return [by_row[number] for number in numbers if number in by_row]


def _words(cells: Iterable[str]) -> str:
    """Return the different words that cells of a column hold, joined by `;`."""
    words = [word for cell in cells for word in cell.split(";") if word]
    return ";".join(dict.fromkeys(words))


def _counts(trials: Sequence[CellTrial], by_row: Mapping[int, ArmRow]) -> np.ndarray | None:
    """Events and participants by arm; several rows of an arm are added, an arm that comparisons share is divided."""
    sharing = Counter(row["row"] for trial in trials for row in _rows(trial["row_ids"], by_row))
    columns: list[list[float]] = []
    for trial in trials:
        rows = _rows(trial["row_ids"], by_row)
        if any(row["arm"] == "contrast" for row in rows):
            return None
        columns.append(
            [
                fsum(known(row[name]) / sharing[row["row"]] for row in rows if row["arm"] == arm)
                for arm in ("experimental", "control")
                for name in ("events", "n")
            ]
        )
    return np.array(columns, dtype=float).reshape(-1, 4).T
