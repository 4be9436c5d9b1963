"""How each outcome's effects are computed, as a table for other programs."""

from metawright.files.tables import Row
from metawright.reading.protocol import Protocol

#: Columns of `settings.csv`.
SETTING_COLUMNS = (
    "outcome", "label", "measure", "direction", "variance", "smd", "second_order", "zero_scope", "mh_exact",
    "prediction_interval",
)  # fmt: skip


def settings_rows(protocol: Protocol) -> list[Row]:
    """Return one row per outcome of the completed protocol."""
    return [
        {
            **{name: block.get(name) for name in SETTING_COLUMNS},
            "outcome": key,
            "prediction_interval": protocol["prediction_interval"],
        }
        for key, block in protocol["outcomes"].items()
    ]
