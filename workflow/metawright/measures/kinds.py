"""The kinds of data that effects are computed from, and the columns of `extraction.csv` that hold them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What the rows of a trial hold.

    Attributes
    ----------
    key : str
    order : int
        Its place in lists of measures.
    columns : tuple of str
        What each row of an arm must hold; empty where effects are given as contrasts alone.
    cells : tuple of str
        The same in the order in which functions of two arms take them: first those of the experimental arm.
    headed : tuple of tuples of str
        For each group one of its columns must stand in the head of the file: the number, or what it follows from.
    wide : tuple of tuples of str
        Columns of a table with one line per trial, in metafor's names; the first set that a line fills is read.
    """

    key: str
    order: int
    columns: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    headed: tuple[tuple[str, ...], ...] = ()
    wide: tuple[tuple[str, ...], ...] = ()

    @property
    def of_arms(self) -> bool:
        """Whether effects are computed from the rows of two arms."""
        return bool(self.columns)


_SIZE = ("n", "n_randomised")
_SPREAD = ("sd", "value", "se", "ci_low", "q1", "min", "p_value", "t_value", "f_value", "sd_baseline")

CONTINUOUS = Kind(
    key="continuous",
    order=1,
    columns=("n", "mean", "sd"),
    cells=("n", "mean", "sd"),
    headed=(_SIZE, ("mean", "value", "median"), _SPREAD),
    wide=(("n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i"),),
)
BINARY = Kind(
    key="binary",
    order=2,
    columns=("n", "events"),
    cells=("events", "n"),
    headed=(_SIZE, ("events",)),
    wide=(("ai", "bi", "ci", "di"), ("ai", "n1i", "ci", "n2i")),
)
CORRELATION = Kind(key="correlation", order=3, headed=(("estimate",),), wide=(("ri", "ni"),))
GENERIC = Kind(key="generic", order=4, headed=(("estimate",),), wide=(("yi", "vi"), ("yi", "sei")))

#: In their order.
KINDS = (CONTINUOUS, BINARY, CORRELATION, GENERIC)
