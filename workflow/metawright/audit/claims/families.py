"""Claims beside each other: the family of tests, and two results compared in words: V21 and V22."""

from collections.abc import Iterator, Mapping
from math import sqrt

from metawright.audit.claims.finding import ClaimFinding, NotRun, about_statement, listed
from metawright.audit.claims.intervals import ALPHA
from metawright.audit.claims.material import Material
from metawright.audit.claims.printed import has, printed_pool, relation
from metawright.audit.published import printed_number, split
from metawright.files.known import all_known
from metawright.pooling.quantiles import normal, normal_p
from metawright.sensitivity.multiplicity import adjust

_FAMILY, _DIFFERENCE = "multiplicity", "difference_in_words"

#: Correlations of two pools that share trials.
GRID = (0.0, 0.3, 0.5, 0.7)


def best_p(m: Material, claim: Mapping[str, str]) -> float | None:
    """Return the P of a claim: from estimate and interval where both are printed, else an exact printed one."""
    pool = printed_pool(claim, m.measure(claim["outcome"]))
    if pool is not None and pool.se_middle > 0:
        return float(normal_p(pool.middle[0] / pool.se_middle))
    if has(claim, "p") and relation(claim.get("p_op")) == "=":
        return printed_number(claim["p"])
    return None


def multiplicity(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V21: Holm's and Benjamini and Hochberg's adjusted P over the published cells; which claims do not survive."""
    family = {}
    for cell, claim in m.main_claims.items():
        p = best_p(m, claim)
        if p is None:
            yield NotRun("V21", _FAMILY, claim["claim"], "an exact P, or estimate and interval (claims.csv)")
        else:
            family[cell] = claim["claim"], p
    if len(family) < 2:
        yield NotRun("V21", _FAMILY, "family", "at least two published results")
        return
    adjusted = adjust([p for _, p in family.values()])
    rows = {
        key: {"p": p, "holm": float(holm), "benjamini_hochberg": float(bh)}
        for (key, p), holm, bh in zip(family.values(), adjusted.holm, adjusted.benjamini_hochberg, strict=True)
    }
    lost = [key for key, row in rows.items() if row["p"] < ALPHA <= row["holm"]]
    ordered = sorted(rows.items(), key=lambda item: item[1]["p"])
    parts = [f"{key} {row['holm']:.2g}" for key, row in ordered]
    verdict = f"Holm over {len(rows)} tests: {', '.join(parts)}"
    yield ClaimFinding(
        "V21",
        _FAMILY,
        "note" if lost else "pass",
        "family",
        f"{verdict}; {listed(lost)} {'does' if len(lost) == 1 else 'do'} not survive"
        if lost
        else f"{verdict}; none is lost",
        claim=";".join(lost or rows),
        computed=rows,
    )


def difference_in_words(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V22: two results that the text compares ("works here, not there"), tested as a difference.

    `se² = se1² + se2² - 2 rho se1 se2` over a grid of the correlation; 0 alone where the pools share no trial.

    References
    ----------
    Gelman and Stern 2006.
    """
    stated = m.stated("compares")
    if not stated:
        yield NotRun("V22", _DIFFERENCE, "pairs", "which results the text compares (statements.csv, kind compares)")
    by_key = {claim["claim"]: claim for claim in m.claims}
    for row in stated:
        claims = [by_key.get(key) for key in split(row["refers_to"])]
        pools = [printed_pool(claim, m.measure(claim["outcome"])) if claim else None for claim in claims]
        if len(pools) != 2 or None in pools:
            yield NotRun("V22", _DIFFERENCE, row["id"], f"estimate and interval of {row['refers_to']} (claims.csv)")
            continue
        first, second = all_known(pools)
        difference = first.middle[0] - second.middle[0]
        results = {}
        for rho in GRID:
            variance = first.se_middle**2 + second.se_middle**2 - 2 * rho * first.se_middle * second.se_middle
            se = sqrt(variance)
            results[rho] = {
                "se": se,
                "low": difference - normal(0.95) * se,
                "high": difference + normal(0.95) * se,
                "p": float(normal_p(difference / se)),
            }
        ps = [result["p"] for result in results.values()]
        if min(ps) > ALPHA:
            words = "no evidence of a difference"
        else:
            words = "a difference" if max(ps) < ALPHA else "undecidable without the trials' data"
        grid = ", ".join(f"{result['p']:.2g} (correlation {rho:g})" for rho, result in results.items())
        zero = results[0.0]
        outcomes = {claim["outcome"] for claim in all_known(claims)}
        apart = (
            f"; {listed(m.outcomes[o]['label'] for o in sorted(outcomes))} are different scales"
            if len(outcomes) > 1
            else ""
        )
        yield ClaimFinding(
            "V22",
            _DIFFERENCE,
            "pass" if words == "a difference" else "note",
            row["id"],
            f"{row['refers_to'].replace(';', ' minus ')}: {difference:.2f} [{zero['low']:.2f}, {zero['high']:.2f}]"
            " if independent,"
            f" P = {grid}: {words}{apart}",
            inputs={"compared": row["refers_to"]},
            computed={"difference": difference, "by_correlation": results},
            **about_statement(row) | {"claim": row["refers_to"]},
        )
