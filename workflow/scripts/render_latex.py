"""Render the report as a LaTeX article: results.json, templates, pages of the PDF figures -> report.tex, report.bib."""

import os
from pathlib import Path

from metawright.files.documents import read_json, write_text
from metawright.files.logs import logged
from metawright.report.latex import pages_of, render_bibliography, render_latex

with logged(snakemake.log[0]):
    given = snakemake.input
    root = os.path.commonpath(given.templates)
    templates = {
        Path(path).relative_to(root).as_posix(): Path(path).read_text(encoding="utf-8") for path in given.templates
    }
    pages = {Path(path).stem: pages_of(Path(path).read_bytes()) for path in given.figures}
    results = read_json(given.results)
    write_text(snakemake.output.tex, render_latex(results, templates, list(pages), pages))
    write_text(snakemake.output.bib, render_bibliography(results))
