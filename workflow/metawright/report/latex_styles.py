"""How the article is set for the journal that the protocol's `report: preset` names."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """The page of one journal.

    Attributes
    ----------
    size : str
        Type size, an option of the class.
    lines : str
        Distance of lines, a command of setspace; empty for single.
    numbered : bool
        Whether lines are numbered, as reviewers of a manuscript like it.
    """

    size: str
    lines: str = ""
    numbered: bool = False


#: Cochrane and plain reports are read as they are; what goes to a journal is spaced for those who write on it.
STYLES: Mapping[str, Style] = {
    "revman": Style("11pt"),
    "bmj": Style("11pt", "onehalfspacing", True),
    "jama": Style("12pt", "doublespacing", True),
    "plain": Style("11pt"),
}
