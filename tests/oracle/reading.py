"""Read the reference sets and measure deviations from them."""

import csv
import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
SETS = tuple(entry["id"] for entry in json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))["sets"])
BINARY = tuple(
    entry["id"]
    for entry in json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))["sets"]
    if entry["kind"] == "binary"
)


@cache
def reference(name: str) -> dict:
    """The results of one set."""
    return json.loads((FOLDER / "reference" / f"{name}.json").read_text(encoding="utf-8"))


@cache
def rows(name: str) -> list[dict]:
    """The data of one set, as text."""
    return table(FOLDER / "data" / f"{name}.csv")


def table(path: Path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def column(name: str, key: str) -> np.ndarray:
    """A column of numbers, NaN where empty."""
    return np.array([float(row[key]) if row[key] not in ("", "NA") else np.nan for row in rows(name)])


def arms(name: str) -> list[np.ndarray]:
    """The six columns of a continuous or the four of a binary set, in the order of the measures' arguments."""
    if reference(name)["kind"] == "continuous":
        keys = [f"{what}_{arm}" for arm in ("experimental", "control") for what in ("n", "mean", "sd")]
    else:
        keys = [f"{what}_{arm}" for arm in ("experimental", "control") for what in ("events", "n")]
    return [column(name, key) for key in keys]


def effects(block: dict) -> tuple[np.ndarray, np.ndarray]:
    """The usable effects and variances of one measure's block."""
    y, v = (np.array([np.nan if x is None else float(x) for x in block[key]]) for key in "yv")
    usable = np.isfinite(y) & np.isfinite(v) & (v > 0)
    return y[usable], v[usable]


@dataclass
class Deviations:
    """Collects deviations beyond a tolerance: ``|x - reference|/max(|reference|, scale) > tolerance``."""

    tolerance: float = 1e-8
    found: list[tuple] = field(default_factory=list)
    compared: int = 0

    def add(self, label: str, value, expected, scale: float) -> None:
        """Compare one number; a missing reference wants NaN."""
        self.compared += 1
        if expected is None or expected == "":
            if not np.isnan(value):
                self.found.append((label, value, None))
            return
        expected = float(expected)
        deviation = abs(value - expected) / max(abs(expected), scale)
        if not deviation <= self.tolerance:
            self.found.append((label, value, expected, deviation))
