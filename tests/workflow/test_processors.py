"""The kernels that the linear algebra library picks for a processor leave no trace in any result."""

import os
import shutil

import pytest

from tests.workflow.conftest import House, contents

pytestmark = pytest.mark.slow

KERNELS = "OPENBLAS_CORETYPE"


def test_results_do_not_depend_on_the_kernels_of_the_processor(als, tmp_path, monkeypatch):
    built = {}
    for kernel in ("Prescott", "Haswell"):
        folder = tmp_path / kernel
        shutil.copytree(als.folder, folder, ignore=shutil.ignore_patterns("results", ".snakemake", "logs"))
        monkeypatch.setitem(os.environ, KERNELS, kernel)
        House(folder).build("--until", "gather_results", "--", "results/als-exercise/report/results.json")
        built[kernel] = contents(folder / "results")
    assert len(built["Prescott"]) > 60
    assert built["Prescott"] == built["Haswell"]
    whole = contents(als.folder / "results")
    assert {name: whole[name] for name in built["Haswell"]} == built["Haswell"]
