"""The models of a sweep, and the one place where a sweep calls the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from metawright.pooling.ladder import Rung, fit_ladder
from metawright.pooling.rule import Rule

Choice = tuple[str, str] | Rule


@dataclass(frozen=True)
class Model:
    """A model under its key: a pair (tau2_method, interval), or a rule that chooses between two of them."""

    key: str
    choice: Choice

    @property
    def is_rule(self) -> bool:
        """Whether the model chooses between two."""
        return isinstance(self.choice, Rule)

    @property
    def has_tau2(self) -> bool:
        """Whether it estimates tau2 in every replicate."""
        return not self.is_rule and self.choice[0] != "FE"

    @property
    def document(self) -> dict:
        """The model as `model_of` reads it, in full."""
        if not self.is_rule:
            return {"key": self.key, "tau2_method": self.choice[0], "interval": self.choice[1]}
        rule = self.choice
        branches = {
            name: dict(zip(("tau2_method", "interval"), getattr(rule, name), strict=True))
            for name in ("fixed", "random")
        }
        block = {name: getattr(rule, name) for name in ("p_above", "i2_below", "combine", "on_discordance")}
        return {"key": self.key, "rule": block | branches}


@dataclass(frozen=True)
class Result:
    """What one model made of every replicate of a block.

    Attributes
    ----------
    fit : Rung
        Columns of shape ``(R,)``; NaN where a rule left the replicate undecided.
    random, discordant : ndarray of bool, shape (R,), or None
        For a rule: whether the random model was chosen, and whether P and I2 disagreed.
    """

    fit: Rung
    random: np.ndarray | None = None
    discordant: np.ndarray | None = None


def model_of(block: Mapping | str) -> Model:
    """Return the model of a block as in `protocol.yaml`, or of a name such as `REML-HKSJ`."""
    if isinstance(block, str):
        method, _, interval = block.partition("-")
        return Model(block, (method, interval))
    if "rule" not in block:
        return Model(block["key"], (block["tau2_method"], block["interval"]))
    rule = dict(block["rule"])
    for name in ("fixed", "random"):
        if name in rule:
            rule[name] = (rule[name]["tau2_method"], rule[name]["interval"])
    return Model(block["key"], Rule(**rule))


def run_models(y: np.ndarray, v: np.ndarray, models: Sequence[Model], level: float) -> dict[str, Result]:
    """Pool a block of meta-analyses under every model.

    Parameters
    ----------
    y, v : ndarray, shape (k, R)
        Effects and sampling variances, as for `metawright.pooling.fit.fit`.
    models : sequence of Model
    level : float
        Confidence level.

    Returns
    -------
    dict
        A `Result` per model, by key.
    """
    ladder = fit_ladder(y, v, [model.choice for model in models], level)
    return {
        model.key: Result(
            ladder.rungs[model.choice], ladder.random.get(model.choice), ladder.discordant.get(model.choice)
        )
        for model in models
    }
