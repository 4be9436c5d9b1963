"""Render the report as a LaTeX article: results.json, templates, names of the PDF figures -> report.tex."""

import os
from pathlib import Path

from metawright.files.documents import read_json, write_text
from metawright.files.logs import logged
from metawright.report.latex import render_latex

with logged(snakemake.log[0]):
    given = snakemake.input
    root = os.path.commonpath(given.templates)
    templates = {
        Path(path).relative_to(root).as_posix(): Path(path).read_text(encoding="utf-8") for path in given.templates
    }
    figures = [Path(path).stem for path in given.figures]
    write_text(snakemake.output.tex, render_latex(read_json(given.results), templates, figures))
