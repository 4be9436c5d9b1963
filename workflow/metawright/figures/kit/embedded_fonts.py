"""The glyphs that a figure carries with it, as web typefaces in an SVG and as subsets in a PDF.

Cutting a typeface down takes longer than drawing most figures. Nearly every figure gets by with the same characters, so
that what is cut for one serves all.
"""

import base64
import io
from collections.abc import Iterable, Mapping, Set
from functools import cache

from fontTools import subset
from fontTools.ttLib import TTFont

from metawright.compat.font_tables import drop_tables
from metawright.compat.pdf_typefaces import offer_subsets
from metawright.figures.kit.fonts import FAMILY, STYLES, path_of

#: Characters that nearly every figure gets by with: ASCII and letters of western names; signs, mostly of statistics.
LETTERS = frozenset(map(chr, range(32, 127))) | set("ÄÅÉÖØÜßàáâãäåæçèéêëíîïñóôõöøúûü²³·±×")
SIGNS = frozenset("–—‘’“”†‡•…−√≈≠≤≥∞←↑→↓↔τχφρσμβαδΔ●○◐")

# They place glyphs, and Matplotlib has placed them when it embeds a typeface.
drop_tables("GPOS", "GSUB", "GDEF", "kern", "MATH")


def prepare() -> None:
    """Cut the typefaces for the usual characters, for all figures to come."""
    for style in STYLES:
        _rule(style, LETTERS | SIGNS)
        for characters in (LETTERS, SIGNS):
            _ready(style, characters)


def with_usual(characters: Set[str]) -> Set[str]:
    """Return the characters to embed for a figure that shows *characters*: the usual ones, where they are enough."""
    return LETTERS | SIGNS if characters <= LETTERS | SIGNS else characters


def font_faces(used: Mapping[str, Iterable[str]]) -> str:
    """Return CSS `@font-face` rules with the glyphs in *used* (characters by style), the same bytes every time."""
    wanted = {style: frozenset(filter(embeddable, used.get(style, ()))) for style in STYLES}
    return "\n".join(_rule(style, characters) for style, characters in wanted.items() if characters)


def embeddable(character: str) -> bool:
    """Return whether an SVG may carry *character*'s glyph by itself.

    Scripts whose letters change shape beside each other (Arabic, Devanagari, ...) stay with the reader's own
    typefaces, which can shape them.
    """
    point = ord(character)
    return point >= 32 and (point < 0x0590 or 0x10A0 <= point < 0x1100 or 0x1E00 <= point < 0x3000)


@cache
def _rule(style: str, characters: frozenset[str]) -> str:
    options = subset.Options()
    options.name_IDs = [0, 1, 2]  # copyright, family, style; browsers refuse a font without names
    content, _ = _subset(style, characters, options, "woff")
    _, weight, slant = STYLES[style]
    data = base64.b64encode(content).decode("ascii")
    return (
        f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};font-style:{slant};"
        f"src:url(data:font/woff;base64,{data}) format('woff')}}"
    )


def _subset(
    style: str, characters: Set[str], options: subset.Options, flavor: str | None = None
) -> tuple[bytes, dict[int, int]]:
    """Return a typeface without hints, and the places of its glyphs by their places in the whole one."""
    options.hinting = False
    options.layout_features = []
    options.notdef_outline = True
    options.drop_tables += ["FFTM"]
    with TTFont(path_of(style), lazy=True, recalcTimestamp=False) as face:
        worker = subset.Subsetter(options)
        worker.populate(unicodes=sorted(map(ord, characters)))
        worker.subset(face)
        face.flavor = flavor
        buffer = io.BytesIO()
        face.save(buffer, reorderTables=False)
    return buffer.getvalue(), worker.glyph_index_map


def _ready_for(file: str, glyphs: Set[int]) -> tuple[bytes, dict[int, int]] | None:
    """Return a ready subset of a typeface that has all *glyphs* (their places in the file), or None."""
    style = _style_in(file)
    found = (_ready(style, characters) for characters in (SIGNS, LETTERS)) if style else ()
    return next((one for one in found if glyphs <= one[1].keys()), None)


offer_subsets(_ready_for)


@cache
def _style_in(file: str) -> str | None:
    """Return which of `STYLES` a file has, whatever links lead to it."""
    return next((style for style in STYLES if path_of(style).samefile(file)), None)


@cache
def _ready(style: str, characters: frozenset[str]) -> tuple[bytes, dict[int, int]]:
    return _subset(style, characters, subset.Options(recommended_glyphs=True))
