"""The review's table against the trials' own reports: sizes, units, countries, interventions, baselines: V25."""

import re
from collections.abc import Iterator

from metawright.audit.claims.finding import ClaimFinding, NotRun, about_statement, listed
from metawright.audit.claims.material import Material
from metawright.audit.claims.tallies import country
from metawright.audit.published import printed_number, split
from metawright.reading.characters import fold

_SIZE, _UNIT, _COUNTRY, _CLASS = "size", "unit", "country", "intervention"
_BASELINE, _WITHIN = "baseline", "most_within"

_UNITS = {
    "mos": "months",
    "mo": "months",
    "month": "months",
    "m": "months",
    "yrs": "years",
    "yr": "years",
    "year": "years",
    "y": "years",
    "wk": "weeks",
    "wks": "weeks",
    "week": "weeks",
    "w": "weeks",
}
_IN_MONTHS = {"months": 1.0, "years": 12.0, "weeks": 7 / 30.4375}
_UNCERTAIN = re.compile(r"not verified|inference|uncertain")
_FIRST_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def _pairs(m: Material, column: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield trial, printed, known and source where both stand in studies.csv."""
    for row in m.studies:
        printed, known = (row.get(f"{column}_as_printed") or "").strip(), (row.get(column) or "").strip()
        if printed and known:
            yield row["study"], printed, known, (row.get(f"{column}_source") or "").strip()


def size(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V25: participants of each arm as printed and as the trial reports them."""
    ran = False
    for arm in ("experimental", "control"):
        for study, printed, known, source in _pairs(m, f"n_{arm}"):
            ran = True
            if printed != known:
                yield ClaimFinding(
                    "V25",
                    _SIZE,
                    "error",
                    f"{study}.n_{arm}",
                    f"{m.label(study)}: {printed} participants in the {arm} arm as printed, {known} by its report",
                    study=study,
                    location="table of trials",
                    inputs={f"n_{arm}_as_printed": printed},
                    computed={f"n_{arm}": known, "source": source},
                    rests_on="trial reports",
                )
    if not ran:
        yield NotRun(
            "V25", _SIZE, "table", "sizes as printed and as known (studies.csv: n_experimental_as_printed, ...)"
        )


def unit(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V25: units as printed and as known: every column of studies.csv whose name ends in `_unit`."""
    columns = sorted({name for row in m.studies for name in row if name.endswith("_unit")})
    if not columns:
        yield NotRun("V25", _UNIT, "table", "units as printed and as known (studies.csv: X_unit, X_unit_as_printed)")
    for column in columns:
        for study, printed, known, source in _pairs(m, column):
            words = [_UNITS.get(fold(word), fold(word)) for word in (printed, known)]
            if words[0] != words[1]:
                what = column.removesuffix("_unit")
                values = [m.printed(study, f"{what}_{arm}") for arm in ("experimental", "control")]
                yield ClaimFinding(
                    "V25",
                    _UNIT,
                    "error",
                    f"{study}.{what}",
                    f"{m.label(study)}: {what.replace('_', ' ')} {listed(filter(None, values))} printed in"
                    f" {words[0]}, in its report"
                    f" {words[1]}",
                    study=study,
                    location="table of trials",
                    inputs={"unit": printed, "values": values},
                    computed={"unit": known, "source": source},
                    rests_on="trial reports",
                )


def trial_country(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V25: country as printed and as known; a fact marked as an inference or not verified gives a note."""
    for study, printed, known, source in _pairs(m, "country"):
        names = {country(part) for part in re.split(r"[/;]", known.partition("(")[0]) if part.strip()}
        if names == {country(printed)}:
            continue
        doubtful = bool(_UNCERTAIN.search(f"{known} {source}"))
        yield ClaimFinding(
            "V25",
            _COUNTRY,
            "note" if doubtful else "inconsistency",
            study,
            f"{m.label(study)}: {printed} as printed, {known} ({source})",
            study=study,
            location="table of trials",
            inputs={"country": printed},
            computed={"country": known},
            rests_on="trial reports",
        )


def intervention(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V25: the kind of intervention of each trial against the review's inclusion criteria and against its table.

    `intervention_class` of studies.csv holds the kind, sub-arms joined by `;`; statements of the kind `inclusion`
    list the kinds that are included. All of a trial outside: an error. A part outside: a note, the arm merges
    dissimilar treatments.
    """
    criteria = next(iter(m.stated("inclusion")), None)
    if criteria is None or not any(m.fact(row["study"], "intervention_class") for row in m.studies):
        needed = (
            "the kinds included (statements.csv, kind inclusion) and each trial's (studies.csv: intervention_class)"
        )
        yield NotRun("V25", _CLASS, "trials", needed)
        return
    included = {fold(word) for word in split(criteria["value"])}
    for row in m.studies:
        study = row["study"]
        kinds = split(m.fact(study, "intervention_class"))
        outside = [kind for kind in kinds if fold(kind) not in included]
        if not outside:
            continue
        whole = len(outside) == len(kinds)
        shown = m.printed(study, "intervention_experimental"), m.printed(study, "intervention_control")
        known = m.fact(study, "intervention_experimental"), m.fact(study, "intervention_control")
        printed, reported = (" vs ".join(filter(None, arms)) for arms in (shown, known))
        verdict = f"{m.label(study)}: printed as {printed}; by its report {reported}"
        verdict += (
            f": {listed(kinds)}, outside the printed inclusion criteria"
            if whole
            else f": the experimental arm merges {listed(kinds)}"
        )
        yield ClaimFinding(
            "V25",
            _CLASS,
            "error" if whole else "note",
            study,
            verdict,
            study=study,
            quote=" / ".join(filter(None, shown)),
            location="table of trials",
            inputs={"included": sorted(included)},
            computed={"kinds": kinds, "outside": outside},
            rests_on="trial reports",
        )


def baseline(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V25: "no difference at baseline" against differences that the trials report."""
    stated = m.stated("baseline_balanced")
    reported = [row for row in m.trial_reports if row["kind"].strip() == "baseline_difference"]
    if not stated:
        yield NotRun("V25", _BASELINE, "trials", "what the paper says of baselines (statements.csv, baseline_balanced)")
    for row in stated:
        parts = [f"{m.label(r['study'])}: {r.get('refers_to', '')} {r['value']}".strip() for r in reported]
        yield ClaimFinding(
            "V25",
            _BASELINE,
            "inconsistency" if parts else "pass",
            row["id"],
            f"by their own reports {listed(parts)}" if parts else "no trial reports a difference",
            study=";".join(r["study"] for r in reported),
            inputs={"value": row["value"]},
            computed={r["study"]: r["value"] for r in reported},
            rests_on="trial reports",
            **about_statement(row),
        )


def most_within(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V25: "mostly within X" against the column that it is about: more than half of the trials have a mean within X.

    A trial counts by the larger mean of its arms, in the unit that holds.
    """
    for row in m.stated("most_within"):
        column, limit = row["refers_to"].strip(), printed_number(row["value"])
        known = {}
        for study in m.by_study:
            word = fold(m.fact(study, f"{column}_unit"))
            factor = _IN_MONTHS.get(_UNITS.get(word, word), 1.0)
            means = [_FIRST_NUMBER.match(m.printed(study, f"{column}_{arm}")) for arm in ("experimental", "control")]
            numbers = [float(mean[0]) * factor for mean in means if mean]
            if numbers:
                known[study] = max(numbers)
        if limit is None or not known:
            yield NotRun("V25", _WITHIN, row["id"], f"{column} of each trial (studies.csv)")
            continue
        above = [study for study, mean in known.items() if mean > limit]
        fine = 2 * len(above) < len(known)
        parts = [f"{m.label(study)} {known[study]:.3g}" for study in above]
        yield ClaimFinding(
            "V25",
            _WITHIN,
            "pass" if fine else "inconsistency",
            row["id"],
            f"means above {row['value']} in {len(above)} of {len(known)} trials: {listed(parts)}"
            if above
            else "all within",
            inputs={"value": row["value"]},
            computed=known,
            rests_on="trial reports",
            **about_statement(row),
        )
