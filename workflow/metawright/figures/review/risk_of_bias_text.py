"""The risk-of-bias plot for those who do not see it: its judgements in words, and as a table."""

from collections.abc import Mapping


def risk_of_bias_alt_text(appraisal: Mapping) -> str:
    """Return what the figure shows in sentences: the counts of each domain, then the trials of each grade."""
    studies, domains = appraisal["studies"], appraisal["domains"]
    trials = f"{len(studies)} trial" + ("" if len(studies) == 1 else "s")
    words = [f"Risk of bias of {trials} in {len(domains)} domain{'' if len(domains) == 1 else 's'}."]
    for domain in domains:
        counts = dict(appraisal["counts"][domain["key"]])
        counts["not judged"] = len(studies) - sum(counts.values())
        parts = [f"{count} {level}" for level, count in counts.items() if count]
        words.append(f"{domain['label']}: {', '.join(parts)}.")
    for key, what in (("overall", "Overall"), ("grade", "Grade")):
        found: dict[str, list[str]] = {}
        for study in studies:
            if study[key]:
                found.setdefault(study[key], []).append(study["label"])
        words += [f"{what} {value}: {_names(found[value])}." for value in sorted(found)]
    return " ".join(words)


def _names(labels: list[str]) -> str:
    """Return the trials' names, or their number where a listener would lose the thread."""
    return ", ".join(labels) if len(labels) <= 12 else f"{len(labels)} trials"


def risk_of_bias_columns(appraisal: Mapping) -> list[str]:
    """Return the columns of the figure's table: the trial, a column per domain, the overall results."""
    domains = [domain["key"] for domain in appraisal["domains"]]
    return ["study", "label", *domains, "overall", "overall_printed", "grade", "grade_printed"]


def risk_of_bias_table(appraisal: Mapping) -> list[dict[str, str | None]]:
    """Return the figure as a table: one row per trial, an empty cell where there is no judgement."""
    rows = []
    for study in appraisal["studies"]:
        row = {key: study[key] for key in risk_of_bias_columns(appraisal) if key in study}
        row |= {domain: item["judgement"] for domain, item in study["judgements"].items()}
        rows.append(row)
    return rows
