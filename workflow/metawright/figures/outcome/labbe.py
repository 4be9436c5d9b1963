"""The L'Abbé plot: the risk under treatment against the risk under control, trial by trial.

Source: L'Abbé, Detsky and O'Rourke (1987), Meta-analysis in clinical research, Annals of Internal Medicine 107.
"""

from collections.abc import Sequence

from matplotlib.figure import Figure

from metawright.figures.forest.records import ForestData, Section, Trial
from metawright.figures.forest.words import effect_name, is_estimated, model_effect, shared_decimals, trials_word
from metawright.figures.kit.axis import Axis
from metawright.figures.kit.effect_scale import EDGE
from metawright.figures.kit.fonts import truncate, wrap
from metawright.figures.kit.page import INK, REPORT_WIDTH, RULE, Page
from metawright.figures.kit.panel import BELOW, LEFT, Panel
from metawright.figures.kit.publish import Drawing
from metawright.figures.kit.sheet import LINE, MARGIN, SIZE, Part, notice, sheet
from metawright.files.known import known
from metawright.files.tables import Row
from metawright.measures.registry import measure_of
from metawright.words.names import dashed
from metawright.words.numbers import preset

PER_ROW = 3
GAP = 16.0
LARGEST = 8.0  # radius of the heaviest trial, in points
RIM, FILL = "#143f66", "#c5d4e3"
LEAST = 3
POINTS = 60
LABBE_COLUMNS = (
    "outcome", "period", "study", "label", "experimental_events", "experimental_n", "control_events", "control_n",
    "experimental_risk", "control_risk", "weight",
)  # fmt: skip


def labbe_title(data: ForestData) -> str:
    """Return the figure's title."""
    return f"L’Abbé plot: {data.label}"


def labbe_reason(data: ForestData) -> str:
    """Return why there is no plot; empty where there is one."""
    if data.layout != "binary":
        return "the arms have no counts of events"
    return "" if _sections(data) else f"no period has {LEAST} trials with counts of events"


def _sections(data: ForestData) -> list[Section]:
    return [section for section in data.sections if len(_trials(section)) >= LEAST]


def _trials(section: Section) -> list[Trial]:
    """Return the pooled trials whose risks are known."""
    return [
        trial
        for trial in section.pooled
        if all(arm.events is not None and arm.n for arm in (trial.arms["experimental"], trial.arms["control"]))
    ]


def risks(trial: Trial) -> tuple[float, float]:
    """Return the risk of the event in the control and in the experimental arm of *trial*."""
    control, treated = (known(arm.events) / known(arm.n) for arm in (trial.arms["control"], trial.arms["experimental"]))
    return control, treated


def risk_under_treatment(control: float, effect: float, measure: str) -> float:
    """Return the risk that an *effect*, on the scale of the files, makes of the risk under *control*; at most 1."""
    about = measure_of(measure)
    return known(about.risks).treated(about.scale.printed(effect), control)


def labbe_figure(data: ForestData, width: float = REPORT_WIDTH) -> Figure:
    """Draw a panel per period: trials as discs by weight, the line of no effect, and the pooled effect as a curve.

    Parameters
    ----------
    data : ForestData
        Of a binary outcome.
    width : float
        Points.
    """
    title = labbe_title(data)
    if reason := labbe_reason(data):
        return notice(title, reason, width)
    inner = (width - 2 * MARGIN - GAP * (PER_ROW - 1)) / PER_ROW
    sections = _sections(data)
    rows = [sections[start : start + PER_ROW] for start in range(0, len(sections), PER_ROW)]
    note = (
        "Discs: trials, by weight. Dashed: no effect. Solid: the pooled effect of the headline model at every event "
        f"rate under {data.arms['control']}."
    )
    with preset(data.preset):
        return sheet(title, [_row(data, row, inner) for row in rows], (note,), width)


