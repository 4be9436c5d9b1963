"""The rows that leave for other programs."""

from typing import NotRequired, TypedDict


class WideRow(TypedDict):
    """A row of `metafor.csv`; raw numbers are there where the effect follows from one row of them per arm."""

    outcome: str
    period: str
    study: str
    timepoint: str
    measure: str
    direction: str
    yi: float
    vi: float
    imputed: str
    row_ids: str
    left_out_by: str
    n1i: NotRequired[float]
    m1i: NotRequired[float]
    sd1i: NotRequired[float]
    n2i: NotRequired[float]
    m2i: NotRequired[float]
    sd2i: NotRequired[float]
    ai: NotRequired[float]
    bi: NotRequired[float]
    ci: NotRequired[float]
    di: NotRequired[float]
    ri: NotRequired[float]
    ni: NotRequired[float]
    sei: NotRequired[float]
    notes: NotRequired[str]
