"""When the trials treated and when they measured: clocks, lengths, contaminated contrasts: V25."""

from collections.abc import Iterator

from metawright.audit.claims.finding import ClaimFinding, NotRun, about_statement, listed
from metawright.audit.claims.material import Material
from metawright.audit.claims.timepoints import time_list
from metawright.reading.vocabulary import fold

_MIXED, _OFF, _CLOCK, _LENGTH = "contaminated_control", "off_treatment", "clock", "treatment_length"


def contaminated_control(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V25: a pool with a trial at a time when its control arm had the experimental treatment."""
    if not m.designs:
        yield NotRun(
            "V25", _MIXED, "pools", "trials with a delayed start or cross-over (studies.csv: contaminated_from)"
        )
    for cell, claim in m.main_claims.items():
        for study in m.trials_cited(*cell):
            design = m.designs.get(fold(study), {})
            start, after = design.get("contaminated_from"), design.get("contaminated_after")
            times = m.times_in(study, cell[1], printed=True)
            if start is None or not times:
                continue
            if all(month > start if after else month >= start for _, month in times):
                labels = listed(label for label, _ in times)
                yield ClaimFinding(
                    "V25",
                    _MIXED,
                    "error",
                    f"{claim['claim']}.{study}",
                    f"{m.label(study)} enters at {labels}, when its control arm has had the experimental treatment"
                    " (from month"
                    f" {start:g}): early against delayed start, not the review's comparison",
                    claim=claim["claim"],
                    study=study,
                    outcome=cell[0],
                    period=cell[1],
                    quote=m.printed(study, "intervention_control"),
                    location="table of trials",
                    inputs={"timepoints": labels},
                    computed={"contaminated_from": start},
                )


def off_treatment(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V25: trials all of whose visits come after the end of the treatment."""
    lengths = {row["study"]: time_list(m.printed(row["study"], "intervention_time")) for row in m.studies}
    if not any(lengths.values()):
        yield NotRun("V25", _OFF, "trials", "how long each trial treated (studies.csv: intervention_time)")
        return
    for study, length in lengths.items():
        times = m.times_of(study, printed=True)
        if length and times and min(month for _, month in times) > length[0][1]:
            cells = [claim["claim"] for cell, claim in m.main_claims.items() if study in m.trials_cited(*cell)]
            yield ClaimFinding(
                "V25",
                _OFF,
                "note",
                study,
                f"{m.label(study)}: treated for {length[0][1]:.2g} months, first visit at month"
                f" {min(month for _, month in times):g}: all its visits are off treatment",
                study=study,
                claim=";".join(cells),
                location="table of trials",
                inputs={"intervention_time": m.printed(study, "intervention_time")},
            )


def clock(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V25: "6-m follow-up" after "6 m": time points that count from the end of treatment beside others that do not."""
    labels = {
        row["study"]: [label for label, _ in m.times_of(row["study"], printed=True) if "follow" in label]
        for row in m.studies
    }
    labels = {study: found for study, found in labels.items() if found}
    if not labels or m.stated("clock"):
        return
    doubled = {
        study: [
            label
            for label in found
            if [t for t in m.times_of(study, True) if t[0] != label and t[1] == _month(m, study, label)]
        ]
        for study, found in labels.items()
    }
    mixed = [study for study, found in doubled.items() if found]
    parts = []
    for study in labels:
        known = [f"{month:g}" for _, month in m.times_of(study, printed=False)]
        parts.append(
            f"{m.label(study)}: printed {m.printed(study, 'timepoints')}"
            + (f", known months {', '.join(known)}" if known else "")
        )
    if mixed:
        names = listed(m.label(study) for study in mixed)
        words = f"in {names} it cannot count from randomisation, where that month stands already"
    else:
        words = "whether it counts from randomisation or from the end of treatment is not said"
    yield ClaimFinding(
        "V25",
        _CLOCK,
        "ambiguity",
        "follow_up",
        f"“follow-up” has no declared origin: {words}. {'; '.join(parts)}",
        study=";".join(labels),
        location="table of trials",
        quote="; ".join(m.printed(s, "timepoints") for s in labels),
    )


def _month(m: Material, study: str, label: str) -> float:
    return next(month for text, month in m.times_of(study, printed=True) if text == label)


def treatment_length(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V25: "some studies treated for 10-12 months" (plural) against the printed lengths: at least two trials."""
    for row in m.stated("treatment_length"):
        low, high = (float(end) for end in row["value"].split("-"))
        lengths = {r["study"]: time_list(m.printed(r["study"], "intervention_time")) for r in m.studies}
        known = {study: found[0][1] for study, found in lengths.items() if found}
        if not known:
            yield NotRun("V25", _LENGTH, row["id"], "how long each trial treated (studies.csv: intervention_time)")
            continue
        inside = [study for study, month in known.items() if low <= round(month) <= high]
        shorter = sorted((month for month in known.values() if month < low), reverse=True)
        verdict = f"{row['value']} months: {listed(m.label(s) for s in inside) or 'no trial'}"
        verdict += f"; the next longest is {shorter[0]:g}" if len(inside) < 2 and shorter else ""
        yield ClaimFinding(
            "V25",
            _LENGTH,
            "pass" if len(inside) > 1 else "inconsistency",
            row["id"],
            verdict,
            study=";".join(inside),
            inputs={"value": row["value"]},
            computed={s: known[s] for s in inside},
            **about_statement(row),
        )