def _row(data: ForestData, sections: Sequence[Section], inner: float) -> Part:
    side = inner - LEFT - EDGE
    beside = wrap(f"Event rate, {data.arms['experimental']}", inner, SIZE, most=2)
    head = 20.0 + SIZE * LINE * len(beside) + 6.0

    def draw(page: Page, top: float) -> None:
        for place, section in enumerate(sections):
            left = MARGIN + (inner + GAP) * place
            if data.sectioned:
                words = truncate(dashed(section.label), inner, SIZE, "bold")
                page.text(left, top + 8.0, words, size=SIZE, style="bold")
            page.text(left, top + 18.0, truncate(_words(data, section), inner, SIZE), size=SIZE)
            for row, line in enumerate(beside):
                page.text(left, top + 30.0 + SIZE * LINE * row, line, size=SIZE)
            _draw_panel(page, data, section, Panel(left + LEFT, top + head, side, side, AXIS, AXIS))

    return Part(head + side + BELOW + 8.0, draw)


AXIS = Axis(0.0, 1.0, tuple((percent / 100.0, f"{percent}%") for percent in (0, 25, 50, 75, 100)))


def _words(data: ForestData, section: Section) -> str:
    trials = trials_word(len(_trials(section)))
    if not is_estimated(section.model):
        return trials
    return f"{trials}, {_short(data)} {model_effect(data, section.model, shared_decimals(data))}"


def _short(data: ForestData) -> str:
    return known(measure_of(data.measure).risks).short


def _draw_panel(page: Page, data: ForestData, section: Section, panel: Panel) -> None:
    trials = _trials(section)
    page.line(panel.left, panel.bottom, panel.right, panel.top, width=0.6, color=RULE, dash=(2.4, 1.4))
    heaviest = max((trial.weight or 0.0 for trial in trials), default=0.0)
    for trial in sorted(trials, key=lambda one: -(one.weight or 0.0)):
        control, treated = risks(trial)
        share = (trial.weight or 0.0) / heaviest if heaviest else 0.25
        page.circle(panel.x(control), panel.y(treated), max(1.4, LARGEST * share**0.5), fill=FILL, edge=RIM)
    if is_estimated(section.model):
        grid = [place / POINTS for place in range(POINTS + 1)]
        effect = known(section.model["estimate"])
        page.curve(
            [(panel.x(x), panel.y(risk_under_treatment(x, effect, data.measure))) for x in grid], width=1.1, color=INK
        )
    panel.draw_axes(page, truncate(f"Event rate, {data.arms['control']}", panel.width, SIZE))


def labbe_alt_text(data: ForestData) -> str:
    """Return, period by period, on which side of no effect how many trials lie."""
    lead = f"{labbe_title(data)}."
    if reason := labbe_reason(data):
        return f"{lead} Not drawn: {reason}."
    words = [lead]
    with preset(data.preset):
        for section in _sections(data):
            pairs = [risks(trial) for trial in _trials(section)]
            above = sum(treated > control for control, treated in pairs)
            below = sum(treated < control for control, treated in pairs)
            where = f"{dashed(section.label)}: " if data.sectioned else ""
            pooled = (
                f"; {effect_name(data).lower()} {model_effect(data, section.model, shared_decimals(data))}"
                if is_estimated(section.model)
                else ""
            )
            sides = [f"{above} have a higher event rate under {data.arms['experimental']}"]
            sides.append(f"{below} a higher one under {data.arms['control']}{pooled}")
            words.append(f"{where}of {trials_word(len(pairs))} {' and '.join(sides)}.")
    return " ".join(words)


def labbe_table(data: ForestData) -> list[Row]:
    """Return the trials as a table with the columns `LABBE_COLUMNS`."""
    rows: list[Row] = []
    for section in _sections(data) if data.layout == "binary" else ():
        for trial in _trials(section):
            control, treated = risks(trial)
            row: dict[str, object] = {
                "outcome": data.outcome,
                "period": section.period,
                "study": trial.study,
                "label": trial.label,
            }
            row |= {f"{role}_{key}": getattr(arm, key) for role, arm in trial.arms.items() for key in ("events", "n")}
            rows.append(row | {"experimental_risk": treated, "control_risk": control, "weight": trial.weight})
    return rows


DRAWING = Drawing(labbe_figure, labbe_title, labbe_alt_text, labbe_table, LABBE_COLUMNS)
