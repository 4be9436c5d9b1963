"""What a forest plot shows, gathered from the files of a review into plain records."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from metawright.appraisal.documents import RiskOfBiasDocument
from metawright.figures.forest.arms import arms_of, recovered_of
from metawright.figures.forest.records import NOT_ESTIMABLE, ROLES, Claim, ForestData, Interval, Section, Trial
from metawright.figures.kit.subject import ALL, PeriodName
from metawright.files.known import known
from metawright.files.sums import total
from metawright.files.tables import TextRow
from metawright.measures.kinds import BINARY, CONTINUOUS
from metawright.measures.registry import measure_of
from metawright.pooling.documents import ModelResult, Pool, PooledTrial
from metawright.reading.protocol import Outcome
from metawright.words.names import arm_words
from metawright.words.study_labels import label_of


def forest_data(
    outcome: Outcome,
    periods: Sequence[PeriodName],
    pools: Iterable[Pool],
    arms: Iterable[TextRow],
    effects: Iterable[TextRow],
    *,
    model: str | None = None,
    recommended: str | None = None,
    arm_labels: Mapping[str, Sequence[str] | str] | None = None,
    awaiting: Iterable[TextRow] = (),
    claims: Iterable[TextRow] = (),
    studies: Iterable[TextRow] = (),
    inputs: Iterable[TextRow] = (),
    risk_of_bias: RiskOfBiasDocument | None = None,
    preset: str = "revman",
) -> ForestData:
    """Gather the forest plot of one outcome.

    Parameters
    ----------
    outcome : mapping
        The outcome's block of the protocol with its `key`.
    periods : sequence of mappings
        The protocol's periods in order (`key`, `label`); a review without periods has none, or `all` alone.
    pools : iterable of mappings
        The pooling files of the outcome, one per period, in any order; a period without one shows as empty.
    arms, effects : iterables of mappings
        Rows of `arms.csv` and `effects.csv`, as text; rows of other outcomes are passed over.
    model, recommended : str
        Keys of the headline models of the two tracks. Without a *model*, *recommended* takes its place; without
        either, the first declared model does.
    arm_labels : mapping, optional
        The protocol's `arms`.
    awaiting, claims, studies : iterables of mappings
        Rows of the review's optional tables.
    inputs : iterable of mappings
        Rows of `inputs.csv`, as text: the numbers that went into each effect.
    risk_of_bias : mapping, optional
        The document of `metawright.appraisal.risk_of_bias.risk_of_bias`.
    preset : str
        One of `metawright.figures.forest.presets.PRESETS`.

    Raises
    ------
    KeyError
        If a pooling file has no model of that key.
    """
    key, measure = outcome["key"], outcome["measure"]
    labels = {row["study"]: row.get("label") or row["study"] for row in studies}
    by_row = {row["row"]: row for row in arms if row.get("outcome", key) == key}
    effects = [row for row in effects if row["outcome"] == key]
    found = {pool["period"]: pool for pool in pools if pool["outcome"] == key}
    model, recommended = _headlines(model, recommended, found.values())
    entered: dict[tuple[str, str], list[TextRow]] = {}
    for line in inputs:
        if line["outcome"] == key:
            entered.setdefault((line["period"], line["study"]), []).append(line)
    domains, judgements = _judgements(risk_of_bias)
    blocks = list(periods) or [ALL]
    sections = tuple(
        _section(
            block,
            found.get(block["key"]),
            model,
            recommended,
            _Sources(labels, by_row, effects, entered, _of_cell(awaiting, key, block), _of_cell(claims, key, block)),
            measure,
        )
        for block in blocks
    )
    if domains:
        sections = tuple(_judged(section, judgements) for section in sections)
    mid = (outcome.get("minimal_important_difference") or {}).get("value")
    return ForestData(
        outcome=key,
        label=outcome.get("label") or key,
        measure=measure,
        direction=outcome.get("direction", "higher_is_better"),
        unit=outcome.get("unit") or "",
        arms=arm_words(arm_labels),
        model=model,
        recommended=recommended,
        layout=_layout(measure, sections),
        sectioned=[block["key"] for block in blocks] != ["all"],
        sections=sections,
        mid=None if mid is None else abs(float(mid)),
        preset=preset,
        domains=domains,
    )


def _judgements(appraisal: RiskOfBiasDocument | None) -> tuple[tuple[str, ...], dict[str, tuple[str | None, ...]]]:
    """Return the names of the domains and the judgements of each trial; the overall one last, where there is one."""
    if not appraisal or not appraisal["studies"]:
        return (), {}
    keys = [domain["key"] for domain in appraisal["domains"]]
    whole = any(study["overall"] for study in appraisal["studies"])
    found = {
        study["study"]: tuple(study["judgements"][key]["judgement"] for key in keys)
        + ((study["overall"],) if whole else ())
        for study in appraisal["studies"]
    }
    return tuple(domain["label"] for domain in appraisal["domains"]) + (("Overall",) if whole else ()), found


def _judged(section: Section, judgements: Mapping[str, tuple[str | None, ...]]) -> Section:
    trials = (replace(trial, judgements=judgements.get(trial.study, ())) for trial in section.trials)
    return replace(section, trials=tuple(trials))


@dataclass(frozen=True)
class _Sources:
    """The tables behind one section; `awaiting` and `claims` are those of its cell alone."""

    labels: Mapping[str, str]
    by_row: Mapping[str, TextRow]
    effects: Sequence[TextRow]
    inputs: Mapping[tuple[str, str], Sequence[TextRow]]
    awaiting: Sequence[TextRow]
    claims: Sequence[TextRow]


def _headlines(model: str | None, recommended: str | None, pools: Iterable[Pool]) -> tuple[str | None, str | None]:
    """Return the keys of the models of the black and of the grey diamonds."""
    if model is None:
        declared = [row["model"] for pool in pools for row in pool["models"]]
        model, recommended = recommended or next(iter(declared), None), None
    return model, None if recommended == model else recommended


def _of_cell(rows: Iterable[TextRow], outcome: str, block: PeriodName) -> list[TextRow]:
    """Return the rows that are about this outcome and this period alone."""
    return [row for row in rows if row["outcome"] == outcome and (row.get("period") or "all").strip() == block["key"]]


def _section(
    block: PeriodName,
    pool: Pool | None,
    model: str | None,
    recommended: str | None,
    sources: _Sources,
    measure: str,
) -> Section:
    status = pool["status"] if pool else "awaiting_data"
    models = {row["model"]: row for row in pool["models"]} if pool else {}
    chosen = models[known(model)] if status == "pooled" else None
    weights = chosen.get("weights") if chosen else None
    pooled = [] if pool is None else pool["studies"]
    headlines = [models[name] for name in (model, recommended) if status == "pooled" and name]
    trials = [
        _trial(study, None if weights is None else weights[place], block["key"], headlines, sources)
        for place, study in enumerate(pooled)
    ]
    first_rows = {study["study"]: _first_row(study.get("row_ids")) for study in pooled}
    for study, rows in _unused_rows(block["key"], set(first_rows), sources).items():
        trials.append(_unused_trial(study, rows, sources))
        first_rows[study] = _first_row(rows[0]["row_ids"])
    trials.sort(key=lambda trial: first_rows[trial.study])
    trials += _awaited_trials(set(first_rows), sources)
    return Section(
        period=block["key"],
        label=block.get("label") or block["key"],
        status=status,
        trials=tuple(trials),
        claims=tuple(_claims(sources.claims, measure)),
        model=chosen,
        recommended=models[recommended] if status == "pooled" and recommended else None,
        **_totals(pool, chosen, [trial for trial in trials if trial.not_estimable]),
    )


def _totals(pool: Pool | None, chosen: ModelResult | None, others: Iterable[Trial]) -> dict[str, float | None]:
    """Return the participants of the trials that the headline model pools: all of the pool, or its own.

    Those of the trials that are not estimable are added, as RevMan does: they took part.
    """
    of = chosen if chosen and chosen.get("excluded") else pool
    own = {name: of.get(name) if of else None for name in ("n", "n_experimental", "n_control")}
    added: dict[str, list[float]] = {f"n_{role}": [trial.arms[role].n or 0 for trial in others] for role in ROLES}
    added["n"] = [total(arms) for arms in zip(*added.values(), strict=True)]
    return {name: None if n is None else n + total(added[name]) for name, n in own.items()}


def _trial(
    study: PooledTrial, weight: float | None, period: str, headlines: Sequence[ModelResult], sources: _Sources
) -> Trial:
    lines = sources.inputs.get((period, study["study"]), [])
    found = [recovered_of(line) for line in lines]
    totals = {"experimental": study.get("n_experimental"), "control": study.get("n_control")}
    return Trial(
        study=study["study"],
        label=label_of(study["study"], sources.labels),
        kind="trial",
        arms=arms_of(study.get("row_ids"), totals, sources.by_row, lines),
        n=study["n"],
        effect=Interval(study["y"], study["ci_low"], study["ci_high"]),
        se=None if (variance := study.get("v")) is None else math.sqrt(variance),
        weight=weight,
        imputed=_says_yes(study.get("imputed")),
        routes=tuple(sorted({route for one in found for route in one.values()})),
        se_recovered=any("se" in one for one in found),
        left_out=tuple(row["model"] for row in headlines if study["study"] in row.get("excluded", ())),
    )


def _first_row(row_ids: object) -> int:
    """Return the spreadsheet row that a trial's numbers start in, 0 where none is known."""
    first = str(row_ids or "").split(";")[0]
    return int(first) if first else 0


