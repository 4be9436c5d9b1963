"""Column widths of LaTeX tables, so that every table fits the line whatever its cells hold."""

from collections.abc import Mapping
from math import ceil

# Digits that a line of 16 cm holds, by font size.
SIZES = (("small", 89.0), ("footnotesize", 96.0), ("scriptsize", 105.0))
# What the space between two columns takes, in digits.
GAP = 1.9
# No column is wider than this many digits while others need room.
WIDEST = 44.0
NARROW, BROAD = frozenset(" .,;:'’!|[]()fijlt–"), frozenset("mwMW%—−")


def layout(table: Mapping) -> dict:
    """Return font size and column widths of a table.

    Parameters
    ----------
    table : mapping
        From `metawright.report.tables`.

    Returns
    -------
    dict
        `size`: a LaTeX font size; `columns`: `[{"width", "align"}]`, widths as fractions of the line that
        include the space between columns; `spaced`: whether rows have several lines and need space
        between them; `lines`: how many they have on average.
    """
    natural, least = _needs(table)
    gaps = GAP * len(table["columns"])
    options = []
    for size, room in SIZES:
        widths = _shrink(natural, least, room - gaps)
        if sum(widths) <= room - gaps + 1e-9:
            options.append((_lines(table, widths), size, room, widths))
    if not options:  # not even the words fit: the last size, squeezed
        size, room = SIZES[-1]
        widths = _shrink(natural, least, room - gaps)
        return _made(table, size, widths, sum(widths) + gaps)
    # The largest type that does not break markedly more lines than the best.
    few = 1.1 * min(lines for lines, *_ in options)
    _, size, room, widths = next(option for option in options if option[0] <= few)
    return _made(table, size, widths, room)


def _needs(table: Mapping) -> tuple[list[float], list[float]]:
    """Return for every column the width that breaks no line, and the least that breaks no word or number."""
    natural, least = [], []
    for index, column in enumerate(table["columns"]):
        texts = [text for row in table["rows"] for text in (row[index]["text"], row[index]["note"]) if text]
        longest = max(map(_width, texts), default=1.0)
        word = max((_width(word) for text in [*texts, column["label"]] for word in text.split()), default=1.0)
        head = max((_width(word) for word in column["label"].split()), default=1.0)
        natural.append(min(WIDEST, max(longest, head, min(_width(column["label"]), 13.0))))
        # Numbers with their limits and short names stay on one line; running text may break between words.
        keeps = longest <= (26.0 if column["align"] == "right" else 9.0)
        least.append(min(natural[-1], max(head, longest if keeps else word)))
    return natural, least


def _lines(table: Mapping, widths: list[float]) -> float:
    """Return how many lines a row has on average when columns have *widths*."""
    rows = [
        max(
            _wrapped(_width(one["text"]) / width) + (_wrapped(0.8 * _width(one["note"]) / width) if one["note"] else 0)
            for one, width in zip(row, widths, strict=True)
        )
        for row in table["rows"]
    ]
    return sum(rows) / len(rows) if rows else 1.0


def _wrapped(share: float) -> int:
    """Return the lines of a text that is *share* times as wide as its column; lines break at words, not at the edge."""
    return 1 if share <= 1.0 else ceil(1.2 * share)


def _width(text: str) -> float:
    """Return the width of *text* in digits, about as Latin Modern sets it."""
    return 0.4 + sum(
        0.58 if char in NARROW else 1.6 if char in BROAD else 1.35 if char.isupper() else 1.0 for char in text
    )


def _shrink(natural: list[float], least: list[float], space: float) -> list[float]:
    """Share *space*: every column gets its least, short ones then all they need, long text what is left."""
    widths = list(least)
    left = max(0.0, space - sum(widths))
    waiting = sorted(range(len(natural)), key=lambda index: natural[index] - widths[index])
    while waiting:
        index = waiting.pop(0)
        given = min(natural[index] - widths[index], left / (len(waiting) + 1))
        widths[index] += given
        left -= given
    return widths


def _made(table: Mapping, size: str, widths: list[float], room: float) -> dict:
    columns = [
        {"width": f"{(width + GAP) / room:.4f}", "align": column["align"]}
        for width, column in zip(widths, table["columns"], strict=True)
    ]
    spaced = any(
        one["note"] or _width(one["text"]) > width
        for row in table["rows"]
        for one, width in zip(row, widths, strict=True)
    )
    return {"size": size, "columns": columns, "spaced": spaced, "lines": _lines(table, widths)}
