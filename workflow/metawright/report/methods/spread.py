"""Methods text: heterogeneity, prediction, few trials, leave-one-out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metawright.pooling.intervals import interval_method
from metawright.report.methods.measures import cite

if TYPE_CHECKING:
    from metawright.reading.protocol import Protocol


PREDICTION = {
    "model": "with the quantile and the standard error of the model’s own interval",
    "V": "with the Wald variance of the mean and t quantiles on k − 1 degrees of freedom for every model",
    "HTS": "with t quantiles on k − 2 degrees of freedom",
    "HK": "with the Hartung–Knapp variance and t quantiles on k − 1 degrees of freedom",
    "HK-PR": "with the Hartung–Knapp variance and t quantiles on k − 2 degrees of freedom",
    "S": "with normal quantiles",
}


def spread(protocol: Protocol) -> list[str]:
    """Return the paragraphs on heterogeneity and prediction."""
    kind = PREDICTION[protocol.get("prediction_interval", "V")]
    needs_two = protocol.get("prediction_interval", "V") in ("model", "HK", "S")
    return [
        "Heterogeneity is described by Cochran’s Q with its P value, by I² in both definitions, from Q (as Review "
        f"Manager 5 prints it) and from τ²{cite('higgins2002')}, and by τ² with its Q-profile interval"
        f"{cite('viechtbauer2007')}. With two trials these say little, and the upper limit of τ² is "
        "printed as it is.",
        f"Prediction intervals are computed {kind}{cite('veroniki2019')}. No version is exact; with 5 to "
        "20 trials they "
        "are known to be too narrow, and with two trials "
        f"{'they are not useful' if needs_two else 'there is none'}.",
    ]


def leave_one_out(protocol: Protocol) -> list[str]:
    """Return the paragraph on leave-one-out and few trials."""
    text = "Every pool of two or more trials is repeated without each of its trials in turn; the report says "
    text += "where the sign, the significance or the model chosen by a rule changes."
    methods = {interval for model in protocol["models"] if (interval := model.get("interval"))}
    if any(interval_method(name).hartung_knapp for name in methods):
        text += " Hartung–Knapp intervals keep their error rate far better than Wald intervals"
        text += f"{cite('inthout2014')}, but from two trials, or with unequal precisions, they need caution"
        text += f"{cite('rover2015')}."
    return [text]
