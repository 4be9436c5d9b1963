"""A review's own configuration: what its models do with its trials' numbers and sizes, were there no effect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from metawright.measures.registry import measure_of, simulation_of
from metawright.pooling.cell import Cell
from metawright.simulation.models import Model, model_of
from metawright.simulation.performance import performance
from metawright.simulation.replicates import run_blocks
from metawright.simulation.scenario import Scenario
from metawright.simulation.setup import Setup
from metawright.simulation.streams import BLOCK

if TYPE_CHECKING:
    from metawright.files.tables import TextRow
    from metawright.reading.protocol import DeclaredModel
    from metawright.simulation.documents import (
        ModelPerformance,
        SimulatedPool,
        SimulatedScenario,
        SimulationAssumptions,
    )

SEED = 20221029
REPLICATES = 100_000
I2 = (0, 50, 75)
REFERENCE = "FE-z"
#: Models that are shown whatever the protocol declares.
ALWAYS = (REFERENCE, "DL-z", "REML-HKSJ", "REML-mHKSJ")


@dataclass(frozen=True)
class Trial:
    """A trial of a configuration: arm sizes, and whether its numbers are still awaited."""

    study: str
    n_experimental: int
    n_control: int
    awaiting: bool


def configured_trials(cell: Cell, awaiting: Iterable[TextRow], studies: Iterable[TextRow]) -> list[Trial]:
    """Return the trials of a pool that state their arm sizes: those used, then those awaited.

    Parameters
    ----------
    cell : Cell
        The pool.
    awaiting : iterable of mappings
        Rows of `awaiting.csv`. Where a published claim names some of the pool's rows, the others are left out: the
        configuration is then that of the published pool.
    studies : iterable of mappings
        Rows of `studies.csv`; an awaited trial has the arm sizes stated there (`n_experimental`, `n_control`).
    """
    trials = [
        Trial(trial["study"], round(trial["n_experimental"]), round(trial["n_control"]), False)
        for trial in cell.trials
        if trial["n_experimental"] and trial["n_control"]
    ]
    sizes = {row["study"].strip(): (row.get("n_experimental"), row.get("n_control")) for row in studies}
    rows = [row for row in awaiting if (row["outcome"].strip(), row["period"].strip()) == _place(cell)]
    claimed = [row for row in rows if (row.get("claim") or "").strip()]
    known = {trial["study"] for trial in cell.trials}
    for study in dict.fromkeys(row["study"].strip() for row in claimed or rows):
        n_experimental, n_control = map(_whole, sizes.get(study, (None, None)))
        if study not in known and n_experimental and n_control:
            trials.append(Trial(study, n_experimental, n_control, True))
    return trials


def _place(cell: Cell) -> tuple[str, str]:
    return cell.outcome["key"], cell.period


def _whole(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isdigit() else None


def own_models(models: Sequence[DeclaredModel]) -> list[Model]:
    """Return the protocol's models, both policies for the gap of its first rule, and the usual ones, each once."""
    found = [model_of(model) for model in models]
    for block in [model["rule"] for model in models if "rule" in model and model["rule"]["combine"] == "and"][:1]:
        for policy in ("fixed", "random"):
            found.append(model_of({"key": f"rule-gap-{policy}", "rule": {**block, "on_discordance": policy}}))
    found += [model_of(name) for name in ALWAYS]
    kept: list[Model] = []
    for model in found:
        taken = {known.key for known in kept}
        if model.choice not in {known.choice for known in kept}:
            kept.append(model if model.key not in taken else Model(f"{model.key}-", model.choice))
    return kept


