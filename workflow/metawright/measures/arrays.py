"""The types of arrays that effects and pools are computed with."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]
Bools = NDArray[np.bool_]

#: A number, or an array of them where a function is applied element by element.
Number = float | Floats


def single(value: Number) -> float:
    """Return the one number of a single review, as functions give it that also take blocks of replicates.

    Raises
    ------
    TypeError
        If it is an array: the numbers of a block.
    """
    if isinstance(value, np.ndarray):
        raise TypeError("the numbers of a block of replicates stand where one number belongs")
    return value
