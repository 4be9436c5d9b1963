"""A line of text on its baseline, whose width is known before it is drawn."""

import math
from typing import Literal

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

from metawright.figures.kit.fonts import style_of, text_width

# Widths are sums of advance widths, and no typeface carries the tables that would change them in a browser.
_AS_MEASURED = ("-kern", "-liga")
#: Which end of a text, or its middle, stands at its position.
Align = Literal["left", "center", "right"]
_ALONG: dict[Align, float] = {"left": 0.0, "center": 0.5, "right": 1.0}


class LineOfText(Text):
    """One line in DejaVu Sans that starts, ends or has its middle at its position.

    Matplotlib's `Text` has every renderer shape the line to learn its box, which a line on its baseline only needs for
    its width; that took half of the time of a figure with a thousand numbers. Here the width is the sum of advance
    widths that the layout of the figure rests on as well.
    """

    def __init__(
        self,
        x: float,
        y: float,
        text: str,
        face: FontProperties,
        *,
        color: str,
        align: Align = "left",
        rotation: float = 0.0,
    ) -> None:
        super().__init__(
            x,
            y,
            text,
            fontfeatures=_AS_MEASURED,
            parse_math=False,
            rotation_mode="anchor",
            fontproperties=face,
            color=color,
            horizontalalignment=align,
            rotation=rotation,
        )

    def draw(self, renderer: RendererBase) -> None:
        """Draw the line."""
        text = self.get_text()
        if not text or not self.get_visible():
            return
        properties, angle = self.get_fontproperties(), self.get_rotation()
        x, y = self.get_transform().transform(self.get_unitless_position())
        along = _ALONG[self.get_horizontalalignment()]
        if along:
            style = style_of(properties.get_weight(), properties.get_style())
            wide = renderer.points_to_pixels(text_width(text, properties.get_size_in_points(), style))
            back = along * float(np.asarray(wide))
            x -= back * math.cos(math.radians(angle))
            y -= back * math.sin(math.radians(angle))
        if renderer.flipy():
            y = renderer.get_canvas_width_height()[1] - y
        context = renderer.new_gc()
        context.set_foreground(self.get_color())
        renderer.draw_text(context, x, y, text, properties, angle, ismath=False, mtext=self)
        context.restore()
