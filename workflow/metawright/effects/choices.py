"""The log of every choice that made one estimate out of several, or that set a row aside."""

from collections.abc import Sequence

from metawright.effects.rows import ChoiceRow
from metawright.extraction.documents import ArmRow


def choice(
    study: str,
    outcome: str,
    period: str,
    policy: str,
    candidates: Sequence[str] = (),
    chosen: str = "",
    reason: str = "",
    tie: bool = False,
) -> ChoiceRow:
    """Return one line of `choices.csv`."""
    return {
        "study": study,
        "outcome": outcome,
        "period": period,
        "policy": policy,
        "candidates": "; ".join(candidates),
        "chosen": chosen,
        "tie": tie,
        "reason": reason,
    }


def arm_names(rows: Sequence[ArmRow]) -> list[str]:
    """Return how the arms of some rows are called."""
    return [row["arm_label"] or row["arm"] for row in rows]
