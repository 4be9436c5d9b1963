"""Where a long forest plot is cut into pages."""

from collections.abc import Sequence
from math import fsum

_TRIALS = frozenset({"trial", "unused", "awaiting"})


def breaks(kinds: Sequence[str], heights: Sequence[float], room: float, last: float) -> list[int]:
    """Return the first band of every page.

    Parameters
    ----------
    kinds, heights : sequences
        Kind and height in points of every band, in order.
    room : float
        What the bands of one page may take.
    last : float
        What the last page needs besides, for notes.

    Returns
    -------
    list of int
        A page ends before a section where that leaves it half full at least, else between two trials; a head stays
        with its trials, a pool with what is said of it. Where neither is possible within *room*, it ends anywhere.
    """
    starts, at = [0], 0
    while fsum(heights[at:]) + last > room:
        filled, section, trial, end = 0.0, 0, 0, at
        while end < len(heights) and filled + heights[end] <= room:
            filled += heights[end]
            end += 1
            if end < len(heights):
                if kinds[end] == "section" and filled >= 0.5 * room:
                    section = end
                if kinds[end] in _TRIALS and kinds[end - 1] in _TRIALS:
                    trial = end
        # Where only the notes find no room, the last trials or section go with them.
        whole = end == len(heights)
        at = section or trial or (len(heights) if whole else max(end, at + 1))
        if at < len(heights):
            starts.append(at)
        if whole:
            break
    return starts
