"""Single replicates of a sweep, made again: `python -m metawright.simulation.single SCENARIO [FIRST [LAST]]`.

A sweep keeps sufficient statistics, not replicates: the random stream of every block follows from the seed, the
scenario and the block's number, so that any block can be had again, whole, when somebody wants to look at it. The
rows go to `results/simulation/replicates/SCENARIO.csv`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from metawright.files.documents import read_json
from metawright.files.tables import write_table
from metawright.simulation.replicates import run_block
from metawright.simulation.scenario import Scenario, scenario_of
from metawright.simulation.setup import Setup, setup_of
from metawright.simulation.streams import BLOCK

if TYPE_CHECKING:
    from metawright.files.tables import Row
    from metawright.simulation.documents import Plan

RESULTS = Path("results/simulation")
SINGLE_COLUMNS = (
    "scenario", "setup", "replicate", "model", "estimate", "se", "ci_low", "ci_high", "df", "tau2", "random",
)  # fmt: skip


def single_replicates(plan: Plan, scenario: str, first: int, last: int) -> Iterator[Row]:
    """Yield a row per replicate and model of the blocks from *first* to *last* of a scenario.

    Parameters
    ----------
    plan : Plan
        From `metawright.simulation.plan.plan_sweep`.
    scenario : str
        As in the column `scenario` of `performance.csv`.
    first, last : int
        Numbers of blocks of 10,000 replicates, from 0.

    Raises
    ------
    KeyError
        Where the plan has no such scenario.
    """
    found = list(_units(plan, scenario))
    if not found:
        raise KeyError(scenario)
    for key, one, setup in found:
        for block in range(first, last + 1):
            _, results = run_block(one, setup, block)
            for model in setup.models:
                result = results[model.key]
                fit, random = result.fit, result.random
                columns = (fit.estimate, fit.se, fit.ci_low, fit.ci_high, fit.df, fit.tau2)
                for place, values in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
                    row = dict(zip(SINGLE_COLUMNS[4:10], values, strict=True))
                    chosen = None if random is None else bool(random[place])
                    named = {"scenario": scenario, "setup": key, "replicate": block * BLOCK + place}
                    yield named | {"model": model.key, "random": chosen} | row


def _units(plan: Plan, scenario: str) -> Iterator[tuple[str, Scenario, Setup]]:
    for unit in plan["units"].values():
        one = scenario_of(unit["scenario"])
        if one.key == scenario:
            yield unit["setup"], one, setup_of(plan["setups"][unit["setup"]])


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the replicates of the scenario that the command line names."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if not given or len(given) > 3 or not all(word.isdigit() for word in given[1:]):
        sys.exit("usage: python -m metawright.simulation.single SCENARIO [FIRST BLOCK [LAST BLOCK]]")
    if not (RESULTS / "plan.json").is_file():
        sys.exit(f"{RESULTS / 'plan.json'} is missing; run `make simulate` first")
    scenario, first = given[0], int(given[1]) if len(given) > 1 else 0
    last = int(given[2]) if len(given) > 2 else first
    path = RESULTS / "replicates" / f"{scenario}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        write_table(path, single_replicates(read_json(RESULTS / "plan.json"), scenario, first, last), SINGLE_COLUMNS)
    except KeyError:
        sys.exit(f"{scenario}: no scenario of the sweep; performance.csv names them in its column `scenario`")
    print(path)


if __name__ == "__main__":
    main()
