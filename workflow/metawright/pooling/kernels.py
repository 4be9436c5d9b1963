"""Compiled twins of the engine's block functions, for Numba: the same operations in the same order, the same bits.

Each function at the end of this module replaces one of the NumPy functions whose name it bears; only
`metawright.pooling.compiled` imports the module. Replicates are worked off in tiles that stay in the first-level cache:
every inner loop runs over the replicates of a tile, so that it becomes vector instructions, and every sum over studies
starts with the first study and ends with the last.

Two things keep the bits: no `fastmath`, so that nothing is reordered or fused; and no function beyond + - * / and sqrt,
which IEEE 754 rounds correctly everywhere. Where the likelihood has several maxima a logarithm decides between them:
those few replicates are handed back to NumPy. Comparisons are written so that NaN takes the way that it takes there.
"""

from __future__ import annotations

import numpy as np
from numba import njit

# Numba's cache looks at this file alone: constants of other modules are arguments, never globals.
TILE = 512
LEAST_TILE = 32
# Elements (studies x replicates) of one tile.
TILE_ELEMENTS = 8192

entry = njit(cache=True, error_model="numpy", nogil=True)
part = njit(error_model="numpy", forceinline=True)


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
    ri, wi = r[0, a : a + n], w[0]
    for j in range(n):
        s[j] = wi[j]
        mean[j] = wi[j] * ri[j]
    for i in range(1, w.shape[0]):
        ri, wi = r[i, a : a + n], w[i]
        for j in range(n):
            s[j] += wi[j]
            mean[j] += wi[j] * ri[j]
    for j in range(n):
        mean[j] /= s[j]


@part
def _weighted_squares(w, r, a, mean, q, n):
    """``q = sum w (r - mean)^2``."""
    ri, wi = r[0, a : a + n], w[0]
    for j in range(n):
        e = ri[j] - mean[j]
        q[j] = wi[j] * e * e
    for i in range(1, w.shape[0]):
        ri, wi = r[i, a : a + n], w[i]
        for j in range(n):
            e = ri[j] - mean[j]
            q[j] += wi[j] * e * e


@part
def _symmetric(w, e1, e2, e3, n):
    """`columns.symmetric_sums`."""
    k, wi = w.shape[0], w[0]
    for j in range(n):
        e1[j] = wi[j]
        e2[j] = 0.0
        e3[j] = 0.0
    if k > 1:
        wi = w[1]
        for j in range(n):
            e2[j] = wi[j] * e1[j]
            e1[j] += wi[j]
    for i in range(2, k):
        wi = w[i]
        for j in range(n):
            e3[j] += wi[j] * e2[j]
            e2[j] += wi[j] * e1[j]
            e1[j] += wi[j]


@part
def _gather(source, a, chosen, target, n):
    """Columns ``a + chosen`` of `source`, as the first columns of `target`."""
    for i in range(source.shape[0]):
        from_, to = source[i], target[i]
        for j in range(n):
            to[j] = from_[a + chosen[j]]


