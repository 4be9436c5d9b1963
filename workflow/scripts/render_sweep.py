"""Render the sweep as one HTML page: plan, performance.csv, templates, figures and their words -> report.html."""

import os
from pathlib import Path

from metawright.files.documents import read_json, write_text
from metawright.files.logs import logged
from metawright.files.tables import read_table
from metawright.report.sweep import render_sweep


def texts(paths, name):
    """Text of every file by what *name* makes of its path."""
    return {name(Path(path)): Path(path).read_text(encoding="utf-8") for path in paths}


with logged(snakemake.log[0]):
    given = snakemake.input
    root = os.path.commonpath(given.templates)
    templates = texts(given.templates, lambda path: path.relative_to(root).as_posix())
    figures, alt_texts = (texts(paths, lambda path: path.stem) for paths in (given.figures, given.alt_texts))
    rows = read_table(given.performance)
    write_text(snakemake.output.html, render_sweep(read_json(given.plan), rows, templates, figures, alt_texts))
