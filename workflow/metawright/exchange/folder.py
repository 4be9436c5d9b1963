"""The files of a review folder, from a draft."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from metawright.exchange.draft import EXTRACTION, STORED, Draft
from metawright.exchange.revman import model_key
from metawright.files.tables import Row
from metawright.measures.kinds import CONTINUOUS
from metawright.measures.registry import measure_of, measures_of_kind

#: What the field now advises, shown beside what the source did.
RECOMMENDED = ("REML", "HKSJ")

_HEAD = """\
# yaml-language-server: $schema={schema}
# Drafted from {source}. README.md beside this file says what was not carried over and what was guessed.
# Every key is described in config/README.md.
"""


def folder_files(draft: Draft, schema: str) -> dict[str, str]:
    """Return the text of every file of the folder, by name.

    Parameters
    ----------
    draft : Draft
    schema : str
        Path of the protocol's schema as seen from the folder, for editors.
    """
    draft = _with_something_to_pool(draft)
    columns = [
        name for name in EXTRACTION if name in ("study", "outcome", "arm", *_needed(draft)) or _filled(draft.rows, name)
    ]
    files = {
        "protocol.yaml": _HEAD.format(schema=schema, source=draft.source) + _yaml(protocol(draft)),
        "extraction.csv": table_text(draft.rows, columns),
        "README.md": readme(draft),
    }
    if draft.studies:
        names = ["study", "label", "year", "doi", "pmid", *(name for row in draft.studies for name in row)]
        files["studies.csv"] = table_text(
            draft.studies, [n for n in dict.fromkeys(names) if n == "study" or _filled(draft.studies, n)]
        )
    if draft.risk_of_bias:
        files["risk_of_bias.csv"] = table_text(draft.risk_of_bias, ("study", "domain", "judgement", "support"))
    if draft.stored:
        files["stored_results.csv"] = table_text(draft.stored, STORED)
    if draft.left_out:
        files["left_out.csv"] = table_text(draft.left_out, ("file", "row", "content", "reason"))
    if not draft.rows:
        missing = {"outcome": next(iter(draft.outcomes)), "period": "all", "missing": "all numbers"}
        rows = [{"study": study["study"], **missing} for study in draft.studies]
        files["awaiting.csv"] = table_text(rows, ("study", "outcome", "period", "missing"))
    return files


def protocol(draft: Draft) -> dict[str, object]:
    """Return the protocol that a draft amounts to."""
    content: dict[str, Any] = {"title": draft.title, "source": draft.source, "outcomes": draft.outcomes}
    arms = {role: words for role, words in draft.arms.items() if words}
    if arms:
        content["arms"] = arms
    first, *others = draft.models
    content["models"] = [
        {"key": model_key(first), "track": "protocol", "tau2_method": first[0], "interval": first[1]},
        {
            "key": model_key(RECOMMENDED) if RECOMMENDED not in draft.models else "recommended",
            "track": "recommended",
            "tau2_method": RECOMMENDED[0],
            "interval": RECOMMENDED[1],
        },
    ]
    content["models"] += [{"key": model_key(model), "tau2_method": model[0], "interval": model[1]} for model in others]
    if any(row.get("pi_low") is not None for row in draft.stored):
        content["prediction_interval"] = "model"  # the one that RevMan stores; the default would not reproduce it
    if draft.domains:
        content["appraisal"] = {"instrument": draft.instrument, "domains": draft.domains}
    return content


def readme(draft: Draft) -> str:
    """Return what a person must know about the import."""
    lines = [f"# {draft.title}", "", f"Imported from: {draft.source}.", ""]
    lines += [f"{len(draft.outcomes)} outcomes, {len(draft.rows)} rows, {len(draft.studies)} trials."]
    if draft.stored:
        lines += ["", "`stored_results.csv` keeps what the source itself had computed (ratios as natural logarithms)."]
    lines += ["", "## Not carried over, or decided on the way", ""]
    lines += [f"* {note}" for note in draft.notes] or ["* Nothing: all of it is here."]
    if draft.left_out:
        lines += [f"* {len(draft.left_out)} rows have no place here; `left_out.csv` lists them with the reason."]
    return "\n".join(lines) + "\n"


def table_text(rows: Iterable[Row], columns: Sequence[str]) -> str:
    """Return a CSV table; an absent cell is empty."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    return buffer.getvalue()


def _cell(value: object) -> str:
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def _yaml(content: dict) -> str:
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)


def _filled(rows: Iterable[Mapping], name: str) -> bool:
    return any(row.get(name) for row in rows)


def _needed(draft: Draft) -> set[str]:
    """Return the columns that the measures ask for, even where no trial fills them."""
    needed: set[str] = set()
    for block in draft.outcomes.values():
        measure = measure_of(block["measure"])
        needed |= {*measure.kind.columns}
        if not measure.kind.of_arms:
            needed |= {*measure.contrast.columns, *(("se",) if measure.contrast.or_interval else ())}
    return needed


def _with_something_to_pool(draft: Draft) -> Draft:
    """Give a draft without numbers (a risk-of-bias table) one outcome that awaits them."""
    if not draft.outcomes:
        usual = measures_of_kind(CONTINUOUS)[0].key
        draft.outcomes = {
            "outcome": {"label": "Outcome to be named", "measure": usual, "direction": "higher_is_better"}
        }
        draft.models = [("DL", "z")]
        draft.note("The file holds no numbers: the one outcome of protocol.yaml is a placeholder that awaits them.")
    return draft