@entry
def prepare(y, v):
    """`columns.prepare`: r, centre, k, equal, e1, e2, e3, offset, q."""
    k, n = y.shape
    r = np.empty((k, n))
    centre, count, offset, q = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    sum1, sum2, sum3 = np.empty(n), np.empty(n), np.empty(n)
    equal = np.empty(n, dtype=np.bool_)
    width = _width(k)
    w, z = np.empty((k, width)), np.empty((k, width))
    high, low, mean, present = np.empty(width), np.empty(width), np.empty(width), np.empty(width)
    e1, e2, e3, q_ = np.empty(width), np.empty(width), np.empty(width), np.empty(width)
    for a in range(0, n, width):
        m = min(n - a, width)
        for j in range(m):
            high[j], low[j], present[j] = -np.inf, np.inf, 0.0
        for i in range(k):
            yi, vi, wi, zi = y[i, a : a + m], v[i, a : a + m], w[i], z[i]
            for j in range(m):
                wi[j] = 1.0 / vi[j]
                zi[j] = yi[j] if vi[j] < np.inf else 0.0
            for j in range(m):
                here = vi[j] < np.inf
                high[j] = zi[j] if here and zi[j] > high[j] else high[j]
                low[j] = zi[j] if here and zi[j] < low[j] else low[j]
                present[j] += 1.0 if here else 0.0
        _symmetric(w, e1, e2, e3, m)
        _mean(w, z, 0, q_, mean, m)
        for j in range(m):
            mean[j] = high[j] if high[j] == low[j] else mean[j]
        for i in range(k):
            vi, zi = v[i, a : a + m], z[i]
            for j in range(m):
                zi[j] = zi[j] - mean[j] if vi[j] < np.inf else 0.0
        c, p, s = centre[a : a + m], count[a : a + m], equal[a : a + m]
        for j in range(m):
            c[j] = mean[j]
            p[j] = present[j]
            s[j] = high[j] == low[j]
        _mean(w, z, 0, high, mean, m)
        _weighted_squares(w, z, 0, mean, q_, m)
        for i in range(k):
            ri, zi = r[i, a : a + m], z[i]
            for j in range(m):
                ri[j] = zi[j]
        s1, s2, s3, o, x = sum1[a : a + m], sum2[a : a + m], sum3[a : a + m], offset[a : a + m], q[a : a + m]
        for j in range(m):
            s1[j], s2[j], s3[j] = e1[j], e2[j], e3[j]
        for j in range(m):
            o[j], x[j] = mean[j], q_[j]
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
def mean_and_variance(r, v, count):
    """`moments.mean_and_variance`: mean of the variances, sum of squares about the unweighted mean."""
    k, n = r.shape
    mean_v, squares = np.empty(n), np.empty(n)
    width = _width(k)
    mean, sum_v, sum_e = np.empty(width), np.empty(width), np.empty(width)
    for a in range(0, n, width):
        m = min(n - a, width)
        for j in range(m):
            mean[j], sum_v[j], sum_e[j] = 0.0, 0.0, 0.0
        for i in range(k):
            ri, vi = r[i, a : a + m], v[i, a : a + m]
            for j in range(m):
                mean[j] += ri[j]
                sum_v[j] += vi[j] if vi[j] < np.inf else 0.0
        c, x, y = count[a : a + m], mean_v[a : a + m], squares[a : a + m]
        for j in range(m):
            mean[j] /= c[j]
            x[j] = sum_v[j] / c[j]
        for i in range(k):
            ri, vi = r[i, a : a + m], v[i, a : a + m]
            for j in range(m):
                e = ri[j] - mean[j] if vi[j] < np.inf else 0.0
                sum_e[j] += e * e
        for j in range(m):
            y[j] = sum_e[j]
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
        _gather(r, 0, column, rt, m)
        _gather(v, 0, column, vt, m)
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
def _slope(r, v, t, restricted, w, e1, e2, e3, mean, wg, A, B, A3, B2, n):
    """`likelihood.slope` of one group: A, B, A3, B2."""
    k = r.shape[0]
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


