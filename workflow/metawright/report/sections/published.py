"""Published claims, held against their own numbers; findings; what trials without numbers must show."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from metawright.report.sections.section import (
    FRONT,
    LATEX,
    PAPER,
    SCREEN,
    Block,
    Fold,
    Framed,
    Heading,
    Items,
    Reference,
    Section,
    Source,
    Special,
    Text,
    figures,
    tables,
)
from metawright.report.tables.claims import claims_table
from metawright.report.tables.feasible import LABEL, overview_table, remainder_tables, statement
from metawright.report.tables.findings import SEVERITIES, counts_table, finding_records, not_run_table
from metawright.words.names import bound, count, in_words, join, sentence

if TYPE_CHECKING:
    from metawright.audit.documents import AuditDocument
    from metawright.report.documents import Results
    from metawright.report.tables.findings import FindingRecord
    from metawright.report.tables.table import TableData


MUST_SHOW = "What trials without numbers must show"


def _published(source: Source) -> list[Block] | None:
    claims, audit = claims_table(source.results), audit_of(source)
    if not (claims or audit):
        return None
    lead = (
        "Every claim is held against the numbers printed with it, against the tables of the publication, and against "
        "the pools of this report. A finding says what does or does not follow from what is printed; it says nothing "
        "about how that came about."
    )
    blocks: list[Block] = [Text(lead)]
    if audit:
        see = Reference("Appendix", f"sec:{FINDINGS.anchor}", "has every finding.")
        blocks += [Text(audit["summary"], see=see), *tables(audit["counts"], on=PAPER)]
    if source.place == FRONT:
        elsewhere = (
            "Claims, and the findings about them, stand on the pages of their outcomes; here, findings about no single "
            "outcome."
        )
        blocks.append(Text(elsewhere, "note"))
    if claims:
        blocks.append(Heading("Claimed against recomputed", "claims-recomputed", on=SCREEN))
        blocks += [*figures(source, "claims"), *tables(claims, quiet=True)]
    if audit:
        blocks += [Heading("Findings", "findings", on=SCREEN), *tables(audit["counts"], on=SCREEN)]
        blocks.append(Special("findings", audit, on=SCREEN))
    if reconstructed := feasible(source.results):
        folds = [Fold(title=table["caption"], blocks=tables(table, quiet=True)) for table in reconstructed["tables"]]
        framed = [Text(RECONSTRUCTED), *_reconstructed(reconstructed), *folds]
        blocks.append(Heading(MUST_SHOW, MUST_SHOW_SECTION.anchor, on=SCREEN))
        blocks.append(Framed(label=sentence(LABEL), blocks=framed))
    return blocks


RECONSTRUCTED = (
    "A published pool fixes what the trials without numbers must show together. Everything here is derived from "
    "published results; no pool of this report reads any of it."
)


def _must_show(source: Source) -> list[Block] | None:
    found = feasible(source.results)
    return [Text(RECONSTRUCTED, label=f"{sentence(LABEL)}."), *_reconstructed(found)] if found else None


def _reconstructed(found: MustShow) -> list[Block]:
    return [Items(found["statements"]), *tables(found["overview"])]


def _findings(source: Source) -> list[Block] | None:
    audit = audit_of(source)
    return [Special("findings", audit), *tables(audit["not_run"])] if audit else None


def _remainders(source: Source) -> list[Block] | None:
    found = feasible(source.results)
    return tables(*found["tables"]) or None if found else None


class AuditShown(TypedDict):
    """What the audit found, for a section (see `audit_of`)."""

    summary: str
    counts: TableData | None
    groups: list[FindingGroup]
    not_run: TableData | None


class FindingGroup(TypedDict):
    """The findings of one severity."""

    severity: str
    word: str
    title: str
    meaning: str
    findings: list[FindingRecord]


class MustShow(TypedDict):
    """What missing trials must show, for a section (see `feasible`)."""

    statements: list[str]
    overview: TableData | None
    tables: list[TableData]


def audit_of(source: Source) -> AuditShown | None:
    """Return what the audit found, for a section.

    Returns
    -------
    dict or None
        `summary` in a sentence, `counts`, `groups` (per severity: `severity`, `title`, `meaning`, `findings` as
        records) and `not_run`; on a front page summary and counts are those of the whole review. None without findings.
    """
    own, whole = _audit(source.results), source.whole
    audit = whole.get("audit")
    if source.place != FRONT or not audit or not (audit["findings"] or audit["not_run"]):
        return own
    return {
        "groups": own["groups"] if own else [],
        "not_run": own["not_run"] if own else None,
        "summary": audit_summary(audit),
        "counts": counts_table(whole),
    }


def _audit(results: Results) -> AuditShown | None:
    audit = results.get("audit")
    if not audit or not (audit["findings"] or audit["not_run"]):
        return None
    groups: list[FindingGroup] = []
    for severity, (word, title, meaning) in SEVERITIES.items():
        found = [one for one in audit["findings"] if one["severity"] == severity]
        if found:
            records = finding_records(found, results["labels"])
            groups.append({"severity": severity, "word": word, "title": title, "meaning": meaning, "findings": records})
    return {
        "summary": audit_summary(audit),
        "counts": counts_table(results),
        "groups": groups,
        "not_run": not_run_table(results),
    }


def audit_summary(audit: AuditDocument) -> str:
    """Return how much was found, how much is in order, and how much could not be checked."""
    numbers = audit["counts"]["severity"]
    parts = [
        count(numbers[severity], word.lower(), title.lower())
        for severity, (word, title, _) in SEVERITIES.items()
        if severity != "pass" and numbers.get(severity)
    ]
    found = f"{sentence(join(parts))}." if parts else "Nothing was found that does not follow from what is printed."
    passed = numbers.get("pass", 0)
    agreed = f" {sentence(in_words(passed))} checks ran and agree with what is printed." if passed else ""
    left = audit["counts"]["not_run"]
    lacking = f" {sentence(count(left, 'check'))} could not run, for want of numbers." if left else ""
    return found + agreed + lacking


def feasible(results: Results) -> MustShow | None:
    """Return what missing trials must show: `statements`, tables `overview` and `tables`; None without claims."""
    feasible = results.get("feasible")
    if not feasible:
        return None
    order = {"impossible": 0, "impossible_by_remainder": 1, "certain": 2, "open": 3}
    claims = sorted(
        feasible["claims"], key=lambda one: order.get((one["sets"][0]["hksj"] or {"verdict": ""})["verdict"], 4)
    )
    return {
        "statements": [bound(statement(results, claim)) for claim in claims],
        "overview": overview_table(results),
        "tables": remainder_tables(results),
    }


PUBLISHED = Section(
    anchor="published",
    title="Published claims, held against their own numbers",
    contents="Published claims",
    blocks=_published,
)
MUST_SHOW_SECTION = Section(anchor="feasible-sets", title=MUST_SHOW, blocks=_must_show, places=PAPER)
FINDINGS = Section(
    anchor="findings-all",
    title="Findings on the published claims",
    blocks=_findings,
    places=frozenset({LATEX}),
    new_page=True,
)
REMAINDERS = Section(
    anchor="feasible-all",
    title=f"{MUST_SHOW}: {LABEL}",
    blocks=_remainders,
    places=frozenset({LATEX}),
    new_page=True,
)
