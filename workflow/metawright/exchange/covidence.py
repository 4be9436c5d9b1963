"""The four CSV files of Covidence's export to RevMan Web: study information, study arms, study results, risk of bias.

Results are given per arm, and no file says which arm is the experimental one. An arm whose name or intervention reads
like a control is the control; the rest is said in the notes.
"""

import re
from collections.abc import Sequence

from metawright.exchange.data_package import add_studies
from metawright.exchange.draft import CannotRead, Draft, not_negative, positive, real, slug, whole
from metawright.exchange.tables import Table
from metawright.review.sheets import Row

_CONTROL = re.compile(
    r"control|placebo|sham|usual|standard|routine|conventional|no treatment|no intervention|wait", re.IGNORECASE
)
_DIFFERENCES = ("mean difference", "std. mean difference", "risk difference")


def is_results(table: Table) -> bool:
    """Whether it is the file of study results."""
    return table.has("Study", "Outcome", "Data type", "Arm", "Sample size")


def is_arms(table: Table) -> bool:
    """Whether it is the file of study arms."""
    return table.has("Study", "Arm", "Intervention") and not is_results(table)


def read_covidence(tables: Sequence[Table], file: str) -> Draft:
    """Read the four tables; all but the results are optional.

    Raises
    ------
    CannotRead
        If the results hold no number.
    """
    draft = Draft(title=f"Review imported from {file}", source=f"Covidence export {file}")
    draft.note("Covidence's export holds no title; set `title` and `question` in protocol.yaml.")
    add_studies(draft, tables)
    interventions = {
        (row.cells["Study"], row.cells["Arm"]): row.cells["Intervention"]
        for table in tables
        if is_arms(table)
        for row in table.rows
    }
    found: dict[tuple[str, str], list[tuple[str, Row]]] = {}
    for table in tables:
        if is_results(table):
            for row in table.rows:
                place = (row.cells["Outcome"], " ".join(row.cells["Study"].split()))
                if all(place):
                    found.setdefault(place, []).append((table.file, row))
                else:
                    draft.leave_out(table.file, row.number, " ".join(place), "no trial or no outcome is named")
    keys: dict[str, str] = {}
    for (outcome, study), rows in found.items():
        key = keys.setdefault(outcome, slug(outcome, keys.values()))
        _add_result(draft, key, outcome, study, rows, interventions)
    if not draft.outcomes:
        raise CannotRead(f"{file}: there is no result with numbers in these files")
    draft.rows = [row for row in draft.rows if row["outcome"] in draft.outcomes]
    names = {study["study"] for study in draft.studies}
    draft.studies += [
        {"study": s, "label": s} for s in dict.fromkeys(row["study"] for row in draft.rows) if s not in names
    ]
    draft.models = [("DL", "z")]
    draft.note(
        "Covidence does not say how outcomes are to be pooled: measures (RR for counts, MD for means), directions "
        "(lower_is_better) and models are a first draft. Check protocol.yaml."
    )
    return draft


def _add_result(draft: Draft, key: str, outcome: str, study: str, rows: Sequence[tuple[str, Row]], known: dict) -> None:
    contrasts = [item for item in rows if item[1].cells["Data type"].casefold().startswith("contrast")]
    arms = [item for item in rows if item not in contrasts]
    if contrasts:
        _add_contrast(draft, key, outcome, study, contrasts[0][1])
        for file, row in (*contrasts[1:], *arms):
            reason = "another contrast of this trial and outcome is imported"
            draft.leave_out(file, row.number, f"{study}, {outcome}", reason)
        return
    controls = [item for item in arms if _CONTROL.search(_arm_text(item[1], known))]
    if len(controls) != 1 and len(arms) > 1:
        draft.note(
            f"{outcome}, {study}: which arm is the control is not clear from the names; it was taken to be "
            f"“{arms[-1][1].cells['Arm']}”."
        )
        controls = [arms[-1]]
    experimental = [item for item in arms if item not in controls]
    for role, items in (("experimental", experimental), ("control", controls)):
        for index, (file, row) in enumerate(items):
            if index:
                draft.leave_out(
                    file, row.number, f"{study}, {outcome}, {row.cells['Arm']}", "a further arm of the trial"
                )
                continue
            cells = row.cells
            n = whole(cells["Sample size"], 1)
            numbers = {"n": n}
            if n and whole(cells.get("Cases", "")):
                numbers["events"], measure = whole(cells["Cases"]), "RR"
            else:
                numbers |= {"mean": real(cells.get("Mean", "")), "sd": not_negative(cells.get("SD", ""))}
                measure = "MD"
                if not numbers["sd"] and positive(cells.get("SE", "")):
                    numbers["se"] = positive(cells["SE"])
            block = draft.outcomes.setdefault(
                key, {"label": outcome, "measure": measure, "direction": "lower_is_better"}
            )
            if block["measure"] != measure and any(numbers.get(name) for name in ("events", "mean")):
                draft.leave_out(file, row.number, f"{study}, {outcome}", "means and counts under one outcome")
                continue
            names = draft.arms.setdefault(role, [])
            word = cells["Arm"]
            if word not in names and word not in draft.arms.get(
                "control" if role == "experimental" else "experimental", []
            ):
                names.append(word)
            arm = word if word in names else role
            draft.rows.append(
                {
                    "study": study,
                    "outcome": key,
                    "arm": arm,
                    **numbers,
                    "source": draft.source,
                    "notes": cells.get("Footnotes", ""),
                }
            )


def _add_contrast(draft: Draft, key: str, outcome: str, study: str, row: Row) -> None:
    cells = row.cells
    ratio = cells.get("Effect measure", "").casefold() not in _DIFFERENCES
    draft.outcomes.setdefault(key, {"label": outcome, "measure": "GIV", "direction": "lower_is_better"})
    limits = {"ci_low": real(cells.get("CI start", "")), "ci_high": real(cells.get("CI end", ""))}
    draft.rows.append(
        {
            "study": study,
            "outcome": key,
            "arm": "contrast",
            "estimate": real(cells.get("Mean", "")),
            "se": positive(cells.get("SE", "")),
            **(limits if all(limits.values()) else {}),
            "source": draft.source,
            "notes": cells.get("Footnotes", ""),
        }
    )
    if ratio:
        measure = cells.get("Effect measure", "")
        draft.note(f"{outcome}: “{measure}” is taken to be a natural logarithm, as RevMan Web stores it.")


def _arm_text(row: Row, known: dict) -> str:
    return f"{row.cells['Arm']} {known.get((row.cells['Study'], row.cells['Arm']), '')}"
