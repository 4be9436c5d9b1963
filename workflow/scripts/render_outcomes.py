"""Render the outcomes of a large review: results.json, templates, SVG figures and their words -> a page per outcome."""

import os

from metawright.files.documents import read_json, read_texts, write_text
from metawright.files.logs import logged
from metawright.report.large.outcome import OutcomePages, figures_of

with logged(snakemake.log[0]):
    given = snakemake.input
    templates = read_texts(given.templates, os.path.commonpath(given.templates))
    changes = read_json(given.changes) if given.changes else None
    pages = OutcomePages(read_json(given.results), templates, changes)
    figures, alt_texts = figures_of(given.figures), figures_of(given.alt_texts)
    for outcome, path in zip(snakemake.params.outcomes, snakemake.output.pages, strict=True):
        own = (read_texts(paths.get(outcome, ())) for paths in (figures, alt_texts))
        write_text(path, pages.render(outcome, *own))
