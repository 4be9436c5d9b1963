"""Who is missing: participants randomised and analysed, arm by arm, and whether that is known at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from metawright.pooling.fit import Fit
from metawright.pooling.pool import rule_of
from metawright.pooling.rule import choose

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
    trials: tuple[dict, ...]

    @property
    def possible(self) -> bool:
        """Whether every trial states what an analysis needs."""
        return not any(trial["reason"] for trial in self.trials)

    @property
    def complete(self) -> bool:
        """Whether nobody is missing."""
        return self.possible and all(not np.any(arm.missing > 0) for arm in (self.experimental, self.control))


def missingness(trials: Sequence[Mapping], arms: Iterable[Mapping], binary: bool = False) -> Missingness:
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
    columns: dict[str, list] = {role: [] for role in ROLES}
    records = []
    for trial in trials:
        own: dict[str, list] = {}
        for number in trial["row_ids"].split(";"):
            own.setdefault(by_row[int(number)]["arm"], []).append(by_row[int(number)])
        record, reasons = {"study": trial["study"]}, []
        for role in ROLES:
            found = own.get(role, [])
            row = found[0] if len(found) == 1 else None
            values = _values(row, binary)
            columns[role].append(values)
            n, randomised = (None if np.isnan(number) else int(number) for number in values[:2])
            share = n / randomised if n is not None and randomised else None
            record.update({f"n_{role}": n, f"randomised_{role}": randomised, f"analysed_{role}": share})
            several = f"several rows make the {role} arm" if len(found) > 1 else ""
            reasons.append(several or _reason(row, values, binary, role))
        record["low"] = any((record[f"analysed_{role}"] or 1.0) < LOW_SHARE for role in ROLES)
        record["reason"] = "; ".join(dict.fromkeys(reason for reason in reasons if reason))
        records.append(record)
    experimental, control = (Arm(*np.array(columns[role], dtype=float).reshape(-1, 5).T) for role in ROLES)
    return Missingness(tuple(trial["study"] for trial in trials), experimental, control, tuple(records))


def _values(row: Mapping | None, binary: bool) -> list[float]:
    if row is None:
        return [np.nan] * 5
    assumed = "n_assumed_randomised" in (row.get("flags") or "").split(";")
    kept = ("events",) if binary else ("mean", "sd")
    given = {name: row.get(name) for name in ("n_randomised", *kept)} | {"n": None if assumed else row.get("n")}
    names = ("n", "n_randomised", "mean", "sd", "events")
    return [np.nan if given.get(name) is None else float(given[name]) for name in names]


def _reason(row: Mapping | None, values: Sequence[float], binary: bool, role: str) -> str:
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


def fit_model(model: Mapping, fitter: Callable[[str, str], Fit]) -> Fit | None:
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
