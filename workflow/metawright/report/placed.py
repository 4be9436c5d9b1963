"""The figures at a place of the report, as the catalogue has them: the same for the page, for LaTeX and for Word."""

from collections.abc import Collection
from typing import TypedDict

from metawright.figures.catalogue import figures_at


class Placed(TypedDict):
    """A figure in the report: the name of its files and its caption."""

    name: str
    caption: str


def placed(place: str, figures: Collection[str], key: str = "", subject: str = "") -> list[Placed]:
    """Return the figures at a place of the report, as far as they were drawn.

    Parameters
    ----------
    place : str
        As a record of `metawright.figures.catalogue` names it.
    figures : collection of str
        Names of the figures that exist, such as `forest.ALSFRS-R` and `risk_of_bias`.
    key : str
        What follows a figure's own name in that of its files: `<outcome>` or `<outcome>.<period>`; empty for a figure
        of the whole review.
    subject : str
        What the figures are of, for their captions; empty where that goes without saying.
    """
    found = []
    for one in figures_at(place):
        name = f"{one.name}.{key}" if key else one.name
        if name in figures:
            found.append(Placed(name=name, caption=f"{one.caption}: {subject}." if subject else f"{one.caption}."))
    return found
