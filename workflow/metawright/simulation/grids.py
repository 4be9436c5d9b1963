"""`config/simulation.yaml`: read, checked, and crossed into scenarios, in the order of ADEMP (Morris 2019)."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Protocol, cast

from metawright.measures.registry import measure_of, simulated_keys, simulation_of
from metawright.pooling.intervals import INTERVALS
from metawright.pooling.tau2 import TAU2_METHODS
from metawright.reading.problems import Problem, did_you_mean
from metawright.reading.schemas import check_document, with_defaults
from metawright.reading.yaml_lines import Document, read_yaml
from metawright.simulation.models import model_of
from metawright.simulation.performance import PERFORMANCE
from metawright.simulation.scenario import Scenario
from metawright.simulation.setup import Setup
from metawright.simulation.streams import BLOCK

if TYPE_CHECKING:
    from metawright.reading.schemas import Schema
    from metawright.simulation.documents import GridBlock, GridData, NamedPool, SimulationFile, TargetError

    #: Gives the arm sizes of the trials of a pool.
    _Arms = Callable[[NamedPool], list[tuple[int, int]]]

#: What a list of values is crossed over, in this order; the last varies fastest.
FACTORS = (
    "trials", "measure", "distribution", "size_pattern", "sd_pattern", "variances", "known_variances", "smd",
    "control_risk", "misreported_sd", "small_study_bias", "timepoint_correlation", "sd", "n", "theta", "tau2", "i2",
    "k",
)  # fmt: skip


class PoolNames(Protocol):
    """What names the pools of a review: its outcomes and its periods."""

    @property
    def outcomes(self) -> Collection[str]:
        """Keys of the outcomes."""
        ...

    @property
    def periods(self) -> Collection[str]:
        """Keys of the periods."""
        ...


@dataclass(frozen=True)
class Grid:
    """One grid of the sweep.

    Attributes
    ----------
    name : str
    aims : str
    scenarios : tuple of Scenario
    trials : tuple of str
        Per scenario, the pool whose trials it takes, as `review/outcome/period`; else empty.
    setup : Setup
    performance : tuple of str
        The measures to report.
    replicates : int
        Per scenario, a multiple of the block.
    """

    name: str
    aims: str
    scenarios: tuple[Scenario, ...]
    trials: tuple[str, ...]
    setup: Setup
    performance: tuple[str, ...]
    replicates: int

    @property
    def blocks(self) -> int:
        """Blocks per scenario."""
        return self.replicates // BLOCK


def read_simulation(text: str, schema: Schema, file: str) -> tuple[SimulationFile | None, list[Problem]]:
    """Return the content of a simulation file with all defaults, or None, and everything that is wrong with it."""
    document = _lists(read_yaml(text, file))
    if not document.problems and not isinstance(document.content, dict):
        return None, [Problem(file, 1, "", "", "expected keys such as `seed:` and `grids:` at the top")]
    problems = check_document(document, schema, file)
    if isinstance(document.content, dict):
        problems += _cross_checks(document, file)
    if problems:
        return None, problems
    # A test holds the type against the schema.
    return cast("SimulationFile", with_defaults(document.content, schema)), []


def check_pools(
    content: SimulationFile, reviews: Mapping[str, PoolNames], document: Document, file: str
) -> list[Problem]:
    """Hold the pools that the grids name against the reviews that are built.

    Parameters
    ----------
    content : SimulationFile
        From `read_simulation`.
    reviews : Mapping
        Per name a review with `outcomes` and `periods`.
    document : Document
        For the lines.
    file : str
    """
    found = []
    for name, grid in content["grids"].items():
        for index, pool in enumerate(grid["data"].get("trials", [])):
            path = ("grids", name, "data", "trials", index)
            review = reviews.get(pool["review"])
            if review is None:
                unknown: list[tuple[str, Collection[str], str]] = [
                    ("review", reviews, "is not among the reviews that are built")
                ]
            else:
                unknown = [("outcome", review.outcomes, "is not an outcome of that review")]
                unknown += [("period", review.periods, "is not a period of that review")]
            for key, known, what in unknown:
                if review is None or pool[key] not in known:
                    hint = did_you_mean(pool[key], known) or f"; known: {', '.join(known)}"
                    place = ".".join(map(str, (*path, key)))
                    found.append(Problem(file, document.line((*path, key)), place, pool[key], what + hint))
    return found


def _lists(document: Document) -> Document:
    """Turn single values of the factors into lists of one."""
    grids = document.content.get("grids") if isinstance(document.content, dict) else None
    for grid in grids.values() if isinstance(grids, dict) else ():
        data = grid.get("data") if isinstance(grid, dict) else None
        if isinstance(data, dict):
            for name, value in data.items():
                data[name] = value if isinstance(value, list) else [value]
    return document


def named_pools(content: SimulationFile) -> list[NamedPool]:
    """Return the pools whose trials the grids take, each with review, outcome and period."""
    return [pool for grid in content["grids"].values() for pool in grid["data"].get("trials", [])]


def grids_of(content: SimulationFile, arms: _Arms | None = None) -> list[Grid]:
    """Cross the factors of every grid.

    Parameters
    ----------
    content : SimulationFile
        From `read_simulation`.
    arms : callable, optional
        Gives the arm sizes of the trials of a named pool; needed where a grid names one.

    Raises
    ------
    ValueError
        Where a grid names a pool and `arms` is left out.
    """
    return [_grid(name, block, content["seed"], arms) for name, block in content["grids"].items()]


def replicates_of(wanted: int | TargetError) -> int:
    """Return the replicates of a number, or of a target Monte Carlo standard error; whole blocks.

    A proportion p has the error ``sqrt(p (1 - p)/R)``; the target holds at p = `at`.
    """
    if isinstance(wanted, Mapping):
        at = wanted["at"]
        wanted = math.ceil(at * (1.0 - at) / wanted["mcse"] ** 2 * (1.0 - 1e-12))
    return max(1, math.ceil(wanted / BLOCK)) * BLOCK


def _grid(name: str, block: GridBlock, seed: int, arms: _Arms | None) -> Grid:
    models = tuple(model_of(model) for model in block["models"])
    reference = block.get("reference") or models[0].key
    setup = Setup(seed, models, reference, block["prediction_interval"], block["level"])
    scenarios, trials = [], []
    for scenario, label in _crossed(block["data"], arms):
        if scenario not in scenarios:
            scenarios.append(scenario)
            trials.append(label)
    shown = tuple(
        measure
        for measure, about in PERFORMANCE.items()
        if about.estimand in block["estimands"] and measure in block.get("performance", PERFORMANCE)
    )
    replicates = replicates_of(block["replicates"])
    return Grid(name, block["aims"], tuple(scenarios), tuple(trials), setup, shown, replicates)


def _crossed(data: GridData, arms: _Arms | None) -> Iterator[tuple[Scenario, str]]:
    """Yield every combination of the factors, with the name of the pool whose trials it takes."""
    ignored = ("n", "size_pattern") if "trials" in data else ()
    names = [name for name in FACTORS if name in data and name not in ignored]
    for values in product(*(data[name] for name in names)):
        chosen = {name: _plain(value) for name, value in zip(names, values, strict=True)}
        pool = chosen.pop("trials", None)
        label = ""
        if pool:
            if arms is None:
                raise ValueError("a grid takes the trials of a pool, the arm sizes of which are not given")
            sizes = tuple(arms(pool))
            chosen |= {"arms": sizes, "k": len(sizes)}
            label = "/".join(pool[name] for name in ("review", "outcome", "period"))
        yield Scenario(**chosen), label


def _plain(value: Any) -> Any:
    """Whole numbers that a factor has as reals get one form, so that 50 and 50.0 are one scenario."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _listed(value: object) -> list:
    return value if isinstance(value, list) else []


