"""Many models over a block of replicates, as a simulation sweep needs them: arrays, and no more of them than it uses.

`fit_ladder` runs the functions behind `metawright.pooling.fit` and gives the same bits; it leaves out the columns of
`Fit` that describe one review (P values, I2, weights), which cost more to write than the models cost to compute.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from metawright.measures.arrays import Floats
from metawright.pooling.columns import as_columns, block_slices, prepare
from metawright.pooling.compiled import expect_many
from metawright.pooling.fit import bounds_of_block, centres_of_block, check_models
from metawright.pooling.position import excludes
from metawright.pooling.rule import Rule, decide

Model = tuple[str, str] | Rule


@dataclass(frozen=True)
class Rung:
    """One model over all replicates. Attributes as of `metawright.pooling.fit.Fit`, arrays of shape ``(R,)``.

    Models with one tau2 method share arrays: do not write into them. `metawright.pooling.prediction` takes a rung
    as it takes a fit. For a rule the columns come from the model that it chose, NaN (and False) where it is undecided.
    """

    tau2_method: str
    interval: str
    level: float
    k: np.ndarray
    estimate: np.ndarray
    se: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    df: np.ndarray
    variance: np.ndarray
    tau2: np.ndarray
    q_factor: np.ndarray
    converged: np.ndarray
    degenerate: np.ndarray

    @property
    def excludes_null(self) -> np.ndarray:
        """Whether the interval excludes 0, as of `metawright.pooling.fit.Fit`."""
        return excludes(self.ci_low, self.ci_high) & ~self.degenerate


@dataclass(frozen=True)
class Ladder:
    """All models over all replicates.

    Attributes
    ----------
    rungs : dict
        A `Rung` per model: under ``(tau2_method, interval)``, or under the `Rule`.
    k, q : ndarray, shape (R,)
        Studies present, and Cochran's Q (NaN below two studies).
    random, discordant : dict
        Per `Rule`, whether it chose the random model and whether its two criteria disagreed; bool, ``(R,)``.
    """

    rungs: dict[Model, Rung]
    k: np.ndarray
    q: np.ndarray
    random: dict[Rule, np.ndarray]
    discordant: dict[Rule, np.ndarray]


#: Fields of `Rung` that differ from replicate to replicate, besides k.
COLUMNS = tuple(field.name for field in fields(Rung))[4:]


def fit_ladder(y: ArrayLike, v: ArrayLike, models: Iterable[Model], level: float = 0.95) -> Ladder:
    """Pool a block of replicates under many models.

    Parameters
    ----------
    y, v : array_like, shape (k, R)
        Effects and sampling variances, studies on axis 0; an absent study has ``v = inf``.
    models : iterable of (tau2_method, interval) and `Rule`
        A rule's two candidates need not be among the models; they are computed once either way.
    level : float

    Returns
    -------
    Ladder
        Each rung equal to the bit to `metawright.pooling.fit.fit` (`metawright.pooling.rule.fit_rule` for a rule).

    Raises
    ------
    ValueError
        As `metawright.pooling.fit.fit`; and if y does not have two axes.
    """
    models = list(dict.fromkeys(models))
    rules = [model for model in models if isinstance(model, Rule)]
    pairs = [model for model in models if not isinstance(model, Rule)]
    pairs = list(dict.fromkeys([*pairs, *(pair for rule in rules for pair in (rule.fixed, rule.random))]))
    check_models(pairs, level)
    y, v, tail = as_columns(y, v)
    if len(tail) != 1:
        raise ValueError(f"a ladder takes a block of shape (k, R), got {(len(y), *tail)}")
    _keep_freed_memory()
    expect_many(*y.shape)
    blocks: list[_Columns] = []
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for part in block_slices(*y.shape):
            blocks.append(_block(y[:, part], v[:, part], pairs, rules, level))
    columns = blocks[0] if len(blocks) == 1 else _joined(blocks)
    k = columns["k"].astype(np.int64)
    rungs: dict[Model, Rung] = {}
    for model in models:
        names = (model.fixed, model.random) if isinstance(model, Rule) else (model, model)
        method, interval = ("|".join(dict.fromkeys(words)) for words in zip(*names, strict=True))
        rungs[model] = Rung(method, interval, level, k, *(columns[model, name] for name in COLUMNS))
    random, discordant = ({rule: columns[rule, word] for rule in rules} for word in ("random", "discordant"))
    return Ladder(rungs, k, columns["q"], random, discordant)


#: Columns of a block: those of all models by their names, those of one under (model, name).
_Columns = dict[str | tuple[Model, str], np.ndarray]


@cache
def _keep_freed_memory() -> None:
    """Have the next block use the memory of the last one; without it half of the time goes into fetching pages anew.

    Where memory comes from the C library of GNU, freeing an array of 16 MB raises to that size the limit above which
    arrays go back to the system at once, up to 32 MB in all. Elsewhere nothing happens. The array is never touched.
    """
    np.empty(1 << 24, dtype=np.uint8)


def _block(y: Floats, v: Floats, pairs: Sequence[tuple[str, str]], rules: Sequence[Rule], level: float) -> _Columns:
    """All columns of one block, under ``(model, name)``."""
    block = prepare(y, v)
    centres = centres_of_block(block, pairs)
    columns: _Columns = {"k": block.k, "q": block.where_several(block.q, np.nan)}
    for pair in pairs:
        bounds = bounds_of_block(block, centres[pair[0]], pair[1], level)
        columns.update({(pair, name): bounds[name] for name in COLUMNS})
    for rule in rules:
        random, discordant = decide(columns["q"], block.df, rule)
        columns[rule, "random"], columns[rule, "discordant"] = random, discordant
        undecided = discordant if rule.on_discordance == "error" and discordant.any() else None
        for name in COLUMNS:
            values = np.where(random, columns[rule.random, name], columns[rule.fixed, name])
            if undecided is not None:
                values[undecided] = False if values.dtype == bool else np.nan
            columns[rule, name] = values
    return columns


def _joined(blocks: list[_Columns]) -> _Columns:
    """Columns of several blocks end to end; what models share stays shared."""
    seen: dict[int, np.ndarray] = {}

    def join(key: str | tuple[Model, str]) -> np.ndarray:
        first = id(blocks[0][key])
        if first not in seen:
            seen[first] = np.concatenate([block[key] for block in blocks])
        return seen[first]

    return {key: join(key) for key in blocks[0]}
