"""Tables of one cell: both tracks side by side, all models, the trials."""

from collections.abc import Mapping

from metawright.report.lineage import rows_of
from metawright.report.numbers import format_as_recorded, format_ci, format_effect, format_percent, format_tau2, p_value
from metawright.report.sentences.context import SIDES, Context
from metawright.report.sentences.published import printed
from metawright.report.tables.table import DASH, cell, column, table
from metawright.report.tracks import position
from metawright.report.words import TRACKS, measure_short, model_short, sentence


def effect_text(context: Context, row: Mapping | None) -> str:
    """Return `3.10 [0.04, 6.15]`, or why there is none."""
    where = position(row)
    if where == "undecided":
        return "not decided"
    if row is None or row.get("estimate") is None:
        return ""
    if where == "degenerate":
        return f"{context.estimate(row['estimate'])} [degenerate]"
    return format_effect(row["estimate"], row["ci_low"], row["ci_high"], context.measure, context.decimals)


def reading(context: Context, row: Mapping | None) -> str:
    """Return what a result says in a few words: "favours exercise" or "includes no difference"."""
    where = position(row)
    if where in ("above", "below"):
        side = context.side(row["estimate"])
        return side if side in SIDES else f"favours {side}"
    words = {"includes": f"interval includes {context.null}", "degenerate": "degenerate", "undecided": "rule is silent"}
    return words.get(where, "")


def tracks_table(context: Context, name: str) -> dict:
    """Return the headline of both tracks side by side, with the published result beside them."""
    single = context.cell["status"] == "single_study"
    tracks = {key: row for key, row in context.cell["tracks"].items() if row is not None}
    tracks = {"trial": context.cell["models"][0]} if single else tracks
    claim = context.cell["claims"][context.cell["main_claim"]] if context.cell["main_claim"] is not None else None
    columns = [column("")] + [column(TRACKS.get(key, "The one trial"), "right") for key in tracks]
    if claim:
        columns.append(column(f"Published ({claim['claim']})", "right"))
    models = ["Wald interval" if single else _short(row) for row in tracks.values()]
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
    people = [context.cell.get("n_experimental"), context.cell.get("n_control")]
    size = f"{context.k} ({sum(people)})" if None not in people else str(context.k)
    lines["Trials (participants)"] = ([size] * len(tracks), claim and (claim.get("k") or "").strip())
    lines["Reading"] = ([reading(context, row) for row in tracks.values()], claim and (claim.get("words") or ""))
    rows = [[head, *own, *([published or ""] if claim else [])] for head, (own, published) in lines.items()]
    caption = f"The one trial for {context.place}" if single else f"Both tracks for {context.place}"
    return table(name, caption, columns, rows)


def models_table(context: Context, name: str) -> dict:
    """Return every declared model, the headlines first as declared; a silent rule shows both candidates."""
    short = measure_short(context.measure)
    columns = [column("Model"), column(f"{short} [95% CI]", "right"), column("P", "right"), column("τ²", "right")]
    columns += [column("I²", "right"), column("95% prediction interval", "right"), column("Track")]
    rows = []
    for row in context.cell["models"]:
        chosen = " (chosen by the rule)" if row.get("selected_by_rule") else ""
        rows.append(_model_row(context, row, row["model"], _short(row) + chosen))
        if (row.get("rule") or {}).get("discordant"):
            for one in row.get("candidates") or []:
                rows.append(_model_row(context, one | {"track": None}, "candidate", _short(one)))
    return table(name, f"All models for {context.place}", columns, rows)


def _short(row: Mapping) -> str:
    return model_short(row.get("tau2_method"), row.get("interval"))


def _model_row(context: Context, row: Mapping, key: str, words: str) -> list:
    return [
        cell(key, words),
        effect_text(context, row),
        p_value(row.get("p")),
        format_tau2(row.get("tau2")),
        format_percent(row.get("i2")),
        prediction_text(context, row),
        TRACKS.get(row.get("track") or "", ""),
    ]


def prediction_text(context: Context, row: Mapping) -> str:
    """Return `[-2.00, 0.57]`; two trials give none that is useful."""
    if context.k < 3:
        return "not useful" if context.k == 2 and row.get("pi_low") is not None else ""
    return format_ci(row.get("pi_low"), row.get("pi_high"), context.measure, context.decimals)


def trials_table(context: Context, name: str) -> dict:
    """Return the trials of a pool: arms as extracted, effect, weight under each track, spreadsheet rows."""
    arms, tracks = context.results["arm_words"], context.cell["tracks"]
    weighted = {key: row for key, row in tracks.items() if context.k > 1 and row and row.get("weights")}
    summary = _arm_kind(context)
    columns = [column("Trial"), column("Time point")]
    columns += (
        [column(f"{sentence(arms[role])}, {summary}", "right") for role in ("experimental", "control")]
        if summary
        else []
    )
    columns += [column(f"{measure_short(context.measure)} [95% CI]", "right")]
    columns += [column(f"Weight, {key}", "right") for key in weighted]
    columns += [column("Rows", "right")]
    rows, flagged = [], False
    for index, study in enumerate(context.cell["studies"]):
        assumed = any("n_assumed_randomised" in (arm.get("flags") or "") for arm in study["arms"])
        flagged |= assumed
        row = [cell(context.results["labels"].get(study["study"], study["study"])), study.get("timepoint") or DASH]
        if summary:
            row += [_arm(study, role, summary) + ("*" if assumed else "") for role in ("experimental", "control")]
        row.append(format_effect(study["y"], study["ci_low"], study["ci_high"], context.measure, context.decimals))
        row += [format_percent(model["weights"][index], 1) for model in weighted.values()]
        rows.append([*row, ", ".join(rows_of(study)) + (" (imputed)" if study.get("imputed") else "")])
    notes = ["Rows: those of extraction.csv, where the header is row 1."]
    if flagged:
        notes.append("* Number randomised, because the number analysed was not reported.")
    return table(name, f"Trials with data for {context.place}", columns, rows, notes)


def _arm_kind(context: Context) -> str:
    arms = [arm for study in context.cell["studies"] for arm in study["arms"] if arm.get("arm") != "contrast"]
    if any(arm.get("events") for arm in arms):
        return "events / n"
    return "mean (SD), n" if any(arm.get("mean") for arm in arms) else ""


def _arm(study: Mapping, role: str, kind: str) -> str:
    arm = next((one for one in study["arms"] if one.get("arm") == role), None)
    if arm is None:
        return DASH
    n = _recorded(arm, "n", 0)
    if kind == "events / n":
        return f"{_recorded(arm, 'events', 0)} / {n}"
    return f"{_recorded(arm, 'mean', 3)} ({_recorded(arm, 'sd', 3)}), {n}"


def _recorded(arm: Mapping[str, str], key: str, most: int) -> str:
    text = (arm.get(key) or "").strip()
    return format_as_recorded(float(text), most) if text else DASH


def claim_effect(claim: Mapping[str, str]) -> str:
    """Return a claim's effect as a table prints it: `3.21 [0.85, 5.56]`."""
    estimate, low, high = (printed(claim, key) for key in ("estimate", "ci_low", "ci_high"))
    return f"{estimate} [{low}, {high}]" if low and high else estimate


def claim_p(claim: Mapping[str, str]) -> str:
    """Return a claim's P value as a table prints it: `0.008`, `≥ 0.05`."""
    op = (claim.get("p_op") or "=").strip()
    op = {"=": "", ">=": "≥ ", "<=": "≤ "}.get(op, f"{op} ")
    return f"{op}{printed(claim, 'p')}" if printed(claim, "p") else ""
