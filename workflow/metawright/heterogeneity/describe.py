"""Describe how far the trials of one pool differ."""

from collections.abc import Iterable

import numpy as np

from metawright.heterogeneity.documents import HeterogeneityDocument, PredictionEntry, Tau2Entry
from metawright.heterogeneity.q import q_statistics
from metawright.measures.arrays import single
from metawright.pooling.documents import Pool
from metawright.pooling.fit import fit
from metawright.pooling.prediction import PREDICTION_INTERVALS, prediction_interval
from metawright.pooling.q_profile import q_profile
from metawright.pooling.tau2 import estimate_tau2
from metawright.reading.protocol import DeclaredModel


def describe_heterogeneity(pool: Pool, models: Iterable[DeclaredModel]) -> HeterogeneityDocument:
    """Return Q, I², H² and tau² of a pool with their intervals, and every named prediction interval.

    Parameters
    ----------
    pool : Pool
        A pool as `metawright.pooling.pool.pool` leaves it: its trials are used.
    models : iterable of DeclaredModel
        The models of the completed protocol: their estimators of tau² are described.

    Returns
    -------
    HeterogeneityDocument
        For fewer than two trials only status, k and a remark: nothing can be said, which is not zero.
    """
    if pool["k"] < 2:
        remark = "one trial says nothing about heterogeneity" if pool["k"] else "no data"
        return {
            "outcome": pool["outcome"],
            "period": pool["period"],
            "status": pool["status"],
            "k": pool["k"],
            "tau2": [],
            "prediction": [],
            "remarks": [remark],
        }
    y, v = (np.array([trial[name] for trial in pool["studies"]], dtype=float) for name in ("y", "v"))
    statistics, profile = q_statistics(y, v), q_profile(y, v)
    declared = list(dict.fromkeys(pair for model in models for pair in _branches(model) if pair[0] != "FE"))
    return {
        "outcome": pool["outcome"],
        "period": pool["period"],
        "status": pool["status"],
        "k": pool["k"],
        "q": single(statistics.q),
        "q_df": single(statistics.df),
        "q_p": single(statistics.p),
        "h2_q": single(statistics.h2),
        "i2_q": single(statistics.i2),
        "i2_q_low": single(statistics.i2_low),
        "i2_q_high": single(statistics.i2_high),
        "typical_variance": single(statistics.typical_variance),
        "tau2": [_tau2(y, v, method, profile) for method in dict.fromkeys(pair[0] for pair in declared)],
        "q_profile_note": _profile_note(profile),
        "prediction": [entry for pair in declared for entry in _predictions(y, v, *pair)],
        "remarks": [*_remarks(pool["k"]), *_left_out(pool)],
    }


def _left_out(pool: Pool) -> list[str]:
    """Say which models pool fewer trials than are described here."""
    models: dict[tuple[str, ...], list[str]] = {}
    for model in pool.get("models", []):
        if model.get("excluded"):
            models.setdefault(tuple(model["excluded"]), []).append(model["model"])
    return [
        f"described are all {pool['k']} trials; {', '.join(names)} pool{'s' if len(names) == 1 else ''} without "
        f"{', '.join(studies)}, whose control arm has had the experimental treatment"
        for studies, names in models.items()
    ]


def _branches(model: DeclaredModel) -> list[tuple[str, str]]:
    blocks = [model["rule"]["fixed"], model["rule"]["random"]] if "rule" in model else [model]
    return [(block["tau2_method"], block["interval"]) for block in blocks]


def _tau2(y: np.ndarray, v: np.ndarray, method: str, profile) -> Tau2Entry:
    estimate, pooled = estimate_tau2(y, v, method), fit(y, v, method, "z")
    return {
        "method": method,
        "tau2": single(estimate.value),
        "se": single(estimate.se),
        "low": profile.tau2_low,
        "high": profile.tau2_high,
        "i2": single(pooled.i2),
        "i2_low": profile.i2_low,
        "i2_high": profile.i2_high,
        "h2": single(pooled.h2),
        "h2_low": profile.h2_low,
        "h2_high": profile.h2_high,
    }


def _predictions(y: np.ndarray, v: np.ndarray, method: str, interval: str) -> list[PredictionEntry]:
    pooled = fit(y, v, method, interval)
    entries: list[PredictionEntry] = []
    for name in PREDICTION_INTERVALS:
        if name != "model":
            prediction = prediction_interval(pooled, name)
            low, high = single(prediction.low), single(prediction.high)
            entries.append({"model": f"{method}-{interval}", "name": name, "low": low, "high": high})
    return entries


def _profile_note(profile) -> str:
    if profile.empty:
        return "empty set: the trials agree better than chance would let them; given as 0 to 0"
    return "the upper limit is beyond any useful number and is left out" if profile.given_up else ""


def _remarks(k: int) -> list[str]:
    if k == 2:
        return ["two trials say little about heterogeneity; a prediction interval is of no use"]
    if k in (3, 4):
        return [f"the prediction interval rests on {k} trials; read it with caution"]
    return ["a prediction interval covers less often than its level for 5 to 20 trials"] if k <= 20 else []
