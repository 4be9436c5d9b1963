"""Templates as the scripts read them."""

import html
import re
from itertools import accumulate
from pathlib import Path

from metawright.report.sections.methods import METHODS
from metawright.report.sections.register import appendices, article
from metawright.report.sections.section import LATEX as LATEX_PLACE
from metawright.report.sections.section import WORD as WORD_PLACE
from metawright.report.sections.section import Source

TEMPLATES = Path(__file__).parents[2] / "workflow" / "templates"


def templates(page, folder):
    """Text of a page's template and of its partials, by name."""
    paths = [TEMPLATES / page, *sorted((TEMPLATES / folder).glob("*"))]
    return {path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8") for path in paths}


HTML = templates("report.html.j2", "html")
LATEX = templates("report.tex.j2", "latex")
WORD = templates("report.word.j2", "word")


def article_of(results, figures=(), place=LATEX_PLACE):
    """Every section of an article, its appendices too."""
    source = Source(results, place, figures)
    return [shown for shown, _ in article(source)] + appendices(source)


def blocks_in(blocks):
    """Every block, those inside of others too."""
    for block in blocks:
        yield block
        yield from blocks_in(getattr(block, "blocks", ()))


def tables_in(sections):
    """Every table that stands as a block in sections."""
    return [block.table for shown in sections for block in blocks_in(shown.blocks) if block.kind == "table"]


def rendered_sections(text, place):
    """Anchor and title of the sections that stand in a rendered report, in order; Word has titles alone."""
    if place == LATEX_PLACE:
        found = re.findall(r"^\\(?:sub)?section\*?\{(.*)\}\\label\{sec:(.+)\}$", text, re.MULTILINE)
        return [(anchor, title) for title, anchor in found]
    if place == WORD_PLACE:
        headings = re.findall(r"<h([12])>(?:Appendix: )?(.*?)</h[12]>", text)
        chapters = accumulate(headings, lambda last, one: one if one[0] == "1" else last)
        pairs = zip(headings, chapters, strict=True)
        # Methods has headings of its own.
        return [("", html.unescape(one[1])) for one, last in pairs if one == last or last[1] != METHODS.title]
    pattern = r'<section id="([^"]+)" aria-labelledby="[^"]+">\s*<h2[^>]*>(.*?) ?(?:<a class="here"|</h2>)'
    return [(anchor, html.unescape(title)) for anchor, title in re.findall(pattern, text)]


NASTY = 'Ünal & Groß_50% #1 {x} $y$ ~z^2 \\end{document} "q" <b>王 τ² − ≥ … ﬁ ①'
SVG = (
    '<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg xmlns="http://www.w3.org/2000/svg" width="300pt" height="90pt" '
    'viewBox="0 0 300 90"><metadata>made</metadata><defs><clipPath id="clip"><rect width="9" height="9"/></clipPath>'
    '<g id="mark"/></defs><g clip-path="url(#clip)"><use href="#mark"/></g></svg>\n'
)
