"""Check an archive, run it again and compare: `python -m metawright.archive.verify FILE`.

Ends with 0 if everything was reproduced, 1 if a result differs, 2 if the archive is refused, 3 if it could not be run.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence, Set
from pathlib import Path

from metawright.archive.documents import ArchivedJob, FirstDifference, Verification, VerifiedFile
from metawright.archive.execute import Failed, make_environment, other_packages, run_workflow
from metawright.archive.file_comparison import (
    DIFFERENT,
    IDENTICAL,
    NUMBERS,
    compare_files,
    docx_maker,
    first_difference,
    pdf_producer,
)
from metawright.archive.sweeps import CUT_BY_MACHINE, drawn_shards, is_sweep, run_shards
from metawright.archive.unpacked import UnpackedArchive, open_archive
from metawright.files.documents import read_json, write_json
from metawright.files.zips import Refused, file_sha256
from metawright.report.latex_tools import has_latex
from metawright.report.word_tools import has_pandoc

#: Verdicts on a result beside those of `metawright.archive.file_comparison`.
MISSING, OTHER_LATEX, NO_LATEX, NOT_RUN, RECUT = "missing", "other_latex", "no_latex", "not_run", "recut"
OTHER_TEXT = "other_text"

#: LaTeX and pandoc are the programs that the lock file does not hold; these rules call them. Whether one is here, and
#: what a file says of the one that made it.
UNLOCKED = {"compile_pdf": (has_latex, pdf_producer), "compile_docx": (has_pandoc, docx_maker)}

_WORDS = {
    IDENTICAL: "identical bytes",
    NUMBERS: "identical numbers",
    DIFFERENT: "different",
    MISSING: "not made again",
    OTHER_LATEX: "made by another LaTeX or pandoc than here, not compared",
    OTHER_TEXT: "made from a text with identical numbers and other names of versions, not compared",
    NO_LATEX: "not made again, for there is no LaTeX or no pandoc here",
    NOT_RUN: "not run again",
    RECUT: "cut into jobs anew, not compared",
}


def verify(
    path: str | Path,
    *,
    cores: str = "all",
    fresh: bool = False,
    only_check: bool = False,
    sample: int = 0,
    rule: str = "",
    seed: int = 1,
    say: Callable[[str], None] = print,
) -> Verification:
    """Check an archive, run its workflow in a scratch folder from the archive alone, and compare every result.

    Parameters
    ----------
    path : str or Path
        The archive.
    cores : str
        As Snakemake takes it.
    fresh : bool
        Make the archive's environment anew even if the running one has the same packages.
    only_check : bool
        Check the hashes and run nothing.
    sample, rule, seed : int, str, int
        Run only so many jobs, drawn at random by *seed*, of *rule* or of any; all that they depend on runs too. Of a
        sweep, so many shards are simulated anew, and the table is merged again from the archived ones.
    say : callable
        Where progress goes.

    Returns
    -------
    dict
        `archive` and its `sha256`; `results`: verdict, and largest difference or the first one, by file;
        `first_difference`: rule, file and `where` in it, or null; `reproduced`; `versions`: archived and present
        version, by program, where they differ.

    Raises
    ------
    Refused
        If the archive fails its checks.
    Failed
        If it cannot be run.
    """
    with open_archive(path) as archive:
        say(f"{Path(path).name}: SHA-256 {file_sha256(path)}")
        say(f"{len(archive.sha256)} files are what the manifest says.")
        outcome: Verification = {
            "archive": Path(path).name,
            "sha256": file_sha256(path),
            "checked": len(archive.sha256),
            "results": {},
            "first_difference": None,
            "reproduced": None,
        }
        if only_check:
            return outcome
        shards = drawn_shards(archive, sample, seed) if sample and is_sweep(archive.provenance) else []
        targets = shards or _targets(archive, sample, rule, seed)
        with tempfile.TemporaryDirectory(prefix="metawright-verify-") as scratch:
            folder = Path(scratch).resolve()
            archive.extract(folder)
            others = other_packages(archive.text("requirements.lock"))
            if others and not fresh:
                say(f"This environment is not the archive's: {others[0]} ({len(others)} in all).")
            python = Path(sys.executable)
            if fresh or others:
                say("Making the archive's own environment.")
                python = make_environment(folder)
            if shards:
                say(f"Simulating {len(shards)} shards again, and merging the archived ones.")
                run_shards(archive, folder, python, shards)
            else:
                say(f"Running the workflow again in a scratch folder ({len(targets)} targets).")
                run_workflow(python, folder, targets, cores)
            versions = _versions(archive, folder)
            results = _compare(archive, folder, bool(sample), versions)
    first = _first_difference(archive.provenance["jobs"], results)
    others = {name: list(both) for name, both in versions.items()}
    return {**outcome, "results": results, "versions": others, "first_difference": first, "reproduced": first is None}


def summary(outcome: Verification) -> str:
    """Return the verdict in a few lines."""
    results = outcome["results"]
    if outcome["reproduced"] is None:
        return "Nothing was run."
    lines = []
    for verdict, words in _WORDS.items():
        names = [name for name, item in results.items() if item["verdict"] == verdict]
        if not names:
            continue
        line = f"{len(names):5d}  {words}"
        if verdict == NUMBERS:
            differences = {name: results[name].get("difference", 0.0) for name in names}
            worst = max(names, key=differences.__getitem__)
            line += f", largest relative difference {differences[worst]:.2g} in {worst}"
        elif verdict != IDENTICAL:
            line += f": {names[0]}" + (f" and {len(names) - 1} more" if len(names) > 1 else "")
        lines.append(line)
    versions = outcome.get("versions")
    if versions:
        others = (f"{name} {now} (archived: {then})" for name, (then, now) in versions.items())
        lines.append(f"Other versions here: {', '.join(others)}")
    first = outcome["first_difference"]
    if first:
        lines.append(f"NOT REPRODUCED. The first rule that differs is {first['rule']}: {first['file']}")
        lines += [f"  {line}" for line in first["where"]]
    else:
        lines.append("Reproduced.")
    return "\n".join(lines)


def _targets(archive: UnpackedArchive, sample: int, rule: str, seed: int) -> list[str]:
    """Return what to make: the archive's targets, or one output each of jobs drawn at random."""
    jobs = archive.provenance["jobs"]
    if sample:
        drawn = [job for job in jobs if job["rule"] == (rule or job["rule"])]
        if not drawn:
            known = ", ".join(sorted({job["rule"] for job in jobs}))
            raise Refused(f"no job of the archive has the rule {rule}; it has {known}")
        targets = [min(job["outputs"]) for job in random.Random(seed).sample(drawn, min(sample, len(drawn)))]
    else:
        targets = archive.provenance["targets"]
    unlocked = _unlocked(archive)
    return [target for target in targets if target not in unlocked or unlocked[target][0]()]


