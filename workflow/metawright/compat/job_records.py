"""What Snakemake recorded about the jobs of a working directory.

An archive tells how each result was made. Snakemake writes that down for itself, in a folder of its own.
"""

import base64
import json
from dataclasses import dataclass
from pathlib import Path

from metawright.compat.internals import Internals

INTERNALS = Internals(
    package="snakemake",
    versions=">=9.27,<10",
    what="the files in .snakemake/metadata",
    reason="an archive says how each result was made, and no command prints it",
    upstream="https://github.com/snakemake/snakemake/pull/1",
    without="an archive says of each job what its record still says",
)
FOLDER = Path(".snakemake/metadata")
#: The form of the records, as they state it.
FORM = 6


@dataclass(frozen=True)
class Record:
    """How one file was made.

    Attributes
    ----------
    output : str
        The file.
    rule : str
        Its rule, by the name of the rule's script: batches of outcomes have a rule each, and share a script.
    script : str
        Name of the rule's script without suffix; empty where the rule has none.
    inputs, logs, params : tuple of str
        Files read, log files (one job has its own), and parameters as Python writes them.
    checksums : dict
        SHA-256 of the inputs as the job read them, as far as Snakemake took it (files below 1 MB).
    run : int
        A number that the outputs of one run share, and no two runs of a rule.
    seconds : float
        How long the job took.
    """

    output: str
    rule: str
    script: str
    inputs: tuple[str, ...]
    logs: tuple[str, ...]
    params: tuple[str, ...]
    checksums: dict[str, str]
    run: int
    seconds: float


def read_records(folder: Path = FOLDER) -> dict[str, Record]:
    """Return the records of a working directory, by output; unfinished jobs are left out.

    Parameters
    ----------
    folder : Path
        Where Snakemake keeps one JSON file per output, named by the output's path in base64, in folders that begin
        with `@` where the name is longer than a file name may be.
    """
    records, forms = {}, set()
    for path in sorted(item for item in folder.rglob("*") if item.is_file()):
        parts = [part.removeprefix("@") for part in path.relative_to(folder).parts]
        output = base64.urlsafe_b64decode("".join(parts)).decode()
        entry = json.loads(path.read_text(encoding="utf-8"))
        if entry.get("incomplete"):
            continue
        forms.add(entry.get("record_format_version"))
        start, end = (float(entry.get(name) or 0) for name in ("starttime", "endtime"))
        script = _script(entry.get("code") or "")
        records[output] = Record(
            output,
            script or entry.get("rule") or "",
            script,
            tuple(map(str, entry.get("input") or ())),
            tuple(map(str, entry.get("log") or ())),
            tuple(map(str, entry.get("params") or ())),
            {
                name: text.removeprefix("sha256:")
                for name, text in (entry.get("input_checksums") or {}).items()
                if str(text).startswith("sha256:")
            },
            int(entry.get("job_hash") or 0),
            end - start,
        )
    if forms - {FORM}:
        INTERNALS.warn(f"A record of the form {', '.join(map(str, sorted(forms - {FORM}, key=str)))}")
    return records


def _script(code: str) -> str:
    """Return the name of the script in the text of a rule's `script:` directive."""
    name = code.strip().strip("\"'")
    return Path(name).stem if name.endswith(".py") else ""
