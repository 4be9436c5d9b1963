"""Blocks about properties of the trials: declared subgroups and moderators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields

import numpy as np

from metawright.heterogeneity.meta_regression import meta_regression
from metawright.heterogeneity.permutation import permutation_test
from metawright.heterogeneity.subgroups import CommonSubgroups, SeparateSubgroups, common_subgroups, separate_subgroups
from metawright.pooling.quantiles import student
from metawright.reading.protocol import StudyProperty
from metawright.sensitivity.examination.case import Block, Case, Part, done, impossible, without_data

#: How subgroups and regressions are pooled; subgroups take the modified interval where the recommended headline does.
TAU2_METHOD, INTERVAL = "REML", "HKSJ"
_SEPARATE = ("k", "estimate", "se", "ci_low", "ci_high", "tau2", "i2")
_COMMON = ("k", "estimate", "se", "ci_low", "ci_high", "p")
_RESIDUAL = ("tau2", "i2", "residual_q", "residual_df", "residual_p")
# Points of a regression line for the figure.
LINE_POINTS = 50


def subgroups_block(case: Case) -> Block:
    """Pools by group, with the test for their difference, of every declared column."""
    return _columns(case, case.settings["subgroups"], _subgroups)


def moderators_block(case: Case) -> Block:
    """Meta-regression on every declared column."""
    return _columns(case, case.settings["moderators"], _moderator)


def _columns(case: Case, declared: Sequence[StudyProperty], analyse: Callable[[Case, str], Block]) -> Block:
    if not declared:
        return {**impossible("none is declared"), "columns": []}
    if case.cell.k == 0:
        return {**without_data(), "columns": []}
    columns: list[Block] = []
    for one in declared:
        head = {"column": one["column"], "label": one.get("label") or one["column"]}
        columns.append({**head, **analyse(case, one["column"])})
    return {**done(), "columns": columns}


def _known(case: Case, column: str, usable) -> tuple[Part, list[str], list[str]]:
    """The trials of which a column is known, its texts, and the trials of which it is not."""
    part = case.all_trials
    texts = [case.value(study, column) for study in part.studies]
    kept = [place for place, text in enumerate(texts) if usable(text)]
    unknown = [study for place, study in enumerate(part.studies) if place not in kept]
    cell = part.cell.only(kept)
    return Part(cell, part.trials, ()), [texts[place] for place in kept], unknown


def _subgroups(case: Case, column: str) -> Block:
    part, texts, unknown = _known(case, column, bool)
    headline = next(iter(case.rated.models), None)
    interval = "mHKSJ" if headline and headline.get("interval") == "mHKSJ" else INTERVAL
    result = {"unknown": unknown, "tau2_method": TAU2_METHOD, "interval": interval, "separate": None, "common": None}
    if len(set(texts)) < 2:
        return {**impossible("fewer than two groups have trials"), **result, "warnings": []}
    y, v = part.cell.y, part.cell.v
    separate = separate_subgroups(y, v, texts, TAU2_METHOD, interval)
    common = common_subgroups(y, v, texts, TAU2_METHOD, interval)
    return {
        **done(),
        **result,
        "separate": _separate(separate),
        "common": _common(common),
        "warnings": _warnings(common.k.tolist(), len(texts)),
    }


def _separate(found: SeparateSubgroups) -> Block:
    groups = [
        {"level": level} | {name: getattr(fit, name) for name in _SEPARATE}
        for level, fit in zip(found.levels, found.fits, strict=True)
    ]
    return {"groups": groups, "difference": found.difference}


def _common(found: CommonSubgroups) -> Block:
    columns = {name: getattr(found, name).tolist() for name in _COMMON}
    groups = [
        {"level": level} | {name: values[place] for name, values in columns.items()}
        for place, level in enumerate(found.levels)
    ]
    return {"groups": groups, **{name: getattr(found, name) for name in _RESIDUAL}, "difference": found.difference}


def _warnings(sizes: Sequence[int], k: int) -> list[str]:
    """Say what a comparison of few trials between groups cannot carry."""
    found = ["trials were not randomised to groups: a difference may have other causes"]
    if k < 10:
        found.append(f"{k} trials in {len(sizes)} groups: below ten trials a comparison finds little")
    if 1 in sizes:
        found.append("a group of one trial has no heterogeneity of its own")
    return found


def _moderator(case: Case, column: str) -> Block:
    part, texts, unknown = _known(case, column, _is_number)
    x = np.array([float(text) for text in texts])
    y, v = part.cell.y, part.cell.v
    pairs = zip(part.studies, x.tolist(), y.tolist(), v.tolist(), strict=True)
    trials = [{"study": study, "value": value, "y": a, "v": b} for study, value, a, b in pairs]
    result = {"unknown": unknown, "trials": trials}
    if x.size < 3 or np.ptp(x) == 0:
        reason = "fewer than three trials state a number" if x.size < 3 else "all trials have the same value"
        return {**impossible(reason), **result, "permutation": None, "line": None}
    covariates = {column: x}
    found = meta_regression(y, v, covariates, TAU2_METHOD, INTERVAL)
    permuted = permutation_test(y, v, covariates, TAU2_METHOD, INTERVAL)
    content = {field.name: getattr(found, field.name) for field in fields(found) if field.name != "statistic"}
    return {
        **done(),
        **result,
        **content,
        "permutation": {"p": float(permuted.p[0]), "count": permuted.count, "exact": permuted.exact},
        "line": _line(found, x),
    }


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def _line(found, x: np.ndarray) -> Block:
    """The fitted mean and its interval across the range of the property."""
    at = np.linspace(x.min(), x.max(), LINE_POINTS)
    estimate = found.estimate[0] + found.estimate[1] * at
    (first, both), (_, slope) = found.covariance
    half = student(found.df, 0.95) * np.sqrt(first + 2.0 * both * at + slope * at**2)
    return {"x": at, "estimate": estimate, "ci_low": estimate - half, "ci_high": estimate + half}
