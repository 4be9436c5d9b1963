"""The sweep as one self-contained HTML page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from metawright.report.html import html_environment
from metawright.report.svg import inline_svg, width_of
from metawright.simulation.progress import amount
from metawright.simulation.streams import BLOCK

if TYPE_CHECKING:
    from metawright.files.tables import TextRow


PAGE = "simulation.html.j2"
#: Measures of the summary table, with their heads and the factor by which they are shown.
_SUMMARY = {
    "type1": ("Type I error, %", 100.0, 1),
    "coverage": ("Coverage, %", 100.0, 1),
    "power": ("Power, %", 100.0, 1),
    "bias": ("Bias", 1.0, 3),
    "random_chosen": ("Random chosen, %", 100.0, 1),
    "pi_coverage": ("Prediction interval: coverage, %", 100.0, 1),
    "tau2_zero": ("τ² = 0, %", 100.0, 1),
    "convergence": ("Converged, %", 100.0, 2),
}


def subject(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an archive says about a sweep: `title`, `question`, `source`, `authors`, `licence`, `date`."""
    about = content["archive"]
    aims = [grid["aims"] for grid in content["grids"].values() if grid["aims"]]
    title = about["title"] or f"Simulation sweep: {', '.join(content['grids'])}"
    contents = "Declaration, seed, statistics of every job, table and figures of a simulation study"
    terms = {name: about[name] for name in ("authors", "licence", "date")}
    return {"title": title, "question": " ".join(aims), "source": "", "contents": contents, **terms}


def render_sweep(
    plan: Mapping[str, Any],
    rows: Iterable[TextRow],
    templates: Mapping[str, str],
    figures: Mapping[str, str],
    alt_texts: Mapping[str, str],
) -> str:
    """Render the page.

    Parameters
    ----------
    plan : Mapping
        The plan of the sweep.
    rows : iterable of mappings
        Rows of `performance.csv`, as text.
    templates : mapping
        Text of every template by its name under `templates/`.
    figures, alt_texts : mapping
        SVG text and words of every figure by its name, `<grid>.<figure>`.
    """
    ranges = _ranges(rows)
    grids = []
    for grid in plan["grids"]:
        setup = plan["setups"][grid["setup"]]
        names = [name for name in figures if name.rsplit(".", 1)[0] == grid["name"]]
        grids.append(
            {
                "name": grid["name"],
                "aims": grid["aims"],
                "scenarios": len(grid["units"]),
                "replicates": grid["blocks"] * BLOCK,
                "models": [model["key"] for model in setup["models"]],
                "setup": setup,
                "figures": [_drawn(name, figures[name], alt_texts.get(name, "")) for name in names],
                "table": _summary(grid["name"], [model["key"] for model in setup["models"]], ranges),
            }
        )
    totals = {"replicates": amount(plan["replicates"]), "fits": amount(plan["fits"])}
    page = html_environment(templates).get_template(PAGE).render(grids=grids, totals=totals)
    return re.sub(r"\n\s*\n+", "\n", page)


def _drawn(name: str, svg: str, alt: str) -> dict:
    title = alt.strip().split(". ")[0]
    drawing = {"svg": Markup(inline_svg(svg, f"fig-{name}", title)), "alt": alt.strip(), "width": width_of(svg) or 0}
    return {"name": name, "title": title, "drawing": drawing}


def _ranges(rows: Iterable[Mapping[str, str]]) -> dict[tuple[str, str, str], tuple[float, float, float]]:
    """Lowest and highest value, and the largest Monte Carlo error, by grid, model and measure."""
    found: dict[tuple[str, str, str], tuple[float, float, float]] = {}
    for row in rows:
        if row["performance"] in _SUMMARY:
            key = row["grid"], row["model"], row["performance"]
            value, error = float(row["value"]), float(row["mcse"] or 0.0)
            low, high, largest = found.get(key, (value, value, error))
            found[key] = min(low, value), max(high, value), max(largest, error)
    return found


def _summary(grid: str, models: Sequence[str], ranges: Mapping) -> dict:
    shown = [name for name in _SUMMARY if any((grid, model, name) in ranges for model in models)]
    lines = []
    for model in models:
        cells = []
        for name in shown:
            _, factor, decimals = _SUMMARY[name]
            found = ranges.get((grid, model, name))
            if found is None:
                cells.append("")
                continue
            low, high = (f"{factor * value:.{decimals}f}".replace("-", "−") for value in found[:2])
            cells.append(low if low == high else f"{low} to {high}")
        lines.append({"model": model, "cells": cells})
    errors = {name: max(ranges[grid, m, name][2] for m in models if (grid, m, name) in ranges) for name in shown}
    heads = [{"text": _SUMMARY[name][0], "error": f"{_SUMMARY[name][1] * errors[name]:.2g}"} for name in shown]
    return {"heads": heads, "rows": lines}
