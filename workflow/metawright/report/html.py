"""The report as one self-contained HTML page."""

import re
from collections.abc import Mapping, Sequence

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from metawright.report.display import display
from metawright.report.methods.section import CITATION
from metawright.report.numbers import preset, preset_of
from metawright.report.svg import inline_svg, interval_marks, interval_range, null_mark, width_of

PAGE = "report.html.j2"


def render_html(
    results: Mapping, templates: Mapping[str, str], figures: Mapping[str, str], alt_texts: Mapping[str, str]
) -> str:
    """Render the page.

    Parameters
    ----------
    results : mapping
        The document of `gather_results`.
    templates : mapping
        Text of every template by its name under `templates/`, `report.html.j2` and `html/...`.
    figures, alt_texts : mapping
        SVG text and text alternative of every figure by its name, such as `forest.ALSFRS-R`.

    Returns
    -------
    str
        The page: style and figures inside, no script, nothing loaded from anywhere.
    """
    with preset(preset_of(results["protocol"])):
        shown = display(results, figures)
    environment = html_environment(templates)
    environment.filters["cite"] = _citations([work["key"] for work in shown["references"]])
    drawn = {name: _figure(svg, name, alt_texts.get(name, "")) for name, svg in figures.items()}
    page = environment.get_template(PAGE).render(figures=drawn, plots=_plots(shown["grid"]), **shown)
    return re.sub(r"\n\s*\n+", "\n", page)


def html_environment(templates: Mapping[str, str]) -> Environment:
    """Return a Jinja environment that escapes everything and refuses unknown names."""
    environment = Environment(
        loader=DictLoader(dict(templates)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["anchor"] = anchor
    return environment


def anchor(text: str) -> str:
    """Return *text* as an id that needs no escaping in an address."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-")


def _citations(order: Sequence[str]):
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


def _figure(svg: str, name: str, alt: str) -> dict:
    title = alt.strip().split("\n")[0] if alt else name
    return {"svg": Markup(inline_svg(svg, f"fig-{name}", title)), "alt": alt.strip(), "width": width_of(svg) or 0}


def _plots(grid: Mapping) -> dict:
    """Return the small intervals of every card, on one axis per outcome."""
    plots = {}
    for outcome in grid["outcomes"]:
        lines = {card["id"]: _drawn(card) for card in outcome["cards"]}
        axis = interval_range([line["limits"] for found in lines.values() for line in found])
        for key, found in lines.items():
            marks = [interval_marks(line["limits"], axis) | {"key": line["key"]} for line in found]
            plots[key] = {"null": null_mark(axis), "marks": marks} if marks else None
    return plots


def _drawn(card: Mapping) -> list[Mapping]:
    lines = [line for line in card["lines"] if line["limits"]]
    published = card["published"]
    if published and published["limits"]:
        lines.append({"key": "published", "limits": published["limits"]})
    return lines
