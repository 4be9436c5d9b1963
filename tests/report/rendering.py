"""Templates as the scripts read them."""

from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "workflow" / "templates"


def templates(page, folder):
    """Text of a page's template and of its partials, by name."""
    paths = [TEMPLATES / page, *sorted((TEMPLATES / folder).glob("*"))]
    return {path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8") for path in paths}


HTML = templates("report.html.j2", "html")
LATEX = templates("report.tex.j2", "latex")
WORD = templates("report.word.j2", "word")

NASTY = 'Ünal & Groß_50% #1 {x} $y$ ~z^2 \\end{document} "q" <b>王 τ² − ≥ … ﬁ ①'
SVG = (
    '<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg xmlns="http://www.w3.org/2000/svg" width="300pt" height="90pt" '
    'viewBox="0 0 300 90"><metadata>made</metadata><defs><clipPath id="clip"><rect width="9" height="9"/></clipPath>'
    '<g id="mark"/></defs><g clip-path="url(#clip)"><use href="#mark"/></g></svg>\n'
)
