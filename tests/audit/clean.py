"""Reviews in perfect order: trials are drawn, pooled and printed with the rounding of a paper."""

import csv
import io

import numpy as np

from metawright.pooling.fit import fit
from metawright.words.numbers import back_transform

PROTOCOL = """\
title: In order
outcomes:
  {outcome}: {{measure: {measure}, direction: {direction}, label: The outcome{scale}}}
{periods}models:
  - {{key: printed, track: protocol, tau2_method: {tau2}, interval: {interval}}}
  - {{key: REML-HKSJ, track: recommended, tau2_method: REML, interval: HKSJ}}
appraisal:
  domains: {{sequence: Random sequence, performance: Performance bias}}
  grade: {{A: all_low, C: none_low, otherwise: B}}
"""
PERIODS = "periods:\n  - {key: early, from: 0, to: 4}\n  - {key: late, from: 5, to: 12}\n"


def table(rows):
    """The rows as CSV, with all columns that occur."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def p_text(p):
    """Relation and digits as papers print P."""
    return ("<", "0.001") if p < 0.001 else ("=", f"{p:.3f}" if p < 0.1 else f"{p:.2f}")


def continuous(rng, k, size, effect, tau, label):
    """Rows of arms whose means and SDs are those of whole numbers from 0 to 60, and the two sizes."""
    rows = []
    for trial in range(k):
        truth = effect + tau * rng.standard_normal()
        n = int(rng.integers(*size))
        for arm, mean in (("experimental", 30 + truth), ("control", 30)):
            scores = np.clip(np.rint(rng.normal(mean, 7, n)), 0, 60)
            rows.append(
                {"study": f"t{trial}", "outcome": "score", "timepoint": label, "arm": arm, "n": n,
                 "mean": f"{scores.mean():.2f}", "sd": f"{scores.std(ddof=1):.2f}"}
            )  # fmt: skip
    return rows


def binary(rng, k, size, risk, ratio, label):
    """Rows of arms with events."""
    rows = []
    for trial in range(k):
        n = int(rng.integers(*size))
        for arm, p in (("experimental", risk * ratio), ("control", risk)):
            rows.append({"study": f"t{trial}", "outcome": "score", "timepoint": label, "arm": arm, "n": n,
                         "events": max(1, int(rng.binomial(n, p)))})  # fmt: skip
    return rows


def effects_of(rows, measure):
    """Effect and variance of every trial, independent of the workflow."""
    pairs = [rows[place : place + 2] for place in range(0, len(rows), 2)]
    if measure == "MD":
        y = [float(e["mean"]) - float(c["mean"]) for e, c in pairs]
        v = [sum(float(a["sd"]) ** 2 / a["n"] for a in pair) for pair in pairs]
    elif measure == "SMD":
        y, v = [], []
        for e, c in pairs:
            n1, n2 = e["n"], c["n"]
            s = (((n1 - 1) * float(e["sd"]) ** 2 + (n2 - 1) * float(c["sd"]) ** 2) / (n1 + n2 - 2)) ** 0.5
            g = (float(e["mean"]) - float(c["mean"])) / s * (1 - 3 / (4 * (n1 + n2) - 9))
            y.append(g)
            v.append((n1 + n2) / (n1 * n2) + g**2 / (2 * (n1 + n2 - 3.94)))
    else:
        y, v = [], []
        for e, c in pairs:
            a, b, n1, n2 = e["events"], c["events"], e["n"], c["n"]
            if measure == "OR":
                y.append(np.log(a * (n2 - b) / (b * (n1 - a))))
                v.append(1 / a + 1 / (n1 - a) + 1 / b + 1 / (n2 - b))
            else:
                y.append(np.log(a / n1 * n2 / b))
                v.append(1 / a - 1 / n1 + 1 / b - 1 / n2)
    return np.array(y), np.array(v)


def claim_of(key, rows, measure, model, period, section="results"):
    """The claim that a careful paper prints about a pool, and the rows of its forest plot."""
    y, v = effects_of(rows, measure)
    result = fit(y, v, *model)
    shown = [f"{back_transform(x, measure):.2f}" for x in (result.estimate, result.ci_low, result.ci_high)]
    op, p = p_text(result.p)
    q_op, q_p = p_text(result.q_p)
    trials = list(dict.fromkeys(row["study"] for row in rows))
    significant = result.ci_low > 0 or result.ci_high < 0
    side = "higher" if result.estimate > 0 else "lower"
    claim = {
        "claim": key, "outcome": "score", "period": period, "section": section, "k": len(trials),
        "refs_cited": ", ".join(str(place + 1) for place in range(len(trials))),
        "refs_expanded": ";".join(str(place + 1) for place in range(len(trials))),
        "estimate": shown[0], "ci_low": shown[1], "ci_high": shown[2], "p_op": op, "p": p,
        "q": f"{result.q:.2f}", "q_df": len(trials) - 1, "q_p_op": q_op, "q_p": q_p, "i2": f"{result.i2_q:.0f}",
        "model": "fixed" if model[0] == "FE" else "random",
        "n_experimental": sum(row["n"] for row in rows[::2]), "n_control": sum(row["n"] for row in rows[1::2]),
        "words": f"significantly {side}" if significant else "no significant difference",
    }  # fmt: skip
    half = 1.959963984540054 * np.sqrt(v)
    forest = [
        {"claim": key, "study": study, "weight": f"{weight:.1f}", "n_experimental": e["n"], "n_control": c["n"]}
        | {name: f"{back_transform(x, measure):.2f}" for name, x in zip(("estimate", "ci_low", "ci_high"), ends, strict=True)}
        for study, weight, e, c, *ends in zip(trials, result.weights, rows[::2], rows[1::2], y, y - half, y + half, strict=True)
    ]  # fmt: skip
    return claim, forest


def files_of(measure, model, rows_by_period, scale=""):
    """The files of a review in order: everything that a check can read is there and agrees."""
    several = len(rows_by_period) > 1
    claims, forest = [], []
    for number, (period, rows) in enumerate(rows_by_period.items(), start=1):
        claim, plot = claim_of(f"C{number}", rows, measure, model, period if several else "")
        claims.append(claim)
        forest += plot
        abstract = {name: claim[name] for name in ("outcome", "period", "k", "refs_cited", "refs_expanded", "words")}
        sure = claim["words"].startswith("significantly")
        claims.append(
            abstract | {"claim": f"A{number}", "section": "abstract", "p_op": "<" if sure else ">", "p": "0.05"}
        )
    first = next(iter(rows_by_period.values()))
    trials = list(dict.fromkeys(row["study"] for row in first))
    times = ", ".join(rows[0]["timepoint"] for rows in rows_by_period.values()) if several else ""
    sizes = {row["study"]: row["n"] for row in first}
    half = len(trials) // 2
    studies = [
        {"study": study, "label": study.upper(), "year": 2001 + place, "n_experimental": sizes[study],
         "n_experimental_as_printed": sizes[study], "n_control": sizes[study], "n_control_as_printed": sizes[study],
         "outcomes": "score", "outcomes_as_printed": "score", "timepoints": times, "timepoints_as_printed": times,
         "country": "Italy" if place < half else "Norway", "blinding": "double-blind", "intervention_class": "aerobic",
         "intervention_time": "24 m", "disease_duration_experimental": 10, "disease_duration_control": 12,
         "disease_duration_unit": "months"}
        for place, study in enumerate(trials)
    ]  # fmt: skip
    total = sum(sizes.values())
    refs = [str(place + 1) for place in range(len(trials))]
    stated = [
        ("number_of_studies", len(trials), {}),
        ("participants", total, {"refers_to": "experimental"}),
        ("participants", total, {"refers_to": "control"}),
        ("participants", 2 * total, {"refers_to": "total"}),
        ("country_count", half, {"refers_to": "Italy", "refs": ";".join(refs[:half])}),
        ("country_count", len(trials) - half, {"refers_to": "Norway", "refs": ";".join(refs[half:])}),
        ("countries", "Italy; Norway", {}),
        ("years", f"2001-{2000 + len(trials)}", {}),
        ("risk_of_bias_count", "all", {"refers_to": "sequence"}),
        ("grade_count", len(trials), {"refers_to": "A"}),
        ("quality", "high", {}),
        ("blinding_difficult", "yes", {}),
        ("baseline_balanced", "yes", {}),
        ("caption", "forest plot", {"refers_to": "Figure 2"}),
        ("points_to", "forest plot", {"refers_to": "Figure 2"}),
        ("says", "large", {"refers_to": "number"}),
        ("says", "large", {"refers_to": "number"}),
        ("most_within", 20, {"refers_to": "disease_duration"}),
        ("inclusion", "aerobic", {}),
        ("time_point_rule", "the latest", {}),
        ("n_used", "analysed", {}),
        ("item", "announced", {"refers_to": "sensitivity_analysis"}),
        ("item", "reported", {"refers_to": "sensitivity_analysis"}),
        ("conclusion", claims[0]["words"], {"outcome": "score", "period": claims[0]["period"]}),
    ]
    statements = [
        {"id": f"S{number}", "kind": kind, "value": value, **more}
        for number, (kind, value, more) in enumerate(stated, start=1)
    ]
    sought = 3 * len(trials)
    screening = {
        "database_results": 500, "duplicates": 100, "records_screened": 400, "records_excluded": 400 - sought,
        "dbr_sought_reports": sought, "dbr_notretrieved_reports": 1, "dbr_assessed": sought - 1,
        "new_studies": len(trials), "new_reports": len(trials), "total_studies": len(trials),
        "total_studies_ma": len(trials),
    }  # fmt: skip
    screening_text = "".join(f"{name}: {count}\n" for name, count in screening.items())
    screening_text += f"dbr_excluded: {{not randomised: {2 * len(trials) - 1}}}\n"
    direction = "higher_is_better"
    protocol = PROTOCOL.format(
        outcome="score", measure=measure, direction=direction, tau2=model[0], interval=model[1],
        periods=PERIODS if several else "", scale=scale,
    )  # fmt: skip
    rows = [row for part in rows_by_period.values() for row in part]
    judged = [
        {"study": study, "domain": domain, "judgement": judgement}
        for study in trials
        for domain, judgement in (("sequence", "low"), ("performance", "low"), ("grade", "A"))
    ]
    return protocol, {
        "extraction": table(rows),
        "claims": table(claims),
        "claim_trials": table(forest),
        "citations": table([{"ref": ref, "study": study} for ref, study in zip(refs, trials, strict=True)]),
        "studies": table(studies),
        "statements": table(statements),
        "risk_of_bias": table(judged),
        "screening": screening_text,
    }


def clean_reviews():
    """Four reviews in order: (protocol, files) by name."""
    rng = np.random.default_rng(20221021)
    whole = ", scale: {min: 0, max: 60, integer: true}"
    two = {
        "early": continuous(rng, 6, (30, 60), 3.0, 0.0, "3 m"),
        "late": continuous(rng, 6, (30, 60), 0.2, 0.0, "6 m"),
    }
    for early, late in zip(two["early"], two["late"], strict=True):
        late["n"] = early["n"]
    two["late"] = _redrawn(rng, two["late"])
    return {
        "MD fixed, two periods": files_of("MD", ("FE", "z"), two, whole),
        "OR random": files_of("OR", ("DL", "z"), {"all": binary(rng, 7, (80, 200), 0.4, 0.6, "")}),
        "SMD, REML with Hartung-Knapp": files_of("SMD", ("REML", "HKSJ"), {"all": continuous(rng, 8, (20, 70), 4.0, 2.0, "")}, whole),
        "RR, nothing found": files_of("RR", ("FE", "z"), {"all": binary(rng, 5, (60, 150), 0.3, 1.0, "")}),
    }  # fmt: skip


def _redrawn(rng, rows):
    """Means and SDs of whole numbers for rows whose n was changed."""
    for row in rows:
        scores = np.clip(np.rint(rng.normal(30, 7, row["n"])), 0, 60)
        row.update(mean=f"{scores.mean():.2f}", sd=f"{scores.std(ddof=1):.2f}")
    return rows
