"""The report as a LaTeX article that a co-author would edit."""

import re
from collections.abc import Collection, Mapping

from jinja2 import DictLoader, Environment, StrictUndefined

from metawright.report.display import display
from metawright.report.latex_escape import escape_latex, escape_url, plain_letters
from metawright.report.latex_tables import layout
from metawright.report.methods.section import CITATION
from metawright.report.numbers import preset, preset_of
from metawright.report.tables.summary import summary_table

ARTICLE = "report.tex.j2"


class Latex(str):
    """Text that is LaTeX already and must not be escaped again."""


def render_latex(results: Mapping, templates: Mapping[str, str], figures: Collection[str]) -> str:
    """Render the article.

    Parameters
    ----------
    results : mapping
        The document of `gather_results`.
    templates : mapping
        Text of every template by its name under `templates/`, `report.tex.j2` and `latex/...`.
    figures : collection of str
        Names of the PDF figures in `../figures/`, such as `forest.ALSFRS-R`.

    Returns
    -------
    str
        LaTeX source for pdfLaTeX; it needs packages of texlive-latex-base and -recommended and Latin Modern.
    """
    environment = latex_environment(templates)
    with preset(preset_of(results["protocol"])):
        shown = {"summary_table": summary_table(results)} | display(results, figures)
    text = environment.get_template(ARTICLE).render(**shown)
    return re.sub(r"\n[ \t]*\n(?:[ \t]*\n)+", "\n\n", text)


def latex_environment(templates: Mapping[str, str]) -> Environment:
    """Return a Jinja environment with `<< >>`, `<% %>`, `<# #>`; what it prints is escaped for LaTeX."""
    environment = Environment(
        loader=DictLoader(dict(templates)),
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        undefined=StrictUndefined,
        finalize=lambda value: value if isinstance(value, Latex) else escape_latex(value),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["raw"] = Latex
    environment.filters["e_latex"] = escape_latex
    environment.filters["cite"] = _cite
    environment.filters["plain"] = lambda text: Latex(plain_letters(text))
    environment.filters["url"] = lambda address: Latex(escape_url(address))
    environment.filters["key"] = lambda text: Latex(re.sub(r"[^A-Za-z0-9:.-]+", "-", text))
    environment.filters["layout"] = layout
    environment.filters["name"] = _name
    return environment


def _name(text: str) -> Latex:
    """Return a name that may break after its points and underscores."""
    return Latex(escape_latex(text).replace(".", r".\allowbreak{}").replace(r"\_", r"\_\allowbreak{}"))


def _cite(text: str) -> Latex:
    """Turn `[@key; @key]` into `\\cite{key,key}`."""
    parts, last = [], 0
    for found in CITATION.finditer(text):
        keys = ",".join(key.strip().lstrip("@") for key in found.group(1).split(";"))
        parts += [escape_latex(text[last : found.start()].rstrip(" ")), rf"~\cite{{{keys}}}"]
        last = found.end()
    return Latex("".join([*parts, escape_latex(text[last:])]))
