"""The report as one self-contained HTML page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from metawright.files.documents import json_line
from metawright.report.bibtex import download
from metawright.report.grid import grid
from metawright.report.methods.section import CITATION
from metawright.report.page.answers import answers, marks
from metawright.report.page.data import page_data
from metawright.report.page.drawings import Drawings
from metawright.report.page.plots import axes_of, plots_of
from metawright.report.page.table import html_table
from metawright.report.sections.methods import cited
from metawright.report.sections.register import page
from metawright.report.sections.section import FRONT, PAGE, Source
from metawright.words.numbers import preset, preset_of

if TYPE_CHECKING:
    from metawright.report.documents import Changes, Results
    from metawright.report.grid import Grid


TEMPLATE = "report.html.j2"
SCRIPT = "html/report.js"


def render_html(
    results: Results,
    templates: Mapping[str, str],
    figures: Mapping[str, str],
    alt_texts: Mapping[str, str],
    files: Mapping[str, str] | None = None,
    changes: Changes | None = None,
) -> str:
    """Render the page.

    Parameters
    ----------
    results : mapping
        The document of `gather_results`.
    templates : mapping
        Text of every template by its name under `templates/`, `report.html.j2` and `html/...`, with the page's script.
    figures, alt_texts : mapping
        SVG text and text alternative of every figure by its name, such as `forest.ALSFRS-R`.
    files : mapping, optional
        Text of files that the page offers for download, by name.
    changes : mapping, optional
        What moved since earlier results, from `metawright.report.changes.what_changed`.

    Returns
    -------
    str
        The page: style, script, figures and data inside, nothing loaded from anywhere; complete without the script.
    """
    given = dict(files or {}) | {f"{results['review']['name']}.bib": download(results)}
    source = Source(results, PAGE, figures, changes, files=["results.json", *given])
    with preset(preset_of(results["protocol"])):
        shown = page_words(source) | {"sections": page(source), "data": page_data(results)}
        environment = html_environment(templates, cited(results))
    shown |= {"results": embedded(results), "files": embedded(given), "beside": False}
    return render_page(environment, TEMPLATE, Drawings(figures, alt_texts), **shown)


def page_words(source: Source) -> dict[str, Any]:
    """Return what the head and the first screen of a page print; a front page has lines in the place of cards.

    Returns
    -------
    dict
        `place`, `review`, `answers`, `grid`, `axes` and `plots` of its cards, `marks`, and whether a card has
        `published` results.
    """
    results = source.results
    cards: Grid = grid(results) if source.place != FRONT else {"periods": [], "outcomes": []}
    axes = axes_of(cards)
    measures = {key: outcome["measure"] for key, outcome in results["protocol"]["outcomes"].items()}
    return {
        "place": source.place,
        "review": results["review"],
        "answers": answers(source.whole),
        "grid": cards,
        "axes": axes,
        "plots": plots_of(cards, axes, measures),
        "marks": marks(results),
        "published": any(card["published"] for outcome in cards["outcomes"] for card in outcome["cards"]),
    }


def render_page(
    environment: Environment,
    name: str,
    drawings: Drawings,
    *,
    data: Mapping[str, Any],
    axes: Mapping[str, tuple[float, float]],
    **shown: object,
) -> str:
    """Render one page.

    Parameters
    ----------
    environment : Environment
        Of `html_environment`.
    name : str
        Its template.
    drawings : Drawings
        Its figures.
    data : dict
        What its script reads.
    axes : mapping
        The axes of its cards, which the script reads, too.
    **shown
        What the template prints: `sections` of `metawright.report.sections.register.page`, and of `page_words`.
    """
    text = environment.get_template(name).render(
        figures={name: one | {"svg": Markup(one["svg"])} for name, one in drawings.drawn.items()},
        figure_style=Markup(drawings.style),
        data=embedded({**data, "axes": axes}),
        script=Markup(_script(environment)),
        **shown,
    )
    return re.sub(r"\n\s*\n+", "\n", text)


def _script(environment: Environment) -> str:
    """Return the page's script, which stands beside the templates and is none."""
    assert environment.loader is not None
    return environment.loader.get_source(environment, SCRIPT)[0]


def embedded(value: object) -> Markup:
    """Return *value* as JSON that can stand in a script element: nothing in it ends one."""
    text = json_line(value, (",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def html_environment(templates: Mapping[str, str], works: Sequence[str] = ()) -> Environment:
    """Return a Jinja environment that escapes everything and refuses unknown names; *works* are numbered in order."""
    environment = Environment(
        loader=DictLoader(dict(templates)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["anchor"] = anchor
    environment.filters["heading"] = lambda name: f"{anchor(name).removesuffix('-section')}-heading"
    environment.filters["cite"] = citations(works)
    environment.filters["table"] = lambda table, kind: html_table(table, kind, anchor(table["name"]) if table else "")
    return environment


def anchor(text: str) -> str:
    """Return *text* as an id that needs no escaping in an address."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-")


def citations(order: Sequence[str]):
    """Return the filter that turns `[@key]` into linked numbers."""
    numbers = {key: index for index, key in enumerate(order, start=1)}

    def cite(text: str) -> Markup:
        parts, last = [], 0
        for found in CITATION.finditer(text):
            keys = [key.strip().lstrip("@") for key in found.group(1).split(";")]
            links = [Markup('<a href="#ref-{}">{}</a>').format(key, numbers[key]) for key in keys]
            parts += [escape(text[last : found.start()].rstrip(" ")), Markup('<sup class="cite">')]
            parts += [Markup(",").join(links), Markup("</sup>")]
            last = found.end()
        return Markup("").join([*parts, escape(text[last:])])

    return cite
