"""The commands of docs/scaling.md build their plan of jobs, where the plugin that they need is installed."""

import os
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.workflow.conftest import copy_house, jobs

pytestmark = pytest.mark.slow
PLUGINS = {"slurm": ["slurm"], "cluster-generic": ["cluster_generic"], "kubernetes": ["kubernetes"]}


def commands(root):
    text = (root / "docs" / "scaling.md").read_text()
    return [line for block in re.findall(r"```bash\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]


def test_the_manual_shows_every_way(root):
    shown = [command for command in commands(root) if command.startswith("snakemake")]
    assert [
        name for name in PLUGINS for command in shown if re.search(rf"(profiles/|executor ){name} ", command)
    ] == list(PLUGINS)


@pytest.mark.parametrize("name", PLUGINS)
def test_the_command_of_the_manual(root, tmp_path, name):
    missing = [plugin for plugin in PLUGINS[name] if find_spec(f"snakemake_executor_plugin_{plugin}") is None]
    if name == "kubernetes" and find_spec("snakemake_storage_plugin_fs") is None:
        missing.append("fs")
    if missing:
        pytest.skip(f"not installed: the Snakemake plugin {', '.join(missing)}")
    (command,) = [line for line in commands(root) if re.search(rf"(profiles/|executor ){name} ", line)]
    house = copy_house(root, tmp_path / "house", "common-cold")
    command = command.replace("/sweep", str(tmp_path / "sweep"))
    words = [sys.executable, "-m", "snakemake", "--dry-run", *shlex.split(command)[1:]]
    environment = {"PYTHONPATH": str(house.folder / "workflow")}
    done = subprocess.run(words, cwd=house.folder, env={**os.environ, **environment}, capture_output=True, text=True)
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    assert {"plan_sweep", "gather_performance", "render_sweep"} <= set(jobs(output)), output
