"""What a review's own configuration says, in sentences for the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from metawright.words.names import in_words
from metawright.words.numbers import format_number

if TYPE_CHECKING:
    from metawright.simulation.documents import ModelPerformance, OwnSentences, SimulatedPool

#: The I2, in percent, of which the sentences speak.
SHOWN = 50
NOMINAL = 5


def pool_sentences(
    configuration: SimulatedPool, rule: str | None, recommended: str | None, i2: float = SHOWN
) -> list[str]:
    """Return sentences about one pool.

    Parameters
    ----------
    configuration : SimulatedPool
        From `metawright.simulation.own_configuration.own_configuration`.
    rule, recommended : str or None
        Keys of the headline models of the protocol and of the recommended track.
    i2 : float
        The I2 in percent, one of those simulated.

    Returns
    -------
    list of str
        Empty where the pool was not simulated, except for the reason.
    """
    reason = configuration["reason"]
    if reason is not None:
        return [f"Its own configuration was not simulated ({reason.split(':')[0]})."]
    models = _models(configuration, i2)
    sentences = [_situation(configuration, i2)]
    protocol = _named(models, rule)
    if protocol and protocol["type1"]:
        chosen = protocol["random_chosen"]
        share = f"; it chooses the random-effects model in {_percent(chosen[0], 0)}% of them" if chosen else ""
        sentences.append(
            f"There the protocol’s model finds a significant effect in {_rate(protocol['type1'])} of meta-analyses, "
            f"where {NOMINAL}% is claimed{share}."
        )
    advised = _named(models, recommended)
    if advised and advised["type1"]:
        sentences.append(_price(advised, advised["type1"], _named(models, configuration.get("reference"))))
    return sentences


def review_sentences(
    configurations: Sequence[SimulatedPool], rule: str | None, recommended: str | None = None, i2: float = SHOWN
) -> list[str]:
    """Return what all simulated pools of a review say together; empty where none was simulated.

    Parameters
    ----------
    configurations : sequence of mappings
        One per pool.
    rule, recommended : str or None
        Keys of the headline models of the protocol and of the recommended track.
    i2 : float
        The I2 in percent.
    """
    rows = _rows(configurations, rule, i2)
    if not rows:
        return []
    span = _span([error for error, _ in rows], 0) + "%"
    pools = "In the one pool" if len(rows) == 1 else f"In the {in_words(len(rows))} pools"
    sentences = [
        f"{pools} with two or more trials of known size, with their own numbers of trials and participants, no effect "
        f"and an I² of {i2:g}%, the protocol’s model would find a significant effect in {span} of meta-analyses, where "
        f"{NOMINAL}% is claimed ({configurations[0]['replicates']:,} replicates for each pool)."
    ]
    advised = _rows(configurations, recommended, i2)
    if advised and recommended != rule:
        text = f"{recommended} would find one in {_span([error for error, _ in advised], 0)}%"
        ratios = [ratio for _, ratio in advised if ratio]
        if len(ratios) == len(advised) and min(ratios) >= 1.05:
            text += f", with intervals {_span(ratios, 1)} times as wide as the common-effect model’s (medians)"
        sentences.append(text + ".")
    return sentences


def _rows(configurations: Sequence[SimulatedPool], key: str | None, i2: float) -> list[tuple[float, float | None]]:
    """Return a model's type I error in percent, and its `width_ratio`, in each simulated pool."""
    simulated = [one for one in configurations if one["status"] == "simulated"]
    rows = [_named(_models(configuration, i2), key) for configuration in simulated]
    return [(100.0 * row["type1"][0], row["width_ratio"]) for row in rows if row and row["type1"]]


def _span(values: Sequence[float], decimals: int) -> str:
    low, high = (format_number(value, decimals) for value in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"


def _models(configuration: SimulatedPool, i2: float) -> dict[str, ModelPerformance]:
    for scenario in configuration["scenarios"]:
        if scenario["i2"] == i2:
            return {row["key"]: row for row in scenario["models"]}
    return {}


def _named(models: Mapping[str, ModelPerformance], key: str | None) -> ModelPerformance | None:
    return None if key is None else models.get(key)


def _situation(configuration: SimulatedPool, i2: float) -> str:
    trials, assumptions = configuration["trials"], configuration["assumptions"]
    replicates = f"{configuration['replicates']:,}"
    if assumptions is not None and assumptions["variances"].startswith("observed"):
        return (
            f"We simulated {replicates} meta-analyses with the sampling variances of this pool taken as known, no "
            f"effect and an I² of {i2:g}%."
        )
    awaited = sum(trial["awaiting"] for trial in trials)
    share = "all" if awaited == len(trials) else in_words(awaited)
    note = f", {share} of them awaiting data" if awaited else ""
    sizes = [size for trial in trials for size in (trial["n_experimental"], trial["n_control"])]
    span = f"{min(sizes)}" if min(sizes) == max(sizes) else f"{min(sizes)} to {max(sizes)}"
    return (
        f"We simulated {replicates} meta-analyses of {in_words(len(trials))} trials with {span} participants per arm "
        f"(those of this pool{note}), no effect and an I² of {i2:g}%."
    )


def _rate(type1: tuple[float, float]) -> str:
    value, error = type1
    return f"{_percent(value)}% (Monte Carlo standard error {_percent(error, 2)})"


def _price(row: ModelPerformance, type1: tuple[float, float], reference: ModelPerformance | None) -> str:
    text = f"{row['key']} has {_percent(type1[0])}%"
    if row["width_ratio"] is None or reference is None or reference is row:
        return text + "."
    ratio = format_number(row["width_ratio"], 1)
    return f"{text}, at the price of intervals {ratio} times as wide as the common-effect model’s (medians)."


def _percent(share: float, decimals: int = 1) -> str:
    return format_number(100.0 * share, decimals)


def own_sentences(configurations: Sequence[SimulatedPool], rule: str | None, recommended: str | None) -> OwnSentences:
    """Return `sentences` on the whole review, and under `cells` those on each pool by `outcome.period`.

    Parameters
    ----------
    configurations : sequence of mappings
        One per pool.
    rule, recommended : str or None
        Keys of the headline models of the protocol and of the recommended track.
    """
    cells = {f"{c['outcome']}.{c['period']}": pool_sentences(c, rule, recommended) for c in configurations}
    return {"sentences": review_sentences(configurations, rule, recommended), "cells": cells}
