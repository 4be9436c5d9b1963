"""Cells made by hand: what pooling, heterogeneity and sensitivity would have written.

For two trials DL, PM, REML and HE are one closed form, so the ALS numbers need no engine.
"""

from math import atan, erfc, log, pi, sqrt, tan

Z = 1.959963984540054
T1 = tan(0.475 * pi)  # 97.5% quantile of t with one degree of freedom, 12.706...


def normal_p(statistic):
    return erfc(abs(statistic) / sqrt(2))


def cauchy_p(statistic):
    return 1 - 2 * atan(abs(statistic)) / pi


def chi2_p(q):
    """Upper tail with one degree of freedom."""
    return erfc(sqrt(q / 2))


PROTOCOL_RULE = {
    "p_above": 0.1,
    "i2_below": 50,
    "combine": "and",
    "on_discordance": "fixed",
    "fixed": {"tau2_method": "FE", "interval": "z"},
    "random": {"tau2_method": "DL", "interval": "z"},
}
MODELS = [
    {"key": "as-published", "track": "protocol", "rule": PROTOCOL_RULE},
    {"key": "REML-HKSJ", "track": "recommended", "tau2_method": "REML", "interval": "HKSJ"},
    {"key": "FE-z", "tau2_method": "FE", "interval": "z"},
    {"key": "DL-z", "tau2_method": "DL", "interval": "z"},
    {"key": "REML-mHKSJ", "tau2_method": "REML", "interval": "mHKSJ"},
]

NOBODY = {"n": None, "n_experimental": None, "n_control": None}


def model(key, track=None, **numbers):
    row = {
        "outcome": "O",
        "period": "P",
        "model": key,
        "track": track,
        "status": "pooled",
        "measure": "MD",
        "k": 2,
        "n": 125,
        "n_experimental": 62,
        "n_control": 63,
        "tau2_method": "FE",
        "interval": "z",
        "selected_by_rule": False,
        "statistic": None,
        "df": None,
        "p": None,
        "q": None,
        "q_df": None,
        "q_p": None,
        "i2": None,
        "h2": None,
        "i2_q": None,
        "tau2": None,
        "tau2_low": None,
        "tau2_high": None,
        "pi_low": None,
        "pi_high": None,
        "weights": None,
        "converged": None,
        "notes": [],
        "rule": None,
        "candidates": [],
    }
    return row | {"estimate": None, "se": None, "ci_low": None, "ci_high": None} | numbers


def trial(study, y, se, n=(30, 30), timepoint="12 months", months=12.0, rows="2;3"):
    limits = {"ci_low": y - Z * se, "ci_high": y + Z * se}
    place = {"timepoint": timepoint, "timepoint_months": months, "row_ids": rows, "imputed": False}
    return {
        "study": study,
        "y": y,
        "v": se**2,
        **limits,
        "n": sum(n),
        "n_experimental": n[0],
        "n_control": n[1],
        **place,
    }


def empty_pool(outcome, period, measure="MD"):
    models = [
        model(m["key"], m.get("track"), outcome=outcome, period=period, measure=measure, k=0)
        | {"status": "awaiting_data", "tau2_method": m.get("tau2_method"), "interval": m.get("interval")}
        | NOBODY
        for m in MODELS
    ]
    cell = {"outcome": outcome, "period": period}
    pool = {**cell, "measure": measure, "status": "awaiting_data", "k": 0, "studies": [], "models": models}
    pool |= NOBODY
    blank = {**cell, "status": "awaiting_data", "k": 0}
    return pool, blank | {"q": None, "tau2": [], "prediction": []}, blank | {"models": [], "remarks": []}


def single_pool(outcome, period, study, measure="MD"):
    se = sqrt(study["v"])
    numbers = {"estimate": study["y"], "se": se, "ci_low": study["ci_low"], "ci_high": study["ci_high"]}
    numbers |= {
        "statistic": study["y"] / se,
        "p": normal_p(study["y"] / se),
        "status": "single_study",
        "k": 1,
    }
    sizes = {name: study[name] for name in ("n", "n_experimental", "n_control")}
    numbers |= {**sizes, "interval": "z"}
    models = [
        model(m["key"], m.get("track"), outcome=outcome, period=period, measure=measure, **numbers) for m in MODELS
    ]
    cell = {"outcome": outcome, "period": period}
    pool = {
        **cell,
        "measure": measure,
        "status": "single_study",
        "k": 1,
        "studies": [study],
        "models": models,
    }
    pool |= sizes
    blank = {**cell, "status": "single_study", "k": 1}
    return pool, blank | {"q": None, "tau2": [], "prediction": []}, blank | {"models": [], "remarks": []}


