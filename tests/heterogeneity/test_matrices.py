"""Small matrices: the same solutions as LAPACK's, to rounding."""

import numpy as np
import pytest

from metawright.heterogeneity import matrices as m

NUMBERS = np.random.default_rng(5)


def positive(n, *leading):
    A = NUMBERS.normal(size=(*leading, n, n + 3))
    return A @ np.swapaxes(A, -1, -2)


@pytest.mark.parametrize("n", [1, 2, 3, 6])
@pytest.mark.parametrize("leading", [(), (4,)])
def test_positive_definite(n, leading):
    A, B = positive(n, *leading), NUMBERS.normal(size=(*leading, n, 2))
    assert m.solve_positive(A, B) == pytest.approx(np.linalg.solve(A, B), rel=1e-9, abs=1e-11)
    inverse = m.inverse_positive(A)
    assert inverse == pytest.approx(np.linalg.inv(A), rel=1e-9, abs=1e-11)
    assert (inverse == np.swapaxes(inverse, -1, -2)).all()
    assert m.log_determinant(A) == pytest.approx(np.linalg.slogdet(A)[1], rel=1e-12)
    assert m.product(A, B) == pytest.approx(A @ B, rel=1e-12, abs=1e-12)
    assert m.times(A, B[..., 0]) == pytest.approx((A @ B[..., :1])[..., 0], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_triangles(n):
    A, B = positive(n), NUMBERS.normal(size=(n, 3))
    L = m.cholesky(A)
    assert np.linalg.cholesky(A) == pytest.approx(L, rel=1e-10, abs=1e-12)
    assert pytest.approx(B, rel=1e-9, abs=1e-11) == L @ m.solve_lower(L, B)
    assert pytest.approx(B, rel=1e-9, abs=1e-11) == L.T @ m.solve_upper(L.T, B)


@pytest.mark.parametrize("A", [np.array([[1.0, 2.0], [2.0, 1.0]]), np.zeros((2, 2)), np.array([[-1.0]])])
def test_what_is_not_positive_definite_has_no_cholesky_factor(A):
    with pytest.raises(ValueError, match="not positive definite"):
        m.cholesky(A)


@pytest.mark.parametrize(
    "A", [positive(2), positive(4), np.diag([3.0, 0.0, 1.0]), np.ones((3, 3)), np.array([[1.0, 1e-200], [1e-200, 1.0]])]
)
def test_eigenvalues(A):
    values, vectors = m.eigen_symmetric(A)
    assert np.sort(values) == pytest.approx(np.linalg.eigvalsh(A), rel=1e-10, abs=1e-12)
    assert vectors @ np.diag(values) @ vectors.T == pytest.approx(A, rel=1e-10, abs=1e-12)
    assert vectors.T @ vectors == pytest.approx(np.eye(len(A)), abs=1e-13)


@pytest.mark.parametrize("n", [1, 2, 4])
def test_many_matrices_at_once_have_the_bits_of_one_after_the_other(n):
    A = positive(n, 3, 2)
    A[0, 1] = np.diag(np.arange(1.0, n + 1))
    values, vectors = m.eigen_symmetric(A)
    for place in np.ndindex(3, 2):
        own_values, own_vectors = m.eigen_symmetric(A[place])
        assert (values[place] == own_values).all() and (vectors[place] == own_vectors).all()
        assert (m.cholesky(A)[place] == m.cholesky(A[place])).all()


@pytest.mark.parametrize(("m_rows", "terms", "columns"), [(1, 200, 1), (2, 37, 2), (3, 5, 1), (40, 60, 50)])
def test_products_add_from_the_first_term_to_the_last(m_rows, terms, columns):
    A, B = NUMBERS.normal(size=(4, m_rows, terms)), NUMBERS.normal(size=(terms, columns))
    one_by_one = np.zeros((4, m_rows, columns))
    for j in range(terms):
        one_by_one += A[..., :, j, None] * B[j]
    assert (m.product(A, B) == one_by_one).all()
