"""The contour funnel: effects against standard errors, with bands of P and what trim and fill would add."""

import math
from collections.abc import Sequence

from matplotlib.figure import Figure

from metawright.figures.cell.sensitivity_data import SensitivityData, reason_of
from metawright.figures.kit.axis import value_axis
from metawright.figures.kit.page import INK, REPORT_WIDTH, Page
from metawright.figures.kit.panel import BELOW, LEFT, Panel
from metawright.figures.kit.publish import Drawing
from metawright.figures.kit.sheet import MARGIN, SIZE, Part, notice, sheet
from metawright.figures.kit.subject import IN_SENTENCE, Result
from metawright.files.known import known
from metawright.files.tables import Row
from metawright.sensitivity.documents import BeggEntry, ExaminedModel, ExaminedTrial, LineTestEntry, TrimFillEntry
from metawright.words.names import count, sentence
from metawright.words.numbers import format_p

HEIGHT = 190.0
PLOT = 330.0
# P at the outer edge of each band, its quantile and its shade: white inside, where P > 0.1.
BANDS = (
    (0.1, 1.6448536269514722, "#ffffff"),
    (0.05, 1.959963984540054, "#d2d2d2"),
    (0.01, 2.5758293035489004, "#e4e4e4"),
)
OUTSIDE = "#f4f4f4"
TRIAL, FILLED = "#143f66", "#d55e00"
TESTS = {
    "egger": "Egger’s test",
    "begg": "Begg’s test",
    "egger_sized": "Egger’s test on sizes",
    "harbord": "Harbord’s test",
    "peters": "Peters’ test",
}
#: `read`: whether a test fits the measure, so that its P may be read.
FUNNEL_COLUMNS = (
    "outcome", "period", "line", "study", "label", "model", "estimate", "se", "ci_low", "ci_high", "p", "read",
)  # fmt: skip


def funnel_title(shown: SensitivityData) -> str:
    """Return the figure's title."""
    return shown.subject.title("Funnel plot")


def funnel_reason(shown: SensitivityData, anyhow: bool = False) -> str:
    """Return why there is no funnel; *anyhow* asks for one with fewer than ten trials."""
    if anyhow:
        return "" if shown.document["k"] > 1 else "fewer than two trials"
    return reason_of(shown.document["small_study_effects"])


def _trials(shown: SensitivityData) -> list[ExaminedTrial]:
    """Return the trials that the rated model pools."""
    pooled = shown.document["small_study_effects"]["studies"]
    return [one for one in shown.document["trials"] if one["study"] in pooled]


def _tests(shown: SensitivityData) -> dict[str, LineTestEntry | BeggEntry | None]:
    """Return every test of `TESTS`; None where it was not done."""
    block = shown.document["small_study_effects"]
    return {
        "egger": block["egger"],
        "begg": block["begg"],
        "egger_sized": block["egger_sized"],
        "harbord": block["harbord"],
        "peters": block["peters"],
    }


def _read(shown: SensitivityData) -> dict[str, float]:
    """Return the P values that may be read for this measure, by the names of their tests, the one to read first."""
    names = list(shown.document["small_study_effects"]["read"])
    names += ["begg"] if "egger" in names else []
    tests = _tests(shown)
    found = {TESTS[name]: known(tests[name])["p"] for name in names}
    return {name: p for name, p in found.items() if p is not None}


def _filled(shown: SensitivityData) -> TrimFillEntry | None:
    """Return the trim-and-fill result that is drawn: L0 of the first headline that has one."""
    entries = shown.document["small_study_effects"]["trim_fill"]
    order = [row["model"] for row in shown.headlines()]
    entries = [one for one in entries if one["estimator"] == "L0" and one["model"] in order and one["converged"]]
    return min(entries, key=lambda one: order.index(one["model"]), default=None)


