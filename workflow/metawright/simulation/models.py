"""The models of a sweep, and the one place where a sweep calls the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from metawright.pooling.ladder import Rung, fit_ladder
from metawright.pooling.rule import Rule

if TYPE_CHECKING:
    from metawright.reading.protocol import Branch, DeclaredModel
    from metawright.simulation.documents import GridModel

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
        return not isinstance(self.choice, Rule) and self.choice[0] != "FE"

    @property
    def document(self) -> DeclaredModel:
        """The model as `model_of` reads it, in full."""
        if not isinstance(self.choice, Rule):
            return {"key": self.key, **_branch(self.choice)}
        rule = self.choice
        return {
            "key": self.key,
            "rule": {
                "p_above": rule.p_above,
                "i2_below": rule.i2_below,
                "combine": rule.combine,
                "on_discordance": rule.on_discordance,
                "fixed": _branch(rule.fixed),
                "random": _branch(rule.random),
            },
        }


def _branch(pair: tuple[str, str]) -> Branch:
    tau2_method, interval = pair
    return {"tau2_method": tau2_method, "interval": interval}


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


def model_of(block: GridModel | str) -> Model:
    """Return the model of a block as in `protocol.yaml`, or of a name such as `REML-HKSJ`."""
    if isinstance(block, str):
        method, _, interval = block.partition("-")
        return Model(block, (method, interval))
    if "rule" not in block:
        return Model(block["key"], (block["tau2_method"], block["interval"]))
    rule = dict[str, Any](block["rule"])
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

    def result(choice: Choice) -> Result:
        if isinstance(choice, Rule):
            return Result(ladder.rungs[choice], ladder.random[choice], ladder.discordant[choice])
        return Result(ladder.rungs[choice])

    return {model.key: result(model.choice) for model in models}
