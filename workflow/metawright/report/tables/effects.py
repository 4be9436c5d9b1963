"""Tables of one cell: both tracks side by side, all models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metawright.pooling.model_names import NO_PREDICTION, lacks_prediction, model_short
from metawright.pooling.position import OUTSIDE, position
from metawright.report.sentences.context import SIDES, Context, single_trial_row
from metawright.report.sentences.published import printed
from metawright.report.tables.table import TableData, cell, column, table
from metawright.words.names import TRACKS, measure_short
from metawright.words.numbers import format_ci, format_effect, format_percent, format_tau2, p_value

if TYPE_CHECKING:
    from metawright.audit.documents import Claim
    from metawright.pooling.documents import Candidate, ModelResult, PooledRow
    from metawright.report.documents import ResultRow


def effect_text(context: Context, row: ResultRow | None) -> str:
    """Return `3.10 [0.04, 6.15]`, or why there is none."""
    where = position(row)
    if where == "undecided":
        return "not decided"
    if row is None or row.get("estimate") is None:
        return ""
    if where == "degenerate":
        return f"{context.estimate(row['estimate'])} [degenerate]"
    return format_effect(row["estimate"], row["ci_low"], row["ci_high"], context.measure, context.decimals)


def reading(context: Context, row: ResultRow | None) -> str:
    """Return what a result says in a few words: "favours exercise" or "includes no difference"."""
    where = position(row)
    if row is not None and where in OUTSIDE:
        side = context.side(row["estimate"])
        return side if side in SIDES else f"favours {side}"
    words = {"includes": f"interval includes {context.null}", "degenerate": "degenerate", "undecided": "rule is silent"}
    return words.get(where, "")


def tracks_table(context: Context, name: str) -> TableData:
    """Return the headline of both tracks side by side, with the published result beside them."""
    single = context.cell["status"] == "single_study"
    tracks = context.tracks
    tracks = {"trial": single_trial_row(context) or context.cell["models"][0]} if single else tracks
    claim = context.cell["claims"][context.cell["main_claim"]] if context.cell["main_claim"] is not None else None
    columns = [column("")] + [column(TRACKS.get(key, "The one trial"), "right") for key in tracks]
    if claim:
        columns.append(column(f"Published ({claim['claim']})", "right"))
    models = ["Wald interval" if single else _short(row) or "one trial left" for row in tracks.values()]
    lines = {
        "Model": (models, ""),
        f"{measure_short(context.measure)} [95% CI]": (
            [effect_text(context, row) for row in tracks.values()],
            claim and claim_effect(claim),
        ),
        "P": ([p_value(row.get("p")) for row in tracks.values()], claim and claim_p(claim)),
    }
    if context.k > 1:
        lines["τ²"] = ([format_tau2(row.get("tau2")) for row in tracks.values()], "")
        lines["I²"] = ([format_percent(row.get("i2")) for row in tracks.values()], "")
    if context.k > 2:
        lines["95% prediction interval"] = ([prediction_text(context, row) for row in tracks.values()], "")
    sizes = [_size(context, row) for row in tracks.values()]
    lines["Trials (participants)"] = (sizes, claim and (claim.get("k") or "").strip())
    lines["Reading"] = ([reading(context, row) for row in tracks.values()], claim and (claim.get("words") or ""))
    rows = [[head, *own, *([published or ""] if claim else [])] for head, (own, published) in lines.items()]
    caption = f"The one trial for {context.cell_label}" if single else f"Both tracks for {context.cell_label}"
    return table(name, caption, columns, rows)


def _size(context: Context, row: ModelResult) -> str:
    """Return `3 (162)`: the trials and participants of one model."""
    n, k = (row if row.get("excluded") else context.cell)["n"], context.k_of(row)
    return str(k) if n is None else f"{k} ({n})"


def models_table(context: Context, name: str) -> TableData:
    """Return every declared model, the headlines first as declared; a silent rule shows both candidates."""
    short = measure_short(context.measure)
    columns = [column("Model"), column(f"{short} [95% CI]", "right"), column("P", "right"), column("τ²", "right")]
    columns += [column("I²", "right"), column("95% prediction interval", "right"), column("Track")]
    rows = []
    for row in context.cell["models"]:
        chosen = " (chosen by the rule)" if row.get("selected_by_rule") else ""
        some = f" ({context.k_of(row)} of {context.k} trials)" if row.get("excluded") else ""
        name_ = (_short(row) or "One trial left") + chosen + some
        rows.append(_model_row(context, row, row["model"], name_))
        if (row.get("rule") or {}).get("discordant"):
            for one in row.get("candidates") or []:
                shown: Candidate = {**one, "track": None}
                rows.append(_model_row(context, shown, "candidate", _short(one)))
    return table(name, f"All models for {context.cell_label}", columns, rows)


def _short(row: ResultRow) -> str:
    return model_short(row.get("tau2_method"), row.get("interval"))


def _model_row(context: Context, row: PooledRow, key: str, words: str) -> list:
    return [
        cell(key, words),
        effect_text(context, row),
        p_value(row.get("p")),
        format_tau2(row.get("tau2")),
        format_percent(row.get("i2")),
        prediction_text(context, row),
        TRACKS.get(row.get("track") or "", ""),
    ]


def prediction_text(context: Context, row: PooledRow) -> str:
    """Return `[-2.00, 0.57]`; two trials give none, or none that is useful."""
    if context.k_of(row) == 2 and lacks_prediction(row):
        return NO_PREDICTION
    if context.k_of(row) < 3:
        return "not useful" if context.k_of(row) == 2 and row.get("pi_low") is not None else ""
    return format_ci(row.get("pi_low"), row.get("pi_high"), context.measure, context.decimals)


def claim_effect(claim: Claim) -> str:
    """Return a claim's effect as a table prints it: `3.21 [0.85, 5.56]`."""
    estimate, low, high = (printed(claim, key) for key in ("estimate", "ci_low", "ci_high"))
    return f"{estimate} [{low}, {high}]" if low and high else estimate


def claim_p(claim: Claim) -> str:
    """Return a claim's P value as a table prints it: `0.008`, `≥ 0.05`."""
    op = (claim.get("p_op") or "=").strip()
    op = {"=": "", ">=": "≥ ", "<=": "≤ "}.get(op, f"{op} ")
    return f"{op}{printed(claim, 'p')}" if printed(claim, "p") else ""
