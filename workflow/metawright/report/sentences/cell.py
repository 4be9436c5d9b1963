"""The paragraph of one cell: every sentence with the idea that it carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metawright.pooling.intervals import interval_method
from metawright.pooling.position import OUTSIDE, position
from metawright.report.sentences.availability import available
from metawright.report.sentences.context import Context, single_trial_row
from metawright.report.sentences.published import published
from metawright.report.sentences.rule import choice, other_candidate
from metawright.report.sentences.spread import heterogeneity, leave_one_out, prediction
from metawright.report.sentences.without import without_imputed
from metawright.words.names import bound, count

if TYPE_CHECKING:
    from metawright.report.documents import ReportCell, ResultRow, Results


def cell_sentences(results: Results, cell: ReportCell) -> list[dict[str, str]]:
    """Write a cell in sentences, neutral and in journal style.

    Parameters
    ----------
    results, cell : mapping
        The document of `gather_results` and one of its cells.

    Returns
    -------
    list of dict
        `{"kind", "text"}` in reading order; kinds: `available`, `single` (one trial), `protocol`,
        `recommended`, `conclusion`, `heterogeneity`, `prediction`, `leave_one_out`, `without_imputed`, `published`.
        An idea that does not apply is left out.
    """
    context = Context(results, cell)
    found = [("available", available(context))]
    if cell["status"] == "single_study":
        found.append(("single", _single(context)))
    elif cell["status"] == "pooled":
        found.append(("protocol", protocol_result(context)))
        found.append(("recommended", recommended_result(context)))
        if None not in cell["tracks"].values():
            found.append(("conclusion", cell["comparison"]["words"]))
        found.append(("heterogeneity", heterogeneity(context)))
        found.append(("prediction", prediction(context)))
        found += [("leave_one_out", text) for text in leave_one_out(context)]
    found += [("without_imputed", text) for text in without_imputed(context)]
    found.append(("published", published(context)))
    return [{"kind": kind, "text": bound(text)} for kind, text in found if text]


def protocol_result(context: Context) -> str:
    """Return the result of the protocol's headline; with a rule, what it chose and why."""
    row = context.cell["tracks"]["protocol"]
    if row is None:
        return ""
    alone = left_out(context, row, "The review’s protocol")
    if context.k_of(row) < 2:
        return alone
    why = choice(context, row)
    if position(row) == "undecided":
        return " ".join(part for part in (alone, why, other_candidate(context, row)) if part)
    start = f"Under the review’s protocol ({context.model(row)})" if not why else "In this model"
    parts = [alone, why, _result(context, row, start), other_candidate(context, row)]
    return " ".join(part for part in parts if part)


def recommended_result(context: Context) -> str:
    """Return the result of the recommended headline, with the caution that two trials ask for."""
    row = context.cell["tracks"]["recommended"]
    if row is None:
        return ""
    alone = left_out(context, row, "The recommended track")
    if context.k_of(row) < 2:
        return alone
    text = f"{alone} " if alone else ""
    text += _result(context, row, f"In the recommended {context.model(row)}")
    if context.k_of(row) == 2 and _is_hartung_knapp(row) and position(row) != "degenerate":
        text += (
            " With two trials this interval has one degree of freedom: it is very wide when they disagree "
            "and can be misleadingly narrow when they agree."
        )
    return text


def left_out(context: Context, row: ResultRow, track: str) -> str:
    """Say which trials a track leaves out, how many that leaves, and the result where that is no pool."""
    outside = row.get("excluded") or []
    if not outside:
        return ""
    whose = "whose control arm has" if len(outside) == 1 else "whose control arms have"
    text = f"{track} leaves out {context.names(outside)}, {whose} had the experimental treatment"
    left = context.k_of(row)
    if left > 1:
        return f"{text}, and pools {count(left, 'trial')}."
    if left == 0 or row.get("estimate") is None:
        return f"{text}; no trial is left."
    return f"{text}; one trial is left and there is nothing to pool: {result_clause(context, row)}."


def _result(context: Context, row: ResultRow, start: str) -> str:
    if position(row) == "degenerate":
        return _degenerate(context, row, start)
    if row.get("estimate") is None:
        return f"{start}, no estimate could be computed."
    return f"{start}, {result_clause(context, row)}."


def result_clause(context: Context, row: ResultRow) -> str:
    """Return "the mean difference was 3.10 (95% CI ...), in favour of ..., and the interval excludes ..."."""
    comma = "," if position(row) in OUTSIDE else ";"
    return f"{context.measure_words} was {context.effect(row)}{comma} {context.verdict(row)}"


def _is_hartung_knapp(row: ResultRow) -> bool:
    interval = row.get("interval")
    return interval_method(interval).hartung_knapp if interval else False


def _degenerate(context: Context, row: ResultRow, start: str) -> str:
    """Word an interval without width, which must never be read as significant."""
    method = row.get("interval")
    interval = interval_method(method).name if method else "interval"
    text = f"{start}, {context.measure_words} was {context.estimate(row['estimate'])}. The trials agree "
    text += f"exactly, so the {interval} has no width (degenerate) and says nothing about precision."
    safe = [
        one
        for one in context.cell["models"]
        if one.get("interval") == "mHKSJ" and one.get("tau2_method") == row.get("tau2_method")
    ]
    if safe and position(safe[0]) not in ("none", "degenerate"):
        text += f" The modified Hartung–Knapp interval is {context.interval(safe[0])}."
    return text


def _single(context: Context) -> str:
    row = single_trial_row(context)
    tracks = {"protocol": "The review’s protocol", "recommended": "The recommended track"}
    alone = [
        left_out(context, context.tracks[track], name)
        for track, name in tracks.items()
        if track in context.tracks and context.tracks[track].get("excluded")
    ]
    if row is None:
        return " ".join(alone)
    text = f"There is one trial and nothing to pool: {result_clause(context, row)}."
    return " ".join([text, *(alone or ["Every model shows this result."])])
