"""Risk of bias by weight: for every pool a bar per domain, as long as the weight of the trials with each judgement."""

from collections.abc import Mapping, Sequence
from math import fsum

from matplotlib.figure import Figure

from metawright.appraisal.documents import WeightsOfPool
from metawright.figures.kit.fonts import text_width, wrap
from metawright.figures.kit.page import INK, MUTED, REPORT_WIDTH, Page, figure_style
from metawright.figures.kit.publish import Drawing
from metawright.figures.review.risk_signs import COLORS, SIGNS, WORDS
from metawright.files.tables import Row
from metawright.words.names import dashed

MARGIN, SIZE, HEAD, LINE = 4.0, 7.0, 6.4, 1.25
ROW, GAP = 13.0, 20.0
NOT_JUDGED = "not judged"


def weighted_bars_figure(pools: Sequence[WeightsOfPool], width: float = REPORT_WIDTH) -> Figure:
    """Draw one block of bars per pool.

    Parameters
    ----------
    pools : sequence of mappings
        Entries of `weights` in the document of the certainty stage, one per pool.
    width : float
        Points; the height follows from the pools.

    Returns
    -------
    matplotlib.figure.Figure
        Ready for `metawright.figures.kit.save.save`; a line of words where there is no pool.
    """
    titles = [wrap(title_of(pool), width - 2 * MARGIN, SIZE, "bold") for pool in pools]
    labels = [d["label"] for pool in pools for d in pool["domains"]]
    room = min(0.4 * width, max((text_width(label, SIZE) for label in labels), default=0.0))
    heights = [
        SIZE * LINE * len(title) + 4.0 + ROW * len(pool["domains"]) + GAP
        for title, pool in zip(titles, pools, strict=True)
    ]
    with figure_style():
        page = Page(width, MARGIN + (fsum(heights) if pools else 12.0) + 16.0)
        if not pools:
            page.text(MARGIN, MARGIN + 10.0, "No pool has weights.", size=SIZE)
        top = MARGIN
        for pool, title, height in zip(pools, titles, heights, strict=True):
            _block(page, pool, title, top, MARGIN + room + 8.0)
            top += height
        _legend(page, pools, top + 8.0)
        return page.figure


def title_of(pool: WeightsOfPool) -> str:
    """Return the name of a pool with its trials and their weights."""
    trials = ", ".join(f"{trial['label']} {trial['weight']:.0f}%" for trial in pool["trials"])
    return f"{pool['outcome_label']}, {dashed(pool['period_label'])} ({pool['model']}): {trials}"


def _block(page: Page, pool: WeightsOfPool, title: Sequence[str], top: float, left: float) -> None:
    right = page.width - MARGIN - 12.0
    y = top
    for line in title:
        y += SIZE * LINE
        page.text(MARGIN, y - 2.0, line, size=SIZE, style="bold")
    y += 4.0
    for domain in pool["domains"]:
        middle = y + ROW / 2
        page.text(MARGIN, middle + 0.36 * SIZE, wrap(domain["label"], left - MARGIN - 6.0, SIZE, most=1)[0], size=SIZE)
        _bar(page, domain["shares"], left, right, middle)
        y += ROW
    for percent in (0, 25, 50, 75, 100):
        x = left + (right - left) * percent / 100
        page.line(x, y, x, y + 2.5, width=0.7)
        page.text(x, y + 9.0, f"{percent}%", size=HEAD, align="center")
    page.line(left, y, right, y, width=0.7)


def _bar(page: Page, shares: Mapping[str, float], left: float, right: float, middle: float) -> None:
    x = left
    for level, share in shares.items():
        length = (right - left) * share / 100
        if length <= 0:
            continue
        page.box(x, middle - 4.6, length, 9.2, fill=COLORS.get(level, "#ffffff"), edge="#333333", width=0.5)
        sign = SIGNS.get(level, "")
        for text in (f"{sign} {share:.0f}%".strip(), sign):
            if text and text_width(text, SIZE, "bold") + 3.0 <= length:
                color = INK if level in COLORS else MUTED
                y = middle + 0.36 * SIZE
                page.text(x + length / 2, y, text, size=SIZE, style="bold", align="center", color=color)
                break
        x += length


def _legend(page: Page, pools: Sequence[WeightsOfPool], y: float) -> None:
    levels = dict.fromkeys(level for pool in pools for d in pool["domains"] for level in d["shares"])
    used = {level for pool in pools for d in pool["domains"] for level, share in d["shares"].items() if share > 0}
    x = MARGIN
    for level in levels:
        if level == NOT_JUDGED and level not in used:
            continue
        page.box(x, y - 6.0, 9.0, 9.0, fill=COLORS.get(level, "#ffffff"), edge="#333333", width=0.5)
        page.text(x + 4.5, y - 1.5 + 0.36 * SIZE, SIGNS.get(level, ""), size=SIZE, style="bold", align="center")
        words = WORDS.get(level, "Not judged")
        page.text(x + 12.0, y - 1.5 + 0.36 * SIZE, words, size=SIZE)
        x += 12.0 + text_width(words, SIZE) + 16.0


def weighted_bars_alt_text(pools: Sequence[WeightsOfPool]) -> str:
    """Say what the figure shows, pool by pool."""
    words = ["Risk of bias by weight."]
    for pool in pools:
        words.append(f"{title_of(pool)}.")
        for domain in pool["domains"]:
            parts = [f"{share:.0f}% {level}" for level, share in domain["shares"].items() if share > 0]
            words.append(f"{domain['label']}: {', '.join(parts)}.")
    return " ".join(words) if pools else "Risk of bias by weight: no pool has weights."


#: Columns of the figure's table.
WEIGHT_COLUMNS = ("outcome", "period", "model", "domain", "judgement", "weight")


def weighted_bars_table(pools: Sequence[WeightsOfPool]) -> list[Row]:
    """Return the figure as a table: one row per pool, domain and judgement."""
    return [
        {**{name: pool[name] for name in ("outcome", "period", "model")},
         "domain": domain["key"], "judgement": level, "weight": share}
        for pool in pools
        for domain in pool["domains"]
        for level, share in domain["shares"].items()
    ]  # fmt: skip


DRAWING = Drawing(
    weighted_bars_figure,
    lambda pools: "Risk of bias by weight",
    weighted_bars_alt_text,
    weighted_bars_table,
    WEIGHT_COLUMNS,
)
