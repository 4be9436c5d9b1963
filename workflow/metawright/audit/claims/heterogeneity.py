"""The printed statistics of a pool against each other and against its forest plot: V06, V07 and V08."""

from collections.abc import Iterator, Mapping, Sequence
from math import fsum, inf, nextafter

from scipy.special import chdtri

from metawright.audit.claims.finding import ClaimFinding, NotRun, about_claim, listed
from metawright.audit.claims.material import Material
from metawright.audit.claims.printed import Range, has, meet, number_range, p_range, printed_pool, span, unit
from metawright.audit.claims.stated_model import fixed_inverse_variance, tau2_methods, weighting
from metawright.audit.published import printed_number
from metawright.files.known import all_known, known
from metawright.words.numbers import is_ratio

_TRIANGLE, _WEIGHTS, _RANGE = "q_i2_p", "weights", "pooled_in_range"

#: Stands in for a standard error that rounding lets be 0.
TINY = 1e-12


def q_i2_p(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V06: `df = k - 1`, `I2 = max(0, (Q - df)/Q)` and `P = chi2.sf(Q, df)`, each pair that is printed.

    Every printed statistic becomes a range of Q; two that do not meet are an error. I² may also be that of tau²,
    `tau2/(tau2 + s2)` with the typical variance of the trials (RevMan prints it since 2024): it is tried where tau² and
    the trials' intervals are printed. One that fits neither is an error under a fixed effect and with DerSimonian and
    Laird's tau², where the two are the same, and else a note. A pool printed without any of them is an omission.
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
        severity, remark = _verdict(m, claim, against)
        words = {"q": "Q", "i2": "I²", "q_p": "P of Q"}
        parts = [f"{words[name]} {claim[name]} means Q = {span(ranges[name])}" for name in names]
        by_tau2 = i2_of_tau2(m, claim)
        yield ClaimFinding(
            "V06",
            _TRIANGLE,
            severity,
            verdict=f"with {df} degrees of freedom {', '.join(parts)}{remark}",
            inputs={name: claim[name] for name in (*names, "q_df", "k", "tau2") if has(claim, name)},
            computed={f"q_from_{name}": value for name, value in ranges.items()}
            | ({"i2_from_tau2": by_tau2} if by_tau2 else {}),
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


def _verdict(m: Material, claim: Mapping[str, str], against: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Return severity and remark for the pairs of statistics that do not meet."""
    if not against:
        return "pass", ""
    if any("i2" not in pair for pair in against):
        return "error", ""
    own = i2_of_tau2(m, claim)
    if own and meet(own, number_range(claim["i2"])):
        return "pass", f"; I² {claim['i2']} is that of tau², {span(own)}%"
    methods = tau2_methods(m, claim)
    if methods and methods <= {"FE", "DL"}:
        return "error", ""
    if own:
        return "note", f"; from tau² it is {span(own)}%: I² fits neither definition"
    return "note", "; it may be the I² of tau², which needs tau² and the interval of each trial"


def i2_of_tau2(m: Material, claim: Mapping[str, str]) -> Range | None:
    """Return I² in percent from the printed tau² and trials, `tau2/(tau2 + s2)`; None where something is not printed.

    `s2 = (k - 1) sum w/((sum w)² - sum w²)` falls as any weight grows, so that its ends are those of the weights.
    """
    trials = [printed_pool(row, m.measure(claim["outcome"])) for row in _trials(m, claim)]
    if not has(claim, "tau2") or len(trials) < 2 or not all(trials):
        return None
    ends = [pool.se() for pool in all_known(trials)]
    typical = []
    for side in (0, 1):
        w = [1 / max(se[side], TINY) ** 2 for se in ends]
        typical.append((len(w) - 1) * fsum(w) / (fsum(w) ** 2 - fsum(value * value for value in w)))
    low, high = (max(0.0, value) for value in number_range(claim["tau2"]))
    return 100 * low / (low + typical[1]), 100 * high / (high + typical[0])


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
    """V07: weights sum to 100, and those of a fixed effect by inverse variance are proportional to `1/SE²`.

    Each within its range over the rounding of every SE and of its own digits. Weights of Mantel and Haenszel, Peto's
    and those of random effects are not proportional to `1/SE²`: their sum alone is checked.
    """
    for claim in _pools(m):
        trials = _trials(m, claim)
        if not trials or not all(has(row, "weight") for row in trials):
            yield NotRun("V07", _WEIGHTS, claim["claim"], "the weight of each trial as printed (claim_trials.csv)")
            continue
        total = fsum(known(printed_number(row["weight"])) for row in trials)
        room = fsum(unit(row["weight"]) / 2 for row in trials)
        wrong = [] if meet((total - room, total + room), (100, 100)) else [f"the weights sum to {total:g}"]
        computed: dict[str, object] = {"sum": total}
        agree = "the weights sum to 100"
        pools = [printed_pool(row, m.measure(claim["outcome"])) for row in trials]
        if fixed_inverse_variance(m, claim) and all(pools):
            agree = "the weights agree with each other and with the intervals"
            # corners: this trial's weight at one end, all others' at the other
            ends = [tuple(1 / max(se, TINY) ** 2 for se in reversed(pool.se())) for pool in all_known(pools)]
            low, high = (fsum(end[side] for end in ends) for side in (0, 1))
            for row, (least, most) in zip(trials, ends, strict=True):
                own = 100 * least / (least + high - most), 100 * most / (most + low - least)
                computed[row["study"]] = own
                if not meet(own, number_range(row["weight"])):
                    wrong.append(f"{m.label(row['study'])} has {row['weight']}%, its interval gives {span(own)}%")
        elif (claim.get("model") or "").strip() != "random" and weighting(m, claim) in ("", "inverse_variance"):
            needed = "that it is a fixed effect by inverse variance (claims.csv: model, weighting), and every interval"
            yield NotRun("V07", "weights_from_se", claim["claim"], needed)
        yield ClaimFinding(
            "V07",
            _WEIGHTS,
            "error" if wrong else "pass",
            verdict="; ".join(wrong) or agree,
            inputs={row["study"]: row["weight"] for row in trials},
            computed=computed,
            **about_claim(claim),
        )


def pooled_in_range(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V08: the pooled estimate lies among those of the trials; its SE is no larger than the smallest one.

    The SE of a fixed effect by inverse variance alone keeps that bound. A fixed effect of odds or risk ratios by other
    weights may lie beyond the printed trials, where a trial without events is printed with 0.5 added: a note.
    """
    for claim in _pools(m):
        measure = m.measure(claim["outcome"])
        printed = [printed_pool(row, measure) for row in _trials(m, claim)]
        if not printed or not all(printed):
            yield NotRun(
                "V08", _RANGE, claim["claim"], "each trial's estimate and interval as printed (claim_trials.csv)"
            )
            continue
        pool, trials = known(printed_pool(claim, measure)), all_known(printed)
        around = min(t.estimate[0] for t in trials), max(t.estimate[1] for t in trials)
        wrong, severity = [], "error"
        if not meet(pool.estimate, around):
            wrong.append(f"the pooled estimate {claim['estimate']} lies outside those of the trials")
            if is_ratio(measure) and weighting(m, claim) in ("", "mantel_haenszel"):
                severity = "note"
                wrong[-1] += ", which Mantel-Haenszel weights allow where a trial had no event in one arm"
        smallest = min(t.se()[1] for t in trials)
        if fixed_inverse_variance(m, claim) and not meet(pool.se(), (0.0, smallest)):
            severity = "error"
            wrong.append(f"its standard error, at least {pool.se()[0]:.3g}, is above a trial's, at most {smallest:.3g}")
        yield ClaimFinding(
            "V08",
            _RANGE,
            severity if wrong else "pass",
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
