"""Every combination of declared choices, fitted in one pass: the specification table and what moves the result.

A specification is one version of the data (time-point policy, imputation, exclusions, measure, ...) under one model.
Specifications that give the same numbers count once, under all of their names. There is no P value over specifications:
they are not independent, and their shares describe the choices, not the truth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from metawright.pooling.fit import Fit
from metawright.pooling.rule import Rule
from metawright.sensitivity.documents import DroppedSpecification
from metawright.sensitivity.refit import Model, Refit, Trials, refit_block
from metawright.sensitivity.specifications import NUMBERS, DataChoice, ModelChoice, axes_of, distinct_versions, dropped

#: Numbers are the same within this share of the half width of the interval.
SAME = 1e-9
_COMPARED = ("estimate", "ci_low", "ci_high")
_OPEN = "the rule leaves the choice open"
_NOT_ESTIMABLE = "not estimable under this model"


@dataclass(frozen=True)
class AxisEffect:
    """What one axis does to the result, everything else kept.

    Attributes
    ----------
    axis : str
    sets : int
        Sets of distinct computations that agree on every other axis and differ on this one; their numbers may agree.
    mean_range, largest_range : float
        Of the estimate within such a set (largest minus smallest), over all sets; NaN without a set.
    verdict_changes : float
        Share of the sets in which some intervals exclude 0 and others do not.
    """

    axis: str
    sets: int
    mean_range: float
    largest_range: float
    verdict_changes: float


@dataclass(frozen=True)
class ScaleSummary:
    """The distinct specifications of one scale.

    Attributes
    ----------
    scale : str
    specifications : int
    excluding_zero, positive : float
        Share whose interval excludes 0; share with a positive estimate.
    low, median, high : float
        Smallest, median and largest estimate.
    axes : tuple of AxisEffect
        The axis with the largest `mean_range` first; axes with a single level are left out.
    moves_most : str
        The first of them if it moves the estimate at all, else empty.
    """

    scale: str
    specifications: int
    excluding_zero: float
    positive: float
    low: float
    median: float
    high: float
    axes: tuple[AxisEffect, ...]
    moves_most: str


@dataclass(frozen=True)
class Multiverse:
    """The specification table.

    Attributes
    ----------
    axes : dict of str to tuple of str
        Levels of every axis, in order of appearance.
    choices : tuple of dict
        Per specification the levels it stands for on every axis: several where merged combinations differ there.
    names : tuple of tuple of str
        Per specification every combination that leads to its numbers, in words: the levels of the data that vary, then
        the model, as in ``bias low, DL-z``.
    scale : tuple of str
    k : ndarray of int, shape (S,)
    estimate, se, ci_low, ci_high, p, i2, tau2 : ndarray, shape (S,)
    excludes_zero : ndarray of bool, shape (S,)
    used : tuple of str
        tau2 method and interval, as in ``DL-z``: of a rule the branch it chose; ``z`` for a single trial. Of several
        combinations that give the same numbers that of the first.
    declared, impossible, merged : int
        Combinations declared, dropped as impossible, and merged into another one:
        ``declared = impossible + merged + S``.
    dropped : tuple of dict
        The impossible combinations: `choices` and `reason`. One entry per version of the data or model that is
        impossible for all partners.
    summaries : tuple of ScaleSummary
    """

    axes: dict[str, tuple[str, ...]]
    choices: tuple[dict[str, tuple[str, ...]], ...]
    names: tuple[tuple[str, ...], ...]
    scale: tuple[str, ...]
    k: np.ndarray
    estimate: np.ndarray
    se: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    p: np.ndarray
    i2: np.ndarray
    tau2: np.ndarray
    excludes_zero: np.ndarray
    used: tuple[str, ...]
    declared: int
    impossible: int
    merged: int
    dropped: tuple[DroppedSpecification, ...]
    summaries: tuple[ScaleSummary, ...]

    def rows(self) -> list[dict[str, Any]]:
        """The table as rows of plain values, ordered by scale and estimate; merged levels and names joined by ``|``."""
        order = sorted(range(len(self.choices)), key=lambda i: (self.scale[i], self.estimate[i], i))
        numbers = {name: getattr(self, name).tolist() for name in ("k", *NUMBERS, "excludes_zero")}
        return [
            {axis: "|".join(levels) for axis, levels in self.choices[i].items()}
            | {"scale": self.scale[i], "used": self.used[i], "names": "|".join(self.names[i])}
            | {name: values[i] for name, values in numbers.items()}
            for i in order
        ]


def multiverse(data: Sequence[DataChoice], models: Sequence[ModelChoice], level: float = 0.95) -> Multiverse:
    """Fit every version of the data under every model.

    Parameters
    ----------
    data : sequence of DataChoice
        With the same axes throughout. Trials of infinite variance are absent.
    models : sequence of ModelChoice
        With the same axes throughout, other than those of the data.
    level : float

    Returns
    -------
    Multiverse

    Raises
    ------
    ValueError
        Axes that differ between entries or occur on both sides.

    Notes
    -----
    Versions of the data with one number of trials make one block of the engine. Combinations with the same effects,
    variances and scale under the same model are one computation; so are, for a single trial, all models. Computations
    of one scale whose estimate and limits agree (to `SAME` of the half width) are one specification, whatever led to
    them: with tau2 = 0 a rule, the fixed effect and most estimators are one.

    The axis that moves the estimate most is found by matched comparison: among the distinct computations, sets that
    agree on all other axes; the range of the estimates within a set, averaged over the sets. A set whose numbers agree
    counts there, with a range of 0: the choice was there and moved nothing.

    References
    ----------
    Steegen 2016 (multiverse); Simonsohn, Simmons and Nelson 2020 (specification curve); Voracek, Kossmeier and Tran
    2019 (in meta-analysis).
    """
    axes = axes_of(data, models)
    versions, version_of, without = distinct_versions(data)
    known = [m.model for m in models if m.model is not None]
    results = _fit_versions(versions, list(dict.fromkeys(known)), level)
    table = _Table()
    reasons = [dropped(m.choices, m.reason) for m in models if m.model is None]
    impossible = sum(1 for d in version_of if d is None) * len(models)
    for choice, version in zip(data, version_of, strict=True):
        if version is None:
            continue
        for m in models:
            if m.model is None:
                impossible += 1
                continue
            result = results[version, m.model]
            if result is None:
                impossible += 1
                why = _OPEN if isinstance(m.model, Rule) else _NOT_ESTIMABLE
                reasons.append(dropped({**choice.choices, **m.choices}, why))
                continue
            model = "single" if result["k"] == 1 else m.model
            table.add((version, model), {**choice.choices, **m.choices}, choice.scale, result)
    declared = len(data) * len(models)
    return table.finish(axes, tuple(data[0].choices), declared, impossible, (*without, *reasons))


def _fit_versions(versions: list[Trials], models: list[Model], level: float) -> dict[tuple[int, Model], dict | None]:
    """Results of every version under every model, blocks of equal shape together; None where undecided."""
    groups = defaultdict(list)
    for place, trials in enumerate(versions):
        how = (trials.measure, trials.mh_exact, trials.zero_scope) if trials.from_tables else None
        groups[trials.k, how].append(place)
    out: dict[tuple[int, Model], dict | None] = {}
    for (_, how), places in groups.items():
        y = np.stack([versions[i].y for i in places], axis=1)
        v = np.stack([versions[i].v for i in places], axis=1)
        tables = counts = None
        if how is not None:
            tables, counts = versions[places[0]], np.stack([versions[i].counts for i in places], axis=2)
        for model, result in refit_block(y, v, models, level, tables, counts).items():
            for place, row in zip(places, _rows_of(model, result), strict=True):
                out[place, model] = row
    return out


def _rows_of(model: Model, result: Refit) -> list[dict | None]:
    fit: Fit = result.fit
    columns = {name: getattr(fit, name).tolist() for name in ("k", *NUMBERS)}
    columns["excludes_zero"] = np.asarray(fit.excludes_null).tolist()
    rows = []
    for i, chosen in enumerate(result.chosen.tolist()):
        row = {name: values[i] for name, values in columns.items()}
        if np.isnan(row["estimate"]):
            rows.append(None)
            continue
        pair = (model.random if chosen == "random" else model.fixed) if isinstance(model, Rule) else model
        used = "z" if row["k"] == 1 else "-".join(pair)
        name = "one trial" if row["k"] == 1 else f"rule ({used})" if isinstance(model, Rule) else used
        rows.append(row | {"used": used, "name": name})
    return rows


class _Table:
    """Collects computations, and merges those that give the same numbers."""

    def __init__(self):
        self.index: dict = {}
        self.scale: list[str] = []
        self.results: list[dict] = []
        self.members: list[tuple[int, dict, str]] = []

    def add(self, key, choices: dict, scale: str, result: dict) -> None:
        place = self.index.setdefault((scale, key), len(self.results))
        if place == len(self.results):
            self.scale.append(scale)
            self.results.append(result)
        self.members.append((place, choices, result["name"]))

    def finish(
        self, axes, of_data: Sequence[str], declared: int, impossible: int, dropped: tuple[DroppedSpecification, ...]
    ) -> Multiverse:
        first = _first_of_equals(self.scale, self.results)
        kept = sorted(set(first))
        levels: dict[int, dict[str, set[str]]] = {place: {axis: set() for axis in axes} for place in kept}
        names: dict[int, dict[str, None]] = {place: {} for place in kept}
        varied = [axis for axis in of_data if len(axes[axis]) > 1]
        for place, choices, model in self.members:
            for axis, level in choices.items():
                levels[first[place]][axis].add(level)
            names[first[place]][", ".join([*(f"{axis} {choices[axis]}" for axis in varied), model])] = None
        results = [self.results[place] for place in kept]
        scales = tuple(self.scale[place] for place in kept)
        return Multiverse(
            axes,
            tuple({axis: tuple(x for x in axes[axis] if x in levels[place][axis]) for axis in axes} for place in kept),
            tuple(tuple(names[place]) for place in kept),
            scales,
            np.array([row["k"] for row in results], dtype=int),
            **{name: np.array([row[name] for row in results], dtype=float) for name in NUMBERS},
            excludes_zero=np.array([row["excludes_zero"] for row in results], dtype=bool),
            used=tuple(row["used"] for row in results),
            declared=declared,
            impossible=impossible,
            merged=len(self.members) - len(kept),
            dropped=dropped,
            summaries=tuple(self._summary(scale, axes, kept) for scale in dict.fromkeys(scales)),
        )

    def _summary(self, scale: str, axes, kept: Sequence[int]) -> ScaleSummary:
        estimate = np.array([row["estimate"] for row in self.results])
        excluding = np.array([row["excludes_zero"] for row in self.results], dtype=bool)
        own = [place for place in kept if self.scale[place] == scale]
        members = [(place, choices) for place, choices, _ in self.members if self.scale[place] == scale]
        effects = [_axis_effect(axis, list(axes), members, estimate, excluding) for axis in axes if len(axes[axis]) > 1]
        effects.sort(key=lambda e: -e.mean_range if e.sets else np.inf)
        moves = effects[0].axis if effects and effects[0].sets and effects[0].mean_range > 0 else ""
        values = estimate[own]
        return ScaleSummary(
            scale,
            len(own),
            float(excluding[own].mean()),
            float((values > 0).mean()),
            float(values.min()),
            float(np.median(values)),
            float(values.max()),
            tuple(effects),
            moves,
        )


def _first_of_equals(scales: Sequence[str], results: Sequence[Mapping]) -> list[int]:
    """The place of the first computation with the same numbers on the same scale, for every one."""
    room = [SAME * (row["ci_high"] - row["ci_low"]) / 2.0 for row in results]
    reach = max(room, default=0.0)
    groups: list[list[int]] = []
    for place in sorted(range(len(results)), key=lambda place: (scales[place], results[place]["estimate"])):
        for group in reversed(groups):
            first = group[0]
            if scales[first] != scales[place] or results[place]["estimate"] - results[first]["estimate"] > reach:
                groups.append([place])
                break
            if all(abs(results[place][name] - results[first][name]) <= room[first] for name in _COMPARED):
                group.append(place)
                break
        else:
            groups.append([place])
    first_of = [0] * len(results)
    for group in groups:
        for place in group:
            first_of[place] = min(group)
    return first_of


def _axis_effect(axis: str, axes: list[str], members, estimate, excluding) -> AxisEffect:
    """Compare the specifications that differ on one axis only."""
    others = [name for name in axes if name != axis]
    sets = defaultdict(set)
    for place, choices in members:
        sets[tuple(choices[name] for name in others)].add(place)
    # The same specifications reached through several merged combinations make one set.
    distinct = {frozenset(places) for places in sets.values() if len(places) > 1}
    if not distinct:
        return AxisEffect(axis, 0, np.nan, np.nan, np.nan)
    groups = [sorted(places) for places in sorted(distinct, key=sorted)]
    ranges = np.array([np.ptp(estimate[places]) for places in groups])
    changes = np.array([np.ptp(excluding[places].astype(int)) for places in groups])
    return AxisEffect(axis, len(groups), float(ranges.mean()), float(ranges.max()), float(changes.mean()))
