"""The typeface of every figure: measuring and breaking text.

DejaVu Sans comes with Matplotlib, so that a figure looks the same on every machine. Widths are sums of advance
widths: no hinting, no kerning, the same number whatever the output format.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from math import fsum
from pathlib import Path
from typing import Literal

import matplotlib
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ft2font import FT2Font, LoadFlags

FAMILY = "DejaVu Sans"
STYLES: dict[str, tuple[str, str, Literal["normal", "italic"]]] = {
    "regular": ("DejaVuSans.ttf", "normal", "normal"),
    "bold": ("DejaVuSans-Bold.ttf", "bold", "normal"),
    "italic": ("DejaVuSans-Oblique.ttf", "normal", "italic"),
}
ELLIPSIS = "…"
# Asked, in this order, for characters that DejaVu Sans lacks.
FALLBACKS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans CJK KR",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
    "IPAGothic",
    "Arial Unicode MS",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
)
_MEASURED_AT = 1000.0


def path_of(style: str) -> Path:
    """Return the file of the typeface in one of `STYLES`."""
    return Path(matplotlib.get_data_path(), "fonts", "ttf", STYLES[style][0])


@cache
def _face(style: str) -> FT2Font:
    face = FT2Font(str(path_of(style)))
    face.set_size(_MEASURED_AT, 72.0)
    return face


def has_glyph(character: str) -> bool:
    """Return whether DejaVu Sans can draw *character*."""
    return _face("regular").get_char_index(ord(character)) != 0


@cache
def _advance(character: str, style: str) -> float:
    """Return the advance width in em; an estimate by Unicode class where the typeface lacks the character."""
    face = _face(style)
    if face.get_char_index(ord(character)):
        return face.load_char(ord(character), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536 / _MEASURED_AT
    if unicodedata.combining(character):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.65


def text_width(text: str, size: float, style: str = "regular") -> float:
    """Return the width of *text* in points at *size* points."""
    return size * fsum(_advance(character, style) for character in text)


def truncate(text: str, width: float, size: float, style: str = "regular") -> str:
    """Return *text*, cut and closed with an ellipsis where it is wider than *width* points."""
    if text_width(text, size, style) <= width:
        return text
    while text and text_width(text.rstrip() + ELLIPSIS, size, style) > width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def wrap(text: str, width: float, size: float, style: str = "regular", most: int | None = None) -> list[str]:
    """Break *text* into lines of at most *width* points.

    Parameters
    ----------
    width : float
        Points. Breaks stand at spaces, after dashes and beside wide (Chinese, Japanese, Korean) characters; a
        word that is too long for a line is broken anywhere.
    most : int, optional
        Number of lines; what does not fit is cut with an ellipsis.

    Returns
    -------
    list of str
        At least one line, possibly empty.
    """
    lines, line = [], ""
    for word in _words(text):
        if text_width((line + word).rstrip(), size, style) <= width:
            line += word
            continue
        if line.strip():
            lines.append(line.rstrip())
        while len(word) > 1 and text_width(word.rstrip(), size, style) > width:
            cut = 1
            while text_width(word[: cut + 1], size, style) <= width:
                cut += 1
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    lines.append(line.rstrip())
    if most is not None and len(lines) > most:
        rest = " ".join(lines[most - 1 :])
        lines = [*lines[: most - 1], truncate(rest, width, size, style)]
        if not lines[-1].endswith(ELLIPSIS):
            lines[-1] = truncate(lines[-1] + ELLIPSIS, width, size, style)
    return lines


def _words(text: str) -> list[str]:
    """Return the pieces between which a line may break, each with the space or dash that ends it."""
    words = [""]
    for character in " ".join(text.split()):
        wide = unicodedata.east_asian_width(character) in "WF"
        if wide and words[-1]:
            words.append("")
        words[-1] += character
        if wide or character in " -–/":
            words.append("")
    return words


@cache
def font(style: str, size: float, families: tuple[str, ...] = (FAMILY,)) -> FontProperties:
    """Return Matplotlib's description of the typeface in one of `STYLES` at *size* points."""
    _, weight, slant = STYLES[style]
    return FontProperties(family=list(families), weight=weight, style=slant, size=size)


def style_of(weight: str | int, slant: str) -> str:
    """Return the key in `STYLES` of a weight and a slant as Matplotlib names them."""
    for key, (_, known_weight, known_slant) in STYLES.items():
        if (weight, slant) == (known_weight, known_slant):
            return key
    return "regular"


def lacking_glyphs(text: Iterable[str]) -> frozenset[str]:
    """Return the characters of *text* that DejaVu Sans cannot draw."""
    return frozenset(c for c in text if not has_glyph(c) and not unicodedata.category(c).startswith("C"))


def families_for(text: str) -> tuple[str, ...]:
    """Return the typefaces to draw *text* with: DejaVu Sans, then an installed one that has what it lacks."""
    lacking = lacking_glyphs(text)
    return (FAMILY, *fallback(lacking)) if lacking else (FAMILY,)


@cache
def fallback(lacking: frozenset[str]) -> tuple[str, ...]:
    """Return the first installed typeface of `FALLBACKS` that has all *lacking* characters, or nothing."""
    installed = {entry.name: entry.fname for entry in fontManager.ttflist if entry.name in FALLBACKS}
    for name in FALLBACKS:
        if name in installed:
            face = FT2Font(installed[name])
            if all(face.get_char_index(ord(character)) for character in lacking):
                return (name,)
    return ()
