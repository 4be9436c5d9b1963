"""Importing the engine stays light, and one fit stays fast."""

import subprocess
import sys
import time

import numpy as np
import pytest

from metawright.pooling.fit import fit

MODULES = (
    "metawright.pooling.fit",
    "metawright.pooling.rule",
    "metawright.pooling.tables",
    "metawright.pooling.tau2",
    "metawright.heterogeneity.q",
    "metawright.heterogeneity.q_profile",
    "metawright.heterogeneity.profile_likelihood",
    "metawright.heterogeneity.prediction",
    "metawright.heterogeneity.subgroups",
    "metawright.effects.measures.continuous",
    "metawright.effects.measures.binary",
    "metawright.effects.measures.given",
)


def test_the_engine_imports_numpy_and_special_functions_only():
    heavy = ("pandas", "matplotlib", "scipy.stats", "scipy.optimize", "scipy.integrate", "numba", "yaml", "jinja2")
    code = f"import {', '.join(MODULES)}, sys; print([m for m in {heavy!r} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize(("method", "interval"), [("FE", "z"), ("DL", "HKSJ"), ("PM", "IQWiG6"), ("REML", "HKSJ")])
def test_a_single_fit_takes_less_than_a_millisecond(method, interval):
    rng = np.random.default_rng(1)
    v = rng.uniform(0.05, 1.0, 13)
    y = rng.normal(size=13) * np.sqrt(v + 0.2)
    fit(y, v, method, interval)

    def seconds():
        start = time.process_time()
        for _ in range(10):
            fit(y, v, method, interval)
        return (time.process_time() - start) / 10

    assert min(seconds() for _ in range(10)) < 1e-3