def funnel_figure(shown: SensitivityData, width: float = REPORT_WIDTH, anyhow: bool = False) -> Figure:
    """Draw the funnel.

    Parameters
    ----------
    shown : SensitivityData
    width : float
        Points.
    anyhow : bool
        Draw it with fewer than ten trials too.
    """
    title = funnel_title(shown)
    if reason := funnel_reason(shown, anyhow):
        return notice(title, reason, width)

    def draw(page: Page, top: float) -> None:
        _draw_funnel(page, shown, MARGIN + LEFT, top + 14.0)
        _draw_key(page, shown, MARGIN + LEFT + PLOT + 16.0, top + 20.0)

    return sheet(title, (Part(14.0 + HEIGHT + BELOW + 6.0, draw),), _notes(shown), width)


def _draw_funnel(page: Page, shown: SensitivityData, left: float, top: float) -> None:
    trials, filled = _trials(shown), _filled(shown)
    points = [(one["y"], math.sqrt(one["v"])) for one in trials]
    added = (
        []
        if filled is None
        else [(y, math.sqrt(v)) for y, v in zip(filled["filled_y"], filled["filled_v"], strict=True)]
    )
    deepest = 1.06 * max(se for _, se in points)
    ys = [y for y, _ in points + added]
    ends = [min([*ys, 0.0]), max([*ys, 0.0])]
    room = 0.08 * (ends[1] - ends[0])
    across = value_axis(ends[0] - room, ends[1] + room, shown.subject.scale)
    panel = Panel(left, top, PLOT, HEIGHT, across, value_axis(0.0, deepest, most=5), down=True)
    page.box(panel.left, panel.top, panel.width, panel.height, fill=OUTSIDE)
    for _, quantile, shade in reversed(BANDS):
        page.polygon(_wedge(panel, quantile, deepest), fill=shade)
    panel.upright(page, 0.0, color=INK)
    for row, dash in ((_pooled(shown), (2.4, 1.4)), (filled if added else None, (0.8, 1.6))):
        if row is not None:
            panel.upright(page, known(row["estimate"]), dash=dash, color=INK, width=0.9)
    for y, se in added:
        page.circle(panel.x(y), panel.y(se), 2.3, fill="#ffffff", edge=FILLED)
    for y, se in points:
        page.circle(panel.x(y), panel.y(se), 2.1, fill=TRIAL)
    panel.draw_axes(page, shown.subject.effect, "Standard error")


def _wedge(panel: Panel, quantile: float, deepest: float) -> list[tuple[float, float]]:
    """Return the part of a band around no effect that lies in the panel, as a polygon."""
    points = []
    for sign in (-1.0, 1.0):
        end = panel.across.low if sign < 0 else panel.across.high
        at = min(max(sign * end, 0.0) / quantile, deepest)
        # Down the slope to the edge of the panel, then along it.
        side = [(0.0, 0.0), (sign * quantile * at, at), (sign * min(quantile * deepest, max(sign * end, 0.0)), deepest)]
        points += side if sign < 0 else side[::-1]
    return [(panel.x(x), panel.y(se)) for x, se in points]


def _pooled(shown: SensitivityData) -> ExaminedModel | None:
    return next((row for row in shown.headlines() if row["estimate"] is not None), None)


def _draw_key(page: Page, shown: SensitivityData, left: float, top: float) -> None:
    filled, pooled = _filled(shown), _pooled(shown)
    bands = [
        ("P > 0.1", BANDS[0][2]),
        ("0.1 ≥ P > 0.05", BANDS[1][2]),
        ("0.05 ≥ P > 0.01", BANDS[2][2]),
        ("P ≤ 0.01", OUTSIDE),
    ]
    y = top
    page.text(left, y, "Against no effect", size=SIZE, style="bold")
    for words, shade in bands:
        y += 11.0
        page.box(left, y - 6.5, 12.0, 8.0, fill=shade, edge="#767676", width=0.5)
        page.text(left + 17.0, y, words, size=SIZE)
    y += 16.0
    page.circle(left + 6.0, y - 2.5, 2.1, fill=TRIAL)
    page.text(left + 17.0, y, "Trial", size=SIZE)
    if filled is not None and filled["filled_y"]:
        y += 11.0
        page.circle(left + 6.0, y - 2.5, 2.3, fill="#ffffff", edge=FILLED)
        page.text(left + 17.0, y, "Added by trim and fill", size=SIZE)
    lines: list[tuple[Result, str, tuple[float, float]]] = []
    if pooled is not None:
        lines.append((pooled, IN_SENTENCE[pooled["track"]], (2.4, 1.4)))
    if filled is not None and filled["filled_y"]:
        lines.append((filled, "with those added", (0.8, 1.6)))
    decimals = shown.subject.decimals([row for row, _, _ in lines])
    for row, words, dash in lines:
        y += 14.0
        page.line(left, y - 2.5, left + 12.0, y - 2.5, width=0.9, dash=dash)
        page.text(left + 17.0, y, sentence(words), size=SIZE)
        y += 9.5
        page.text(left + 17.0, y, shown.subject.text(row, decimals), size=SIZE)
    for place, (name, p) in enumerate(_read(shown).items()):
        y += 10.5 if place else 13.0
        page.text(left, y, f"{name}: {format_p(p)}", size=SIZE)


