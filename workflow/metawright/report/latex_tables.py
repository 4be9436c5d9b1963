"""Column widths of LaTeX tables, so that every table fits the line whatever its cells hold."""

import re
from collections.abc import Sequence
from functools import lru_cache
from math import ceil, fsum
from operator import ge
from typing import TypedDict

from metawright.report.tables.table import DASH, Cell, TableData

# Digits that a line of 16 cm holds, by font size.
SIZES = (("small", 89.0), ("footnotesize", 96.0), ("scriptsize", 105.0))
# What the space between two columns takes, in digits.
GAP = 1.9
# A place where a line may break takes no room.
NOTHING = frozenset("\u200b")
# No column is wider than this many digits, a line of running text.
WIDEST = 96.0
# A longer word may break behind one of its signs; no other word of a table is broken.
LONG_WORD = 15
JOINTS = "_/:;=.+·"
_NUMBER = re.compile(r"([<>]?)[−-]?(\d+)(?:\.(\d+))?")
_SPACES = re.compile(r"[\s\u200b]+")
NARROW, BROAD = frozenset(" .,;:'’!|[]()fijlt–"), frozenset("mwMW%—−")


class LaidColumn(TypedDict):
    """A column of a table in LaTeX (see `layout`)."""

    width: str
    align: str
    format: str


class Layout(TypedDict):
    """How a table is set in LaTeX (see `layout`)."""

    size: str
    columns: list[LaidColumn]
    spaced: bool
    lines: float


def layout(table: TableData) -> Layout:
    """Return font size and column widths of a table.

    Parameters
    ----------
    table : mapping
        From `metawright.report.tables`.

    Returns
    -------
    dict
        `size`: a LaTeX font size; `columns`: `[{"width", "align", "format"}]`, widths as fractions of the line that
        include the space between columns, `format` that of siunitx where every cell is a number; `spaced`: whether
        rows have several lines and need space between them; `lines`: how many they have on average.
    """
    natural, least, loads, longest = _needs(table)
    sizes = [
        [(_width(one["text"]), _width(one["note"]) if one["note"] else 0.0) for one in row] for row in table["rows"]
    ]
    gaps = GAP * len(table["columns"])
    options = []
    for size, room in SIZES:
        widths = _share(natural, least, loads, room - gaps)
        if fsum(widths) <= room - gaps + 1e-9:
            options.append((_lines(sizes, widths), size, room, widths))
            if all(map(ge, widths, longest)):  # no line breaks, so that no smaller type has fewer lines
                break
    if not options:  # not even the words fit: the last size, squeezed
        size, room = SIZES[-1]
        widths = _share(natural, least, loads, room - gaps)
        return _made(table, sizes, size, widths, fsum(widths) + gaps)
    # The largest type that does not break markedly more lines than the best.
    few = 1.1 * min(lines for lines, *_ in options)
    _, size, room, widths = next(option for option in options if option[0] <= few)
    return _made(table, sizes, size, widths, room)


def _needs(table: TableData) -> tuple[list[float], list[float], list[float], list[float]]:
    """Return for every column the width that breaks no line, the least that breaks no word or number, and its load.

    The load is the sum of the squared lengths of its texts: columns as wide as its cube root make the rows lowest. Last
    comes the width of the longest text, which a column that would be wider than a line does not get.
    """
    natural, least, loads, longests = [], [], [], []
    for index, column in enumerate(table["columns"]):
        texts = [text for row in table["rows"] for text in (row[index]["text"], row[index]["note"]) if text]
        widths = [_width(text) for text in texts]
        longest = max(widths, default=1.0)
        longests.append(longest)
        loads.append(fsum([width**2 for width in widths]))
        head = max((_width(word) for word in column["label"].split()), default=1.0)
        natural.append(min(WIDEST, max(longest, head, min(_width(column["label"]), 13.0))))
        # Numbers with their limits and short names stay on one line; running text may break between words.
        keeps = longest <= (26.0 if column["align"] == "right" else 9.0)
        needed = longest if keeps else max([_longest_piece(text) for text in [*texts, column["label"]]])
        least.append(min(natural[-1], max(head, needed)))
    return natural, least, loads, longests


@lru_cache(maxsize=2**14)
def _longest_piece(text: str) -> float:
    """Return the width of the longest part of a text that no line end divides."""
    return max(map(_width, _pieces(text)))


