"""The risk-of-bias plot: a light for every trial and domain, and the share of each judgement per domain.

Every judgement has a colour and a sign, so that it is read without seeing colours; the colours are those of Okabe
and Ito, which people with any kind of colour vision tell apart.
"""

from collections.abc import Mapping, Sequence
from math import fsum

from matplotlib.figure import Figure

from metawright.appraisal.documents import JudgedStudy, RiskOfBiasDocument
from metawright.appraisal.judgements import LEVELS
from metawright.figures.kit.fonts import text_width, wrap
from metawright.figures.kit.page import INK, MUTED, REPORT_WIDTH, RULE, Page, figure_style
from metawright.figures.kit.publish import Drawing
from metawright.figures.review.risk_of_bias_text import risk_of_bias_alt_text, risk_of_bias_columns, risk_of_bias_table
from metawright.figures.review.risk_signs import COLORS, SIGNS, WORDS

MARGIN = 4.0
SIZE, HEAD = 7.0, 6.4
LINE = 1.25
ROW, BAR_ROW = 13.5, 14.5
RADIUS, SIGN_SIZE = 5.0, 8.5
COLUMN_MOST = 78.0
STUDY_MOST = 150.0
ROTATED_MOST = 96.0


def risk_of_bias_figure(appraisal: RiskOfBiasDocument, width: float = REPORT_WIDTH) -> Figure:
    """Draw the traffic lights of all trials and, below them, a bar for every domain.

    Parameters
    ----------
    appraisal : mapping
        The document of `metawright.appraisal.risk_of_bias.risk_of_bias`.
    width : float
        Points; the height follows from the number of trials and domains.

    Returns
    -------
    matplotlib.figure.Figure
        In DejaVu Sans, ready for `metawright.figures.kit.save.save`.
    """
    studies, domains = appraisal["studies"], appraisal["domains"]
    extra = _extra_columns(studies)
    names = [wrap(study["label"], STUDY_MOST, SIZE, most=2) for study in studies]
    study_width = max([text_width(line, SIZE) for name in names for line in name] + [40.0]) + 8.0
    extra_widths = [_extra_width(key, head, studies) for key, head in extra]
    room = width - 2 * MARGIN - study_width - fsum(extra_widths)
    step = min(COLUMN_MOST, room / max(1, len(domains)))
    heads, upright = _heads([domain["label"] for domain in domains], step)
    head_height = 6.0 + (SIZE * LINE * max(map(len, heads), default=1) if upright else _tallest(heads))
    rows = [ROW + SIZE * LINE * (len(name) - 1) for name in names]
    bars_top = MARGIN + head_height + fsum(rows) + 22.0
    labels = [wrap(domain["label"], 0.42 * width, SIZE, most=2) for domain in domains]
    bars = [BAR_ROW + (SIZE * LINE - 4.0) * (len(label) - 1) for label in labels]
    with figure_style():
        page = Page(width, bars_top + fsum(bars) + 38.0)
        lights_left = MARGIN + study_width
        _draw_heads(page, heads, upright, lights_left, step, MARGIN + head_height)
        _draw_lights(page, appraisal, names, rows, lights_left, step, MARGIN + head_height)
        x = lights_left + step * len(domains)
        for (key, head), extra_width in zip(extra, extra_widths, strict=True):
            _draw_extra(page, key, head, studies, x + extra_width / 2.0, rows, MARGIN + head_height)
            x += extra_width
        _draw_bars(page, appraisal, labels, bars, bars_top)
        _draw_legend(page, appraisal, bars_top + fsum(bars) + 28.0)
        return page.figure


def levels_of(appraisal: RiskOfBiasDocument) -> list[str]:
    """Return the instrument's levels, from low to high."""
    return list(LEVELS[appraisal["instrument"]])


def _extra_columns(studies: Sequence[JudgedStudy]) -> list[tuple[str, str]]:
    """Return the columns right of the lights: overall judgement and grade, where there are any."""
    overall = any(study["overall"] or study["overall_printed"] for study in studies)
    grade = any(study["grade"] or study["grade_printed"] for study in studies)
    return [*([("overall", "Overall")] if overall else []), *([("grade", "Grade")] if grade else [])]


def _extra_width(key: str, head: str, studies: Sequence[JudgedStudy]) -> float:
    texts = [head] + ([_grade_words(study) for study in studies] if key == "grade" else [])
    return max(text_width(text, SIZE, "bold") for text in texts) + 12.0


def _grade_words(study: JudgedStudy) -> str:
    """Return the grade by the rule, with the printed one beside it where they differ or only that one exists."""
    computed, printed = study["grade"], study["grade_printed"]
    if printed is None or printed == computed:
        return computed or "–"
    return f"{computed or '–'} (printed {printed})"


def _heads(labels: Sequence[str], step: float) -> tuple[list[list[str]], bool]:
    """Break the domains' names for their columns; upright where every word fits, else turned by 90 degrees."""
    names = [label.split(" (")[0] for label in labels]
    longest = max((text_width(word, HEAD, "bold") for name in names for word in name.split()), default=0.0)
    if longest <= step - 3.0:
        return [wrap(name, max(step - 8.0, longest), HEAD, "bold", most=5) for name in names], True
    most = max(1, int((step - 2.0) / (HEAD * LINE)))
    return [wrap(name, ROTATED_MOST, HEAD, "bold", most=min(2, most)) for name in names], False


def _tallest(heads: Sequence[Sequence[str]]) -> float:
    return max((text_width(line, HEAD, "bold") for head in heads for line in head), default=0.0)


