"""List what two extractors disagree on: `python -m metawright.command.conflicts FOLDER`.

The build refuses while anything is undecided; this writes the list that the third person works through.
"""

import sys
from pathlib import Path

from metawright.checking.extractions import DECISIONS, SECOND, Extractions, check_extractions, extraction_path
from metawright.checking.protocol import read_protocol
from metawright.extraction.designs import designs_of, treatment_of
from metawright.extraction.reconcile import CONFLICT_COLUMNS, Reconciled, reconcile
from metawright.files.documents import write_json
from metawright.files.tables import write_table
from metawright.reading.problems import BadInput, Problem
from metawright.reading.schemas import load_schema
from metawright.reading.sheets import read_file
from metawright.reading.tables import SCHEMAS, rows_of
from metawright.reading.yaml_lines import yaml_text


def conflicts(folder: Path) -> Reconciled:
    """Return what the two extractions of a review folder disagree on, decided or not.

    Raises
    ------
    BadInput
        If a file is missing or faulty; conflicts themselves are no fault here.
    """
    first, found = extraction_path(folder)
    paths = {name: folder / f"{name}.csv" for name in (SECOND, DECISIONS, "studies")}
    absent = [path for path in (folder / "protocol.yaml", paths[SECOND]) if not path.is_file()]
    if absent or not first:
        raise BadInput([*found, *(Problem(str(path), 0, "", "", "there is no such file") for path in absent)])
    path = folder / "protocol.yaml"
    text, problems = yaml_text(path.read_bytes(), str(path))
    if problems:
        raise BadInput(problems)
    protocol, problems = read_protocol(text, load_schema(SCHEMAS, "protocol"), str(path))
    if problems or protocol is None:
        raise BadInput(problems)
    second, decisions = read_file(paths[SECOND]), read_file(paths[DECISIONS]) if paths[DECISIONS].is_file() else None
    given = Extractions(read_file(first), second, decisions)
    studies = rows_of(paths["studies"] if paths["studies"].is_file() else None)
    treatment = treatment_of(designs_of(studies))
    result = reconcile(given.sheet, second, given.decisions, protocol, treatment)
    faults = check_extractions(given, protocol, treatment, SCHEMAS)[1]
    faults = [item for item in faults if item not in result.problems]
    if faults:
        raise BadInput(faults)
    return result


def main() -> None:
    """Write conflicts.csv and agreement.json under logs/ and say how many are open.

    Those under results/ are the build's own, which would take what is written there in its place for up to date.
    """
    if len(sys.argv) != 2:
        sys.exit("name a review folder: make conflicts REVIEW=path")
    folder = Path(sys.argv[1])
    try:
        result = conflicts(folder)
    except BadInput as error:
        sys.exit(error.text)
    target = Path("logs") / folder.resolve().name
    write_table(target / "conflicts.csv", result.conflicts, CONFLICT_COLUMNS)
    write_json(target / "agreement.json", result.agreement)
    print(f"{target / 'conflicts.csv'}: {result.agreement['conflicts']} conflicts, {result.agreement['open']} open.")


if __name__ == "__main__":
    main()
