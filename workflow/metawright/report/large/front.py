"""The front page of a large review: answers, a line per outcome and period with a link, and what is of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from metawright.report.grid import grid
from metawright.report.html import embedded, html_environment, page_words, render_page
from metawright.report.large.parts import Parts
from metawright.report.page.answers import ORDER, marks
from metawright.report.page.data import page_data
from metawright.report.page.drawings import Drawings
from metawright.report.page.plots import axes_of
from metawright.report.sections.methods import cited
from metawright.report.sections.register import page
from metawright.report.sections.section import FRONT, Source
from metawright.report.sentences.context import Context
from metawright.report.svg import position_on
from metawright.report.tables.effects import effect_text
from metawright.report.tables.table import TableData, column, table
from metawright.words.names import sentence
from metawright.words.numbers import preset, preset_of

if TYPE_CHECKING:
    from metawright.report.documents import Changes, Results


TEMPLATE = "html/front.html.j2"
NONE = "Not rated"
#: What a conclusion depends on, in a column.
DEPENDS = {"track": "model", "choices": "choices", "trials": "single trials"}


def render_front(
    results: Results,
    templates: Mapping[str, str],
    figures: Mapping[str, str],
    alt_texts: Mapping[str, str],
    files: Sequence[str] = (),
    changes: Changes | None = None,
) -> str:
    """Render the front page; its links lead to the pages of `metawright.report.large.outcome` in `outcomes/`.

    Parameters
    ----------
    results, templates, changes
        As for `metawright.report.html.render_html`.
    figures, alt_texts : mapping
        The figures of the whole review alone, such as `risk_of_bias`.
    files : sequence of str
        Paths of files for download, as seen from the page.
    """
    parts = Parts(results, changes)
    moved = [key for key in parts.outcomes if parts.changes_of(key)]
    source = Source(parts.rest, FRONT, figures, changes, review=results, moved=moved, files=files)
    with preset(preset_of(results["protocol"])):
        shown = page_words(source) | _index(parts)
        shown |= {"sections": page(source), "data": page_data(source.results) | {"views": _views(parts)}}
        environment = html_environment(templates, cited(results))
    shown |= {"results": embedded(None), "files": embedded({}), "beside": True}
    return render_page(environment, TEMPLATE, Drawings(figures, alt_texts), **shown)


def _index(parts: Parts) -> dict:
    """Return the line of every cell (`lines`), whether results were published, and the table of verdicts."""
    lines, counted, periods = [], {}, []
    for key in parts.outcomes:
        part = parts.of(key)
        cards, words = grid(part), marks(part)
        axis = axes_of(cards)[key]
        block, periods = cards["outcomes"][0], cards["periods"]
        for place, (card, cell) in enumerate(zip(block["cards"], part["cells"], strict=True)):
            mark = words[card["id"]]
            said = mark["verdict"] or card["status_label"]
            why = (cell.get("verdict") or {}).get("depends_on") if mark["verdict"] else None
            own = {line["key"]: line | {"at": _at(line["limits"], axis)} for line in card["lines"]}
            lines.append(
                card
                | {
                    "outcome": key,
                    "label": block["label"],
                    "first": place == 0,
                    "period": periods[place] if periods else "Result",
                    "own": own,
                    "null": position_on(0.0, axis),
                    "mark": mark,
                    "said": "Depends" if why else said,
                    "why": f"on {', '.join(DEPENDS[one] for one in why)}" if why else "",
                    "k": cell["k"],
                }
            )
            counted.setdefault(said, []).append(sentence(mark["certainty"]) or NONE)
    published = any(line["published"] for line in lines)
    return {"lines": lines, "published": published, "verdict_counts": _counts(counted)}


def _at(limits: Sequence[float] | None, axis: tuple[float, float]) -> tuple[float, ...] | None:
    """Return estimate, lower and upper limit as places between 0 and 100 on an axis."""
    return tuple(min(100.0, max(0.0, position_on(value, axis))) for value in limits) if limits else None


def _counts(counted: Mapping[str, Sequence[str]]) -> TableData:
    """Return how many conclusions there are of each kind, by the certainty of the evidence."""
    ratings = [word for word in (*map(sentence, ORDER), NONE) if any(word in found for found in counted.values())]
    columns = [column("Conclusion"), column("All", "right"), *(column(word, "right") for word in ratings)]
    order = sorted(counted.items(), key=lambda item: -len(item[1]))
    rows = [[said, str(len(found)), *(str(found.count(word) or "") for word in ratings)] for said, found in order]
    return table("verdicts", "Combinations of outcome and period by conclusion and certainty", columns, rows)


def _views(parts: Parts) -> dict[str, list[str]]:
    """Return the effect of every cell under each declared model that is the headline of no track."""
    cells = [Context(part, cell) for part in map(parts.of, parts.outcomes) for cell in part["cells"]]
    made: dict[str, list[str]] = {}
    for model in parts.whole["protocol"].get("models") or ():
        if not model.get("track"):
            made[model["key"]] = [_under(context, model["key"]) for context in cells]
    return made


def _under(context: Context, key: str) -> str:
    row = next((row for row in context.cell["models"] if row["model"] == key), None)
    return (effect_text(context, row) if row else "") or ""