@entry
def maximise(r, v, restricted, least_factor, close, iterations):
    """`likelihood.maximise` of one group: tau2, converged, and where NumPy has to choose between several maxima."""
    k, n = r.shape
    tau2, converged, rivals = np.empty(n), np.ones(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    width = _width(k)
    rt, vt, w = np.empty((k, width)), np.empty((k, width)), np.empty((k, width))
    e1, e2, e3, mean, wg = np.empty(width), np.empty(width), np.empty(width), np.empty(width), np.empty(width)
    A, B, A3, B2 = np.empty(width), np.empty(width), np.empty(width), np.empty(width)
    nA, nB, nA3, nB2 = np.empty(width), np.empty(width), np.empty(width), np.empty(width)
    smallest, spread, end, last = np.empty(width), np.empty(width), np.empty(width), np.empty(width)
    low, high, start, t, new = np.empty(width), np.empty(width), np.empty(width), np.empty(width), np.empty(width)
    reach, sure, present, ratio, middle = np.empty(width), np.empty(width), np.empty(width), np.empty(width), np.empty(width)
    column, chosen, found = np.empty(width, np.int64), np.empty(width, np.int64), np.empty(width, np.int64)
    for a in range(0, n, width):
        size = min(n - a, width)
        # Extremes of the variances, and the sum of squares about the unweighted mean.
        for j in range(size):
            smallest[j], last[j], present[j], mean[j] = np.inf, 0.0, 0.0, 0.0
            column[j], t[j] = j, 0.0
        for i in range(k):
            ri, vi, rti, vti = r[i, a : a + size], v[i, a : a + size], rt[i], vt[i]
            for j in range(size):
                rti[j], vti[j] = ri[j], vi[j]
                smallest[j] = vi[j] if vi[j] < smallest[j] else smallest[j]
                last[j] = vi[j] if last[j] < vi[j] < np.inf else last[j]
                present[j] += 1.0 if vi[j] < np.inf else 0.0
                mean[j] += ri[j]
        for j in range(size):
            mean[j] /= present[j]
            wg[j] = 0.0
        for i in range(k):
            rti, vti = rt[i], vt[i]
            for j in range(size):
                e = rti[j] - mean[j] if vti[j] < np.inf else 0.0
                wg[j] += e * e
        for j in range(size):
            freedom = present[j] - 1.0 if present[j] > 1.0 else 0.0
            tau2[a + j] = 0.0 if freedom > 0.0 else np.nan
            spread[j] = last[j] - smallest[j]
            stop = last[j] - 2.0 * smallest[j]
            end[j] = 0.0 if stop < 0.0 else stop
            bound = 2.0 * wg[j] / freedom
            last[j] = last[j] if last[j] > bound else bound
        _slope(rt, vt, t, restricted, w, e1, e2, e3, mean, wg, A, B, A3, B2, size)
        for j in range(size):
            found[j] = 0 if A[j] > B[j] else -1
        m = size
        while True:
            for j in range(_lanes(m)):
                reach[j], sure[j] = _reach(A[j], B[j], A3[j], B2[j], smallest[j] + t[j], spread[j])
            kept = 0
            for j in range(m):
                if not t[j] < end[j] or sure[j] >= spread[j]:
                    if A[j] > B[j]:
                        c = column[j]
                        found[c] = found[c] + 1 if found[c] >= 0 else 2
                        low[c], high[c] = t[j], last[j]
                        start[c] = _clip(_newton(A[j], B[j], A3[j], B2[j], t[j]), low[c], high[c])
                else:
                    chosen[kept] = j
                    kept += 1
            if kept == 0:
                break
            if kept < m:
                m = kept
                _compact(A, chosen, m)
                _compact(B, chosen, m)
                _compact(A3, chosen, m)
                _compact(B2, chosen, m)
                _compact(t, chosen, m)
                _compact(reach, chosen, m)
                _compact(smallest, chosen, m)
                _compact(spread, chosen, m)
                _compact(end, chosen, m)
                _compact(last, chosen, m)
                _compact(column, chosen, m)
                for i in range(k):
                    _compact(rt[i], chosen, m)
                    _compact(vt[i], chosen, m)
            lanes = _lanes(m)
            for j in range(lanes):
                x = _fmax(reach[j], least_factor * (smallest[j] + t[j])) - smallest[j]
                new[j] = end[j] if x > end[j] else x
            _slope(rt, vt, new, restricted, w, e1, e2, e3, mean, wg, nA, nB, nA3, nB2, lanes)
            for j in range(m):
                if A[j] > B[j] and not nA[j] > nB[j]:
                    c = column[j]
                    found[c] = found[c] + 1 if found[c] >= 0 else 2
                    low[c], high[c] = t[j], new[j]
                    start[c] = _clip(_newton(A[j], B[j], A3[j], B2[j], t[j]), low[c], high[c])
            for j in range(m):
                t[j], A[j], B[j], A3[j], B2[j] = new[j], nA[j], nB[j], nA3[j], nB2[j]
        # Polish where there is one candidate, and it is not 0.
        m = 0
        for j in range(size):
            if found[j] == 1:
                column[m] = j
                m += 1
            elif found[j] > 1:
                rivals[a + j] = True
        for j in range(m):
            c = column[j]
            low[j], high[j], t[j], smallest[j] = low[c], high[c], start[c], np.inf
            t[j] = low[j] if t[j] != t[j] else t[j]
            converged[a + c] = False
        _gather(r, a, column, rt, m)
        _gather(v, a, column, vt, m)
        for i in range(k):
            vti = vt[i]
            for j in range(m):
                smallest[j] = vti[j] if vti[j] < smallest[j] else smallest[j]
        for _ in range(iterations):
            if m == 0:
                break
            lanes = _lanes(m)
            _slope(rt, vt, t, restricted, w, e1, e2, e3, mean, wg, A, B, A3, B2, lanes)
            for j in range(lanes):
                ratio[j] = A[j] / B[j]
                low[j] = t[j] if ratio[j] > 1.0 else low[j]
                high[j] = high[j] if ratio[j] > 1.0 else t[j]
                new[j] = _newton(A[j], B[j], A3[j], B2[j], t[j])
                middle[j] = np.sqrt((low[j] + smallest[j]) * (high[j] + smallest[j])) - smallest[j]
            kept = 0
            for j in range(m):
                near = abs(ratio[j] - 1.0) <= close
                if not (new[j] >= low[j] and new[j] <= high[j]):
                    new[j] = t[j] if near else _clip(middle[j], low[j], high[j])
                tau2[a + column[j]] = new[j]
                if near or new[j] == t[j]:
                    converged[a + column[j]] = True
                else:
                    chosen[kept] = j
                    kept += 1
            if kept < m:
                _compact(low, chosen, kept)
                _compact(high, chosen, kept)
                _compact(smallest, chosen, kept)
                _compact(new, chosen, kept)
                _compact(column, chosen, kept)
                for i in range(k):
                    _compact(rt[i], chosen, kept)
                    _compact(vt[i], chosen, kept)
            m = kept
            for j in range(m):
                t[j] = new[j]
    return tau2, converged, rivals