def own_configuration(
    cell: Cell,
    models: Sequence[DeclaredModel],
    awaiting: Iterable[TextRow] = (),
    studies: Iterable[TextRow] = (),
    replicates: int = REPLICATES,
) -> SimulatedPool:
    """Simulate one pool with its own trials under no effect.

    Parameters
    ----------
    cell : Cell
        The pool.
    models : sequence of mappings
        The models of the completed protocol.
    awaiting, studies : iterables of mappings
        See `configured_trials`.
    replicates : int
        Per value of I2, a multiple of the block.

    Returns
    -------
    SimulatedPool
        `outcome`, `period`, `measure`, `status` (`simulated` or `not_simulated`, then with a `reason`), the `trials`,
        what was assumed (`assumptions`), `replicates`, and per I2 (percent) of `scenarios` the performance measures
        of each model as ``(value, Monte Carlo standard error)``; `width_ratio` is the median width over that of FE.
    """
    trials = configured_trials(cell, awaiting, studies)
    document: SimulatedPool = {
        "outcome": cell.outcome["key"],
        "period": cell.period,
        "measure": cell.measure,
        "status": "not_simulated",
        "reason": None,
        "trials": [
            {
                "study": trial.study,
                "n_experimental": trial.n_experimental,
                "n_control": trial.n_control,
                "awaiting": trial.awaiting,
            }
            for trial in trials
        ],
        "assumptions": None,
        "replicates": replicates,
        "level": 0.95,
        "models": [],
        "scenarios": [],
    }
    base, assumptions = _base(cell, trials)
    if base is None or base.k < 2:
        k = len(trials) if base is None else base.k
        document["reason"] = "no trial states its arm sizes" if k == 0 else "one trial: there is nothing to pool"
        return document
    chosen = own_models(models)
    reference = next(model.key for model in chosen if model.choice == ("FE", "z"))
    setup = Setup(SEED, tuple(chosen), reference)
    document["status"] = "simulated"
    document["assumptions"] = assumptions
    document["models"] = [model.document for model in chosen]
    document["reference"] = reference
    for i2 in I2:
        document["scenarios"].append(_simulated(base, i2, setup, replicates))
    return document


def _base(cell: Cell, trials: Sequence[Trial]) -> tuple[Scenario | None, SimulationAssumptions | None]:
    """Return what all scenarios of a pool share, and what that assumes, in words."""
    simulated = measure_of(cell.measure).simulated_as
    if not simulated:
        known = Scenario(k=cell.k, known_variances=True, known=tuple(float(v) for v in cell.v))
        return known, {"variances": "observed, taken as known", "measure": cell.measure}
    arms = tuple((max(2, trial.n_experimental), max(2, trial.n_control)) for trial in trials)
    if not arms:
        return None, None
    base = Scenario(k=len(arms), arms=arms, measure=simulated)
    assumptions: SimulationAssumptions = {"variances": "estimated from the arms", "measure": simulated}
    if simulation_of(simulated).drawn == "events":
        events = None if cell.counts is None else float(cell.counts[2].sum() / cell.counts[3].sum())
        risk = min(0.95, max(0.05, events)) if events is not None else 0.2
        assumptions["control_risk"] = round(risk, 3)
        base = replace(base, control_risk=assumptions["control_risk"])
    return base, assumptions


def _simulated(base: Scenario, i2: float, setup: Setup, replicates: int) -> SimulatedScenario:
    scenario = replace(base, i2=i2)
    of = run_blocks(scenario, setup, 0, replicates // BLOCK)
    found = {
        model.key: {name: (value, mcse) for name, value, mcse, _ in performance(scenario, setup, model, of)}
        for model in setup.models
    }
    other = found[setup.reference].get("median_width")
    models: list[ModelPerformance] = []
    for key, rows in found.items():
        own = rows.get("median_width")
        models.append(
            {
                "key": key,
                "type1": rows.get("type1"),
                "coverage": rows.get("coverage"),
                "width": rows.get("width"),
                "median_width": own,
                "pi_coverage": rows.get("pi_coverage"),
                "random_chosen": rows.get("random_chosen"),
                "discordant": rows.get("discordant"),
                "undecided": rows.get("undecided"),
                "convergence": rows.get("convergence"),
                "width_ratio": own[0] / other[0] if own and other else None,
            }
        )
    return {"i2": i2, "tau2": scenario.between, "models": models}
