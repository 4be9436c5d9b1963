"""What the figure of published claims beside recomputed pools is drawn from."""

from collections.abc import Iterable, Mapping, Sequence

from metawright.audit.documents import ClaimComparison
from metawright.figures.kit.overview import Overview, overview
from metawright.figures.kit.subject import PeriodName
from metawright.reading.protocol import Outcome


def claims_data(
    entries: Iterable[ClaimComparison],
    outcomes: Sequence[Outcome],
    periods: Sequence[PeriodName],
    *,
    arms: Mapping[str, Sequence[str] | str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> Overview[ClaimComparison]:
    """Gather the figure.

    Parameters
    ----------
    entries : iterable of mappings
        The claims beside the recomputed pools (`audit/claims_check.json`); of each cell the main claim is drawn.
    outcomes, periods : sequences of mappings
        The protocol's blocks with their `key`, in order.
    arms : mapping, optional
        The protocol's `arms`.
    labels : mapping, optional
        Names of trials by their keys.
    """
    found = {(one["outcome"], one["period"]): one for one in entries if one["main"]}
    nothing = "no claim is about an outcome and period of the protocol"
    return overview(found, outcomes, periods, nothing, arms=arms, labels=labels)
