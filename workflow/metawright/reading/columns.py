"""The columns of `extraction.csv`: what each holds and how it is read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    name : str
        Its header.
    kind : str
        `text`, `number` or `whole` (a whole number, in which a comma before three digits separates thousands).
    minimum, maximum : float or None
        Bounds that a value must keep.
    open_minimum : bool
        Whether the minimum itself is out of bounds.
    rule : str
        The bounds in words, for the person who broke them.
    """

    name: str
    kind: str = "text"
    minimum: float | None = None
    maximum: float | None = None
    open_minimum: bool = False
    rule: str = ""


COLUMNS = {
    column.name: column
    for column in (
        Column("study"),
        Column("outcome"),
        Column("timepoint"),
        Column("arm"),
        Column("n", "whole", 1, 10**9, rule="the number of participants is a whole number, 1 or more"),
        Column("n_randomised", "whole", 1, 10**9, rule="the number of participants is a whole number, 1 or more"),
        Column("mean", "number"),
        Column(
            "sd", "number", 0, rule="a standard deviation is never below 0; if this is a change score, put it into mean"
        ),
        Column("value"),
        Column("se", "number", 0, open_minimum=True, rule="a standard error is above 0"),
        Column("ci_low", "number"),
        Column("ci_high", "number"),
        Column(
            "ci_level", "number", 0, 100, open_minimum=True, rule="a confidence level lies between 0 and 100 percent"
        ),
        Column("median", "number"),
        Column("q1", "number"),
        Column("q3", "number"),
        Column("min", "number"),
        Column("max", "number"),
        Column("p_value"),
        Column("t_value", "number"),
        Column("f_value", "number", 0, rule="an F statistic is never below 0"),
        Column("sd_baseline", "number", 0, rule="a standard deviation is never below 0"),
        Column("sd_final", "number", 0, rule="a standard deviation is never below 0"),
        Column("arm_label"),
        Column("value_type"),
        Column("events", "whole", 0, 10**9, rule="the number of events is a whole number, 0 or more"),
        Column("estimate", "number"),
        Column("effect_scale"),
        Column("source"),
        Column("notes"),
    )
}

#: Text columns whose words are matched with others; `source` and `notes` stay as they were typed.
KEYS = ("study", "outcome", "timepoint", "arm", "value_type")

#: What `value_type` may say; a baseline row is kept and enters no pool.
VALUE_TYPES = ("final", "change", "adjusted", "baseline")
