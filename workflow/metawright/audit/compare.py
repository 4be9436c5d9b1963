"""Published claims beside recomputed pools: reproduced, not reproduced, partly checkable, not checkable."""

from collections.abc import Sequence

from metawright.audit.claims.material import Material
from metawright.audit.claims.printed import PrintedPool, printed_pool
from metawright.audit.documents import AuditedClaim, EstimateAndLimits, RecomputedPool
from metawright.audit.published import check_in_cell
from metawright.audit.specifications import Specification, fitting, specifications
from metawright.files.tables import Row, TextRow
from metawright.pooling.documents import ModelResult, Pool
from metawright.pooling.position import position
from metawright.pooling.tracks import headline
from metawright.words.numbers import back_transform

#: Columns of `claims_check.csv`.
CHECK_COLUMNS = (
    "claim", "outcome", "period", "main", "status", "reason", "available", "expected", "awaiting", "not_cited", "model",
    "published_estimate", "published_ci_low", "published_ci_high", "published_p", "estimate", "ci_low", "ci_high", "p",
    "difference_estimate", "difference_ci_low", "difference_ci_high", "same_significance", "p_agrees",
    "specifications", "specifications_that_fit", "first_that_fits", "hksj",
)  # fmt: skip


def compare_claims(m: Material) -> list[AuditedClaim]:
    """Hold every claim against the pool of its cell.

    Parameters
    ----------
    m : Material
        With `pools`, `arms`, `awaiting` and `feasible`.

    Returns
    -------
    list of dict
        One entry per claim and cell: the claim's key, cell, printed numbers; `check` (see
        `metawright.audit.published.check_in_cell`); `published` and `recomputed` on the scale that people read, with
        `pooled_published` and `pooled_recomputed` on the scale of the files, for a figure; `fits`: specifications of
        the multiverse of the trials at hand that give the printed numbers, and `specifications`, how many were tried;
        `feasible`: what the missing trials must show, where that is known; `significance`: where our interval lies.
    """
    entries = []
    tried: dict[tuple[str, str], list[Specification] | None] = {}
    for claim in m.claims:
        for cell in m.cells_of(claim):
            pool = m.pools.get(cell)
            if pool is None:
                continue
            entries.append(_entry(m, claim, cell, pool, tried))
    return entries


def _entry(
    m: Material,
    claim: TextRow,
    cell: tuple[str, str],
    pool: Pool,
    tried: dict[tuple[str, str], list[Specification] | None],
) -> AuditedClaim:
    main = m.main_claims.get(cell) or claim
    row = headline(pool["models"], "protocol")
    about = m.claims_about(*cell)
    check = check_in_cell(claim, pool, about, m.awaiting, m.study_of)
    measure = pool["measure"]
    published = printed_pool(claim, measure)
    fits = None
    if check["status"] != "not_checkable" or check["reason"] == "words_only":
        if cell not in tried:
            tried[cell] = specifications(m, cell)
        found = tried[cell]
        fits = fitting(found, claim, measure, about) if found is not None else None
    return {
        "claim": claim["claim"],
        "outcome": cell[0],
        "period": cell[1],
        "main": claim["claim"] == main["claim"],
        "measure": measure,
        "model": row["model"] if row else None,
        "section": claim.get("section", ""),
        "quote": claim.get("quote", ""),
        "words": claim.get("words", ""),
        "check": check,
        "significance": position(row),
        "published": {
            "estimate": claim.get("estimate") or "",
            "ci_low": claim.get("ci_low") or "",
            "ci_high": claim.get("ci_high") or "",
            "p_op": claim.get("p_op") or "",
            "p": claim.get("p") or "",
        },
        "pooled_published": _printed_on_scale(published) if published else None,
        "recomputed": {
            "estimate": back_transform(row["estimate"], measure) if row else None,
            "ci_low": back_transform(row["ci_low"], measure) if row else None,
            "ci_high": back_transform(row["ci_high"], measure) if row else None,
            "p": row["p"] if row else None,
        },
        "pooled_recomputed": _pooled(row) if row else None,
        "specifications": len(tried.get(cell) or ()),
        "fits": fits,
        "feasible": next((item for item in m.feasible if item["claim"] == claim["claim"]), None),
    }


def _printed_on_scale(pool: PrintedPool) -> EstimateAndLimits:
    """Return what a claim prints, on the scale of the files."""
    estimate, low, high = pool.middle
    return {"estimate": estimate, "ci_low": low, "ci_high": high}


def _pooled(row: ModelResult) -> RecomputedPool:
    """Return our own result, on the scale of the files."""
    return {
        "estimate": row["estimate"],
        "ci_low": row["ci_low"],
        "ci_high": row["ci_high"],
        "p": row["p"],
        "tau2_method": row["tau2_method"],
        "interval": row["interval"],
        "k": row["k"],
    }


def check_rows(entries: Sequence[AuditedClaim]) -> list[Row]:
    """Return the rows of `claims_check.csv`."""
    rows = []
    for entry in entries:
        check, feasible = entry["check"], entry["feasible"]
        published, own = entry["published"], entry["recomputed"]
        differences = check["differences"] or {}
        rows.append(
            {name: entry[name] for name in ("claim", "outcome", "period", "main", "model", "specifications")}
            | {
                name: check[name]
                for name in ("status", "reason", "available", "expected", "same_significance", "p_agrees")
            }
            | {name: ";".join(check[name]) for name in ("awaiting", "not_cited")}
            | {f"published_{name}": published[name] for name in ("estimate", "ci_low", "ci_high")}
            | {"published_p": f"{published['p_op']} {published['p']}".strip()}
            | {name: own[name] for name in ("estimate", "ci_low", "ci_high", "p")}
            | {f"difference_{name}": differences.get(name) for name in ("estimate", "ci_low", "ci_high")}
            | {"specifications_that_fit": None if entry["fits"] is None else len(entry["fits"])}
            | {"first_that_fits": entry["fits"][0]["words"] if entry["fits"] else ""}
            | {"hksj": feasible["sets"][0]["hksj"]["verdict"] if feasible and feasible["sets"][0]["hksj"] else ""}
        )
    return rows
