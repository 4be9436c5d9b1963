"""What a figure shows, read back from what was drawn: texts with their boxes, in points from the top left."""

from itertools import combinations

from matplotlib.text import Text

from metawright.figures.kit.fonts import style_of, text_width


def texts_of(figure):
    """Return (text, left, top, right, bottom) of every upright text."""
    found = []
    for text in figure.findobj(Text):
        if not text.get_text() or text.get_rotation():
            continue
        x, y = text.get_position()
        size = text.get_size()
        width = text_width(text.get_text(), size, style_of(text.get_weight(), text.get_style()))
        left = x - {"left": 0.0, "center": 0.5, "right": 1.0}[text.get_ha()] * width
        found.append((text.get_text(), left, y - 0.74 * size, left + width, y + 0.2 * size))
    return found


def overlaps(figure):
    """Return the pairs of texts that touch each other."""
    return [
        (a[0], b[0])
        for a, b in combinations(texts_of(figure), 2)
        if a[1] < b[3] - 0.05 and b[1] < a[3] - 0.05 and a[2] < b[4] - 0.05 and b[2] < a[4] - 0.05
    ]


def outside(figure):
    """Return the texts that the edge of the page cuts."""
    width, height = figure.get_size_inches() * 72
    return [t[0] for t in texts_of(figure) if t[1] < 0 or t[3] > width or t[2] < 0 or t[4] > height]


def strings(figure):
    return [text[0] for text in texts_of(figure)]
