"""Standard deviations that a pool implies, and what arms say of themselves: V15, V16, V18 and V19."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import fsum, sqrt

from metawright.audit.claims.finding import ClaimFinding, NotRun, about_claim
from metawright.audit.claims.material import Material
from metawright.audit.claims.printed import has, meet, number_range, printed_pool, span
from metawright.audit.claims.stated_model import fixed_inverse_variance
from metawright.audit.published import split
from metawright.extraction.grim import grim, possible_totals
from metawright.extraction.p_values import fits, p_interval, student_and_welch
from metawright.measures.registry import measure_of
from metawright.reading.vocabulary import fold

_IMPLIED, _WHOLE, _CHANGE, _ARMS_P = "implied_sd", "whole_numbers", "baseline_plus_change", "p_of_arms"

#: An implied SD is remarkable outside this span of the other pools' of its outcome.
LIKE_PEERS = (0.5, 2.0)


def implied_sd(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V15: the SD that all patients must have in common for a pool's SE, `SE sqrt(sum n1 n2/(n1 + n2))`.

    Under a fixed effect, for mean differences. Above half the range of the scale it is impossible (at most
    `range/2` for one arm of many); outside 0.5 to 2 times that of the other pools of the outcome it is remarkable. An
    error is one only in a claim said to be of a fixed effect: with random effects the SE holds tau² as well.
    """
    found = []
    for claim in m.claims:
        measure = m.measure(claim["outcome"])
        pool = printed_pool(claim, measure) if measure_of(measure).unit == "outcome" else None
        if pool is None:
            continue
        if (claim.get("model") or "").strip() == "random":
            yield NotRun("V15", _IMPLIED, claim["claim"], "a fixed effect: with random effects the SE holds tau² too")
            continue
        readings = _readings(m, claim)
        if not readings:
            needed = "the trials cited and the participants of each (claims.csv: refs_expanded, studies.csv: n_*)"
            yield NotRun("V15", _IMPLIED, claim["claim"], needed)
            continue
        found.append((claim, {names: tuple(se * root for se in pool.se()) for names, root in readings.items()}))
    for claim, readings in found:
        scale = m.outcomes[claim["outcome"]].get("scale") or {}
        least, most = scale.get("min"), scale.get("max")
        limit = None if least is None or most is None else (most - least) / 2
        middles = {names: fsum(sd) / 2 for names, sd in readings.items()}
        peers = [
            fsum(sd) / 2
            for other, theirs in found
            if other is not claim and other["outcome"] == claim["outcome"]
            for sd in theirs.values()
        ]
        above = limit is not None and min(sd[0] for sd in readings.values()) > limit
        apart = bool(peers) and all(
            not LIKE_PEERS[0] * min(peers) <= sd <= LIKE_PEERS[1] * max(peers) for sd in middles.values()
        )
        words = ", ".join(f"{sd:.3g} ({names})" for names, sd in middles.items())
        verdict = f"under a fixed effect the SE of the pool means a common SD of {words}"
        if above:
            verdict += f"; on a scale of {least:g} to {most:g} none is above {limit:g}"
        elif apart:
            verdict += f"; the other pools of this outcome mean {min(peers):.3g} to {max(peers):.3g}"
        yield ClaimFinding(
            "V15",
            _IMPLIED,
            "error" if above and fixed_inverse_variance(m, claim) else "note" if above or apart else "pass",
            verdict=verdict,
            inputs={name: claim[name] for name in ("estimate", "ci_low", "ci_high")},
            computed={"sd": middles, "range": readings, "largest_possible": limit},
            **about_claim(claim),
        )


def _readings(m: Material, claim: Mapping[str, str]) -> dict[str, float]:
    """Return `sqrt(sum n1 n2/(n1+n2))` for the trials of a pool.

    One entry per reading of which trials these are: all cited ones, and where the number in words differs, the sets
    of that size that the table of trials allows.
    """
    outcome, period = claim["outcome"], claim.get("period") or ""
    cited = m.trials_cited(outcome, period)
    sets = [tuple(cited)] if cited else []
    k = int(claim["k"]) if has(claim, "k") else len(cited)
    if cited and len(cited) > k:
        doubtful = [s for s in cited if m.printed(s, "outcomes") and outcome not in m.outcomes_of(s, printed=True)]
        sets += [part for part in combinations(cited, k) if set(cited) - set(part) <= set(doubtful)]
    if cited and len(cited) < k:
        more = [
            row["study"]
            for row in m.studies
            if row["study"] not in cited
            and outcome in m.outcomes_of(row["study"], True)
            and m.times_in(row["study"], period, printed=True)
        ]
        sets += [(*cited, *part) for part in combinations(more, k - len(cited))]
    readings = {}
    for trials in sets:
        sizes = [[m.printed(study, f"n_{arm}") for arm in ("experimental", "control")] for study in trials]
        if all(cell.isdigit() and int(cell) for pair in sizes for cell in pair):
            total = fsum(int(one) * int(other) / (int(one) + int(other)) for one, other in sizes)
            readings[", ".join(m.ref_of.get(study, study) for study in trials)] = sqrt(total)
    return readings


