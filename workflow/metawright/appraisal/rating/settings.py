"""The thresholds of a rating, as the protocol's block `certainty` has them: its schema holds the defaults."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from metawright.appraisal.documents import ThresholdWords
from metawright.reading.protocol import CertaintyThresholds

if TYPE_CHECKING:
    from metawright.reading.schemas import Schema


@dataclass(frozen=True)
class Settings:
    """Every threshold that a rating turns on; each is described where its default stands, in the protocol's schema."""

    robins_start: str
    not_judged_weight: float
    risk_of_bias_weight: float
    grave_weight: float
    two_domains_weight: float
    low_weight: float
    some_high_weight: float
    i2_from: float
    opposite_weight: float
    prediction_from: int
    grave_i2_from: float
    grave_opposite_weight: float
    appreciable_ratio: tuple[float, float]
    little_ratio: tuple[float, float]
    appreciable_risk_difference: float
    little_risk_difference: float
    appreciable_smd: float
    little_smd: float
    rare_from: int
    rare_within: float
    extreme_ratio: float
    extreme_times: float
    extreme_below: float
    alpha: float
    power: float
    relative_reduction: float
    assumed_risk: float
    information_size: float
    half_information: float
    close_call: float
    wide_ratio: float
    wide_odds_ratio: float
    egger_below: float
    known_trials: float


def settings_of(choices: CertaintyThresholds) -> Settings:
    """Return the thresholds of a completed block `certainty`."""
    values: dict[str, Any] = dict(choices)
    return Settings(**{field.name: _immutable(values[field.name]) for field in fields(Settings)})


def _immutable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def thresholds(choices: CertaintyThresholds, schema: "Schema") -> list[ThresholdWords]:
    """Return every threshold with its meaning: what the methods text prints.

    Parameters
    ----------
    choices : mapping
        A completed block `certainty`.
    schema : mapping
        The JSON Schema of that block.

    Returns
    -------
    list of dict
        `key`, `value`, `meaning` in words, and `default`: whether the value is the default of this program.
    """
    parts = schema["properties"]
    values: dict[str, Any] = dict(choices)
    return [
        {
            "key": field.name,
            "value": values[field.name],
            "meaning": parts[field.name]["description"],
            "default": values[field.name] == parts[field.name]["default"],
        }
        for field in fields(Settings)
    ]
