"""Mutate the extraction files that ship, by the thousands: `python -m tests.extraction.fuzz --files 100000 --seed 1`.

Every mutated file has to end in a clear refusal, or with every row accounted for: used, or listed with a reason. Where
the mutation changed the writing alone, every number has to be the one that was written, or the file be refused (or, in
lenient mode, the row be flagged).
"""

import argparse
import csv
import random
import sys
import time
from collections import Counter
from functools import cache
from pathlib import Path

from metawright.checking.protocol import read_protocol
from metawright.effects.compute import compute_effects
from metawright.extraction.arms import arm_rows
from metawright.extraction.clean import clean_extraction, rows_of_outcome
from metawright.extraction.documents import ARM_COLUMNS
from metawright.extraction.required import missing_columns
from metawright.files.tables import cell
from metawright.reading.schemas import load_schema
from metawright.reading.sheets import Sheet, read_sheet
from tests.extraction import dirt

ROOT = Path(__file__).parents[2]
REVIEWS = ("als-exercise", "common-cold", "deep-brain-stimulation", "glioma-chemotherapy")
VALUES = (
    "study",
    "outcome",
    "arm",
    "period",
    "timepoint_months",
    "n",
    "n_randomised",
    "mean",
    "sd",
    "events",
    "estimate",
    "se",
)


class Failure(AssertionError):  # noqa: N818 - the word of the report
    """A file that was neither refused nor accounted for, or a number that is not the one written."""


@cache
def review(name: str) -> tuple[dict, list[list[str]]]:
    """The completed protocol and the table of a review that ships."""
    folder = ROOT / "resources" / name
    schema = load_schema(ROOT / "workflow" / "schemas", "protocol")
    protocol, problems = read_protocol((folder / "protocol.yaml").read_text(), schema, "protocol.yaml")
    assert not problems
    with (folder / "extraction.csv").open(newline="") as file:
        return protocol, list(csv.reader(file))


def outcome_of_file(content: bytes, file: str, protocol: dict, parts: bool = False) -> tuple[str, list[dict]]:
    """Read a file as the workflow does; return `refused`, or `accounted` with its rows.

    Raises
    ------
    Failure
        If a row is lost, or used without a number.
    """
    sheet = read_sheet(content, file)
    problems = list(sheet.problems) or missing_columns(sheet, protocol)
    if not problems:
        cleaned = clean_extraction(sheet, protocol)
        problems = cleaned.problems
    if problems:
        if not all(problem.text.startswith(file) and problem.what for problem in problems):
            raise Failure("a refusal without place or words")
        return "refused", []
    if [arm["row"] for arm in cleaned.arms] != [row.number for row in sheet.rows]:
        raise Failure("rows in are not rows out")
    if any(bool(arm["used"]) == bool(arm["reason"]) for arm in cleaned.arms):
        raise Failure("a row is neither used nor listed with a reason")
    if parts:
        _check_parts(sheet, protocol, cleaned.arms)
    _check_effects(cleaned.arms, protocol)
    return "accounted", cleaned.arms


def _check_parts(sheet: Sheet, protocol: dict, arms: list[dict]) -> None:
    """Cleaned outcome by outcome, as jobs do it, the rows are the same."""
    apart = []
    for key, block in protocol["outcomes"].items():
        rows = rows_of_outcome(sheet, {key: block}, key)
        cleaned = clean_extraction(rows, {**protocol, "outcomes": {key: block}})
        apart += cleaned.arms
        if cleaned.problems:
            raise Failure(f"an outcome alone is refused: {cleaned.problems[0].text}")
    if sorted(apart, key=lambda arm: arm["row"]) != sorted(arms, key=lambda arm: arm["row"]):
        raise Failure("an outcome alone is read otherwise than among the others")


