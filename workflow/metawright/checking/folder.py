"""A review folder: found, read and checked before anything is built from it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from metawright.appraisal.decisions import check_decisions
from metawright.checking.chains import of_trials, raw_digests
from metawright.checking.extractions import DECISIONS, SECOND, Extractions, absent, check_extractions, extraction_path
from metawright.checking.protocol import read_protocol
from metawright.checking.screening import read_screening
from metawright.checking.sensitivity import column_problems, moderators, sensitivity_columns
from metawright.checking.units import cells_with_missing, most_estimates, unit_problems
from metawright.checking.warnings import warnings_of
from metawright.extraction.designs import designs_of, treatment_of
from metawright.extraction.documents import Design
from metawright.pooling.tracks import headline
from metawright.reading.problems import BadInput, Problem, did_you_mean
from metawright.reading.protocol import Protocol
from metawright.reading.schemas import check_document, check_table, load_schema
from metawright.reading.sheets import Sheet, read_file
from metawright.reading.tables import read_table_of, with_numbers
from metawright.reading.yaml_lines import read_yaml, yaml_text

#: Optional tables, each with a schema of its name.
TABLES = (
    "studies", "risk_of_bias", "awaiting", "claims", "citations", "statements", "trial_reports", "other_reviews",
    "claim_trials", "curated_findings", "certainty",
)  # fmt: skip

#: Outcomes times periods up to which everything is computed and drawn for each.
LARGE = 60

#: Names that results/ keeps for itself.
RESERVED = ("simulation",)


class Configuration(TypedDict, total=False):
    """What `config.yaml` and the command line say.

    The keys are those of `workflow/schemas/config.schema.yaml`; the workflow fills in no default before it is checked.
    """

    reviews: list[str]
    review: str | list[str]
    pdf: str
    previous: str
    figures: str
    docx: str
    wheels: bool
    simulation: str
    share_interpreter: bool


@dataclass(frozen=True)
class Review:
    """A review that passed its checks.

    Attributes
    ----------
    name : str
        The folder's name, under which results are filed.
    folder : Path
        The folder, as the user named it.
    protocol : Protocol
        The completed protocol.
    files : dict
        Path of every optional file that is there, by its name without suffix.
    rows : dict
        A digest of the raw rows of each outcome, row numbers and what was decided about the file included; where
        two people extracted, also of the second one's rows and of what was decided between them.
    extraction : str
        Path of `extraction.csv` or `extraction.xlsx`.
    designs : dict
        By outcome, the designs of its trials (see `metawright.extraction.designs`).
    treatment : dict
        Months that each trial's treatment lasts, by its folded key, where `studies.csv` says so.
    labels : dict
        What a trial is called, by study key, where `studies.csv` says so.
    properties : dict
        By outcome and folded study key, what the examinations read of `studies.csv`.
    most : dict
        By (outcome, period), the largest number of estimates that its rows can give.
    counted : set
        The (outcome, period) of which every row with a result states participants analysed and randomised, and some
        are missing.
    warnings : list of Problem
        What its rows can hardly be (see `metawright.checking.warnings`).
    """

    name: str
    folder: Path
    protocol: Protocol
    files: dict[str, str]
    rows: dict[str, str]
    extraction: str
    designs: dict[str, dict[str, Design]]
    treatment: dict[str, float]
    labels: dict[str, str]
    properties: dict[str, dict[str, dict[str, str]]]
    most: dict[tuple[str, str], int]
    counted: set[tuple[str, str]]
    warnings: list[Problem]

    @property
    def outcomes(self) -> list[str]:
        """Keys of the outcomes, in the protocol's order."""
        return list(self.protocol["outcomes"])

    @property
    def periods(self) -> list[str]:
        """Keys of the periods, in order; `all` where none is declared."""
        return [period["key"] for period in self.protocol["periods"]]

    @property
    def simulates_itself(self) -> bool:
        """Whether its pools are simulated with their own numbers of trials and participants."""
        wanted = self.protocol["simulation"]["own_configuration"]
        by_rule = any("rule" in model for model in self.protocol["models"])
        return wanted == "always" or (wanted == "auto" and by_rule and not self.large)

    @property
    def large(self) -> bool:
        """Whether it has so many outcomes and periods that what takes a second for each is done only when asked for."""
        return len(self.outcomes) * len(self.periods) > LARGE

    def headline(self, track: str) -> str | None:
        """Return the key of the headline model of *track*, if it has one."""
        model = headline(self.protocol["models"], track)
        return model["key"] if model else None


