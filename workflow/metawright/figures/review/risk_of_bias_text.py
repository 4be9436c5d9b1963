"""The risk-of-bias plot for those who do not see it: its judgements in words, and as a table."""

from metawright.appraisal.documents import RiskOfBiasDocument
from metawright.files.tables import Row


def risk_of_bias_alt_text(appraisal: RiskOfBiasDocument) -> str:
    """Return what the figure shows in sentences: the counts of each domain, then the trials of each grade."""
    studies, domains = appraisal["studies"], appraisal["domains"]
    trials = f"{len(studies)} trial" + ("" if len(studies) == 1 else "s")
    words = [f"Risk of bias of {trials} in {len(domains)} domain{'' if len(domains) == 1 else 's'}."]
    for domain in domains:
        counts = dict(appraisal["counts"][domain["key"]])
        counts["not judged"] = len(studies) - sum(counts.values())
        parts = [f"{count} {level}" for level, count in counts.items() if count]
        words.append(f"{domain['label']}: {', '.join(parts)}.")
    overall = [(study["overall"], study["label"]) for study in studies]
    grades = [(study["grade"], study["label"]) for study in studies]
    for judged, what in ((overall, "Overall"), (grades, "Grade")):
        found: dict[str, list[str]] = {}
        for value, label in judged:
            if value:
                found.setdefault(value, []).append(label)
        words += [f"{what} {value}: {_names(found[value])}." for value in sorted(found)]
    return " ".join(words)


def _names(labels: list[str]) -> str:
    """Return the trials' names, or their number where a listener would lose the thread."""
    return ", ".join(labels) if len(labels) <= 12 else f"{len(labels)} trials"


def risk_of_bias_columns(appraisal: RiskOfBiasDocument) -> list[str]:
    """Return the columns of the figure's table: the trial, a column per domain, the overall results."""
    domains = [domain["key"] for domain in appraisal["domains"]]
    return ["study", "label", *domains, "overall", "overall_printed", "grade", "grade_printed"]


def risk_of_bias_table(appraisal: RiskOfBiasDocument) -> list[Row]:
    """Return the figure as a table: one row per trial, an empty cell where there is no judgement."""
    columns = risk_of_bias_columns(appraisal)
    return [
        {key: value for key, value in study.items() if key in columns}
        | {domain: item["judgement"] for domain, item in study["judgements"].items()}
        for study in appraisal["studies"]
    ]
