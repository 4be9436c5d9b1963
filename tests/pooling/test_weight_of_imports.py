"""Importing the engine stays light, and one fit stays short."""

import subprocess
import sys

import numpy as np
import pytest

from metawright.pooling.fit import fit
from tests.work import calls

MODULES = (
    "metawright.pooling.fit",
    "metawright.pooling.rule",
    "metawright.pooling.tables",
    "metawright.pooling.tau2",
    "metawright.heterogeneity.q",
    "metawright.pooling.q_profile",
    "metawright.heterogeneity.profile_likelihood",
    "metawright.pooling.prediction",
    "metawright.heterogeneity.subgroups",
    "metawright.measures.registry",
)


def test_the_engine_imports_numpy_and_special_functions_only():
    heavy = ("pandas", "matplotlib", "scipy.stats", "scipy.optimize", "scipy.integrate", "numba", "yaml", "jinja2")
    code = f"import {', '.join(MODULES)}, sys; print([m for m in {heavy!r} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("method", "interval", "most"),
    [("FE", "z", 300), ("DL", "HKSJ", 330), ("PM", "IQWiG6", 550), ("REML", "HKSJ", 1100)],
)
def test_a_single_fit_takes_few_steps(method, interval, most):
    """Half as many again as it takes; `make bench` has the microseconds."""
    rng = np.random.default_rng(1)
    v = rng.uniform(0.05, 1.0, 13)
    y = rng.normal(size=13) * np.sqrt(v + 0.2)
    fit(y, v, method, interval)
    assert calls(lambda: fit(y, v, method, interval)) <= most


def test_a_single_fit_never_loads_numba():
    code = "import numpy as np, sys; from metawright.pooling.fit import fit; "
    code += "fit(np.arange(13.0), np.ones(13), 'REML', 'HKSJ'); print('numba' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
