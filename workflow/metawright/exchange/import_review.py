"""Lay down a review folder from a file of another program: `python -m metawright.exchange.import_review FILE NAME`."""

import re
import sys
from os.path import relpath
from pathlib import Path

from metawright.checking.folder import read_review
from metawright.exchange.draft import CannotRead, Draft
from metawright.exchange.folder import folder_files
from metawright.exchange.formats.recognise import known_formats, read_any
from metawright.exchange.tables import unused_file
from metawright.files.documents import write_text
from metawright.reading.problems import BadInput

SCHEMAS = Path(__file__).parents[2] / "schemas"


def import_review(source: Path, name: str, parent: Path, controls: str = "") -> tuple[Path, Draft]:
    """Read *source* and write the folder `parent/name`, which passes the checks at once.

    Parameters
    ----------
    source : Path
        A file, or a folder of CSV files.
    name : str
        Of the review.
    parent : Path
        Where its folder is laid down.
    controls : str
        Names of control arms, with `;`, where the names alone do not say which arm is the control (Covidence).

    Raises
    ------
    CannotRead
        If the source cannot be read, or the folder cannot be made: nothing is ever overwritten.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise CannotRead(f"'{name}' cannot name a review; use letters, digits, '-' and '_': NAME=my-review")
    folder = parent / name
    if folder.exists():
        raise CannotRead(f"{folder} exists already; choose another name or remove it first")
    if source.is_dir():
        files: dict[str, bytes] = {}
        for path in sorted(source.rglob("*.csv")):
            files[unused_file(path.name, files)] = path.read_bytes()
    elif source.is_file():
        files = {source.name: source.read_bytes()}
    else:
        raise CannotRead(f"{source}: there is no such file; expected {known_formats()}")
    draft = read_any(files, source.name, controls)
    schema = relpath(SCHEMAS / "protocol.schema.yaml", folder)
    for file, text in folder_files(draft, schema).items():
        write_text(folder / file, text)
    return folder, draft


def main() -> None:
    """Import under resources/, say what could not be carried over, and what to do next."""
    if len(sys.argv) not in (3, 4):
        sys.exit(
            f"expected FILE and NAME: make import-review FILE=review.rm5 NAME=my-review; FILE is {known_formats()}"
        )
    try:
        folder, draft = import_review(Path(sys.argv[1]), sys.argv[2], Path("resources"), *sys.argv[3:])
        read_review(folder, SCHEMAS)
    except CannotRead as error:
        sys.exit(str(error))
    except BadInput as error:
        sys.exit(f"The folder was written, but the source itself is at odds:\n{error.text}")
    print(f"{folder} is ready: {len(draft.outcomes)} outcomes, {len(draft.rows)} rows, {len(draft.studies)} trials.")
    print("Not carried over, or decided on the way (also in its README.md):")
    for note in draft.notes:
        print(f"  * {note}")
    if draft.left_out:
        print(
            f"  * {len(draft.left_out)} rows have no place here; {folder / 'left_out.csv'} lists them with the reason."
        )
    print(f"Next: make check REVIEW={folder}, then make report REVIEW={folder}")


if __name__ == "__main__":
    main()
