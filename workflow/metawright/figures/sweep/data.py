"""The results of one grid of the sweep, as its figures need them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metawright.files.tables import TextRow

#: Factors of `performance.csv` that may vary between the scenarios of a grid, with the words of the figures.
FACTORS = {
    "measure_of_effect": "measure",
    "trials": "trials of",
    "distribution": "effects",
    "size_pattern": "sizes",
    "sd_pattern": "SDs",
    "variances": "variances",
    "known_variances": "known variances",
    "smd": "SMD",
    "control_risk": "control risk",
    "misreported_sd": "SDs misreported",
    "small_study_bias": "small-study bias",
    "timepoint_correlation": "larger of two, ρ",
    "sd": "SD",
    "n": "n per arm",
    "theta": "θ",
    "tau2": "τ²",
    "i2": "I²",
    "k": "k",
}
LEVELS = {
    "one_larger": "one trial ten times larger",
    "one_smaller": "one trial ten times smaller",
    "two_point": "two-point",
    "t3": "t, 3 df",
    "from_arms": "from the arms",
    "chi_square": "chi-square",
    "true": "yes",
    "false": "no",
    "": "–",
}


@dataclass(frozen=True)
class Grid:
    """The performance of one grid.

    Attributes
    ----------
    name : str
    models : tuple of str
        Keys, in order.
    reference : str
    scenarios : tuple of dict
        The factors of each scenario as text, with its key under `scenario`, in order.
    values : dict
        ``(scenario, model, performance) -> (value, mcse, replicates)``.
    level : float
        Confidence level.
    """

    name: str
    models: tuple[str, ...]
    reference: str
    scenarios: tuple[TextRow, ...]
    values: dict[tuple[str, str, str], tuple[float, float, int]]
    level: float

    def get(self, scenario: TextRow, model: str, performance: str) -> tuple[float, float, int] | None:
        """Return value, Monte Carlo standard error and replicates of one measure, or None."""
        return self.values.get((scenario["scenario"], model, performance))

    def levels(self, factor: str) -> list[str]:
        """Return the levels of a factor in the order in which they appear."""
        return list(dict.fromkeys(scenario[factor] for scenario in self.scenarios))

    @property
    def varying(self) -> list[str]:
        """Factors with more than one level; tau2 where it does not follow from the others."""
        found = [factor for factor in FACTORS if len(self.levels(factor)) > 1]
        if "i2" in found and "tau2" in found:
            found.remove("tau2")
        return found

    def only(self, **wanted: Sequence[str]) -> Grid:
        """Return the grid with the scenarios whose factors have the wanted levels."""
        kept = tuple(s for s in self.scenarios if all(s[name] in levels for name, levels in wanted.items()))
        return Grid(self.name, self.models, self.reference, kept, self.values, self.level)

    @property
    def null(self) -> Grid:
        """The scenarios without an effect."""
        return self.only(theta=[text for text in self.levels("theta") if float(text) == 0.0])

    @property
    def effective(self) -> Grid:
        """The scenarios with an effect."""
        return self.only(theta=[text for text in self.levels("theta") if float(text) != 0.0])

    @property
    def first(self) -> Grid:
        """The scenarios without an effect; where there are none, those with one."""
        return self.null if self.null.scenarios else self.effective


@dataclass(frozen=True, eq=False)
class SweepData:
    """What the figures of one grid are drawn from.

    Attributes
    ----------
    grid : Grid
    plan : mapping
        The plan of the sweep: what runs scenarios again reads it.
    caption : str
        What the figure is called.
    """

    grid: Grid
    plan: Mapping[str, Any]
    caption: str

    @property
    def title(self) -> str:
        """The figure's title."""
        return f"{self.caption}: grid {self.grid.name}"


def sweep_data(rows: Iterable[Mapping[str, str]], plan: Mapping[str, Any], name: str, caption: str) -> SweepData:
    """Gather what a figure of a grid shows.

    Parameters
    ----------
    rows : iterable of mappings
        Rows of `performance.csv`, as text.
    plan : mapping
        The plan of the sweep.
    name : str
        The grid.
    caption : str
        What the figure is called, from the catalogue.
    """
    return SweepData(grid_data(rows, name), plan, caption)


def grid_data(rows: Iterable[Mapping[str, str]], name: str) -> Grid:
    """Return one grid of `performance.csv`.

    Parameters
    ----------
    rows : iterable of mappings
        Rows of the file, as text.
    name : str
        The grid.
    """
    scenarios, models, values = {}, {}, {}
    reference, level = "", 0.95
    for row in rows:
        if row["grid"] != name:
            continue
        key = row["scenario"]
        scenarios.setdefault(key, {"scenario": key, **{factor: row[factor] for factor in FACTORS}})
        models.setdefault(row["model"])
        reference, level = row["reference"], float(row["level"])
        mcse = float(row["mcse"]) if row["mcse"] else 0.0
        values[key, row["model"], row["performance"]] = float(row["value"]), mcse, int(row["replicates"])
    return Grid(name, tuple(models), reference, tuple(scenarios.values()), values, level)


def level_label(factor: str, level: str) -> str:
    """Return a factor's level as a figure names it: `k = 5`, `sizes: equal`."""
    name, text = FACTORS[factor], LEVELS.get(level, level.replace("_", " "))
    try:
        shown = f"{float(level):g}".replace("-", "−")
        return f"{name} = {shown}{'%' if factor == 'i2' else ''}"
    except ValueError:
        return f"{name}: {text}"


def alike(grid: Grid, performance: str, within: float = 0.01) -> list[list[str]]:
    """Group models whose curves a figure cannot tell apart.

    Parameters
    ----------
    grid : Grid
    performance : str
    within : float
        Models whose values differ by no more than this in any scenario share a line.
    """
    groups: list[list[str]] = []
    for model in grid.models:
        for group in groups:
            pairs = [(grid.get(s, model, performance), grid.get(s, group[0], performance)) for s in grid.scenarios]
            if all(a and b and abs(a[0] - b[0]) <= within for a, b in pairs):
                group.append(model)
                break
        else:
            if any(grid.get(s, model, performance) for s in grid.scenarios):
                groups.append([model])
    return groups
