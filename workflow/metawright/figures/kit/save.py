"""Write a figure as SVG, PDF and PNG: the same bytes every time, text as text, a description for all readers."""

import hashlib
import io
import re
import warnings
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.text import Text

from metawright.figures.kit.embedded_fonts import font_faces, with_usual
from metawright.figures.kit.fonts import FAMILY, families_for, lacking_glyphs, style_of
from metawright.figures.kit.page import figure_style
from metawright.files.write import write_bytes

PNG_DPI = 300
#: Pixels of a PNG at most: a figure of a thousand lines is coarser rather than too large for memory.
PNG_PIXELS = 40e6


def save(
    figure: Figure,
    svg: str | Path,
    pdf: str | Path,
    png: str | Path | None,
    title: str,
    description: str,
    pages: Sequence[Figure] = (),
) -> None:
    """Write *figure* to its files.

    Parameters
    ----------
    figure : Figure
        Drawn in DejaVu Sans.
    svg, pdf, png : path
        The SVG has its text as text with the glyphs that it needs embedded, `role="img"`, `<title>` and `<desc>`;
        the PDF embeds TrueType subsets; the PNG, if there is to be one, has 300 dots per inch, or as many as
        `PNG_PIXELS` allow.
    title : str
        The figure's name, one line.
    description : str
        What the figure shows, from its numbers: the alternative text.
    pages : sequence of Figure
        The same figure cut into pages, for the PDF.
    """
    identity = "fig-" + hashlib.sha256(f"{title}\n{description}".encode()).hexdigest()[:12]
    boxes = _boxes(figure, title)
    with figure_style(svg_hashsalt=identity), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # said once, above
        drawn = _bytes(figure, "svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
        write_bytes(svg, _finish_svg(drawn.decode(), figure, identity, title, description).encode())
        # Where names cannot be drawn, who reads the file is told what they are: the description spells them.
        description += f" Boxes stand for {boxes}." if boxes else ""
        facts = {"Title": title, "Subject": description, "Creator": "Metawright", "CreationDate": None}
        write_bytes(pdf, _paged(pages or [figure], facts))
        if png is None:
            return
        facts = {"Title": title, "Description": description, "Software": None}
        width, height = figure.get_size_inches()
        dots = min(PNG_DPI, int((PNG_PIXELS / (width * height)) ** 0.5))
        write_bytes(png, _bytes(figure, "png", dpi=dots, metadata=facts, pil_kwargs={"compress_level": 3}))


def _bytes(figure: Figure, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, **options)
    return buffer.getvalue()


def _paged(pages: Sequence[Figure], facts: dict[str, str | None]) -> bytes:
    buffer = io.BytesIO()
    with PdfPages(buffer, metadata=facts) as file:
        for page in pages:
            file.savefig(page)
    return buffer.getvalue()


def _boxes(figure: Figure, title: str) -> str:
    """Return the characters that no installed typeface can draw, and say so in one line."""
    texts = [artist.get_text() for artist in figure.findobj(Text)]
    boxes = {c for text in texts if len(families_for(text)) == 1 for c in lacking_glyphs(text)}
    if boxes:
        characters = "".join(sorted(boxes))
        warnings.warn(
            f"{title}: no installed typeface has {characters}; PNG and PDF show boxes, the SVG keeps the text",
            stacklevel=3,
        )
    return "".join(sorted(boxes))


def _finish_svg(text: str, figure: Figure, identity: str, title: str, description: str) -> str:
    """Return the SVG with its description and its typeface, fit to stand inside a page beside other figures."""
    text = text[text.index("<svg") :]
    # Nothing refers to these names, and two figures in one page would share them.
    text = re.sub(r' id="[A-Za-z0-9]+_[0-9]+"', "", text)
    text = re.sub(r' transform="rotate\(-?0 [^)]*\)"', "", text)
    text = text.replace(f"font-family: '{FAMILY}'", f"font-family: '{FAMILY}', Verdana, sans-serif")
    text = text.replace(
        "<svg ", f'<svg id="{identity}" role="img" aria-labelledby="{identity}-title {identity}-desc" ', 1
    )
    text = text.replace("*{", f"#{identity} *{{", 1)
    style = text.index("</style>")
    used = {key: with_usual(characters) for key, characters in _characters(figure).items()}
    text = f"{text[:style]}\n{font_faces(used)}{text[style:]}"
    start = text.index(">", text.index("<svg")) + 1
    words = (
        f'\n <title id="{identity}-title">{escape(title)}</title>'
        f'\n <desc id="{identity}-desc">{escape(description)}</desc>'
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text[:start]}{words}{text[start:]}'


def _characters(figure: Figure) -> dict[str, set[str]]:
    """Return the characters that *figure* shows, by style."""
    used: dict[str, set[str]] = {}
    for artist in figure.findobj(Text):
        if artist.get_visible():
            face = artist.get_fontproperties()
            used.setdefault(style_of(face.get_weight(), face.get_style()), set()).update(artist.get_text())
    return used
