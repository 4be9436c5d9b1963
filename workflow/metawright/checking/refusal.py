"""A refusal as the person gets it: on the terminal, and as a table to work through."""

from collections.abc import Iterable
from pathlib import Path

from metawright.files.tables import write_table
from metawright.reading.problems import BadInput

#: Columns of `problems.csv`.
COLUMNS = ("file", "row", "column", "value", "what")


def refusal(error: BadInput, logs: Path = Path("logs")) -> str:
    """Write the problems of each review to `<logs>/<review>/problems.csv` and return the words for the terminal."""
    written = []
    for name, problems in error.by_review.items():
        path = logs / name / "problems.csv"
        write_table(path, [{column: getattr(problem, column) for column in COLUMNS} for problem in problems], COLUMNS)
        written.append(str(path))
    return f"{error.text}\nThe same as a table: {', '.join(written)}" if written else error.text


def forget_refusals(reviews: Iterable[str], logs: Path = Path("logs")) -> None:
    """Remove the tables of earlier refusals of reviews that are in order now."""
    for name in reviews:
        (logs / name / "problems.csv").unlink(missing_ok=True)
