"""Render the report: results.json, templates, SVG figures and their words, files -> report.html.

One HTML page; of a large review the front page, beside which `render_outcomes` puts a page per outcome.
"""

import os
from pathlib import Path

from metawright.files.documents import read_json, read_texts, write_text
from metawright.files.logs import logged
from metawright.report.html import render_html
from metawright.report.large.front import render_front

with logged(snakemake.log[0]):
    given, page = snakemake.input, Path(snakemake.output.html)
    templates = read_texts(given.templates, os.path.commonpath(given.templates))
    figures, alt_texts = read_texts(given.figures), read_texts(given.alt_texts)
    results = read_json(given.results)
    changes = read_json(given.changes) if given.changes else None
    if snakemake.params.split:
        beside = [Path(os.path.relpath(path, page.parent)).as_posix() for path in [given.results, *given.files]]
        text = render_front(results, templates, figures, alt_texts, beside, changes)
    else:
        files = {Path(path).name: Path(path).read_text(encoding="utf-8") for path in given.files}
        text = render_html(results, templates, figures, alt_texts, files, changes)
    write_text(page, text)
