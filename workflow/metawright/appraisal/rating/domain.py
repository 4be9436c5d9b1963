"""What is said about one domain: levels down and the numbers behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DOMAINS = ("risk_of_bias", "inconsistency", "indirectness", "imprecision", "publication_bias")


@dataclass(frozen=True)
class Decision:
    """What a person decided about a domain, the start or a rating up.

    Attributes
    ----------
    domain : str
        One of `DOMAINS`, `start` or `rating_up`.
    levels : int or str
        Levels down; up for `rating_up`; `high` or `low` for `start`.
    reason, by, date : str
    """

    domain: str
    levels: int | str
    reason: str
    by: str = ""
    date: str = ""


@dataclass(frozen=True)
class Finding:
    """What the numbers suggest about one domain.

    Attributes
    ----------
    levels : int or None
        Levels down; None: not judged, not assessed, or does not apply.
    triggers : tuple of str
        Why levels were taken, in words with their numbers.
    remarks : tuple of str
        What else a reader must know: why nothing was taken, a close call, an assumption.
    numbers : dict
        The numbers themselves.
    """

    levels: int | None
    triggers: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    numbers: Mapping[str, object] = field(default_factory=dict)
