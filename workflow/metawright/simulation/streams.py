"""Random streams that depend on nothing but the root seed, the scenario and the number of the block."""

from __future__ import annotations

from numpy.random import Generator, Philox, SeedSequence

#: Replicates of one block, the unit in which replicates are drawn.
BLOCK = 10_000


def stream(seed: int, digest: str, block: int) -> Generator:
    """Return the generator of one block of one scenario.

    Philox is counter-based (Salmon 2011); the key is hashed from all three arguments, so that blocks can be drawn in
    any order, on any machine, and streams of different scenarios do not overlap.

    Parameters
    ----------
    seed : int
        Root seed of the sweep.
    digest : str
        SHA-256 of the canonical scenario, in hexadecimal.
    block : int
        Number of the block, from 0.
    """
    return Generator(Philox(SeedSequence(seed, spawn_key=(int(digest, 16), block))))
