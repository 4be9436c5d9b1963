"""List what two extractors disagree on: `python -m metawright.review.conflicts FOLDER`.

The build refuses while anything is undecided; this writes the list that the third person works through.
"""

import sys
from pathlib import Path

from metawright.extraction.reconcile import CONFLICT_COLUMNS, Reconciled, reconcile
from metawright.files.documents import write_json
from metawright.files.tables import write_table
from metawright.review.folder import DECISIONS, SECOND, check_extractions
from metawright.review.problems import BadInput, Problem
from metawright.review.protocol import read_protocol
from metawright.review.schemas import load_schema
from metawright.review.sheets import read_sheet

SCHEMAS = Path(__file__).parents[2] / "schemas"


def conflicts(folder: Path) -> Reconciled:
    """Return what the two extractions of a review folder disagree on, decided or not.

    Raises
    ------
    BadInput
        If a file is missing or faulty; conflicts themselves are no fault here.
    """
    paths = {name: folder / f"{name}.csv" for name in ("extraction", SECOND, DECISIONS)}
    absent = [path for path in (folder / "protocol.yaml", paths["extraction"], paths[SECOND]) if not path.is_file()]
    if absent:
        raise BadInput([Problem(str(path), 0, "", "", "there is no such file") for path in absent])
    text = (folder / "protocol.yaml").read_bytes().decode("utf-8-sig", errors="replace")
    protocol, problems = read_protocol(text, load_schema(SCHEMAS, "protocol"), str(folder / "protocol.yaml"))
    if problems:
        raise BadInput(problems)
    sheets = {name: read_sheet(path.read_bytes(), str(path)) for name, path in paths.items() if path.is_file()}
    three = sheets["extraction"], sheets[SECOND], sheets.get(DECISIONS)
    result = reconcile(*three, protocol)
    faults = [item for item in check_extractions(*three, protocol, SCHEMAS)[1] if item not in result.problems]
    if faults:
        raise BadInput(faults)
    return result


def main() -> None:
    """Write conflicts.csv and agreement.json under results/ and say how many are open."""
    if len(sys.argv) != 2:
        sys.exit("name a review folder: make conflicts REVIEW=path")
    folder = Path(sys.argv[1])
    try:
        result = conflicts(folder)
    except BadInput as error:
        sys.exit(error.text)
    target = Path("results") / folder.resolve().name / "extraction"
    write_table(target / "conflicts.csv", result.conflicts, CONFLICT_COLUMNS)
    write_json(target / "agreement.json", result.agreement)
    print(f"{target / 'conflicts.csv'}: {result.agreement['conflicts']} conflicts, {result.agreement['open']} open.")


if __name__ == "__main__":
    main()
