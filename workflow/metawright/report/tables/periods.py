"""Tables of the differences between periods that share trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from metawright.report.sentences.context import Context
from metawright.report.tables.table import TableData, cell, column, table
from metawright.words.names import dashed, sentence
from metawright.words.numbers import format_effect, format_number, format_tau2, is_ratio, p_value

if TYPE_CHECKING:
    from metawright.heterogeneity.documents import PeriodsDocument


MODELS = {"FE": "Fixed effect", "RE": "Random effects"}


def periods_tables(context: Context, document: PeriodsDocument | None) -> list[TableData]:
    """Return a table per pair of periods with data in both.

    Parameters
    ----------
    context : Context
        Any cell of the outcome.
    document : mapping or None
        The outcome's comparison of periods.
    """
    labels = {p["key"]: dashed(p.get("label") or p["key"]) for p in context.results["protocol"]["periods"]}
    pairs = [pair for pair in (document or {"pairs": []})["pairs"] if pair["status"] == "compared"]
    return [_table(context, pair, labels) for pair in pairs]


def _table(context: Context, pair: Mapping, labels: Mapping[str, str]) -> TableData:
    columns = [column("Model"), column("Correlation", "right"), column("Difference [95% CI]", "right")]
    columns += [column("P", "right"), column("Cluster-robust [95% CI]", "right"), column("df", "right")]
    columns.append(column("P", "right"))
    rows = [_row(context, one) for one in _shown(pair["differences"])]
    for one in pair["naive"]:
        head = cell("As if independent", f"{MODELS['FE' if one['model'].startswith('FE') else 'RE']}: the wrong test")
        effect = _effect(context, one["difference"], one["ci_low"], one["ci_high"])
        rows.append([head, "", effect, p_value(one["p"]), "", "", ""])
    earlier, later = labels[pair["earlier"]], labels[pair["later"]]
    name = f"{context.cell['outcome']}.{pair['earlier']}.{pair['later']}.difference"
    against = "over" if is_ratio(context.measure) else "minus"
    caption = f"{context.where[0]}: {later} {against} {earlier}"
    return table(name, caption, columns, rows, _notes(context, pair, labels))


def _shown(differences: Sequence[Mapping]) -> list[Mapping]:
    """Every fixed-effect row, and the random-effects rows of the middle correlation of true effects."""
    phi = sorted({one["phi"] for one in differences if one["phi"] is not None})
    middle = phi[len(phi) // 2] if phi else None
    return [one for one in differences if one["model"] == "FE" or one["phi"] == middle]


def _row(context: Context, one: Mapping) -> list:
    tau2 = f"τ² = {format_tau2(one['tau2'])}" if one["model"] == "RE" else ""
    effect = _effect(context, one["difference"], one["ci_low"], one["ci_high"])
    robust, df = "", ""
    if one["robust_se"] is not None and one["robust_df"] is not None:
        robust = _effect(context, one["difference"], one["robust_ci_low"], one["robust_ci_high"])
        df = format_number(one["robust_df"], 1)
    head = cell(MODELS[one["model"]], tau2)
    return [head, format_number(one["rho"], 1), effect, p_value(one["p"]), robust, df, p_value(one["robust_p"])]


def _effect(context: Context, difference: float, low: float, high: float) -> str:
    return format_effect(difference, low, high, context.measure, context.decimals)


def _notes(context: Context, pair: Mapping, labels: Mapping[str, str]) -> list[str]:
    notes = [
        "Correlation: of a trial’s two estimates; no trial reports it. As if independent: what the usual subgroup test "
        "would say, which counts shared trials twice; shown only for comparison."
        if pair["shared"]
        else "As if independent: the usual subgroup test."
    ]
    parts = [f"{len(pair['shared'])} in both periods"]
    for side in ("earlier", "later"):
        only = pair[f"only_{side}"]
        if only:
            who = context.names(only) if len(only) < 5 else f"{len(only)} trials"
            parts.append(f"only in {labels[pair[side]]}: {who}")
    notes.append(f"Trials: {'; '.join(parts)}.")
    notes += [f"{sentence(remark)}." for remark in pair["remarks"]]
    robust = list(dict.fromkeys(one["robust_note"] for one in pair["differences"] if one["robust_note"]))
    return [*notes, *(f"{sentence(words)}." for words in robust)]
