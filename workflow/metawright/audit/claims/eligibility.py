"""Trials that belong into a pool and are not there, and choices of time points that nobody stated: V11."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from metawright.audit.claims.finding import ClaimFinding, NotRun, Place, about_statement, listed
from metawright.audit.claims.material import Material
from metawright.extraction.timepoints import period_of
from metawright.reading.vocabulary import fold

_ABSENT, _RULE = "eligible_but_absent", "time_point_rule"


def eligible_but_absent(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V11: every trial with the outcome at a time in the period is in the pool, or left out with a reason.

    A trial counts as eligible by the review's own table, or else by its report. A cell without a published pool for
    which trials are eligible is reported as a pool that was possible.
    """
    if not any(m.times_of(row["study"], printed=True) for row in m.studies):
        yield NotRun(
            "V11", _ABSENT, "pools", "time points and outcomes of each trial (studies.csv: timepoints, outcomes)"
        )
        return
    excused = {
        (row["study"].strip(), cell)
        for row in m.stated("excluded_with_reason")
        if row.get("study")
        for cell in m.cells_of(row)
    }
    for cell in m.cells:
        cited = m.trials_cited(*cell)
        claims = m.claims_about(*cell)
        if claims and not cited:
            yield NotRun("V11", _ABSENT, ".".join(cell), "which trials the pool cites (claims.csv: refs_expanded)")
            continue
        absent = {}
        for row in m.studies:
            study = row["study"]
            if study in cited or (study, cell) in excused:
                continue
            times = _eligible(m, study, cell)
            if times:
                absent[study] = times
        if absent:
            yield _finding(m, cell, absent, bool(claims))


def _eligible(m: Material, study: str, cell: tuple[str, str]) -> tuple[bool, list[str]] | None:
    """Return whether the review's table alone makes a trial eligible, and its time points; None if nothing does."""
    outcome, period = cell
    by_table = outcome in m.outcomes_of(study, printed=True) and m.times_in(study, period, printed=True)
    if by_table:
        return True, [label for label, _ in by_table]
    if outcome in m.outcomes_of(study, printed=True) | m.outcomes_of(study, printed=False):
        by_report = m.times_in(study, period, printed=False) or m.times_in(study, period, printed=True)
        if by_report:
            return False, [label for label, _ in by_report]
    return None


def _finding(m: Material, cell: tuple[str, str], absent: dict, has_pool: bool) -> ClaimFinding:
    outcome, period = cell
    names = [
        f"{m.label(study)} at {listed(times)}{'' if by_table else ' (by its report)'}"
        for study, (by_table, times) in absent.items()
    ]
    where = f"{m.outcomes[outcome]['label']}, {m.period_label(period)}"
    says = next((row for row in m.stated("no_data") if cell in m.cells_of(row)), None)
    clean = [study for study in absent if m.designs.get(fold(study), {}).get("contaminated_from") is not None]
    verdict = f"{where}: eligible, and in no pool without a reason given: {'; '.join(names)}"
    if not has_pool:
        verdict = f"{where}: no pool is published, though there are {'; '.join(names)}"
    if has_pool and clean:
        verdict += f". Of {listed(map(m.label, clean))} this is the contrast before the control arm was treated"
    if says:
        verdict += ". The paper gives want of data as the reason; this should be an exclusion with a reason"
    place: Place = about_statement(says) if says else {"location": "table of trials"}
    place |= {"outcome": outcome, "period": period, "claim": m.main_claims.get(cell, {}).get("claim", "")}
    by_table = all(flag for flag, _ in absent.values())
    return ClaimFinding(
        "V11",
        _ABSENT,
        "inconsistency" if says and not has_pool else "omission",
        ".".join(cell),
        verdict,
        study=";".join(absent),
        computed={study: {"by_table": flag, "timepoints": times} for study, (flag, times) in absent.items()},
        rests_on="review" if by_table else "trial reports",
        **place,
    )


def time_point_rule(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V11: with several visits of a trial in one period, or visits between the periods, a rule is needed."""
    if m.stated("time_point_rule"):
        return
    several, outside = defaultdict(dict), {}
    for row in m.studies:
        times = m.times_of(row["study"], printed=True)
        for period in m.periods:
            inside = dict.fromkeys(
                label for label, month in times if period_of(label, month, m.periods) == period["key"]
            )
            if len(inside) > 1:
                several[row["study"]][period["key"]] = list(inside)
        out = [label for label, month in times if period_of(label, month, m.periods) is None]
        if out:
            outside[row["study"]] = out
    gaps = [
        f"{one['to']:g} to {other['from']:g}"
        for one, other in pairwise(m.periods)
        if one["to"] is not None and one["to"] < other["from"]
    ]
    if not several and not outside:
        return
    words = []
    if several:
        parts = [
            f"{m.label(study)} {' and '.join('/'.join(t) for t in found.values())}" for study, found in several.items()
        ]
        words.append(f"no rule says which visit enters where a period has several: {'; '.join(parts)}")
    if outside:
        parts = [f"{m.label(study)} {', '.join(times)}" for study, times in outside.items()]
        words.append(f"visits in no period, dropped without a word: {'; '.join(parts)}")
    if gaps:
        words.append(f"the periods leave months {listed(gaps)} open")
    yield ClaimFinding(
        "V11",
        _RULE,
        "omission",
        "periods",
        ". ".join(words),
        study=";".join(dict.fromkeys([*several, *outside])),
        location="methods",
        computed={"several": dict(several), "outside": outside, "gaps": gaps},
    )
