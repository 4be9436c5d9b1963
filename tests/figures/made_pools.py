"""Stage files for figure tests, made from arm-level numbers in a few lines of textbook formulas."""

import math

from scipy.stats import chi2, norm, t

Z = norm.ppf(0.975)


def arm_rows(outcome, cells, start=2, flags=""):
    """Rows of arms.csv from (study, period, {role: {mean, sd, n, events}}); two rows per study, in order."""
    rows = []
    for study, period, arms in cells:
        for role in ("experimental", "control"):
            row = {"row": str(start + len(rows)), "study": study, "outcome": outcome, "period": period, "arm": role}
            given = {key: str(value) for key, value in arms[role].items()}
            rows.append({**dict.fromkeys(("n", "mean", "sd", "events"), ""), **row, **given, "flags": flags})
    return rows


def effect(measure, arms):
    """Return y and v of one study: MD, SMD (RevMan) or OR."""
    e, c = arms["experimental"], arms["control"]
    n1, n2 = e["n"], c["n"]
    if measure == "MD":
        return e["mean"] - c["mean"], e["sd"] ** 2 / n1 + c["sd"] ** 2 / n2
    if measure == "SMD":
        total = n1 + n2
        sp = math.sqrt(((n1 - 1) * e["sd"] ** 2 + (n2 - 1) * c["sd"] ** 2) / (total - 2))
        g = (1 - 3 / (4 * (total - 2) - 1)) * (e["mean"] - c["mean"]) / sp
        return g, total / (n1 * n2) + g**2 / (2 * (total - 3.94))
    a, b, c1, d = e["events"], n1 - e["events"], c["events"], n2 - c["events"]
    if 0 in (a, b, c1, d):
        a, b, c1, d = a + 0.5, b + 0.5, c1 + 0.5, d + 0.5
    return math.log(a * d / (b * c1)), 1 / a + 1 / b + 1 / c1 + 1 / d


def model_row(key, track, tau2_method, interval, y, v):
    """Return one model row: FE, or random effects with the DerSimonian-Laird tau2 under any name."""
    w = [1 / value for value in v]
    fixed = sum(a * b for a, b in zip(w, y, strict=True)) / sum(w)
    q = sum(a * (b - fixed) ** 2 for a, b in zip(w, y, strict=True))
    df = len(y) - 1
    tau2 = max(0.0, (q - df) / (sum(w) - sum(a * a for a in w) / sum(w))) if tau2_method != "FE" else None
    w = [1 / (value + (tau2 or 0.0)) for value in v]
    mu = sum(a * b for a, b in zip(w, y, strict=True)) / sum(w)
    se, quantile, freedom = 1 / math.sqrt(sum(w)), Z, None
    if interval == "HKSJ":
        se *= math.sqrt(sum(a * (b - mu) ** 2 for a, b in zip(w, y, strict=True)) / df)
        quantile, freedom = t.ppf(0.975, df), df
    statistic = mu / se if se else math.nan
    i2 = max(0.0, 100 * (q - df) / q) if q else 0.0
    spread = math.sqrt((tau2 or 0.0) + 1 / sum(w)) * (t.ppf(0.975, df) if df else 0.0)
    return {
        "model": key,
        "track": track,
        "tau2_method": tau2_method,
        "interval": interval,
        "k": len(y),
        "estimate": mu,
        "se": se,
        "ci_low": mu - quantile * se,
        "ci_high": mu + quantile * se,
        "statistic": statistic,
        "df": freedom,
        "p": 2 * (norm.sf(abs(statistic)) if freedom is None else t.sf(abs(statistic), df)),
        "q": q,
        "q_df": df,
        "q_p": chi2.sf(q, df) if df else None,
        "i2": i2,
        "i2_q": i2,
        "tau2": tau2,
        "pi_low": None if tau2 is None else mu - spread,
        "pi_high": None if tau2 is None else mu + spread,
        "weights": [100 * a / sum(w) for a in w],
        "rule": None,
        "candidates": [],
    }


def pool(outcome, period, measure, studies):
    """Return a pooling file from [(study, y, v, n_experimental, n_control, row_ids)]."""
    entries = [
        {"study": s, "y": y, "v": v, "ci_low": y - Z * math.sqrt(v), "ci_high": y + Z * math.sqrt(v)}
        | {
            "n": None if None in (n1, n2) else n1 + n2,
            "n_experimental": n1,
            "n_control": n2,
            "row_ids": rows,
            "imputed": False,
        }
        for s, y, v, n1, n2, rows in studies
    ]
    status = {0: "awaiting_data", 1: "single_study"}.get(len(entries), "pooled")
    y, v = [s[1] for s in studies], [s[2] for s in studies]
    models = []
    if status == "pooled":
        models = [
            model_row("as-published", "protocol", "FE", "z", y, v),
            model_row("DL-z", "protocol", "DL", "z", y, v),
            model_row("REML-HKSJ", "recommended", "REML", "HKSJ", y, v),
        ]
    totals = [None if None in counts else sum(counts) for counts in ([s[3] for s in studies], [s[4] for s in studies])]
    return {
        "outcome": outcome,
        "period": period,
        "measure": measure,
        "status": status,
        "k": len(entries),
        "n": None if None in totals else sum(totals),
        "n_experimental": totals[0],
        "n_control": totals[1],
        "studies": entries,
        "models": models,
    }


def pools_from_arms(outcome, measure, rows):
    """Return {period: pooling file} from rows of arms.csv, two consecutive rows per study."""
    found = {}
    for e, c in zip(rows[::2], rows[1::2], strict=True):
        numbers = {
            row["arm"]: {key: float(row[key]) for key in ("n", "mean", "sd", "events") if row[key]} for row in (e, c)
        }
        y, v = effect(measure, numbers)
        entry = (e["study"], y, v, numbers["experimental"]["n"], numbers["control"]["n"], f"{e['row']};{c['row']}")
        found.setdefault(e["period"], []).append(entry)
    return {period: pool(outcome, period, measure, studies) for period, studies in found.items()}
