"""Who is missing: participants randomised and analysed, arm by arm, and whether that is known at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NotRequired, TypedDict

import numpy as np

from metawright.extraction.documents import ArmRow
from metawright.pooling.documents import CellTrial
from metawright.pooling.fit import Fit
from metawright.pooling.pool import rule_of
from metawright.pooling.rule import choose
from metawright.reading.protocol import DeclaredModel
from metawright.sensitivity.documents import BlockHead, MissingTrial, ResultUnderAssumption

#: An arm in which less than this part of the randomised was analysed is flagged.
LOW_SHARE = 0.8
ROLES = ("experimental", "control")


@dataclass(frozen=True)
class Arm:
    """One arm of every trial, arrays of shape ``(k,)``.

    Attributes
    ----------
    n, randomised : ndarray
        Participants analysed and randomised.
    mean, sd : ndarray
        Of the analysed; NaN for binary outcomes.
    events : ndarray
        Among the analysed; NaN for continuous outcomes.
    """

    n: np.ndarray
    randomised: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    events: np.ndarray

    @property
    def missing(self) -> np.ndarray:
        """Proportion of the randomised who were not analysed."""
        return 1.0 - self.n / self.randomised


@dataclass(frozen=True)
class Missingness:
    """What is known about missing participants of one cell.

    Attributes
    ----------
    studies : tuple of str
    experimental, control : Arm
    trials : tuple of dict
        Per trial: `study`, `n_experimental`, `randomised_experimental`, `analysed_experimental` (share), the same
        for `control`, `low` (an arm below `LOW_SHARE`), `reason` (why an analysis is not possible, else empty).
    """

    studies: tuple[str, ...]
    experimental: Arm
    control: Arm
    trials: tuple[MissingTrial, ...]

    @property
    def possible(self) -> bool:
        """Whether every trial states what an analysis needs."""
        return not any(trial["reason"] for trial in self.trials)

    @property
    def complete(self) -> bool:
        """Whether nobody is missing."""
        return self.possible and all(not np.any(arm.missing > 0) for arm in (self.experimental, self.control))


@dataclass(frozen=True)
class TippingPoint:
    """Smallest difference in lambda between the arms at which the conclusion first changes.

    Attributes
    ----------
    path : str
        ``experimental``: lambda of the control arm stays 0; ``symmetric``: half each, with opposite signs.
    reach : float
        The search went from -reach to reach.
    difference : float
        Experimental minus control lambda; NaN if none was found.
    becomes : str
        What the interval does with 0 there and did not at no difference: ``includes``, ``excludes``, or ``undecided``
        where a rule then leaves the choice of a model open; empty if none was found.
    estimate, ci_low, ci_high : float
        The pool at that point; NaN where undecided.
    """

    path: str
    reach: float
    difference: float
    becomes: str
    estimate: float
    ci_low: float
    ci_high: float


class ModelWithMissing(TypedDict):
    """A `metawright.sensitivity.documents.MissingModel` in memory, where a grid has arrays."""

    model: str
    track: str | None
    observed: ResultUnderAssumption | None
    tipping_points: NotRequired[list[TippingPoint]]
    grid: dict[str, np.ndarray] | None
    best: ResultUnderAssumption | None
    worst: ResultUnderAssumption | None


class MissingFound(BlockHead):
    """What is found about the missing participants of a cell; only differences have a `reach`."""

    outcome: str
    period: str
    k: int
    trials: list[MissingTrial]
    reach: NotRequired[float | None]
    models: list[ModelWithMissing]


def missingness(trials: Sequence[CellTrial], arms: Iterable[ArmRow], binary: bool = False) -> Missingness:
    """Collect the participants of a cell's trials.

    Parameters
    ----------
    trials : sequence of mappings
        Trials of a `Cell`: `study` and `row_ids`.
    arms : iterable of mappings
        Rows of the outcome's `arms.csv` as `metawright.extraction.arms` reads them. A row whose number analysed was
        taken to be the number randomised (flag `n_assumed_randomised`) does not state it.
    binary : bool
        Whether events are needed, else mean and SD.

    Returns
    -------
    Missingness
    """
    by_row = {row["row"]: row for row in arms}
    columns: dict[str, list[list[float]]] = {role: [] for role in ROLES}
    records: list[MissingTrial] = []
    for trial in trials:
        own: dict[str, list[ArmRow]] = {}
        for number in trial["row_ids"].split(";"):
            own.setdefault(by_row[int(number)]["arm"], []).append(by_row[int(number)])
        people: dict[str, tuple[int | None, int | None, float | None]] = {}
        reasons: list[str] = []
        for role in ROLES:
            found = own.get(role, [])
            row = found[0] if len(found) == 1 else None
            values = _values(row, binary)
            columns[role].append(values)
            n, randomised = (None if np.isnan(number) else int(number) for number in values[:2])
            share = n / randomised if n is not None and randomised else None
            people[role] = n, randomised, share
            several = f"several rows make the {role} arm" if len(found) > 1 else ""
            reasons.append(several or _reason(row, values, binary, role))
        e, c = people["experimental"], people["control"]
        records.append(
            {
                "study": trial["study"],
                "n_experimental": e[0],
                "randomised_experimental": e[1],
                "analysed_experimental": e[2],
                "n_control": c[0],
                "randomised_control": c[1],
                "analysed_control": c[2],
                "low": any((share or 1.0) < LOW_SHARE for _, _, share in people.values()),
                "reason": "; ".join(dict.fromkeys(reason for reason in reasons if reason)),
            }
        )
    experimental, control = (Arm(*np.array(columns[role], dtype=float).reshape(-1, 5).T) for role in ROLES)
    return Missingness(tuple(trial["study"] for trial in trials), experimental, control, tuple(records))


def _values(row: ArmRow | None, binary: bool) -> list[float]:
    if row is None:
        return [np.nan] * 5
    assumed = "n_assumed_randomised" in (row.get("flags") or "").split(";")
    result = (None, None, row.get("events")) if binary else (row.get("mean"), row.get("sd"), None)
    given = (None if assumed else row.get("n"), row.get("n_randomised"), *result)
    return [np.nan if value is None else float(value) for value in given]


def _reason(row: ArmRow | None, values: Sequence[float], binary: bool, role: str) -> str:
    n, randomised, mean, sd, events = values
    if row is None:
        return "only a contrast is given, not its arms"
    if np.isnan(n):
        return f"the number analysed in the {role} arm is not stated"
    if np.isnan(randomised):
        return f"the number randomised to the {role} arm is not stated"
    if n > randomised:
        return f"more were analysed than randomised in the {role} arm"
    wanted = (events,) if binary else (mean, sd)
    return f"the result of the {role} arm is not stated" if any(np.isnan(value) for value in wanted) else ""


def fit_model(model: DeclaredModel, fitter: Callable[[str, str], Fit]) -> Fit | None:
    """Fit a model of the protocol, a rule included.

    Parameters
    ----------
    model : Mapping
        `tau2_method` and `interval`, or `rule`.
    fitter : callable
        From a pair (tau2_method, interval) to the fit of the data at hand.

    Returns
    -------
    Fit or None
        None where the rule leaves one pool undecided; NaN columns in a block of replicates.
    """
    if "rule" in model:
        rule = rule_of(model)
        return choose(fitter(*rule.fixed), fitter(*rule.random), rule).fit
    return fitter(model["tau2_method"], model["interval"])