def read_reviews(config: Configuration, schemas: Path) -> dict[str, Review]:
    """Return the reviews that *config* asks for, by name.

    Parameters
    ----------
    config : Configuration
        Content of `config.yaml`, with what the command line changed.
    schemas : Path
        Folder of the JSON Schemas.

    Raises
    ------
    BadInput
        With every problem of the configuration and of every file of every review.
    """
    problems = check_config(config, schemas)
    if problems:
        raise BadInput(problems)
    wanted = config.get("review") or config.get("reviews") or []
    folders = [Path(item) for item in ([wanted] if isinstance(wanted, str) else wanted)]
    if not folders and config.get("reviews") != []:
        raise BadInput([Problem("config", 0, "", "", "names no review; set `reviews:` or pass --config review=PATH")])
    reviews: dict[str, Review] = {}
    by_review: dict[str, list[Problem]] = {}
    for folder in folders:
        name = folder.resolve().name
        if name in reviews:
            what = f"has the same name as {reviews[name].folder}; results are filed by name, rename one of the two"
            problems.append(Problem(str(folder), 0, "", name, what))
            continue
        try:
            reviews[name] = read_review(folder, schemas)
        except BadInput as error:
            problems += error.problems
            by_review[name] = error.problems
    if problems:
        raise BadInput(problems, by_review)
    return reviews


def check_config(config: Configuration, schemas: Path) -> list[Problem]:
    """Return what is wrong with the configuration, wherever its keys came from."""
    path = Path("config/config.yaml")
    document = read_yaml(path.read_text(encoding="utf-8") if path.is_file() else "", "config/config.yaml")
    merged = type(document)(dict(config), document.lines, document.problems)
    return check_document(merged, load_schema(schemas, "config"), "config/config.yaml")


