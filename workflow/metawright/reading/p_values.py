"""P values as papers print them."""

import re
from dataclasses import dataclass

from metawright.reading.cells import says_nothing

_P = re.compile(
    r"(?:p\s*(?:value)?\s*[:=]?\s*)?(?P<sign><=|>=|<|>|=|≤|≥)?\s*(?P<number>\d*[.,]?\d+(?:e-?\d+)?)", re.ASCII
)
_SIGNS = {"≤": "<", "<=": "<", "<": "<", "≥": ">", ">=": ">", ">": ">", "=": "=", None: "="}
_NOT_SIGNIFICANT = {"ns", "n.s.", "n.s", "not significant", "nonsignificant", "non-significant"}


@dataclass(frozen=True)
class PValue:
    """A printed P value.

    Attributes
    ----------
    relation : str
        `=` exact, `<` at most, `>` at least; `ns` not significant; `?` not understood; empty: none printed.
    p : float or None
        The number.
    """

    relation: str
    p: float | None = None


def read_p_value(text: str) -> PValue:
    """Read `0.03`, `.03`, `p = 0,03`, `<0.05`, `≤ 0.01`, `> 0.05`, `NS`.

    A comma is a decimal mark: a P value has no thousands.
    """
    word = " ".join(text.casefold().split())
    if says_nothing(word):
        return PValue("")
    if word in _NOT_SIGNIFICANT:
        return PValue("ns")
    match = _P.fullmatch(word)
    if not match:
        return PValue("?")
    return PValue(_SIGNS[match["sign"]], float(match["number"].replace(",", ".")))
