"""What is different in an archive of a sweep: how it is run again, and what of it a machine decides."""

import random
from pathlib import Path, PurePosixPath

from metawright.archive.build import SWEEP
from metawright.archive.documents import Provenance
from metawright.archive.execute import run_module
from metawright.archive.unpacked import UnpackedArchive
from metawright.files.zips import Refused, extract

PLAN = "results/simulation/plan.json"
SHARDS = "results/simulation/shards/"

#: Rules whose outputs say how the work was cut into jobs; a sweep that is run as a whole is cut anew.
CUT_BY_MACHINE = ("plan_sweep", "simulate_shard")


def is_sweep(provenance: Provenance) -> bool:
    """Whether an archive is of a sweep."""
    return provenance.get("kind") == SWEEP


def drawn_shards(archive: UnpackedArchive, sample: int, seed: int) -> list[str]:
    """Return shards of the archive, drawn at random."""
    shards = sorted(name for name in archive.sha256 if name.startswith(SHARDS))
    if not shards:
        raise Refused("the archive has no shards to draw from")
    return random.Random(seed).sample(shards, min(sample, len(shards)))


def run_shards(archive: UnpackedArchive, folder: Path, python: Path, shards: list[str]) -> None:
    """Simulate the drawn shards anew in *folder*, and merge the archived ones into the table again."""
    kept = folder / "archived"
    extract(archive.zip, [name for name in archive.sha256 if name == PLAN or name.startswith(SHARDS)], kept)
    names = [PurePosixPath(name).stem for name in shards]
    run_module(python, folder, "metawright.simulation.rerun", [str(kept / "results" / "simulation"), *names])
