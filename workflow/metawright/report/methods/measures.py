"""Methods text: outcomes and effect measures."""

from collections.abc import Mapping, Sequence

from metawright.report.numbers import is_ratio
from metawright.report.references import MEASURE_WORKS
from metawright.report.words import join, measure_name

DIRECTIONS = {"higher_is_better": "higher values are better", "lower_is_better": "lower values are better"}


def cite(*keys: str) -> str:
    """Return the mark that a renderer turns into a citation: `[@a; @b]`, with a space before it."""
    known = [key for key in keys if key]
    return f" [{'; '.join('@' + key for key in known)}]" if known else ""


def measures(protocol: Mapping, arms: Mapping[str, str], assumed_n: bool) -> list[str]:
    """Return the paragraphs on outcomes and measures.

    Parameters
    ----------
    protocol : mapping
        The completed protocol.
    arms : mapping
        The word for each arm.
    assumed_n : bool
        Whether a number randomised stands in for a number analysed somewhere.
    """
    outcomes = list(protocol["outcomes"].values())
    text = " ".join([_outcomes(outcomes), _sign(outcomes, arms), *_variances(outcomes)])
    paragraphs = [text]
    if assumed_n:
        paragraphs.append(
            "Where the number of participants analysed was not reported, the number randomised takes its "
            "place; such "
            "rows carry the flag n_assumed_randomised. This overstates the precision of the trial."
        )
    return paragraphs


def _outcomes(outcomes: Sequence[Mapping]) -> str:
    groups: dict[tuple[str, str], list[str]] = {}
    for outcome in outcomes:
        key = (outcome["measure"], outcome.get("direction", "higher_is_better"))
        groups.setdefault(key, []).append(outcome.get("label") or outcome["key"])
    sentences = []
    for (measure, direction), labels in groups.items():
        of = f"{join(f'“{label}”' for label in labels)} ({DIRECTIONS[direction]})"
        if measure == "GIV":
            sentences.append(f"Estimates with their standard errors are pooled as given for {of}.")
        else:
            name = f"{measure_name(measure)}{cite(MEASURE_WORKS.get(measure, ''))}"
            sentences.append(f"The effect measure is the {name} for {of}.")
    return " ".join(sentences)


def _sign(outcomes: Sequence[Mapping], arms: Mapping[str, str]) -> str:
    kinds = {is_ratio(outcome["measure"]) for outcome in outcomes}
    named = arms["experimental"] != "experimental"
    how = {True: "experimental over control", False: "experimental minus control"}
    sides = how[kinds.pop()] if len(kinds) == 1 else "differences: experimental minus control; ratios: over control"
    text = (
        f"Effects compare {arms['experimental']} with {arms['control']} ({sides})" if named else f"Effects are {sides}"
    )
    if any(is_ratio(outcome["measure"]) for outcome in outcomes):
        text += "; ratios are pooled on the natural-log scale and transformed back for display"
    return f"{text}."


def _variances(outcomes: Sequence[Mapping]) -> list[str]:
    """Say how the sampling variance of each measure in use was computed."""
    found = dict.fromkeys(text for outcome in outcomes for text in (_variance(outcome), _pooling(outcome["measure"])))
    return [text for text in found if text]


def _pooling(measure: str) -> str:
    """Say how fixed-effect pools of binary outcomes are made where it is not by inverse variance."""
    if measure == "PETO":
        return "The fixed-effect model of a Peto odds ratio is Peto’s one-step method."
    if measure.startswith("MH_"):
        return (
            "The fixed-effect model is the method of Mantel and Haenszel; its Q feeds the DerSimonian–Laird estimator, "
            "and other models pool the trials’ own estimates."
        )
    return ""


def _variance(outcome: Mapping) -> str:
    measure = outcome["measure"]
    if measure == "MD":
        how = "the pooled standard deviation"
        if outcome.get("variance", "unpooled") == "unpooled":
            how = "the two standard deviations apart (SD² / n, added over the arms)"
        return f"The sampling variance of a mean difference rests on {how}."
    if measure == "SMD":
        how = "the exact small-sample correction and the large-sample variance"
        if outcome.get("smd", "revman") == "revman":
            how = "the small-sample correction and the variance of Review Manager"
        return f"Standardised mean differences are Hedges’ g with {how}."
    if measure == "ROM" and outcome.get("second_order"):
        return "Ratios of means carry a second-order correction for bias."
    if measure in ("OR", "MH_OR"):
        return _zero_cells("odds ratio", "all four cells of a trial with an empty cell")
    if measure in ("RR", "MH_RR"):
        events = outcome.get("zero_scope", "events") == "events"
        scope = "without events in one arm" if events else "with an empty cell"
        return _zero_cells("risk ratio", f"all four cells of a trial {scope}")
    if measure == "PETO":
        return "Trials without events in both arms, or with events in everybody, do not enter a Peto odds ratio."
    return ""


def _zero_cells(name: str, where: str) -> str:
    article = "an" if name[0] in "aeiou" else "a"
    return (
        f"For {article} {name}, 0.5 is added to {where}; trials without events in both arms, or with events in "
        "everybody, are not estimable."
    )
