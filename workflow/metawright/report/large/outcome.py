"""The page of one outcome of a large review: all that a report says of it, self-contained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from metawright.report.html import embedded, html_environment, page_words, render_page
from metawright.report.large.parts import Parts
from metawright.report.page.data import page_data
from metawright.report.page.drawings import Drawings
from metawright.report.sections.register import page
from metawright.report.sections.section import OUTCOME, Source
from metawright.words.numbers import preset, preset_of

if TYPE_CHECKING:
    from metawright.report.documents import Changes, Results


TEMPLATE = "html/outcome_page.html.j2"


def figures_of(paths: Iterable[str]) -> dict[str, list[str]]:
    """Return the files of figures such as `figures/forest.ALSFRS-R.svg` by the outcome that they are named after."""
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(PurePath(path).name.split(".")[1], []).append(path)
    return found


class OutcomePages:
    """The pages of the outcomes, rendered one after the other.

    Parameters
    ----------
    results : mapping
        The document of `gather_results`.
    templates : mapping
        Text of every template by its name under `templates/`, with the page's script.
    changes : mapping, optional
        What moved since earlier results, from `metawright.report.changes.what_changed`.
    """

    def __init__(self, results: Results, templates: Mapping[str, str], changes: Changes | None = None) -> None:
        self._parts = Parts(results, changes)
        self._environment = html_environment(templates)

    def render(self, key: str, figures: Mapping[str, str], alt_texts: Mapping[str, str]) -> str:
        """Return the page of the outcome *key*; *figures* and *alt_texts* are those of that outcome, by name."""
        part: Results = {**self._parts.of(key), "studies": None}  # whose table stands on the front page
        source = Source(part, OUTCOME, figures, self._parts.changes_of(key))
        with preset(preset_of(part["protocol"])):
            shown = page_words(source) | {"sections": page(source), "data": page_data(part)}
        shown |= {"results": embedded(None), "files": embedded({})} | self._around(key)
        drawings = Drawings(figures, alt_texts, shared=True)
        return render_page(self._environment, TEMPLATE, drawings, **shown)

    def _around(self, key: str) -> dict:
        """Return the outcomes before and after one, and the place of the one among them."""
        keys = self._parts.outcomes
        place = keys.index(key)
        return {
            "outcome": self._label(key),
            "previous": self._named(keys[place - 1 : place] if place else ()),
            "following": self._named(keys[place + 1 : place + 2]),
            "counted": f"Outcome {place + 1} of {len(keys)}",
        }

    def _named(self, keys: Sequence[str]) -> dict | None:
        return next(({"key": key, "label": self._label(key)} for key in keys), None)

    def _label(self, key: str) -> str:
        return self._parts.whole["protocol"]["outcomes"][key].get("label") or key