def _notes(shown: SensitivityData) -> list[str]:
    block = shown.document["small_study_effects"]
    remarks = block["remarks"] or [block["reason"]]
    return [" ".join(f"{text[0].upper()}{text[1:]}." for text in remarks if text).replace("'", "’")]


def funnel_alt_text(shown: SensitivityData, anyhow: bool = False) -> str:
    """Return how the trials spread, what trim and fill adds and what the tests say."""
    lead = f"{funnel_title(shown)}."
    if reason := funnel_reason(shown, anyhow):
        return f"{lead} Not drawn: {reason.rstrip('.')}."
    trials, filled, pooled = _trials(shown), _filled(shown), _pooled(shown)
    words = [lead, f"{sentence(count(len(trials), 'trial'))}."]
    if pooled is not None:
        left = sum(one["y"] < known(pooled["estimate"]) for one in trials)
        words.append(f"{left} lie left of the pooled estimate and {len(trials) - left} right of it or on it.")
    if filled is not None:
        rows: Sequence[Result] = [filled] if pooled is None else [pooled, filled]
        text = shown.subject.text(filled, shown.subject.decimals(rows))
        number = len(filled["filled_y"])
        added = f"{count(number, 'trial')} on the {filled['side']}, which gives {text}" if number else "no trial"
        words.append(f"Trim and fill (L0) adds {added}.")
    found = [f"{name} {format_p(p)}" for name, p in _read(shown).items()]
    return " ".join([*words, *([f"{'; '.join(found)}."] if found else [])])


def funnel_table(shown: SensitivityData, anyhow: bool = False) -> list[Row]:
    """Return trials, added trials, results and tests as a table with the columns `FUNNEL_COLUMNS`."""
    if funnel_reason(shown, anyhow):
        return []
    subject = shown.subject
    rows: list[Row] = []
    for one in _trials(shown):
        own = {"line": "trial", "study": one["study"], "label": subject.study(one["study"])}
        rows.append(own | {"estimate": one["y"], "se": math.sqrt(one["v"])})
    results: list[tuple[str, ExaminedModel | TrimFillEntry]] = [("pooled", row) for row in shown.headlines()]
    for entry in shown.document["small_study_effects"]["trim_fill"]:
        results.append((f"trim_and_fill_{entry['estimator']}", entry))
        for y, v in zip(entry["filled_y"], entry["filled_v"], strict=True):
            line = f"added_{entry['estimator']}"
            rows.append({"line": line, "model": entry["model"], "estimate": y, "se": math.sqrt(v)})
    names = ("model", "estimate", "se", "ci_low", "ci_high", "p")
    rows += [{"line": line} | {name: row[name] for name in names} for line, row in results]
    for key, test in _tests(shown).items():
        if test is not None:
            own = {"line": key, "p": test["p"], "read": TESTS[key] in _read(shown)}
            numbers = {"estimate": test["tau"]} if "tau" in test else {"estimate": test["bias"], "se": test["bias_se"]}
            rows.append(own | numbers)
    both = {"outcome": subject.outcome, "period": subject.period}
    return [{name: {**both, **row}.get(name) for name in FUNNEL_COLUMNS} for row in rows]


DRAWING = Drawing(funnel_figure, funnel_title, funnel_alt_text, funnel_table, FUNNEL_COLUMNS)
