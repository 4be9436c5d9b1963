"""Estimate, interval and P value of one claim against each other: V01, V02 and V05."""

from collections.abc import Iterator

from metawright.audit.claims.finding import ClaimFinding, NotRun, about_claim
from metawright.audit.claims.material import Material
from metawright.audit.claims.printed import Range, has, meet, p_range, printed_pool, relation, span
from metawright.audit.published import printed_number
from metawright.files.known import known
from metawright.measures.registry import measure_of
from metawright.measures.scales import FISHER_Z
from metawright.words.numbers import is_ratio

ALPHA = 0.05
_P, _CENTRE, _REFERENCE = "p_from_interval", "interval_symmetry", "reference_distribution"


def p_from_interval(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V01: P from estimate and interval, `SE = (U - L)/(2 z)`, against P as printed.

    Everything is a range over the rounding of the printed digits. Not meeting is an error where one of the two says
    significant and the other does not.
    """
    for claim in m.claims:
        pool = printed_pool(claim, m.measure(claim["outcome"]))
        if pool is None or not has(claim, "p"):
            if has(claim, "estimate") or has(claim, "p"):
                yield NotRun("V01", _P, claim["claim"], "estimate, both limits and P as printed (claims.csv)")
            continue
        if _any_distribution(claim, pool):
            continue  # V05 names it
        own, printed = pool.p(), p_range(claim.get("p_op"), claim["p"])
        crossing = _side(own) is not None and _side(printed) is not None and _side(own) != _side(printed)
        yield ClaimFinding(
            "V01",
            _P,
            "error" if crossing else "inconsistency",
            verdict=f"estimate and interval give P = {span(own)}, printed is P {_printed_p(claim)}",
            inputs=_inputs(claim),
            computed={"se": pool.se(), "p": own},
            **about_claim(claim),
        )


def interval_symmetry(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V02: the estimate in the middle of its interval, on the logarithmic scale for ratios.

    Tolerance: the rounding of all three numbers, each at its own precision; with equal decimals one unit of the last.
    """
    for claim in m.claims:
        measure = m.measure(claim["outcome"])
        pool = printed_pool(claim, measure)
        if pool is None:
            if has(claim, "ci_low", "ci_high"):
                yield NotRun("V02", _CENTRE, claim["claim"], "an estimate, above 0 if it is a ratio (claims.csv)")
            continue
        if measure_of(measure).scale is FISHER_Z:
            continue  # symmetrical on Fisher's scale, which is not the printed one
        middle = (pool.ci_low[0] + pool.ci_high[0]) / 2, (pool.ci_low[1] + pool.ci_high[1]) / 2
        off = (pool.middle[1] + pool.middle[2]) / 2 - pool.middle[0]
        fine = meet(middle, pool.estimate)
        scale = "the logarithm of the estimate" if is_ratio(measure) else "the estimate"
        yield ClaimFinding(
            "V02",
            _CENTRE,
            "pass" if fine else "inconsistency",
            verdict=f"the middle of the interval lies {abs(off):.3g} from {scale}"
            + ("" if fine else ", more than rounding explains"),
            inputs=_inputs(claim),
            computed={"middle_minus_estimate": off, "middle": middle},
            **about_claim(claim),
        )


def reference_distribution(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V05: which distribution makes P from the interval: the normal one, or t with k - 1 degrees of freedom.

    Three readings: normal interval and test; normal interval, t test; t interval and test.
    """
    for claim in m.claims:
        pool = printed_pool(claim, m.measure(claim["outcome"]))
        if pool is None or not has(claim, "p"):
            continue
        k = int(claim["k"]) if has(claim, "k") else None
        own = _readings(pool, k)
        printed = p_range(claim.get("p_op"), claim["p"])
        fitting = [name for name, p in own.items() if meet(p, printed)]
        if not fitting:
            continue  # V01 says so
        if k is None:
            yield NotRun(
                "V05", _REFERENCE, claim["claim"], "the number of trials, for the t distribution (claims.csv: k)"
            )
        words = {
            "z": "a normal (Wald) interval and test",
            "t_on_z": "a t test on a normal interval",
            "t": "a t interval and test (Hartung-Knapp or t)",
        }
        others = [f"{words[name]} would give {span(p)}" for name, p in own.items() if name not in fitting]
        yield ClaimFinding(
            "V05",
            _REFERENCE,
            "pass",
            verdict=f"P {_printed_p(claim)} fits {' or '.join(words[name] for name in fitting)}"
            + (f"; {'; '.join(others)}" if others else ""),
            inputs=_inputs(claim),
            computed={"fits": fitting, **{f"p_{name}": p for name, p in own.items()}},
            **about_claim(claim),
        )
        yield ClaimFinding(
            "V01",
            _P,
            "pass",
            verdict=f"P {_printed_p(claim)}, from estimate and interval {span(own[fitting[0]])}",
            inputs=_inputs(claim),
            computed={"se": pool.se(), "p": own[fitting[0]]},
            **about_claim(claim),
        )


def _readings(pool, k: int | None) -> dict[str, Range]:
    own = {"z": pool.p()}
    if k is not None and k > 1:
        own |= {"t_on_z": pool.p(df=k - 1), "t": pool.p(df=k - 1, interval_df=k - 1)}
    return own


def _any_distribution(claim, pool) -> bool:
    k = int(claim["k"]) if has(claim, "k") else None
    printed = p_range(claim.get("p_op"), claim["p"])
    return any(meet(p, printed) for p in _readings(pool, k).values())


def _side(p: Range) -> bool | None:
    """Whether a range of P lies below 0.05 (true), above it (false) or across."""
    return True if p[1] < ALPHA else False if p[0] >= ALPHA else None


def _printed_p(claim) -> str:
    return f"{relation(claim.get('p_op'))} {claim['p']}"


def _inputs(claim) -> dict[str, str]:
    names = ("estimate", "ci_low", "ci_high", "p_op", "p", "k")
    return {name: claim[name] for name in names if has(claim, name)}


def significant_p(claim) -> bool | None:
    """Whether a printed P is below 0.05; None where it is printed as the threshold itself, or leaves it open."""
    if not has(claim, "p"):
        return None
    op, p = relation(claim.get("p_op")), known(printed_number(claim["p"]))
    if op in ("<", "<="):
        return True if p < ALPHA or (op == "<" and p == ALPHA) else None
    if op in (">", ">="):
        return False if p > ALPHA or (op == ">" and p == ALPHA) else None
    return None if p == ALPHA else p < ALPHA


def at_threshold(claim) -> bool:
    """Whether P is printed as the threshold itself (`P = 0.05`, `P >= 0.05`), which decides nothing for sure."""
    if not has(claim, "p") or printed_number(claim["p"]) != ALPHA:
        return False
    return relation(claim.get("p_op")) in ("=", "<=", ">=")
