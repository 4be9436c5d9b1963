"""Which figures a review has: what the catalogue asks for, held against what is known when its files are read."""

from __future__ import annotations

from metawright.checking.folder import Review
from metawright.figures.catalogue import Figure, Known, Of, figures_at, figures_of
from metawright.measures.registry import measure_of


def known_of(review: Review, outcome: str = "", period: str = "") -> Known:
    """Return what is known of a review, of one of its outcomes or of a cell when its files have been read.

    Parameters
    ----------
    review : Review
    outcome, period : str
        Keys; empty for the whole review, and for all periods of the outcome.
    """
    periods = [period] if period else review.periods
    cells = [(key, each) for key in ([outcome] if outcome else review.outcomes) for each in periods]
    return Known(
        trials=max((review.most.get(cell, 0) for cell in cells), default=0),
        periods=len({cell[1] for cell in cells if review.most.get(cell)}),
        files=frozenset(review.files),
        risks=bool(outcome) and bool(measure_of(review.protocol["outcomes"][outcome]["measure"]).risks),
        moderators=bool(review.protocol["sensitivity"]["moderators"]),
        missing=not review.counted.isdisjoint(cells),
    )


def figure_names(review: Review, details: bool) -> list[str]:
    """Return the names of all figures of a review's report, such as `forest.ALSFRS-R` and `risk_of_bias`.

    Which cells have enough trials is known as an upper bound when the review is read: a cell whose rows turn out to
    give no effect has a figure that says so.

    Parameters
    ----------
    review : Review
    details : bool
        Whether the figures are drawn that a large review does without.
    """

    def possible(of: Of, outcome: str = "", period: str = "") -> list[Figure]:
        known = known_of(review, outcome, period)
        return [one for one in figures_of(of) if (one.main or details) and one.possible(known)]

    first = figures_at("outcome")
    names = [f"{one.name}.{outcome}" for outcome in review.outcomes for one in first]
    names += [one.name for one in possible(Of.REVIEW)]
    for outcome in review.outcomes:
        for period in review.periods:
            names += [f"{one.name}.{outcome}.{period}" for one in possible(Of.CELL, outcome, period)]
        names += [f"{one.name}.{outcome}" for one in possible(Of.OUTCOME, outcome) if one not in first]
    return names