def whole_numbers(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V16: other means of whole numbers that trials report (trial_reports.csv, whole_number_mean), by GRIM."""
    for row in m.trial_reports:
        if row["kind"].strip() != "whole_number_mean":
            continue
        mean, n = (part.strip() for part in row["value"].split("of", 1))
        if grim(mean, int(n)):
            continue
        low = int(float(mean) * int(n))
        places = len(mean.partition(".")[2])
        near = " and ".join(f"{total}/{n} = {total / int(n):.{places}f}" for total in (low, low + 1))
        yield ClaimFinding(
            "V16",
            _WHOLE,
            "note",
            f"{row['study']}.{row.get('refers_to', '')}",
            f"{m.label(row['study'])}, {row.get('refers_to', '')}: {mean} is not the mean of {n} whole numbers"
            f" ({near}); other n,"
            " decimals or typing possible",
            study=row["study"],
            location=row.get("source", ""),
            inputs={"mean": mean, "n": n},
            computed={"totals": list(possible_totals(mean, int(n)))},
            rests_on="trial reports",
        )


def baseline_plus_change(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V18: baseline and change of the same patients add up to the final mean (trial_reports.csv)."""
    rows = [row for row in m.trial_reports if row["kind"].strip() == "baseline_change_final"]
    if not rows:
        needed = "baseline, change and final mean of one arm, same patients (trial_reports.csv, baseline_change_final)"
        yield NotRun("V18", _CHANGE, "arms", needed)
    for row in rows:
        start, step, end = (number_range(part) for part in split(row["value"]))
        own = start[0] + step[0], start[1] + step[1]
        fine = meet(own, end)
        base, change, final = split(row["value"])
        yield ClaimFinding(
            "V18",
            _CHANGE,
            "pass" if fine else "inconsistency",
            f"{row['study']}.{row['refers_to']}",
            f"{m.label(row['study'])}, {row['refers_to']}: baseline {base} and change {change} make {span(own, 4)},"
            f" final is {final}",
            study=row["study"],
            outcome=row["outcome"],
            computed={"sum": own},
            rests_on="trial reports",
            location=row["source"],
        )


def p_of_arms(m: Material) -> Iterator[ClaimFinding | NotRun]:
    """V19: a trial's printed P that Student's or Welch's test of its arms gives; one that does not is found in the"
    " rows."""
    pairs: dict[tuple, dict[str, Mapping]] = {}
    for row in m.arms:
        if row["arm"] in ("experimental", "control") and None not in (row["n"], row["mean"], row["sd"]):
            time = row["timepoint"], row["value_type"]
            pairs.setdefault((fold(row["study"]), row["outcome"], *time), {}).setdefault(row["arm"], row)
    ran = False
    for arms in pairs.values():
        if len(arms) < 2:
            continue
        both: Sequence[Mapping] = [arms["experimental"], arms["control"]]
        text = next(
            (row["raw"].get("p_value", "").strip() for row in both if row["raw"].get("p_value", "").strip()), ""
        )
        printed, n = p_interval(text) if text else None, [row["n"] for row in both]
        if printed is None or min(n) < 2:
            continue
        ran = True
        means, sds = ([row["printed"][name] for row in both] for name in ("mean", "sd"))
        if fits(printed, means, sds, n):
            student, _ = student_and_welch(means, sds, n)
            row = both[0]
            yield ClaimFinding(
                "V19",
                _ARMS_P,
                "pass",
                f"{row['study']}.{row['outcome']}.{row['timepoint']}",
                f"{m.label(row['study'])}, {row['timepoint']}: P {text} is among {span(student)}, what the arms give"
                " with"
                f" {n[0]} and {n[1]} participants",
                study=row["study"],
                outcome=row["outcome"],
                inputs={"p_value": text, "mean": means, "sd": sds, "n": n},
                computed={"p": student},
                rests_on="trial reports",
                location=f"extraction rows {both[0]['row']} and {both[1]['row']}",
            )
    if not ran:
        yield NotRun("V19", _ARMS_P, "arms", "the P value that a trial printed for its arms (extraction.csv: p_value)")
