"""An outcome over its periods: pools and trials over time, and how much any two periods differ."""

from collections.abc import Callable

from matplotlib.figure import Figure

from metawright.figures.kit.axis import effect_axis
from metawright.figures.kit.conclusions import (
    BENEFIT,
    COLORS,
    HARM,
    INCLUDES,
    SHAPES,
    conclusion,
    draw_legend,
    legend_lines,
    legend_states,
    mark,
)
from metawright.figures.kit.fonts import wrap
from metawright.figures.kit.interval_table import REACH, Column, Drawn, IntervalTable, Line, table_axis
from metawright.figures.kit.page import MUTED, REPORT_WIDTH, Page
from metawright.figures.kit.publish import Drawing
from metawright.figures.kit.sheet import MARGIN, SIZE, Part, legend_part, notice, sheet
from metawright.figures.kit.subject import TRACK_NAMES
from metawright.figures.kit.upright_scale import ABOVE, BELOW, UprightScale
from metawright.figures.outcome.periods_data import ALL_RHO, PeriodsData
from metawright.figures.outcome.periods_text import (
    PERIODS_COLUMNS,
    composition,
    pair_name,
    periods_alt_text,
    periods_table,
    periods_title,
)
from metawright.files.known import known
from metawright.pooling.documents import ModelResult
from metawright.words.names import count
from metawright.words.numbers import p_value

HEIGHT = 150.0
NAMES = 92.0  # left of the trajectory
TRIAL = "#9a9a9a"
HEAD = 12.0
BESIDE = 7.0  # from the middle of a period to the marks of its pools
DRAWN = {"FE": "square", "RE": "diamond"}


def periods_figure(shown: PeriodsData, width: float = REPORT_WIDTH) -> Figure:
    """Draw the results over time, then the differences between every two periods.

    Parameters
    ----------
    shown : PeriodsData
        Without pooling files the differences stand alone.
    width : float
        Points.
    """
    title = periods_title(shown)
    if shown.reason:
        return notice(title, shown.reason, width)
    parts: list[Part] = []
    notes = []
    if any(shown.headline(key) for key, _ in shown.periods):
        parts += _trajectory(shown, width)
        notes.append("Grey: trials, a period’s only one with its 95% CI; lines join a trial’s own effects.")
    parts += _differences(shown, width)
    notes.append("ρ: correlation of a trial’s two estimates, which no trial reports. φ = 0.5 under random effects.")
    if len(shown.compared()) > ALL_RHO:
        notes.append("Further pairs and correlations are in the table.")
    notes.append("The test for independent subgroups ignores that trials are shared.")
    return sheet(title, parts, (" ".join(notes),), width)


