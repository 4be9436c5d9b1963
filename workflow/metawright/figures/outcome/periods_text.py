"""The figure of an outcome's periods for those who do not see it: in words, and as a table."""

from collections.abc import Mapping

from metawright.figures.kit.subject import IN_SENTENCE
from metawright.figures.outcome.periods_data import PeriodsData
from metawright.words.names import count
from metawright.words.numbers import format_p

PERIODS_COLUMNS = (
    "outcome", "line", "period", "earlier", "later", "study", "track", "model", "rho", "phi", "tau2", "estimate",
    "ci_low", "ci_high", "p", "k", "shown",
)  # fmt: skip


def periods_title(shown: PeriodsData) -> str:
    """Return the figure's title."""
    return shown.subject.title("Periods")


def pair_name(shown: PeriodsData, pair: Mapping) -> str:
    """Return `9–12 months against 5–8 months`: a difference, or a ratio of ratios."""
    return f"{shown.label(pair['later'])} against {shown.label(pair['earlier'])}"


def composition(pair: Mapping) -> str:
    """Return how many trials two periods share and how many enter only one of them."""
    words = [f"{count(len(pair['shared']), 'trial')} in both"]
    lonely = (("only_earlier", "only earlier"), ("only_later", "only later"))
    words += [f"{len(pair[key])} {name}" for key, name in lonely if pair[key]]
    return ", ".join(words)


def periods_alt_text(shown: PeriodsData) -> str:
    """Return the pools over time, then the differences and how they hang on the correlation."""
    lead = f"{periods_title(shown)}."
    if shown.reason:
        return f"{lead} Not drawn: {shown.reason.rstrip('.')}."
    subject, words = shown.subject, [lead]
    for key, label in shown.periods:
        rows = [row for row in shown.headline(key) if row["estimate"] is not None]
        decimals = subject.decimals(rows)
        parts = [f"{IN_SENTENCE[row['track']]} {subject.text(row, decimals)}" for row in rows]
        if parts:
            words.append(f"{label} ({count(shown.pools[key]['k'], 'trial')}): {'; '.join(parts)}.")
    for pair in shown.compared():
        shown_rows = shown.shown_differences(pair)
        fixed = [row for _, row, _ in shown_rows]
        decimals = subject.decimals(fixed)
        ends = [f"{subject.text(row, decimals)}, {format_p(row['p'])}" for row in (fixed[0], fixed[-1])]
        values = [f"{text} at ρ = {row['rho']:g}" for text, row in zip(ends, (fixed[0], fixed[-1]), strict=True)]
        values = values if pair["shared"] and len(fixed) > 1 else ends[:1]
        words.append(
            f"{pair_name(shown, pair)} ({composition(pair)}), fixed effect: {' and '.join(values)}. "
            + " ".join(f"{text[0].upper()}{text[1:]}." for text in pair["remarks"])
        )
    return " ".join(word.strip() for word in words)


def periods_table(shown: PeriodsData) -> list[dict[str, object]]:
    """Return pools, trials and all differences as a table with the columns `PERIODS_COLUMNS`."""
    if shown.reason:
        return []
    rows = []
    for key, _ in shown.periods:
        pool = shown.pools.get(key)
        if pool is None:
            continue
        for row in shown.headline(key):
            rows.append({"line": "pool", "period": key} | _numbers(row, "track", "model", "tau2", "k"))
        for study in pool["studies"]:
            own = {"line": "trial", "period": key, "study": study["study"], "estimate": study["y"]}
            rows.append(own | {name: study.get(name) for name in ("ci_low", "ci_high")})
    for pair in shown.compared():
        ends = {"earlier": pair["earlier"], "later": pair["later"]}
        for row in pair["differences"]:
            values = _numbers(row, "model", "rho", "phi", "tau2") | {"estimate": row["difference"]}
            rows.append({"line": "difference", **ends} | values)
        for row in pair["naive"]:
            values = {"estimate": row["difference"], "p": row["p"], "model": row["model"]}
            rows.append({"line": "as_if_independent", **ends} | values)
    subject = shown.subject
    decimals = subject.decimals([row for row in rows if "ci_low" in row])
    for row in rows:
        if row.get("ci_low") is not None:
            row["shown"] = subject.text(row, decimals)
        row["outcome"] = subject.outcome
    return [{name: row.get(name) for name in PERIODS_COLUMNS} for row in rows]


def _numbers(row: Mapping, *names: str) -> dict[str, object]:
    return {name: row.get(name) for name in ("estimate", "ci_low", "ci_high", "p", *names)}