def _unlocked(archive: UnpackedArchive) -> dict[str, tuple[Callable[[], bool], Callable[[bytes], str]]]:
    """Return the entry of `UNLOCKED` of every file that such a rule made."""
    jobs = archive.provenance["jobs"]
    return {name: UNLOCKED[job["rule"]] for job in jobs if job["rule"] in UNLOCKED for name in job["outputs"]}


def _compare(
    archive: UnpackedArchive, folder: Path, sampled: bool, versions: Mapping[str, tuple[str, str]]
) -> dict[str, VerifiedFile]:
    unlocked = _unlocked(archive)
    results: dict[str, VerifiedFile] = {}
    read_by = {name: job["inputs"] for job in archive.provenance["jobs"] for name in job["outputs"]}
    made_by = {name: job["rule"] for job in archive.provenance["jobs"] for name in job["outputs"]}
    for name, rule in made_by.items():
        if rule in CUT_BY_MACHINE and not sampled:
            results[name] = {"verdict": RECUT}
            continue
        if not (folder / name).is_file():
            lacking = name in unlocked and not unlocked[name][0]()
            verdict = NOT_RUN if sampled else NO_LATEX if lacking else MISSING
            results[name] = {"verdict": verdict}
            continue
        before, after = archive.read(name), (folder / name).read_bytes()
        found = compare_files(before, after, versions)
        results[name] = {"verdict": found.verdict}
        if found.verdict == NUMBERS:
            results[name]["difference"] = found.difference
        if found.verdict == DIFFERENT and name in unlocked:
            sources = {results[path]["verdict"] for path in read_by[name] if path in results}
            results[name]["verdict"] = verdict_on_printed(unlocked[name][1], before, after, sources)
        if results[name]["verdict"] == DIFFERENT:
            results[name]["where"] = first_difference(before, after, versions)
    return results


def verdict_on_printed(maker: Callable[[bytes], str], before: bytes, after: bytes, sources: Set[str]) -> str:
    """Return what a document of other bytes says, given the verdicts on the files that it was made from.

    *maker* reads out of a document which program made it, as in `UNLOCKED`.
    """
    if maker(before) != maker(after):
        return OTHER_LATEX
    return OTHER_TEXT if NUMBERS in sources and sources <= {NUMBERS, IDENTICAL} else DIFFERENT


def _versions(archive: UnpackedArchive, folder: Path) -> dict[str, tuple[str, str]]:
    """Return the archived and the new version of every program whose version the two reports name otherwise."""
    report = next((name for name in archive.sha256 if name.endswith("report/results.json")), "")
    if not report or not (folder / report).is_file():
        return {}
    now = {item["name"]: item["version"] for item in read_json(folder / report)["software"]}
    then = {item["name"]: item["version"] for item in archive.provenance["software"]}
    return {name: (old, now[name]) for name, old in then.items() if now.get(name, old) != old}


def _first_difference(jobs: Sequence[ArchivedJob], results: Mapping[str, VerifiedFile]) -> FirstDifference | None:
    for job in jobs:
        for name in job["outputs"]:
            if results[name]["verdict"] in (DIFFERENT, MISSING):
                return {"rule": job["rule"], "file": name, "where": results[name].get("where", [])}
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify one archive and return the exit code."""
    parser = argparse.ArgumentParser(prog="make verify ARCHIVE=file.crate.zip", description=__doc__)
    parser.add_argument("archive", help="the archive")
    parser.add_argument("--cores", default="all")
    parser.add_argument("--fresh", action="store_true", help="make the archive's environment anew in any case")
    parser.add_argument("--only-check", action="store_true", help="check the hashes and run nothing")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="run only N jobs, drawn at random")
    parser.add_argument("--rule", default="", help="draw the sample from the jobs of this rule")
    parser.add_argument("--seed", type=int, default=1, help="draw another sample")
    parser.add_argument("--json", metavar="FILE", help="write the verdict on every result to this file")
    given = vars(parser.parse_args(arguments))
    path, report = given.pop("archive"), given.pop("json")
    try:
        outcome = verify(path, **given)
    except Refused as error:
        print(f"REFUSED. {error}", file=sys.stderr)
        return 2
    except Failed as error:
        print(f"NOT RUN. {Path(path).name}: {error}", file=sys.stderr)
        return 3
    print(summary(outcome))
    if report:
        write_json(report, outcome)
    return 1 if outcome["reproduced"] is False else 0


if __name__ == "__main__":
    sys.exit(main())
