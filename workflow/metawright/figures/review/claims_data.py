"""What the figure of published claims beside recomputed pools is drawn from."""

from collections.abc import Iterable, Mapping, Sequence

from metawright.figures.kit.overview import Overview, overview


def claims_data(
    entries: Iterable[Mapping],
    outcomes: Sequence[Mapping],
    periods: Sequence[Mapping],
    *,
    arms: Mapping | None = None,
    labels: Mapping[str, str] | None = None,
) -> Overview:
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
