"""`make bench-workflow`: generated reviews built by the workflow, beside an R script that does the like with metafor.

Each review is built in a temporary copy of the project: cold, again with nothing to do, after one edited cell, after
one edited key of the protocol, after an added study. `--cells 10 100` takes other sizes, `--one-core` also builds the
review of 100 cells with one core, `--document` writes the table into docs/performance.md.
"""

import argparse
import csv
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from generate import generate
from measure import Cost, measure

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "performance.md"
HEAD = ("cells", "what", "wall s", "CPU s", "CPU ms a cell", "MB", "jobs", "wall / metafor")


def edit_cell(review: Path) -> None:
    """Change one number of the first outcome."""
    _edit(review / "extraction.csv", r"(,treated,\d+,)(\d+)\.(\d)", lambda m: f"{m[1]}{int(m[2]) + 1}.{m[3]}")


def edit_key(review: Path) -> None:
    """Change how prediction intervals are computed: every pool depends on that."""
    with (review / "protocol.yaml").open("a", encoding="utf-8") as file:
        file.write("prediction_interval: HTS\n")


def add_study(review: Path) -> None:
    """Add a trial to the first cell."""
    with (review / "studies.csv").open("a", encoding="utf-8") as file:
        file.write("added,Added trial,2026\n")
    with (review / "extraction.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"added,outcome-001,2 m,{arm},40,51.0,9.5,,generated\n" for arm in ("treated", "untreated"))


STEPS = (
    ("cold build", lambda review: None),
    ("nothing to do", lambda review: None),
    ("one cell edited", edit_cell),
    ("one key of the protocol edited", edit_key),
    ("a study added", add_study),
)


def _edit(path: Path, pattern: str, new) -> None:
    text, count = re.subn(pattern, new, path.read_text(encoding="utf-8"), count=1)
    assert count == 1, (path, pattern)
    path.write_text(text, encoding="utf-8")


def house(folder: Path, cells: int) -> Path:
    """Copy what a build takes, and generate a review in it; return the review's folder."""
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("workflow", "config", "profiles"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignore)
    shutil.copyfile(ROOT / "Snakefile", folder / "Snakefile")
    return generate(cells, folder / f"generated-{cells}")


def build(folder: Path, review: Path, cores: int) -> tuple[Cost, int]:
    """Build a review; return its cost and the number of jobs."""
    environment = {**os.environ, "PYTHONPATH": str(folder / "workflow")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the first job compiles a module, as on anybody's machine
    snakemake = Path(sys.executable).with_name("snakemake")
    command = [snakemake, "--cores", cores, "--config", f"review={review}", "pdf=never", "docx=never"]
    cost = measure(command, folder, environment)
    found = re.search(r"^total +(\d+)$", cost.output, re.MULTILINE)
    return cost, int(found[1]) - 1 if found else 0


def metafor(review: Path, folder: Path) -> Cost | None:
    """The rival's cost; nothing where R has no metafor."""
    if shutil.which("Rscript") is None:
        return None
    script = Path(__file__).with_name("rival.R")
    try:
        return measure(["Rscript", script, review / "extraction.csv", folder], review)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return None


def deviation(ours: Path, theirs: Path) -> float:
    """Largest difference of the estimates of the two, in standard errors."""
    with theirs.open(encoding="utf-8", newline="") as file:
        rival = {(row["outcome"], row["period"], row["model"]): row for row in csv.DictReader(file)}
    worst, seen = 0.0, 0
    with ours.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            other = rival.get((row["outcome"], row["period"], row["model"]))
            if other and row["status"] == "pooled":
                # trials with the same effect have a Hartung-Knapp interval without width
                worst = max(worst, abs(float(row["estimate"]) - float(other["estimate"])) / (float(row["se"]) or 1.0))
                seen += 1
    assert seen, "the two have no result in common"
    return worst


def line(cells: int, what: str, cost: Cost, jobs: object, rival: Cost | None) -> tuple:
    """One line of the table."""
    ratio = f"{cost.wall / rival.wall:.1f}" if rival else ""
    per_cell = f"{1000 * cost.cpu / cells:.0f}"
    return cells, what, f"{cost.wall:.1f}", f"{cost.cpu:.1f}", per_cell, f"{cost.memory:.0f}", jobs, ratio


def bench(cells: int, cores: int, one_core: bool, place: Path) -> list[tuple]:
    """Build a review of *cells* cells and edit it; return the lines of the table."""
    folder = place / str(cells)
    review = house(folder, cells)
    rival = metafor(review, place / f"metafor-{cells}")
    rows = [line(cells, "the metafor script", rival, "", rival)] if rival else []
    costs = {}
    for what, edit in STEPS:
        edit(review)
        cost, jobs = build(folder, review, cores)
        costs[what] = cost
        rows.append(line(cells, what, cost, jobs, rival))
        print(*rows[-1], flush=True)
        if what == "cold build" and rival:
            files = (
                folder / "results" / review.name / "pooling" / "pooled.csv",
                place / f"metafor-{cells}" / "pooled.csv",
            )
            print(f"largest deviation from metafor: {deviation(*files):.0e} standard errors")
    pages = sorted((folder / "results" / review.name / "report").rglob("*.html"), key=lambda page: page.stat().st_size)
    sizes = [f"{page.name} {page.stat().st_size / 1e6:.1f} MB" for page in (pages[0], pages[-1])]
    print(f"{len(pages)} pages, the smallest {sizes[0]}, the largest {sizes[1]}")
    if one_core:
        review = house(place / f"{cells}-one", cells)
        alone, jobs = build(place / f"{cells}-one", review, 1)
        rows.append(line(cells, "cold build, one core", alone, jobs, rival))
        gain = (alone.wall - costs["nothing to do"].wall) / (costs["cold build"].wall - costs["nothing to do"].wall)
        print(f"{cores} cores are {gain:.2f} times as fast as one, start-up left out")
    return rows


def table(rows: list[tuple]) -> str:
    """A Markdown table."""
    lines = [list(map(str, row)) for row in (HEAD, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ["| " + " | ".join(c.rjust(w) for c, w in zip(row, widths, strict=True)) + " |" for row in lines]
    text.insert(1, "|" + "|".join("-" * (width + 1) + ":" for width in widths) + "|")
    return "\n".join(text)


def main() -> None:
    """Build, edit, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--one-core", action="store_true")
    parser.add_argument("--document", action="store_true")
    parser.add_argument("--keep", type=Path, help="a folder for everything, instead of a temporary one")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-workflow-") as temporary:
        place = arguments.keep or Path(temporary)
        rows = []
        for cells in arguments.cells:
            rows += bench(cells, arguments.cores, arguments.one_core and cells == 100, place)
    text = table(rows)
    print(f"\n{arguments.cores} cores\n\n{text}")
    if arguments.document:
        page = PAGE.read_text(encoding="utf-8")
        place = r"(<!-- whole builds -->\n).*?(<!-- end -->)"
        page, found = re.subn(place, lambda m: f"{m[1]}{text}\n{m[2]}", page, flags=re.DOTALL)
        if found != 1:
            sys.exit(f"{PAGE.name} has no place for the table")
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
