"""What a grid asks of every scenario: models, level, prediction interval; apart from the data-generating mechanism."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from metawright.simulation.models import Model, model_of

if TYPE_CHECKING:
    from metawright.simulation.documents import SetupDocument


@dataclass(frozen=True)
class Setup:
    """How the replicates of a scenario are analysed.

    Attributes
    ----------
    seed : int
        Root seed.
    models : tuple of Model
    reference : str
        Key of the model with which the others are compared on the same replicates.
    prediction_interval : str
        Name of the prediction interval of the models that estimate tau2.
    level : float
        Confidence level.
    """

    seed: int
    models: tuple[Model, ...]
    reference: str
    prediction_interval: str = "HTS"
    level: float = 0.95

    @property
    def document(self) -> SetupDocument:
        """The setup as `setup_of` reads it."""
        return {
            "seed": self.seed,
            "models": [model.document for model in self.models],
            "reference": self.reference,
            "prediction_interval": self.prediction_interval,
            "level": self.level,
        }

    @cached_property
    def key(self) -> str:
        """The first 12 digits of the SHA-256 of the document."""
        return hashlib.sha256(json.dumps(self.document, sort_keys=True).encode()).hexdigest()[:12]


def setup_of(document: SetupDocument) -> Setup:
    """Return the setup of a document."""
    fields = dict[str, Any](document)
    fields["models"] = tuple(model_of(block) for block in document["models"])
    return Setup(**fields)
