"""What two archives conclude, held against each other row by row of `pooled.csv`."""

import csv
import io
import json
from collections.abc import Iterator, Mapping

from metawright.archive.unpacked import UnpackedArchive
from metawright.files.tables import number
from metawright.pooling.position import position
from metawright.report.changes import PLACES
from metawright.words.numbers import format_effect, format_p

_KEYS = ("outcome", "period", "model")
_NUMBERS = ("estimate", "ci_low", "ci_high", "p")
_SHOWN = ("status", "measure", "k", "n", "n_experimental", "n_control", *_NUMBERS)


def changed_conclusions(old: UnpackedArchive, new: UnpackedArchive) -> Iterator[str]:
    """Yield a line per pool that changed; where its interval now lies elsewhere, the line says so first.

    Only columns that both archives have are compared, so that archives of different versions can be.
    """
    before, after = _pools(old), _pools(new)
    versions = [_version(archive) for archive in (old, new)]
    if versions[0] != versions[1]:
        yield f"results.json: form {versions[0]} -> {versions[1]}"
    same = 0
    for key in sorted(set(before) | set(after)):
        name = f"{key[0]}, {key[1]}, {key[2]}"
        if key not in after or key not in before:
            yield f"{name}: {'added, ' + _said(after[key]) if key in after else 'gone'}"
        elif all(before[key][one] == after[key][one] for one in _SHOWN if one in before[key] and one in after[key]):
            same += 1
        else:
            places = [position(_row(pools[key])) for pools in (before, after)]
            turned = f"CONCLUSION CHANGED ({PLACES[places[0]]} -> {PLACES[places[1]]}). "
            words = [_said(pools[key]) for pools in (before, after)]
            seen = f"{words[0]} -> {words[1]}" if words[0] != words[1] else f"{words[0]}, beyond the digits shown"
            yield f"{name}: {turned if places[0] != places[1] else ''}{seen}"
    if same:
        yield f"{same} of {len(set(before) | set(after))} pools are the same"


def _pools(archive: UnpackedArchive) -> dict[tuple, dict[str, str]]:
    name = f"results/{archive.provenance['review']}/pooling/pooled.csv"
    if name not in archive.sha256:
        return {}
    rows = csv.DictReader(io.StringIO(archive.text(name)))
    return {tuple(row[key] for key in _KEYS): row for row in rows}


def _version(archive: UnpackedArchive) -> object:
    name = f"results/{archive.provenance['review']}/report/results.json"
    return json.loads(archive.read(name)).get("schema_version") if name in archive.sha256 else None


def _row(row: Mapping[str, str]) -> dict:
    return {"status": row.get("status"), **{name: number(row[name]) if row[name] else None for name in _NUMBERS}}


def _said(row: Mapping[str, str]) -> str:
    values = _row(row)
    if values["estimate"] is None:
        return (row.get("status") or "no result").replace("_", " ")
    effect = format_effect(values["estimate"], values["ci_low"], values["ci_high"], row["measure"])
    p = f", {format_p(values['p'])}" if values["p"] is not None else ""
    return f"k = {row['k']}, {row['measure']} {effect}{p}"
