"""What other reviews, and the trials themselves, found on the same question: V23."""

from collections.abc import Iterator, Mapping

from metawright.audit.claims.finding import ClaimFinding, NotRun, about_claim, about_statement, listed
from metawright.audit.claims.intervals import significant_p
from metawright.audit.claims.material import Material
from metawright.audit.claims.printed import excludes_null, printed_pool
from metawright.audit.published import split
from metawright.reading.characters import fold

_SAME, _FIRST, _CITES, _PARTS = "same_trials_elsewhere", "first", "cited_review", "trials_own_results"


def same_trials_elsewhere(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V23: a pool of the same trials and outcome in another review, side by side."""
    if not m.other_reviews:
        yield NotRun("V23", _SAME, "reviews", "what other reviews pooled (other_reviews.csv)")
    for row in m.other_reviews:
        cell = (row.get("outcome") or "").strip(), (row.get("period") or "").strip()
        theirs = set(split(row.get("studies")))
        claim = m.main_claims.get(cell)
        if not claim or not theirs or not theirs <= set(m.trials_cited(*cell)):
            continue
        measure = m.measure(cell[0])
        ours, other = printed_pool(claim, measure), printed_pool(row, measure)
        if ours is None or other is None or (row.get("measure") or measure) != measure:
            continue
        ratio = ours.se_middle / other.se_middle
        information = ratio**-2
        n = int(row["n"]) if (row.get("n") or "").strip() else None
        sizes = [m.printed(study, f"n_{arm}") for study in theirs for arm in ("experimental", "control")]
        randomised = sum(map(int, sizes)) if all(size.isdigit() for size in sizes) else None
        verdict = (
            f"{row['label']}, {listed(sorted(m.label(s) for s in theirs))}: {row['estimate']} [{row['ci_low']},"
            f" {row['ci_high']}]"
            f"{f', n = {n}' if n else ''}; here {claim['estimate']} [{claim['ci_low']}, {claim['ci_high']}]: SE"
            f" {ours.se_middle:.3f}"
            f" against {other.se_middle:.3f}, {information:.2f} times the information"
        )
        if n and randomised:
            verdict += f", while all {randomised} randomised would give {randomised / n:.2f} times: the inputs differ"
        extra = set(m.trials_cited(*cell)) - theirs
        if extra:
            verdict += f" (here {listed(m.label(s) for s in sorted(extra))} is cited as well)"
        yield ClaimFinding(
            "V23",
            _SAME,
            "note",
            verdict=verdict,
            inputs={"n": row.get("n", ""), "other": row["review"]},
            computed={
                "se": ours.se_middle,
                "other_se": other.se_middle,
                "information": information,
                "randomised": randomised,
            },
            rests_on="other reviews",
            **about_claim(claim) | {"about": f"{claim['claim']}.{row['review']}"},
        )


def first(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V23: "first to report" against earlier reviews of the same outcome and period."""
    for row in m.stated("first"):
        cells = set(m.cells_of(row))
        periods = {period for _, period in cells}
        earlier = [
            other
            for other in m.other_reviews
            if (other.get("period") or "").strip() in periods
            and (
                (other.get("outcome") or "").strip() in {o for o, _ in cells}
                or not (other.get("outcome") or "").strip()
            )
        ]
        parts = [f"{other['label']}: {other.get('finding') or other.get('estimate')}" for other in earlier]
        yield ClaimFinding(
            "V23",
            _FIRST,
            "inconsistency" if earlier else "pass",
            row["id"],
            f"earlier reports are listed: {'; '.join(parts)}" if earlier else "no earlier review is listed",
            inputs={"value": row["value"]},
            computed={"reviews": [other["review"] for other in earlier]},
            rests_on="other reviews",
            **about_statement(row),
        )


def cited_review(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V23: what the text says another review shows, against that review's own conclusion."""
    for row in m.stated("cites_review"):
        other = next((o for o in m.other_reviews if o["review"].strip() == row["refers_to"].strip()), None)
        if other is None or not (other.get("conclusion") or "").strip():
            yield NotRun("V23", _CITES, row["id"], f"the conclusion of {row['refers_to']} (other_reviews.csv)")
            continue
        fine = fold(other["conclusion"]) == fold(row["value"])
        yield ClaimFinding(
            "V23",
            _CITES,
            "pass" if fine else "inconsistency",
            row["id"],
            f"cited as {row['value']}; {other['label']} concludes: {other['conclusion']} ({other.get('finding')})"
            + ("" if fine else ": the cited review does not conclude what is stated"),
            inputs={"value": row["value"]},
            computed={"conclusion": other["conclusion"]},
            rests_on="other reviews",
            **about_statement(row),
        )


def trials_own_results(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V23: a significant pool most of whose trials, by their own reports, found no significant difference."""
    own = {}
    for row in m.trial_reports:
        if row["kind"].strip() == "result":
            for period in split(row.get("period")) or [""]:
                own[row["study"].strip(), (row.get("outcome") or "").strip(), period] = row
    if not own:
        yield NotRun("V23", _PARTS, "trials", "what the trials say they found (trial_reports.csv, kind result)")
        return
    for cell, claim in m.main_claims.items():
        if not _significant(m, claim):
            continue
        said = {study: own.get((study, *cell)) for study in m.trials_cited(*cell)}
        known = {study: row for study, row in said.items() if row}
        without = [study for study, row in known.items() if fold(row["value"]) == "not significant"]
        if len(without) * 2 <= len(said):
            continue
        withs = [study for study in known if study not in without]
        tail = f"; {listed(m.label(s) for s in withs)} did" if withs else ""
        yield ClaimFinding(
            "V23",
            _PARTS,
            "note",
            verdict=f"significant, while by their own reports {listed(m.label(s) for s in without)} found no"
            " significant"
            f" difference{tail}: the pool is significant where most of its trials alone are not, not checkable"
            " without the trials' numbers",
            computed={study: row["value"] for study, row in known.items()},
            rests_on="trial reports",
            **about_claim(claim),
        )


def _significant(m: Material, claim: Mapping[str, str]) -> bool:
    found = excludes_null(claim, m.measure(claim["outcome"]))
    return bool(significant_p(claim) if found is None else found)
