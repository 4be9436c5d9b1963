"""The columns of `effects.csv`."""

EFFECT_COLUMNS = (
    "outcome", "period", "study", "measure", "y", "v", "n", "n_experimental", "n_control", "used", "reason",
    "timepoint", "timepoint_months", "row_ids", "imputed",
)  # fmt: skip