def pair_pool(outcome, period, first, second, measure="MD"):
    """Two trials, every model of MODELS, with the rule evaluated."""
    trials = (first, second)
    n = [sum(one[arm] for one in trials) for arm in ("n_experimental", "n_control")]
    v1, v2, y1, y2 = first["v"], second["v"], first["y"], second["y"]
    q = (y1 - y2) ** 2 / (v1 + v2)
    tau2_re = max(0.0, ((y1 - y2) ** 2 - v1 - v2) / 2)
    spread = {"q": q, "q_df": 1, "q_p": chi2_p(q), "i2_q": max(0.0, 100 * (q - 1) / q) if q else 0.0}
    shared = {"outcome": outcome, "period": period, "measure": measure, "k": 2}
    sizes = {"n": sum(n), "n_experimental": n[0], "n_control": n[1]}
    shared |= {**sizes, **spread}

    def fit(tau2_method, interval):
        tau2 = 0.0 if tau2_method == "FE" else tau2_re
        w1, w2 = 1 / (v1 + tau2), 1 / (v2 + tau2)
        mu, se = (w1 * y1 + w2 * y2) / (w1 + w2), 1 / sqrt(w1 + w2)
        qw = w1 * (y1 - mu) ** 2 + w2 * (y2 - mu) ** 2
        factor = {"z": 1.0, "HKSJ": sqrt(qw), "mHKSJ": sqrt(max(1.0, qw))}[interval]
        half = (Z if interval == "z" else T1) * se * factor
        statistic = mu / (se * factor) if se * factor else None
        p = None if statistic is None else (normal_p if interval == "z" else cauchy_p)(statistic)
        s2 = (w1 + w2) / (2 * w1 * w2)
        row = {"estimate": mu, "se": se * factor, "ci_low": mu - half, "ci_high": mu + half}
        row |= {"statistic": statistic, "df": None if interval == "z" else 1, "p": p}
        row |= {
            "tau2_method": tau2_method,
            "interval": interval,
            "weights": [100 * w / (w1 + w2) for w in (w1, w2)],
        }
        row |= {
            "i2": spread["i2_q"],
            "h2": q,
            "tau2": None if tau2_method == "FE" else tau2,
            "converged": None,
        }
        if tau2_method != "FE":
            wide = (Z if interval == "z" else T1) * sqrt(tau2 + (se * factor) ** 2)
            row |= {"pi_low": mu - wide, "pi_high": mu + wide, "tau2_low": 0.0, "tau2_high": 1000.0 * s2}
        return row

    models = []
    for declared in MODELS:
        rule = declared.get("rule")
        if rule:
            high = (spread["q_p"] <= rule["p_above"], spread["i2_q"] >= rule["i2_below"])
            chosen = "random" if all(high) else "fixed" if not any(high) else rule["on_discordance"]
            kept = {key: rule[key] for key in ("p_above", "i2_below", "combine", "on_discordance")}
            numbers = fit(**rule[chosen]) | {"selected_by_rule": True}
            numbers["rule"] = kept | {"discordant": high[0] != high[1], "chosen": chosen}
            if high[0] != high[1]:
                both = [model(declared["key"], **shared | fit(**rule[kind])) for kind in ("fixed", "random")]
                numbers["candidates"] = both
        else:
            numbers = fit(declared["tau2_method"], declared["interval"])
        models.append(model(declared["key"], declared.get("track"), **shared | numbers))
    cell = {"outcome": outcome, "period": period}
    pool = {**cell, "measure": measure, "status": "pooled", "k": 2, **sizes}
    pool |= {"studies": list(trials), "models": models}
    estimates = [
        {"method": name, "tau2": tau2_re, "se": None, "low": 0.0, "high": 971.4, "i2": spread["i2_q"]}
        | {"i2_low": 0.0, "i2_high": 99.4, "h2": q, "h2_low": 1.0, "h2_high": 180.0}
        for name in ("DL", "REML")
    ]
    spread |= {"h2_q": q, "i2_q_low": None, "i2_q_high": None, "typical_variance": (v1 + v2) / 2}
    spread |= {"tau2": estimates, "q_profile_note": None, "prediction": [], "remarks": []}
    heterogeneity = {**cell, "status": "pooled", "k": 2} | spread
    omitted = []
    for out, left in ((first, second), (second, first)):
        se = sqrt(left["v"])
        row = {"study": out["study"], "status": "single_study", "estimate": left["y"], "se": se}
        row |= {
            "ci_low": left["ci_low"],
            "ci_high": left["ci_high"],
            "p": normal_p(left["y"] / se),
            "q": None,
        }
        row |= {
            "i2": None,
            "i2_q": None,
            "tau2": None,
            "tau2_method": None,
            "interval": "z",
            "sign_changes": False,
        }
        omitted.append(row | {"significance_changes": False, "model_choice_changes": False})
    without = [{"model": one["key"], "track": one.get("track"), "omitted": omitted} for one in MODELS]
    return pool, heterogeneity, {**cell, "status": "pooled", "k": 2, "models": without, "remarks": []}


def mean_difference(study, experimental, control, **place):
    """A trial from (mean, SD, n) of both arms, unpooled variance."""
    (m1, s1, n1), (m2, s2, n2) = experimental, control
    return trial(study, m1 - m2, sqrt(s1**2 / n1 + s2**2 / n2), (n1, n2), **place)


def odds_ratio(study, a, n1, c, n2, **place):
    """A trial with log odds ratio from events of n."""
    b, d = n1 - a, n2 - c
    return trial(study, log(a * d / (b * c)), sqrt(1 / a + 1 / b + 1 / c + 1 / d), (n1, n2), **place)