def _cross_checks(document: Document, file: str) -> list[Problem]:
    """Check what a schema cannot say; skips whatever has not the right form."""
    found: list[Problem] = []
    grids = document.content.get("grids")
    for name, grid in (grids if isinstance(grids, dict) else {}).items():
        if not isinstance(grid, dict):
            continue

        def problem(path: tuple, value: object, what: str, name: str = name) -> None:
            place = ("grids", name, *path)
            shown = "" if value is None else str(value)
            found.append(Problem(file, document.line(place), ".".join(map(str, place)), shown, what))

        keys = _check_models(grid.get("models"), problem)
        if isinstance(grid.get("reference"), str) and keys and grid["reference"] not in keys:
            hint = did_you_mean(grid["reference"], keys) or f"; known here: {', '.join(keys)}"
            problem(("reference",), grid["reference"], f"is not the key of a model of this grid{hint}")
        if isinstance(grid.get("data"), dict):
            _check_data(grid["data"], problem)
    return found


def _check_models(models: object, problem) -> list[str]:
    keys: list[str] = []
    for index, model in enumerate(_listed(models)):
        path, key = ("models", index), None
        if isinstance(model, str):
            key = model
            method, _, interval = model.partition("-")
            for word, known, kind in ((method, TAU2_METHODS, "tau2 method"), (interval, INTERVALS, "interval")):
                if word not in known:
                    hint = did_you_mean(word, known) or f"; known: {', '.join(known)}"
                    problem(path, model, f"names no {kind} of the engine ('{word}'){hint}")
        elif isinstance(model, dict):
            key = model.get("key")
            own = [name for name in ("tau2_method", "interval") if name in model]
            if "rule" in model and own:
                problem(path, None, f"a model with a `rule` takes its `{own[0]}` from the rule; remove one of the two")
            if "rule" not in model and len(own) < 2:
                problem(path, None, "a model needs `tau2_method` and `interval`, or a `rule`")
        if key in keys:
            problem(path, key, "is the key of two models; each needs its own")
        if isinstance(key, str):
            keys.append(key)
    return keys


