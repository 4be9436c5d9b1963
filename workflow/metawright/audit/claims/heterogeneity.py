"""The printed statistics of a pool against each other and against its forest plot: V06, V07 and V08."""

from collections.abc import Iterator, Mapping, Sequence
from math import inf, nextafter

from scipy.special import chdtri

from metawright.audit.claims.finding import ClaimFinding, NotRun, about_claim, listed
from metawright.audit.claims.material import Material
from metawright.audit.claims.printed import SLACK, Range, has, meet, number_range, p_range, printed_pool, span, unit
from metawright.report.claims import printed_number

_TRIANGLE, _WEIGHTS, _RANGE = "q_i2_p", "weights", "pooled_in_range"


def q_i2_p(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V06: `df = k - 1`, `I2 = max(0, (Q - df)/Q)` and `P = chi2.sf(Q, df)`, each pair that is printed.

    Every printed statistic becomes a range of Q; two that do not meet are an error. A pool printed without any of
    them is an omission.
    """
    without = []
    for claim in m.claims:
        if not has(claim, "estimate", "ci_low", "ci_high"):
            continue
        df = int(claim["q_df"]) if has(claim, "q_df") else int(claim["k"]) - 1 if has(claim, "k") else None
        if not any(has(claim, name) for name in ("q", "i2", "q_p", "tau2")):
            without.append(claim)
            continue
        if has(claim, "q_df", "k") and int(claim["q_df"]) != int(claim["k"]) - 1:
            yield ClaimFinding(
                "V06",
                _TRIANGLE,
                "error",
                verdict=f"{claim['q_df']} degrees of freedom for {claim['k']} trials",
                inputs={"q_df": claim["q_df"], "k": claim["k"]},
                **about_claim(claim),
            )
            continue
        if df is None or df < 1:
            yield NotRun("V06", _TRIANGLE, claim["claim"], "the number of trials or degrees of freedom (claims.csv)")
            continue
        ranges = _ranges_of_q(claim, df)
        if len(ranges) < 2:
            yield NotRun("V06", _TRIANGLE, claim["claim"], "two of Q, I² and the P of Q as printed (claims.csv)")
            continue
        names = list(ranges)
        against = [
            (one, other)
            for place, one in enumerate(names)
            for other in names[place + 1 :]
            if not meet(ranges[one], ranges[other])
        ]
        words = {"q": "Q", "i2": "I²", "q_p": "P of Q"}
        parts = [f"{words[name]} {claim[name]} means Q = {span(ranges[name])}" for name in names]
        yield ClaimFinding(
            "V06",
            _TRIANGLE,
            "error" if against else "pass",
            verdict=f"with {df} degrees of freedom {', '.join(parts)}",
            inputs={name: claim[name] for name in (*names, "q_df", "k") if has(claim, name)},
            computed={f"q_from_{name}": value for name, value in ranges.items()},
            **about_claim(claim),
        )
    if without:
        said = m.stated("heterogeneity_words")
        words = f"; yet the paper says “{said[0]['quote']}”" if said else ""
        yield ClaimFinding(
            "V06",
            _TRIANGLE,
            "omission",
            "all" if len(without) == len([c for c in m.claims if has(c, "estimate")]) else "some",
            f"no Q, I², tau² or model is printed for {listed(c['claim'] for c in without)}: heterogeneity and the"
            " choice of"
            f" the model cannot be checked{words}",
            claim=";".join(c["claim"] for c in without),
            quote=said[0]["quote"] if said else "",
            location=said[0]["location"] if said else "",
        )


def _ranges_of_q(claim: Mapping[str, str], df: int) -> dict[str, Range]:
    """Return what each printed statistic says about Q."""
    ranges = {}
    if has(claim, "q"):
        low, high = number_range(claim["q"])
        ranges["q"] = (max(0.0, low), high)
    if has(claim, "i2"):
        low, high = (value / 100 for value in number_range(claim["i2"]))
        # I² = 0 stands for every Q up to df
        ranges["i2"] = (0.0 if low <= 0 else df / (1 - low), df / (1 - min(high, nextafter(1.0, 0.0))))
    if has(claim, "q_p"):
        low, high = p_range(claim.get("q_p_op"), claim["q_p"])
        ranges["q_p"] = (float(chdtri(df, high)) if high < 1 else 0.0, float(chdtri(df, low)) if low > 0 else inf)
    return ranges


def weights(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V07: weights sum to 100, and under a fixed effect are proportional to `1/SE²`."""
    for claim in _pools(m):
        trials = _trials(m, claim)
        if not trials or not all(has(row, "weight") for row in trials):
            yield NotRun("V07", _WEIGHTS, claim["claim"], "the weight of each trial as printed (claim_trials.csv)")
            continue
        total = sum(printed_number(row["weight"]) for row in trials)
        room = sum(unit(row["weight"]) / 2 for row in trials)
        wrong = [] if abs(total - 100) <= room + SLACK else [f"the weights sum to {total:g}"]
        computed: dict[str, object] = {"sum": total}
        pools = [printed_pool(row, m.measure(claim["outcome"])) for row in trials]
        if (claim.get("model") or "").strip() == "fixed" and all(pools):
            # corners: this trial's weight at one end, all others' at the other
            ends = [tuple(1 / max(se, 1e-12) ** 2 for se in reversed(pool.se())) for pool in pools]
            low, high = (sum(end[side] for end in ends) for side in (0, 1))
            for row, (least, most) in zip(trials, ends, strict=True):
                own = 100 * least / (least + high - most), 100 * most / (most + low - least)
                printed, step = printed_number(row["weight"]), unit(row["weight"])
                computed[row["study"]] = own
                if not own[0] - step - SLACK <= printed <= own[1] + step + SLACK:
                    wrong.append(f"{m.label(row['study'])} has {row['weight']}%, its interval gives {span(own)}%")
        elif (claim.get("model") or "").strip() != "random":
            yield NotRun(
                "V07", "weights_from_se", claim["claim"], "that the model is `fixed`, and each trial's interval"
            )
        yield ClaimFinding(
            "V07",
            _WEIGHTS,
            "error" if wrong else "pass",
            verdict="; ".join(wrong) or "the weights agree with each other and with the intervals",
            inputs={row["study"]: row["weight"] for row in trials},
            computed=computed,
            **about_claim(claim),
        )


def pooled_in_range(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V08: the pooled estimate lies among those of the trials; a fixed-effect SE is no larger than the smallest one."""
    for claim in _pools(m):
        measure = m.measure(claim["outcome"])
        trials = [printed_pool(row, measure) for row in _trials(m, claim)]
        if not trials or not all(trials):
            yield NotRun(
                "V08", _RANGE, claim["claim"], "each trial's estimate and interval as printed (claim_trials.csv)"
            )
            continue
        pool = printed_pool(claim, measure)
        around = min(t.estimate[0] for t in trials), max(t.estimate[1] for t in trials)
        wrong = []
        if not meet(pool.estimate, around):
            wrong.append(f"the pooled estimate {claim['estimate']} lies outside those of the trials")
        smallest = min(t.se()[1] for t in trials)
        if (claim.get("model") or "").strip() == "fixed" and pool.se()[0] > smallest + SLACK:
            wrong.append(f"its standard error, at least {pool.se()[0]:.3g}, is above a trial's, at most {smallest:.3g}")
        yield ClaimFinding(
            "V08",
            _RANGE,
            "error" if wrong else "pass",
            verdict="; ".join(wrong) or "the pooled result lies among the trials",
            inputs={"estimate": claim["estimate"], "trials": len(trials)},
            computed={"trials": around, "smallest_se": smallest, "pooled_se": pool.se()},
            **about_claim(claim),
        )


def _pools(m: Material) -> Iterator[Mapping[str, str]]:
    for claim in m.claims:
        if printed_pool(claim, m.measure(claim["outcome"])):
            yield claim


def _trials(m: Material, claim: Mapping[str, str]) -> Sequence[Mapping[str, str]]:
    return [row for row in m.claim_trials if row["claim"].strip() == claim["claim"]]
