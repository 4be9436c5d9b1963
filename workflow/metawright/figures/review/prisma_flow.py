"""The flow of records as PRISMA 2020 draws it: boxes from identification to inclusion, with what is not known said."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from metawright.appraisal.documents import FlowDocument, ScreeningCounts
from metawright.figures.kit.fonts import text_width, wrap
from metawright.figures.kit.page import INK, MUTED, REPORT_WIDTH, Page, figure_style
from metawright.figures.kit.publish import Drawing
from metawright.files.tables import Row

MARGIN, SIZE, LINE = 6.0, 7.0, 1.3
PAD, GAP, BAND = 6.0, 14.0, 14.0
NOT_KNOWN = "not stated"
_HOLD = "¤"
_COUNTED = re.compile(r"\(n [^)]*\)$")

#: What the counts are called in a sentence.
NAMES = {
    "database_results": "records from databases", "register_results": "records from registers",
    "website_results": "records from websites", "organisation_results": "records from organisations",
    "citations_results": "records from citation searching", "duplicates": "duplicates",
    "records_screened": "records screened", "records_excluded": "records excluded",
    "dbr_sought_reports": "reports sought", "dbr_notretrieved_reports": "reports not retrieved",
    "dbr_assessed": "reports assessed", "dbr_excluded": "reports excluded",
    "other_sought_reports": "reports sought from other sources",
    "other_notretrieved_reports": "reports from other sources not retrieved",
    "other_assessed": "reports from other sources assessed", "other_excluded": "reports from other sources excluded",
    "new_studies": "studies included", "new_reports": "reports of the studies included",
    "total_studies": "studies in total", "total_studies_ma": "studies in a meta-analysis",
}  # fmt: skip

#: Light fills, apart for everyone; the words carry the meaning.
FILLS = {"identification": "#dbe9f6", "screening": "#e8f3df", "included": "#fbecd2", "wrong": "#fbe3da"}


@dataclass(frozen=True)
class Box:
    """A box of the diagram: its lines, and the box to its right that leaves the flow."""

    stage: str
    lines: tuple[str, ...]
    aside: tuple[str, ...] = ()


def prisma_flow_figure(document: FlowDocument, width: float = REPORT_WIDTH) -> Figure:
    """Draw the flow of records.

    Parameters
    ----------
    document : mapping
        The document of the screening stage.
    width : float
        Points; the height follows from the boxes.

    Returns
    -------
    matplotlib.figure.Figure
        Ready for `metawright.figures.kit.save.save`. Other sources get a second column where they have counts.
    """
    main, other = flow_boxes(document["counts"] or {})
    remarks = flow_remarks(document)
    columns: list[Sequence[Box | None]] = [main, other] if other else [main]
    left = MARGIN + BAND + 8.0
    room = width - left - MARGIN
    slot = (room - GAP * (2 * len(columns) - 1)) / (2 * len(columns))
    tops = _tops(columns, slot)
    bottom = tops[-1]
    lines = [line for remark in remarks for line in wrap(remark, width - 2 * MARGIN, SIZE)]
    with figure_style():
        page = Page(width, bottom + 10.0 + SIZE * LINE * len(lines) + MARGIN)
        _bands(page, main, tops)
        for number, boxes in enumerate(columns):
            _column(page, boxes, left + number * 2 * (slot + GAP), slot, tops)
        if other:
            last = max(place for place, box in enumerate(other) if box)
            _join(page, left, slot, tops[last] + _height(other[last], slot), (tops[-2] + tops[-1]) / 2)
        y = bottom + 10.0 + SIZE
        for line in lines:
            page.text(MARGIN, y, line, size=SIZE, color=MUTED)
            y += SIZE * LINE
        return page.figure


def _count(counts: Mapping[str, object], name: str) -> str:
    value = counts.get(name)
    if isinstance(value, Mapping):
        value = sum(value.values())
    return f"(n = {value:,})" if value is not None else f"(n {NOT_KNOWN})"


def _reasons(counts: Mapping[str, int]) -> list[str]:
    return [f"{reason} (n = {count:,})" for reason, count in counts.items()]


def flow_boxes(counts: ScreeningCounts) -> tuple[list[Box], list[Box | None]]:
    """Return the boxes of records from databases and registers, and of those from other sources (empty without any).

    A None in the second column is a row that it does not have.
    """

    def n(name: str) -> str:
        return _count(counts, name)

    found = [f"Databases {n('database_results')}"]
    found += [f"Registers {n('register_results')}"] if "register_results" in counts else []
    before = [f"Duplicates {n('duplicates')}"]
    before += [f"Marked ineligible by automation {n('excluded_automatic')}"] if "excluded_automatic" in counts else []
    before += [f"Other or unstated reason {n('excluded_other')}"] if "excluded_other" in counts else []
    included = [f"Studies included {n('new_studies')}", f"Reports of these studies {n('new_reports')}"]
    for name, words in (("previous_studies", "Studies of a previous version"), ("total_studies", "Studies in total"),
                        ("total_studies_ma", "Studies in a meta-analysis")):  # fmt: skip
        included += [f"{words} {n(name)}"] if name in counts else []
    main = [
        Box("identification", ("Records identified", *found), ("Removed before screening", *before)),
        Box("screening", (f"Records screened {n('records_screened')}",),
            (f"Records excluded {n('records_excluded')}",)),
        Box("screening", (f"Reports sought {n('dbr_sought_reports')}",),
            (f"Reports not retrieved {n('dbr_notretrieved_reports')}",)),
        Box("screening", (f"Reports assessed {n('dbr_assessed')}",),
            (f"Reports excluded {n('dbr_excluded')}", *_reasons(counts.get("dbr_excluded") or {}))),
        Box("included", tuple(included)),
    ]  # fmt: skip
    sources = [
        f"{words} {n(name)}"
        for name, words in (("website_results", "Websites"), ("organisation_results", "Organisations"),
                            ("citations_results", "Citation searching"))
        if name in counts
    ]  # fmt: skip
    if not sources and not any(name.startswith("other_") for name in counts):
        return main, []
    other = [
        Box("identification", ("Records from other sources", *sources)),
        None,
        Box("screening", (f"Reports sought {n('other_sought_reports')}",),
            (f"Reports not retrieved {n('other_notretrieved_reports')}",)),
        Box("screening", (f"Reports assessed {n('other_assessed')}",),
            (f"Reports excluded {n('other_excluded')}", *_reasons(counts.get("other_excluded") or {}))),
        None,
    ]  # fmt: skip
    return main, other


def flow_remarks(document: FlowDocument) -> list[str]:
    """Return what the arithmetic says, in sentences."""
    checks = document["checks"]
    wrong = [check for check in checks if check["status"] == "wrong"]
    unknown = [check for check in checks if check["status"] == "open"]
    words = [f"Does not add up: {check['words']} ({check['left']} and {check['right']})." for check in wrong]
    if unknown:
        missing = list(dict.fromkeys(name for check in unknown for name in check["missing"]))
        named = ", ".join(NAMES.get(name, name) for name in missing)
        words.append(f"Cannot be closed, since these counts are {NOT_KNOWN}: {named}.")
    if not wrong and not unknown and checks:
        words.append("Every count agrees with the others.")
    return words


def _wrapped(lines: Sequence[str], slot: float) -> list[str]:
    """Break lines for a box; a count in parentheses stays in one piece."""
    held = [_COUNTED.sub(lambda found: found[0].replace(" ", _HOLD), line) for line in lines]
    return [part.replace(_HOLD, " ") for line in held for part in wrap(line, slot - 2 * PAD, SIZE)]


def _height(box: Box | None, slot: float) -> float:
    if box is None:
        return 0.0
    most = max(len(_wrapped(box.lines, slot)), len(_wrapped(box.aside, slot)) if box.aside else 0)
    return 2 * PAD + SIZE * LINE * most - SIZE * (LINE - 1)


def _tops(columns: Sequence[Sequence[Box | None]], slot: float) -> list[float]:
    """Return the top of each row of boxes, and the bottom of the last one."""
    tops = [MARGIN]
    for row in zip(*columns, strict=True):
        tops.append(tops[-1] + max(_height(box, slot) for box in row) + GAP)
    tops[-1] -= GAP
    return tops


def _bands(page: Page, boxes: Sequence[Box], tops: Sequence[float]) -> None:
    """Draw the names of the stages at the left, each as tall as its boxes."""
    for stage in dict.fromkeys(box.stage for box in boxes):
        rows = [place for place, box in enumerate(boxes) if box.stage == stage]
        top, last = tops[rows[0]], tops[rows[-1] + 1] - (GAP if rows[-1] + 2 < len(tops) else 0.0)
        page.box(MARGIN, top, BAND, last - top, fill=FILLS[stage], edge="#333333", width=0.5)
        words = stage.capitalize()
        size = min(SIZE, SIZE * (last - top - 4.0) / text_width(words, SIZE, "bold"))
        x = MARGIN + BAND / 2 + 0.36 * size
        page.text(x, (top + last) / 2, words, size=size, style="bold", align="center", rotation=90.0)


def _column(page: Page, boxes: Sequence[Box | None], left: float, slot: float, tops: Sequence[float]) -> None:
    middle = left + slot / 2
    previous = None
    for place, box in enumerate(boxes):
        if box is None:
            continue
        top, height = tops[place], _height(box, slot)
        if previous is not None:
            _arrow_down(page, middle, previous, top)
        _box(page, box.lines, left, top, slot, height, FILLS[box.stage])
        if box.aside:
            _box(page, box.aside, left + slot + GAP, top, slot, height, "#ffffff")
            _arrow_right(page, left + slot, left + slot + GAP, top + height / 2)
        previous = top + height


def _box(page: Page, lines: Sequence[str], x: float, top: float, width: float, height: float, fill: str) -> None:
    page.box(x, top, width, height, fill=fill, edge="#333333", width=0.6)
    y = top + PAD + 0.8 * SIZE
    for line in _wrapped(lines, width):
        page.text(x + PAD, y, line, size=SIZE, color=MUTED if NOT_KNOWN in line else INK)
        y += SIZE * LINE


def _arrow_down(page: Page, x: float, top: float, bottom: float) -> None:
    page.line(x, top, x, bottom - 3.0)
    page.polygon([(x - 2.4, bottom - 4.5), (x + 2.4, bottom - 4.5), (x, bottom)])


def _arrow_right(page: Page, left: float, right: float, y: float) -> None:
    page.line(left, y, right - 3.0, y)
    page.polygon([(right - 4.5, y - 2.4), (right - 4.5, y + 2.4), (right, y)])


def _join(page: Page, left: float, slot: float, start: float, end: float) -> None:
    """Lead the reports of other sources to the studies included."""
    x = left + 2 * (slot + GAP) + slot / 2
    page.line(x, start, x, end)
    page.line(x, end, left + slot + 3.0, end)
    page.polygon([(left + slot + 4.5, end - 2.4), (left + slot + 4.5, end + 2.4), (left + slot, end)])


def prisma_flow_alt_text(document: FlowDocument) -> str:
    """Say what the figure shows, box by box."""
    main, other = flow_boxes(document["counts"] or {})
    words = ["Flow of records."]
    for boxes, name in ((main, ""), (other, "From other sources: ")):
        for box in filter(None, boxes):
            words.append(f"{name}{'; '.join(box.lines)}.")
            words += [f"{'; '.join(box.aside)}."] if box.aside else []
    return " ".join([*words, *flow_remarks(document)])


#: Columns of the figure's table.
FLOW_COLUMNS = ("count", "reason", "n")


def prisma_flow_table(document: FlowDocument) -> list[Row]:
    """Return the counts of the figure: one row per count, and per reason for exclusion."""
    rows: list[Row] = []
    for name, value in (document["counts"] or {}).items():
        if isinstance(value, Mapping):
            rows += [{"count": name, "reason": reason, "n": n} for reason, n in value.items()]
        else:
            rows.append({"count": name, "reason": "", "n": value})
    return rows


DRAWING = Drawing(
    prisma_flow_figure, lambda document: "Flow of records", prisma_flow_alt_text, prisma_flow_table, FLOW_COLUMNS
)
