"""Methods text: how the review's own configuration was simulated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metawright.report.methods.measures import cite
from metawright.words.names import join

if TYPE_CHECKING:
    from metawright.report.documents import Results


def simulation(results: Results) -> list[str]:
    """Return the paragraph on the simulation of the review's own numbers of trials and participants."""
    document = results.get("own_configuration")
    pools = [pool for pool in (document or {"pools": ()})["pools"] if pool["status"] == "simulated"]
    if not pools:
        return []
    levels = join(f"{scenario['i2']:g}" for scenario in pools[0]["scenarios"])
    known = [found["variances"].startswith("observed") for pool in pools if (found := pool["assumptions"])]
    how = (
        "Every trial’s estimate was drawn from a normal distribution with its observed sampling variance."
        if all(known)
        else "Every trial has as many participants per arm as the review states, those that await data included; "
        "outcomes were drawn per arm and effects and variances computed from them as from the real trials."
    )
    if any(known) and not all(known):
        how += " Where a measure has no arms, the observed sampling variances were taken as known."
    return [
        f"What the models do with trials like these was simulated{cite('morris2019')}: "
        f"{pools[0]['replicates']:,} meta-analyses per pool with no effect on average, normal effects, and τ² "
        f"such that I² is {levels}% for the typical sampling variance. {how} All models analyse the same draws, by the "
        "same code that pools the review. A model’s type I error is the share of its intervals that exclude no effect."
    ]
