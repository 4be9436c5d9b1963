"""What the tests of a rating need."""

import pytest

from metawright.appraisal.rating.settings import settings_of


@pytest.fixture
def settings(protocol):
    """The default thresholds, as the schema of the protocol has them."""
    return settings_of(protocol["certainty"])
