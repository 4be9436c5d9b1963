"""The simulation file of a run: found, read and checked before anything is simulated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from metawright.files.tables import number, truth
from metawright.reading.problems import BadInput, Problem
from metawright.reading.schemas import load_schema
from metawright.reading.yaml_lines import read_yaml, yaml_text
from metawright.simulation.grids import PoolNames, check_pools, read_simulation

if TYPE_CHECKING:
    from metawright.files.tables import TextRow
    from metawright.simulation.documents import SimulationFile


def read_sweep(path: str | Path, schemas: Path, reviews: Mapping[str, PoolNames] | None = None) -> SimulationFile:
    """Return the completed content of a simulation file.

    Parameters
    ----------
    path : path
        The file, as the user named it.
    schemas : Path
        Folder of the JSON Schemas.
    reviews : Mapping, optional
        The reviews that are built, by name; grids may take the trials of their pools. Left out, that is not checked.

    Raises
    ------
    BadInput
        With everything that is wrong in the file.
    """
    file = Path(path)
    if not file.is_file():
        raise BadInput([Problem(str(path), 0, "", "", "there is no such file")])
    text, faults = yaml_text(file.read_bytes(), str(path))
    if faults:
        raise BadInput(faults)
    content, problems = read_simulation(text, load_schema(schemas, "simulation"), str(path))
    if content is not None and reviews is not None:
        problems += check_pools(content, reviews, read_yaml(text, str(path)), str(path))
    if content is None or problems:
        raise BadInput(problems)
    return content


def arms_of(effects: Iterable[TextRow], period: str) -> list[tuple[int, int]]:
    """Return the arm sizes of the trials of a pool, from the rows of `effects.csv`.

    A divided arm counts as the nearest whole number, at least 2.
    """
    rows = [row for row in effects if truth(row["used"]) and row["period"] == period]
    pairs = [(number(row["n_experimental"]), number(row["n_control"])) for row in rows]
    return [(max(2, round(a)), max(2, round(b))) for a, b in pairs if a == a and b == b]
