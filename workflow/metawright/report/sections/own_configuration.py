"""What the models do with the review's own numbers of trials and participants, were there no effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

from metawright.report.sections.section import FRONT, PAPER, SCREEN, Block, Fold, Section, Source, Table, Text
from metawright.report.sentences.context import Context
from metawright.report.tables.table import TableData, cell, column, table
from metawright.words.names import TRACKS, bound, in_words
from metawright.words.numbers import format_number

if TYPE_CHECKING:
    from metawright.report.documents import ResultRow, Results


#: The I2, in percent, at which the models are set beside each other.
SHOWN = 50
FALSE = "Significant effects where there is none, % of simulated meta-analyses"


class OwnPool(TypedDict):
    """What is said of one simulated pool."""

    heading: str
    sentences: list[str]


class OwnShown(TypedDict):
    """What the section on the review's own configuration shows."""

    sentences: list[str]
    table: TableData
    pools: list[OwnPool]


def own_configuration(results: Results) -> OwnShown | None:
    """Return the section on the review's own configuration.

    Parameters
    ----------
    results : mapping
        The document of `gather_results`.

    Returns
    -------
    dict or None
        `sentences` on the review, a `table` with a line per simulated pool, and `pools`, each with its `heading` and
        `sentences`. None where nothing was simulated.
    """
    document = results.get("own_configuration")
    pools = [pool for pool in (document["pools"] if document else ()) if pool["status"] == "simulated"]
    if not document or not pools:
        return None
    contexts = {(one["outcome"], one["period"]): Context(results, one) for one in results["cells"]}
    found = [(contexts[pool["outcome"], pool["period"]], pool) for pool in pools]
    words = document["cells"]
    return {
        "sentences": [bound(text) for text in document["sentences"]],
        "table": _table(found, document, [contexts[key] for key in contexts if key not in _places(pools)]),
        "pools": [
            {
                "heading": context.cell_label,
                "sentences": [bound(text) for text in words[f"{pool['outcome']}.{pool['period']}"]],
            }
            for context, pool in found
        ],
    }


def _places(pools: Sequence[Mapping]) -> set[tuple[str, str]]:
    return {(pool["outcome"], pool["period"]) for pool in pools}


def _table(found: Sequence[tuple[Context, Mapping]], document: Mapping, without: Sequence[Context]) -> TableData:
    levels = [scenario["i2"] for scenario in found[0][1]["scenarios"]]
    columns = [column("Outcome and period")]
    columns += [column(bound(f"{TRACKS['protocol']}, I² = {i2:g}%"), "right") for i2 in levels]
    columns += [column("Random effects chosen, %", "right")] if _chosen(found, document) else []
    columns += [
        column(bound(f"{TRACKS['recommended']}, I² = {SHOWN}%"), "right"),
        column("Its width, relative", "right"),
    ]
    rows = []
    for context, pool in found:
        models = {scenario["i2"]: {row["key"]: row for row in scenario["models"]} for scenario in pool["scenarios"]}
        rule = {i2: rows_.get(document["rule"]) for i2, rows_ in models.items()}
        advised = models[SHOWN].get(document["recommended"])
        row = [cell(*_place(context, pool)), *(_percent(rule[i2], "type1") for i2 in levels)]
        row += [_percent(rule[SHOWN], "random_chosen")] if _chosen(found, document) else []
        ratio = advised and advised["width_ratio"]
        row += [_percent(advised, "type1"), f"{format_number(ratio, 1)} ×" if ratio else ""]
        rows.append(row)
    claimed = format_number(100 * (1 - found[0][1]["level"]), 0)
    notes = [
        f"Where there is no effect, {claimed}% is claimed. Monte Carlo standard errors are at most "
        f"{_largest_error(found)} percentage points. Random effects chosen, and width: at I² = {SHOWN}%; width is the "
        "median width of the interval over that of the common-effect model."
    ]
    if without:
        notes.append(
            f"Not simulated, with fewer than two trials of known size: {'; '.join(c.cell_label for c in without)}."
        )
    return table("own-configuration", FALSE, columns, rows, [bound(note) for note in notes])


def own_sentences(results: Results) -> list[str]:
    """Return what the section says of the whole review; nothing where nothing was simulated."""
    document = results.get("own_configuration")
    return [bound(text) for text in document["sentences"]] if document else []


def _chosen(found: Sequence[tuple[Context, Mapping]], document: Mapping) -> bool:
    """Whether the protocol's headline is a rule."""
    return any("rule" in model for model in found[0][1]["models"] if model["key"] == document["rule"])


def _place(context: Context, pool: Mapping) -> tuple[str, str]:
    label, period = context.where
    return label, f"{period}: {_trials(pool)}" if period else _trials(pool)


def _trials(pool: Mapping) -> str:
    trials = pool["trials"]
    if pool["assumptions"]["variances"].startswith("observed"):
        return f"{in_words(len(trials))} trials, their variances taken as known" if trials else "variances as observed"
    sizes = [trial[name] for trial in trials for name in ("n_experimental", "n_control")]
    awaited = sum(trial["awaiting"] for trial in trials)
    note = f", {'all' if awaited == len(trials) else in_words(awaited)} awaiting data" if awaited else ""
    return f"{in_words(len(trials))} trials, {min(sizes)} to {max(sizes)} per arm{note}"


def _percent(row: ResultRow | None, name: str) -> str:
    return format_number(100.0 * row[name][0], 1) if row and row[name] else ""


def _largest_error(found: Sequence[tuple[Context, Mapping]]) -> str:
    errors = [
        row["type1"][1]
        for _, pool in found
        for scenario in pool["scenarios"]
        for row in scenario["models"]
        if row["type1"]
    ]
    return format_number(100.0 * max(errors), 2)


def _blocks(source: Source) -> list[Block] | None:
    if source.place == FRONT:
        said = own_sentences(source.whole)
        where = Text("Pool by pool on the pages of the outcomes.", "note")
        return [*map(Text, said), where] if said else None
    made = own_configuration(source.results)
    if not made:
        return None
    pools = [Text(" ".join(pool["sentences"]), label=f"{pool['heading']}.") for pool in made["pools"]]
    return [
        *(Text(text, on=SCREEN) for text in made["sentences"]),
        Text(" ".join(made["sentences"]), on=PAPER),
        Table(made["table"]),
        Fold(title="Pool by pool", blocks=pools),
    ]


OWN_CONFIGURATION = Section(
    anchor="own-configuration-section",
    title="What the models do with trials like these",
    contents="Trials like these",
    blocks=_blocks,
)
