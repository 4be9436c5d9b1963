"""Render the report as one HTML page: results.json, templates, SVG figures and their words, files -> report.html."""

import os
from pathlib import Path

from metawright.files.documents import read_json, write_text
from metawright.files.logs import logged
from metawright.report.html import render_html


def texts(paths, name):
    """Text of every file by what *name* makes of its path."""
    return {name(Path(path)): Path(path).read_text(encoding="utf-8") for path in paths}


with logged(snakemake.log[0]):
    given = snakemake.input
    root = os.path.commonpath(given.templates)
    templates = texts(given.templates, lambda path: path.relative_to(root).as_posix())
    figures, alt_texts = (texts(paths, lambda path: path.stem) for paths in (given.figures, given.alt_texts))
    files = texts(given.files, lambda path: path.name)
    changes = read_json(given.changes) if given.changes else None
    page = render_html(read_json(given.results), templates, figures, alt_texts, files, changes)
    write_text(snakemake.output.html, page)
