"""The effects of a review as metafor reads them: one line per trial, raw numbers and effect beside each other."""

from collections.abc import Iterable, Mapping

from metawright.extraction.vocabulary import CONTINUOUS

#: Columns of the wide table.
WIDE_COLUMNS = (
    "outcome", "period", "study", "timepoint", "measure", "direction", "n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i",
    "ai", "bi", "ci", "di", "ri", "ni", "yi", "vi", "sei", "imputed", "row_ids", "notes",
)  # fmt: skip


def wide_rows(arms: Iterable[Mapping], effects: Iterable[Mapping[str, str]], outcome: Mapping) -> list[dict]:
    """Return one line per effect that is used.

    Parameters
    ----------
    arms : iterable of mappings
        Rows of the outcome's `arms.csv` with numbers as numbers (see `metawright.extraction.arms`).
    effects : iterable of mappings
        Rows of its `effects.csv`, as text.
    outcome : Mapping
        Its block of the completed protocol.

    Returns
    -------
    list of dict
        With the columns `WIDE_COLUMNS`. Group 1 is the experimental arm. Raw numbers are left out, and `notes` says
        so, where the effect is not made of exactly one row per arm (arms that were combined, numbers that were
        recovered): `yi` and `vi` then stand alone.
    """
    by_row = {row["row"]: row for row in arms}
    lines = []
    for effect in effects:
        if effect["used"] != "true":
            continue
        rows = [by_row[int(number)] for number in effect["row_ids"].split(";")]
        line = {
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
        }
        raw = {} if effect["imputed"] == "true" else _raw(rows, effect["measure"])
        lines.append(
            {**line, **raw} if raw else {**line, "notes": "effect given: not one row of reported numbers per arm"}
        )
    return lines


def _raw(rows: list[Mapping], measure: str) -> dict[str, object]:
    """Return the numbers that the effect was computed from; empty if they do not stand in one row per arm."""
    arms = {row["arm"]: row for row in rows}
    if len(rows) == 1 and "contrast" in arms:
        row = arms["contrast"]
        return (
            {"ri": row["estimate"], "ni": row["n"]}
            if measure == "ZCOR"
            else {"sei": row["se"], "notes": "estimate given"}
        )
    if len(rows) != 2 or set(arms) != {"experimental", "control"}:
        return {}
    one, two = arms["experimental"], arms["control"]
    if measure in CONTINUOUS:
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
