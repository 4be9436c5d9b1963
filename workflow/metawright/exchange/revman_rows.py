"""The effects and pools of a review in the columns of a RevMan Web data package."""

import math
from collections.abc import Callable, Iterable, Sequence

from metawright.appraisal.documents import RiskOfBiasDocument
from metawright.exchange.documents import WideRow
from metawright.files.tables import Row, TextRow
from metawright.measures.record import Measure
from metawright.measures.registry import measure_of
from metawright.pooling.documents import Pool
from metawright.pooling.intervals import interval_method
from metawright.reading.protocol import Outcome, Period

#: Columns of `*-data-rows.csv`.
DATA_ROW_COLUMNS = (
    "Analysis group", "Analysis number", "Analysis name", "Subgroup", "Subgroup number", "Applicability", "Study",
    "Study year", "GIV Mean", "GIV SE", "Experimental mean", "Experimental SD", "Experimental cases",
    "Experimental N", "Control mean", "Control SD", "Control cases", "Control N", "O-E", "Variance", "Weight",
    "Mean", "CI start", "CI end", "Footnotes",
)  # fmt: skip

#: Columns of `*-overall-estimates-and-settings.csv`, as far as there is something to put into them.
SETTING_COLUMNS = (
    "Analysis group", "Analysis number", "Analysis name", "Analysis group name", "Data source", "Data type",
    "Log-scale data", "Experimental group label", "Control group label", "Statistical method", "Effect measure",
    "Unit of effect measure", "Analysis model", "Heterogeneity estimator", "Subgroup estimates",
    "Overall estimates", "Test for subgroup differences", "Prediction interval", "Swap event and non-event",
    "CI method", "CI/PI level", "Graph label (left)", "Graph label (right)", "Experimental cases",
    "Experimental N", "Control cases", "Control N", "Mean", "CI start", "CI end", "PI start", "PI end",
    "Heterogeneity Tau²", "Heterogeneity Chi²", "Heterogeneity df", "Heterogeneity P", "Heterogeneity I²",
    "Effect Z", "Effect T", "Effect P", "ID",
)  # fmt: skip

#: Columns of `*-study-information.csv`.
INFORMATION_COLUMNS = ("Study", "Year", "Data source", "ID: DOI", "ID: PMID")

_JUDGEMENTS = {"low": "Low risk", "unclear": "Unclear risk", "high": "High risk", "some concerns": "Some concerns"}


def data_rows(lines: Iterable[WideRow], pools: Sequence[Pool], model: str | None, number: int, label: str) -> list[Row]:
    """Return one row per trial and period.

    Parameters
    ----------
    lines : iterable of WideRow
        From `metawright.exchange.wide_rows`.
    pools : sequence of mappings
        The outcome's pools, in the order of the periods; a period is a comparison of RevMan.
    model : str or None
        Key of the model whose weights are shown.
    number : int
        Number of the outcome within the review, from 1.
    label : str
        Name of the outcome.
    """
    by_period: dict[str, list[WideRow]] = {}
    for line in lines:
        by_period.setdefault(line["period"], []).append(line)
    rows: list[Row] = []
    for group, pool in enumerate(pools, start=1):
        weights = _weights(pool, model)
        studies = {study["study"]: study for study in pool["studies"]}
        for line in by_period.get(pool["period"], []):
            study = studies[line["study"]]
            scale = _scale(measure_of(pool["measure"]))
            rows.append(
                {
                    "Analysis group": group,
                    "Analysis number": number,
                    "Analysis name": label,
                    "Applicability": "OVERALL",
                    "Study": line["study"],
                    **_cells(line, pool["measure"]),
                    "Weight": weights.get(line["study"]),
                    "Mean": scale(study["y"]),
                    "CI start": scale(study["ci_low"]),
                    "CI end": scale(study["ci_high"]),
                    "Footnotes": line["timepoint"],
                }
            )
    return rows


