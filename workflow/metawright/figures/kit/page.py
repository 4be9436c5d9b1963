"""A sheet to draw on: points from the top left corner, painted in the order of the calls."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import matplotlib
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, PathPatch, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from metawright.figures.kit.fonts import families_for, font
from metawright.figures.kit.line_of_text import Align, LineOfText

POINTS_PER_MM = 72.0 / 25.4
REPORT_WIDTH = 180.0 * POINTS_PER_MM  # the text width of an A4 report and of most journals' full page
PAGE_HEIGHT = 680.0  # points: what an A4 report leaves for a figure and its caption

INK = "#000000"
MUTED = "#5f5f5f"  # 6.4:1 on white: readable as text
RULE = "#9a9a9a"

#: A line's pattern: on, off, ... in points; empty for a line without gaps.
Dash = tuple[float, ...]

_SETTLED = ("agg.", "figure.", "font.", "lines.", "mathtext.", "patch.", "path.", "pdf.", "savefig.", "svg.", "text.")


def figure_style(**settings: object) -> AbstractContextManager[None]:
    """Return a context in which figures do not depend on a user's own Matplotlib settings.

    Keyword arguments overrule Matplotlib's defaults, with `_` for the point: `svg_fonttype="none"`.
    """
    defaults: dict[Any, object] = {
        name: value for name, value in matplotlib.rcParamsDefault.items() if name.startswith(_SETTLED)
    } | {
        "svg.fonttype": "none",
        "pdf.fonttype": 42,
        "font.family": ["DejaVu Sans"],
    }
    own: dict[Any, object] = {name.replace("_", ".", 1): value for name, value in settings.items()}
    return matplotlib.rc_context(defaults | own)


class Page:
    """A white sheet of *width* x *height* points.

    x runs to the right, y down; `y` of a text is its baseline. Later marks lie above earlier ones.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        What was drawn, for `metawright.figures.kit.save`.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.figure = Figure(figsize=(width / 72.0, height / 72.0), facecolor="white")
        flip = Affine2D().scale(1 / 72.0, -1 / 72.0).translate(0, height / 72.0)
        self._transform = flip + self.figure.dpi_scale_trans
        self._order = 0

    def _add(self, artist: Artist) -> None:
        self._order += 1
        artist.set_zorder(self._order)
        artist.set_transform(self._transform)
        self.figure.add_artist(artist)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 7.0,
        style: str = "regular",
        color: str = INK,
        align: Align = "left",
        rotation: float = 0.0,
    ) -> None:
        """Write one line at its baseline; *align* says which end of it (or its `center`) stands at *x*."""
        if not text:
            return
        self._add(
            LineOfText(x, y, text, font(style, size, families_for(text)), color=color, align=align, rotation=rotation)
        )

    def line(
        self, x0: float, y0: float, x1: float, y1: float, *, width: float = 0.6, color: str = INK, dash: Dash = ()
    ) -> None:
        """Draw a straight line; *dash* is on, off, ... in points."""
        style = (0, dash) if dash else "solid"
        self._add(Line2D([x0, x1], [y0, y1], linewidth=width, color=color, linestyle=style, solid_capstyle="butt"))

    def curve(
        self, points: Sequence[tuple[float, float]], *, width: float = 0.8, color: str = INK, dash: Dash = ()
    ) -> None:
        """Draw a line through *points*."""
        style = (0, dash) if dash else "solid"
        x, y = zip(*_rounded(points), strict=True)
        self._add(Line2D(x, y, linewidth=width, color=color, linestyle=style, solid_joinstyle="round"))

    def strokes(
        self, ends: Sequence[tuple[float, float, float, float]], *, width: float = 0.6, color: str = INK
    ) -> None:
        """Draw many straight lines x0, y0, x1, y1 as one mark, which keeps a vector file small."""
        if ends:
            vertices = [point for x0, y0, x1, y1 in ends for point in ((x0, y0), (x1, y1))]
            path = Path(_rounded(vertices), [Path.MOVETO, Path.LINETO] * len(ends))
            self._add(PathPatch(path, facecolor="none", edgecolor=color, linewidth=width, capstyle="butt"))

    def boxes(self, corners: Sequence[tuple[float, float, float, float]], *, fill: str) -> None:
        """Draw many rectangles x, y, w, h as one mark."""
        if corners:
            vertices = [
                point for x, y, w, h in corners for point in ((x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y))
            ]
            codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(corners)
            self._add(PathPatch(Path(_rounded(vertices), codes), facecolor=fill, edgecolor="none", linewidth=0))

    def polyline(
        self, points: list[tuple[float, float]], *, width: float = 0.6, color: str = INK, dash: Dash = ()
    ) -> None:
        """Draw straight lines from point to point; *dash* is on, off, ... in points."""
        x, y = zip(*points, strict=True)
        style = (0, dash) if dash else "solid"
        self._add(
            Line2D(
                x,
                y,
                linewidth=width,
                color=color,
                linestyle=style,
                solid_joinstyle="round",
                solid_capstyle="butt",
                dash_joinstyle="round",
            )
        )

    def polygon(
        self, points: list[tuple[float, float]], *, fill: str = INK, edge: str | None = None, width: float = 0.6
    ) -> None:
        """Draw a filled polygon, with an edge where one is named."""
        self._add(
            Polygon(points, closed=True, facecolor=fill, edgecolor=edge or "none", linewidth=width if edge else 0)
        )

    def box(
        self, x: float, y: float, w: float, h: float, *, fill: str, edge: str | None = None, width: float = 0.6
    ) -> None:
        """Draw a rectangle from its top left corner."""
        self._add(Rectangle((x, y), w, h, facecolor=fill, edgecolor=edge or "none", linewidth=width if edge else 0))

    def circle(self, x: float, y: float, radius: float, *, fill: str, edge: str | None = None, dash: Dash = ()) -> None:
        """Draw a circle around its centre."""
        style = (0, dash) if dash else "solid"
        self._add(
            Circle((x, y), radius, facecolor=fill, edgecolor=edge or "none", linewidth=0.6 if edge else 0, ls=style)
        )


def _rounded(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Round to a hundredth of a point: long paths are short text, and nobody sees the difference."""
    return [(round(x, 2), round(y, 2)) for x, y in points]
