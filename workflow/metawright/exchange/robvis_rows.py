"""Risk of bias as robvis reads it."""

from metawright.appraisal.documents import RiskOfBiasDocument
from metawright.files.tables import Row

_WORDS = {
    "low": "Low", "unclear": "Unclear", "high": "High", "some concerns": "Some concerns", "moderate": "Moderate",
    "serious": "Serious", "critical": "Critical", "no information": "No information", None: "No information",
}  # fmt: skip


def robvis_rows(risk_of_bias: RiskOfBiasDocument | None) -> tuple[list[Row], list[str]]:
    """Return the rows and columns of the table: trial, one column per domain, Overall, Weight.

    Parameters
    ----------
    risk_of_bias : RiskOfBiasDocument or None
        Content of `appraisal/risk_of_bias.json`; None where the review has no judgements.

    Returns
    -------
    rows : list of dict
        `Overall` is the instrument's own for RoB 2; for RoB 1, which has none, the most severe judgement. Weights
        are 1.
    columns : list of str
    """
    if risk_of_bias is None:
        return [], ["Study", "Overall", "Weight"]
    domains = {domain["key"]: domain["label"] for domain in risk_of_bias["domains"]}
    order = ("low", "some concerns", "unclear", "no information", "moderate", "high", "serious", "critical")
    rows: list[Row] = []
    for study in risk_of_bias["studies"]:
        levels = {key: study["judgements"][key]["judgement"] if key in study["judgements"] else None for key in domains}
        known = [level for level in levels.values() if level]
        overall = study.get("overall") or (max(known, key=order.index) if known else None)
        rows.append(
            {
                "Study": study["study"],
                **{domains[k]: _WORDS[v] for k, v in levels.items()},
                "Overall": _WORDS[overall],
                "Weight": 1,
            }
        )
    return rows, ["Study", *domains.values(), "Overall", "Weight"]
