"""Lay down a new review folder: `python -m metawright.command.new_review NAME`."""

import re
import sys
from os.path import relpath
from pathlib import Path

from metawright.measures.kinds import KINDS
from metawright.measures.registry import measures_of_kind

ROOM = Path(__file__).parents[2]


def new_review(name: str, parent: Path) -> Path:
    """Copy the commented template to `parent/name` and return the folder.

    Raises
    ------
    ValueError
        If *name* cannot be a folder of results, or the folder exists: nothing is ever overwritten.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise ValueError(
            f"'{name}' cannot name a review; use letters, digits, '-' and '_': make new-review NAME=my-review"
        )
    folder = parent / name
    if folder.exists():
        raise ValueError(f"{folder} exists already; choose another name or remove it first")
    folder.mkdir(parents=True)
    schema = relpath(ROOM / "schemas" / "protocol.schema.yaml", folder)
    title = name.replace("-", " ").replace("_", " ").capitalize()
    measures = " | ".join(" ".join(one.key for one in measures_of_kind(kind)) for kind in KINDS)
    for source in sorted((ROOM / "templates" / "review").iterdir()):
        text = source.read_text(encoding="utf-8")
        for word, value in (("SCHEMA", schema), ("TITLE", title), ("FOLDER", str(folder)), ("MEASURES", measures)):
            text = text.replace(word, value)
        folder.joinpath(source.name).write_text(text, encoding="utf-8")
    return folder


def main() -> None:
    """Make the folder under resources/ and say what to do next."""
    try:
        folder = new_review(sys.argv[1] if len(sys.argv) > 1 else "", Path("resources"))
    except ValueError as error:
        sys.exit(str(error))
    print(f"{folder} is ready. Edit protocol.yaml and extraction.csv, then:")
    print(f"  make check REVIEW={folder}    says what is wrong, in seconds")
    print(f"  make report REVIEW={folder}   builds results/{folder.name}/report/report.html")


if __name__ == "__main__":
    main()
