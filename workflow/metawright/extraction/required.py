"""Which columns `extraction.csv` must have, given the measures that the protocol declares."""

from metawright.extraction.documents import ExtractionRules
from metawright.measures.registry import measure_of
from metawright.reading.problems import Problem, did_you_mean
from metawright.reading.sheets import Sheet
from metawright.reading.vocabulary import arm_words, fold, outcome_words


def missing_columns(sheet: Sheet, protocol: ExtractionRules) -> list[Problem]:
    """Return a problem for every column that a declared measure needs and *sheet* lacks.

    A measure of arms asks for its columns if the file has rows of its outcome for an arm, or no rows of it at
    all; its contrast rows ask for those of a contrast.
    """
    if not sheet.columns:
        return []
    needs: dict[tuple[str, ...], str] = {(name,): "every row" for name in ("study", "outcome", "arm")}
    if any(period["key"] != "all" for period in protocol["periods"]):
        needs[("timepoint",)] = "a review with periods"
    for outcome, measure, is_contrast in sorted(_kinds(sheet, protocol)):
        for names in _columns_of(measure, is_contrast):
            needs.setdefault(names, f"outcome {outcome}, measure {measure}")
    problems = []
    for names, why in needs.items():
        if not set(names) & set(sheet.columns):
            first, *others = names
            other = f" (or {', '.join(others)})" if others else ""
            hint = did_you_mean(first, set(sheet.columns) - {"study", "outcome", "arm", "n"})
            what = f"this column is missing{other}; needed by {why}{hint}"
            problems.append(Problem(sheet.file, 1, first, "", what))
    return problems


def _kinds(sheet: Sheet, protocol: ExtractionRules) -> set[tuple[str, str, bool]]:
    """Return (outcome, measure, whether contrast rows) for every kind of row that the file has to hold."""
    outcomes = protocol["outcomes"]
    to_outcome, to_arm = outcome_words(outcomes), arm_words(protocol["arms"])
    kinds = set()
    for row in sheet.rows:
        outcome = to_outcome.get(fold(row.cells.get("outcome", "")))
        if outcome and outcomes[outcome]["measure"]:
            contrast = to_arm.get(fold(row.cells.get("arm", ""))) == "contrast"
            kinds.add((outcome, outcomes[outcome]["measure"], contrast))
    if not sheet.rows:
        kinds = {
            (key, item["measure"], not measure_of(item["measure"]).kind.of_arms)
            for key, item in outcomes.items()
            if item["measure"]
        }
    return kinds


def _columns_of(measure: str, is_contrast: bool) -> tuple[tuple[str, ...], ...]:
    known = measure_of(measure)
    return known.contrast.headed if is_contrast else known.kind.headed
