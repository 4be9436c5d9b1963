# pyright: standard, reportMissingImports=false
# Numba compiles these for whatever arrays they get and has no stubs; it is optional, too.
"""Compiled twins of the engine's block functions, for Numba: the same operations in the same order, the same bits.

Each `entry` stands for the NumPy function named in its first line; only `metawright.pooling.compiled` imports the
module. Replicates are worked off in tiles that stay in the first-level cache: every inner loop runs over the replicates
of a tile, so that it becomes vector instructions, and every sum over studies runs from the first to the last.

Two things keep the bits: no `fastmath`, so that nothing is reordered or fused; and no function beyond + - * / and sqrt,
which IEEE 754 rounds correctly everywhere. Between several maxima of a likelihood a logarithm decides: NumPy does that.
Comparisons are written so that NaN goes the way that it goes there.
"""

from __future__ import annotations

import numpy as np
from numba import njit

# Numba's cache looks at this file alone: constants of other modules are arguments, never globals.
TILE = 256
LEAST_TILE = 32
# Elements (studies x replicates) of one tile.
TILE_ELEMENTS = 8192

entry = njit(cache=True, error_model="numpy", nogil=True)
part = njit(error_model="numpy", forceinline=True)
piece = njit(error_model="numpy")


@part
def _width(k):
    return max(LEAST_TILE, min(TILE, TILE_ELEMENTS // k)) // 8 * 8


@part
def _lanes(n):
    """`n` up to a whole number of vectors: the columns beyond it are computed and ignored, which costs nothing."""
    return (n + 7) // 8 * 8


@part
def _fmax(a, b):
    """``np.fmax``: the larger, and the number where one is NaN."""
    return a if (a >= b or b != b) else b


@part
def _clip(x, low, high):
    """``np.clip``: NaN stays."""
    x = low if x < low else x
    return high if x > high else x


@part
def _weigh(v, a, t, w, n):
    """``w = 1/(v + t)``."""
    for i in range(v.shape[0]):
        vi, wi = v[i, a : a + n], w[i]
        for j in range(n):
            wi[j] = 1.0 / (vi[j] + t[j])


@part
def _mean(w, r, a, s, mean, n):
    """``s = sum w`` and ``mean = sum wr/sum w``."""
    for j in range(n):
        s[j], mean[j] = 0.0, 0.0
    for i in range(w.shape[0]):
        ri, wi = r[i, a : a + n], w[i]
        for j in range(n):
            s[j] += wi[j]
            mean[j] += wi[j] * ri[j]
    for j in range(n):
        mean[j] /= s[j]


@part
def _weighted_squares(w, r, a, mean, q, n):
    """``q = sum w (r - mean)^2``."""
    for j in range(n):
        q[j] = 0.0
    for i in range(w.shape[0]):
        ri, wi = r[i, a : a + n], w[i]
        for j in range(n):
            e = ri[j] - mean[j]
            q[j] += wi[j] * e * e


@part
def _symmetric(w, e1, e2, e3, n):
    """`columns.symmetric_sums`."""
    for j in range(n):
        e1[j], e2[j], e3[j] = 0.0, 0.0, 0.0
    for i in range(w.shape[0]):
        wi = w[i]
        for j in range(n):
            e3[j] += wi[j] * e2[j]
            e2[j] += wi[j] * e1[j]
            e1[j] += wi[j]


@part
def _gather(r, v, chosen, rt, vt, n):
    """Columns `chosen` of r and v, as the first columns of rt and vt."""
    for i in range(r.shape[0]):
        ri, vi, rti, vti = r[i], v[i], rt[i], vt[i]
        for j in range(n):
            rti[j], vti[j] = ri[chosen[j]], vi[chosen[j]]


@entry
def prepare(y, v):
    """`columns.prepare`: r, centre, k, equal, e1, e2, e3, offset, q."""
    k, n = y.shape
    r, equal = np.empty((k, n)), np.empty(n, np.bool_)
    centre, count, offset, q = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    sum1, sum2, sum3 = np.empty(n), np.empty(n), np.empty(n)
    width = _width(k)
    w, high, low, wy = np.empty((k, width)), np.empty(width), np.empty(width), np.empty(width)
    for a in range(0, n, width):
        b = min(n, a + width)
        m = b - a
        c, p, s, o, q_ = centre[a:b], count[a:b], equal[a:b], offset[a:b], q[a:b]
        e1, e2, e3 = sum1[a:b], sum2[a:b], sum3[a:b]
        for j in range(m):
            high[j], low[j], p[j], wy[j] = -np.inf, np.inf, 0.0, 0.0
            e1[j], e2[j], e3[j] = 0.0, 0.0, 0.0
        for i in range(k):
            yi, vi, wi = y[i, a:b], v[i, a:b], w[i]
            for j in range(m):
                here = vi[j] < np.inf
                x = 1.0 / vi[j]
                wi[j] = x
                high[j] = yi[j] if here & (yi[j] > high[j]) else high[j]
                low[j] = yi[j] if here & (yi[j] < low[j]) else low[j]
                p[j] += 1.0 if here else 0.0
                wy[j] += x * (yi[j] if here else 0.0)
                e3[j] += x * e2[j]
                e2[j] += x * e1[j]
                e1[j] += x
        for j in range(m):
            s[j] = high[j] == low[j]
            c[j] = high[j] if high[j] == low[j] else wy[j] / e1[j]
            wy[j] = 0.0
        for i in range(k):
            yi, vi, wi, ri = y[i, a:b], v[i, a:b], w[i], r[i, a:b]
            for j in range(m):
                x = yi[j] - c[j] if vi[j] < np.inf else 0.0
                ri[j] = x
                wy[j] += wi[j] * x
        for j in range(m):
            o[j] = wy[j] / e1[j]
        _weighted_squares(w, r, a, o, q_, m)
    return r, centre, count, equal, sum1, sum2, sum3, offset, q


@entry
def pool_at(r, v, tau2):
    """`columns.pool_at`: offset, variance, q."""
    k, n = r.shape
    offset, variance, q = np.empty(n), np.empty(n), np.empty(n)
    width = _width(k)
    w, s = np.empty((k, width)), np.empty(width)
    for a in range(0, n, width):
        m = min(n - a, width)
        _weigh(v, a, tau2[a : a + m], w, m)
        _mean(w, r, a, s, offset[a : a + m], m)
        _weighted_squares(w, r, a, offset[a : a + m], q[a : a + m], m)
        u = variance[a : a + m]
        for j in range(m):
            u[j] = 1.0 / s[j]
    return offset, variance, q


@entry
def dersimonian_laird(q, count, e1, e2):
    """`moments.dersimonian_laird`."""
    tau2 = np.empty(q.size)
    for j in range(q.size):
        x = (q[j] - (count[j] - 1.0)) / (2.0 * e2[j] / e1[j])
        tau2[j] = 0.0 if x < 0.0 else x
    return tau2


@entry
def mean_and_variance(r, v, count):
    """`moments.mean_and_variance`: mean of the variances, sum of squares about the unweighted mean."""
    k, n = r.shape
    mean_v, squares = np.empty(n), np.empty(n)
    width = _width(k)
    mean = np.empty(width)
    for a in range(0, n, width):
        m = min(n - a, width)
        c, sum_v, sum_e = count[a : a + m], mean_v[a : a + m], squares[a : a + m]
        for j in range(m):
            mean[j], sum_v[j], sum_e[j] = 0.0, 0.0, 0.0
        for i in range(k):
            ri, vi = r[i, a : a + m], v[i, a : a + m]
            for j in range(m):
                mean[j] += ri[j]
                sum_v[j] += vi[j] if vi[j] < np.inf else 0.0
        for j in range(m):
            mean[j] /= c[j]
            sum_v[j] /= c[j]
        for i in range(k):
            ri, vi = r[i, a : a + m], v[i, a : a + m]
            for j in range(m):
                e = ri[j] - mean[j] if vi[j] < np.inf else 0.0
                sum_e[j] += e * e
    return mean_v, squares


@part
def _compact(x, chosen, n):
    """Keep the first `n` of `chosen`, which ascend; in place."""
    for j in range(n):
        x[j] = x[chosen[j]]


@entry
def solve(r, v, q0, target, close, iterations):
    """`generalised_q.solve`: tau2, converged."""
    k, n = r.shape
    tau2, converged = np.empty(n), np.ones(n, dtype=np.bool_)
    width = _width(k)
    rt, vt, w = np.empty((k, width)), np.empty((k, width)), np.empty((k, width))
    column, chosen = np.empty(width, dtype=np.int64), np.empty(width, dtype=np.int64)
    t, new, goal, s, mean = np.empty(width), np.empty(width), np.empty(width), np.empty(width), np.empty(width)
    q, gg = np.empty(width), np.empty(width)
    for a in range(0, n, width):
        m = 0
        for j in range(a, min(n, a + width)):
            tau2[j] = np.nan if q0[j] != q0[j] or target[j] != target[j] else 0.0
            if q0[j] > target[j]:
                converged[j] = False
                column[m], t[m], goal[m] = j, 0.0, target[j]
                m += 1
        _gather(r, v, column, rt, vt, m)
        for _ in range(iterations):
            if m == 0:
                break
            lanes = _lanes(m)
            _weigh(vt, 0, t, w, lanes)
            _mean(w, rt, 0, s, mean, lanes)
            for j in range(lanes):
                q[j], gg[j] = 0.0, 0.0
            for i in range(k):
                wi, ri = w[i], rt[i]
                for j in range(lanes):
                    e = ri[j] - mean[j]
                    g = wi[j] * e
                    q[j] += g * e
                    gg[j] += g * g
            # Beyond the root only by rounding: stay.
            for j in range(lanes):
                step = (q[j] - goal[j]) * q[j] / (goal[j] * gg[j])
                new[j] = t[j] + (0.0 if step < 0.0 else step)
            kept = 0
            for j in range(m):
                tau2[column[j]] = new[j]
                if abs(q[j] - goal[j]) <= close * goal[j] or new[j] == t[j]:
                    converged[column[j]] = True
                else:
                    chosen[kept] = j
                    kept += 1
            for j in range(kept):
                t[j] = new[chosen[j]]
            if kept < m:
                _compact(column, chosen, kept)
                _compact(goal, chosen, kept)
                for i in range(k):
                    _compact(rt[i], chosen, kept)
                    _compact(vt[i], chosen, kept)
            m = kept
    return tau2, converged


@part
def _scratch(k, n):
    """What `_slope` writes besides its results."""
    return np.empty((k, n)), np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(n)


@part
def _slope(r, v, t, restricted, scratch, A, B, A3, B2, n):
    """`likelihood.slope` of one group: A, B, A3, B2."""
    k, (w, e1, e2, e3, mean, wg) = r.shape[0], scratch
    _weigh(v, 0, t, w, n)
    _symmetric(w, e1, e2, e3, n)
    _mean(w, r, 0, wg, mean, n)
    for j in range(n):
        A[j], wg[j] = 0.0, 0.0
    for i in range(k):
        wi, ri = w[i], r[i]
        for j in range(n):
            g = wi[j] * (ri[j] - mean[j])
            A[j] += g * g
            wg[j] += wi[j] * g
    for j in range(n):
        A3[j] = 0.0
        wg[j] /= e1[j]
    for i in range(k):
        wi, ri = w[i], r[i]
        for j in range(n):
            h = wi[j] * (ri[j] - mean[j]) - wg[j]
            A3[j] += wi[j] * h * h
    if restricted:
        for j in range(n):
            trace = 2.0 * e2[j] / e1[j]
            B[j] = trace
            B2[j] = trace * trace - 6.0 * e3[j] / e1[j]
    else:
        for j in range(n):
            B[j] = e1[j]
            B2[j] = 0.0
        for i in range(k):
            wi = w[i]
            for j in range(n):
                B2[j] += wi[j] * wi[j]


@part
def _newton(A, B, A3, B2, t):
    """`likelihood._newton`."""
    return t + (A / B - 1.0) / (2.0 * A3 / A - B2 / B)


@part
def _reach(A, B, A3, B2, m, D):
    """`likelihood._reach`."""
    M = m + D
    ratio = A / B
    up = ratio * m * m / M
    keeps_plus = 0.5 * (up + np.sqrt(up * (up + 4.0 * D)))
    down = ratio * M * M / m
    under = down * (down - 4.0 * D)
    under = 0.0 if under < 0.0 else under
    keeps_minus = 2.0 * D * D / (down - 2.0 * D + np.sqrt(under))
    keeps_minus = np.inf if down < 4.0 * D else keeps_minus
    bend = 2.0 * A3 / B2
    guess = np.sqrt(np.sqrt(bend))
    above = (2.0 * guess + bend / (guess * guess)) / 3.0
    falling, rising = m * _fmax(guess, bend / (above * above)), m * np.sqrt(1.0 / bend)
    sure = _fmax(_fmax(keeps_plus, rising) if ratio > 1.0 else keeps_minus, falling)
    return _fmax(sure, rising), sure


@part
def _longer(x):
    longer = np.empty(2 * x.size, x.dtype)
    longer[: x.size] = x
    return longer


@piece
def _scan(r, v, restricted, least, most, last, least_factor):
    """`likelihood._scan`: whether 0 is a maximum, and the brackets of the others.

    A replicate that is done leaves the tile and the next one takes its place, at `t` below 0 until 0 is looked up.
    """
    k, n = r.shape
    zero = np.empty(n, np.bool_)
    width = _width(k)
    found, owner = 0, np.empty(n + 2 * width, np.int64)
    low, high, start = np.empty(owner.size), np.empty(owner.size), np.empty(owner.size)
    rt, vt, scratch = np.ones((k, width)), np.ones((k, width)), _scratch(k, width)
    A, B, A3, B2 = np.empty(width), np.empty(width), np.empty(width), np.empty(width)
    rising, first, reach, sure = np.empty(width), np.empty(width), np.empty(width), np.empty(width)
    smallest, spread, end, t, new = np.ones(width), np.ones(width), np.ones(width), np.ones(width), np.ones(width)
    column, chosen = np.empty(width, np.int64), np.empty(width, np.int64)
    m = fed = 0
    while True:
        room = min(width - m, n - fed)
        if room:
            for i in range(k):
                ri, vi, rti, vti = r[i, fed : fed + room], v[i, fed : fed + room], rt[i, m:], vt[i, m:]
                for j in range(room):
                    rti[j], vti[j] = ri[j], vi[j]
            for j in range(room):
                column[m + j], t[m + j], new[m + j], rising[m + j], first[m + j] = fed + j, -1.0, 0.0, 0.0, 0.0
                x, stop = least[fed + j], most[fed + j] - 2.0 * least[fed + j]
                smallest[m + j], spread[m + j], end[m + j] = x, most[fed + j] - x, 0.0 if stop < 0.0 else stop
            m, fed = m + room, fed + room
        if m == 0:
            break
        if found + 2 * width > owner.size:
            owner, low, high, start = _longer(owner), _longer(low), _longer(high), _longer(start)
        lanes = _lanes(m)
        _slope(rt, vt, new, restricted, scratch, A, B, A3, B2, lanes)
        for j in range(lanes):
            reach[j], sure[j] = _reach(A[j], B[j], A3[j], B2[j], smallest[j] + new[j], spread[j])
        kept = 0
        for j in range(m):
            up = A[j] > B[j]
            if t[j] < 0.0:
                zero[column[j]] = not up
            elif rising[j] > 0.0 and not up:
                owner[found], low[found], high[found] = column[j], t[j], new[j]
                start[found] = _clip(first[j], t[j], new[j])
                found += 1
            if not new[j] < end[j] or sure[j] >= spread[j]:
                if up:
                    owner[found], low[found], high[found] = column[j], new[j], last[column[j]]
                    start[found] = _clip(_newton(A[j], B[j], A3[j], B2[j], new[j]), low[found], high[found])
                    found += 1
            else:
                chosen[kept] = j
                kept += 1
        for j in range(lanes):
            first[j] = _newton(A[j], B[j], A3[j], B2[j], new[j])
            rising[j] = 1.0 if A[j] > B[j] else 0.0
            t[j] = new[j]
            x = _fmax(reach[j], least_factor * (smallest[j] + new[j])) - smallest[j]
            new[j] = end[j] if x > end[j] else x
        if kept < m:
            _compact(t, chosen, kept)
            _compact(new, chosen, kept)
            _compact(first, chosen, kept)
            _compact(rising, chosen, kept)
            _compact(smallest, chosen, kept)
            _compact(spread, chosen, kept)
            _compact(end, chosen, kept)
            _compact(column, chosen, kept)
            for i in range(k):
                _compact(rt[i], chosen, kept)
                _compact(vt[i], chosen, kept)
            m = kept
    for j in range(found):
        start[j] = low[j] if start[j] != start[j] else start[j]
    return zero, owner[:found], low[:found], high[:found], start[:found]


@piece
def _polish(r, v, restricted, owner, lows, highs, starts, close, iterations):
    """`likelihood._polish`: root and convergence per bracket; a bracket that is done makes room for the next."""
    k, n = r.shape[0], owner.size
    root, converged = np.empty(n), np.zeros(n, np.bool_)
    width = _width(k)
    rt, vt, scratch = np.ones((k, width)), np.ones((k, width)), _scratch(k, width)
    A, B, A3, B2, ratio = np.empty(width), np.empty(width), np.empty(width), np.empty(width), np.empty(width)
    smallest, low, high, t = np.ones(width), np.ones(width), np.ones(width), np.ones(width)
    new, middle = np.empty(width), np.empty(width)
    bracket, turns, chosen = np.empty(width, np.int64), np.empty(width, np.int64), np.empty(width, np.int64)
    m = fed = 0
    while True:
        room = min(width - m, n - fed)
        for j in range(m, m + room):
            b = fed + j - m
            bracket[j], turns[j], low[j], high[j], t[j], smallest[j] = b, 0, lows[b], highs[b], starts[b], np.inf
        for i in range(k):
            ri, vi, rti, vti = r[i], v[i], rt[i], vt[i]
            for j in range(m, m + room):
                c = owner[bracket[j]]
                rti[j], vti[j] = ri[c], vi[c]
                smallest[j] = vti[j] if vti[j] < smallest[j] else smallest[j]
        m, fed = m + room, fed + room
        if m == 0:
            break
        lanes = _lanes(m)
        _slope(rt, vt, t, restricted, scratch, A, B, A3, B2, lanes)
        for j in range(lanes):
            x, below, above = A[j] / B[j], low[j], high[j]
            ratio[j] = x
            low[j] = t[j] if x > 1.0 else below
            high[j] = above if x > 1.0 else t[j]
            new[j] = _newton(A[j], B[j], A3[j], B2[j], t[j])
            middle[j] = np.sqrt((low[j] + smallest[j]) * (high[j] + smallest[j])) - smallest[j]
        kept = 0
        for j in range(m):
            near = abs(ratio[j] - 1.0) <= close
            if not (new[j] >= low[j] and new[j] <= high[j]):
                new[j] = t[j] if near else _clip(middle[j], low[j], high[j])
            turns[j] += 1
            root[bracket[j]] = new[j]
            if near or new[j] == t[j]:
                converged[bracket[j]] = True
            elif turns[j] < iterations:
                chosen[kept] = j
                kept += 1
        for j in range(lanes):
            t[j] = new[j]
        if kept < m:
            _compact(t, chosen, kept)
            _compact(low, chosen, kept)
            _compact(high, chosen, kept)
            _compact(smallest, chosen, kept)
            _compact(bracket, chosen, kept)
            _compact(turns, chosen, kept)
            for i in range(k):
                _compact(rt[i], chosen, kept)
                _compact(vt[i], chosen, kept)
            m = kept
    return root, converged


@entry
def maxima(r, v, restricted, smallest, largest, last, least_factor, close, iterations):
    """`likelihood._scan` and `_polish` of one group: zero, column, root, converged."""
    zero, owner, low, high, start = _scan(r, v, restricted, smallest, largest, last, least_factor)
    root, converged = _polish(r, v, restricted, owner, low, high, start, close, iterations)
    return zero, owner, root, converged