def read_review(folder: Path, schemas: Path) -> Review:
    """Read and check one review folder.

    Raises
    ------
    BadInput
        With every problem of every file.
    """
    name = folder.resolve().name
    if set("{}") & set(f"{folder}{name}"):
        what = "has a brace in its path, which Snakemake reads as a wildcard; rename the folder without braces"
        raise BadInput([Problem(str(folder), 0, "", "", what)])
    if not folder.is_dir():
        near = [item.parent.name for item in folder.parent.glob("*/protocol.yaml")]
        hint = did_you_mean(folder.name, near)
        raise BadInput([Problem(str(folder), 0, "", "", f"there is no such review folder{hint}")])
    problems: list[Problem] = []
    if name in RESERVED:
        problems.append(
            Problem(str(folder), 0, "", name, "is a name that results/ keeps for itself; rename the folder")
        )
    # what can be read of the protocol, and the protocol where nothing is wrong with it
    protocol: Protocol | None = None
    sound: Protocol | None = None
    path = folder / "protocol.yaml"
    if path.is_file():
        text, found = yaml_text(path.read_bytes(), str(path))
        if not found:
            protocol, found = read_protocol(text, load_schema(schemas, "protocol"), str(path))
        problems += found
        sound = None if found else protocol
    else:
        problems.append(Problem(str(path), 0, "", "", absent("new-review")))
    path, found = extraction_path(folder)
    problems += found
    sheet = None
    if path:
        sheet = read_file(path)
        problems += sheet.problems
    files = {table: str(folder / f"{table}.csv") for table in TABLES if (folder / f"{table}.csv").is_file()}
    tables = {table: read_table_of(file) for table, file in files.items()}
    faults = {table: check_table(content, load_schema(schemas, table)) for table, content in tables.items()}
    for table, content in tables.items():
        found = faults[table]
        problems += found
        if sound and not found:
            problems += _check_keys(content, sound)
        if table == "certainty" and not found:
            problems += check_decisions(content)
    if sound and "studies" in tables:
        tables["studies"], found = with_numbers(tables["studies"], moderators(sound))
        problems += found
    studies = [row.cells for row in tables["studies"].rows] if faults.get("studies") == [] else []
    designs = designs_of(studies)
    treatment = treatment_of(designs)
    flow, found = _screening(folder, schemas)
    problems += found
    files |= {"screening": str(flow)} if flow else {}
    if sound and sound["clock"] == "end_of_treatment" and not treatment:
        what = "end_of_treatment needs the length of each trial's treatment; add treatment_months to studies.csv"
        problems.append(Problem(str(folder / "protocol.yaml"), 0, "clock", "", what))
    others = {
        table: read_file(folder / f"{table}.csv")
        for table in (SECOND, DECISIONS)
        if (folder / f"{table}.csv").is_file()
    }
    files.update({table: other.file for table, other in others.items()})
    cleaned = None
    if protocol and sheet and not sheet.problems:
        extractions = Extractions(sheet, others.get(SECOND), others.get(DECISIONS))
        cleaned, found = check_extractions(extractions, protocol, treatment, schemas)
        problems += found
        if cleaned and not problems:
            problems += unit_problems(cleaned.arms, protocol, studies, str(path))
    if sound:
        columns = tables["studies"].columns if "studies" in tables else []
        problems += column_problems(sound, columns, str(folder / "protocol.yaml"))
    if problems or sound is None or sheet is None or cleaned is None:
        raise BadInput(problems)
    outcomes = sound["outcomes"]
    return Review(
        name,
        folder,
        sound,
        files,
        rows=raw_digests([sheet, *others.values()], outcomes),
        extraction=str(path),
        designs=of_trials(sheet, outcomes, designs),
        treatment=treatment,
        labels={row["study"]: row["label"] for row in studies if row.get("label")},
        properties=of_trials(sheet, outcomes, sensitivity_columns(sound, studies)),
        most=most_estimates(cleaned.arms, sound),
        counted=cells_with_missing(cleaned.arms, sound),
        warnings=warnings_of(cleaned, sound, str(path)),
    )


def _check_keys(sheet: Sheet, protocol: Protocol) -> list[Problem]:
    """Hold the outcomes and periods that a table names against the protocol."""
    known = {"outcome": list(protocol["outcomes"]), "period": [period["key"] for period in protocol["periods"]]}
    problems = []
    for row in sheet.rows:
        for column in set(known) & set(sheet.columns):
            for word in filter(None, (part.strip() for part in row.cells[column].split(";"))):
                if word not in known[column]:
                    hint = did_you_mean(word, known[column]) or f"; expected {', '.join(known[column])}"
                    problems.append(
                        Problem(sheet.file, row.number, column, word, f"is not a {column} of the protocol{hint}")
                    )
    return problems


def _screening(folder: Path, schemas: Path) -> tuple[Path | None, list[Problem]]:
    """Return the file of the flow of records, ours or that of the PRISMA2020 package, and what is wrong with it."""
    there = [path for path in (folder / "screening.yaml", folder / "screening.csv") if path.is_file()]
    if len(there) > 1:
        what = "stands beside screening.yaml; keep one of the two, so that it is clear which counts hold"
        return None, [Problem(str(there[1]), 0, "", "", what)]
    if not there:
        return None, []
    document, problems = read_screening(there[0].read_bytes(), str(there[0]))
    return there[0], problems or check_document(document, load_schema(schemas, "screening"), str(there[0]))
