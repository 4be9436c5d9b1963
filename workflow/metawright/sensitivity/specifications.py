"""The specifications of a multiverse: versions of the data and models, with the choices that each stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from metawright.files.known import known
from metawright.pooling.rule import Rule
from metawright.sensitivity.documents import DroppedSpecification
from metawright.sensitivity.refit import Model, Trials

#: Columns of the specification table that are not axes.
NUMBERS = ("estimate", "se", "ci_low", "ci_high", "p", "i2", "tau2")
RESERVED = ("scale", "used", "names", "k", *NUMBERS, "excludes_zero")


@dataclass(frozen=True)
class DataChoice:
    """One version of the data.

    Attributes
    ----------
    choices : mapping of str to str
        Level chosen on each axis of the data.
    trials : Trials or None
        None, or without a finite variance: impossible.
    scale : str
        Estimates are compared within a scale only (MD points, SMD, log OR ...).
    reason : str
        Why it is impossible.
    """

    choices: Mapping[str, str]
    trials: Trials | None
    scale: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ModelChoice:
    """One model; None is an impossible combination of its choices, for `reason`."""

    choices: Mapping[str, str]
    model: Model | None
    reason: str = ""


def model_grid(
    models: Iterable[str] = ("rule", "FE", "RE"),
    tau2: Iterable[str] = ("DL", "PM", "REML", "SJ", "ML"),
    intervals: Iterable[str] = ("z", "HKSJ", "mHKSJ"),
    rule: Rule | None = None,
) -> list[ModelChoice]:
    """The product of model, tau2 estimator and interval.

    The fixed-effect model has no tau2 and takes z only; a rule brings its own of both. Their combinations with the
    other axes are one computation, which `multiverse` merges; FE with another interval is impossible.

    Parameters
    ----------
    models : iterable of {"rule", "FE", "RE"}
    tau2, intervals : iterable of str
    rule : Rule, optional
        Default: `Rule()`.
    """
    out = []
    for name, method, interval in product(models, tau2, intervals):
        choices = {"model": name, "tau2_method": method, "interval": interval}
        if name == "rule":
            out.append(ModelChoice(choices, rule or Rule()))
        elif name == "FE":
            possible = interval == "z"
            reason = "" if possible else "the fixed-effect model has the z interval only"
            out.append(ModelChoice(choices, ("FE", "z") if possible else None, reason))
        elif name == "RE":
            out.append(ModelChoice(choices, (method, interval)))
        else:
            raise ValueError(f"a model of the grid is rule, FE or RE, not {name!r}")
    return out


def axes_of(data, models) -> dict[str, tuple[str, ...]]:
    """Levels of every axis, in order of appearance.

    Raises
    ------
    ValueError
        Nothing to combine, axes that differ between entries, an axis of both data and models, or one with the name of
        a column of the table.
    """
    out: dict[str, dict[str, None]] = {}
    sides = []
    for entries in (data, models):
        if not entries:
            raise ValueError("a multiverse needs at least one version of the data and one model")
        names = tuple(entries[0].choices)
        for entry in entries:
            if set(entry.choices) != set(names):
                raise ValueError(f"every entry needs the axes {', '.join(names)}, one has {', '.join(entry.choices)}")
            for axis in names:
                out.setdefault(axis, {})[entry.choices[axis]] = None
        sides.append(set(names))
    if sides[0] & sides[1]:
        raise ValueError(f"axes of both data and models: {', '.join(sorted(sides[0] & sides[1]))}")
    if set(out) & set(RESERVED):
        raise ValueError(f"an axis cannot be called {', '.join(sorted(set(out) & set(RESERVED)))}")
    return {axis: tuple(levels) for axis, levels in out.items()}


def dropped(choices: Mapping[str, str], reason: str) -> DroppedSpecification:
    """Entry for a combination that cannot be made."""
    return {"choices": dict(choices), "reason": reason or "not possible"}


def _present(trials: Trials) -> Trials:
    keep = np.isfinite(trials.v)
    if keep.all():
        return trials
    counts = None if trials.counts is None else trials.counts[:, keep]
    return Trials(trials.y[keep], trials.v[keep], (), counts, trials.measure, trials.mh_exact, trials.zero_scope)


def distinct_versions(
    data: Sequence[DataChoice],
) -> tuple[list[Trials], list[int | None], list[DroppedSpecification]]:
    """Distinct data sets, the place of each entry's among them (None: impossible), and the reasons."""
    versions, places, index, without = [], [], {}, []
    for entry in data:
        trials = None if entry.trials is None else _present(entry.trials)
        if trials is None or trials.k == 0:
            places.append(None)
            without.append(dropped(entry.choices, entry.reason or "no trials"))
            continue
        key = (entry.scale, trials.y.tobytes(), trials.v.tobytes())
        if trials.from_tables:
            key += (known(trials.counts).tobytes(), trials.measure, trials.mh_exact, trials.zero_scope)
        if key not in index:
            index[key] = len(versions)
            versions.append(trials)
        places.append(index[key])
    return versions, places, without
