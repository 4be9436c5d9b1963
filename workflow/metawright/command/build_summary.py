"""Say what was made and where: `python -m metawright.command.build_summary [REVIEW ...]`."""

import sys
from pathlib import Path

import yaml

from metawright.files.documents import read_json
from metawright.report.latex_tools import ADVICE

_FILES = ("report.html", "report.pdf", "report.docx", "report.tex", "report.bib", "results.json")


def build_summary(review: str, results: Path) -> str:
    """Return a few lines on one finished review: its counts, and the path of each file for people.

    Parameters
    ----------
    review : str
        Name of the review.
    results : Path
        The folder `results`.
    """
    folder = results / review / "report"
    if not (folder / "results.json").is_file():
        return f"{review}: no report yet"
    cells = read_json(folder / "results.json")["cells"]
    states = [cell["status"] for cell in cells]
    counts = ", ".join(
        f"{states.count(state)} {words}"
        for state, words in (
            ("pooled", "pooled"),
            ("single_study", "with a single trial"),
            ("awaiting_data", "awaiting data"),
        )
        if state in states
    )
    lines = [f"{review}: {len(cells)} cells of outcome and period ({counts})"]
    lines += [f"  {folder / name}" for name in _FILES if (folder / name).is_file()]
    pages = list((folder / "outcomes").glob("*.html"))
    lines += [f"  {folder / 'outcomes'} ({len(pages)} pages, linked from report.html)"] if pages else []
    return "\n".join(lines)


def main() -> None:
    """Report on the reviews named, or on those of config/config.yaml."""
    named = sys.argv[1:] or yaml.safe_load(Path("config/config.yaml").read_text(encoding="utf-8"))["reviews"]
    names = [Path(folder).resolve().name for folder in named]
    print("\n".join(build_summary(name, Path("results")) for name in names))
    reports = [Path("results", name, "report") for name in names]
    if not all((one / "report.pdf").is_file() for one in reports if (one / "results.json").is_file()):
        print(f"No report.pdf: it needs LaTeX. On Debian or Ubuntu: {ADVICE}; then run the same command again.")


if __name__ == "__main__":
    main()
