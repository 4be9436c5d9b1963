"""The figure of an outcome's periods for those who do not see it: in words, and as a table."""

from collections.abc import Mapping

from metawright.figures.kit.subject import IN_SENTENCE, Result, Subject
from metawright.figures.outcome.periods_data import PeriodsData, result_of
from metawright.files.tables import Row
from metawright.heterogeneity.documents import PeriodPair
from metawright.words.names import count
from metawright.words.numbers import format_p

PERIODS_COLUMNS = (
    "outcome", "line", "period", "earlier", "later", "study", "track", "model", "rho", "phi", "tau2", "estimate",
    "ci_low", "ci_high", "p", "k", "shown",
)  # fmt: skip


def periods_title(shown: PeriodsData) -> str:
    """Return the figure's title."""
    return shown.subject.title("Periods")


def pair_name(shown: PeriodsData, pair: PeriodPair) -> str:
    """Return `9–12 months against 5–8 months`: a difference, or a ratio of ratios."""
    return f"{shown.label(pair['later'])} against {shown.label(pair['earlier'])}"


def composition(pair: PeriodPair) -> str:
    """Return how many trials two periods share and how many enter only one of them."""
    words = [f"{count(len(pair['shared']), 'trial')} in both"]
    lonely = ((pair["only_earlier"], "only earlier"), (pair["only_later"], "only later"))
    words += [f"{len(trials)} {name}" for trials, name in lonely if trials]
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
        rows = shown.shown_differences(pair)
        decimals = subject.decimals([row.fixed for row in rows])
        ends = [f"{subject.text(row.fixed, decimals)}, {format_p(row.fixed_p)}" for row in (rows[0], rows[-1])]
        values = [f"{text} at ρ = {row.rho:g}" for text, row in zip(ends, (rows[0], rows[-1]), strict=True)]
        values = values if pair["shared"] and len(rows) > 1 else ends[:1]
        words.append(
            f"{pair_name(shown, pair)} ({composition(pair)}), fixed effect: {' and '.join(values)}. "
            + " ".join(f"{text[0].upper()}{text[1:]}." for text in pair["remarks"])
        )
    return " ".join(word.strip() for word in words)


def periods_table(shown: PeriodsData) -> list[Row]:
    """Return pools, trials and all differences as a table with the columns `PERIODS_COLUMNS`."""
    if shown.reason:
        return []
    rows: list[tuple[dict[str, object], Result | None]] = []
    for key, _ in shown.periods:
        pool = shown.pools.get(key)
        if pool is None:
            continue
        for row in shown.headline(key):
            own = {"track": row["track"], "model": row["model"], "tau2": row["tau2"], "k": row["k"], "p": row["p"]}
            rows.append(({"line": "pool", "period": key, **own}, row))
        for study in pool["studies"]:
            found: Result = {"estimate": study["y"], "ci_low": study["ci_low"], "ci_high": study["ci_high"]}
            rows.append(({"line": "trial", "period": key, "study": study["study"]}, found))
    for pair in shown.compared():
        ends = {"earlier": pair["earlier"], "later": pair["later"]}
        for row in pair["differences"]:
            own = {"model": row["model"], "rho": row["rho"], "phi": row["phi"], "tau2": row["tau2"], "p": row["p"]}
            rows.append(({"line": "difference", **ends, **own}, result_of(row)))
        for row in pair["naive"]:
            own = {"estimate": row["difference"], "p": row["p"], "model": row["model"]}
            rows.append(({"line": "as_if_independent", **ends, **own}, None))
    decimals = shown.subject.decimals([result for _, result in rows if result is not None])
    return [_row(shown.subject, own, result, decimals) for own, result in rows]


def _row(subject: Subject, own: Mapping[str, object], result: Result | None, decimals: int) -> Row:
    row: dict[str, object] = {**own, "outcome": subject.outcome}
    if result is not None:
        row |= {"estimate": result["estimate"], "ci_low": result["ci_low"], "ci_high": result["ci_high"]}
        row["shown"] = None if result["ci_low"] is None else subject.text(result, decimals)
    return {name: row.get(name) for name in PERIODS_COLUMNS}
