"""The report as a LaTeX article that a co-author would edit."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from jinja2 import DictLoader, Environment, StrictUndefined

from metawright.report.bibtex import bibliography, study_keys
from metawright.report.latex_commands import escape_url
from metawright.report.latex_escape import escape_latex, plain_letters
from metawright.report.latex_styles import STYLES
from metawright.report.latex_tables import LONG_WORD, breakable, layout
from metawright.report.latex_tools import ADVICE
from metawright.report.methods.section import CITATION
from metawright.report.sections.methods import cited
from metawright.report.sections.register import appendices, article
from metawright.report.sections.section import LATEX, Source
from metawright.report.sections.studies import included
from metawright.report.tables.summary import summary_table
from metawright.report.tables.table import DASH, Column, TableData
from metawright.words.names import join
from metawright.words.numbers import preset, preset_of

if TYPE_CHECKING:
    from metawright.files.tables import TextRow
    from metawright.report.documents import Results
    from metawright.report.latex_tables import LaidColumn, Layout


TEMPLATE = "report.tex.j2"
_WIDTH = r"\dimexpr{}\linewidth-2\tabcolsep\relax"


class Latex(str):
    """Text that is LaTeX already and must not be escaped again."""


def render_latex(
    results: Results,
    templates: Mapping[str, str],
    figures: Collection[str],
    pages: Mapping[str, int] | None = None,
) -> str:
    """Render the article.

    Parameters
    ----------
    results : mapping
        The document of `gather_results`.
    templates : mapping
        Text of every template by its name under `templates/`, `report.tex.j2` and `latex/...`.
    figures : collection of str
        Names of the PDF figures in `../figures/`, such as `forest.ALSFRS-R`.
    pages : mapping, optional
        How many pages a figure has; one where that is not said.

    Returns
    -------
    str
        LaTeX source for pdfLaTeX, beside the `report.bib` of `render_bibliography`; `metawright.report.latex_tools`
        knows what it loads.
    """
    environment = latex_environment(templates)
    environment.globals["pages"] = lambda name: (pages or {}).get(name, 1)
    environment.globals |= {"included_words": _included, "study_keys": study_keys}
    with preset(preset_of(results["protocol"])):
        source = Source(results, LATEX, figures)
        shown = {"article": article(source), "appendices": appendices(source)}
        shown["summary_table"] = summary_table(results)
    shown |= {"place": source.place, "review": results["review"]}
    shown |= {"style": STYLES[preset_of(results["protocol"])], "packages": ADVICE.removeprefix("sudo apt install ")}
    text = environment.get_template(TEMPLATE).render(**shown)
    return re.sub(r"\n[ \t]*\n(?:[ \t]*\n)+", "\n\n", text)


def render_bibliography(results: Results) -> str:
    """Return `report.bib` of the document of `gather_results`: the works that the methods cite, the trials' reports."""
    with preset(preset_of(results["protocol"])):
        studies = included(results)
        return bibliography(cited(results), dict(zip(study_keys(studies), studies, strict=True)), escape_latex)


def _included(studies: Sequence[TextRow]) -> Latex:
    """Return the labels of the trials, each with the citation of its report."""
    pairs = zip(studies, study_keys(studies), strict=True)
    return Latex(join([rf"{escape_latex(study['label'])}~\cite{{{key}}}" for study, key in pairs]))


def pages_of(pdf: bytes) -> int:
    """Return how many pages a PDF of `metawright.figures.kit.save` has."""
    return max(1, len(re.findall(rb"/Type /Page\b", pdf)))


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
    environment.filters["breaks"] = _breaks
    environment.filters |= {"specification": _specification, "heads": _heads, "rows": _rows}
    return environment


def _specification(columns: Sequence[LaidColumn]) -> Latex:
    """Return what a longtable is told about its columns."""
    sides = {"right": "raggedleft", "center": "centering"}
    lines = []
    for column in columns:
        width = _WIDTH.format(column["width"])
        side = sides.get(column["align"], "raggedright")
        kind = (
            f"N{{{width}}}{{{column['format']}}}" if column["format"] else rf">{{\{side}\arraybackslash}}p{{{width}}}"
        )
        lines.append(f"  {kind}")
    return Latex("\n".join(lines))


def _heads(columns: Sequence[Column], made: Sequence[LaidColumn]) -> Latex:
    """Return the heads of a table's columns under its layout; one over numbers stands in a box of their width."""
    texts = []
    for column, own in zip(columns, made, strict=True):
        text = escape_latex(column["label"])
        boxed = rf"{{\parbox[t]{{{_WIDTH.format(own['width'])}}}{{\raggedleft {text}\strut}}}}"
        texts.append(boxed if own["format"] else text)
    return Latex(" & \n".join(texts) + r" \\")


def _rows(table: TableData, made: Layout, end: str) -> Latex:
    """Return the rows of a table under its layout; *end* stands behind all but the last one."""
    lines: list[str] = []
    formats = [_number if column["format"] else _breaks for column in made["columns"]]
    for row in table["rows"]:
        if lines and made["spaced"]:
            lines.append(r"\addlinespace[2pt]")
        cells = [
            f"{write(one['text'])} \\tablenote{{{_breaks(one['note'])}}}" if one["note"] else write(one["text"])
            for one, write in zip(row, formats, strict=True)
        ]
        lines += [f"{cell} & " for cell in cells[:-1]]
        lines.append(cells[-1] + end)
    if not lines:
        return Latex("")
    lines[-1] = lines[-1].removesuffix(end) + r" \\"
    return Latex("\n".join(lines))


def _breaks(text: str) -> Latex:
    """Escape the text of a table's cell and let its long words end a line behind their joints."""
    if len(text) <= LONG_WORD or not any(len(breakable(word)) > 1 for word in text.split()):
        return Latex(escape_latex(text))
    words = text.split(" ")
    return Latex(" ".join(r"\allowbreak{}".join(map(escape_latex, breakable(word))) for word in words))


def _number(text: str) -> Latex:
    """Return the text of a cell in a column of numbers as siunitx reads it; an empty one stands in braces."""
    return Latex(f"{{{escape_latex(text)}}}" if text in ("", DASH) else text.replace("−", "-"))


def _cite(text: str) -> Latex:
    """Turn `[@key; @key]` into `\\cite{key,key}`."""
    parts, last = [], 0
    for found in CITATION.finditer(text):
        keys = ",".join(key.strip().lstrip("@") for key in found.group(1).split(";"))
        parts += [escape_latex(text[last : found.start()].rstrip(" ")), rf"~\cite{{{keys}}}"]
        last = found.end()
    return Latex("".join([*parts, escape_latex(text[last:])]))
