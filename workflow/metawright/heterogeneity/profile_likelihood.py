"""Profile-likelihood interval for tau2 under REML or ML."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from metawright.pooling.columns import as_columns, prepare
from metawright.pooling.likelihood import log_likelihood, of_block

Number = float | np.ndarray

# Points of the grid on which the set is bracketed, and bisections inside a bracket.
_GRID = 400
_BISECTIONS = 200
#: Upper limits beyond this many times the largest variance or effect variance are given up.
GIVE_UP = 1e8


@dataclass(frozen=True)
class ProfileLikelihood:
    """Limits for tau2: floats for one review, arrays for a block; NaN = one study, or given up."""

    method: str
    tau2: Number
    low: Number
    high: Number


def _one(y: np.ndarray, v: np.ndarray, restricted: bool, level: float) -> tuple[float, float, float]:
    block = prepare(y, v)
    if block.k[0] < 2:
        return np.nan, np.nan, np.nan
    best, _ = of_block(block, restricted)
    present = np.isfinite(v[:, 0])
    r, v = block.r[present], block.v[present]
    floor, scale = v.min(), max(v.max(), float(np.var(r)))
    cut = log_likelihood([(r, v)], best, restricted)[0] - special.chdtri(1, 1.0 - level) / 2.0

    def inside(t):
        """Whether each tau2 belongs to the set; the grid stands where replicates do elsewhere."""
        wide = np.ascontiguousarray(np.broadcast_to(r, (r.shape[0], t.size)))
        broad = np.ascontiguousarray(np.broadcast_to(v, wide.shape))
        return log_likelihood([(wide, broad)], t, restricted) >= cut

    def edge(member, other):
        """Bisect on log(floor + t) between a member of the set and a non-member."""
        for _ in range(_BISECTIONS):
            middle = np.sqrt((floor + member) * (floor + other)) - floor
            if middle in (member, other):
                break
            if inside(np.array([middle]))[0]:
                member = middle
            else:
                other = middle
        return member

    top = 10.0 * max(scale, best[0])
    while inside(np.array([top]))[0]:
        top *= 10.0
        if top > GIVE_UP * scale:
            top = np.nan
            break
    last = top if np.isfinite(top) else GIVE_UP * scale
    grid = np.geomspace(floor, floor + last, _GRID) - floor
    grid = np.unique(np.append(np.clip(grid, 0.0, None), best[0]))
    members = inside(grid)
    members[np.searchsorted(grid, best[0])] = True
    first, final = np.flatnonzero(members)[[0, -1]]
    low = 0.0 if first == 0 else edge(grid[first], grid[first - 1])
    high = np.nan if np.isnan(top) else edge(grid[final], grid[final + 1])
    return float(best[0]), float(low), float(high)


def profile_likelihood(y, v, method: str = "REML", level: float = 0.95) -> ProfileLikelihood:
    """All t with ``2 (l(tau2) - l(t)) <= chi2_{level, 1}``; the hull of that set if it has gaps.

    Parameters
    ----------
    y, v : array_like, shape (k,) or (k, ...)
        Effects and sampling variances, studies on axis 0; an absent study has ``v = inf``. Replicates are worked
        through one by one: this is for a review, not for a sweep.
    method : {"REML", "ML"}
    level : float

    Returns
    -------
    ProfileLikelihood
        The lower limit is 0 where 0 belongs to the set.

    References
    ----------
    Viechtbauer 2007.
    """
    if method not in ("REML", "ML"):
        raise ValueError(f"the profile likelihood needs REML or ML, not {method!r}")
    y, v, tail = as_columns(y, v)
    with np.errstate(divide="ignore", invalid="ignore"):
        rows = [_one(y[:, [i]], v[:, [i]], method == "REML", level) for i in range(y.shape[1])]
    if tail == ():
        return ProfileLikelihood(method, *(float(x) for x in rows[0]))
    return ProfileLikelihood(method, *(np.array(x).reshape(tail) for x in zip(*rows, strict=True)))
