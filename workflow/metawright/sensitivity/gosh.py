"""The pooled effect of every subset of the trials (graphical display of study heterogeneity)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np

from metawright.sensitivity.refit import Model, Refit, Trials, refit, refit_block

#: Up to this many trials all ``2^k - 1`` subsets are fitted, above it a sample.
ALL_UP_TO = 15
SAMPLE = 50_000
#: Subsets fitted at a time: bounds the memory, whatever the number of trials.
CHUNK = 4_096
#: Trials times subsets of one size from which these are fitted without the trials that they leave out.
PACKED_FROM = 16_384
QUANTILES = (0.0, 0.025, 0.25, 0.5, 0.75, 0.975, 1.0)


@dataclass(frozen=True)
class Subsets:
    """Sets of trials, one bit per trial.

    Attributes
    ----------
    k : int
    packed : ndarray of uint8, shape (R, ceil(k/8))
        Little-endian bits: trial i is bit ``i % 8`` of byte ``i // 8``.
    complete : bool
        Every non-empty subset, in the order of its bits read as a number; else a random sample.
    """

    k: int
    packed: np.ndarray
    complete: bool

    def __len__(self) -> int:
        """Return the number of subsets."""
        return self.packed.shape[0]

    def present(self, part: slice | np.ndarray = slice(None)) -> np.ndarray:
        """Membership ``(k, R)`` of some of the subsets, all by default."""
        bits = np.unpackbits(self.packed[part], axis=1, count=self.k, bitorder="little")
        return np.ascontiguousarray(bits.T.astype(bool))

    def parts(self) -> Iterator[slice]:
        """Slices of at most `CHUNK` subsets."""
        for start in range(0, len(self), CHUNK):
            yield slice(start, min(start + CHUNK, len(self)))


def subsets(k: int, sample: int = SAMPLE, seed: int = 1) -> Subsets:
    """All non-empty subsets of up to 15 trials, else a random sample of subsets.

    Parameters
    ----------
    k : int
        Number of trials.
    sample : int
        Size of the sample. Every non-empty subset is equally likely; drawn with replacement.
    seed : int
        Key of the Philox generator, whose raw numbers are the bits: the same on every machine.
    """
    width = (k + 7) // 8
    if k <= ALL_UP_TO:
        numbers = np.arange(1, 2**k, dtype="<u8")
        return Subsets(k, numbers.view(np.uint8).reshape(-1, 8)[:, :width].copy(), True)
    words = (k + 63) // 64
    mask = np.full(width, 255, dtype=np.uint8)
    if k % 8:
        mask[-1] = 2 ** (k % 8) - 1
    generator = np.random.Philox(key=seed)
    drawn = np.zeros((0, width), dtype=np.uint8)
    while drawn.shape[0] < sample:
        raw = generator.random_raw((sample - drawn.shape[0]) * words).astype("<u8")
        rows = raw.view(np.uint8).reshape(-1, 8 * words)[:, :width] & mask
        drawn = np.concatenate([drawn, rows[rows.any(axis=1)]])
    return Subsets(k, drawn, False)


class GoshSummary(TypedDict):
    """One model on every subset, without the arrays over subsets (see `Gosh.summary`)."""

    subsets: int
    complete: bool
    undecided: int
    at: list[float]
    estimate: list[float] | None
    i2: list[float] | None
    share_positive: float | None
    share_excluding_zero: float | None
    with_trial: list[float]
    without_trial: list[float]


@dataclass(frozen=True)
class Gosh:
    """One model on every subset.

    Attributes
    ----------
    subsets : Subsets
    sizes : ndarray of int, shape (R,)
        Trials per subset.
    estimate, i2, tau2 : ndarray, shape (R,)
        NaN where not applicable (`i2` and `tau2` of one trial; a rule that leaves the choice open).
    significant : ndarray of bool, shape (R,)
        The interval excludes 0.
    with_trial, without_trial : ndarray, shape (k,)
        Mean estimate over the subsets that do and do not hold each trial.
    """

    model: Model
    subsets: Subsets
    sizes: np.ndarray
    estimate: np.ndarray
    i2: np.ndarray
    tau2: np.ndarray
    significant: np.ndarray
    with_trial: np.ndarray
    without_trial: np.ndarray

    def summary(self) -> GoshSummary:
        """Compact description, without the arrays over subsets.

        Returns
        -------
        dict
            `subsets` (how many), `complete`, `undecided`, `quantiles` of the estimate and of I2 at `QUANTILES`,
            `share_positive` and `share_excluding_zero` (of the subsets with a result), and per trial the mean
            estimate with and without it.
        """
        known = np.isfinite(self.estimate)
        count = int(known.sum())
        i2 = self.i2[np.isfinite(self.i2)]
        return {
            "subsets": len(self.subsets),
            "complete": self.subsets.complete,
            "undecided": len(self.subsets) - count,
            "at": list(QUANTILES),
            "estimate": np.quantile(self.estimate[known], QUANTILES).tolist() if count else None,
            "i2": np.quantile(i2, QUANTILES).tolist() if i2.size else None,
            "share_positive": float((self.estimate[known] > 0).mean()) if count else None,
            "share_excluding_zero": float(self.significant[known].mean()) if count else None,
            "with_trial": self.with_trial.tolist(),
            "without_trial": self.without_trial.tolist(),
        }

    def histogram(self, bins: tuple[int, int] = (60, 40)) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Counts of estimate x I2 for a figure of bounded size: counts ``bins``, and the two axes' edges."""
        shown = np.isfinite(self.estimate) & np.isfinite(self.i2)
        low, high = (self.estimate[shown].min(), self.estimate[shown].max()) if shown.any() else (0.0, 1.0)
        if low == high:
            low, high = low - 0.5, high + 0.5
        span = [[low, high], [0.0, 100.0]]
        return np.histogram2d(self.estimate[shown], self.i2[shown], bins=bins, range=span)