def _check_data(data: Mapping, problem) -> None:
    def has(name: str, *values: object) -> bool:
        return any(value in values for value in _listed(data.get(name)))

    if "i2" in data and "tau2" in data:
        problem(("data", "tau2"), None, "stands beside `i2`; a grid declares one of the two")
    if "k" not in data and "trials" not in data:
        problem(("data",), None, "the number of trials is missing; add `k:` or `trials:`")
    if "trials" in data:
        for name in ("k", "n", "size_pattern"):
            if name in data:
                problem(("data", name), None, "comes from the review that `trials` names; remove one of the two")
    known = has("known_variances", True)
    drawn = [measure_of(key) for key in simulated_keys()]
    in_units = [one.key for one in drawn if one.unit == "outcome"]
    others = has("measure", *(one.key for one in drawn if one.unit != "outcome"))
    events = [one.key for one in drawn if simulation_of(one.key).drawn == "events"]
    if known and others:
        problem(("data", "known_variances"), None, f"known variances are simulated for {' or '.join(in_units)} only")
    if has("variances", "chi_square"):
        if not known or has("known_variances", False) or others:
            needed = f"needs `known_variances: true` and `measure: {' or '.join(in_units)}` alone"
            problem(("data", "variances"), "chi_square", needed)
        if any(_listed(data.get("i2"))):
            problem(("data", "i2"), None, "no typical variance is known with `variances: chi_square`; declare `tau2`")
    if has("measure", *events):
        for name in ("misreported_sd", "timepoint_correlation"):
            if any(value for value in _listed(data.get(name))):
                problem(("data", name), None, f"is about means; it does not go with {' or '.join(events)}")
    if known and any(value for value in _listed(data.get("misreported_sd"))):
        problem(("data", "misreported_sd"), None, "changes the SDs that variances are estimated from, not known ones")
