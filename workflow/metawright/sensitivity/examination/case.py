"""What the examination of one cell starts from, and the words that all of its blocks share."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from metawright.extraction.documents import ArmRow
from metawright.measures.registry import measure_of
from metawright.pooling.cell import Cell
from metawright.pooling.rule import Rule
from metawright.pooling.tracks import headlines, rated
from metawright.reading.cells import says_nothing
from metawright.reading.protocol import Contaminated, DeclaredModel, SensitivitySettings
from metawright.reading.vocabulary import fold
from metawright.sensitivity.documents import BlockHead, ModelHead
from metawright.sensitivity.refit import Model, Refit, Trials, model_of, refit, trials_of, without_each

#: A block in memory that has arrays and dataclasses where the files of `metawright.sensitivity.documents` have lists.
Block = dict[str, Any]
Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Part:
    """The trials that some of the models pool, and these models.

    Attributes
    ----------
    cell : Cell
    trials : Trials
    models : tuple of mappings
        Models of the completed protocol.
    """

    cell: Cell
    trials: Trials
    models: tuple[DeclaredModel, ...]

    @property
    def requested(self) -> list[Model]:
        """What the models ask for, in their order."""
        return [model_of(model) for model in self.models]

    @property
    def studies(self) -> list[str]:
        """Names of the trials."""
        return [trial["study"] for trial in self.cell.trials]


@dataclass(frozen=True)
class Case:
    """One cell with everything that its examination needs.

    Attributes
    ----------
    cell : Cell
    arms : tuple of mappings
        Rows of the outcome's `arms.csv` (see `metawright.extraction.arms`).
    models : tuple of mappings
        Models of the completed protocol.
    contaminated : mapping
        The protocol's block of that name.
    settings : mapping
        The protocol's block `sensitivity`, completed.
    studies : mapping
        Cells of `studies.csv` by folded study key: `year` and the columns that the block names.
    """

    cell: Cell
    arms: tuple[ArmRow, ...]
    models: tuple[DeclaredModel, ...]
    contaminated: Contaminated
    settings: SensitivitySettings
    studies: Mapping[str, Mapping[str, str]]

    @property
    def headlines(self) -> list[DeclaredModel]:
        """The headline of each track, the review's protocol first."""
        return headlines(self.models)

    def parts(self, models: Sequence[DeclaredModel] | None = None, fewest: int = 1) -> list[Part]:
        """Return the models by the trials that they pool; models with fewer than *fewest* trials are left out."""
        groups: dict[tuple[int, ...], list[DeclaredModel]] = {}
        for model in self.models if models is None else models:
            groups.setdefault(tuple(self.cell.places_of(model, self.contaminated)), []).append(model)
        parts = []
        for places, members in groups.items():
            if len(places) >= fewest:
                cell = self.cell.only(places)
                parts.append(Part(cell, trials_of(cell), tuple(members)))
        return parts

    @cached_property
    def all_trials(self) -> Part:
        """The trials that a model without a track pools: for analyses that stand beside the declared models."""
        cell = self.cell.only(self.cell.places_of({}, self.contaminated))
        return Part(cell, trials_of(cell), ())

    @cached_property
    def rated(self) -> Part:
        """The trials that the rated model pools (see `metawright.pooling.tracks.rated`)."""
        model = rated(self.models)
        cell = self.cell.only(self.cell.places_of(model or {}, self.contaminated))
        return Part(cell, trials_of(cell), (model,) if model else ())

    @cached_property
    def results(self) -> dict[str, Refit]:
        """The result of every model with trials, by its key, as a block of one replicate."""
        found = {}
        for part in self.parts():
            fits = refit(part.trials, np.ones((part.trials.k, 1), dtype=bool), part.requested)
            found.update({model["key"]: fits[model_of(model)] for model in part.models})
        return found

    @cached_property
    def without_each(self) -> list[tuple[Part, dict[Model, Refit]]]:
        """The parts with two trials or more, pooled with all of their trials and without each."""
        return [(part, without_each(part.trials, part.requested)) for part in self.parts(fewest=2)]

    def head(self, model: DeclaredModel) -> ModelHead:
        """Return what identifies a model in a block: key, track, estimator, interval, trials left out."""
        used = self._used(model)
        places = set(self.cell.places_of(model, self.contaminated))
        return {
            "model": model["key"],
            "track": model.get("track"),
            "tau2_method": used[0],
            "interval": used[1],
            "excluded": [trial["study"] for place, trial in enumerate(self.cell.trials) if place not in places],
        }

    def _used(self, model: DeclaredModel) -> tuple[str, str]:
        asked = model_of(model)
        if not isinstance(asked, Rule):
            return asked
        chosen = str(self.results[model["key"]].chosen[0]) if model["key"] in self.results else ""
        return {"random": asked.random, "fixed": asked.fixed}.get(chosen, ("", ""))

    def in_order(self, entries: Mapping[str, Entry]) -> list[Entry]:
        """Return entries by model key in the order in which the protocol declares the models."""
        return [entries[model["key"]] for model in self.models if model["key"] in entries]

    def value(self, study: str, column: str) -> str:
        """Return what `studies.csv` says of a trial; empty where it says nothing, or that it is not known (NR, nd)."""
        text = self.studies.get(fold(study), {}).get(column, "").strip()
        return "" if says_nothing(text) else text

    def year(self, study: str) -> int | None:
        """Return the year of a trial, if `studies.csv` states it."""
        text = self.value(study, "year")
        return int(text) if text.isascii() and text.isdigit() else None

    @property
    def mid(self) -> float | None:
        """The outcome's minimal important difference in the unit of the effects, above 0; None without one."""
        value = (self.cell.outcome.get("minimal_important_difference") or {}).get("value")
        if value is None:
            return None
        if measure_of(self.cell.measure).is_ratio:
            return abs(math.log(value)) if value > 0 and value != 1 else None
        return abs(float(value)) or None

    @cached_property
    def spread(self) -> float | None:
        """The SD of participants within the arms, pooled over all trials that state it; None where none does."""
        by_row = {row["row"]: row for row in self.arms}
        numbers = [int(number) for trial in self.all_trials.cell.trials for number in trial["row_ids"].split(";")]
        rows = [by_row[number] for number in dict.fromkeys(numbers) if number in by_row]
        known = [(n - 1, sd) for row in rows if (sd := row.get("sd")) is not None and (n := row.get("n") or 0) > 1]
        freedom = math.fsum(weight for weight, _ in known)
        return math.sqrt(math.fsum(weight * sd**2 for weight, sd in known) / freedom) if freedom else None


def absent(case: Case, one_trial: str) -> BlockHead | None:
    """Return what the block of a cell with fewer than two trials says; None from two trials on."""
    if case.cell.k == 0:
        return without_data()
    if case.cell.k == 1:
        return {"status": "single_study", "reason": one_trial}
    return None


def without_data() -> BlockHead:
    """Return what a block says for which there are no data."""
    return {"status": "awaiting_data", "reason": "no data"}


def done() -> BlockHead:
    """Return what a block says that was computed."""
    return {"status": "done", "reason": ""}


def impossible(reason: str) -> BlockHead:
    """Return what a block says that could not be computed, with the reason."""
    return {"status": "not_possible", "reason": reason}
