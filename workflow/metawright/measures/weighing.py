"""How a fixed-effect model weighs the trials: by inverse variance, or by rules that pool two-by-two tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Weighing:
    """One rule.

    Attributes
    ----------
    key : str
    name : str
    short : str
        Before the model in the head of a forest plot, as in "M-H, Random".
    revman : str
        The word of Review Manager.
    estimators : tuple of str
        Between-trial variances under which it weighs; all others pool the trials' own effects by inverse variance.
    of_tables : bool
        It takes counts, so that outcomes without them, such as averaged time points, cannot be pooled by it.
    stated : str
        Its sentence in Methods; inverse variance needs none.
    """

    key: str
    name: str
    short: str
    revman: str
    estimators: tuple[str, ...] = ()
    of_tables: bool = False
    stated: str = ""


INVERSE_VARIANCE = Weighing(key="inverse_variance", name="inverse variance", short="IV", revman="IV")
PETO = Weighing(
    key="peto",
    name="Peto",
    short="Peto",
    revman="PETO",
    estimators=("FE",),
    of_tables=True,
    stated="The fixed-effect model of a Peto odds ratio is Peto’s one-step method.",
)
MANTEL_HAENSZEL = Weighing(
    key="mantel_haenszel",
    name="Mantel-Haenszel",
    short="M-H",
    revman="MH",
    estimators=("FE", "DL"),
    of_tables=True,
    stated=(
        "The fixed-effect model is the method of Mantel and Haenszel; its Q feeds the DerSimonian–Laird estimator, "
        "and other models pool the trials’ own estimates."
    ),
)

WEIGHINGS = (INVERSE_VARIANCE, PETO, MANTEL_HAENSZEL)
