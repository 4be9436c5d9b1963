"""Tables that fontTools leaves out of every typeface that it cuts.

A typeface's tables that place glyphs are of no use once Matplotlib has placed them, and cutting these tables down took
more than half of the time of a figure. Matplotlib asks fontTools for its PDFs with no way to say so, but goes by
fontTools' default.
"""

from fontTools import subset

from metawright.compat.internals import Internals

INTERNALS = Internals(
    package="fonttools",
    versions=">=4.60,<5",
    what="fontTools.subset.Options._drop_tables_default",
    reason="Matplotlib's PDFs go without the tables that place glyphs, which take half of a figure's time",
    upstream="",
    without="figures take twice as long, and PDFs are larger",
)


def drop_tables(*tables: str) -> None:
    """Leave *tables* (four-letter names) out of whatever is cut from now on, by Matplotlib too."""
    if INTERNALS.fit(lambda: isinstance(subset.Options._drop_tables_default, list)):
        default = subset.Options._drop_tables_default
        default += [table for table in tables if table not in default]
