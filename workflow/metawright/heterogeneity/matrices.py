"""Algebra of small matrices whose last digits do not depend on the processor.

NumPy hands products and solutions to a BLAS, which picks its kernels by processor; they add in different orders. Here
every sum runs in one order over plain array operations. Matrices have a row per trial or per coefficient, a handful;
leading axes, where a function allows them, hold many matrices at once.
"""

from __future__ import annotations

import numpy as np

MAX_SWEEPS = 60


def product(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Matrix product of ``(..., m, k)`` and ``(..., k, n)``."""
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
    """Lower triangle with ``A = L L'`` of one matrix ``(n, n)``.

    Raises
    ------
    ValueError
        If the matrix is not positive definite.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        L, D = _factor(A)
    if not (D > 0).all():
        raise ValueError("the matrix is not positive definite")
    return L * np.sqrt(D)


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
    """Eigenvalues ``(n,)``, in no order, and vectors (columns) of one symmetric matrix, by Jacobi's rotations.

    References
    ----------
    Golub and Van Loan 2013, section 8.5.
    """
    n = A.shape[0]
    D, V = A.astype(np.float64), np.eye(n)
    for _ in range(MAX_SWEEPS):
        turned = False
        for p in range(n - 1):
            for q in range(p + 1, n):
                if abs(D[p, q]) <= 1e-17 * np.sqrt(abs(D[p, p] * D[q, q])) or D[p, q] == 0.0:
                    continue
                theta = (D[q, q] - D[p, p]) / (2.0 * D[p, q])
                t = np.copysign(1.0, theta) / (abs(theta) + np.sqrt(theta * theta + 1.0))
                c = 1.0 / np.sqrt(t * t + 1.0)
                s = t * c
                for M in (D, V):
                    M[:, p], M[:, q] = c * M[:, p] - s * M[:, q], s * M[:, p] + c * M[:, q]
                D[p], D[q] = c * D[p] - s * D[q], s * D[p] + c * D[q]
                D[p, q] = D[q, p] = 0.0
                turned = True
        if not turned:
            break
    return np.diag(D).copy(), V
