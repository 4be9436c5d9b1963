"""The compiled kernels give the bits of the NumPy functions; without them nothing but speed is lost."""

import subprocess
import sys

import numpy as np
import pytest

from metawright.pooling import compiled, generalised_q, likelihood
from metawright.pooling.fit import fit_models
from metawright.pooling.intervals import INTERVALS
from metawright.pooling.ladder import fit_ladder
from metawright.pooling.q_profile import q_profile
from metawright.pooling.rule import Rule
from metawright.pooling.tau2 import TAU2_METHODS, estimate_tau2
from tests.pooling.test_tau2 import TWO_MAXIMA

MODELS = [(method, name) for method in TAU2_METHODS for name in INTERVALS if name != "HC"] + [("DL", "HC")]
COLUMNS = ("k", "estimate", "se", "ci_low", "ci_high", "statistic", "df", "variance", "q", "q_df", "i2", "h2", "i2_q")
COLUMNS += ("tau2", "q_factor", "converged", "degenerate")


def use_compiled(patch, yes):
    """Send every block through the kernels, or none."""
    patch.setattr(compiled, "LEAST_REPLICATES", 1 if yes else 10**9)
    patch.setattr(compiled, "LEAST_ELEMENTS", 1)
    patch.setattr(compiled, "PATIENCE", 0)


def both(monkeypatch, function):
    """The result of *function* by NumPy and by the kernels."""
    pytest.importorskip("numba")
    assert compiled.load() is not None
    results = []
    for yes in (False, True):
        use_compiled(monkeypatch, yes)
        results.append(function())
    return results


def draw(kind, k, replicates):
    rng = np.random.default_rng([7, k, len(kind)])
    v = rng.uniform(0.05, 1.0, (k, replicates))
    y = rng.normal(size=v.shape) * np.sqrt(v + 0.3)
    if kind != "ordinary":
        v *= 10 ** rng.uniform(-6, 6, v.shape)
        y *= np.sqrt(v) * rng.choice([0.1, 1.0, 10.0, 1000.0], v.shape)
    if kind == "extreme, with gaps":
        gone = rng.uniform(size=v.shape) < 0.3
        v[gone], y[gone] = np.inf, np.nan
        y[:, ::7] = np.where(gone[:, ::7], np.nan, 0.1)  # all effects equal
    return y, v


def differences(a, b, names):
    return [
        name for name in names if not np.array_equal(np.asarray(getattr(a, name)), getattr(b, name), equal_nan=True)
    ]


@pytest.mark.parametrize("k", [1, 2, 3, 5, 8, 20, 90])
@pytest.mark.parametrize("kind", ["ordinary", "extreme", "extreme, with gaps"])
def test_every_model_to_the_last_bit(monkeypatch, kind, k):
    y, v = draw(kind, k, 1500 if k < 20 else 300)
    numpy, kernels = both(monkeypatch, lambda: fit_models(y, v, MODELS))
    for model in MODELS:
        assert differences(numpy[model], kernels[model], COLUMNS) == [], model


@pytest.mark.parametrize("kind", ["ordinary", "extreme", "extreme, with gaps"])
def test_what_stands_on_the_same_functions_to_the_last_bit(monkeypatch, kind):
    y, v = draw(kind, 6, 1200)

    def results():
        tau2 = [estimate_tau2(y, v, method) for method in TAU2_METHODS]
        return [*tau2, q_profile(y, v), fit_ladder(y, v, [("REML", "HKSJ"), Rule()]).rungs["REML", "HKSJ"]]

    for a, b in zip(*both(monkeypatch, results), strict=True):
        names = [name for name, value in vars(a).items() if not isinstance(value, str)]
        assert len(names) > 2 and differences(a, b, names) == [], type(a)