def _unused_rows(period: str, present: set[str], sources: _Sources) -> dict[str, list[TextRow]]:
    """Return the rows of a period's trials that have no effect there, by trial; trials awaiting data aside."""
    passed_over = present | {row["study"] for row in sources.awaiting}
    found: dict[str, list[TextRow]] = {}
    for row in sources.effects:
        if row["period"] == period and row["used"] != "true" and row["study"] not in passed_over:
            found.setdefault(row["study"], []).append(row)
    return found


def _unused_trial(study: str, rows: Sequence[TextRow], sources: _Sources) -> Trial:
    reasons = "; ".join(dict.fromkeys(row["reason"] for row in rows if row["reason"]))
    row_ids = ";".join(row["row_ids"] for row in _of_one_time(rows))
    arms = arms_of(row_ids, {}, sources.by_row)
    return Trial(study, sources.labels.get(study, study), "unused", arms=arms, note=reasons)


def _of_one_time(rows: Sequence[TextRow]) -> list[TextRow]:
    """Return the rows of the last time point, those that are not estimable first: not the same people twice."""
    times: dict[str, list[TextRow]] = {}
    for row in rows:
        times.setdefault(row.get("timepoint", ""), []).append(row)
    complete = [found for found in times.values() if all(NOT_ESTIMABLE in row["reason"].lower() for row in found)]
    return (complete or list(times.values()))[-1]


