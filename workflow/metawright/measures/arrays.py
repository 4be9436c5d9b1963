"""The types of arrays that effects and pools are computed with."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: A number, or an array of them where a function is applied element by element.
Number = float | Floats