@pytest.mark.parametrize("case", TWO_MAXIMA)
def test_several_maxima_of_the_likelihood(monkeypatch, case):
    """NumPy chooses between them; the kernels hand over all of them."""
    y, v, method, _, higher = TWO_MAXIMA[case]
    wide = np.tile(np.array(y)[:, None], 5), np.tile(np.array(v)[:, None], 5)
    numpy, kernels = both(monkeypatch, lambda: estimate_tau2(*wide, method))
    assert np.array_equal(numpy.value, kernels.value) and kernels.converged.all()
    assert kernels.value == pytest.approx(higher, rel=0.05, abs=1e-12)


@pytest.mark.parametrize(("module", "method"), [(generalised_q, "PM"), (likelihood, "REML"), (likelihood, "ML")])
def test_convergence_is_reported_per_replicate(monkeypatch, module, method):
    y = np.array([[0.0, 0.0], [0.1, 5.0], [0.2, -9.0]])
    v = np.array([[1.0, 0.1], [2.0, 3.0], [3.0, 0.7]])
    monkeypatch.setattr(module, "MAX_ITERATIONS", 1)
    numpy, kernels = both(monkeypatch, lambda: estimate_tau2(y, v, method))
    assert kernels.converged.tolist() == numpy.converged.tolist() == [True, False]
    assert np.array_equal(numpy.value, kernels.value)


@pytest.fixture
def forgotten():
    """The decision whether to use the kernels is taken anew, in the test and after it."""
    compiled.load.cache_clear()
    yield
    compiled.load.cache_clear()


def test_without_numba_numpy_does_it(monkeypatch, forgotten):
    monkeypatch.setitem(sys.modules, "numba", None)
    y, v = draw("ordinary", 5, 5000)
    assert compiled.kernels_for(5, 5000) is None
    assert np.isfinite(fit_ladder(y, v, [("REML", "HKSJ")]).rungs["REML", "HKSJ"].estimate).all()


@pytest.mark.parametrize("error", [ImportError("Numba needs another NumPy"), RuntimeError("no locator available")])
def test_a_numba_that_does_not_load_is_no_numba(monkeypatch, forgotten, error):
    """It refuses a NumPy that is too new, and a place where nothing can be cached."""
    pytest.importorskip("numba")

    class Refuses:
        def find_spec(self, name, path=None, target=None):
            if name == "metawright.pooling.kernels":
                raise error

    monkeypatch.delitem(sys.modules, "metawright.pooling.kernels", raising=False)
    monkeypatch.delattr("metawright.pooling.kernels", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Refuses(), *sys.meta_path])
    assert compiled.load() is None


def test_a_numba_that_is_switched_off_is_no_numba(monkeypatch, forgotten):
    numba = pytest.importorskip("numba")
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    assert compiled.load() is None


def test_the_fits_of_a_review_never_load_numba():
    """Single fits, however many trials, and the blocks of leave-one-out."""
    code = """
import sys, numpy as np
from metawright.pooling.fit import fit
from metawright.pooling.q_profile import q_profile
y, v = np.arange(30_000.0) % 7, np.full(30_000, 0.5)
fit(y, v), q_profile(y, v)
fit(np.tile(y[:60, None], 60), np.where(np.eye(60, dtype=bool), np.inf, 0.5))
print("numba" in sys.modules, "metawright.pooling.kernels" in sys.modules)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["False", "False"]


def test_the_kernels_are_loaded_once_a_process_has_met_enough(monkeypatch):
    """A few large blocks of a review do not repay their loading; a sweep does from its first block on."""
    monkeypatch.setattr(compiled, "load", lambda: "kernels")
    monkeypatch.setattr(compiled._Met, "elements", 0)
    large, blocks = (8, 4096), compiled.PATIENCE // (8 * 4096)
    assert [compiled.kernels_for(*large) for _ in range(blocks)] == [None] * blocks
    assert compiled.kernels_for(*large) == "kernels"
    assert compiled.kernels_for(8, 100) is None
    monkeypatch.setattr(compiled._Met, "elements", 0)
    compiled.expect_many(8, 100)
    assert compiled.kernels_for(*large) is None
    compiled.expect_many(*large)
    assert compiled.kernels_for(*large) == "kernels"
