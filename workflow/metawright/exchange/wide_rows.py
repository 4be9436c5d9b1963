"""The effects of a review as metafor reads them: one line per trial, raw numbers and effect beside each other."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from metawright.exchange.documents import WideRow
from metawright.extraction.documents import ArmRow
from metawright.files.tables import TextRow
from metawright.measures.kinds import CONTINUOUS
from metawright.measures.registry import measure_of
from metawright.pooling.documents import Pool
from metawright.reading.protocol import Outcome

#: Columns of the wide table.
WIDE_COLUMNS = (
    "outcome", "period", "study", "timepoint", "measure", "direction", "n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i",
    "ai", "bi", "ci", "di", "ri", "ni", "yi", "vi", "sei", "imputed", "row_ids", "left_out_by", "notes",
)  # fmt: skip


def wide_rows(
    arms: Iterable[ArmRow],
    effects: Iterable[TextRow],
    outcome: Outcome,
    inputs: Iterable[TextRow] = (),
    pools: Iterable[Pool] = (),
) -> list[WideRow]:
    """Return one line per effect that is used.

    Parameters
    ----------
    arms : iterable of mappings
        Rows of the outcome's `arms.csv` with numbers as numbers (see `metawright.extraction.arms`).
    effects : iterable of mappings
        Rows of its `effects.csv`, as text.
    outcome : Outcome
        Its block of the completed protocol.
    inputs : iterable of mappings
        Rows of its `inputs.csv`, as text: what was done with the numbers on the way to the effect.
    pools : iterable of mappings
        Its pools: `left_out_by` names the models that leave a trial out, joined by `;`.

    Returns
    -------
    list of WideRow
        With the columns `WIDE_COLUMNS`. Group 1 is the experimental arm. Raw numbers are left out, and `notes` says
        so, where the effect does not follow from one row per arm (arms that were combined, a pairing, an average, a
        sign turned, numbers that were recovered): `yi` and `vi` then stand alone. An arm that comparisons share has
        the share of each.
    """
    by_row = {row["row"]: row for row in arms}
    made: dict[tuple[str, str], list[TextRow]] = {}
    for entry in inputs:
        made.setdefault((entry["period"], entry["study"]), []).append(entry)
    left_out = {
        (pool["period"], study): [one["model"] for one in pool["models"] if study in one.get("excluded", ())]
        for pool in pools
        for study in (trial["study"] for trial in pool["studies"])
    }
    lines: list[WideRow] = []
    for effect in effects:
        if effect["used"] != "true":
            continue
        rows = [by_row[int(number)] for number in effect["row_ids"].split(";")]
        line: WideRow = {
            "outcome": effect["outcome"],
            "period": effect["period"],
            "study": effect["study"],
            "timepoint": effect["timepoint"],
            "measure": effect["measure"],
            "direction": outcome["direction"],
            "yi": float(effect["y"]),
            "vi": float(effect["v"]),
            "imputed": effect["imputed"],
            "row_ids": effect["row_ids"],
            "left_out_by": ";".join(left_out.get((effect["period"], effect["study"]), [])),
        }
        entered = made.get((effect["period"], effect["study"]), [])
        words = {word for one in entered for word in one["made"].split(";") if word and not word.startswith("share")}
        shared = [{**row, **_share(row, entered)} for row in rows]
        raw = {} if words or effect["imputed"] == "true" else _raw(shared, effect["measure"])
        why = ", ".join(sorted(words - {"combined"})) or "not one row of reported numbers per arm"
        # `_raw` gives columns of `WideRow` alone.
        lines.append(cast(WideRow, {**line, **(raw or {"notes": f"effect given: {why}"})}))
    return lines


def _share(row: ArmRow, entered: Iterable[TextRow]) -> dict[str, float]:
    """Return the numbers of people of a row where only a share of its arm went into the effect."""
    for line in entered:
        if "share" in line["made"] and line["row_ids"] == str(row["row"]):
            return {name: float(line[name]) for name in ("n", "events") if line[name]}
    return {}


def _raw(rows: Sequence[Mapping[str, Any]], measure: str) -> dict[str, object]:
    """Return the numbers that the effect was computed from; empty if they do not stand in one row per arm."""
    arms = {row["arm"]: row for row in rows}
    if len(rows) == 1 and "contrast" in arms:
        row = arms["contrast"]
        contrast = measure_of(measure).contrast
        cells: dict[str, object] = {new: row[old] for new, old in contrast.wide.items()}
        return cells | {"notes": "estimate given"} if contrast.or_interval else cells
    if len(rows) != 2 or set(arms) != {"experimental", "control"}:
        return {}
    one, two = arms["experimental"], arms["control"]
    if measure_of(measure).kind is CONTINUOUS:
        cells = {
            f"{new}{i}i": row[old]
            for i, row in ((1, one), (2, two))
            for new, old in (("n", "n"), ("m", "mean"), ("sd", "sd"))
        }
    else:
        cells = {"ai": one["events"], "ci": two["events"], "n1i": one["n"], "n2i": two["n"]}
        if None not in cells.values():
            cells |= {"bi": one["n"] - one["events"], "di": two["n"] - two["events"]}
    return {} if None in cells.values() else cells
