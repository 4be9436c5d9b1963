"""What models are called on paper, and what is said in place of a prediction interval that there is not."""

from metawright.pooling.documents import PooledRow
from metawright.pooling.estimators import estimator_of
from metawright.pooling.intervals import interval_method
from metawright.words.names import sentence

#: What stands in place of a prediction interval that two trials do not give.
NO_PREDICTION = "not estimable from two trials"


def model_name(tau2_method: str | None, interval: str | None) -> str:
    """Return a model in words, such as "random-effects model (REML, Hartung–Knapp interval)"."""
    if not tau2_method:
        return ""
    estimator = estimator_of(tau2_method)
    kind = "random-effects model" if estimator.random else "fixed-effect model"
    details = [estimator.name] if estimator.random else []
    if interval and _is_told(interval):
        details.append(interval_method(interval).name)
    return f"{kind} ({', '.join(details)})" if details else kind


def model_short(tau2_method: str | None, interval: str | None) -> str:
    """Return a model as a table has it, such as "REML, Hartung–Knapp"."""
    if not tau2_method:
        return ""
    how = f", {interval_method(interval).brief}" if interval and _is_told(interval) else ""
    return sentence(estimator_of(tau2_method).name + how)


def _is_told(interval: str) -> bool:
    """Return whether a model's interval is named: Wald's, which all know, is not."""
    return interval_method(interval).of_t or interval_method(interval).se is None


def lacks_prediction(row: PooledRow) -> bool:
    """Return whether a row of two trials estimates tau2 and yet has no prediction interval: `NO_PREDICTION`."""
    return row.get("tau2") is not None and row.get("pi_low") is None
