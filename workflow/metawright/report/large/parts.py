"""The results of a large review cut by outcome: what each outcome's page shows, and what is left for the front page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from metawright.report.lineage import rows_of

if TYPE_CHECKING:
    from metawright.audit.documents import AuditFinding
    from metawright.report.documents import Changes, Results


#: Lists of `results.json` whose entries name their outcome.
LISTS = ("claims_check", "unused_rows")
LISTS_IN = {
    "extraction": ("recovered", "choices", "findings", "conflicts"),
    "feasible": ("claims",),
    "certainty": ("cells", "weights", "by_judgement"),
    "own_configuration": ("pools",),
}
#: What of the earlier results moved, list by list.
CHANGES = ("rows", "effects", "pools", "verdicts", "ratings")
#: Under this key a group holds what is of no outcome, or of several.
REST = None


class Parts:
    """The results of a review, outcome by outcome.

    Parameters
    ----------
    results : mapping
        The document of `gather_results`.
    changes : mapping, optional
        From `metawright.report.changes.what_changed`.
    """

    def __init__(self, results: Results, changes: Changes | None = None) -> None:
        self.whole = results
        self.changes = changes
        self.outcomes = list(results["protocol"]["outcomes"])

    def of(self, outcome: str) -> Results:
        """Return the results of one outcome, in the form of those of a review that has no other."""
        results, cells = self.whole, self._cells.get(outcome, [])
        part: dict[str, Any] = {**results}
        part |= {name: block for name, block in self._blocks(outcome).items() if name != "audit"}
        unused = part["unused_rows"] or []
        protocol = results["protocol"]
        part |= {
            "protocol": {**protocol, "outcomes": {outcome: protocol["outcomes"][outcome]}},
            "cells": cells,
            "counts": _counts(cells, unused),
            "periods": {outcome: (results.get("periods") or {}).get(outcome)},
            "multiplicity": [
                entry | {"tests": [test for test in entry["tests"] if test["outcome"] == outcome]}
                for entry in results.get("multiplicity") or ()
            ],
            "audit": self._audit(outcome),
        }
        if part.get("own_configuration"):
            part["own_configuration"]["sentences"] = []
        return cast("Results", part)

    @property
    def rest(self) -> Results:
        """The results without their cells and all that is of one outcome; counts are those of the whole review."""
        results = self.whole
        nothing: dict[str, Any] = {"cells": [], "periods": {}, "multiplicity": []}
        audit = results.get("audit")
        if audit:
            nothing["audit"] = {**audit, "findings": self._findings.get(REST, [])}
        return cast("Results", {**results, **self._blocks(REST), **nothing})

    def changes_of(self, outcome: str) -> Changes | None:
        """Return what moved of an outcome since earlier results; None where nothing did, or nothing is compared."""
        if not self.changes:
            return None
        found = {name: [one for one in self.changes[name] if one["outcome"] == outcome] for name in CHANGES}
        return cast("Changes", {**self.changes, **found}) if any(found.values()) else None

    def _blocks(self, outcome: str | None) -> dict:
        """Return every list with what it has of an outcome, in the block that it stands in."""
        made: dict = {"cleaning_log": self._cleaning.get(outcome, [])}
        for name in LISTS:
            entries = self._groups[name].get(outcome, [])
            made[name] = entries if self.whole.get(name) is not None else None
        for block, names in LISTS_IN.items():
            known = self.whole.get(block)
            if known:
                own = {name: self._groups[block, name].get(outcome, []) for name in names if name in known}
                made[block] = {**known, **own}
        if made.get("certainty"):
            made["certainty"]["summary_of_findings"] = [row for _, row in self._rated.get(outcome, [])]
        for block, name in (("certainty", "cells"), ("feasible", "claims")):
            if made.get(block) and not made[block][name]:
                made[block] = None
        return made

    def _audit(self, outcome: str) -> dict | None:
        if not self.whole.get("audit"):
            return None
        findings = self._findings.get(outcome, [])
        origins: dict[str, Counter] = {}
        for one in findings:
            origins.setdefault(one["origin"], Counter())[one["severity"]] += 1
        counts = {"severity": Counter(one["severity"] for one in findings), "origin": origins, "not_run": 0}
        return {"findings": findings, "not_run": [], "counts": counts}

    @cached_property
    def _cells(self) -> dict:
        return _grouped(self.whole["cells"], _outcome)

    @cached_property
    def _groups(self) -> dict:
        groups = {name: _grouped(self.whole.get(name) or (), self._declared) for name in LISTS}
        for block, names in LISTS_IN.items():
            known = self.whole.get(block) or {}
            groups |= {(block, name): _grouped(known.get(name) or (), self._declared) for name in names}
        return groups

    @cached_property
    def _rated(self) -> dict:
        """The cells that were rated, each with its row of the Summary of Findings, whose outcome is a label."""
        known = self.whole["certainty"]
        pairs = zip(known["cells"], known["summary_of_findings"], strict=True) if known else ()
        return _grouped(pairs, lambda pair: pair[0]["outcome"])

    @cached_property
    def _findings(self) -> dict:
        """Findings by the outcome that they name, or that the claim they are about is made of."""
        made_of: dict[str, set[str]] = {}
        for cell in self.whole["cells"]:
            for claim in cell["claims"]:
                made_of.setdefault(claim["claim"], set()).add(cell["outcome"])

        def about(finding: AuditFinding) -> str | None:
            own = made_of.get(finding["claim"], set())
            return self._declared(finding) or (next(iter(own)) if len(own) == 1 else REST)

        audit = self.whole["audit"]
        return _grouped(audit["findings"] if audit else (), about)

    @cached_property
    def _cleaning(self) -> dict:
        """Lines of the cleaning log by the outcome that their row belongs to."""
        place = {
            row: cell["outcome"]
            for cell in self.whole["cells"]
            for study in cell["studies"]
            for row in [*rows_of(study), *(arm["row"] for arm in study["arms"])]
        }
        for unused in self.whole["unused_rows"]:
            place |= dict.fromkeys(unused["rows"], self._declared(unused))
        return _grouped(self.whole["cleaning_log"], lambda line: place.get(line["row"], REST))

    def _declared(self, entry: Mapping) -> str | None:
        named = entry.get("outcome")
        return named if named in self.whole["protocol"]["outcomes"] else REST


def _outcome(entry: Mapping) -> str:
    return entry["outcome"]


def _grouped(entries: Iterable, key: Callable) -> dict:
    groups: dict = {}
    for entry in entries:
        groups.setdefault(key(entry), []).append(entry)
    return groups


def _counts(cells: Iterable[Mapping], unused: Iterable[Mapping]) -> dict:
    """Return the counts of `gather_results` that the page of an outcome shows."""
    cells = list(cells)
    statuses = [cell["status"] for cell in cells]
    studies = {study["study"] for cell in cells for study in cell["studies"]}
    studies |= {row["study"] for cell in cells for row in cell["awaiting"]}
    used = {row for cell in cells for study in cell["studies"] for row in rows_of(study)}
    left = {row for one in unused for row in one["rows"]} - used
    return {
        "studies": len(studies),
        "cells": len(cells),
        **{status: statuses.count(status) for status in ("pooled", "single_study", "awaiting_data")},
        "conclusion_differs": sum(cell["comparison"]["conclusion_differs"] is True for cell in cells),
        "rows": len(used | left),
        "rows_used": len(used),
        "rows_not_used": len(left),
    }