def _draw_heads(
    page: Page, heads: Sequence[Sequence[str]], upright: bool, left: float, step: float, bottom: float
) -> None:
    page.text(MARGIN, bottom - 5.0, "Study", size=SIZE, style="bold")
    for place, lines in enumerate(heads):
        middle = left + step * (place + 0.5)
        for row, line in enumerate(lines):
            if upright:
                y = bottom - 5.0 - HEAD * LINE * (len(lines) - 1 - row)
                page.text(middle, y, line, size=HEAD, style="bold", align="center")
            else:
                x = middle + HEAD * (0.36 + LINE * (row - (len(lines) - 1) / 2.0))
                page.text(x, bottom - 4.0, line, size=HEAD, style="bold", rotation=90.0)
    page.line(MARGIN, bottom, page.width - MARGIN, bottom, width=0.7)


def _draw_lights(
    page: Page,
    appraisal: RiskOfBiasDocument,
    names: Sequence[Sequence[str]],
    rows: Sequence[float],
    left: float,
    step: float,
    top: float,
) -> None:
    for study, name, height in zip(appraisal["studies"], names, rows, strict=True):
        middle = top + height / 2.0
        for row, line in enumerate(name):
            y = middle + 0.36 * SIZE + SIZE * LINE * (row - (len(name) - 1) / 2.0)
            page.text(MARGIN, y, line, size=SIZE)
        for place, domain in enumerate(appraisal["domains"]):
            light(page, left + step * (place + 0.5), middle, study["judgements"][domain["key"]]["judgement"])
        top += height
        page.line(MARGIN, top, page.width - MARGIN, top, width=0.3, color="#d0d0d0")


def light(page: Page, x: float, y: float, level: str | None) -> None:
    """Draw one judgement: a disc in its colour with its sign; a dashed ring where there is none."""
    if level is None:
        page.circle(x, y, RADIUS, fill="#ffffff", edge=RULE, dash=(1.6, 1.4))
        return
    page.circle(x, y, RADIUS, fill=COLORS[level], edge="#333333")
    page.text(x, y + 0.36 * SIGN_SIZE, SIGNS[level], size=SIGN_SIZE, style="bold", align="center")


def _draw_extra(
    page: Page, key: str, head: str, studies: Sequence[JudgedStudy], middle: float, rows: Sequence[float], top: float
) -> None:
    page.text(middle, top - 5.0, head, size=HEAD, style="bold", align="center")
    for study, height in zip(studies, rows, strict=True):
        if key == "overall":
            light(page, middle, top + height / 2.0, study["overall"])
        else:
            page.text(middle, top + height / 2.0 + 0.36 * SIZE, _grade_words(study), size=SIZE, align="center")
        top += height


def _draw_bars(
    page: Page, appraisal: RiskOfBiasDocument, labels: Sequence[Sequence[str]], rows: Sequence[float], top: float
) -> None:
    """Draw one bar per domain, all of them as long as the number of trials."""
    widest = max((text_width(line, SIZE) for label in labels for line in label), default=0.0)
    left, right = MARGIN + widest + 10.0, page.width - MARGIN - 12.0
    page.text(MARGIN, top - 6.0, "Share of trials", size=SIZE, style="bold")
    total = max(1, len(appraisal["studies"]))
    y = top
    for domain, label, height in zip(appraisal["domains"], labels, rows, strict=True):
        middle = y + height / 2.0
        for row, line in enumerate(label):
            shift = SIZE * LINE * (row - (len(label) - 1) / 2.0)
            page.text(MARGIN, middle + 0.36 * SIZE + shift, line, size=SIZE)
        _draw_bar(page, appraisal["counts"][domain["key"]], total, left, right, middle)
        y += height
    for percent in (0, 25, 50, 75, 100):
        x = left + (right - left) * percent / 100.0
        page.line(x, y, x, y + 2.5, width=0.7)
        page.text(x, y + 9.5, f"{percent}%", size=HEAD, align="center")
    page.line(left, y, right, y, width=0.7)


def _draw_bar(page: Page, counts: Mapping[str, int], total: int, left: float, right: float, middle: float) -> None:
    """Draw the shares from low to high, with sign and count where they fit; trials not judged stay white."""
    x = left
    for level, count in [*counts.items(), (None, total - sum(counts.values()))]:
        if not count:
            continue
        length = (right - left) * count / total
        page.box(x, middle - 4.8, length, 9.6, fill=COLORS.get(level, "#ffffff"), edge="#333333", width=0.5)
        for text in (f"{SIGNS[level]} {count}", SIGNS[level]) if level else (str(count),):
            if text_width(text, SIZE, "bold") + 3.0 <= length:
                color = INK if level else MUTED
                page.text(
                    x + length / 2.0, middle + 0.36 * SIZE, text, size=SIZE, style="bold", align="center", color=color
                )
                break
        x += length


def _draw_legend(page: Page, appraisal: RiskOfBiasDocument, y: float) -> None:
    judged = [item["judgement"] for study in appraisal["studies"] for item in study["judgements"].values()]
    x = MARGIN + RADIUS
    for level in [*levels_of(appraisal), *([None] if None in judged else [])]:
        words = WORDS[level] if level else "Not judged"
        light(page, x, y, level)
        page.text(x + RADIUS + 3.0, y + 0.36 * SIZE, words, size=SIZE)
        x += 2 * RADIUS + text_width(words, SIZE) + 18.0


DRAWING = Drawing(
    risk_of_bias_figure,
    lambda appraisal: "Risk of bias",
    risk_of_bias_alt_text,
    risk_of_bias_table,
    risk_of_bias_columns,
)
