"""Figures and tables that the text points to: V13."""

from collections.abc import Iterator

from metawright.audit.claims.finding import ClaimFinding, NotRun, about_statement
from metawright.audit.claims.material import Material
from metawright.reading.characters import fold

_POINTS = "points_to"


def points_to(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V13: the figure or table that a sentence points to shows, by its caption, what the sentence says."""
    shows = {fold(row["refers_to"]): row for row in m.stated("caption")}
    pointing = m.stated("points_to")
    if not shows or not pointing:
        needed = "captions and sentences that point to them (statements.csv, kinds caption and points_to)"
        yield NotRun("V13", _POINTS, "figures", needed)
        return
    for row in pointing:
        target, wanted = fold(row["refers_to"]), fold(row["value"])
        caption = shows.get(target)
        if caption is None:
            verdict, fine = f"the paper has no {row['refers_to']} among its captions", False
        else:
            fine = fold(caption["value"]) == wanted
            verdict = f"{row['refers_to']} shows: {caption['value']}"
            where = next((c["refers_to"] for c in shows.values() if fold(c["value"]) == wanted), "")
            if not fine and where:
                verdict += f"; {where} shows: {row['value']}"
        yield ClaimFinding(
            "V13",
            _POINTS,
            "pass" if fine else "inconsistency",
            row["id"],
            verdict,
            inputs={"points_to": row["refers_to"], "for": row["value"]},
            **about_statement(row),
        )