def _fits(
    trials: Trials, drawn: Subsets, sizes: np.ndarray, models: list[Model], level: float
) -> Iterator[tuple[np.ndarray, dict[Model, Refit]]]:
    """Fit the subsets block by block: places of the subsets, and their fits.

    Where there are many of one size their trials alone make a block, which is half the work: an absent trial changes
    no bit, but takes as long as one that is there.
    """
    rest = np.ones(len(drawn), dtype=bool)
    for size in np.unique(sizes):
        places = np.flatnonzero(sizes == size)
        if places.size * trials.k >= PACKED_FROM:
            rest[places] = False
            for part in (places[start : start + CHUNK] for start in range(0, places.size, CHUNK)):
                inside = np.nonzero(drawn.present(part).T)[1].reshape(-1, size).T
                yield part, _packed(trials, inside, models, level)
    places = np.flatnonzero(rest)
    for part in (places[start : start + CHUNK] for start in range(0, places.size, CHUNK)):
        yield part, refit(trials, drawn.present(part), models, level)


def _packed(trials: Trials, inside: np.ndarray, models: list[Model], level: float) -> dict[Model, Refit]:
    """Fit subsets of one size, given the numbers of their trials ``(size, R)``."""
    y, v = np.take(trials.y, inside), np.take(trials.v, inside)
    if not trials.from_tables or trials.counts is None:
        return refit_block(y, v, models, level)
    return refit_block(y, v, models, level, trials, np.take(trials.counts, inside, axis=1))


def gosh(
    trials: Trials, models: Sequence[Model], level: float = 0.95, sample: int = SAMPLE, seed: int = 1
) -> dict[Model, Gosh]:
    """Fit every model to every subset (all of them up to 15 trials, a random sample above).

    Parameters
    ----------
    trials : Trials
        At least two.
    models : sequence of Model
    level : float
    sample, seed : int
        As for `subsets`.

    Raises
    ------
    ValueError
        With fewer than two trials.

    References
    ----------
    Olkin, Dahabreh and Trikalinos 2012.
    """
    if trials.k < 2:
        raise ValueError("subsets need at least two trials")
    drawn = subsets(trials.k, sample, seed)
    size = len(drawn)
    names = ("estimate", "i2", "tau2")
    columns = {m: {name: np.empty(size) for name in names} for m in models}
    significant = {m: np.empty(size, dtype=bool) for m in models}
    inside = {m: np.zeros((2, trials.k)) for m in columns}
    total = {m: np.zeros(2) for m in columns}
    sizes = np.empty(size, dtype=int)
    for part in drawn.parts():
        sizes[part] = drawn.present(part).sum(axis=0)
    for places, fits in _fits(trials, drawn, sizes, list(columns), level):
        for model, result in fits.items():
            for name in names:
                columns[model][name][places] = getattr(result.fit, name)
            significant[model][places] = result.significant
    for part in drawn.parts():
        present = drawn.present(part)
        for model, values in columns.items():
            known = np.isfinite(values["estimate"][part])
            values = np.where(known, values["estimate"][part], 0.0)
            # Not a matrix product: its sums depend on the machine's library.
            inside[model] += [(present & known).sum(axis=1), np.where(present, values, 0.0).sum(axis=1)]
            total[model] += [known.sum(), values.sum()]
    out = {}
    for model, values in columns.items():
        out_count, out_sum = total[model][:, None] - inside[model]
        with np.errstate(invalid="ignore", divide="ignore"):
            means = {"with_trial": inside[model][1] / inside[model][0], "without_trial": out_sum / out_count}
        out[model] = Gosh(model, drawn, sizes, **values, significant=significant[model], **means)
    return out
