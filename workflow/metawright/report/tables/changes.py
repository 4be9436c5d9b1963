"""Sentences and tables of what moved since an earlier run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypedDict

from metawright.report.changes import PLACES
from metawright.report.sentences.context import Context
from metawright.report.tables.effects import effect_text
from metawright.report.tables.table import TableData, cell, column, table
from metawright.report.tables.verdicts import DEPENDENCES, VERDICTS
from metawright.words.names import TRACKS, count, join, sentence
from metawright.words.numbers import back_transform, format_as_recorded, format_number, is_ratio

if TYPE_CHECKING:
    from metawright.report.documents import (
        Changes,
        EffectChange,
        EffectEnd,
        Interval,
        PoolChange,
        PoolEnd,
        RatingChange,
        RatingEnd,
        Results,
        RowChange,
        VerdictChange,
        VerdictEnd,
    )


KINDS = (
    ("rows", "row"),
    ("effects", "effect"),
    ("pools", "pooled result"),
    ("verdicts", "verdict"),
    ("ratings", "rating"),
)
ABSENT = "none"


class ChangesShown(TypedDict):
    """What moved, in sentences and tables."""

    sentences: list[str]
    tables: list[TableData]


def changes_section(results: Results, changes: Changes) -> ChangesShown:
    """Return the section for the report.

    Parameters
    ----------
    results : mapping
        The document of `gather_results` of now.
    changes : mapping
        From `metawright.report.changes.what_changed`.

    Returns
    -------
    dict
        `sentences` and `tables`; where nothing moved, one sentence that says so.
    """
    contexts = {(one["outcome"], one["period"]): Context(results, one) for one in results["cells"]}
    made = (
        _pools(contexts, changes["pools"]),
        _words(contexts, changes),
        _effects(results, contexts, changes["effects"]),
    )
    return {
        "sentences": _sentences(contexts, changes),
        "tables": [*filter(None, made), *_rows(results, changes["rows"])],
    }


def _sentences(contexts: Mapping[tuple[str, str], Context], changes: Changes) -> list[str]:
    parts = []
    for name, noun in KINDS:
        kinds = {what: sum(one["what"] == what for one in changes[name]) for what in ("added", "changed", "gone")}
        said = [f"{number} {what}" for what, number in kinds.items() if number]
        if said:
            parts.append(f"{noun}s: {join(said)}")
    if not parts:
        return ["Nothing moved since the earlier results: rows, effects, pools and verdicts are the same."]
    sentences = [f"Since the earlier results, {'; '.join(parts)}. Everything else is as it was."]
    turned = [one for one in changes["pools"] if one["turned"] and one["what"] == "changed"]
    for one in turned:
        track = TRACKS.get((one["after"] or {}).get("track") or "")
        if track and one["turned"]:
            was, now = (PLACES[place] for place in one["turned"])
            sentences.append(
                f"The conclusion of {_place(contexts, one)} turned ({track.lower()}): {was} before, {now} now."
            )
    if not turned and changes["pools"]:
        sentences.append("No interval lies elsewhere than before: every conclusion stands.")
    return sentences


def _place(
    contexts: Mapping[tuple[str, str], Context], one: PoolChange | EffectChange | VerdictChange | RatingChange
) -> str:
    context = contexts.get((one["outcome"], one["period"]))
    return context.cell_label if context else f"{one['outcome']} ({one['period']})"


def _pools(contexts: Mapping[tuple[str, str], Context], changes: list[PoolChange]) -> TableData | None:
    columns = [column("Outcome and period"), column("Model"), column("Before", "right"), column("Now", "right")]
    columns += [column("Moved by", "right"), column("Trials", "right"), column("Conclusion")]
    rows = []
    for one in changes:
        context = contexts.get((one["outcome"], one["period"]))
        ends = [one["before"], one["after"]]
        shown = one["after"] or one["before"]
        track = TRACKS.get((shown and shown.get("track")) or "", "")
        sizes = [str(end["k"]) if end else ABSENT for end in ends]
        turned = [PLACES[place] for place in one["turned"]] if one["turned"] else []
        rows.append(
            [
                cell(*context.where) if context else _place(contexts, one),
                cell(one["model"], track),
                *[_effect(context, end) for end in ends],
                _by(context, *((end or {}).get("estimate") for end in ends)),
                sizes[0] if sizes[0] == sizes[1] else " → ".join(sizes),
                cell(" → ".join(turned), kind="flag") if turned else "stands",
            ]
        )
    return table("changed-pools", "Pooled results that moved", columns, rows) if rows else None


def _effect(context: Context | None, row: PoolEnd | Interval | None) -> str:
    if row is None:
        return ABSENT
    if context is None:
        return format_as_recorded(row.get("estimate"))
    return effect_text(context, row) or PLACES["none"]


def _by(context: Context | None, before: float | None, after: float | None) -> str:
    """Return how far an estimate moved: a difference, or a factor for ratios."""
    if context is None or before is None or after is None:
        return ""
    moved = after - before
    if is_ratio(context.measure):
        return f"× {format_number(back_transform(moved, context.measure), 3)}"
    return f"{'+' if moved > 0 else ''}{format_number(moved, context.decimals + 1)}"


def _effects(
    results: Results, contexts: Mapping[tuple[str, str], Context], changes: list[EffectChange]
) -> TableData | None:
    columns = [column("Trial"), column("Outcome and period"), column("Before", "right"), column("Now", "right")]
    columns.append(column("Moved by", "right"))
    rows = []
    for one in changes:
        context = contexts.get((one["outcome"], one["period"]))
        ends = [_interval(one["before"]), _interval(one["after"])]
        rows.append(
            [
                results["labels"].get(one["study"], one["study"]),
                cell(*context.where) if context else _place(contexts, one),
                *[_effect(context, end) for end in ends],
                _by(context, *((end or {}).get("estimate") for end in ends)),
            ]
        )
    return table("changed-effects", "Effects of trials that moved", columns, rows) if rows else None


def _interval(end: EffectEnd | None) -> Interval | None:
    return end and {"estimate": end["y"], "ci_low": end["ci_low"], "ci_high": end["ci_high"]}


def _words(contexts: Mapping[tuple[str, str], Context], changes: Changes) -> TableData | None:
    rows = []
    for name, what, said in (("verdicts", "Would it survive?", _verdict), ("ratings", "Certainty", _rating)):
        for one in changes[name]:
            rows.append(
                [
                    _place(contexts, one),
                    what,
                    *[said(one[when]) if one[when] else ABSENT for when in ("before", "after")],
                ]
            )
    columns = [column("Outcome and period"), column("What"), column("Before", wide=True), column("Now", wide=True)]
    return table("changed-verdicts", "Verdicts and ratings that moved", columns, rows) if rows else None


def _verdict(verdict: VerdictEnd) -> str:
    depends = [DEPENDENCES.get(one, one) for one in verdict["depends_on"]]
    return sentence(f"depends on {join(depends)}" if depends else VERDICTS.get(verdict["verdict"], verdict["verdict"]))


def _rating(rating: RatingEnd) -> str:
    return sentence(rating["words"])


def _rows(results: Results, changes: list[RowChange]) -> list[TableData]:
    rows = []
    for one in changes:
        label = results["labels"].get(one["study"], one["study"])
        for at, change in enumerate(one["cells"] or [{"column": "", "before": "", "after": ""}]):
            head = cell(label, f"{one['outcome']}, {one['timepoint']}, {one['arm']}") if at == 0 else cell(label)
            rows.append([head, one["what"], change["column"], change["before"] or ABSENT, change["after"] or ABSENT])
    columns = [column("Trial"), column("Row"), column("Cell"), column("Before", "right"), column("Now", "right")]
    caption = f"Rows in pools that moved ({count(len(changes), 'row')})"
    return [table("changed-rows", caption, columns, rows)] if rows else []
