"""Work instead of time: how many functions a call calls. It is the same on every machine, however busy."""

import sys
from collections.abc import Callable


def calls(function: Callable[[], object]) -> int:
    """Count the functions, of Python and of C, that *function* calls."""
    number = 0

    def look(_frame, event, _argument):
        nonlocal number
        number += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        function()
    finally:
        sys.setprofile(before)
    return number