def settings(
    pools: Sequence[Pool], model: str | None, number: int, outcome: Outcome, periods: Sequence[Period]
) -> list[Row]:
    """Return one row per period: how the outcome is pooled there under *model*, and the result."""
    names = {period["key"]: period["label"] for period in periods}
    measure = measure_of(outcome["measure"])
    favours = ("Favours control", "Favours experimental")
    rows: list[Row] = []
    for group, pool in enumerate(pools, start=1):
        fit = next((entry for entry in pool["models"] if entry["model"] == model), None) or pool["models"][0]
        scale = _scale(measure)
        numbers = {
            name: scale(fit[key]) if fit[key] is not None else None
            for name, key in (
                ("Mean", "estimate"),
                ("CI start", "ci_low"),
                ("CI end", "ci_high"),
                ("PI start", "pi_low"),
                ("PI end", "pi_high"),
            )
        }
        fixed = fit["tau2_method"] in (None, "FE")
        rows.append(
            {
                "Analysis group": group,
                "Analysis number": number,
                "Analysis name": outcome["label"],
                "Analysis group name": names.get(pool["period"], pool["period"]),
                "Data source": "Custom input",
                "Data type": measure.revman_type,
                "Log-scale data": measure.is_ratio,
                "Experimental group label": "Experimental",
                "Control group label": "Control",
                "Statistical method": measure.weighing.revman,
                "Effect measure": measure.revman_effect,
                "Unit of effect measure": outcome.get("unit"),
                "Analysis model": "Fixed effect" if fixed else "Random effect",
                "Heterogeneity estimator": None if fixed else fit["tau2_method"],
                "Subgroup estimates": False,
                "Overall estimates": pool["k"] > 0,
                "Test for subgroup differences": False,
                "Prediction interval": fit["pi_low"] is not None,
                "Swap event and non-event": False,
                "CI method": interval_method(fit["interval"]).revman if fit["interval"] else None,
                "CI/PI level": "95%",
                "Graph label (left)": favours[outcome["direction"] == "lower_is_better"],
                "Graph label (right)": favours[outcome["direction"] == "higher_is_better"],
                "Experimental N": fit["n_experimental"],
                "Control N": fit["n_control"],
                **numbers,
                "Heterogeneity Tau²": fit["tau2"],
                "Heterogeneity Chi²": fit["q"],
                "Heterogeneity df": fit["q_df"],
                "Heterogeneity P": fit["q_p"],
                "Heterogeneity I²": fit["i2_q"],
                "Effect Z": abs(fit["statistic"]) if fit["df"] is None and fit["statistic"] is not None else None,
                "Effect T": abs(fit["statistic"]) if fit["df"] is not None and fit["statistic"] is not None else None,
                "Effect P": fit["p"],
                "ID": f"analysis:{pool['outcome']}.{pool['period']}",
            }
        )
    return rows


def information_rows(studies: Iterable[TextRow]) -> list[Row]:
    """Return one row per trial of `studies.csv`, with what has a place there."""
    places = {"Study": "study", "Year": "year", "ID: DOI": "doi", "ID: PMID": "pmid"}
    return [{column: study.get(name) or "" for column, name in places.items()} for study in studies]


def judgement_rows(risk_of_bias: RiskOfBiasDocument | None) -> tuple[list[Row], list[str]]:
    """Return rows and columns of `*-risk-of-bias.csv`, from `appraisal/risk_of_bias.json` (None: no judgements)."""
    domains = {} if risk_of_bias is None else {item["key"]: item["label"] for item in risk_of_bias["domains"]}
    columns = ["Study"]
    for label in domains.values():
        columns += [f"Domain (judgement): {label}", f"Domain (support): {label}"]
    rows: list[Row] = []
    for study in () if risk_of_bias is None else risk_of_bias["studies"]:
        row = {"Study": study["study"]}
        for key, label in domains.items():
            item = study["judgements"].get(key)
            row[f"Domain (judgement): {label}"] = _JUDGEMENTS.get((item and item["judgement"]) or "", "")
            row[f"Domain (support): {label}"] = (item and item["support"]) or ""
        rows.append(row)
    return rows, columns


def _scale(measure: Measure) -> Callable[[float], float]:
    """Return how a number of the files is written: ratios as such, all others as they stand."""
    return measure.scale.printed if measure.is_ratio else float


def _cells(line: WideRow, measure: str) -> dict[str, object]:
    """Return the raw numbers where RevMan computes the measure from them, else effect and standard error."""
    sides = (("Experimental", "1", "ai"), ("Control", "2", "ci"))
    computed = measure_of(measure).revman_type
    if computed == "Continuous" and line.get("sd1i") is not None:
        return {
            f"{side} {name}": line[f"{key}{i}i"]
            for side, i, _ in sides
            for name, key in (("mean", "m"), ("SD", "sd"), ("N", "n"))
        }
    if computed == "Dichotomous" and line.get("ai") is not None:
        return {
            **{f"{side} cases": line[events] for side, _, events in sides},
            **{f"{side} N": line[f"n{i}i"] for side, i, _ in sides},
        }
    return {"GIV Mean": line["yi"], "GIV SE": line.get("sei") or math.sqrt(line["vi"])}


def _weights(pool: Pool, model: str | None) -> dict[str, float | None]:
    fit = next((entry for entry in pool["models"] if entry["model"] == model), None)
    if fit is None or fit["weights"] is None:
        return {}
    return {study["study"]: weight for study, weight in zip(pool["studies"], fit["weights"], strict=True)}
