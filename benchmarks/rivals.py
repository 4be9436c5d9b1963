"""The rivals, each fitting the same data: PyMARE and statsmodels in Python, metafor in R. A rival may be missing."""

import csv
import shutil
import subprocess
import tempfile
import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

# Replicates per call: PyMARE is timed at each, the best counts.
PYMARE_BLOCKS = (2_000, 10_000, 50_000)
STATSMODELS = {"DL": "chi2", "PM": "iterated"}


def pymare(method: str):
    """A function ``(y, v) -> (estimate, tau2)`` over blocks, PyMARE's 2-D path; None where it has no such method."""
    if find_spec("pymare") is None:
        return None
    from pymare import estimators

    make = {
        "DL": estimators.DerSimonianLaird,
        "HE": estimators.Hedges,
        "REML": lambda: estimators.VarianceBasedLikelihoodEstimator("REML"),
        "ML": lambda: estimators.VarianceBasedLikelihoodEstimator("ML"),
    }.get(method)
    if make is None:
        return None
    estimator = make()

    def fit(y, v):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            estimator.fit(y, v, np.ones((y.shape[0], 1)))
        return estimator.params_["fe_params"].ravel(), np.ravel(estimator.params_["tau2"])

    return fit


def statsmodels(method: str):
    """A function that fits one meta-analysis after the other with statsmodels; None where it has no such method."""
    if method not in STATSMODELS or find_spec("statsmodels") is None:
        return None
    from statsmodels.stats.meta_analysis import combine_effects

    def fit(y, v):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            results = [combine_effects(y[:, i], v[:, i], method_re=STATSMODELS[method]) for i in range(y.shape[1])]
        return np.array([r.mean_effect_re for r in results]), np.array([r.tau2 for r in results])

    return fit


@dataclass(frozen=True)
class Metafor:
    """What metafor did: its version, fits (or ladders) per second under ``(k, what)``, and its results."""

    version: str
    rates: dict[tuple[int, str], float]
    results: list[dict]


def metafor(data: dict[int, tuple[np.ndarray, np.ndarray]], batches: int) -> Metafor | None:
    """Let R time ``rma()`` on *data*, by k; None without R or metafor."""
    if shutil.which("Rscript") is None:
        return None
    if subprocess.run(["Rscript", "-e", "library(metafor)"], capture_output=True).returncode:
        return None
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for k, (y, v) in data.items():
            lines = [f"{a!r},{b!r}" for a, b in zip(y.T.ravel().tolist(), v.T.ravel().tolist(), strict=True)]
            (place / f"k{k}.csv").write_text("\n".join(["y,v", *lines, ""]))
        script = Path(__file__).with_name("metafor.R")
        subprocess.run(["Rscript", script, folder, str(batches)], check=True)
        rates, results = (list(csv.DictReader((place / f"{name}.csv").open())) for name in ("rates", "results"))
        version = (place / "version.txt").read_text()
    return Metafor(version, {(int(row["k"]), row["what"]): float(row["rate"]) for row in rates}, results)
