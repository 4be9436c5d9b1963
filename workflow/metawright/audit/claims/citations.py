"""Numbers of trials in words, in citations, in the table of trials and in forest plots: V09."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from metawright.audit.claims.finding import ClaimFinding, NotRun, about_claim, about_statement, listed
from metawright.audit.claims.material import Material
from metawright.audit.claims.printed import has
from metawright.audit.published import split
from metawright.reading.characters import fold

_CITED, _MARKED, _FOREST = "trials_cited", "trials_marked", "forest_rows"
_NUMBER, _TOPIC = "number_of_trials", "one_topic_two_statements"


def trials_cited(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V09: the number of trials in words equals the number of references cited."""
    for claim in m.claims:
        if not has(claim, "k", "refs_expanded"):
            if has(claim, "k") or has(claim, "estimate"):
                yield NotRun("V09", _CITED, claim["claim"], "number of trials and the references cited (claims.csv)")
            continue
        refs, k = split(claim["refs_expanded"]), int(claim["k"])
        fine = len(refs) == k
        verdict = f"{k} trials in words, {len(refs)} cited ({claim.get('refs_cited') or ', '.join(refs)})"
        if not fine:
            verdict += _reading(m, claim, refs, k)
        yield ClaimFinding(
            "V09",
            _CITED,
            "pass" if fine else "inconsistency",
            verdict=verdict,
            inputs={"k": claim["k"], "refs": refs},
            **about_claim(claim),
        )


def _reading(m: Material, claim: Mapping[str, str], refs: list[str], k: int) -> str:
    """Return which trials would make the number, if the table of characteristics leaves one answer."""
    marked = [ref for ref, study in m.study_of.items() if claim["outcome"] in m.outcomes_of(study, printed=True)]
    empty = [ref for ref in refs if ref in m.study_of and not m.printed(m.study_of[ref], "outcomes")]
    without = [ref for ref in refs if ref not in marked and ref not in empty]
    if len(refs) > k and len(refs) - len(without) == k:
        kept = [ref for ref in refs if ref not in without]
        return f"; the table of trials does not mark the outcome for {listed(without)}: most plausibly {listed(kept)}"
    more = [
        ref
        for ref in marked
        if ref not in refs and any(m.times_in(m.study_of[ref], period, True) for period in split(claim.get("period")))
    ]
    if len(refs) < k and len(refs) + len(more) == k:
        return f"; the table marks the outcome for {listed(more)} as well, not cited: probably missing, not proven"
    return ""


def trials_marked(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V09: the table of trials marks the outcome for every trial that is cited for its pool."""
    if not m.studies or not any("outcomes" in row or "outcomes_as_printed" in row for row in m.studies):
        yield NotRun("V09", _MARKED, "table", "outcomes of each trial as printed (studies.csv: outcomes_as_printed)")
        return
    unmarked, empty = defaultdict(list), defaultdict(list)
    for cell in m.cells:
        for study in m.trials_cited(*cell):
            if not m.printed(study, "outcomes"):
                empty[study].append(cell)
            elif cell[0] not in m.outcomes_of(study, printed=True):
                unmarked[study].append(cell)
    for study, cells in unmarked.items():
        for cell in cells:
            claim = m.main_claims[cell]
            if not any(cell[0] in m.outcomes_of(other, printed=True) for other in m.trials_cited(*cell)):
                continue
            known = cell[0] in m.outcomes_of(study, printed=False)
            extra = ", though its report has it: the table is incomplete" if known else ""
            yield ClaimFinding(
                "V09",
                _MARKED,
                "inconsistency",
                f"{claim['claim']}.{study}",
                f"{m.label(study)} is cited for {m.outcomes[cell[0]]['label']}, {m.period_label(cell[1])}; the table of"
                f" trials lists {m.printed(study, 'outcomes')} for it{extra}",
                claim=claim["claim"],
                study=study,
                outcome=cell[0],
                period=cell[1],
                quote=claim.get("quote", ""),
                location=claim.get("section", ""),
                inputs={"outcomes_as_printed": m.printed(study, "outcomes")},
                computed={"known_to_have_it": known},
                rests_on="trial reports" if known else "review",
            )
    if empty:
        cells = sorted({m.main_claims[cell]["claim"] for found in empty.values() for cell in found})
        yield ClaimFinding(
            "V09",
            _MARKED,
            "omission",
            "empty",
            f"the table of trials has no outcome for {listed(m.label(study) for study in empty)}, and they feed"
            f" {listed(cells)} (a symbol may be lost in the text layer)",
            claim=";".join(cells),
            study=";".join(empty),
            location="table of trials",
        )


def forest_rows(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V09: a forest plot has as many rows as trials are claimed."""
    for claim in m.claims:
        rows = [row for row in m.claim_trials if row["claim"].strip() == claim["claim"]]
        if not rows or not has(claim, "k"):
            if has(claim, "estimate"):
                yield NotRun("V09", _FOREST, claim["claim"], "the rows of the forest plot (claim_trials.csv)")
            continue
        fine = len(rows) == int(claim["k"])
        yield ClaimFinding(
            "V09",
            _FOREST,
            "pass" if fine else "inconsistency",
            verdict=f"{claim['k']} trials in words, {len(rows)} rows in the forest plot",
            inputs={"k": claim["k"], "rows": len(rows)},
            **about_claim(claim),
        )


def number_of_trials(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V09: every place that says how many trials the review has says the same, and so does its table."""
    stated = m.stated("number_of_studies")
    if not stated:
        yield NotRun(
            "V09", _NUMBER, "review", "how many trials the paper says it has (statements.csv, number_of_studies)"
        )
    for row in stated:
        fine = not m.studies or int(row["value"]) == len(m.studies)
        others = sorted({other["value"] for other in stated} - {row["value"]})
        yield ClaimFinding(
            "V09",
            _NUMBER,
            "pass" if fine else "inconsistency",
            row["id"],
            f"{row['value']} trials here, {len(m.studies)} in the table"
            + (f", {listed(others)} elsewhere" if others else ""),
            inputs={"value": row["value"]},
            computed={"table": len(m.studies), "elsewhere": others},
            **about_statement(row),
        )


def one_topic_two_statements(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V09: what the paper says on one topic in two places agrees."""
    topics = defaultdict(list)
    for row in m.stated("says"):
        topics[row["refers_to"].strip()].append(row)
    for topic, rows in topics.items():
        if len(rows) < 2:
            continue
        values = list(dict.fromkeys(fold(row["value"]) for row in rows))
        places = "; ".join(f"“{row['quote']}” ({row['location']})" for row in rows)
        yield ClaimFinding(
            "V09",
            _TOPIC,
            "inconsistency" if len(values) > 1 else "pass",
            topic,
            f"{topic.replace('_', ' ')}: {listed(values)}: {places}",
            quote=" ... ".join(row["quote"] for row in rows),
            location="; ".join(row["location"] for row in rows),
            inputs={row["id"]: row["value"] for row in rows},
        )
