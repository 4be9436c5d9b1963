"""Methods text: outcomes and effect measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from metawright.measures.registry import measure_of
from metawright.words.names import join
from metawright.words.numbers import is_ratio

if TYPE_CHECKING:
    from metawright.reading.protocol import Protocol
    from metawright.report.documents import ArmWordsShown


DIRECTIONS = {"higher_is_better": "higher values are better", "lower_is_better": "lower values are better"}


def cite(*keys: str) -> str:
    """Return the mark that a renderer turns into a citation: `[@a; @b]`, with a space before it."""
    known = [key for key in keys if key]
    return f" [{'; '.join('@' + key for key in known)}]" if known else ""


def measures(protocol: Protocol, arms: ArmWordsShown, assumed_n: bool) -> list[str]:
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
        known = measure_of(measure)
        sentences.append(known.introduced.format(name=f"{known.name}{cite(known.work)}", of=of))
    return " ".join(sentences)


def _sign(outcomes: Sequence[Mapping], arms: ArmWordsShown) -> str:
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
    found: dict[str, None] = {}
    for outcome in outcomes:
        measure = measure_of(outcome["measure"])
        found |= dict.fromkeys([measure.variance_stated.of(outcome), measure.weighing.stated])
    return [text for text in found if text]
