"""What `studies.csv` says of a trial's design that decides how its rows may be used."""

import re
from collections.abc import Iterable, Mapping, Sequence

from metawright.extraction.documents import ArmRow, Design
from metawright.files.tables import TextRow
from metawright.reading.vocabulary import fold

_CROSSOVER = re.compile(r"cross[\s-]?over", re.IGNORECASE)
_FROM = re.compile(r"(?P<after>after\s+)?(?P<month>\d+(?:\.\d+)?)", re.IGNORECASE | re.ASCII)

#: The flag of a row at which the control arm has had the experimental treatment.
CONTAMINATED = "contaminated"


def designs_of(studies: Iterable[TextRow]) -> dict[str, Design]:
    """Return the designs of the trials that state one, by folded study key.

    Parameters
    ----------
    studies : iterable of mappings
        Rows of `studies.csv`, as text.

    Returns
    -------
    dict
        Per study: `trial` (key of the trial that several reports share), `treatment_months`, `contaminated_from`
        (month) with `contaminated_after` (whether that month itself is still clean), `crossover`. Only what the
        row states, and no study without any of it.
    """
    designs: dict[str, Design] = {}
    for row in studies:
        cells = {name: row.get(name, "").strip() for name in ("trial", "treatment_months", "contaminated_from")}
        design: Design = {}
        if cells["trial"]:
            design["trial"] = cells["trial"]
        if cells["treatment_months"]:
            design["treatment_months"] = float(cells["treatment_months"])
        start = _FROM.fullmatch(cells["contaminated_from"])
        if start:
            design.update(contaminated_from=float(start["month"]), contaminated_after=bool(start["after"]))
        if _CROSSOVER.search(row.get("design", "")):
            design["crossover"] = True
        if design:
            designs[fold(row.get("study", ""))] = design
    return designs


def treatment_of(designs: Mapping[str, Design]) -> dict[str, float]:
    """Return the months that a trial's treatment lasts, by folded study key, where that is stated."""
    return {study: design["treatment_months"] for study, design in designs.items() if "treatment_months" in design}


def mark_contaminated(arms: Sequence[ArmRow], designs: Mapping[str, Design]) -> list[ArmRow]:
    """Return the rows of `arms.csv` with the flag `contaminated` where the control arm has had the treatment.

    Parameters
    ----------
    arms : sequence of mappings
        Rows of `arms.csv`.
    designs : mapping
        See `designs_of`: a row counts from month `contaminated_from` on, or only after it where the design says so.
    """
    rows: list[ArmRow] = []
    for arm in arms:
        flags = [flag for flag in arm["flags"].split(";") if flag]
        if is_contaminated(arm, designs):
            flags.append(CONTAMINATED)
        rows.append({**arm, "flags": ";".join(flags)})
    return rows


def is_contaminated(arm: ArmRow, designs: Mapping[str, Design]) -> bool:
    """Whether a row was measured when its control arm had had the experimental treatment."""
    design = designs.get(fold(arm["study"]), {})
    start, month = design.get("contaminated_from"), arm["timepoint_months"]
    if start is None or month is None:
        return False
    return month > start if design.get("contaminated_after") else month >= start
