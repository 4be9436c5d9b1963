"""Tables of the whole review: whether each conclusion survives, and P values adjusted for their number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from metawright.report.sentences.context import Context
from metawright.report.tables.effects import effect_text, reading
from metawright.report.tables.table import Cell, TableData, cell, column, table
from metawright.words.names import TRACKS, join
from metawright.words.numbers import format_number, is_ratio, p_value

if TYPE_CHECKING:
    from metawright.report.documents import Results
    from metawright.sensitivity.documents import NeededToChange, Verdict


VERDICTS = {
    "stable": "no examined choice changes it",
    "depends": "depends",
    "open": "no clear result",
    "not_examined": "not examined",
    "single_study": "one trial",
    "awaiting_data": "no data",
}
DEPENDENCES = {"track": "the model followed", "choices": "the choices of the analysis", "trials": "single trials"}


def verdicts_table(results: Results) -> TableData | None:
    """Return a line per cell with data: both tracks, the range over all choices, what changes the conclusion."""
    columns = [column("Outcome and period"), column(TRACKS["protocol"], "right")]
    columns += [column(TRACKS["recommended"], "right"), column("Over all choices", "right")]
    columns += [column("One trial left out"), column("It would take an estimate"), column("The conclusion")]
    rows, without = [], []
    for one in results["cells"]:
        context = Context(results, one)
        verdict = one.get("verdict")
        if verdict and one["k"]:
            rows.append([cell(*context.where), *_cells(context, verdict)])
        elif verdict:
            without.append(context.cell_label)
    if not rows:
        return None
    notes = [
        "Over all choices: lowest and highest estimate of all combinations of the declared choices on the scale of the "
        "outcome, and how many of their intervals exclude the null value. These shares describe the choices, not the "
        "truth. It would take: the change of the estimate alone at which the interval would just touch the null value."
    ]
    if without:
        notes.append(f"Without usable data: {join(without)}.")
    return table("verdicts", "Would the conclusion survive other choices?", columns, rows, notes)


def _cells(context: Context, verdict: Verdict) -> list:
    tracks = [context.cell["tracks"].get(track) for track in ("protocol", "recommended")]
    effects = [cell(effect_text(context, row), reading(context, row)) for row in tracks]
    if context.k == 1:
        return [effects[0], "", "", "", "", VERDICTS["single_study"]]
    return [*effects, _range(context, verdict), _left_out(context, verdict), _needed(context, verdict), _word(verdict)]


def _range(context: Context, verdict: Verdict) -> Cell | str:
    shares = verdict["multiverse"]
    if not shares:
        return ""
    number, share = shares["specifications"], shares["excluding_zero"]
    ends = f"{context.estimate(shares['low'])} to {context.estimate(shares['high'])}"
    return cell(ends, f"{round(share * number)} of {number} exclude {context.null}")


def _left_out(context: Context, verdict: Verdict) -> Cell | str:
    changed = {track: (verdict["tracks"][track] or {}).get("changed_without") for track in TRACKS}
    if all(trials is None for trials in changed.values()):
        return ""
    if not any(changed.values()):
        return "changes nothing"
    if changed["protocol"] == changed["recommended"]:
        return cell("changes it", f"without {trials_of(context, changed['protocol'])} (both)", "flag")
    parts = [f"{trials_of(context, trials)} ({_short(track)})" for track, trials in changed.items() if trials]
    return cell("changes it", f"without {'; '.join(parts)}", "flag")


def trials_of(context: Context, studies) -> str:
    """Return names of trials, or how many where they are many."""
    return context.names(studies) if len(studies) < 4 else f"any of {len(studies)} trials"


def _short(track: str) -> str:
    return TRACKS[track].lower().removeprefix("review’s ")


def _needed(context: Context, verdict: Verdict) -> Cell | str:
    parts = []
    for track in TRACKS:
        needed = (verdict["tracks"][track] or {}).get("needed")
        if needed:
            parts.append((shift_words(context, needed["shift"]) + _tipping(needed), _short(track)))
    if not parts:
        return ""
    if len({words for words, _ in parts}) == 1:
        return cell(parts[0][0], "both" if len(parts) > 1 else parts[0][1])
    (first, track), *rest = parts
    return cell(first, "; ".join([track, *(f"{words} ({name})" for words, name in rest)]))


def shift_words(context: Context, shift: float) -> str:
    """Say how an estimate would have to change for its interval to end at no effect."""
    way = "closer to" if shift > 0 else "further from"
    size = abs(shift)
    if is_ratio(context.measure):
        factor = math.exp(size)
        return f"{format_number(factor) if factor >= 1.005 else '<1.01'} × {way} 1"
    small = size < 0.5 * 10**-context.decimals
    amount = f"<{format_number(10**-context.decimals, context.decimals)}" if small else None
    return f"{amount or format_number(size, context.decimals)} {way} 0"


def _tipping(needed: NeededToChange) -> str:
    points = needed["tipping_points"]
    if not points:
        return ""
    size = min(abs(at) for one in points if (at := one["difference"]) is not None)
    return f", or missing participants who differ by {format_number(size)}"


def _word(verdict: Verdict) -> Cell | str:
    if verdict["verdict"] != "depends":
        return VERDICTS[verdict["verdict"]]
    return cell("depends", f"on {join(DEPENDENCES[key] for key in verdict['depends_on'])}", "flag")


def multiplicity_table(results: Results) -> TableData | None:
    """Return the P values of both tracks, each with its adjusted ones; None with fewer than two tests."""
    entries = [one for one in results.get("multiplicity") or () if one["size"] > 1]
    found: dict[tuple[str, str], dict[str, Mapping]] = {}
    for entry in entries:
        for test in entry["tests"]:
            if test["p"] is not None:
                found.setdefault((test["outcome"], test["period"]), {})[entry["track"]] = test
    if not found:
        return None
    tracks = [track for track in TRACKS if any(track in tests for tests in found.values())]
    columns = [column("Outcome and period")]
    for track in tracks:
        columns += [column(f"P, {_short(track)}", "right"), column("Holm", "right"), column("BH", "right")]
    rows = []
    for one in results["cells"]:
        tests = found.get((one["outcome"], one["period"]))
        if tests:
            row = [cell(*Context(results, one).where)]
            for track in tracks:
                test = tests.get(track, {})
                row += [p_value(test.get(name)) for name in ("p", "holm", "benjamini_hochberg")]
            rows.append(row)
    return table("multiplicity", "P values adjusted for the number of tests", columns, rows, [_families(entries)])


def _families(entries) -> str:
    sizes = {(one["family"], one["size"]) for one in entries}
    whole = any(not family for family, _ in sizes)
    numbers = sorted({size for _, size in sizes})
    size = str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"
    what = "all outcomes and periods" if whole else "declared families"
    counted = "counted whether or not they have data" if entries[0]["count"] == "declared" else "those with a P value"
    return (
        f"Family: {what}, {size} tests for each track, {counted}. Holm keeps the chance of any false positive, "
        "Benjamini–Hochberg (BH) the expected share of false ones."
    )
