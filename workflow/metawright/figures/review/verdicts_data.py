"""What the overview of all verdicts of a review is drawn from."""

from collections.abc import Iterable, Mapping, Sequence

from metawright.figures.kit.overview import Overview, overview


def verdicts_data(
    verdicts: Iterable[Mapping],
    outcomes: Sequence[Mapping],
    periods: Sequence[Mapping],
    *,
    arms: Mapping | None = None,
    labels: Mapping[str, str] | None = None,
) -> Overview:
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
    blocks = list(periods) or [{"key": "all", "label": "All"}]
    return overview(found, outcomes, blocks, "no outcome is declared", arms=arms, labels=labels)
