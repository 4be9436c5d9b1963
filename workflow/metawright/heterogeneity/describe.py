"""Describe how far the trials of one pool differ."""

from collections.abc import Iterable, Mapping

import numpy as np

from metawright.heterogeneity.q import q_statistics
from metawright.pooling.fit import fit
from metawright.pooling.prediction import PREDICTION_INTERVALS, prediction_interval
from metawright.pooling.q_profile import q_profile
from metawright.pooling.tau2 import estimate_tau2


def describe_heterogeneity(pool: Mapping, models: Iterable[Mapping]) -> dict:
    """Return Q, I², H² and tau² of a pool with their intervals, and every named prediction interval.

    Parameters
    ----------
    pool : Mapping
        A pool as `metawright.pooling.pool.pool` leaves it: its trials are used.
    models : iterable of mappings
        The models of the completed protocol: their estimators of tau² are described.

    Returns
    -------
    dict
        For fewer than two trials only status, k and a remark: nothing can be said, which is not zero.
    """
    result = {key: pool[key] for key in ("outcome", "period", "status", "k")}
    if pool["k"] < 2:
        remark = "one trial says nothing about heterogeneity" if pool["k"] else "no data"
        return {**result, "tau2": [], "prediction": [], "remarks": [remark]}
    y, v = (np.array([trial[name] for trial in pool["studies"]], dtype=float) for name in ("y", "v"))
    statistics, profile = q_statistics(y, v), q_profile(y, v)
    declared = list(dict.fromkeys(pair for model in models for pair in _branches(model) if pair[0] != "FE"))
    return {
        **result,
        "q": statistics.q,
        "q_df": statistics.df,
        "q_p": statistics.p,
        "h2_q": statistics.h2,
        "i2_q": statistics.i2,
        "i2_q_low": statistics.i2_low,
        "i2_q_high": statistics.i2_high,
        "typical_variance": statistics.typical_variance,
        "tau2": [_tau2(y, v, method, profile) for method in dict.fromkeys(pair[0] for pair in declared)],
        "q_profile_note": _profile_note(profile),
        "prediction": [entry for pair in declared for entry in _predictions(y, v, *pair)],
        "remarks": [*_remarks(pool["k"]), *_left_out(pool)],
    }


def _left_out(pool: Mapping) -> list[str]:
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


def _branches(model: Mapping) -> list[tuple[str, str]]:
    blocks = [model["rule"]["fixed"], model["rule"]["random"]] if "rule" in model else [model]
    return [(block["tau2_method"], block["interval"]) for block in blocks]


def _tau2(y: np.ndarray, v: np.ndarray, method: str, profile) -> dict:
    estimate, pooled = estimate_tau2(y, v, method), fit(y, v, method, "z")
    return {
        "method": method,
        "tau2": estimate.value,
        "se": estimate.se,
        "low": profile.tau2_low,
        "high": profile.tau2_high,
        "i2": pooled.i2,
        "i2_low": profile.i2_low,
        "i2_high": profile.i2_high,
        "h2": pooled.h2,
        "h2_low": profile.h2_low,
        "h2_high": profile.h2_high,
    }


def _predictions(y: np.ndarray, v: np.ndarray, method: str, interval: str) -> list[dict]:
    pooled = fit(y, v, method, interval)
    entries = []
    for name in PREDICTION_INTERVALS:
        if name != "model":
            prediction = prediction_interval(pooled, name)
            entries.append(
                {"model": f"{method}-{interval}", "name": name, "low": prediction.low, "high": prediction.high}
            )
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
