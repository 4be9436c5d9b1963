"""A Python with the executor plugin, beside the one that runs the tests.

Snakemake imports every plugin that it finds, and this one asks for a controller at each start; so it is not among the
packages of the tests but in an environment of its own, which sees theirs and adds what is missing.
"""

import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
from importlib.util import find_spec
from pathlib import Path

PLUGIN = "snakemake_executor_plugin_slurm"


def python_with_plugin(root: Path, folder: Path) -> tuple[str, str]:
    """Return the interpreter and why there is none; one of the two is empty."""
    if find_spec(PLUGIN) is not None:
        return sys.executable, ""
    extras = tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    site = subprocess.run(
        [python, "-c", "import site; print(site.getsitepackages()[0])"], capture_output=True, text=True
    )
    parent = sysconfig.get_path("purelib")
    (Path(site.stdout.strip()) / "tests.pth").write_text(f"import site; site.addsitedir({parent!r})\n")
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *extras["cluster"]]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        said = re.findall(r"^ERROR: .*", done.stderr, re.MULTILINE)[-1:]
        return "", f"the extra `cluster` is not installed and cannot be had: {''.join(said)}"
    return str(python), ""
