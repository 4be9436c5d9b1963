"""Ready-made subsets of typefaces for Matplotlib's PDFs.

Matplotlib cuts a typeface down for every file anew and has no place for one that is ready. What does it is private, and
was another before 3.11.1 (https://github.com/matplotlib/matplotlib/pull/31975).
"""

import io
from collections.abc import Callable, Iterable, Set

from fontTools.ttLib import TTFont
from matplotlib.backends import _backend_pdf_ps

from metawright.compat.internals import Internals, names_in

INTERNALS = Internals(
    package="matplotlib",
    versions=">=3.11.1,<3.12",
    what="matplotlib.backends._backend_pdf_ps.get_glyphs_subset",
    reason="a typeface is cut once for all figures; cutting takes longer than drawing",
    upstream="https://github.com/matplotlib/matplotlib/pull/31975",
    without="every PDF has its typefaces cut anew: figures take longer, and their PDFs have other bytes",
)
#: A typeface file and the glyphs needed, to the content of a subset with the places of its glyphs, or None.
Ready = Callable[[str, Set[int]], tuple[bytes, dict[int, int]] | None]


def offer_subsets(ready: Ready) -> None:
    """Let Matplotlib's PDFs take the subsets that *ready* has, and cut those that it has not."""
    if not INTERNALS.fit(_cuts_subsets):
        return
    cut = _own()

    def ready_or_cut(file: object, glyphs: Iterable[int]) -> object:
        wanted = set(glyphs)
        found = ready(str(file), wanted)
        if found is None:
            return cut(file, wanted)
        content, places = found
        return _backend_pdf_ps.SubsetResults(TTFont(io.BytesIO(content), recalcTimestamp=False), places)._as_cm()

    setattr(ready_or_cut, "cut", cut)  # noqa: B010 - a mark on a function, which has no such field
    _backend_pdf_ps.get_glyphs_subset = ready_or_cut


def _own() -> Callable:
    """Return what cuts in Matplotlib itself, whoever has offered subsets before."""
    current = _backend_pdf_ps.get_glyphs_subset
    return getattr(current, "cut", current)


def _cuts_subsets() -> bool:
    results = _backend_pdf_ps.SubsetResults
    whole = results._fields == ("font", "glyph_index_map") and callable(results._as_cm)
    return whole and names_in(_own()) >= {"Subsetter", "SubsetResults"}
