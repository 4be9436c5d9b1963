"""When blocks of replicates run through the compiled kernels: Numba there, block large enough.

Numba is an optional extra (``fast``). Without it, or where it cannot load, everything runs through NumPy and gives the
same bits, several times slower.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType

# Replicates, and studies x replicates, from which a block repays the time to load the kernels. A review's own fits
# have one replicate.
LEAST_REPLICATES = 256
LEAST_ELEMENTS = 16_384


def kernels_for(k: int, replicates: int) -> ModuleType | None:
    """`metawright.pooling.kernels` for a block of shape ``(k, replicates)``, or None: use NumPy."""
    if replicates < LEAST_REPLICATES or k * replicates < LEAST_ELEMENTS:
        return None
    return load()


@cache
def load() -> ModuleType | None:
    """The kernels, or None where Numba is missing, does not fit NumPy, is switched off or has nowhere to cache."""
    try:
        from numba import config

        if config.DISABLE_JIT:
            return None
        from metawright.pooling import kernels
    except (ImportError, RuntimeError):
        return None
    return kernels
