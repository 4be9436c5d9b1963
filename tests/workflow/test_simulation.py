"""The sweep through Snakemake: any cut, any history and any accident end in the same bytes."""

import json
import os
import signal
import subprocess

import pytest

from tests.waiting import until
from tests.workflow.conftest import SNAKEMAKE, contents, copy_house

pytestmark = pytest.mark.slow

SWEEP = """\
seed: 7
grids:
  small:
    data: {{k: [{k}], n: [10], i2: [0, 50]}}
    models: [FE-z, REML-HKSJ, {{key: rule, rule: {{}}}}]
    replicates: {replicates}
"""
TABLE = "results/simulation/performance.csv"


@pytest.fixture
def house(root, tmp_path):
    """A checkout with the smallest review, for its configuration alone."""
    made = copy_house(root, tmp_path / "house", "common-cold")
    declare(made)
    return made


def declare(house, k="2, 5", replicates=60_000):
    (house.folder / "config" / "simulation.yaml").write_text(SWEEP.format(k=k, replicates=replicates))


def simulate(house, *arguments, seconds=None, **options):
    more = ("--set-resources", f"plan_sweep:job_seconds={seconds}") if seconds else ()
    return house.build(*more, *arguments, "--", TABLE, **options)


def shards(house):
    folder = house.folder / "results" / "simulation" / "shards"
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.jsonl")}


def forget(house):
    for path in (house.folder / "results" / "simulation").rglob("*.*"):
        path.unlink()


def test_the_same_bytes_for_any_number_of_cores_and_shards(house):
    declare(house, k="2, 5, 20", replicates=400_000)
    output = simulate(house, cores=1, seconds=60)
    assert "grid small: 6 scenarios x 400,000 replicates x 3 models" in output
    assert "2.4 million replicates" in output
    table = (house.folder / TABLE).read_bytes()
    first = shards(house)
    assert "Nothing to be done" in simulate(house)
    forget(house)
    simulate(house, cores=2, seconds=1)
    assert len(shards(house)) > len(first)
    assert (house.folder / TABLE).read_bytes() == table


def test_more_scenarios_and_replicates_leave_what_exists(house):
    simulate(house)
    before = shards(house)
    declare(house, k="2, 3, 5", replicates=80_000)
    output = simulate(house)
    assert "(240,000 exist already)" in output
    assert before.items() < shards(house).items()
    plan = json.loads((house.folder / "results" / "simulation" / "plan.json").read_text())
    assert plan["planned_replicates"] == 6 * 80_000 - 240_000
    table = (house.folder / TABLE).read_bytes()
    forget(house)
    simulate(house)
    assert (house.folder / TABLE).read_bytes() == table


def test_a_killed_run_goes_on_where_it_was(house):
    """Kill everything at once in the middle; what was finished stays, and the bytes are those of a quiet run."""
    declare(house, k="2, 5, 20", replicates=600_000)
    environment = {**os.environ, "PYTHONPATH": str(house.folder / "workflow"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [SNAKEMAKE, "--cores", "2", "--set-resources", "plan_sweep:job_seconds=1", "--", TABLE]
    process = subprocess.Popen(
        command, cwd=house.folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    until(lambda: shards(house), process)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    finished = shards(house)
    assert finished
    assert not (house.folder / TABLE).exists()
    simulate(house)
    kept = {name for name, when in finished.items() if shards(house)[name] == when}
    # Snakemake repeats a shard that was written but not yet recorded when it died
    assert len(kept) >= len(finished) - 2
    table = (house.folder / TABLE).read_bytes()
    forget(house)
    simulate(house, seconds=30)
    assert (house.folder / TABLE).read_bytes() == table


def test_a_wrong_simulation_file_stops_the_sweep_and_not_the_reviews(house):
    (house.folder / "config" / "simulation.yaml").write_text("grids: {a: {data: {k: [two]}, models: [FE-zz]}}\n")
    result = house.run("--", TABLE)
    assert result.returncode == 1
    assert "grids.a.data.k.0: 'two' is wrong here; expected a whole number" in result.stderr
    assert "'FE-zz' names no interval of the engine" in result.stderr
    assert "Traceback" not in result.stderr
    assert not contents(house.folder).get(TABLE)
    house.build("--dry-run")