def _awaited_trials(present: set[str], sources: _Sources) -> list[Trial]:
    """Return the trials that the review knows to belong here and whose numbers are not available, each once."""
    rows = {row["study"]: row for row in reversed(sources.awaiting) if row["study"] not in present}
    return [
        Trial(study, sources.labels.get(study, study), "awaiting", note=row.get("missing") or "")
        for study, row in reversed(rows.items())
    ]


def _claims(rows: Iterable[TextRow], measure: str) -> Iterable[Claim]:
    """Return the published results with an interval, each once; else those with a P value, each once."""
    claims = []
    for row in rows:
        texts = [(row.get(name) or "").strip() for name in ("estimate", "ci_low", "ci_high")]
        p = (row.get("p") or "").strip()
        operator = (row.get("p_op") or "=").strip().replace("<=", "≤").replace(">=", "≥")
        claims.append(
            Claim(
                claim=row.get("claim") or "",
                k=(row.get("k") or "").strip(),
                estimate=texts[0],
                low=texts[1],
                high=texts[2],
                p=f"{operator} {p}" if p else "",
                effect=_printed_interval(texts, measure),
            )
        )
    with_interval = {c.effect: c for c in reversed(claims) if c.effect}
    with_p = {c.p: c for c in reversed(claims) if c.p}
    return list((with_interval or with_p).values())[::-1]


def _printed_interval(texts: Sequence[str], measure: str) -> Interval | None:
    """Return a printed effect on the scale of the files; None unless all three numbers are there."""
    try:
        values = [float(text.replace("−", "-")) for text in texts]
    except ValueError:
        return None
    scale = measure_of(measure).scale
    return Interval(*map(scale.stored, values)) if scale.has(*values) else None


def _layout(measure: str, sections: Sequence[Section]) -> str:
    """Return the columns that suit the measure and the rows at hand."""
    arms = [arm for section in sections for trial in section.trials for arm in trial.arms.values()]
    trials = any(section.pooled for section in sections)
    kind = measure_of(measure).kind
    if kind is CONTINUOUS and (not trials or any(arm.mean is not None for arm in arms)):
        return "continuous"
    if kind is BINARY and (not trials or any(arm.events is not None for arm in arms)):
        return "binary"
    return "generic"


def _says_yes(value: object) -> bool:
    """Return whether a cell or a JSON value marks something: true, or any words but `false`."""
    return str(value or "").strip().lower() not in ("", "false", "none")
