"""When blocks of replicates run through the compiled kernels: Numba there, block large enough, and work enough.

Numba is an optional extra (``fast``). Without it, or where it cannot load, everything runs through NumPy and gives the
same bits, several times slower.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType

# Replicates, and studies x replicates, from which the kernels are faster. A review's own fits have one replicate.
LEAST_REPLICATES = 256
LEAST_ELEMENTS = 16_384
# Elements of such blocks, counted at every look, that NumPy handles in about the time that loading the kernels takes:
# a process that has met fewer has not needed them, one that met more loses no more than the time of loading.
PATIENCE = 1 << 25


class _Met:
    """Elements of large blocks that this process has met so far."""

    elements = 0


def kernels_for(k: int, replicates: int) -> ModuleType | None:
    """`metawright.pooling.kernels` for a block of shape ``(k, replicates)``, or None: use NumPy."""
    if replicates < LEAST_REPLICATES or k * replicates < LEAST_ELEMENTS:
        return None
    if _Met.elements < PATIENCE:
        _Met.elements += k * replicates
        return None
    return load()


def expect_many(k: int, replicates: int) -> None:
    """Be patient no longer if these replicates make a large block: they belong to a sweep, and more will come."""
    if replicates >= LEAST_REPLICATES and k * replicates >= LEAST_ELEMENTS:
        _Met.elements = PATIENCE


@cache
def load() -> ModuleType | None:
    """The kernels, or None where Numba is missing, does not fit NumPy, is switched off or has nowhere to cache."""
    try:
        from numba import config

        if getattr(config, "DISABLE_JIT", False):
            return None
        from metawright.pooling import kernels
    except (ImportError, RuntimeError):
        return None
    return kernels