def _trajectory(shown: PeriodsData, width: float) -> list[Part]:
    subject = shown.subject
    keys = [(key, label) for key, label in shown.periods if key in shown.pools]
    trials = [study for key, _ in keys for study in shown.pools[key]["studies"]]
    heads = [row for key, _ in keys for row in shown.headline(key) if row["estimate"] is not None]
    limits = [end for row in heads for end in (row["ci_low"], row["ci_high"]) if end is not None]
    sizes = sorted(abs(value) for value in limits)
    reach = REACH * sizes[len(sizes) // 2] if sizes else 0.0
    own = [study["y"] for study in trials]
    must = [known(row["estimate"]) for row in heads] + own
    axis = effect_axis(must, [value for value in limits if abs(value) <= reach], (), subject.measure)
    left, right = MARGIN + NAMES, width - MARGIN
    step = (right - left) / len(keys)
    lines = [wrap(label, step - 6.0, SIZE, "bold", most=2) for _, label in keys]
    rows = max(map(len, lines))

    def middle(place: int) -> float:
        return left + step * (place + 0.5)

    def draw(page: Page, top: float) -> None:
        scale = UprightScale(subject, axis, left, right, top + ABOVE, HEIGHT)
        scale.draw(page, MARGIN)
        _draw_trials(page, shown, [key for key, _ in keys], scale, middle)
        for place, (key, _) in enumerate(keys):
            heads = shown.headline(key)
            for row, shift in zip(heads, (-BESIDE, BESIDE) if len(heads) > 1 else (-BESIDE,), strict=False):
                _draw_upright(page, row, scale, middle(place) + shift, subject.direction)
            base = scale.bottom + BELOW + SIZE
            for row, line in enumerate(lines[place]):
                page.text(middle(place), base + 9.0 * row, line, size=SIZE, style="bold", align="center")
            pool = shown.pools[key]
            words = count(pool["k"], "trial") if pool["k"] else "no data"
            page.text(middle(place), base + 9.0 * rows, words, size=SIZE, align="center", color=MUTED)

    tracks = dict.fromkeys((row["track"], row["model"]) for row in heads)
    items = [(SHAPES[known(track)], "track", f"{TRACK_NAMES[track]} ({model})") for track, model in tracks]
    states = {conclusion(row, subject.direction) for row in heads}
    legend = legend_lines([*items, *legend_states(states, subject.arms)], width - 2 * MARGIN)
    body = Part(ABOVE + HEIGHT + BELOW + 9.0 * (rows + 1) + 4.0, draw)
    return [body, legend_part(legend, draw_legend)]


def _draw_trials(
    page: Page, shown: PeriodsData, keys: list[str], scale: UprightScale, middle: Callable[[int], float]
) -> None:
    """Draw every trial's effect, joined with the same trial's next one."""
    last: dict[str, tuple[float, float]] = {}
    joined, dots = [], []
    for place, key in enumerate(keys):
        alone = shown.pools[key]["status"] == "single_study"
        for study in shown.pools[key]["studies"]:
            if alone:
                page.line(
                    middle(place), scale.y(study["ci_low"]), middle(place), scale.y(study["ci_high"]), color=TRIAL
                )
            here = (middle(place), scale.y(study["y"]))
            if study["study"] in last:
                joined.append((*last[study["study"]], *here))
            last[study["study"]] = here
            dots.append(here)
    page.strokes(joined, width=0.5, color="#c4c4c4")
    for x, y in dots:
        page.circle(x, y, 1.6, fill=TRIAL)


def _draw_upright(page: Page, row: ModelResult, scale: UprightScale, x: float, direction: str) -> None:
    """Draw a pool with its interval upright; an end beyond the axis gets an arrow."""
    if row["estimate"] is None:
        return
    state = conclusion(row, direction)
    color = COLORS[state]
    low, high = row["ci_low"], row["ci_high"]
    if low is not None and high is not None and low < high:
        page.line(x, scale.y(low), x, scale.y(high), width=1.0, color=color)
        for value, y, sign in ((low, scale.y(low), 1.0), (high, scale.y(high), -1.0)):
            if not scale.holds(value):
                page.polygon([(x, y), (x - 1.8, y - 3.2 * sign), (x + 1.8, y - 3.2 * sign)], fill=color)
    mark(page, x, scale.y(row["estimate"]), SHAPES[known(row["track"])], state)


def _differences(shown: PeriodsData, width: float) -> list[Part]:
    subject = shown.subject
    differences = [one for pair in shown.shown_pairs() for one in shown.shown_differences(pair)]
    rows = [row for one in differences for row in (one.fixed, one.random) if row is not None]
    decimals = subject.decimals(rows)
    lines = []
    for pair in shown.shown_pairs():
        lines.append(Line(f"{pair_name(shown, pair)}: {composition(pair)}", head=True, style="bold"))
        for one in shown.shown_differences(pair):
            both = {"FE": (one.fixed, one.fixed_p), "RE": (one.random, one.random_p)}
            cells = {f"{key}.effect": subject.text(row, decimals) for key, (row, _) in both.items() if row}
            cells |= {f"{key}.p": p_value(p) for key, (row, p) in both.items() if row}
            drawn = tuple(None if row is None else Drawn(row, DRAWN[key]) for key, (row, _) in both.items())
            lines.append(Line(f"ρ = {one.rho:g}" if pair["shared"] else "no shared trial", drawn, cells, indent=6.0))
        naive = {one["model"]: one for one in pair["naive"] if one["p"] is not None}
        if pair["shared"] and naive:
            cells = {f"{key}.p": p_value(naive[name]["p"]) for key, name in NAIVE.items() if name in naive}
            lines.append(Line("as if independent", (), cells, muted=True, indent=6.0))
    columns = [
        Column("FE.effect", ("Fixed effect", "[95% CI]")),
        Column("FE.p", ("", "P")),
        Column("RE.effect", ("Random effects", "[95% CI]")),
        Column("RE.p", ("", "P")),
    ]
    axis = table_axis(lines, subject.measure)
    table = IntervalTable(
        subject, lines, columns, axis, MARGIN, width - 2 * MARGIN, "Later against earlier", verb="Towards"
    )
    items = [("square", "track", "Fixed effect"), ("diamond", "track", "Random effects")]
    states = {conclusion(row, subject.direction) for row in rows}
    words = {BENEFIT: f"excludes no difference, towards {subject.arms['experimental']}"}
    words |= {HARM: f"excludes no difference, towards {subject.arms['control']}", INCLUDES: "includes no difference"}
    items += [("circle", state, f"95% CI {text}") for state, text in words.items() if state in states]
    legend = legend_lines(items, width - 2 * MARGIN)
    return [Part(table.height + 4.0, lambda page, top: table.draw(page, top + 4.0)), legend_part(legend, draw_legend)]


NAIVE = {"FE": "FE-z", "RE": "REML-z"}


DRAWING = Drawing(periods_figure, periods_title, periods_alt_text, periods_table, PERIODS_COLUMNS)
