"""Feasible sets of a review's published pools: which trials are known, and what the others must show."""

from collections.abc import Sequence
from math import fsum

from metawright.audit.claims.material import Material
from metawright.audit.claims.printed import has, number_range, printed_pool
from metawright.audit.claims.stated_model import may_be_fixed_inverse_variance
from metawright.audit.documents import FeasibleDocument
from metawright.audit.feasible import LABEL, KnownTrial, feasible
from metawright.audit.published import split
from metawright.audit.specifications import ASSUMED
from metawright.extraction.documents import ArmRow
from metawright.files.known import known
from metawright.measures.registry import measure_of
from metawright.pooling.documents import PooledTrial
from metawright.pooling.pool import rule_of


def reconstruct(m: Material) -> FeasibleDocument:
    """Return what every published pool with an interval allows.

    A claim is taken if it prints estimate and interval and says how many trials it has, unless it is said to be of
    random effects or is not known to be weighted by inverse variances: the equations hold for that pool alone.
    Where only the number randomised is known of a trial, and the review's table prints another one, both are used:
    the table's first, since it is what the review had.

    Returns
    -------
    dict
        `label`, and `claims`: per claim `claim`, `outcome`, `period` and `sets`, one document of
        `metawright.audit.feasible.feasible` per version of the numbers of participants, with `n` in words.
    """
    rule = next((rule_of(model) for model in m.protocol["models"] if "rule" in model), None)
    claims = []
    for cell, claim in m.main_claims.items():
        pool = printed_pool(claim, m.measure(cell[0]))
        k = int(claim["k"]) if has(claim, "k") else len(split(claim.get("refs_expanded")))
        if pool is None or k < 2 or pool.se()[0] <= 0 or not may_be_fixed_inverse_variance(m, claim):
            continue
        cited = m.trials_cited(*cell)
        trials = [t for t in (m.pools.get(cell) or {"studies": []})["studies"] if t["study"] in cited]
        if len(trials) > k:
            continue
        missing = [study for study in cited if study not in {trial["study"] for trial in trials}]
        missing = missing if len(missing) == k - len(trials) else []
        sets = []
        for words, printed in (("as the review's table prints them", True), ("as extracted", False)):
            known_trials = [_known(m, trial, cell[0], printed) for trial in trials]
            document = feasible(pool, k, known_trials, rule, missing, _sizes(m, missing))
            if sets and all({**document, "n": None}[key] == {**sets[0], "n": None}[key] for key in document):
                continue
            sets.append({**document, "n": words})
        claims.append({"claim": claim["claim"], "outcome": cell[0], "period": cell[1], "sets": sets})
    return {"label": LABEL, "claims": claims}


def _sizes(m: Material, studies: Sequence[str]) -> dict[str, tuple[int, int]]:
    found = {}
    for study in studies:
        sizes = [m.printed(study, f"n_{arm}") for arm in ("experimental", "control")]
        if all(size.isdigit() for size in sizes):
            found[study] = (int(sizes[0]), int(sizes[1]))
    return found


def _known(m: Material, trial: PooledTrial, outcome: str, as_printed: bool) -> KnownTrial:
    """Return a trial of the pool as ranges over the rounding of its means and SDs.

    Anything but a plain mean difference of two arms is taken at its number.
    """
    numbers = {int(row) for row in str(trial["row_ids"]).split(";")}
    rows = {row["arm"]: row for row in m.arms if row["row"] in numbers}
    plain = (
        set(rows) == {"experimental", "control"}
        and len(numbers) == 2
        and "variance" in measure_of(m.measure(outcome)).options
    )
    plain = plain and m.outcomes[outcome].get("variance", "unpooled") == "unpooled"
    if not plain or not all({"mean", "sd"} <= set(row["printed"]) for row in rows.values()):
        return KnownTrial(trial["study"], (trial["y"], trial["y"]), (trial["v"], trial["v"]), (trial["y"], trial["v"]))
    arms = [rows["experimental"], rows["control"]]
    sizes = [_n(m, row, as_printed) for row in arms]
    means = [number_range(row["printed"]["mean"]) for row in arms]
    sds = [number_range(row["printed"]["sd"]) for row in arms]
    low, high = (fsum(sd[end] ** 2 / n for sd, n in zip(sds, sizes, strict=True)) for end in (0, 1))
    experimental, control = (known(row["sd"]) for row in arms)
    middle = fsum(sd**2 / n for sd, n in zip((experimental, control), sizes, strict=True))
    return KnownTrial(
        trial["study"],
        (means[0][0] - means[1][1], means[0][1] - means[1][0]),
        (low, high),
        (known(arms[0]["mean"]) - known(arms[1]["mean"]), middle),
        (experimental, control),
    )


def _n(m: Material, row: ArmRow, as_printed: bool) -> float:
    printed = m.printed(row["study"], f"n_{row['arm']}")
    assumed = ASSUMED in row["flags"].split(";")
    return int(printed) if as_printed and assumed and printed.isdigit() else known(row["n"])
