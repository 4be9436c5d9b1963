"""What the overview of all verdicts of a review is drawn from."""

from collections.abc import Iterable, Mapping, Sequence

from metawright.figures.kit.overview import Overview, overview
from metawright.figures.kit.subject import PeriodName
from metawright.reading.protocol import Outcome
from metawright.sensitivity.documents import Verdict


def verdicts_data(
    verdicts: Iterable[Verdict],
    outcomes: Sequence[Outcome],
    periods: Sequence[PeriodName],
    *,
    arms: Mapping[str, Sequence[str] | str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> Overview[Verdict]:
    """Gather the overview.

    Parameters
    ----------
    verdicts : iterable of mappings
        `verdicts` of `sensitivity/verdicts.json`.
    outcomes, periods : sequences of mappings
        The protocol's blocks with their `key`, in order.
    arms : mapping, optional
        The protocol's `arms`.
    labels : mapping, optional
        Names of trials by their keys.
    """
    found = {(one["outcome"], one["period"]): one for one in verdicts}
    blocks = list(periods) or [PeriodName(key="all", label="All")]
    return overview(found, outcomes, blocks, "no outcome is declared", arms=arms, labels=labels)