def _pieces(text: str) -> list[str]:
    """Return the parts of a text between which a line may end."""
    return [part for word in _SPACES.split(text) for part in breakable(word)]


def breakable(word: str) -> list[str]:
    """Return the parts of a word: a long one may break behind its joints, any other stays whole.

    No part but the last has fewer than three characters, so that no scrap stands alone.
    """
    if len(word) <= LONG_WORD:
        return [word]
    parts = [""]
    for char in word:
        parts[-1] += char
        if char in JOINTS and len(parts[-1]) >= 3:
            parts.append("")
    return [part for part in parts if part]


def number_format(cells: Sequence[Cell]) -> str:
    """Return the format of siunitx for a column of numbers: digits before and behind the point.

    Parameters
    ----------
    cells : sequence of mappings
        The column's cells, `{"text", "note"}`.

    Returns
    -------
    str
        `2.3`, `<1.3` where a number is a bound; empty where a cell has a note or is neither a number nor empty, or
        where none is a number.
    """
    texts = [one["text"] for one in cells if one["text"] not in ("", DASH)]
    found = [number for text in texts if (number := _NUMBER.fullmatch(text))]
    if not found or len(found) < len(texts) or any(one["note"] for one in cells):
        return ""
    whole, behind = max(len(one[2]) for one in found), max(len(one[3] or "") for one in found)
    sign = "-" if any(text.lstrip("<>")[0] in "−-" for text in texts) else ""
    bound = next((one[1] for one in found if one[1]), "")
    return f"{bound}{sign}{whole}.{behind}" if behind else f"{bound}{sign}{whole}"


def _lines(sizes: Sequence[Sequence[tuple[float, float]]], widths: list[float]) -> float:
    """Return how many lines a row has on average when columns have *widths*; *sizes* are those of texts and notes."""
    rows = [
        max(
            [
                _wrapped(text / width) + (_wrapped(0.8 * note / width) if note else 0)
                for (text, note), width in zip(row, widths, strict=True)
            ]
        )
        for row in sizes
    ]
    return fsum(rows) / len(rows) if rows else 1.0


def _wrapped(share: float) -> int:
    """Return the lines of a text that is *share* times as wide as its column; lines break at words, not at the edge."""
    return 1 if share <= 1.0 else ceil(1.2 * share)


class _Widths(dict[str, float]):
    """Width of every character in digits, about as Latin Modern sets it."""

    def __missing__(self, char: str) -> float:
        if char in NOTHING:
            width = 0.0
        elif char in NARROW:
            width = 0.58
        elif char in BROAD:
            width = 1.6
        else:
            width = 1.35 if char.isupper() else 1.0
        return self.setdefault(char, width)


_WIDTHS = _Widths()


@lru_cache(maxsize=2**14)
def _width(text: str) -> float:
    """Return the width of *text* in digits."""
    return 0.4 + fsum(map(_WIDTHS.__getitem__, text))


def _share(natural: list[float], least: list[float], loads: list[float], space: float) -> list[float]:
    """Share *space*: every column gets its least, and what is left goes where it saves most lines.

    Sum over columns of load / width² is the sum over cells of (lines)²; a digit is worth 2 load / width³ of it.
    """
    widths = list(least)
    left = space - fsum(widths)
    # What another digit is worth; a column that breaks no line is past that.
    worth = [
        load / width**3 if width < most else -1.0 for load, width, most in zip(loads, widths, natural, strict=True)
    ]
    while left > 0:
        value = max(worth)
        if value < 0:
            break
        best = worth.index(value)
        step = min(0.5, left, natural[best] - widths[best])
        widths[best] += step
        left -= step
        worth[best] = loads[best] / widths[best] ** 3 if widths[best] < natural[best] else -1.0
    return widths


def _made(table: TableData, sizes: Sequence, size: str, widths: list[float], room: float) -> Layout:
    columns: list[LaidColumn] = [
        {
            "width": f"{(width + GAP) / room:.4f}",
            "align": column["align"],
            "format": number_format([row[place] for row in table["rows"]]) if place else "",
        }
        for place, (width, column) in enumerate(zip(widths, table["columns"], strict=True))
    ]
    spaced = any(note or text > width for row in sizes for (text, note), width in zip(row, widths, strict=True))
    return {"size": size, "columns": columns, "spaced": spaced, "lines": _lines(sizes, widths)}
