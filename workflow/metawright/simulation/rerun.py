"""Run some shards of an archived sweep again: `python -m metawright.simulation.rerun ARCHIVED SHARD ...`.

The folder ARCHIVED holds the plan and the shards as they were; the named shards, and the table from all of them, are
made anew below `results/simulation` of the working directory, so that both can be held against the archived ones.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from metawright.files.documents import read_json, write_text
from metawright.files.tables import write_table
from metawright.simulation.gather import PERFORMANCE_COLUMNS, gather_performance
from metawright.simulation.replicates import run_blocks
from metawright.simulation.scenario import scenario_of
from metawright.simulation.setup import setup_of
from metawright.simulation.shard import read_shard

if TYPE_CHECKING:
    from metawright.simulation.documents import Plan
    from metawright.simulation.gather import Shard

RESULTS = Path("results/simulation")


def rerun_shard(plan: Plan, text: str) -> str:
    """Return the text of a shard file with every range of blocks that the plan knows simulated anew.

    Parameters
    ----------
    plan : Plan
        The plan, whichever run of the sweep made the shard.
    text : str
        The archived file. Ranges of scenarios that were dropped from the sweep since stay as they are.
    """
    head, *lines = text.splitlines()
    made = [head]
    for (unit, start, stop), line in zip(json.loads(head)["holds"], lines, strict=True):
        if unit in plan["units"]:
            block = plan["units"][unit]
            setup = setup_of(plan["setups"][block["setup"]])
            statistics = run_blocks(scenario_of(block["scenario"]), setup, start, stop)
            line = json.dumps(statistics.document, separators=(",", ":"))
        made.append(line)
    return "\n".join(made) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the named shards and the table anew."""
    archived, *names = sys.argv[1:] if arguments is None else arguments
    plan = read_json(Path(archived) / "plan.json")
    paths = {path.stem: path for path in (Path(archived) / "shards").glob("*.jsonl")}
    (RESULTS / "shards").mkdir(parents=True, exist_ok=True)
    for name in names:
        again = rerun_shard(plan, paths[name].read_text(encoding="utf-8"))
        write_text(RESULTS / "shards" / f"{name}.jsonl", again)

    @cache
    def shard(name: str) -> Shard:
        return read_shard(paths[name].read_text(encoding="utf-8").splitlines())

    write_table(RESULTS / "performance.csv", gather_performance(plan, shard), PERFORMANCE_COLUMNS)


if __name__ == "__main__":
    main()