def _check_effects(arms: list[dict], protocol: dict) -> None:
    """Every row stands in the effects, and an effect that is used is a number."""
    numbers = []
    for key, block in protocol["outcomes"].items():
        mine = [{name: cell(arm[name]) for name in ARM_COLUMNS} for arm in arms if arm["outcome"] == key]
        for effect in compute_effects(arm_rows(mine), block, protocol["periods"]):
            numbers += [int(part) for part in effect["row_ids"].split(";")]
            if effect["used"] and not (abs(effect["y"]) < float("inf") and 0 < effect["v"] < float("inf")):
                raise Failure(f"an effect that is no number: {effect}")
            if not effect["used"] and not effect["reason"]:
                raise Failure(f"an effect without a reason: {effect}")
    if set(numbers) != {arm["row"] for arm in arms}:
        raise Failure("a row does not stand in the effects")


def one_file(rng: random.Random) -> tuple[str, str]:
    """Make one mutated file and read it; return the kind of mutation and how the file ended."""
    name = rng.choice(REVIEWS)
    protocol, whole = review(name)
    strict, protocol = protocol, {**protocol, "cleaning": {"mode": "lenient" if rng.random() < 0.15 else "strict"}}
    first = rng.randrange(1, len(whole))
    count = rng.choice([2, 4, 8, 12]) if rng.random() < 0.98 else len(whole)
    rows = whole[first : first + count] if rng.random() < 0.6 else rng.sample(whole[1:], min(count, len(whole) - 1))
    table = [list(record) for record in (whole[0], *rows)]
    if rng.random() < 0.4:
        dirt.grown(table, rng)
    european = rng.random() < 0.5
    kind = rng.choice(["formatting", "formatting", "unquoted", "cells", "cells", "bytes"])
    if kind in ("formatting", "unquoted"):
        _, truth = outcome_of_file(dirt.csv_bytes(table), "extraction.csv", strict)
        ways = rng.sample(dirt.FORMATTINGS, rng.choice([1, 1, 2, 3])) if kind == "formatting" else []
        for way in ways:
            way(table, rng, european and len(ways) == 1)
        content, file = dirt.saved(table, rng, european) if kind == "formatting" else dirt.unquoted(table, rng)
        ending, arms = outcome_of_file(content, file, protocol, parts=rng.random() < 0.5)
        if ending == "accounted":
            _compare(truth, arms)
        return kind, ending
    for _ in range(rng.choice([1, 1, 1, 3])):
        rng.choice(dirt.DAMAGES)(table, rng)
        if len(table) < 2 or not table[0]:
            break
    content, file = dirt.saved(table, rng, european)
    if kind == "bytes":
        content = dirt.bytes_hit(content, rng)
    return kind, outcome_of_file(content, file, protocol, parts=rng.random() < 0.5)[0]


def _compare(truth: list[dict], arms: list[dict]) -> None:
    if len(truth) != len(arms):
        raise Failure(f"{len(truth)} rows became {len(arms)}")
    for before, after in zip(truth, arms, strict=True):
        for name in () if "read_leniently" in after["flags"] else VALUES:
            same = before[name] == after[name]
            if name == "study":
                same = before[name].strip() == after[name].strip()
            if not same:
                raise Failure(f"silently wrong: row {after['row']}, {name}: {before[name]!r} became {after[name]!r}")


def run(files: int, seed: int, report: bool = False) -> tuple[Counter, list[str]]:
    """Mutate *files* files; return how they ended and the failures, each with the seed that makes it again."""
    counts: Counter = Counter()
    failures = []
    start = time.monotonic()
    for number in range(files):
        try:
            counts[one_file(random.Random(f"{seed}:{number}"))] += 1
        except Exception as error:  # whatever is raised is a finding
            failures.append(f"file {number}: {type(error).__name__}: {str(error)[:300]}")
            counts["failure", type(error).__name__] += 1
        if report and (number + 1) % 10000 == 0:
            print(f"{number + 1} files, {time.monotonic() - start:.0f} s, {len(failures)} failures", flush=True)
    return counts, failures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="read the one file of this number, with its traceback")
    given = parser.parse_args()
    if given.only is not None:
        print(one_file(random.Random(f"{given.seed}:{given.only}")))
        return
    counts, failures = run(given.files, given.seed, report=True)
    for (kind, ending), count in sorted(counts.items()):
        print(f"{kind:12} {ending:12} {count:8}")
    print(*failures[:40], sep="\n")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
