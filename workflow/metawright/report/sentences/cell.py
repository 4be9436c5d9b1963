"""The paragraph of one cell: every sentence with the idea that it carries."""

from collections.abc import Mapping

from metawright.report.sentences.availability import available
from metawright.report.sentences.context import Context
from metawright.report.sentences.published import published
from metawright.report.sentences.rule import choice, other_candidate
from metawright.report.sentences.spread import heterogeneity, leave_one_out, prediction
from metawright.report.tracks import position
from metawright.report.words import INTERVALS, bound

HARTUNG_KNAPP = ("HKSJ", "mHKSJ", "IQWiG6", "hybrid")


def cell_sentences(results: Mapping, cell: Mapping) -> list[dict[str, str]]:
    """Write a cell in sentences, neutral and in journal style.

    Parameters
    ----------
    results, cell : mapping
        The document of `gather_results` and one of its cells.

    Returns
    -------
    list of dict
        `{"kind", "text"}` in reading order; kinds: `available`, `single` (one trial), `protocol`,
        `recommended`, `conclusion`, `heterogeneity`, `prediction`, `leave_one_out`, `published`. An idea that
        does not apply is left out.
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
    found.append(("published", published(context)))
    return [{"kind": kind, "text": bound(text)} for kind, text in found if text]


def protocol_result(context: Context) -> str:
    """Return the result of the protocol's headline; with a rule, what it chose and why."""
    row = context.cell["tracks"]["protocol"]
    if row is None:
        return ""
    why = choice(context, row)
    if position(row) == "undecided":
        return " ".join(part for part in (why, other_candidate(context, row)) if part)
    start = f"Under the review’s protocol ({context.model(row)})" if not why else "In this model"
    parts = [why, _result(context, row, start), other_candidate(context, row)]
    return " ".join(part for part in parts if part)


def recommended_result(context: Context) -> str:
    """Return the result of the recommended headline, with the caution that two trials ask for."""
    row = context.cell["tracks"]["recommended"]
    if row is None:
        return ""
    text = _result(context, row, f"In the recommended {context.model(row)}")
    if context.k == 2 and row.get("interval") in HARTUNG_KNAPP and position(row) != "degenerate":
        text += (
            " With two trials this interval has one degree of freedom: it is very wide when they disagree "
            "and can be misleadingly narrow when they agree."
        )
    return text


def _result(context: Context, row: Mapping, start: str) -> str:
    if position(row) == "degenerate":
        return _degenerate(context, row, start)
    if row.get("estimate") is None:
        return f"{start}, no estimate could be computed."
    return f"{start}, {result_clause(context, row)}."


def result_clause(context: Context, row: Mapping) -> str:
    """Return "the mean difference was 3.10 (95% CI ...), in favour of ..., and the interval excludes ..."."""
    comma = "," if position(row) in ("above", "below") else ";"
    return f"{context.measure_words} was {context.effect(row)}{comma} {context.verdict(row)}"


def _degenerate(context: Context, row: Mapping, start: str) -> str:
    """Word an interval without width, which must never be read as significant."""
    interval = INTERVALS.get(row.get("interval"), "interval")
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
    row = context.cell["models"][0]
    text = f"There is one trial and nothing to pool: {result_clause(context, row)}."
    return f"{text} Every model shows this result."
