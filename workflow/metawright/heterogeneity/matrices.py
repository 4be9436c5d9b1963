"""Algebra of small matrices whose last digits do not depend on the processor.

NumPy hands products and solutions to a BLAS, which picks its kernels by processor; they add in different orders. Here
every sum runs in one order over plain array operations. Matrices have a row per trial or per coefficient, a handful;
leading axes, where a function allows them, hold many matrices at once.
"""

from __future__ import annotations

import numpy as np

MAX_SWEEPS = 60
# Inner products of more terms than this are added by one call, as long as all terms together stay in the cache.
FEW_TERMS, MOST_ELEMENTS = 4, 65_536


def product(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Matrix product of ``(..., m, k)`` and ``(..., k, n)``, each sum from the first term to the last."""
    if A.shape[-1] > FEW_TERMS and max(A.size * B.shape[-1], B.size * A.shape[-2]) <= MOST_ELEMENTS:
        return np.add.accumulate(A[..., :, :, None] * B[..., None, :, :], axis=-2)[..., -1, :]
    total = A[..., :, 0, None] * B[..., 0, None, :]
    for j in range(1, A.shape[-1]):
        total += A[..., :, j, None] * B[..., j, None, :]
    return total


def times(A: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Product of matrices ``(..., m, k)`` and vectors ``(..., k)``."""
    return product(A, x[..., None])[..., 0]


def inner(x: np.ndarray, y: np.ndarray):
    """Inner product over the last axis."""
    return (x * y).sum(axis=-1)


def _factor(A: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Unit lower triangle and diagonal of ``A = L D L'``, ``(..., n, n)`` and ``(..., n)``."""
    n = A.shape[-1]
    rest = A.astype(np.float64)
    L = np.zeros_like(rest)
    D = np.empty(rest.shape[:-1])
    for j in range(n):
        D[..., j] = rest[..., j, j]
        L[..., j:, j] = rest[..., j:, j] / D[..., j, None]
        below = L[..., j + 1 :, j]
        rest[..., j + 1 :, j + 1 :] -= below[..., :, None] * (below * D[..., j, None])[..., None, :]
    return L, D


def solve_positive(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Solution of ``A X = B`` for symmetric positive definite ``(..., n, n)`` and ``(..., n, m)``."""
    L, D = _factor(A)
    X = solve_lower(L, B) / D[..., :, None]
    return solve_upper(np.swapaxes(L, -1, -2), X)


def inverse_positive(A: np.ndarray) -> np.ndarray:
    """Inverse of symmetric positive definite matrices ``(..., n, n)``, symmetric to the last bit."""
    X = solve_positive(A, np.broadcast_to(np.eye(A.shape[-1]), A.shape))
    return 0.5 * (X + np.swapaxes(X, -1, -2))


def log_determinant(A: np.ndarray) -> np.ndarray:
    """Logarithm of the determinant of positive definite matrices."""
    return np.log(np.abs(_factor(A)[1])).sum(axis=-1)


def cholesky(A: np.ndarray) -> np.ndarray:
    """Lower triangles with ``A = L L'`` of matrices ``(..., n, n)``.

    Raises
    ------
    ValueError
        If a matrix is not positive definite.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        L, D = _factor(A)
    if not (D > 0).all():
        raise ValueError("the matrix is not positive definite")
    return L * np.sqrt(D)[..., None, :]


def solve_lower(L: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Solution of ``L X = B`` for lower triangles ``(..., n, n)`` and ``(..., n, m)``."""
    X = np.array(
        np.broadcast_to(B, (*np.broadcast_shapes(L.shape[:-2], B.shape[:-2]), *B.shape[-2:])), dtype=np.float64
    )
    for i in range(L.shape[-1]):
        for j in range(i):
            X[..., i, :] -= L[..., i, j, None] * X[..., j, :]
        X[..., i, :] /= L[..., i, i, None]
    return X


def solve_upper(R: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Solution of ``R X = B`` for upper triangles ``(..., n, n)`` and ``(..., n, m)``."""
    return solve_lower(R[..., ::-1, ::-1], B[..., ::-1, :])[..., ::-1, :]


def eigen_symmetric(A: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues ``(..., n)``, in no order, and vectors (columns) of symmetric matrices, by Jacobi's rotations.

    References
    ----------
    Golub and Van Loan 2013, section 8.5.
    """
    n = A.shape[-1]
    D, V = A.astype(np.float64), np.array(np.broadcast_to(np.eye(n), A.shape))
    for _ in range(MAX_SWEEPS):
        turned = False
        for p in range(n - 1):
            for q in range(p + 1, n):
                beside, at_p, at_q = D[..., p, q], D[..., p, p], D[..., q, q]
                turn = ~((np.abs(beside) <= 1e-17 * np.sqrt(np.abs(at_p * at_q))) | (beside == 0.0))
                if not turn.any():
                    continue
                with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                    theta = (at_q - at_p) / (2.0 * beside)
                    t = np.copysign(1.0, theta) / (np.abs(theta) + np.sqrt(theta * theta + 1.0))
                    c = 1.0 / np.sqrt(t * t + 1.0)
                    s = t * c
                    turn, c, s = turn[..., None], c[..., None], s[..., None]
                    for M in (D, V):
                        _rotate(M, p, q, c, s, turn)
                    _rotate(np.swapaxes(D, -1, -2), p, q, c, s, turn)
                D[..., p, q] = D[..., q, p] = np.where(turn[..., 0], 0.0, D[..., p, q])
                turned = True
        if not turned:
            break
    return np.diagonal(D, axis1=-2, axis2=-1).copy(), V


def _rotate(M: np.ndarray, p: int, q: int, c, s, turn) -> None:
    """Turn two columns of the matrices that are to be turned (in place)."""
    first, second = M[..., :, p], M[..., :, q]
    new = np.where(turn, c * first - s * second, first), np.where(turn, s * first + c * second, second)
    M[..., :, p], M[..., :, q] = new
